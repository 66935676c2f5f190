using System.Collections.Immutable;
using System.Globalization;
using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Search;
using Calendar.Server.Access;
using Calendar.Server.AsOf;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Anniversaries;

/// <summary><c>/v1/anniversaries</c>: what is coming, in JSON and CSV, and why.</summary>
internal static class AnniversaryEndpoints
{
    private static readonly Table<AnniversaryView> _table = new("anniversaries",
    [
        new("id", 42, x => x.Id), new("date", 12, x => x.Date.ToString()), new("precision", 10, x => x.Precision.Name()), new("years", 8, x => x.Years),
        new("tier", 8, x => x.Tier.Name()), new("jubilee", 8, x => x.Jubilee), new("kind", 22, x => x.Kind.Name()),
        new("parties", 14, x => string.Join(' ', x.Parties)), new("partners", 14, x => string.Join(' ', x.Partners)),
        new("title_vi", 60, x => x.Title.Vi), new("title_en", 60, x => x.Title.En), new("origin", 12, x => x.Origin?.ToString()),
        new("confidence", 12, x => x.Confidence.Name()), new("suspended", 10, x => x.Suspended),
        new("fact_title_vi", 60, x => x.FactTitle.Vi), new("fact_title_en", 60, x => x.FactTitle.En),
    ]);

    /// <summary>For the OpenAPI document of every route that reads the filters.</summary>
    public static (string Name, string Description) Association { get; } = ("association", "Associations that cover them, in commas: all partners are the association's");

