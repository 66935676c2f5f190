using Npgsql;

namespace Calendar.Server;

/// <summary>
/// Keeps a table in memory: read whole at the start and whenever the connection was lost (the database may be another one by then),
/// followed by notifications, by a slow poll should they fail, and by whoever asks for what is not held.
/// </summary>
/// <typeparam name="TRow">What has changed; its number grows with every change, in the order of commits.</typeparam>
internal abstract class TableFollower<TRow>(NpgsqlDataSource source, string listen, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _firstBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestBackoff = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One at a time reads, so that what is held never goes back; what is stored here meanwhile waits for no reading.
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _changing = new();
    private readonly List<TRow> _storedMeanwhile = [];
    private readonly Lock _sharing = new();
    private Task? _nextLook;
    private long _lastLook;
    private long _seen;
    private int _looks;

    /// <summary>Done when all of it is in memory.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>How often somebody asked for what is not held and the table was looked at for it.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>Makes what this instance has stored visible here at once, whatever has become of the database since.</summary>
    public void Apply(TRow stored)
    {
        lock (_changing)
        {
            Hold(stored);
            _storedMeanwhile.Add(stored);
        }
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    /// <summary>What has changed after a number, in the order of changes; everything after 0.</summary>
    protected abstract Task<IReadOnlyList<TRow>> ReadAsync(long after, CancellationToken ct);

    protected abstract long NumberOf(TRow row);

    /// <summary>Puts in what has changed; what is older than what is held is passed over.</summary>
    protected abstract void Hold(TRow changed);

    /// <summary>Holds these and no others.</summary>
    protected abstract void HoldOnly(IReadOnlyList<TRow> all);

    /// <summary>Looks for what is not held; another instance may have stored it a moment ago. One look for all who ask at a time, and at most so many a second: guesses share them.</summary>
    /// <exception cref="NpgsqlException">The table cannot be asked.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    protected Task LookAsync(CancellationToken ct)
    {
        lock (_sharing)
        {
            // It begins after the question.
            _nextLook ??= Task.Run(SoonAsync, CancellationToken.None);
            return _nextLook.WaitAsync(_patience, ct);
        }
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
                // Ours, and no reason to take away what is known.
                logger.TableNotRead(mistake);
            }

            await Task.Delay(backoff, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(Action connected, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using (var command = new NpgsqlCommand(listen, connection))
        {
            await command.ExecuteNonQueryAsync(ct);
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

            var changed = await ReadAsync(whole ? 0 : _seen, ct);
            Apply(changed, whole);
            _seen = changed is [.., var last] ? NumberOf(last) : whole ? 0 : _seen;
        }
        finally
        {
            _reading.Release();
        }
    }

    private void Apply(IReadOnlyList<TRow> changed, bool whole)
    {
        lock (_changing)
        {
            if (whole)
            {
                HoldOnly(changed);
                changed = _storedMeanwhile;
            }

            foreach (var row in changed)
            {
                Hold(row);
            }
        }
    }
}
