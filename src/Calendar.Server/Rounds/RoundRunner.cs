using Calendar.EventStore;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Rounds;

/// <summary>
/// Runs every <see cref="Round"/> when it is due, each for itself. A round's lock in the database is held for its pass: an instance that finds it taken leaves
/// that pass to the other one.
/// </summary>
internal sealed class RoundRunner(IEnumerable<Round> rounds, NpgsqlDataSource source, CivilClock clock, ILogger<RoundRunner> logger) : BackgroundService
{
    private static readonly Duration _untilRetry = Duration.FromSeconds(15);

    // Clocks are set and machines sleep: how long is left is reckoned anew this often.
    private static readonly Duration _longestWait = Duration.FromMinutes(1);

    /// <summary>Adds a round; the one line a new kind needs.</summary>
    public static void Add<T>(IServiceCollection services)
        where T : Round => services.AddSingleton<T>().AddSingleton<Round>(provider => provider.GetRequiredService<T>());

    /// <summary>One pass, unless another instance is at it.</summary>
    /// <returns>Whether it was ours.</returns>
    public static async Task<bool> PassAsync(Round round, NpgsqlDataSource source, CancellationToken ct)
    {
        await using var alone = await AdvisoryLock.TryAcquireAsync(source, "calendar.rounds." + round.Name, ct);
        if (alone is null)
        {
            return false;
        }

        await round.PassAsync(ct);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(rounds.Select(round => Task.Run(() => RepeatAsync(round, stoppingToken), stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Of a host that could not start this would be told as our failure.
        }
    }

    private async Task RepeatAsync(Round round, CancellationToken ct)
    {
        while (true)
        {
            var pass = clock.Now;
            var due = await TryPassAsync(round, ct) ? round.NextAfter(pass) : pass + _untilRetry;
            var rest = Task.Delay(round.Rest, ct);
            await WaitUntilAsync(round, due, ct);
            await rest;
        }
    }

    // Whatever failed is told and tried again: one round's mistake must not end the others, nor its own next pass.
    private async Task<bool> TryPassAsync(Round round, CancellationToken ct)
    {
        try
        {
            await PassAsync(round, source, ct);
            return true;
        }
        catch (Exception away) when (away is (NpgsqlException and not PostgresException) or LogUnavailableException && !ct.IsCancellationRequested)
        {
            // An outage is no mistake, and may last: one line a try.
            logger.DatabaseAway(away.Message);
            return false;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            logger.RoundFailed(round.Name, e);
            return false;
        }
    }

    private async Task WaitUntilAsync(Round round, Instant due, CancellationToken ct)
    {
        while (due - clock.Now is var left && left > Duration.Zero && !await round.WaitAsync(Duration.Min(left, _longestWait).ToTimeSpan(), ct))
        {
            // Not yet.
        }
    }
}
