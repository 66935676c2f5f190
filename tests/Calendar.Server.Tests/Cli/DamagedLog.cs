using Calendar.LocalPostgres;
using Calendar.Server.Tests.Faults;

namespace Calendar.Server.Tests.Cli;

[Collection(FaultsCollection.Name)]
public sealed class DamagedLog : IAsyncLifetime
{
    private const string Unheard = """
        with stored as (
          insert into calendar.mt_events (seq_id, id, stream_id, version, type, data, headers)
          select nextval('calendar.mt_events_sequence'), gen_random_uuid(), stream_id, version + 1, 'unheard_of', '{}', headers
          from calendar.mt_events order by seq_id desc limit 1
          returning stream_id, version, seq_id),
        noted as (update calendar.mt_streams s set version = stored.version from stored where s.id = stored.stream_id)
        select pg_notify('calendar_log', seq_id::text) from stored
        """;

    private CalendarFolder _folder = null!;

    public async Task InitializeAsync()
    {
        _folder = await CalendarFolder.StartedBeforeAsync();
        Assert.Equal(0, (await _folder.RunAsync("import", _folder.Write("record.jsonl", SmallRecord.Lines))).ExitCode);
    }

    public async Task DisposeAsync() => await _folder.DisposeAsync();

    [Fact]
    public async Task Met_while_following_leaves_all_that_was_shown_and_refuses_commands()
    {
        var server = await _folder.StartAsync();
        var feed = await server.GetAsync("/feeds/anniversaries.ics?tier=other,half,round");
        Assert.Equal(200, feed.Status);

        await _folder.ExecuteAsync(Unheard);
        await server.UntilAsync("/health/write", health => health.Status == 503);
        await _folder.ExecuteAsync(Unheard.Replace("unheard_of", "group_joined", StringComparison.Ordinal));

        Assert.Contains("Position 7", server.Output, StringComparison.Ordinal);
        await StillShowsAsync();
        (await VisitAsync(server)).IsUnavailable();
        Assert.Equal(6, await _folder.QueryAsync<long>("select count(*) from calendar.mt_events where seq_id <= 6"));
        var verified = await _folder.RunAsync("verify");
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("Position 7", verified.Output, StringComparison.Ordinal);
        var import = await _folder.RunAsync("import", _folder.Write("more.jsonl", SmallRecord.Lines));
        Assert.Equal(2, import.ExitCode);
        Assert.Contains("Position 7", import.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", import.All, StringComparison.Ordinal);
        await StillShowsAsync();
        Assert.Equal(0, await server.StopAsync());

        async Task StillShowsAsync()
        {
            var ready = await server.GetAsync("/health/ready");
            Assert.Equal((200, true), (ready.Status, ready.Json.GetProperty("degraded").GetBoolean()));
            Assert.Equal(feed.Body, (await server.GetAsync("/feeds/anniversaries.ics?tier=other,half,round")).Body);
        }
    }

    [Theory]
    [InlineData("delete from calendar.mt_events where seq_id = 3", "Position 4", 404, 0)]
    [InlineData("update calendar.mt_events set type = 'unheard_of' where seq_id = 4", "Position 4", 200, 1)]
    [InlineData("update calendar.mt_events set data = data - 'source' where seq_id = 4", "Position 4", 200, 1)]
    public async Task Met_at_start_lets_lists_show_what_lies_before_while_feeds_and_commands_wait(string damage, string place, int status, int facts)
    {
        await _folder.ExecuteAsync(damage);
        _folder.Environment_["CALENDAR_PACK"] = "vietnam"; // nothing is loaded onto a log that cannot be read

        var server = await _folder.StartAsync();

        Assert.Contains(place, server.Output, StringComparison.Ordinal);
        Assert.Equal(200, (await server.GetAsync("/health/live")).Status);
        var ready = await server.GetAsync("/health/ready");
        Assert.Equal((503, "incomplete"), (ready.Status, ready.Json.GetProperty("status").GetString()));
        Assert.Equal(503, (await server.GetAsync("/health/write")).Status);

        Assert.Equal(2, (await server.GetAsync("/v1/parties")).Json.GetProperty("items").GetArrayLength());
        var japan = await server.GetAsync("/v1/relationships/JP~VN");
        Assert.Equal(status, japan.Status);
        Assert.Equal(facts, status == 200 ? japan.Json.GetProperty("facts").GetArrayLength() : 0);
        Assert.Equal(404, (await server.GetAsync("/v1/relationships/LA~VN")).Status);

        // A feed with fewer entries would take them from its subscribers.
        (await server.GetAsync("/feeds/anniversaries.ics")).IsUnavailable();
        (await VisitAsync(server)).IsUnavailable();
        Assert.Equal(0, await server.StopAsync());
        Assert.False(_folder.PostgresRuns);
    }

    private static Task<ServerAnswer> VisitAsync(ServerProcess server) => new Posted(1, Guid.NewGuid(), "JP~VN", IsBad: false).SendAsync(server);
}

/// <summary>A small log whose cluster runs, and a copy to repair it from.</summary>
public sealed class SmallLog : IAsyncLifetime
{
    private LocalPostgresServer? _cluster;

