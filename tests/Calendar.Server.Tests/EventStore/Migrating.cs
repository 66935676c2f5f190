using Calendar.EventStore;

namespace Calendar.Server.Tests.EventStore;

public sealed class Migrating(PostgresFixture postgres) : LogDatabase(postgres)
{
    [Fact]
    public async Task A_second_time_changes_nothing()
    {
        var before = await QueryAsync<DateTime>("select max(applied) from calendar.migrations");
        await MigrateAsync();
        Assert.Equal(before, await QueryAsync<DateTime>("select max(applied) from calendar.migrations"));
        Assert.Equal("Calendar.EventStore/0001_mt_streams.sql", await QueryAsync<string>("select min(name) from calendar.migrations"));
    }

    [Fact]
    public async Task Instances_that_start_together_migrate_once()
    {
        await ExecuteAsync("drop schema calendar cascade");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync()));
        Assert.IsType<AppendResult.Appended>(await AppendAsync(Append("party-VN", 0)));
    }

    [Fact]
    public async Task An_edited_script_is_named()
    {
        await ExecuteAsync("update calendar.migrations set sha256 = '\\x00' where name like '%fact_ids%'");
        var e = await Assert.ThrowsAsync<MigrationException>(MigrateAsync);
        Assert.Contains("Calendar.EventStore/0004_fact_ids.sql", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_script_is_named_and_leaves_nothing()
    {
        await ExecuteAsync("delete from calendar.migrations where name like '%0005%'");
        var e = await Assert.ThrowsAsync<MigrationException>(MigrateAsync);
        Assert.Contains("0005_idempotency.sql", e.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await QueryAsync<long>("select count(*) from calendar.migrations where name like '%0005%'"));
    }

    [Fact]
    public async Task A_named_lock_is_held_by_one_at_a_time()
    {
        var first = await AdvisoryLock.AcquireAsync(Source, "packs", Soon);
        await using var another = await AdvisoryLock.AcquireAsync(Source, "other", Soon);
        var second = AdvisoryLock.AcquireAsync(Source, "packs", Soon);
        await UntilAsync("select exists (select from pg_locks where locktype = 'advisory' and not granted)");
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();
        await (await second).DisposeAsync();
    }

    private Task MigrateAsync() => Migrator.MigrateAsync(Source, [typeof(Migrator).Assembly], Soon);
}
