using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Calendar.Server.Http;

/// <summary>
/// Entity tags. Answers of one stream carry <c>"v{version}-{hash}"</c>, lists and feeds <c>"{hash}"</c>: only the former can be
/// named by If-Match. Who sees one task of a plan only has the task's revision in the place of the plan's version.
/// </summary>
internal static class ETags
{
    public static string Hash(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return Convert.ToHexStringLower(hash[..12]);
    }

    /// <summary>The same of what memory holds, from its position on.</summary>
    public static string Hash(MemoryStream body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return Convert.ToHexStringLower(hash[..12]);
    }

    /// <summary>The same of what is read to its end.</summary>
    public static async Task<string> HashAsync(Stream body, CancellationToken ct) => Convert.ToHexStringLower((await SHA256.HashDataAsync(body, ct)).AsSpan(0, 12));

    /// <summary>The version that If-Match names; null without the header, or for <c>*</c>.</summary>
    /// <exception cref="RefusedRequestException">It names none.</exception>
    public static long? IfMatch(HttpRequest request)
    {
        if (request.Headers.IfMatch is not { Count: > 0 } header || header == "*")
        {
            return null;
        }

        if (EntityTagHeaderValue.TryParseStrictList(header.OfType<string>().ToList(), out var tags) && tags is [{ IsWeak: false } tag])
        {
            var text = tag.Tag.AsSpan().Trim('"');
            var dash = text.IndexOf('-');
            if (text.StartsWith("v", StringComparison.Ordinal) && dash > 1
                && long.TryParse(text[1..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            {
                return version;
            }
        }

        throw new RefusedRequestException(Problems.Answer(
            StatusCodes.Status412PreconditionFailed, "stale",
            new Text(
                "If-Match phải là một ETag của đúng mục này, như \"v3-…\".",
                "If-Match must hold one ETag of this very resource, like \"v3-…\".")));
    }

    /// <summary>RFC 9110, 13.1: If-None-Match (lists, <c>*</c>, weak tags), and without it If-Modified-Since.</summary>
    /// <param name="tag">The selected representation's, with quotes.</param>
    public static bool IsNotModified(HttpRequest request, string tag, DateTimeOffset? lastModified)
    {
        var noneMatch = request.Headers.IfNoneMatch;
        if (noneMatch.Count > 0)
        {
            if (noneMatch is ["*"] || (noneMatch is [var only] && string.Equals(only, tag, StringComparison.Ordinal)))
            {
                return true;
            }

            return EntityTagHeaderValue.TryParseList(noneMatch.OfType<string>().ToList(), out var tags)
                && tags.Any(known => string.Equals(known.Tag.Value, tag, StringComparison.Ordinal));
        }

        return lastModified is { } modified
            && request.Headers.IfModifiedSince is [{ } since]
            && HeaderUtilities.TryParseDate(since, out var date)
            && modified <= date;
    }
}
