using System.Collections.Immutable;
using System.Globalization;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Anniversaries;

/// <summary><c>/v1/anniversaries</c>: what is coming, in JSON and CSV, and why.</summary>
internal static class AnniversaryEndpoints
{
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
                ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"));
        anniversaries.MapGet("{fact}/{number:int}", (string fact, int number, AlmanacFollower follower) =>
                Find(follower.Current, fact, number) is { } found ? Answers.Tagged(AnniversaryView.Of(found, new Collisions(found.Almanac))) : Missing())
            .WithSummary("One anniversary").Produces<AnniversaryView>().RefusesWith(404);
        anniversaries.MapGet("{fact}/{number:int}/explanation", Explain)
            .WithSummary("Why it is there: fact, claims, rule; a page for a browser").Produces<ExplanationView>(200, "application/json", "text/html").RefusesWith(404);
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

    private static IResult List(HttpContext context, AlmanacFollower follower, CivilClock clock)
    {
        var almanac = follower.Current;
        var query = new QueryReader(context.Request);
        var range = ReadFilters(query, Range(query, clock.Today), TierSet.All, almanac) with { Precisions = query.Names<Precision>("precision") };
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

        var collisions = new Collisions(almanac);
        int? count = page.Count ? almanac.Anniversaries(range).Count : null;
        var views = found.ConvertAll(x => AnniversaryView.Of(x, collisions));
        return context.Request.Prefers("text/csv") ? Answers.Table(_columns, views.Select(Row)) : Answers.Tagged(new Page<AnniversaryView>(views, count));
    }

    private static AnniversaryQuery Range(QueryReader query, LocalDate today)
    {
        if (query.Number("year", 1, PartialDate.MaxYear - 1) is { } whole)
        {
            if (query.Day("from") is not null || query.Day("to") is not null)
            {
                query.Wrong("year", "year-or-range", "Chỉ dùng “year”, hoặc “from” và “to”.", "Use either \"year\", or \"from\" and \"to\".");
            }

            return new AnniversaryQuery(new LocalDate(whole, 1, 1), new LocalDate(whole + 1, 1, 1));
        }

        var (from, to) = query.Range(today, months: 24);
        return new AnniversaryQuery(from, to);
    }

    private static IResult Explain(string fact, int number, HttpContext context, AlmanacFollower follower)
    {
        var almanac = follower.Current;
        var id = default(FactId);
        var told = FactId.TryParse(fact, out id) && almanac.Find(id) is { } known ? ExplanationView.Of(almanac, known, number) : null;
        return (told, context.Request.Prefers("text/html")) switch
        {
            (null, _) => Missing(),
            (_, true) => Pages.Html.Page<Pages.ExplanationPage>(context, (nameof(Pages.ExplanationPage.Explanation), told)),
            _ => Answers.Tagged(told, almanac.VersionOf(almanac.Find(id)!.Stream)),
        };
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

    private static string[] Row(AnniversaryView view) =>
    [
        view.Id, view.Date.ToString(), view.Precision.Name(), view.Years?.ToString(CultureInfo.InvariantCulture) ?? "", view.Tier.Name(),
        view.Jubilee ? "true" : "false", view.Kind.Name(), string.Join(' ', view.Parties), string.Join(' ', view.Partners),
        view.Title.Vi, view.Title.En, view.Origin?.ToString() ?? "", view.Confidence.Name(), view.Suspended ? "true" : "false",
    ];
}
