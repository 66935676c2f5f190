using System.Security.Cryptography;
using Calendar.Access;
using Calendar.EventStore;
using Calendar.Server.Access;
using Calendar.Server.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Calendar.Server.Imports;

/// <summary><c>POST /v1/imports</c>: a file as the body, a report as the answer.</summary>
internal static class ImportEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/imports", (HttpContext context, ImportEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(context, ct)).WithTags("Imports")
            .WithSummary("Records the commands of a file: JSON lines, or facts of relationships as CSV or XLSX in the columns of /v1/facts; good lines are recorded, bad ones reported")
            .TakesFile(ImportEndpoint.NdJson, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(("dryRun", "true decides every line and stores nothing"), ("name", "The file's name, for the report"))
            .Produces<ImportView>()
            .WithMetadata(new RequestSizeLimitAttribute(ImportFile.MaxLength))
            .Needs(Permission.Import);
}

/// <summary>
/// One import at a time: a second one is refused, the CLI waits. A repeat is harmless by the keys of the lines, so a repeated
/// Idempotency-Key guards only against another body: the same one is decided again, and what is recorded by then counts as already so.
/// A dry run stores nothing, its key neither.
/// </summary>
internal sealed class ImportEndpoint(Importer importer, EventLog log, AlmanacFollower follower, NpgsqlDataSource source, Settings settings)
{
    public const string NdJson = "application/x-ndjson";

    private const int _maxName = 200;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public async Task<IResult> HandleAsync(HttpContext context, CancellationToken ct)
    {
        var request = context.Request;
        var form = FormOf(request) ?? throw Refuse(
            StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
            $"Gửi tệp dạng {NdJson}, {Negotiation.Csv} (UTF-8) hoặc {Negotiation.Xlsx}.", $"Send the file as {NdJson}, {Negotiation.Csv} (UTF-8) or {Negotiation.Xlsx}.");
        var (dryRun, name) = ReadQuery(request, form);
        var key = CommandEndpoint.KeyOf(request);
        if (follower.State != FoldState.Following)
        {
            throw new LogUnavailableException(LogUnavailableReason.Unreachable);
        }

        await using var body = await SpoolAsync(request, ct);
        await using var alone = await AdvisoryLock.TryAcquireAsync(source, Importer.Lock, ct) ?? throw Refuse(
            StatusCodes.Status409Conflict, "import-under-way",
            "Đang có một lần nhập khác: chờ nó xong rồi gửi lại.", "Another import is under way: send this one again when it is done.");
        var actor = TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);
        if (key is not null && !dryRun && !await ClaimAsync(key, actor, request, body, ct))
        {
            return Problems.KeyReused;
        }

        var report = await importer.ImportAsync([new ImportFile(name, form, body)], actor, dryRun, _ => { }, ct);
        await ShowAsync(ct);
        return Answers.Tagged(ImportView.Of(report, dryRun));
    }

    private static ImportForm? FormOf(HttpRequest request) =>
        !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.Charset is { HasValue: true } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? null
        : type.MediaType.Value?.ToLowerInvariant() switch
        {
            NdJson or "application/jsonl" => ImportForm.JsonLines,
            Negotiation.Csv => ImportForm.Csv,
            Negotiation.Xlsx => ImportForm.Xlsx,
            _ => null,
        };

    private static (bool DryRun, string Name) ReadQuery(HttpRequest request, ImportForm form)
    {
        var query = new QueryReader(request);
        var (dryRun, name) = (query.One("dryRun"), query.One("name"));
        if (dryRun is not (null or "true" or "false"))
        {
            query.Wrong("dryRun", "unknown-value", "“dryRun” chỉ nhận “true” hoặc “false”.", "\"dryRun\" takes \"true\" or \"false\".");
        }

        if (name is not null && (name.Length > _maxName || name.Any(char.IsControl)))
        {
            query.Wrong("name", "text-length", $"“name” có nhiều nhất {_maxName} ký tự, không có ký tự điều khiển.", $"\"name\" has at most {_maxName} characters, none of them control characters.");
        }

        query.Done();
        return (dryRun == "true", name ?? form switch { ImportForm.JsonLines => "import.jsonl", ImportForm.Csv => "import.csv", _ => "import.xlsx" });
    }

    private async Task<Stream> SpoolAsync(HttpRequest request, CancellationToken ct)
    {
        var body = request.ContentLength > ImportFile.MaxLength ? throw TooLarge : Spool.Create(settings.DataFolder);
        try
        {
            await request.Body.CopyToAsync(body, ct);
            body.Position = 0;
            return body;
        }
        catch (Exception e)
        {
            await body.DisposeAsync();
            if (e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
            {
                throw TooLarge;
            }

            throw;
        }
    }

    // Whether the key is new, or belongs to this very request.
    private async Task<bool> ClaimAsync(string key, Actor actor, HttpRequest request, Stream body, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(CommandEndpoint.HashedHead(request));
        hash.AppendData(await SHA256.HashDataAsync(body, ct));
        body.Position = 0;
        var claim = new Idempotency(actor.Id, key, hash.GetHashAndReset(), StatusCodes.Status200OK);
        var answer = await log.AppendAsync(new Append("", 0, [], new Envelope(actor.Id, actor.Role.Name(), null, null, null)) { Idempotency = claim }, ct);
        return answer is not AppendResult.Repeated repeated || repeated.Outcome.RequestHash.Span.SequenceEqual(claim.RequestHash.Span);
    }

    // Whoever looks after the answer finds what it reports, unless this instance is very slow to follow.
    private async Task ShowAsync(CancellationToken ct)
    {
        try
        {
            await follower.WaitForAsync(await log.LastPositionAsync(ct), ct).WaitAsync(_patience, ct);
        }
        catch (TimeoutException)
        {
            // It is recorded all the same.
        }
    }

    private static RefusedRequestException TooLarge => Refuse(
        StatusCodes.Status413PayloadTooLarge, "too-large", "Tệp lớn hơn 256 MB: chia nhỏ ra.", "The file is larger than 256 MB: split it.");

    private static RefusedRequestException Refuse(int status, string code, string vi, string en) => new(Problems.Answer(status, code, new Text(vi, en)));
}

/// <summary>How an import ended, as the answer shows it. Of each kind of line the first thousand reports are listed.</summary>
public sealed record ImportView(
    int Recorded, int Already, bool DryRun, ImportCounts Counts, IReadOnlyList<LineView> LeftOut, IReadOnlyList<LineView> Warned, IReadOnlyList<LineView> Refused)
{
    internal static ImportView Of(ImportReport report, bool dryRun) => new(
        report.Recorded, report.Already, dryRun, new ImportCounts(report.LeftOut.Lines, report.Warned.Lines, report.Refused.Lines),
        [.. report.LeftOut.Select(LineView.Of)], [.. report.Warned.Select(LineView.Of)], [.. report.Refused.Select(LineView.Of)]);
}

/// <summary>Lines of each kind, listed or not.</summary>
public sealed record ImportCounts(int LeftOut, int Warned, int Refused);

/// <param name="Pointer">A JSON Pointer to the member, or the column of a table after a slash; empty for the whole line.</param>
public sealed record LineView(string File, int Line, string? Key, string Type, string Pointer, string Detail, Text Text)
{
    internal static LineView Of(LineReport report) => new(
        report.File, report.Line, report.Key, Problems.TypeOf(report.Why.Code), report.Why.Pointer, report.Why.Detail.En, report.Why.Detail);
}
