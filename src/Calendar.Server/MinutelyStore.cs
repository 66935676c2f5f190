namespace Calendar.Server;

/// <summary>What is counted in memory and stored once a minute and when the instance stops; a crash loses a minute of it.</summary>
internal abstract class MinutelyStore(ILogger logger) : BackgroundService
{
    private static readonly TimeSpan _betweenStores = TimeSpan.FromMinutes(1);

    /// <summary>Stores what has been counted.</summary>
    /// <exception cref="Npgsql.NpgsqlException">It cannot be; the counts are kept.</exception>
    public abstract Task StoreAsync(CancellationToken ct);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryStoreAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_betweenStores);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryStoreAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync stores what is left.
        }
    }

    // What cannot be stored now is stored later.
    private async Task TryStoreAsync(CancellationToken ct)
    {
        try
        {
            await StoreAsync(ct);
        }
        catch (Exception away) when (Database.IsAway(away))
        {
            logger.DatabaseAway(away.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // At the end there is no later: it took too long, and what was counted since the last time is lost.
        }
        catch (Exception mistake)
        {
            logger.CountsNotStored(mistake);
        }
    }
}
