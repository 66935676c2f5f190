using System.Collections.Immutable;
using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Server.Access;
using Calendar.Server.AsOf;
using Calendar.Server.Http;

namespace Calendar.Server.Facts;

/// <summary><c>/v1/facts</c>: the record as a list, one fact, and what may be said about it.</summary>
internal static class FactEndpoints
{
    private static readonly (string Route, string Command)[] _commands =
    [
        ("claims", "claim_date"),
        ("preference", "prefer_claim"),
        ("title", "retitle_fact"),
        ("withdrawal", "withdraw_fact"),
        ("reinstatement", "reinstate_fact"),
        ("end", "end_commemoration"),
        ("resumption", "resume_commemoration"),
        ("waiver", "waive_anniversary"),
        ("waiver/lifting", "lift_waiver"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/facts", List).WithTags("Facts").Needs(Permission.ReadRecord)
            .WithSummary("The facts in the order of recording, withdrawn ones too; as CSV or XLSX (Accept, or format) those of relationships, in the columns that an import takes")
            .Produces<Page<FactView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(
                ("party", "Codes in commas"), ("kind", "Kinds in commas; a table holds only those of relationships"), Negotiation.Parameter,
                ("limit", $"At most {Paging.MaxLimit}; a table has up to {FactTable.MaxRows} rows"), ("cursor", "From a next link"), ("count", "true adds the total, in JSON"));
        var facts = routes.MapGroup("/v1/facts/{fact}").WithTags("Facts").Needs(Permission.ReadRecord);
        facts.MapGet("", Read)
            .WithSummary("A fact with its claims, sources and the events about it").Produces<FactView>().TakesQuery(Records.Parameter).RefusesWith(401, 404, 503);

        foreach (var (route, command) in _commands)
        {
            facts.MapPost(route, (string fact, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                    FactId.TryParse(fact, out var id)
                        ? endpoint.HandleAsync(context, command, [("fact", id.ToString())], (almanac, _) => Show(almanac, id), ct)
                        : Task.FromResult(Missing(fact)))
                .WithSummary(command).TakesCommand(command, "fact").Produces<FactView>(StatusCodes.Status201Created).Produces<FactView>()
                .Needs(Permission.RecordFacts);
        }
    }

    private static IResult List(HttpContext context, AlmanacFollower follower)
    {
        var almanac = follower.Current;
        var query = new QueryReader(context.Request);
        var form = Negotiation.FormOf(context.Request, query);
        var filter = new FactQuery(
            query.Many<PartyCode>("party", text => PartyCode.TryParse(text, out var code) && almanac.FindParty(code) is not null ? code : null, "/v1/parties"),
            Kinds(query, form));
        var page = form == ListForm.Json ? Paging.Read(query) : Paging.Read(query, FactTable.MaxRows, FactTable.MaxRows);
        FactId? after = FactId.TryParse(page.After, out var last) && almanac.Find(last) is not null ? last : null;
        if (page.After is not null && after is null)
        {
            Paging.Foreign(query);
        }

        query.Done();

        var found = almanac.Facts(filter, after).Take(page.Limit + 1).ToList();
        if (found.Count > page.Limit)
        {
            found.RemoveAt(page.Limit);
            Paging.Link(context, found[^1].Id.ToString());
        }

        return form == ListForm.Json
            ? Answers.Tagged(new Page<FactView>([.. found.Select(fact => FactView.Of(almanac, fact))], page.Count ? almanac.Facts(filter, null).Count() : null))
            : FactTable.Table.Answer(form, found);
    }

    // The facts of parties and accords come from other commands, with other members: JSON lists them all.
    private static ImmutableArray<FactKind> Kinds(QueryReader query, ListForm form)
    {
        var kinds = query.Names<FactKind>("kind");
        if (form == ListForm.Json)
        {
            return kinds;
        }

        foreach (var kind in kinds.Where(kind => !FactKinds.OfRelationships.Contains(kind)))
        {
            query.Wrong(
                "kind", "kind-not-in-tables",
                $"Bảng chỉ có sự kiện của quan hệ: lấy “{kind.Name()}” bằng JSON.", $"A table holds only facts of relationships: take \"{kind.Name()}\" as JSON.");
        }

        return kinds.IsEmpty ? FactKinds.OfRelationships : kinds;
    }

    public static Shown? Show(Almanac almanac, FactId id) => almanac.Find(id) is { } fact
        ? new Shown(Links.Fact(id), FactView.Of(almanac, fact), almanac.VersionOf(fact.Stream))
        : null;

    private static async Task<IResult> Read(string fact, HttpContext context, Records records, CancellationToken ct)
    {
        var reading = await records.ReadAsync(context, ct);
        return FactId.TryParse(fact, out var id) && reading.Almanac.Find(id) is { } found
            ? Answers.Tagged(FactView.Of(reading.Almanac, found) with { AsOf = reading.AsOf }, reading.Almanac.VersionOf(found.Stream))
            : Missing(fact);
    }

    private static IResult Missing(string fact) => Problems.NotFound(
        $"Không có sự kiện “{(fact.Length <= 60 ? fact : "…")}”.", $"There is no fact \"{(fact.Length <= 60 ? fact : "…")}\".");
}
