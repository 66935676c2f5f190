using System.CommandLine;
using Calendar.LocalPostgres;
using Calendar.Server.Exports;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Cli;

/// <summary><c>backup DIR</c>: the whole database, tokens and all, in one new file.</summary>
internal static class BackupCommand
{
    private static readonly InstantPattern _name = InstantPattern.CreateWithInvariantCulture("'calendar-'uuuuMMdd'T'HHmmss.fff'Z.dump'");

    public static System.CommandLine.Command Create()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "Where the file goes; made if absent." };
        var backup = new System.CommandLine.Command(
            "backup", "Dumps the whole database into a new file named by the time (UTC), and prints the line that restores it. Also beside a running server.") { folder };
        backup.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(folder), ct));
        return backup;
    }

    private static async Task<int> RunAsync(DirectoryInfo folder, CancellationToken ct)
    {
        var settings = Settings.Read(Environment.GetEnvironmentVariable);
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        if (!await database.HasLogAsync(ct))
        {
            await Console.Error.WriteLineAsync("There is no log in this database, so there is nothing to back up: check CALENDAR_DATA and CALENDAR_DATABASE.");
            return ExitCodes.Failed;
        }

        folder.Create();
        var path = Path.Combine(folder.FullName, _name.Format(SystemClock.Instance.GetCurrentInstant()));
        await using var file = WholeFile.Create(path);
        var dump = await DatabaseDump.WriteAsync(database.ConnectionString, file.TemporaryPath, path, settings.PostgresBinaries, ct);
        await file.FinishAsync(ct);
        await Console.Out.WriteLineAsync($"{path} ({new FileInfo(path).Length} bytes). While no Calendar runs on the database, this line puts it back:");
        await Console.Out.WriteLineAsync(await database.LoadLineAsync(dump, ct));
        return ExitCodes.Done;
    }
}
