using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Server.Access;
using Calendar.Server.Http;

namespace Calendar.Server.Facts;

/// <summary><c>/v1/facts</c>: one fact, and what may be said about it.</summary>
internal static class FactEndpoints
{
    private static readonly (string Route, string Command, Type Body)[] _commands =
    [
        ("claims", "claim_date", typeof(ClaimDate)),
        ("preference", "prefer_claim", typeof(PreferClaim)),
        ("title", "retitle_fact", typeof(RetitleFact)),
        ("withdrawal", "withdraw_fact", typeof(WithdrawFact)),
        ("reinstatement", "reinstate_fact", typeof(ReinstateFact)),
        ("end", "end_commemoration", typeof(EndCommemoration)),
        ("resumption", "resume_commemoration", typeof(ResumeCommemoration)),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var facts = routes.MapGroup("/v1/facts/{fact}").WithTags("Facts");
        facts.MapGet("", (string fact, AlmanacFollower follower) =>
                FactId.TryParse(fact, out var id) && Show(follower.Current, id) is { } shown
                    ? Answers.Tagged((FactView)shown.Value, shown.Version)
                    : Missing(fact))
            .WithSummary("A fact with its claims, sources and the events about it").Produces<FactView>();

        foreach (var (route, command, body) in _commands)
        {
            facts.MapPost(route, (string fact, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                    FactId.TryParse(fact, out var id)
                        ? endpoint.HandleAsync(context, command, [("fact", id.ToString())], (almanac, _) => Show(almanac, id), ct)
                        : Task.FromResult(Missing(fact)))
                .WithSummary(command).TakesCommand(body, "fact").Produces<FactView>(StatusCodes.Status201Created).Produces<FactView>()
                .RequireAuthorization(TokenAuthentication.Historian);
        }
    }

    public static Shown? Show(Almanac almanac, FactId id) => almanac.Find(id) is { } fact
        ? new Shown(Links.Fact(id), FactView.Of(almanac, fact), almanac.VersionOf(fact.Stream))
        : null;

    private static IResult Missing(string fact) => Problems.NotFound(
        $"Không có sự kiện “{(fact.Length <= 60 ? fact : "…")}”.", $"There is no fact \"{(fact.Length <= 60 ? fact : "…")}\".");
}
