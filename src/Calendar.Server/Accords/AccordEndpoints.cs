using Calendar.Access;
using Calendar.Server.Access;
using Calendar.Server.Facts;
using Calendar.Server.Http;

namespace Calendar.Server.Accords;

/// <summary><c>/v1/accords</c>: texts that several parties signed.</summary>
internal static class AccordEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var accords = routes.MapGroup("/v1/accords").WithTags("Accords").Needs(Permission.RecordFacts);
        Post("", "conclude_accord", [], _ => []);
        Post("{accord}/joining", "join_accord", ["accord"], Route);
        Post("{accord}/leaving", "leave_accord", ["accord"], Route);

        void Post(string route, string command, string[] decided, Func<HttpContext, (string Name, string Value)[]> members) =>
            accords.MapPost(route, (HttpContext context, CommandEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(
                    context, command, members(context), (almanac, asked) => FactEndpoints.Show(almanac, ((IStatesFact)asked).Fact), ct))
                .WithSummary(command).TakesCommand(command, decided).Produces<FactView>(StatusCodes.Status201Created).Produces<FactView>();

        static (string Name, string Value)[] Route(HttpContext context) => [("accord", (string)context.GetRouteValue("accord")!)];
    }
}
