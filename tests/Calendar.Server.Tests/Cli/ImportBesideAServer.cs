using Calendar.Server.Tests.Faults;

namespace Calendar.Server.Tests.Cli;

[Collection(FaultsCollection.Name)]
public sealed class ImportBesideAServer : IAsyncLifetime
{
    private CalendarFolder _folder = null!;
    private ServerProcess _server = null!;

    public async Task InitializeAsync()
    {
        _folder = await CalendarFolder.StartedBeforeAsync();
        _server = await _folder.StartAsync();
    }

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [Fact]
    public async Task Is_shown_by_the_server_at_once_and_adds_nothing_when_repeated()
    {
        var file = _folder.Write("record.jsonl", SmallRecord.Lines);

        var dry = await _folder.RunAsync("import", file, "--dry-run");
        Assert.Equal(0, dry.ExitCode);
        Assert.Contains("Would record 6 lines", dry.Output, StringComparison.Ordinal);
        Assert.Equal(0, await EventsAsync());

        var first = await _folder.RunAsync("import", file);
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("Recorded 6 lines", first.Output, StringComparison.Ordinal);
        await _server.UntilAsync("/v1/relationships/LA~VN", answer => answer.Status == 200);
        Assert.Contains("1973-09-21", (await _server.GetAsync("/v1/relationships/JP~VN")).Text, StringComparison.Ordinal);
        Assert.Contains("Nhật Bản", (await _server.GetAsync("/feeds/anniversaries.ics?party=JP&tier=other")).Text.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var again = await _folder.RunAsync("import", file);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("Recorded 0 lines; 6 were already so", again.Output, StringComparison.Ordinal);
        Assert.Equal(6, await EventsAsync());
        Assert.True(_folder.PostgresRuns);
    }

    [Fact]
    public async Task Stores_the_good_lines_and_names_the_bad_ones_by_file_and_line()
    {
        var file = _folder.Write(
            "mixed.jsonl",
            SmallRecord.Lines[0],
            """{"key":"test/JP","do":"register_party","party":"JP","kind":"empire","name":"Nhật Bản"}""",
            "",
            "not json",
            SmallRecord.Lines[2],
            SmallRecord.Lines[4],
            SmallRecord.Lines[5]);

        var ended = await _folder.RunAsync("import", file);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("mixed.jsonl:2", ended.Output, StringComparison.Ordinal);
        Assert.Contains("/kind", ended.Output, StringComparison.Ordinal);
        Assert.Contains("mixed.jsonl:4", ended.Output, StringComparison.Ordinal);
        Assert.Contains("mixed.jsonl:5", ended.Output, StringComparison.Ordinal); // Japan is not registered
        Assert.Contains("Recorded 3 lines; 0 were already so, 0 left out, 3 refused.", ended.Output, StringComparison.Ordinal);
        Assert.Equal(3, await EventsAsync());
    }

    [Fact]
    public async Task Of_a_file_that_is_not_there_stores_nothing_of_the_others()
    {
        var file = _folder.Write("record.jsonl", SmallRecord.Lines);

        var ended = await _folder.RunAsync("import", file, "missing.jsonl");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("missing.jsonl", ended.Error, StringComparison.Ordinal);
        Assert.Equal(0, await EventsAsync());
    }

    [Fact]
    public async Task Of_a_line_that_is_too_long_says_which_and_goes_on()
    {
        var file = _folder.Write("long.jsonl", SmallRecord.Lines[0], new string('x', 2 << 20), SmallRecord.Lines[1]);

        var ended = await _folder.RunAsync("import", file);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("refused   long.jsonl:2  too-long at the line", ended.All, StringComparison.Ordinal);
        Assert.Contains("1 refused.", ended.All, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.All, StringComparison.Ordinal);
    }

    private Task<long> EventsAsync() => _folder.QueryAsync<long>("select count(*) from calendar.mt_events");
}
