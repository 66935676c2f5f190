using System.Net;
using System.Net.Sockets;
using Calendar.Server.Tests.Faults;

namespace Calendar.Server.Tests.Cli;

[Collection(FaultsCollection.Name)]
public sealed class Serving
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Ends_cleanly_at_a_signal_and_takes_PostgreSQL_along(string signal)
    {
        await using var folder = new CalendarFolder();
        var server = await folder.StartAsync();
        Assert.True(folder.PostgresRuns);

        Assert.Equal(0, await server.StopAsync(signal));

        Assert.False(folder.PostgresRuns);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_cleanly_under_load()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync("vietnam");
        var server = await folder.StartAsync();
        using var enough = new CancellationTokenSource();
        var load = new Load();
        var running = load.RunAsync(server, clients: 4, enough.Token);
        await server.UntilAsync("/health/live", _ => load.Acknowledged.Count > 50);

        Assert.Equal(0, await server.StopAsync());

        await enough.CancelAsync();
        await running;
        Assert.False(folder.PostgresRuns);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
        load.AssertOnce(await LogTable.FactsAsync(folder));
    }

    [Fact]
    public async Task Interrupted_while_it_loads_the_pack_stops_PostgreSQL_too()
    {
        await using var folder = new CalendarFolder("vietnam");
        var server = folder.Launch();
        await server.LoadingAsync();

        Assert.Contains(await server.StopAsync("INT"), new[] { 0, 130 });

        Assert.False(folder.PostgresRuns);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twice_on_one_folder_is_refused_and_leaves_the_first_alone()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync();
        var first = await folder.StartAsync();
        folder.Environment_["CALENDAR_URL"] = CalendarFolder.FreeAddress();

        var second = await folder.RunAsync("serve");

        IsRefused(second, folder.Path);
        Assert.Equal(200, (await first.GetAsync("/health/write")).Status);
    }

    [Fact]
    public async Task On_an_address_that_is_taken_is_refused_and_leaves_no_PostgreSQL_behind()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        folder.Environment_["CALENDAR_URL"] = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        IsRefused(await folder.RunAsync("serve"), "CALENDAR_URL");

        Assert.False(folder.PostgresRuns);
    }

    [Theory]
    [InlineData("CALENDAR_ZONE", "Nowhere")]
    [InlineData("CALENDAR_HOME", "?")]
    [InlineData("CALENDAR_URL", "x")]
    [InlineData("CALENDAR_PUBLIC_URL", "ftp://calendar.example")]
    [InlineData("CALENDAR_PACK", "nope")]
    [InlineData("CALENDAR_PACK", "../vietnam")]
    [InlineData("CALENDAR_DATABASE", "nonsense")]
    [InlineData("CALENDAR_DATABASE", "Password=secret-word;Hots=db")]
    [InlineData("CALENDAR_DATABASE", "Host=127.0.0.1;Port=1;Username=calendar;Timeout=5")]
    [InlineData("CALENDAR_DATABASE", "Host=/nowhere;Username=calendar")]
    [InlineData("CALENDAR_POSTGRES_BIN", "/nowhere")]
    public async Task With_a_wrong_setting_is_refused_in_a_line_that_names_it(string variable, string value)
    {
        await using var folder = new CalendarFolder();
        folder.Environment_[variable] = value;

        var ended = await folder.RunAsync("serve");

        IsRefused(ended, variable);
        Assert.DoesNotContain("secret-word", ended.All, StringComparison.Ordinal);
        Assert.False(folder.PostgresRuns);
    }

    [Fact]
    public async Task On_a_database_that_is_not_there_is_refused()
    {
        var database = await Postgres.NewDatabaseAsync(CalendarFolder.Bounded());
        await using var folder = new CalendarFolder(database: new Npgsql.NpgsqlConnectionStringBuilder(database) { Database = "unmade" }.ConnectionString);

        IsRefused(await folder.RunAsync("serve"), "CALENDAR_DATABASE");
    }

    private static void IsRefused(Ended ended, string named)
    {
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(named, Assert.Single(ended.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
    }
}

[Collection(FaultsCollection.Name)]
public sealed class Help
{
    [Theory]
    [InlineData("", "serve")]
    [InlineData("serve", "CALENDAR_URL")]
    [InlineData("import", "--dry-run")]
    [InlineData("verify", "Exit code 1")]
    public async Task Of_every_verb_says_what_it_takes(string verb, string mentioned)
    {
        await using var folder = new CalendarFolder();

        var ended = await folder.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains(mentioned, ended.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sing")]
    [InlineData("import")]
    [InlineData("serve now")]
    public async Task Is_shown_for_what_cannot_be_understood(string arguments)
    {
        await using var folder = new CalendarFolder();

        var ended = await folder.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("Usage:", ended.All, StringComparison.Ordinal);
    }
}
