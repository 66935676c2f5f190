using Calendar.EventStore;
using static Calendar.EventStore.AppendResult;

namespace Calendar.Server.Tests.EventStore;

public sealed class WaitingForAnAnswer(PostgresFixture postgres) : LogDatabase(postgres)
{
    private const string WriterWaits = "select exists (select from pg_locks where locktype = 'advisory' and not granted)";

    [Fact]
    public async Task A_caller_who_leaves_the_queue_is_dropped_and_nobody_else()
    {
        await using var holder = await HoldLockAsync();
        var first = AppendAsync(Append("party-VN", 0));
        await UntilAsync(WriterWaits);

        using var leaving = new CancellationTokenSource();
        var second = Log.AppendAsync(Append("party-JP", 0), leaving.Token);
        var third = AppendAsync(Append("party-FR", 0));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await holder.DisposeAsync();

        Assert.IsType<Appended>(await first);
        Assert.IsType<Appended>(await third);
        Assert.Empty(await Log.ReadStreamAsync("party-JP", Soon));
    }

    [Fact]
    public async Task A_caller_who_leaves_a_begun_append_only_stops_waiting()
    {
        await using var holder = await HoldLockAsync();
        using var leaving = new CancellationTokenSource();
        var first = Log.AppendAsync(Append("party-VN", 0), leaving.Token);
        await UntilAsync(WriterWaits);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await holder.DisposeAsync();

        Assert.Equal(new Conflict(1), await AppendAsync(Append("party-VN", 0)));
    }

    [Fact]
    public async Task Without_PostgreSQL_nothing_is_stored_and_that_is_said()
    {
        await using var nowhere = Npgsql.NpgsqlDataSource.Create("Host=/nonexistent;Username=nobody");
        await using var log = new EventLog(nowhere, Microsoft.Extensions.Logging.Abstractions.NullLogger<EventLog>.Instance);

        var append = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(Append("party-VN", 0), Soon));
        var read = await Assert.ThrowsAsync<LogUnavailableException>(() => log.ReadStreamAsync("party-VN", Soon));
        Assert.Equal(LogUnavailableReason.Unreachable, append.Reason);
        Assert.Equal(LogUnavailableReason.Unreachable, read.Reason);
    }
}
