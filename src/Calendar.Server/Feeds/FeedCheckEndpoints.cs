using Calendar.Access;
using Calendar.Ical.Checking;
using Calendar.Server.Access;
using Calendar.Server.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;
using MinDataRate = Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate;

namespace Calendar.Server.Feeds;

/// <summary><c>POST /v1/feeds/check</c>: somebody's calendar file as the body, what clients will make of it as the answer.</summary>
internal static class FeedCheckEndpoints
{
    public const string Path = "/v1/feeds/check";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Path, (HttpContext context, FeedCheck check, CancellationToken ct) => check.HandleAsync(context, ct)).WithTags("Feeds").Needs(Permission.ReadRecord)
            .WithSummary("Checks a calendar file, sent as the body and never fetched: what is wrong by the standards and in clients, by line; nothing is kept")
            .TakesPublicFile([.. FeedCheck.ContentTypes]).Produces<FeedCheckView>().RefusesWith(408)
            .WithMetadata(new RequestSizeLimitAttribute(FeedCheck.MaxBytes));
}

/// <summary>Receives and checks a few files at a time; whoever finds it busy waits a little and is then told to come back.</summary>
/// <remarks>
/// A place is taken before the body arrives, for bodies are held in memory: 16 of at most 5 MB, and 64 of less than 64 kB that say
/// their length. The two have places apart, so that whoever fills those of large files, as sixteen senders can, keeps nobody's small
/// one out. The rate bounds how long a place is held: one who sends slower loses it after the grace, a small file is there or given
/// up within about four seconds, less than others wait for its place; a large one may take as long as the deadline.
/// </remarks>
internal sealed class FeedCheck : IDisposable
{
    public const int MaxBytes = 5 << 20;

    private const int _checksAtOnce = 2;
    private const int _bodiesAtOnce = 16;
    private const int _smallBodiesAtOnce = 64;
    private const int _smallBytes = 64 << 10;

    // In bytes a second, on the average since a body's beginning.
    private static readonly MinDataRate _rate = new(20_000, TimeSpan.FromSeconds(2));

    private readonly SemaphoreSlim _bodies = new(_bodiesAtOnce);
    private readonly SemaphoreSlim _smallBodies = new(_smallBodiesAtOnce);
    private readonly SemaphoreSlim _checks = new(_checksAtOnce);

    public static IReadOnlyList<string> ContentTypes { get; } = ["text/calendar", "text/plain", "application/octet-stream"];

    /// <summary>So long a request waits for its turn.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>So long a body may take to arrive.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    public async Task<IResult> HandleAsync(HttpContext context, CancellationToken ct)
    {
        var request = context.Request;
        new QueryReader(request).Done();
        RequireFile(request);
        using (await TurnAsync(request.ContentLength < _smallBytes ? _smallBodies : _bodies, context, ct))
        {
            var file = await ReadAsync(request, ct);
            using (await TurnAsync(_checks, context, ct))
            {
                return Answers.Tagged(FeedCheckView.Of(IcalChecker.Check(file)));
            }
        }
    }

    public void Dispose()
    {
        _bodies.Dispose();
        _smallBodies.Dispose();
        _checks.Dispose();
    }

