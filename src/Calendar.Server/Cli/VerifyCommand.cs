using System.CommandLine;
using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Server.Integrity;

namespace Calendar.Server.Cli;

/// <summary><c>verify</c>: reads the whole log as the service does and names the first place that is not in order.</summary>
internal static class VerifyCommand
{
    public static System.CommandLine.Command Create()
    {
        var personal = new Option<bool>("--personal")
        {
            Description = "Looks for mail addresses and telephone numbers in the log instead, and names the places, never what stands there.",
        };
        var verify = new System.CommandLine.Command(
            "verify", "Reads the whole log: dense versions, readable events, order, seals. Exit code 1 names the first bad place.") { personal };
        verify.SetAction((parsed, ct) => RunAsync(Settings.Read(Environment.GetEnvironmentVariable), parsed.GetValue(personal), ct));
        return verify;
    }

    private static async Task<int> RunAsync(Settings settings, bool personal, CancellationToken ct)
    {
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        await database.MigrateAsync(ct);
        await using var snapshot = await LogSnapshot.OpenAsync(database.Source, ct);
        return personal ? await FindPersonalDataAsync(snapshot, ct) : await CheckAsync(snapshot, settings, ct);
    }

    private static async Task<int> CheckAsync(LogSnapshot snapshot, Settings settings, CancellationToken ct)
    {
        using var progress = new Progress("events");
        var check = await LogCheck.RunAsync(snapshot, settings.Home, progress.Add, ct);
        progress.Dispose();
        if (check.Fault is { } fault)
        {
            await Console.Out.WriteLineAsync($"Not in order. {fault}");
            return ExitCodes.Findings;
        }

        var almanac = check.Almanac;
        var seals = check.SealedUpTo == 0 ? "nothing sealed yet" : $"sealed up to position {check.SealedUpTo}";
        await Console.Out.WriteLineAsync(
            $"In order: {check.Events} events up to position {almanac.Position}, {almanac.FactCount} facts; {seals}.");
        await Console.Out.WriteLineAsync($"state {StateHash.Of(almanac)}");
        return ExitCodes.Done;
    }

    private static async Task<int> FindPersonalDataAsync(LogSnapshot snapshot, CancellationToken ct)
    {
        var (events, findings) = (0L, 0L);
        await foreach (var batch in snapshot.RowsAsync(0, ct))
        {
            events += batch.Count;
            foreach (var row in batch)
            {
                foreach (var (member, what) in PersonalData.In(row))
                {
                    findings++;
                    await Console.Out.WriteLineAsync($"Position {row.Event.Position} ({row.Event.StreamId}, version {row.Event.Version}), {member}: {what}");
                }
            }
        }

        await Console.Out.WriteLineAsync(findings == 0
            ? $"No mail address or telephone number in {events} events."
            : $"{findings} places in {events} events look like personal data.");
        return findings == 0 ? ExitCodes.Done : ExitCodes.Findings;
    }
}
