using Calendar.Almanacs;
using Calendar.Gaps;
using Calendar.Server.Anniversaries;
using Calendar.Server.Http;

namespace Calendar.Server.Gaps;

/// <summary>A gap as answers show it.</summary>
/// <param name="Code">competing_claims, unconfirmed, no_day or no_national_day.</param>
/// <param name="Party">What lacks something, if it is a party.</param>
/// <param name="Fact">What lacks something, if it is a fact.</param>
/// <param name="Title">The fact's title or the party's name.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed record GapView(
    string Code, PartyCode? Party, FactId? Fact, Pair? Relationship, Text Title, Text Advice, IReadOnlyDictionary<string, string> Links)
{
    public static GapView Of(Gap gap) => new(
        gap.Code.Name(), gap.Party?.Code, gap.Fact?.Id, gap.Relationship, gap.Title, gap.Advice,
        gap.Fact is { } fact
            ? Server.Facts.Links.Of(fact)
            : new SortedDictionary<string, string>(StringComparer.Ordinal) { ["party"] = $"/v1/parties/{gap.Party!.Code}" });
}

/// <param name="Count">How many there are in all, and <paramref name="Counts"/> how many of each code, if the query asked.</param>
internal sealed record GapPage(IReadOnlyList<GapView> Items, int? Count, IReadOnlyDictionary<string, int>? Counts);

/// <summary><c>/v1/gaps</c>: what the record lacks, in JSON and CSV.</summary>
internal static class GapEndpoints
{
    private static readonly string[] _columns = ["code", "party", "fact", "relationship", "title_vi", "title_en", "advice_vi", "advice_en"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/gaps", List).WithTags("Gaps")
        .WithSummary("What the record lacks: dates that contradict each other, are unconfirmed or known to the month or year only, and missing national days")
        .Produces<GapPage>(200, "application/json", "text/csv")
        .TakesQuery(
            ("code", string.Join(", ", Names<GapCode>.All)), ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"),
            ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total and the totals by code"));

    private static IResult List(HttpContext context, AlmanacFollower follower)
    {
        var almanac = follower.Current;
        var query = new QueryReader(context.Request);
        var wanted = new GapQuery
        {
            Codes = query.Names<GapCode>("code"),
            Parties = AnniversaryEndpoints.Parties(query, almanac),
            Groups = AnniversaryEndpoints.Groups(query, almanac),
        };
        var page = Paging.Read(query);
        var after = page.After is { } key ? ReadKey(key, almanac) : null;
        if (page.After is not null && after is null)
        {
            Paging.Foreign(query);
        }

        query.Done();

        var found = almanac.Gaps(wanted, after).Take(page.Limit + 1).ToList();
        if (found.Count > page.Limit)
        {
            found.RemoveAt(page.Limit);
            var last = found[^1].Key;
            Paging.Link(context, $"{last.Code.Name()} {last.Fact?.ToString() ?? last.Party?.Value}");
        }

        IReadOnlyList<GapView> gaps = [.. found.Select(GapView.Of)];
        if (context.Request.Prefers("text/csv"))
        {
            return Answers.Table(_columns, gaps.Select(Row));
        }

        var counts = page.Count ? almanac.GapCounts(wanted) : null;
        return Answers.Tagged(new GapPage(
            gaps, counts?.Values.Sum(), counts?.OrderBy(count => count.Key).ToDictionary(count => count.Key.Name(), count => count.Value, StringComparer.Ordinal)));
    }

    private static string[] Row(GapView gap) =>
    [
        gap.Code, gap.Party?.Value ?? "", gap.Fact?.ToString() ?? "", gap.Relationship?.ToString() ?? "", gap.Title.Vi, gap.Title.En, gap.Advice.Vi, gap.Advice.En,
    ];

    private static GapKey? ReadKey(string key, Almanac almanac)
    {
        if (key.Split(' ') is not [var name, var about] || !Names<GapCode>.TryParse(name, out var code))
        {
            return null;
        }

        return code == GapCode.NoNationalDay
            ? PartyCode.TryParse(about, out var party) ? new GapKey(code, null, party) : null
            : FactId.TryParse(about, out var fact) && almanac.Find(fact) is not null ? new GapKey(code, fact, null) : null;
    }
}
