using Calendar.Almanacs;
using Calendar.Server.Access;
using Calendar.Server.AsOf;
using Calendar.Server.Http;

namespace Calendar.Server.Facts;

/// <summary><c>/v1/facts</c>: one fact, and what may be said about it.</summary>
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
        var facts = routes.MapGroup("/v1/facts/{fact}").WithTags("Facts");
        facts.MapGet("", Read)
            .WithSummary("A fact with its claims, sources and the events about it").Produces<FactView>().TakesQuery(Records.Parameter).RefusesWith(401, 404, 503);

        foreach (var (route, command) in _commands)
        {
            facts.MapPost(route, (string fact, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                    FactId.TryParse(fact, out var id)
                        ? endpoint.HandleAsync(context, command, [("fact", id.ToString())], (almanac, _) => Show(almanac, id), ct)
                        : Task.FromResult(Missing(fact)))
                .WithSummary(command).TakesCommand(command, "fact").Produces<FactView>(StatusCodes.Status201Created).Produces<FactView>()
                .RequireAuthorization(TokenAuthentication.Historian);
        }
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
