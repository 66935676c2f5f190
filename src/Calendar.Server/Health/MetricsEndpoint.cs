using System.Net;
using Calendar.Access;
using Calendar.Server.Access;
using Calendar.Server.Http;

namespace Calendar.Server.Health;

/// <summary><c>/metrics</c>, for Prometheus: asked from this machine, or by administrators.</summary>
internal static class MetricsEndpoint
{
    // A proxy on this machine asks for somebody else.
    private static readonly string[] _ofProxies = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Real-IP", "Via"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        // From the start on: what is counted is counted from then.
        var metrics = routes.ServiceProvider.GetRequiredService<Metrics>();
        routes.MapGet("/metrics", (HttpContext context, Callers callers) => AnswerAsync(context, callers, metrics)).WithTags("Health").NeedsNothing()
            .WithSummary("How the service fares, for Prometheus; from the machine it runs on, or with an admin's token")
            .Produces<string>(200, "text/plain").RefusesWith(401, 403);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, Callers callers, Metrics metrics)
    {
        if (!IsLocal(context))
        {
            if (await callers.FindAsync(context) is not { } caller)
            {
                TokenAuthentication.Challenge(context);
                return Problems.Unauthenticated(context, Permission.Watch);
            }

            if (!caller.Role.May(Permission.Watch))
            {
                return Problems.NotPermitted(Permission.Watch, caller.Role);
            }
        }

        context.Response.Headers.CacheControl = "private, no-store";
        return Results.Text(metrics.Write(), "text/plain; version=0.0.4; charset=utf-8");
    }

    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && !_ofProxies.Any(context.Request.Headers.ContainsKey);
}