    private static void RequireFile(HttpRequest request)
    {
        if (request.ContentLength > MaxBytes)
        {
            throw TooLarge;
        }

        if (!string.IsNullOrEmpty(request.ContentType)
            && !(MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && ContentTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)))
        {
            throw Refuse(
                StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
                "Gửi chính tệp lịch dạng text/calendar (text/plain hay application/octet-stream cũng được): curl --data-binary @lich.ics -H 'Content-Type: text/calendar' …",
                "Send the calendar file itself as text/calendar (text/plain and application/octet-stream do too): curl --data-binary @calendar.ics -H 'Content-Type: text/calendar' …");
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } slowest)
        {
            slowest.MinDataRate = _rate;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            var body = new MemoryStream((int)(request.ContentLength ?? 0));
            await request.Body.CopyToAsync(body, deadline.Token);
            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            throw TooSlow($"Tệp đến chậm hơn {_rate.BytesPerSecond / 1000:0} kB mỗi giây", $"The file arrived at less than {_rate.BytesPerSecond / 1000:0} kB a second");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw TooSlow($"Tệp không đến hết trong {Deadline.TotalSeconds:0} giây", $"The file did not arrive within {Deadline.TotalSeconds:0} seconds");
        }
    }

    private async Task<IDisposable> TurnAsync(SemaphoreSlim places, HttpContext context, CancellationToken ct)
    {
        if (await places.WaitAsync(Patience, ct))
        {
            return new Turn(places);
        }

        context.Response.Headers.RetryAfter = "5";
        throw Refuse(
            StatusCodes.Status503ServiceUnavailable, "checks-busy",
            "Đang có nhiều tệp được kiểm tra: gửi lại sau vài giây.", "Many files are being checked: send this one again in a few seconds.");
    }

    private static RefusedRequestException TooLarge => Refuse(
        StatusCodes.Status413PayloadTooLarge, "too-large",
        "Tệp lớn hơn 5 MB; ứng dụng lịch không đọc tệp lớn đến thế: bớt năm hoặc chia nhỏ ra.", "The file is larger than 5 MB, which no calendar client reads: hold fewer years, or split it.");

    private static RefusedRequestException TooSlow(string vi, string en) => Refuse(
        StatusCodes.Status408RequestTimeout, "too-slow", vi + ": gửi lại khi đường truyền nhanh hơn.", en + ": send it again over a faster line.");

    private static RefusedRequestException Refuse(int status, string code, string vi, string en) => new(Problems.Answer(status, code, new Text(vi, en)));

    private sealed class Turn(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}

/// <summary>What a check found.</summary>
/// <param name="Valid">There is no error; warnings and advice may be.</param>
/// <param name="Size">The file's length in bytes.</param>
/// <param name="Components">How many components of each name.</param>
/// <param name="Counts">All findings, listed or not.</param>
/// <param name="Findings">At most 500, and 50 of one code, by line.</param>
/// <param name="More">How many more of a code there are than are listed.</param>
internal sealed record FeedCheckView(
    bool Valid, int Size, IReadOnlyDictionary<string, int> Components, FindingCounts Counts, IReadOnlyList<FindingView> Findings, IReadOnlyDictionary<string, int> More)
{
    public static FeedCheckView Of(CheckReport report)
    {
        var counts = new FindingCounts(report.Count(Severity.Error), report.Count(Severity.Warning), report.Count(Severity.Advice));
        var listed = report.Findings.CountBy(finding => finding.Code, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var more = report.Totals.Select(total => KeyValuePair.Create(total.Key, total.Value - listed.GetValueOrDefault(total.Key))).Where(rest => rest.Value > 0);
        return new FeedCheckView(
            counts.Error == 0, report.Size, report.Components, counts, [.. report.Findings.Select(FindingView.Of)],
            more.OrderBy(rest => rest.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal));
    }
}

internal sealed record FindingCounts(int Error, int Warning, int Advice);

/// <param name="Line">From 1; 0 for the file as a whole.</param>
/// <param name="Component">Left out outside of all components.</param>
/// <param name="Uid">The entry's UID, at most 100 characters of it.</param>
/// <param name="Text">What is wrong and what to do.</param>
/// <param name="Source">The standard and section.</param>
internal sealed record FindingView(Severity Severity, string Code, int Line, string? Component, string? Uid, string? Property, Text Text, string Source)
{
    public static FindingView Of(Finding finding) => new(
        finding.Severity, finding.Code, finding.Line, finding.Component.Length > 0 ? finding.Component : null, finding.Uid, finding.Property,
        FeedCheckTexts.Of(finding), finding.Source);
}
