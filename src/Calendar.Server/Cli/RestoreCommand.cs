using System.CommandLine;
using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Server.Exports;

namespace Calendar.Server.Cli;

/// <summary><c>restore FILE</c>: an export into an empty log, exactly as it was, all or nothing.</summary>
internal static class RestoreCommand
{
    public static System.CommandLine.Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A file that export wrote." };
        var restore = new System.CommandLine.Command(
            "restore", "Takes an export into an empty log and keeps ids, order, positions, versions, moments and envelopes. All or nothing.") { file };
        restore.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(file), ct));
        return restore;
    }

    private static async Task<int> RunAsync(FileInfo file, CancellationToken ct)
    {
        if (!file.Exists)
        {
            await Console.Error.WriteLineAsync($"There is no file {file}.");
            return ExitCodes.Failed;
        }

        var settings = Settings.Read(Environment.GetEnvironmentVariable);
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        await database.MigrateAsync(ct);
        using var progress = new Progress("lines");
        try
        {
            await using var input = file.OpenRead();
            var events = await ExportRestore.RunAsync(database.Source, input, progress.Add, ct);
            progress.Dispose();
            await Console.Out.WriteLineAsync($"Restored {events} events. Run verify, and compare its state with that of the log exported.");
            return ExitCodes.Done;
        }
        catch (Exception refused) when (refused is ExportRefusedException or RestoreRefusedException or LogBrokenException)
        {
            progress.Dispose();
            await Console.Error.WriteLineAsync($"Nothing was restored. {file.Name}: {refused.Message}");
            return ExitCodes.Failed;
        }
    }
}
