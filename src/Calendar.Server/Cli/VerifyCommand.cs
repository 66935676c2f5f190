using Calendar.Almanacs;
using Calendar.EventStore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calendar.Server.Cli;

/// <summary><c>verify</c>: reads the whole log as the service does and names the first place that is not in order.</summary>
internal static class VerifyCommand
{
    public static System.CommandLine.Command Create()
    {
        var verify = new System.CommandLine.Command("verify", "Reads the whole log: dense versions, readable events, order. Exit code 1 names the first bad place.");
        verify.SetAction((_, ct) => RunAsync(Settings.Read(Environment.GetEnvironmentVariable), ct));
        return verify;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken ct)
    {
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        await database.MigrateAsync(ct);
        await using var log = new EventLog(database.Source, NullLogger<EventLog>.Instance);
        var fold = new AlmanacFold(settings.Home);
        var events = 0L;
        try
        {
            await foreach (var batch in log.ReadAllAsync(0, ct))
            {
                foreach (var e in batch)
                {
                    fold.Apply(AlmanacFollower.Read(e));
                }

                await Console.Error.WriteAsync($"\r{events += batch.Count} events ");
            }
        }
        catch (LogBrokenException broken)
        {
            await Console.Error.WriteLineAsync();
            await Console.Out.WriteLineAsync($"Not in order. {broken.Message}");
            return ExitCodes.Findings;
        }

        await Console.Error.WriteLineAsync();
        if (await log.FindUnevenStreamAsync(ct) is { } uneven)
        {
            await Console.Out.WriteLineAsync(
                $"Not in order. {uneven.StreamId}: version {uneven.Version} is noted for it, and its last event has version {uneven.LastEvent}.");
            return ExitCodes.Findings;
        }

        await Console.Out.WriteLineAsync($"In order: {events} events up to position {fold.Position}, {fold.Publish().FactCount} facts.");
        return ExitCodes.Done;
    }
}