    internal CalendarFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        _cluster = await LocalPostgresServer.JoinAsync(new LocalPostgresOptions(Folder.Path), CalendarFolder.Bounded());
        Assert.Equal(0, (await Folder.RunAsync("import", Folder.Write("record.jsonl", SmallRecord.Lines))).ExitCode);
        await Folder.ExecuteAsync("create table events as table calendar.mt_events; create table streams as table calendar.mt_streams; create table facts as table calendar.fact_ids");
    }

    public Task RestoreAsync() => Folder.ExecuteAsync("""
        delete from calendar.mt_events;
        delete from calendar.mt_streams;
        insert into calendar.mt_streams table streams;
        insert into calendar.mt_events table events;
        delete from calendar.fact_ids;
        insert into calendar.fact_ids table facts;
        delete from calendar.seals;
        select setval('calendar.mt_events_sequence', 6)
        """);

    public async Task DisposeAsync()
    {
        await _cluster!.DisposeAsync();
        await Folder.DisposeAsync();
    }
}

[Collection(FaultsCollection.Name)]
public sealed class DamagedRow(SmallLog log) : IClassFixture<SmallLog>
{
    [Fact]
    public async Task Is_what_verify_does_not_find_in_a_log_in_order()
    {
        await log.RestoreAsync();

        var whole = await log.Folder.RunAsync("verify");

        Assert.Equal(0, whole.ExitCode);
        Assert.StartsWith("In order: 6 events up to position 6, 3 facts; nothing sealed yet.", whole.Output, StringComparison.Ordinal);
        Assert.Matches("\nstate [0-9a-f]{64}\n$", whole.Output);
    }

    [Theory]
    [InlineData("delete from calendar.mt_events where seq_id = 3", "Position 4")]
    [InlineData("delete from calendar.mt_events where seq_id = 6", "ties-LA~VN")]
    [InlineData("update calendar.mt_events set version = 7 where seq_id = 4", "Position 4")]
    [InlineData("update calendar.mt_events set type = 'unheard_of' where seq_id = 4", "Position 4")]
    [InlineData("update calendar.mt_events set stream_id = 'party-JP', version = 2 where seq_id = 4", "Position 4")]
    [InlineData("""update calendar.mt_events set data = data || '{"on":1973}' where seq_id = 4""", "Position 4")]
    [InlineData("""update calendar.mt_events set data = data || '{"on":"2017-02-30"}' where seq_id = 4""", "Position 4")]
    [InlineData("""update calendar.mt_events set data = data || '{"title":7}' where seq_id = 4""", "Position 4")]
    [InlineData("update calendar.mt_events set data = data - 'source' where seq_id = 4", "Position 4")]
    [InlineData("update calendar.mt_events set data = data - 'fact' where seq_id = 4", "Position 4")]
    [InlineData("update calendar.mt_events set data = 'null' where seq_id = 4", "Position 4")]
    [InlineData("update calendar.mt_events set data = '[1]' where seq_id = 4", "Position 4")]
    [InlineData("update calendar.mt_streams set version = 5 where id = 'ties-JP~VN'", "ties-JP~VN")]
    [InlineData("update calendar.mt_events set seq_id = seq_id + 100 where seq_id = 3", "Position 4")]
    [InlineData("update calendar.mt_events set timestamp = timestamp - interval '1 day' where seq_id = 5", "Position 5 (party-LA, version 1)")]
    [InlineData("update calendar.mt_events set timestamp = 'infinity' where seq_id = 5", "Position 6")]
    [InlineData("delete from calendar.fact_ids where stream_id = 'ties-LA~VN'", "Position 6 (ties-LA~VN, version 1)")]
    [InlineData("update calendar.fact_ids set stream_id = 'party-VN' where stream_id = 'ties-JP~VN'", "Position 3 (ties-JP~VN, version 1)")]
    [InlineData("insert into calendar.fact_ids values (gen_random_uuid(), 'ties-JP~VN')", "ties-JP~VN")]
    [InlineData("select setval('calendar.mt_events_sequence', 3)", "Position 6")]
    public async Task Is_named_by_verify(string damage, string place)
    {
        await log.RestoreAsync();
        await log.Folder.ExecuteAsync(damage);

        var damaged = await log.Folder.RunAsync("verify");

        Assert.Equal(1, damaged.ExitCode);
        Assert.StartsWith("Not in order. ", damaged.Output, StringComparison.Ordinal);
        Assert.Contains(place, damaged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", damaged.All, StringComparison.Ordinal);
    }
}
