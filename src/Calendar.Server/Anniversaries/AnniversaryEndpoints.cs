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
    private const int _maxYears = 100;

    private static readonly Table<AnniversaryView> _table = new("anniversaries",
    [
        new("id", 42, x => x.Id), new("date", 12, x => x.Date.ToString()), new("precision", 10, x => x.Precision.Name()), new("years", 8, x => x.Years),
        new("tier", 8, x => x.Tier.Name()), new("jubilee", 8, x => x.Jubilee), new("kind", 22, x => x.Kind.Name()),
        new("parties", 14, x => string.Join(' ', x.Parties)), new("partners", 14, x => string.Join(' ', x.Partners)),
        new("title_vi", 60, x => x.Title.Vi), new("title_en", 60, x => x.Title.En), new("origin", 12, x => x.Origin?.ToString()),
        new("confidence", 12, x => x.Confidence.Name()), new("suspended", 10, x => x.Suspended),
        new("fact_title_vi", 60, x => x.FactTitle.Vi), new("fact_title_en", 60, x => x.FactTitle.En),
    ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var anniversaries = routes.MapGroup("/v1/anniversaries").WithTags("Anniversaries");
        anniversaries.MapGet("", List)
            .WithSummary("The anniversaries of a range, in JSON, CSV or XLSX (Accept, or format)")
            .Produces<Page<AnniversaryView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(
                ("from", "First day; today without from and year"), ("to", "Day after the last; 24 months later without to and year"), ("year", "One calendar year, instead of from and to"),
                ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"), ("kind", "Kinds in commas; national_day only when named"),
                ("tier", "round, half, other; all when left out"), ("precision", "year, month, day"),
                ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"), Negotiation.Parameter);
        anniversaries.MapGet("{fact}/{number:int}", (string fact, int number, AlmanacFollower follower) =>
                Find(follower.Current, fact, number) is { } found ? Answers.Tagged(AnniversaryView.Of(found)) : Missing())
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

        var form = Negotiation.FormOf(context.Request, query);
        query.Done();

        var found = almanac.Anniversaries(range, after, page.Limit + 1);
        if (found.Count > page.Limit)
        {
            found.RemoveAt(page.Limit);
            var last = found[^1].Key();
            Paging.Link(context, $"{last.Date} {last.Fact} {last.Number}");
        }

        int? count = page.Count ? almanac.Anniversaries(range).Count : null;
        var items = found.Select(AnniversaryView.Of).ToList();
        return form == ListForm.Json ? Answers.Tagged(new Page<AnniversaryView>(items, count)) : _table.Answer(form, items);
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

    private static IResult Explain(string fact, int number, HttpContext context, AlmanacFollower follower)
    {
        var almanac = follower.Current;
        var id = default(FactId);
        var told = FactId.TryParse(fact, out id) && almanac.Find(id) is { } known ? ExplanationView.Of(almanac, known, number) : null;
        return (told, Negotiation.Prefers(context.Request, "text/html", Negotiation.Json)) switch
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
}
