using System.Text.Json;
using CsvHelper;
using Microsoft.Net.Http.Headers;

namespace Calendar.Server.Http;

/// <summary>A JSON answer with an entity tag, conditional, HEAD included.</summary>
internal static class Answers
{
    /// <param name="version">The stream's version for an answer of one stream; null for lists.</param>
    public static IResult Tagged<T>(T value, long? version = null, int status = StatusCodes.Status200OK) =>
        new TaggedAnswer(JsonSerializer.SerializeToUtf8Bytes(value, Json.Options), "application/json; charset=utf-8", version, status);

    /// <summary>Whether Accept names the type at least as strongly as JSON.</summary>
    public static bool Prefers(this HttpRequest request, string type)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept.OfType<string>().ToList(), out var accepted))
        {
            return false;
        }

        return Weight(type) > 0 && Weight(type) >= Weight("application/json");

        double Weight(string named) =>
            accepted.FirstOrDefault(media => media.MediaType.Equals(named, StringComparison.OrdinalIgnoreCase)) is { } media ? media.Quality ?? 1 : 0;
    }

    /// <summary>A list as CSV.</summary>
    public static IResult Table(string[] columns, IEnumerable<string[]> rows)
    {
        using var buffer = new MemoryStream();

        // A spreadsheet would run a cell that begins like a formula. The mark at the start tells it that this is UTF-8.
        buffer.Write("\uFEFF"u8);
        using (var csv = CsvWriter.Create(buffer, CsvWriterOptions.Default with { Injection = CsvInjection.Escape, NewLine = "\r\n" }, leaveOpen: true))
        {
            csv.WriteRecord(columns);
            foreach (var row in rows)
            {
                csv.WriteRecord(row);
            }
        }

        return Tagged(buffer.ToArray(), "text/csv; charset=utf-8");
    }

    public static IResult Tagged(byte[] body, string contentType) => new TaggedAnswer(body, contentType, null, StatusCodes.Status200OK);

    private sealed class TaggedAnswer(byte[] body, string contentType, long? version, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var (request, response) = (httpContext.Request, httpContext.Response);
            var tag = version is null ? $"\"{ETags.Hash(body)}\"" : $"\"v{version}-{ETags.Hash(body)}\"";
            response.Headers.ETag = tag;
            response.Headers.Vary = "Accept, Authorization, Cookie";
            response.Headers.CacheControl = request.Headers.Authorization.Count > 0 ? "private, no-store" : "no-cache";
            if (status == StatusCodes.Status200OK && HttpMethods.IsGet(request.Method)
                && ETags.IsNotModified(request, tag, null))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            response.StatusCode = status;
            response.ContentType = contentType;
            response.ContentLength = body.Length;
            return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
        }
    }
}
