using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Calendar.EventStore;

/// <summary>
/// The one writer of an instance: takes what waits, stores it as a group, answers. After a lost connection it stores the same
/// group again: the version check, under the lock, refuses what is stored already, and the checked way then finds it by its ids.
/// </summary>
internal sealed class AppendWriter(NpgsqlDataSource dataSource, ILogger logger, Action committed) : IAsyncDisposable
{
    private const int MaxGroup = 256;
    private const int MaxGroupBytes = 4 << 20;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectAgainAfter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);

    private readonly List<PendingAppend> group = new(MaxGroup);
    private AppendSession? session;
    private long cleaned;

    /// <summary>Runs until the queue is completed and empty.</summary>
    public async Task RunAsync(ChannelReader<PendingAppend> queue)
    {
        while (await queue.WaitToReadAsync(CancellationToken.None))
        {
            Take(queue);
            if (group.Count == 0)
                continue;

            try
            {
                await StoreAsync(group, lostBefore: null);
                committed();
            }
            catch (Exception e)
            {
                // A mistake in this library. The callers shall see it, and the next group shall not suffer from it.
                logger.WriterFailed(group.Count, e);
                await CloseAsync();
                group.ForEach(pending => pending.Fail(e));
            }

            await CleanNowAndThenAsync();
            await LetCallersComeBackAsync(queue);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>
    /// Under load the callers just answered run first: what they append next belongs to this group, not to the one after.
    /// Some ten microseconds at most, against some hundred for a commit.
    /// </summary>
    private async Task LetCallersComeBackAsync(ChannelReader<PendingAppend> queue)
    {
        var callers = Math.Min(group.Count + queue.Count, MaxGroup);
        for (var i = 0; i < 30 && callers > 1 && queue.Count < callers; i++)
            await Task.Yield();
    }

    private void Take(ChannelReader<PendingAppend> queue)
    {
        group.Clear();
        var bytes = 0;
        while (group.Count < MaxGroup && queue.TryPeek(out var next) && (group.Count == 0 || bytes + next.Bytes <= MaxGroupBytes))
        {
            queue.TryRead(out _);
            if (next.Abandoned)
                continue;
            bytes += next.Bytes;
            group.Add(next);
        }
    }

    /// <param name="appends">All of them are answered on return.</param>
    /// <param name="lostBefore">How an earlier attempt lost its connection: until proved otherwise these may be stored.</param>
    private async Task StoreAsync(IReadOnlyList<PendingAppend> appends, Exception? lostBefore)
    {
        try
        {
            session ??= await ConnectAsync(patiently: lostBefore is not null);
        }
        catch (Exception e) when (e is PostgresException || Outage.Is(e) || e is OperationCanceledException)
        {
            FailAll(appends, lostBefore, e);
            return;
        }

        try
        {
            await StoreOrCheckAsync(session, appends);
        }
        catch (PostgresException e) when (Outage.IsAnswer(e) && RefusalOf(e) is { } reason)
        {
            await RepeatOneByOneAsync(appends, lostBefore, e, reason);
        }
        catch (PostgresException e) when (Outage.IsAnswer(e))
        {
            // Rolled back: a timeout, a full disk, a former primary. Another connection may do better.
            await CloseAsync();
            FailAll(appends, lostBefore, e);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            await CloseAsync();
            if (lostBefore is not null)
            {
                FailAll(appends, lostBefore, e);
                return;
            }

            logger.AppendConnectionLost(appends.Count, e);
            await StoreAsync(appends, lostBefore: e);
        }
    }

    private static async Task StoreOrCheckAsync(AppendSession session, IReadOnlyList<PendingAppend> appends)
    {
        try
        {
            await session.StoreAsync(appends, CancellationToken.None);
        }
        catch (PostgresException e) when (e.SqlState is LogSql.StaleState)
        {
            await session.StoreCheckedAsync(appends, CancellationToken.None);
        }
    }

    /// <summary>One append cannot be stored and the error does not say which: alone each gets its own answer.</summary>
    private async Task RepeatOneByOneAsync(IReadOnlyList<PendingAppend> appends, Exception? lostBefore, PostgresException e, string reason)
    {
        if (appends.Count == 1)
        {
            logger.AppendRefused(appends[0].Append.StreamId, e.SqlState);
            appends[0].Fail(new EventRefusedException(reason, e));
        }

        // Only the checked way leaves a transaction open; without one PostgreSQL merely warns.
        try
        {
            await session!.RollbackAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            await CloseAsync();
        }

        if (appends.Count > 1)
        {
            foreach (var append in appends)
                await StoreAsync([append], lostBefore);
        }
    }

    private static string? RefusalOf(PostgresException e) => e.SqlState[..2] switch
    {
        "22" => "data",
        "23" => "constraint",
        "54" => "limit",
        _ => null,
    };

    /// <param name="patiently">Try for five seconds: callers wait for an answer that only the log can give.</param>
    private async Task<AppendSession> ConnectAsync(bool patiently)
    {
        using var limit = new CancellationTokenSource(ConnectWithin);
        while (true)
        {
            try
            {
                return await AppendSession.OpenAsync(dataSource, limit.Token);
            }
            catch (NpgsqlException) when (patiently && !limit.IsCancellationRequested)
            {
                await Task.Delay(ConnectAgainAfter, limit.Token);
            }
        }
    }

    private void FailAll(IReadOnlyList<PendingAppend> appends, Exception? lostBefore, Exception e)
    {
        if (lostBefore is null)
            logger.AppendUnreachable(appends.Count, e);
        else
            logger.AppendOutcomeUnknown(appends.Count, e);

        var reason = lostBefore is null ? LogUnavailableReason.Unreachable : LogUnavailableReason.OutcomeUnknown;
        foreach (var pending in appends)
            pending.Fail(new LogUnavailableException(reason, e));
    }

    private async Task CleanNowAndThenAsync()
    {
        if (session is null || (cleaned != 0 && Stopwatch.GetElapsedTime(cleaned) < CleanEvery))
            return;

        cleaned = Stopwatch.GetTimestamp();
        try
        {
            await session.RemoveOldOutcomesAsync(CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            logger.CleaningFailed(e);
            await CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        if (session is not null)
            await session.DisposeAsync();
        session = null;
    }
}