    public static void Map(IEndpointRouteBuilder routes)
    {
        var anniversaries = routes.MapGroup("/v1/anniversaries").WithTags("Anniversaries").Needs(Permission.ReadRecord);
        anniversaries.MapGet("", List)
            .WithSummary("The anniversaries of a range, in JSON, CSV or XLSX (Accept, or format)")
            .Produces<Page<AnniversaryView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(
                ("from", "First day; today without from and year"), ("to", "Day after the last; 24 months later without to and year"), ("year", "One calendar year, instead of from and to"),
                ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"), Association, ("kind", "Kinds in commas; national_day only when named"),
                ("tier", "round, half, other; all when left out"), ("precision", "year, month, day"),
                ("q", "Words, or beginnings of words, of the title and the parties' names, in either language and with or without marks; the best first, not the earliest"),
                ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"), Records.Parameter, Negotiation.Parameter)
            .RefusesWith(401, 503);
        anniversaries.MapGet("{fact}/{number:int}", Read)
            .WithSummary("One anniversary").Produces<AnniversaryView>().TakesQuery(Records.Parameter).RefusesWith(401, 404, 503);
        anniversaries.MapGet("{fact}/{number:int}/explanation", Explain)
            .WithSummary("Why it is there: fact, claims, rule; a page for a browser").Produces<ExplanationView>(200, "application/json", "text/html")
            .TakesQuery(("lang", "vi or en: the language of the page"), Records.Parameter).RefusesWith(401, 404, 503);
    }

    /// <summary>Reads the filters that lists and feeds share.</summary>
    /// <param name="almanac">Knows which parties, groups and associations there are; null to take any, where they were checked before.</param>
    public static AnniversaryQuery ReadFilters(QueryReader query, AnniversaryQuery range, TierSet tiersWithout, Almanac? almanac, bool withTiers = true)
    {
        var tiers = withTiers ? query.Names<Tier>("tier") : [];
        return range with
        {
            Parties = Parties(query, almanac),
            Groups = Groups(query, almanac),
            Associations = query.Many<Slug>(
                "association", text => Slug.TryParse(text, out var slug) && (almanac is null || almanac.FindAssociation(slug) is not null) ? slug : null, "/v1/associations"),
            Kinds = query.Many<FactKind>(
                "kind", text => Names<FactKind>.TryParse(text, out var kind) && FactKinds.WithAnniversaries.Contains(kind) ? kind : null,
                string.Join(", ", FactKinds.WithAnniversaries.Select(kind => kind.Name()))),
            Tiers = tiers.IsEmpty ? tiersWithout : tiers.Aggregate(TierSet.None, (set, tier) => set | (TierSet)(1 << (int)tier)),
        };
    }

    public static ImmutableArray<PartyCode> Parties(QueryReader query, Almanac? almanac) => query.Many<PartyCode>(
        "party", text => PartyCode.TryParse(text, out var code) && (almanac is null || almanac.FindParty(code) is not null) ? code : null, "/v1/parties");

    // One that nobody was ever in would answer nothing, and tell nobody of the misspelling.
    public static ImmutableArray<string> Groups(QueryReader query, Almanac? almanac)
    {
        var groups = query.Many("group");
        foreach (var group in groups)
        {
            if (almanac?.KnowsGroup(group) == false)
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
        var search = query.Search("q");
        var page = Paging.Read(query);
        var after = page.After is { } key ? ReadKey(key, ranked: search is not null) : null;
        if (page.After is not null && after is null)
        {
            Paging.Foreign(query);
        }

        var form = Negotiation.FormOf(context.Request, query);
        query.Done();

        var found = Find(almanac, range, search, after, page.Limit + 1);
        if (found.Count > page.Limit)
        {
            found.RemoveAt(page.Limit);
            Paging.Link(context, KeyOf(found[^1], ranked: search is not null));
        }

        var collisions = new Collisions(almanac);
        int? count = !page.Count ? null : search is null ? almanac.Count(range) : almanac.Count(range, search);
        var items = found.ConvertAll(one => AnniversaryView.Of(one.Anniversary, collisions));
        return form == ListForm.Json ? Answers.Tagged(new Page<AnniversaryView>(items, count) { AsOf = reading.AsOf }) : _table.Answer(form, items);
    }

    private static AnniversaryQuery Range(QueryReader query, LocalDate today)
    {
        if (query.Number("year", 1, PartialDate.MaxYear - 1) is { } whole)
        {
            var (from, to) = (query.Day("from"), query.Day("to"));
            if (from is not null || to is not null)
            {
                query.Wrong("year", "year-or-range", "Chỉ dùng “year”, hoặc “from” và “to”.", "Use either \"year\", or \"from\" and \"to\".");
            }

            return new AnniversaryQuery(new LocalDate(whole, 1, 1), new LocalDate(whole + 1, 1, 1));
        }

        var (first, end) = query.Range(today, months: 24);
        return new AnniversaryQuery(first, end);
    }

    private static async Task<IResult> Read(string fact, int number, HttpContext context, Records records, CancellationToken ct)
    {
        var reading = await records.ReadAsync(context, ct);
        return Find(reading.Almanac, fact, number) is { } found ? Answers.Tagged(AnniversaryView.Of(found, new Collisions(found.Almanac)) with { AsOf = reading.AsOf }) : Missing();
    }

    private static async Task<IResult> Explain(string fact, int number, HttpContext context, Records records, CivilClock clock, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        _ = query.Name("lang", Language.Vi); // The page reads it; here it is only allowed.
        var reading = await records.ReadAsync(query, context, ct);
        query.Done();

        var almanac = reading.Almanac;
        if (FindFact(almanac, fact) is not { } known || ExplanationView.Of(almanac, known, number, clock.Zone) is not { } told)
        {
            return Missing();
        }

        told = told with { AsOf = reading.AsOf };
        return Negotiation.Prefers(context.Request, "text/html", Negotiation.Json)
            ? Pages.Html.Page<Pages.ExplanationPage>(context, (nameof(Pages.ExplanationPage.Explanation), told), (nameof(Pages.ExplanationPage.AsOf), reading.At?.InZone(clock.Zone).LocalDateTime))
            : Answers.Tagged(told, almanac.VersionOf(known.Stream));
    }

    private static Anniversary? Find(Almanac almanac, string fact, int number) =>
        FindFact(almanac, fact) is { } found ? Anniversary.Of(almanac, found, number) : null;

    // A series keeps its address when another fact takes the place of a mis-filed one.
    private static Fact? FindFact(Almanac almanac, string fact) =>
        FactId.TryParse(fact, out var id) && almanac.Find(id) is { } found ? almanac.Current(found) : null;

    private static IResult Missing() => Problems.NotFound(
        "Không có ngày kỷ niệm này: sự kiện không có trong sổ, không được kỷ niệm, hoặc số năm không đúng.",
        "There is no such anniversary: the fact is not on record, is not commemorated, or has no such year.");

    // Without a search nothing fits better than anything else.
    private static List<(SearchRank Rank, Anniversary Anniversary)> Find(Almanac almanac, AnniversaryQuery range, SearchQuery? search, FoundKey? after, int limit) =>
        search is null
            ? almanac.Anniversaries(range, after?.Anniversary, limit).ConvertAll(anniversary => (default(SearchRank), anniversary))
            : almanac.Anniversaries(range, search, after, limit);

    private static string KeyOf((SearchRank Rank, Anniversary Anniversary) found, bool ranked)
    {
        var key = found.Anniversary.Key();
        return $"{(ranked ? $"{(int)found.Rank} " : "")}{key.Date} {key.Fact} {key.Number}";
    }

    private static FoundKey? ReadKey(string key, bool ranked)
    {
        var parts = key.Split(' ');
        var rank = 0;
        if (ranked && (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out rank) || !Enum.IsDefined((SearchRank)rank)))
        {
            return null;
        }

        return parts[(ranked ? 1 : 0)..] is [var date, var fact, var number] && PartialDate.TryParse(date, out var on, out _) && FactId.TryParse(fact, out var id)
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? new FoundKey((SearchRank)rank, new AnniversaryKey(on, id, n))
            : null;
    }
}
