using Npgsql;

namespace Calendar.Server.Subscriptions;

/// <summary>
/// Keeps the book of subscriptions as the tables have it: read whole at the start and whenever the connection was lost (the database may be
/// another one by then), followed by notifications, by a slow poll should they fail, and by whoever asks for what is not in it.
/// </summary>
internal sealed class SubscriptionFollower(SubscriptionTable table, SubscriptionBook book, NpgsqlDataSource source, ILogger<SubscriptionFollower> logger) : BackgroundService
{
    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _firstBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestBackoff = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One at a time reads, so that the book never goes back; what is stored here meanwhile waits for no reading.
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _changing = new();
    private readonly List<Subscription> _storedMeanwhile = [];
    private readonly Lock _sharing = new();
    private Task? _nextLook;
    private long _lastLook;
    private long _seen;
    private int _looks;

    /// <summary>Done when every subscription is in memory.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>How often somebody asked for what is not in the book and the table was looked at for it.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>The link with this token. Another instance may have made it a moment ago, so before it is unknown the table is asked, once for all who ask at a time.</summary>
    /// <param name="token">A well-formed one.</param>
    /// <exception cref="NpgsqlException">It is not in memory, and the table cannot be asked.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task<HeldLink?> FindAsync(string token, CancellationToken ct)
    {
        var hash = LinkHash.Of(token);
        if (book.Find(hash) is { } known)
        {
            return known;
        }

        await LookAsync(ct);
        return book.Find(hash);
    }

    /// <summary>The same of a subscription. One that is not to be told of is looked for like one that never was: they cannot be told apart.</summary>
    /// <exception cref="NpgsqlException">It is not in memory, and the table cannot be asked.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task<Subscription?> FindAsync(Guid id, Func<Subscription, bool> mayBeTold, CancellationToken ct)
    {
        if (Known() is { } known)
        {
            return known;
        }

        await LookAsync(ct);
        return Known();

        Subscription? Known() => book.Find(id)?.Current is { } held && mayBeTold(held) ? held : null;
    }

    /// <summary>Makes what this instance has stored visible here at once, whatever has become of the database since.</summary>
    public void Apply(Subscription stored)
    {
        lock (_changing)
        {
            book.Apply(stored);
            _storedMeanwhile.Add(stored);
        }
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var told = false;
        for (var backoff = _firstBackoff; !stoppingToken.IsCancellationRequested; backoff = backoff * 2 < _longestBackoff ? backoff * 2 : _longestBackoff)
        {
            try
            {
                await FollowAsync(() => (backoff, told) = (_firstBackoff, false), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception away) when (Database.IsAway(away))
            {
                // Once an outage: it may last.
                if (!told)
                {
                    logger.DatabaseAway(away.Message);
                }

                told = true;
            }
            catch (Exception mistake) when (!stoppingToken.IsCancellationRequested)
            {
                // Ours, and no reason to take away the feeds that are known.
                logger.SubscriptionsNotRead(mistake);
            }

            await Task.Delay(backoff, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(Action connected, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using (var listen = new NpgsqlCommand(SubscriptionTable.Listen, connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }

        // Whatever is committed from here on is heard of.
        await ReadAsync(whole: true, ct);
        _loaded.TrySetResult();
        connected();
        while (true)
        {
            await connection.WaitAsync(_poll, ct);
            await ReadAsync(whole: false, ct);
        }
    }

    // One look that begins after the question, and at most so many a second: guesses share them.
    private Task LookAsync(CancellationToken ct)
    {
        lock (_sharing)
        {
            _nextLook ??= Task.Run(SoonAsync, CancellationToken.None);
            return _nextLook.WaitAsync(_patience, ct);
        }
    }

    private async Task SoonAsync()
    {
        var since = TimeSpan.FromMilliseconds(Environment.TickCount64 - Interlocked.Read(ref _lastLook));
        if (since < _betweenLooks)
        {
            await Task.Delay(_betweenLooks - since);
        }

        lock (_sharing)
        {
            _nextLook = null;
        }

        Interlocked.Exchange(ref _lastLook, Environment.TickCount64);
        Interlocked.Increment(ref _looks);
        await ReadAsync(whole: false, CancellationToken.None);
    }

    private async Task ReadAsync(bool whole, CancellationToken ct)
    {
        await _reading.WaitAsync(ct);
        try
        {
            lock (_changing)
            {
                _storedMeanwhile.Clear();
            }

            var changed = await table.ReadAsync(whole ? 0 : _seen, ct);
            Apply(changed, whole);
            _seen = changed is [.., var last] ? last.Changed : whole ? 0 : _seen;
        }
        finally
        {
            _reading.Release();
        }
    }

    private void Apply(IReadOnlyList<Subscription> changed, bool whole)
    {
        lock (_changing)
        {
            if (whole)
            {
                book.Replace(changed);
                changed = _storedMeanwhile;
            }

            foreach (var subscription in changed)
            {
                book.Apply(subscription);
            }
        }
    }
}
