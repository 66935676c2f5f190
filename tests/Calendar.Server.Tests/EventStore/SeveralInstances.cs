using System.Diagnostics;
using Calendar.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using EventLog = Calendar.EventStore.EventLog;

namespace Calendar.Server.Tests.EventStore;

public sealed class SeveralInstances(PostgresFixture postgres) : LogDatabase(postgres)
{
    /// <summary>Marten's way by hand, slowly: numbers are drawn under the lock and kept for two seconds.</summary>
    private const string SlowAppend = """
        begin;
        select calendar.lock_log();
        select nextval('calendar.mt_events_sequence') from generate_series(1, 100);
        insert into calendar.mt_streams (id, version) values ('by-hand', 1);
        insert into calendar.mt_events (seq_id, id, stream_id, version, data, type, timestamp)
        values (currval('calendar.mt_events_sequence') - 50, gen_random_uuid(), 'by-hand', 1, '{}', 'by_hand', clock_timestamp());
        select pg_notify('calendar_log', (currval('calendar.mt_events_sequence') - 50)::text);
        select pg_sleep(2);
        """;

    [Fact]
    public async Task Eight_writers_in_two_processes_and_a_slow_one_by_hand_are_followed_without_a_gap_or_repeat()
    {
        const int events = 2 * ChildProcess.Writers * ChildProcess.AppendsPerWriter * ChildProcess.EventsPerAppend;
        await using var follower = Follower.Start(Source, Log, after: 0, Soon);
        using var child = ChildProcess.Start("append", ConnectionString);

        var own = ChildProcess.AppendAsync(Log, "parent", Soon);
        await ExecuteByHandAsync(SlowAppend + "rollback");
        await ExecuteByHandAsync(SlowAppend + "commit");
        await own;
        Assert.Equal(0, await child.EndAsync(Soon));
        await follower.UntilAsync(events + 1);

        var followed = follower.Events;
        var stored = await ReadAllAsync();
        Assert.Equal(events + 1, stored.Count);
        Assert.Equal(stored.Select(e => e.Id), followed.Select(e => e.Id));
        Assert.Equal(followed.Select(e => e.Position).Order().Distinct(), followed.Select(e => e.Position));
        Assert.Equal(stored.Select(e => e.Timestamp).Order(), stored.Select(e => e.Timestamp));
        Assert.All(
            stored.GroupBy(e => e.StreamId, StringComparer.Ordinal),
            stream => Assert.Equal(Enumerable.Range(1, stream.Count()).Select(i => (long)i), stream.Select(e => e.Version)));
    }

    [Fact]
    public async Task One_stopped_inside_its_transaction_delays_the_others_by_seconds_only()
    {
        using var child = ChildProcess.Start("collide", ConnectionString + ";Application Name=stopped");
        await UntilAsync("select exists (select from calendar.mt_streams where id = 'colliding')");

        // Its transaction is open to the client only between the two trips of the checked way: stop it until it is caught there.
        const string caught = """
            select exists (select from pg_stat_activity where application_name = 'stopped' and state = 'idle in transaction')
            """;
        await child.SignalAsync("STOP", Soon);
        while (!await QueryAsync<bool>(caught))
        {
            await child.SignalAsync("CONT", Soon);
            await child.SignalAsync("STOP", Soon);
        }

        var clock = Stopwatch.StartNew();
        Assert.IsType<AppendResult.Appended>(await AppendAsync(Append("party-VN", 0)));
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9));

        // Awake again it finds its connection gone and goes on.
        var version = await QueryAsync<long>("select version from calendar.mt_streams where id = 'colliding'");
        await child.SignalAsync("CONT", Soon);
        await UntilAsync(FormattableString.Invariant($"select version > {version} + 10 from calendar.mt_streams where id = 'colliding'"));
    }

    [Fact]
    public async Task Appends_of_two_instances_to_one_stream_are_stored_or_conflict()
    {
        await using var otherSource = NpgsqlDataSource.Create(ConnectionString);
        await using var other = new EventLog(otherSource, NullLogger<EventLog>.Instance);

        var stored = 0;
        await Task.WhenAll(new[] { Log, other, Log, other }.Select(async log =>
        {
            var version = 0L;
            for (var i = 0; i < 100; i++)
            {
                var answer = await log.AppendAsync(Append("party-VN", version), Soon);
                version = answer is AppendResult.Appended appended ? appended.Version : ((AppendResult.Conflict)answer).ActualVersion;
                if (answer is AppendResult.Appended)
                    Interlocked.Increment(ref stored);
            }
        }));

        Assert.Equal(Enumerable.Range(1, stored).Select(i => (long)i), (await Log.ReadStreamAsync("party-VN", Soon)).Select(e => e.Version));
    }

    private async Task ExecuteByHandAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Soon);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Soon);
    }
}
