using System.Collections.Concurrent;
using Calendar.Server.Health;
using Calendar.Server.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Calendar.Server.Feeds;

/// <summary><c>/feeds/anniversaries.ics</c>: the public calendar subscription.</summary>
internal static class FeedEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(FeedVariant.Path, (HttpContext context, Readiness readiness, CivilClock clock, FeedCache feeds) =>
            {
                // Before the first pack is loaded a feed would be empty, and a subscriber would lose entries.
                if (!readiness.IsReady)
                {
                    return Problems.Starting(context);
                }

                return feeds.Get(context.Request) is { } feed
                    ? new FeedAnswer(feed, clock.Now.ToDateTimeOffset())
                    : Problems.Answer(StatusCodes.Status422UnprocessableEntity, "feed-too-large", new Text(
                        "Bộ lọc này cho quá nhiều mục để ứng dụng lịch đọc được: thu hẹp bằng party, group, tier hoặc kind.",
                        "This filter matches more than calendar clients read: narrow it by party, group, tier or kind."));
            })
            .WithTags("Feeds").WithSummary("The anniversaries as an iCalendar subscription")
            .Produces<string>(200, "text/calendar").Produces(304)
            .TakesQuery(
                ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"), ("tier", "round, half, other; round and half when left out"),
                ("kind", "Kinds in commas; national_day only when named"), ("lang", "vi (default) or en"), ("alarm", "Reminder before the day, such as P7D"),
                ("imprecise", "span (default), omit or year"), ("ahead", "1 to 12 years, 7 by default"), ("detail", "full adds RFC 9253 links"))
            .ShortCircuit();
    }

    private sealed class FeedAnswer(RenderedFeed feed, DateTimeOffset now) : IResult
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
            headers.CacheControl = "max-age=3600, stale-if-error=604800";
            headers.Vary = "Accept-Encoding";
            if (ETags.IsNotModified(request, tag, lastModified))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            headers.ContentType = "text/calendar; charset=utf-8";
            headers.ContentDisposition = "inline; filename=\"anniversaries.ics\"";
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

        // The best coding the client takes; brotli before gzip at equal weight.
        private static string? Best(StringValues header)
        {
            if (!StringWithQualityHeaderValue.TryParseList(header.OfType<string>().ToList(), out var accepted))
            {
                return null;
            }

            var (brotli, gzip) = (Weight("br"), Weight("gzip"));
            return brotli <= 0 && gzip <= 0 ? null : brotli >= gzip ? "br" : "gzip";

            double Weight(string coding) => (accepted.FirstOrDefault(item => item.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
                ?? accepted.FirstOrDefault(item => item.Value == "*")) is { } item ? item.Quality ?? 1 : 0;
        }
    }
}
