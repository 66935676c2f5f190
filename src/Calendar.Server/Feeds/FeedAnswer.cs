using System.Collections.Concurrent;
using Calendar.Server.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Calendar.Server.Feeds;

/// <summary>Whom a feed is for.</summary>
internal enum FeedAudience
{
    Public,

    /// <summary>Whoever holds the link: no cache between keeps it, no search engine lists it, and its address is told to nobody.</summary>
    Private,
}

/// <summary>A rendered feed as an HTTP answer: coding, conditions (RFC 9110, 13), headers.</summary>
internal sealed class FeedAnswer(RenderedFeed feed, DateTimeOffset now, FeedAudience audience) : IResult
{
    private static readonly ConcurrentDictionary<string, string?> _codings = new(StringComparer.Ordinal);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var coding = Coding(request);
        var (body, tag) = feed.In(coding);
        var headers = response.Headers;
        headers.ETag = tag;

        // A second that is not over may bring another change, which a later If-Modified-Since would then miss.
        DateTimeOffset? lastModified = feed.LastModified <= now ? feed.LastModified : null;
        headers.LastModified = lastModified is null ? default : feed.LastModifiedText;
        if (audience == FeedAudience.Public)
        {
            headers.Vary = "Accept-Encoding";
            headers.CacheControl = "max-age=3600, stale-if-error=604800";
        }
        else
        {
            // Who opens it in a browser gets a page.
            headers.Vary = "Accept, Accept-Encoding, Sec-Fetch-Mode";
            headers.CacheControl = "private, max-age=3600";
            headers["X-Robots-Tag"] = "noindex";
            headers["Referrer-Policy"] = "no-referrer";
        }

        if (ETags.IsNotModified(request, tag, lastModified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        headers.ContentType = "text/calendar; charset=utf-8";
        headers.ContentDisposition = feed.Disposition;
        headers.ContentLength = body.Length;
        if (coding is not null)
        {
            headers.ContentEncoding = coding;
        }

        return response.BodyWriter.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }

    private static string? Coding(HttpRequest request)
    {
        var header = request.Headers.AcceptEncoding;
        if (header.Count == 0)
        {
            return null;
        }

        // Clients send the same few headers all the time.
        if (header is not [{ Length: < 100 } text])
        {
            return Best(header);
        }

        if (!_codings.TryGetValue(text, out var coding))
        {
            coding = Best(header);
            if (_codings.Count < 100)
            {
                _codings.TryAdd(text, coding);
            }
        }

        return coding;
    }

    // The best coding the client takes; brotli before gzip at equal weight, and none at all only where it is preferred by name.
    private static string? Best(StringValues header)
    {
        if (!StringWithQualityHeaderValue.TryParseList(header.OfType<string>().ToList(), out var accepted))
        {
            return null;
        }

        var (brotli, gzip, none) = (Weight("br", "*"), Weight("gzip", "*"), Weight("identity", "identity"));
        var best = Math.Max(brotli, gzip);
        return best <= 0 || none > best ? null : brotli >= gzip ? "br" : "gzip";

        double Weight(string coding, string otherwise) => (accepted.FirstOrDefault(item => item.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(item => item.Value.Equals(otherwise, StringComparison.OrdinalIgnoreCase))) is { } item ? item.Quality ?? 1 : 0;
    }
}
