using Calendar.Access;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Relationships;
using Calendar.Search;
using Calendar.Server.Access;
using Calendar.Server.AsOf;
using Calendar.Server.Facts;
using Calendar.Server.Http;

namespace Calendar.Server.Relationships;

/// <summary>A relationship as answers show it.</summary>
/// <param name="Established">The preferred date of the ties; absent when none are on record.</param>
/// <param name="Suspended">Whether ties are broken today.</param>
internal sealed record RelationshipView(
    Pair Relationship, IReadOnlyList<PartyCode> Parties, Text Title, PartialDate? Established, Confidence? Confidence, bool Suspended, int FactCount,
    IReadOnlyDictionary<string, string> Links)
{
    /// <summary>The partnerships entered and standing, the latest first.</summary>
    public IReadOnlyList<PartnershipView>? Partnerships { get; init; }

    public IReadOnlyList<FactView>? Facts { get; init; }

    public AsOfView? AsOf { get; init; }
}

internal sealed record PartnershipView(FactId Fact, PartnershipLevel Level, Text Title, PartialDate Since);

/// <summary><c>/v1/relationships</c>.</summary>
internal static class RelationshipEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var relationships = routes.MapGroup("/v1/relationships").WithTags("Relationships").Needs(Permission.ReadRecord);
        relationships.MapGet("", List).WithSummary("The relationships on record").Produces<Page<RelationshipView>>()
            .TakesQuery(("party", "Codes in commas: relationships of any of them"), ("q", "Words, or beginnings of words, of the two names, in either language and with or without marks; the best first"), ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"), Records.Parameter)
            .RefusesWith(401, 503);
        relationships.MapGet("{pair}", (string pair, HttpContext context, Records records, CancellationToken ct) =>
                OfPairAsync(pair, "", context, records, Whole, ct))
            .WithSummary("One relationship with its facts").Produces<RelationshipView>().TakesQuery(Records.Parameter).RefusesWith(401, 404, 503);
        relationships.MapGet("{pair}/history", (string pair, HttpContext context, Records records, CancellationToken ct) =>
                OfPairAsync(pair, "/history", context, records, History, ct))
            .WithSummary("What happened between the two, oldest first, withdrawn facts and accords of both included")
            .Produces<Page<FactView>>().TakesQuery(Records.Parameter).RefusesWith(401, 404, 503);
        relationships.MapPost("{pair}/facts", (string pair, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                Pair.TryParse(pair, out var both)
                    ? endpoint.HandleAsync(context, "record_fact", [("relationship", both.ToString())], (almanac, asked) => FactEndpoints.Show(almanac, ((IStatesFact)asked).Fact), ct)
                    : Task.FromResult(Malformed(pair)))
            .WithSummary("Records a fact: ties, a partnership, a treaty, a milestone").TakesCommand("record_fact", "relationship")
            .Produces<FactView>(StatusCodes.Status201Created).Produces<FactView>()
            .Needs(Permission.RecordFacts);
    }

    private static async Task<IResult> List(HttpContext context, Records records, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var parties = query.Many<PartyCode>("party", text => PartyCode.TryParse(text, out var code) ? code : null, "JP, VN, …");
        var search = query.Search("q");
        var page = Paging.Read(query);
        var reading = await records.ReadAsync(query, context, ct);
        query.Done();

        var almanac = reading.Almanac;
        var pairs = almanac.Pairs.Where(pair => parties.IsEmpty || parties.Any(pair.Has));
        return search is null
            ? page.Answer(context, pairs.OrderBy(pair => pair.ToString(), StringComparer.Ordinal), pair => pair.ToString(), Show, reading.AsOf)
            : page.AnswerRanked(context, pairs, pair => almanac.RankOf(pair, search), pair => pair.ToString(), Show, reading.AsOf);

        RelationshipView Show(Pair pair) => View(reading, almanac.FindRelationship(pair)!, whole: false);
    }

    private static IResult Whole(Reading reading, Relationship relationship) => Answers.Tagged(
        View(reading, relationship, whole: true) with { AsOf = reading.AsOf }, reading.Almanac.VersionOf(Relationship.Stream(relationship.Pair)));

    private static IResult History(Reading reading, Relationship relationship)
    {
        var almanac = reading.Almanac;
        var facts = relationship.Facts.Keys.Select(id => almanac.Find(id)!).Concat(almanac.AccordsOf(relationship.Pair))
            .OrderBy(fact => fact.On).ThenBy(fact => fact.Id);
        return Answers.Tagged(
            new Page<FactView>([.. facts.Select(fact => FactView.Of(almanac, fact))], null) { AsOf = reading.AsOf },
            almanac.VersionOf(Relationship.Stream(relationship.Pair)));
    }

    private static RelationshipView View(Reading reading, Relationship relationship, bool whole)
    {
        var almanac = reading.Almanac;
        var pair = relationship.Pair;
        var standing = relationship.Facts.Values.Where(fact => fact.Withdrawn is null).ToList();
        var ties = standing.FirstOrDefault(fact => fact.Kind == FactKind.TiesEstablished);
        var today = new PartialDate(reading.Today);
        var names = Titles.Names(almanac, [pair.A, pair.B], today);
        return new RelationshipView(
            pair, [pair.A, pair.B], names, ties?.On, ties?.Confidence, almanac.SuspensionsOf(pair).On(today), relationship.Facts.Count,
            new SortedDictionary<string, string>(StringComparer.Ordinal) { ["history"] = Links.Relationship(pair) + "/history", ["self"] = Links.Relationship(pair) })
        {
            Partnerships =
            [
                .. standing.Where(fact => fact.Kind == FactKind.PartnershipElevated).OrderByDescending(fact => fact.On).ThenBy(fact => fact.Id)
                    .Select(fact => new PartnershipView(fact.Id, fact.Level!.Value, Titles.Of(almanac, fact), fact.On)),
            ],
            Facts = whole
                ? [.. relationship.Facts.Keys.Select(id => almanac.Find(id)!).OrderBy(fact => fact.On).ThenBy(fact => fact.Id).Select(fact => FactView.Of(almanac, fact))]
                : null,
        };
    }

    private static async Task<IResult> OfPairAsync(
        string text, string part, HttpContext context, Records records, Func<Reading, Relationship, IResult> answer, CancellationToken ct)
    {
        if (!Pair.TryParse(text, out var pair))
        {
            return Malformed(text);
        }

        if (!string.Equals(text, pair.ToString(), StringComparison.Ordinal))
        {
            return Results.Redirect(Links.Relationship(pair) + part + context.Request.QueryString, permanent: true, preserveMethod: true);
        }

        var reading = await records.ReadAsync(context, ct);
        return reading.Almanac.FindRelationship(pair) is { } relationship
            ? answer(reading, relationship)
            : Problems.NotFound($"Chưa có quan hệ {pair} trong sổ.", $"The record holds no relationship {pair}.");
    }

    private static IResult Malformed(string pair) => Problems.NotFound(
        $"“{(pair.Length <= 60 ? pair : "…")}” không phải là một cặp mã khác nhau như JP~VN.",
        $"\"{(pair.Length <= 60 ? pair : "…")}\" is not a pair of two different codes such as JP~VN.");
}
