using System.CommandLine;
using Calendar.EventStore;
using Calendar.Server.Exports;

namespace Calendar.Server.Cli;

/// <summary><c>export [FILE]</c>: the log as JSON lines, as of one moment, also while a server writes.</summary>
internal static class ExportCommand
{
    public static System.CommandLine.Command Create()
    {
        var file = new Argument<FileInfo?>("FILE") { Description = "Where to; replaced when the export is whole. Standard output if left out.", Arity = ArgumentArity.ZeroOrOne };
        var export = new System.CommandLine.Command(
            "export", "Writes every event with ids, positions and envelopes as JSON lines, which restore takes back. Tokens and addresses are not in it.") { file };
        export.SetAction((parsed, ct) => RunAsync(parsed.GetValue(file), ct));
        return export;
    }

    private static async Task<int> RunAsync(FileInfo? target, CancellationToken ct)
    {
        var settings = Settings.Read(Environment.GetEnvironmentVariable);
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        await database.MigrateAsync(ct);
        await using var snapshot = await LogSnapshot.OpenAsync(database.Source, ct);
        using var progress = new Progress("events");
        long events;
        if (target is null)
        {
            await using var output = Console.OpenStandardOutput();
            events = await ExportWriter.WriteAsync(snapshot, output, progress.Add, ct);
        }
        else
        {
            await using var file = WholeFile.Create(target.FullName);
            await using (var output = file.Open(FileMode.Open))
            {
                events = await ExportWriter.WriteAsync(snapshot, output, progress.Add, ct);
            }

            await file.FinishAsync(ct);
        }

        progress.Dispose();
        await Console.Error.WriteLineAsync($"Exported {events} events.");
        return ExitCodes.Done;
    }
}
