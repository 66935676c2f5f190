using Calendar.Server.Access;
using Calendar.Server.Reminders;
using Calendar.Server.Subscriptions;

namespace Calendar.Server.Health;

/// <summary>
/// What the instance has got through at start. Once ready it stays ready: reads go on from memory. One whose first fold met an
/// event that cannot be read is never ready: its feeds would lack entries that subscribers have.
/// </summary>
internal sealed class Readiness(AlmanacFollower follower, TokenFollower tokens, SubscriptionFollower subscriptions)
{
    private readonly TaskCompletionSource _planned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _packLoaded;

    /// <summary>Raised once, when facts and templates are whole.</summary>
    public event EventHandler? PackLoaded;

    public bool IsPackLoaded => _packLoaded;

    /// <summary>Done when the plans of a first start are open, or were not to be opened here and now.</summary>
    public Task Planned => _planned.Task;

    public bool IsReady => _packLoaded && Planned.IsCompleted && follower.State != FoldState.Folding && tokens.Loaded.IsCompleted && subscriptions.Loaded.IsCompleted;

    public void PackIsLoaded()
    {
        _packLoaded = true;
        if (!follower.Current.Plans.Plans.IsEmpty)
        {
            // No first start.
            _planned.TrySetResult();
        }

        PackLoaded?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>A planning round has come to an end, whatever became of it.</summary>
    public void RoundHasRun()
    {
        if (_packLoaded)
        {
            _planned.TrySetResult();
        }
    }
}

/// <summary><c>/health/live</c>, <c>/health/ready</c> (reads), <c>/health/write</c> (commands).</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health").NeedsNothing();
        health.MapGet("live", () => Results.Json(new HealthView("live", false)));
        health.MapGet("ready", (AlmanacFollower follower, Readiness readiness, DeliveryWatch watch) =>
        {
            var ready = readiness.IsReady;
            var degraded = follower.State == FoldState.Stopped || !follower.Connected || !watch.IsWell;
            var status = ready ? "ready" : follower.State == FoldState.Stopped ? "incomplete" : "starting";
            return Results.Json(new HealthView(status, degraded), statusCode: ready ? 200 : 503);
        });
        health.MapGet("write", (AlmanacFollower follower) =>
        {
            var writes = follower.State == FoldState.Following && follower.Connected;
            return Results.Json(new HealthView(writes ? "ready" : "unavailable", !writes), statusCode: writes ? 200 : 503);
        });
    }

    /// <param name="Degraded">Reads go on from the last good almanac, but the fold has stopped, the database is away, or reminders do not leave.</param>
    internal sealed record HealthView(string Status, bool Degraded);
}
