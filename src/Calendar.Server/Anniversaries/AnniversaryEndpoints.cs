using System.Collections.Immutable;
using System.Globalization;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Server.AsOf;
using Calendar.Server.Http;
using CsvHelper;
using Microsoft.Net.Http.Headers;
using NodaTime;

namespace Calendar.Server.Anniversaries;

/// <summary><c>/v1/anniversaries</c>: what is coming, in JSON and CSV, and why.</summary>
internal static class AnniversaryEndpoints
{
    private const int _maxYears = 100;

    private static readonly string[] _columns =
        ["id", "date", "precision", "years", "tier", "jubilee", "kind", "parties", "partners", "title_vi", "title_en", "origin", "confidence", "suspended"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var anniversaries = routes.MapGroup("/v1/anniversaries").WithTags("Anniversaries");
        anniversaries.MapGet("", List)
            .WithSummary("The anniversaries of a range, in JSON or (Accept: text/csv) CSV")
            .Produces<Page<AnniversaryView>>(200, "application/json", "text/csv")
            .TakesQuery(
                ("from", "First day; today without from and year"), ("to", "Day after the last; 24 months later without to and year"), ("year", "One calendar year, instead of from and to"),
                ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"), ("kind", "Kinds in commas; national_day only when named"),
                ("tier", "round, half, other; all when left out"), ("precision", "year, month, day"),
                ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"), Records.Parameter)
            .RefusesWith(401, 503);
        anniversaries.MapGet("{fact}/{number:int}", Read)
            .WithSummary("One anniversary").Produces<AnniversaryView>().TakesQuery(Records.Parameter).RefusesWith(401, 404, 503);
        anniversaries.MapGet("{fact}/{number:int}/explanation", Explain)
            .WithSummary("Why it is there: fact, claims, rule; a page for a browser").Produces<ExplanationView>(200, "application/json", "text/html")
            .TakesQuery(("lang", "vi or en: the language of the page"), Records.Parameter).RefusesWith(401, 404, 503);
    }

    /// <summary>Reads the filters that lists and feeds share.</summary>
    public static AnniversaryQuery ReadFilters(QueryReader query, AnniversaryQuery range, TierSet tiersWithout, Almanac almanac)
    {
        var tiers = query.Names<Tier>("tier");
        return range with
        {
            Parties = query.Many<PartyCode>("party", text => PartyCode.TryParse(text, out var code) && almanac.FindParty(code) is not null ? code : null, "/v1/parties"),
            Groups = Groups(query, almanac),
            Kinds = query.Many<FactKind>(
                "kind", text => Names<FactKind>.TryParse(text, out var kind) && FactKinds.WithAnniversaries.Contains(kind) ? kind : null,
                string.Join(", ", FactKinds.WithAnniversaries.Select(kind => kind.Name()))),
            Tiers = tiers.IsEmpty ? tiersWithout : tiers.Aggregate(TierSet.None, (set, tier) => set | (TierSet)(1 << (int)tier)),
        };
    }

    // One that nobody is in would answer nothing, and tell nobody of the misspelling.
    private static ImmutableArray<string> Groups(QueryReader query, Almanac almanac)
    {
        var groups = query.Many("group");
        foreach (var group in groups)
        {
            if (!almanac.Parties.Any(party => party.Groups.Contains(group)))
            {
                query.Unknown("group", group, "/v1/parties");
            }
        }

        return groups;
    }

    private static async Task<IResult> List(HttpContext context, Records records, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var reading = await records.ReadAsync(query, context, ct);
        var almanac = reading.Almanac;
        var range = ReadFilters(query, Range(query, reading.Today), TierSet.All, almanac) with { Precisions = query.Names<Precision>("precision") };
        var page = Paging.Read(query);
        var after = page.After is { } key ? ReadKey(key) : null;
        if (page.After is not null && after is null)
        {
            Paging.Foreign(query);
        }

        query.Done();

        var found = almanac.Anniversaries(range, after, page.Limit + 1);
        if (found.Count > page.Limit)
        {
            found.RemoveAt(page.Limit);
            var last = found[^1].Key();
            Paging.Link(context, $"{last.Date} {last.Fact} {last.Number}");
        }

        int? count = page.Count ? almanac.Anniversaries(range).Count : null;
        return WantsCsv(context.Request)
            ? Answers.Tagged(Csv(found), "text/csv; charset=utf-8")
            : Answers.Tagged(new Page<AnniversaryView>([.. found.Select(AnniversaryView.Of)], count) { AsOf = reading.AsOf });
    }

    private static AnniversaryQuery Range(QueryReader query, LocalDate today)
    {
        var (year, first, end) = (query.Number("year", 1, PartialDate.MaxYear - 1), query.Day("from"), query.Day("to"));
        if (year is { } whole)
        {
            if (first is not null || end is not null)
            {
                query.Wrong("year", "year-or-range", "Chỉ dùng “year”, hoặc “from” và “to”.", "Use either \"year\", or \"from\" and \"to\".");
            }

            return new AnniversaryQuery(new LocalDate(whole, 1, 1), new LocalDate(whole + 1, 1, 1));
        }

        var from = first ?? today;
        var to = end ?? (from.Year < PartialDate.MaxYear - 2 ? from.PlusMonths(24) : new LocalDate(PartialDate.MaxYear, 12, 31));
        if (to <= from)
        {
            query.Wrong("to", "reversed-range", "“to” phải sau “from” (ngày “to” không được tính).", "\"to\" must lie after \"from\" (it is exclusive).");
        }
        else if (from.Year + _maxYears <= PartialDate.MaxYear && to > from.PlusYears(_maxYears))
        {
            query.Wrong("to", "range-too-long", $"Khoảng ngày dài nhất là {_maxYears} năm.", $"A range has at most {_maxYears} years.");
        }

        return new AnniversaryQuery(from, to);
    }

    private static async Task<IResult> Read(string fact, int number, HttpContext context, Records records, CancellationToken ct)
    {
        var reading = await records.ReadAsync(context, ct);
        return Find(reading.Almanac, fact, number) is { } found ? Answers.Tagged(AnniversaryView.Of(found) with { AsOf = reading.AsOf }) : Missing();
    }

    private static async Task<IResult> Explain(string fact, int number, HttpContext context, Records records, CivilClock clock, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        _ = query.Name("lang", Language.Vi); // The page reads it; here it is only allowed.
        var reading = await records.ReadAsync(query, context, ct);
        query.Done();

        var almanac = reading.Almanac;
        var id = default(FactId);
        var told = FactId.TryParse(fact, out id) && almanac.Find(id) is { } known ? ExplanationView.Of(almanac, known, number, clock.Zone) : null;
        if (told is null)
        {
            return Missing();
        }

        told = told with { AsOf = reading.AsOf };
        return WantsHtml(context.Request)
            ? Pages.Html.Page<Pages.ExplanationPage>(context, (nameof(Pages.ExplanationPage.Explanation), told), (nameof(Pages.ExplanationPage.AsOf), reading.At?.InZone(clock.Zone).LocalDateTime))
            : Answers.Tagged(told, almanac.VersionOf(almanac.Find(id)!.Stream));
    }

    private static Anniversary? Find(Almanac almanac, string fact, int number) =>
        FactId.TryParse(fact, out var id) && almanac.Find(id) is { } found ? Anniversary.Of(almanac, found, number) : null;

    private static IResult Missing() => Problems.NotFound(
        "Không có ngày kỷ niệm này: sự kiện không có trong sổ, không được kỷ niệm, hoặc số năm không đúng.",
        "There is no such anniversary: the fact is not on record, is not commemorated, or has no such year.");

    private static AnniversaryKey? ReadKey(string key) =>
        key.Split(' ') is [var date, var fact, var number] && PartialDate.TryParse(date, out var on, out _) && FactId.TryParse(fact, out var id)
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? new AnniversaryKey(on, id, n)
            : null;

    private static bool WantsCsv(HttpRequest request) => Prefers(request, "text/csv", "application/json");

    private static bool WantsHtml(HttpRequest request) => Prefers(request, "text/html", "application/json");

    // Whether Accept names the type at least as strongly as the default one.
    private static bool Prefers(HttpRequest request, string type, string otherwise)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept.OfType<string>().ToList(), out var accepted))
        {
            return false;
        }

        return Weight(type) > 0 && Weight(type) >= Weight(otherwise);

        double Weight(string named) =>
            accepted.FirstOrDefault(media => media.MediaType.Equals(named, StringComparison.OrdinalIgnoreCase)) is { } media ? media.Quality ?? 1 : 0;
    }

    private static byte[] Csv(IEnumerable<Anniversary> anniversaries)
    {
        using var buffer = new MemoryStream();

        // A spreadsheet would run a cell that begins like a formula. The mark at the start tells it that this is UTF-8.
        buffer.Write("\uFEFF"u8);
        using (var csv = CsvWriter.Create(buffer, CsvWriterOptions.Default with { Injection = CsvInjection.Escape, NewLine = "\r\n" }, leaveOpen: true))
        {
            csv.WriteRecord(_columns);
            foreach (var view in anniversaries.Select(AnniversaryView.Of))
            {
                csv.WriteRecord(
                [
                    view.Id, view.Date.ToString(), view.Precision.Name(), view.Years?.ToString(CultureInfo.InvariantCulture) ?? "", view.Tier.Name(),
                    view.Jubilee ? "true" : "false", view.Kind.Name(), string.Join(' ', view.Parties), string.Join(' ', view.Partners),
                    view.Title.Vi, view.Title.En, view.Origin?.ToString() ?? "", view.Confidence.Name(), view.Suspended ? "true" : "false",
                ]);
            }
        }

        return buffer.ToArray();
    }
}
