using System.Text;
using Calendar.EventStore;
using static Calendar.EventStore.AppendResult;

namespace Calendar.Server.Tests.EventStore;

public sealed class AppendingToAStream(PostgresFixture postgres) : LogDatabase(postgres)
{
    [Fact]
    public async Task Versions_are_dense_from_one_and_positions_grow()
    {
        var first = Assert.IsType<Appended>(await AppendAsync(Append("ties-JP~VN", 0, events: 3)));
        var second = Assert.IsType<Appended>(await AppendAsync(Append("ties-JP~VN", 3, events: 2)));

        Assert.Equal(3, first.Version);
        Assert.Equal(5, second.Version);
        var stream = await Log.ReadStreamAsync("ties-JP~VN", Soon);
        Assert.Equal([1L, 2, 3, 4, 5], stream.Select(e => e.Version));
        Assert.Equal(stream.Select(e => e.Position).Order(), stream.Select(e => e.Position));
        Assert.Equal((first.Position, second.Position), (stream[2].Position, stream[4].Position));
        Assert.Equal(5L, await QueryAsync<long>("select version from calendar.mt_streams where id = 'ties-JP~VN'"));
    }

    [Fact]
    public async Task What_was_stored_is_read_back()
    {
        var e = Event("""{"title":"Hiệp định Paris 🕊 \"1973\""}""", "treaty_signed");
        var before = NodaTime.SystemClock.Instance.GetCurrentInstant() - NodaTime.Duration.FromSeconds(1);
        await AppendAsync(Append("ties-FR~VN", 0, e) with { StreamType = "relationship" });

        var read = Assert.Single(await Log.ReadStreamAsync("ties-FR~VN", Soon));
        Assert.Equal((e.Id, e.Type, 1L, "ties-FR~VN", By), (read.Id, read.Type, read.Version, read.StreamId, read.Envelope));
        Assert.Equal("""{"title": "Hiệp định Paris 🕊 \"1973\""}""", Encoding.UTF8.GetString(read.Data.Span));
        Assert.InRange(read.Timestamp, before, before + NodaTime.Duration.FromMinutes(1));
        Assert.Equal(read.Timestamp.ToDateTimeUtc(), await QueryAsync<DateTime>("select timestamp from calendar.mt_events where stream_id = 'ties-FR~VN'"));
        Assert.Equal("relationship", await QueryAsync<string>("select type from calendar.mt_streams where id = 'ties-FR~VN'"));
    }

    [Fact]
    public async Task Rows_are_as_Marten_wants_them()
    {
        await AppendAsync(Append("party-VN", 0));

        Assert.True(await QueryAsync<bool>("""
            select tenant_id = '*DEFAULT*' and not is_archived and bdata is null and mt_dotnet_type = 'Calendar.TiesEstablished, Calendar'
                   and headers = '{"actor":"historian-7","role":"historian","reason":"found in the archive"}' and correlation_id = 'request-1'
            from calendar.mt_events
            """));
        Assert.True(await QueryAsync<bool>("select tenant_id = '*DEFAULT*' and not is_archived from calendar.mt_streams"));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    public async Task Another_version_than_expected_is_a_conflict(long expected, long actual)
    {
        await AppendAsync(Append("party-VN", 0, events: 2));

        Assert.Equal(new Conflict(actual), await AppendAsync(Append("party-VN", expected)));
        Assert.Equal(2, (await ReadAllAsync()).Count);
    }

    [Fact]
    public async Task A_stream_that_should_exist_and_does_not_is_a_conflict_with_zero() =>
        Assert.Equal(new Conflict(0), await AppendAsync(Append("party-VN", 4)));

    [Fact]
    public async Task Conflicts_draw_no_numbers()
    {
        await AppendAsync(Append("party-VN", 0));
        await AppendAsync(Append("party-VN", 0));

        Assert.Equal(new Appended(2, 2), await AppendAsync(Append("party-VN", 1)));
    }

    [Fact]
    public async Task Timestamps_never_run_backwards_against_positions()
    {
        await AppendAsync(Append("party-VN", 0));
        await ExecuteAsync("update calendar.mt_events set timestamp = '2900-01-01Z'");
        await AppendAsync(Append("party-VN", 1));

        var timestamps = (await ReadAllAsync()).Select(e => e.Timestamp).ToList();
        Assert.Equal(timestamps[0], timestamps[1]);
    }

    [Fact]
    public async Task An_error_at_commit_is_not_acknowledged()
    {
        await ExecuteAsync("""
            create function fail() returns trigger language plpgsql as $$ begin raise sqlstate 'ZZ001'; end $$;
            create constraint trigger at_commit after insert on calendar.mt_events deferrable initially deferred
            for each row execute function fail()
            """);

        var e = await Assert.ThrowsAsync<LogUnavailableException>(() => AppendAsync(Append("party-VN", 0)));
        Assert.Equal(LogUnavailableReason.Unreachable, e.Reason);
        Assert.Empty(await ReadAllAsync());

        await ExecuteAsync("drop trigger at_commit on calendar.mt_events");
        Assert.IsType<Appended>(await AppendAsync(Append("party-VN", 0)));
    }

    [Fact]
    public async Task The_log_is_read_in_position_order_from_any_position()
    {
        for (var i = 0; i < 30; i++)
            await AppendAsync(Append(Party(i), 0, events: 200));

        var all = await ReadAllAsync();
        Assert.Equal(6000, all.Count);
        Assert.Equal(all.OrderBy(e => e.Position), all);

        var rest = new List<RecordedEvent>();
        await foreach (var batch in Log.ReadAllAsync(all[4999].Position, Soon))
            rest.AddRange(batch);
        Assert.Equal(all.Skip(5000).Select(e => e.Id), rest.Select(e => e.Id));
    }

    [Fact]
    public async Task Appends_that_wait_are_stored_before_the_log_is_closed()
    {
        var answers = Enumerable.Range(0, 500).Select(i => AppendAsync(Append(Party(i), 0))).ToArray();
        await Log.DisposeAsync();

        Assert.All(await Task.WhenAll(answers), answer => Assert.IsType<Appended>(answer));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AppendAsync(Append("party-VN", 0)));
    }

    [Fact]
    public async Task A_decision_made_on_another_stream_too_stands_while_that_is_as_it_was()
    {
        await AppendAsync(Append("sealed-1", 0));

        Assert.Equal(new Conflict(1, "sealed-1"), await AppendAsync(Append("party-VN", 0) with { Beside = ("sealed-1", 2) }));
        Assert.Equal(new Conflict(0, "sealed-2"), await AppendAsync(Append("party-VN", 0) with { Beside = ("sealed-2", 1) }));
        Assert.IsType<Appended>(await AppendAsync(Append("party-VN", 0) with { Beside = ("sealed-1", 1) }));
        Assert.IsType<Appended>(await AppendAsync(Append("party-VN", 1) with { Beside = ("sealed-2", 0) }));

        // It is looked at only.
        Assert.Single(await Log.ReadStreamAsync("sealed-1", Soon));
        Assert.Equal(0L, await QueryAsync<long>("select count(*) from calendar.mt_streams where id = 'sealed-2'"));
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(Append("party-VN", 2) with { Beside = ("party-VN", 2) }));
    }
}
