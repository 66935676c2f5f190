using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Gaps;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.AsOf;
using Calendar.Server.Http;

namespace Calendar.Server.Gaps;

/// <summary>A gap as answers show it.</summary>
/// <param name="Code">competing_claims, unconfirmed, no_day, no_national_day or no_association.</param>
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
            : OfParty(gap));

    private static SortedDictionary<string, string> OfParty(Gap gap)
    {
        var links = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["party"] = $"/v1/parties/{gap.Party!.Code}" };
        if (gap.Relationship is { } relationship)
        {
            links["relationship"] = $"/v1/relationships/{relationship}";
        }

        return links;
    }
}

/// <param name="Count">How many there are in all, and <paramref name="Counts"/> how many of each code, if the query asked.</param>
internal sealed record GapPage(IReadOnlyList<GapView> Items, int? Count, IReadOnlyDictionary<string, int>? Counts)
{
    public AsOfView? AsOf { get; init; }
}

/// <summary><c>/v1/gaps</c>: what the record lacks, in JSON, CSV and XLSX.</summary>
internal static class GapEndpoints
{
    private static readonly Table<GapView> _table = new("gaps",
    [
        new("code", 20, x => x.Code), new("party", 8, x => x.Party?.Value), new("fact", 38, x => x.Fact?.ToString()), new("relationship", 12, x => x.Relationship?.ToString()),
        new("title_vi", 60, x => x.Title.Vi), new("title_en", 60, x => x.Title.En), new("advice_vi", 80, x => x.Advice.Vi), new("advice_en", 80, x => x.Advice.En),
    ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/gaps", List).WithTags("Gaps").Needs(Permission.ReadRecord)
        .WithSummary("What the record lacks: dates that contradict each other, are unconfirmed or known to the month or year only, missing national days, and ties that no association at home is there for")
        .Produces<GapPage>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
        .TakesQuery(
            ("code", string.Join(", ", Names<GapCode>.All)), ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"),
            ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total and the totals by code"), Negotiation.Parameter, Records.Parameter)
        .RefusesWith(401, 503);

    private static async Task<IResult> List(HttpContext context, Records records, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var reading = await records.ReadAsync(query, context, ct);
        var almanac = reading.Almanac;
        var wanted = new GapQuery
        {
            Codes = query.Names<GapCode>("code"),
            Parties = AnniversaryEndpoints.Parties(query, almanac),
            Groups = AnniversaryEndpoints.Groups(query, almanac),
        };
        var (page, form) = (Paging.Read(query), Negotiation.FormOf(context.Request, query));
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
        if (form != ListForm.Json)
        {
            return _table.Answer(form, gaps);
        }

        var counts = page.Count ? almanac.GapCounts(wanted) : null;
        return Answers.Tagged(new GapPage(
            gaps, counts?.Values.Sum(), counts?.OrderBy(count => count.Key).ToDictionary(count => count.Key.Name(), count => count.Value, StringComparer.Ordinal)) { AsOf = reading.AsOf });
    }

    private static GapKey? ReadKey(string key, Almanac almanac)
    {
        if (key.Split(' ') is not [var name, var about] || !Names<GapCode>.TryParse(name, out var code))
        {
            return null;
        }

        return code.IsOfParty()
            ? PartyCode.TryParse(about, out var party) ? new GapKey(code, null, party) : null
            : FactId.TryParse(about, out var fact) && almanac.Find(fact) is not null ? new GapKey(code, fact, null) : null;
    }
}
