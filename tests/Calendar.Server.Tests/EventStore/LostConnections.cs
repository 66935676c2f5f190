using System.Collections.Concurrent;
using Calendar.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Calendar.Server.Tests.EventStore;

public sealed class LostConnections(PostgresFixture postgres) : LogDatabase(postgres)
{
    private readonly ConcurrentBag<Guid> acknowledged = [];
    private readonly ConcurrentBag<Guid> refused = [];
    private readonly ConcurrentBag<Guid> unknown = [];
    private long streams;

    [Fact]
    public async Task An_append_over_a_connection_that_is_gone_is_stored_all_the_same()
    {
        await AppendAsync(Append("party-VN", 0));
        await KillWriterAsync();

        Assert.Equal(2, Assert.IsType<AppendResult.Appended>(await AppendAsync(Append("party-VN", 1))).Version);
    }

    [Fact]
    public async Task Killed_around_the_commit_nothing_is_lost_or_doubled()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString + ";Application Name=victim");
        await using (var log = new EventLog(source, NullLogger<EventLog>.Instance))
        {
            using var enough = new CancellationTokenSource();
            var load = LoadAsync(log, enough.Token);
            for (var kills = 0; kills < 300; kills++)
            {
                var before = acknowledged.Count + unknown.Count + refused.Count;
                await KillAsync("victim");
                while (acknowledged.Count + unknown.Count + refused.Count == before)
                    await QueryAsync<int>("select 1");
            }

            await enough.CancelAsync();
            await load;
        }

        await AssertOnceAsync();
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task PostgreSQL_restarted_under_load_is_found_again_by_log_and_tail(string mode)
    {
        await using var follower = Follower.Start(Source, Log, after: 0, Soon);
        using var enough = new CancellationTokenSource();
        var load = LoadAsync(Log, enough.Token);
        await follower.UntilAsync(count: 500);

        await Postgres.RestartAsync(mode);

        await follower.UntilAsync(follower.Events.Count + 500);
        await enough.CancelAsync();
        await load;
        await AssertOnceAsync();
        var stored = await ReadAllAsync();
        await follower.UntilAsync(stored.Count);
        Assert.Equal(stored.Select(e => e.Id), follower.Events.Select(e => e.Id));
        Assert.True(follower.Tail.Connected);
    }

    /// <summary>Eight callers that note of each event what they were told.</summary>
    private Task LoadAsync(EventLog log, CancellationToken enough) => Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
    {
        while (!enough.IsCancellationRequested)
        {
            var append = Append(FormattableString.Invariant($"load-{Interlocked.Increment(ref streams)}"), 0, events: 2);
            var told = acknowledged;
            try
            {
                Assert.IsType<AppendResult.Appended>(await log.AppendAsync(append, Soon));
            }
            catch (LogUnavailableException e)
            {
                told = e.Reason == LogUnavailableReason.OutcomeUnknown ? unknown : refused;
            }

            foreach (var stored in append.Events)
                told.Add(stored.Id);
        }
    }));

    private async Task AssertOnceAsync()
    {
        var counts = (await ReadAllAsync()).CountBy(e => e.Id).ToDictionary();
        Assert.NotEmpty(acknowledged);
        Assert.All(acknowledged, id => Assert.Equal(1, counts.GetValueOrDefault(id)));
        Assert.All(refused, id => Assert.Equal(0, counts.GetValueOrDefault(id)));
        Assert.All(unknown, id => Assert.InRange(counts.GetValueOrDefault(id), 0, 1));
    }

    private Task KillAsync(string name) => ExecuteAsync(
        $"select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{name}'");

    private Task KillWriterAsync() => ExecuteAsync("""
        select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        """);
}
