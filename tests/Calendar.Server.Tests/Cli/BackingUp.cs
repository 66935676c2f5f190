using System.Diagnostics;
using Calendar.Server.Feeds;
using Calendar.Server.Tests.Faults;
using Npgsql;

namespace Calendar.Server.Tests.Cli;

[Collection(FaultsCollection.Name)]
public sealed class BackingUp : IAsyncLifetime
{
    private readonly CalendarFolder _folder = new();
    private readonly string _backups = Directory.CreateTempSubdirectory("calendar-backups-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _folder.DisposeAsync();
        Directory.Delete(_backups, recursive: true);
    }

    [Fact]
    public async Task Beside_a_server_makes_a_file_whose_line_puts_everything_back()
    {
        Assert.Equal(0, (await _folder.RunAsync("import", _folder.Write("record.jsonl", SmallRecord.Lines))).ExitCode);
        var server = await _folder.StartAsync();
        var feed = await server.GetAsync("/feeds/anniversaries.ics?tier=other,half,round");

        var backup = await _folder.RunAsync("backup", _backups);

        Assert.True(backup.ExitCode == 0, backup.All);
        Assert.Equal(200, (await server.GetAsync("/health/write")).Status);
        var file = Assert.Single(Directory.GetFiles(_backups));
        Assert.Matches(@"/calendar-\d{8}T\d{6}\.\d{3}Z\.dump$", file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(0, await server.StopAsync());
        var before = await _folder.RunAsync("verify");

        // Somebody has been at it.
        await _folder.ExecuteAsync("delete from calendar.mt_events where seq_id > 2; update calendar.mt_events set data = '{}'; truncate calendar.tokens");
        Assert.Equal(1, (await _folder.RunAsync("verify")).ExitCode);
        Assert.False(_folder.PostgresRuns);
        await ShellAsync(backup.Output.TrimEnd('\n').Split('\n')[^1]);

        Assert.False(_folder.PostgresRuns);
        Assert.Equal(before.Output, (await _folder.RunAsync("verify")).Output);
        var again = await _folder.StartAsync();
        Assert.Equal(feed.Body, (await again.GetAsync("/feeds/anniversaries.ics?tier=other,half,round")).Body);
        Assert.InRange((await new Posted(1, Guid.NewGuid(), "JP~VN", IsBad: false).SendAsync(again)).Status, 200, 201); // the token is back too
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task Of_a_database_elsewhere_is_restored_into_an_empty_one_by_pg_restore()
    {
        var soon = CalendarFolder.Bounded();
        var (old, empty) = (await CalendarService.DatabaseAsync(Holding.Vietnam), await Postgres.NewDatabaseAsync(soon));

        var backup = await CalendarProcess.RunAsync(old + ";Password=not-asked-for", soon, "backup", _backups);

        Assert.True(backup.ExitCode == 0, backup.Error);
        Assert.DoesNotContain("not-asked-for", backup.Output + backup.Error, StringComparison.Ordinal);
        var line = backup.Output.TrimEnd('\n').Split('\n')[^1];
        var (from, to) = (new NpgsqlConnectionStringBuilder(old).Database, new NpgsqlConnectionStringBuilder(empty).Database);
        var elsewhere = line.Replace($"dbname='\\''{from}'\\''", $"dbname='\\''{to}'\\''", StringComparison.Ordinal);
        Assert.NotEqual(line, elsewhere);
        await ShellAsync(elsewhere);

        Assert.Equal(
            await CalendarProcess.RunAsync(old, soon, "verify"),
            await CalendarProcess.RunAsync(empty, soon, "verify"));
        await using var here = await CalendarService.StartAsync(old, pack: "vietnam");
        await using var there = await CalendarService.StartAsync(empty, pack: "vietnam");
        foreach (var feed in new[] { FeedVariant.Path, FeedVariant.Path + "?lang=en&tier=round,half,other&group=ASEAN" })
        {
            Assert.Equal((await here.GetAsync(feed)).Text, (await there.GetAsync(feed)).Text);
        }
    }

    [Fact]
    public async Task That_fails_leaves_no_file_and_tells_no_password()
    {
        var soon = CalendarFolder.Bounded();
        var (programs, told) = (Directory.CreateTempSubdirectory("calendar-programs-").FullName, Path.Combine(_backups, "told"));
        var fake = Path.Combine(programs, "pg_dump");
        await File.WriteAllTextAsync(fake, $$"""
            #!/bin/sh
            [ "$1" = --version ] && { echo 'pg_dump (PostgreSQL) 99.1'; exit 0; }
            { echo "$@"; echo "$PGPASSWORD"; } > '{{told}}'
            echo 'pg_dump: error: out of luck' >&2
            exit 1
            """, soon);
        File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var database = await CalendarService.DatabaseAsync(Holding.SmallLog);

        var backup = await CalendarProcess.RunAsync(
            database + ";Password=open sesame", [("CALENDAR_POSTGRES_BIN", programs)], soon, "backup", _backups);

        Assert.Equal(2, backup.ExitCode);
        Assert.Contains("out of luck", backup.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", backup.Error + backup.Output, StringComparison.Ordinal);
        Assert.Equal([told], Directory.GetFiles(_backups));
        var lines = await File.ReadAllLinesAsync(told, soon);
        Assert.DoesNotContain("sesame", lines[0], StringComparison.Ordinal);
        Assert.Equal("open sesame", lines[1]);
        Directory.Delete(programs, recursive: true);
    }

    [Fact]
    public async Task Where_there_is_no_log_is_refused()
    {
        var backup = await _folder.RunAsync("backup", _backups);

        Assert.Equal(2, backup.ExitCode);
        Assert.Contains("There is no log in this database", backup.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_backups));
    }

    private static async Task ShellAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync(CalendarFolder.Bounded());
        Assert.True(shell.ExitCode == 0, $"{line}\n{await output}{await error}");
    }
}
