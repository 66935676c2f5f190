using System.Threading.Channels;
using Calendar.Almanacs;
using Calendar.EventStore;
using Npgsql;

namespace Calendar.Server;

/// <summary>How far the fold is.</summary>
internal enum FoldState
{
    /// <summary>Reading the log for the first time.</summary>
    Folding,
    Following,

    /// <summary>An event cannot be read or does not follow: the last good almanac goes on serving, commands are refused.</summary>
    Stopped,
}

/// <summary>Folds the log and follows it; everybody reads <see cref="Current"/>.</summary>
internal sealed class AlmanacFollower(EventLog log, LogTail tail, Settings settings, ILogger<AlmanacFollower> logger) : BackgroundService
{
    private const long _tellEvery = 200_000;

    private readonly TaskCompletionSource _folded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Almanac _current = new AlmanacFold(settings.Home).Publish();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FoldState _state;
    private int _replaced;

    /// <summary>Raised when there is a new one and the log has been folded once, by whoever folds: only wake something.</summary>
    public event EventHandler? Published;

    /// <summary>The newest snapshot.</summary>
    public Almanac Current => Volatile.Read(ref _current);

    public FoldState State => _state;

    /// <summary>How often the log has turned out to be another one: what was learnt of it before holds no longer.</summary>
    public int Replaced => Volatile.Read(ref _replaced);

    /// <summary>Done when the log has been folded once, or as far as it can be.</summary>
    public Task Folded => _folded.Task;

    public bool Connected => tail.Connected;

    /// <summary>Waits until the almanac holds a stream's version. Cancelled by <paramref name="ct"/> only.</summary>
    public async Task<Almanac> WaitForAsync(string stream, long version, CancellationToken ct)
    {
        while (true)
        {
            var next = Volatile.Read(ref _next).Task;
            var almanac = Current;
            if (almanac.VersionOf(stream) >= version)
            {
                return almanac;
            }

            await next.WaitAsync(ct);
        }
    }

    /// <summary>Waits until the almanac holds an event of the log; at once when the fold has stopped.</summary>
    public async Task WaitForAsync(long position, CancellationToken ct)
    {
        while (true)
        {
            var next = Volatile.Read(ref _next).Task;
            if (Current.Position >= position || _state == FoldState.Stopped)
            {
                return;
            }

            await next.WaitAsync(ct);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (LogReplacedException replaced)
            {
                logger.LogReplaced(replaced.Position);
                Interlocked.Increment(ref _replaced);
            }
            catch (LogBrokenException broken)
            {
                logger.FoldStopped(broken.Message);
                Stop();
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception away) when (away is NpgsqlException or LogUnavailableException)
            {
                // Only a fold from the beginning comes here: the tail gets over an outage by itself.
                logger.DatabaseAway(away.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
            catch (Exception mistake)
            {
                // Ours, and no reason to take the reads away.
                logger.FoldFailed(mistake);
                Stop();
                return;
            }
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        var fold = new AlmanacFold(settings.Home);
        var told = 0L;
        try
        {
            await FoldAsync(log, fold, long.MaxValue, Tell, ct);
        }
        catch (LogBrokenException) when (!_folded.Task.IsCompleted)
        {
            // At start there is no better almanac than what lies before the break.
            Publish(fold);
            throw;
        }

        Publish(fold);
        logger.Folded(fold.Position, Current.FactCount);
        _state = FoldState.Following;
        _folded.TrySetResult();
        Published?.Invoke(this, EventArgs.Empty);

        await foreach (var batch in tail.FollowAsync(fold.Position, ct))
        {
            try
            {
                foreach (var e in batch)
                {
                    fold.Apply(Read(e));
                }
            }
            catch (LogBrokenException)
            {
                // What lies before it is shown, as it would be after a restart.
                Publish(fold);
                throw;
            }

            Publish(fold);
        }

        void Tell(int events)
        {
            if ((told + events) / _tellEvery > told / _tellEvery)
            {
                logger.Folding(told + events);
            }

            told += events;
        }
    }

    /// <summary>The start-up fold, for whoever needs an almanac of his own.</summary>
    internal static Task FoldAsync(EventLog log, AlmanacFold fold, CancellationToken ct) => FoldAsync(log, fold, long.MaxValue, _ => { }, ct);

    /// <summary>The same, up to a position and with it.</summary>
    internal static Task FoldAsync(EventLog log, AlmanacFold fold, long upTo, CancellationToken ct) => FoldAsync(log, fold, upTo, _ => { }, ct);

    // One task reads and parses, another folds.
    private static async Task FoldAsync(EventLog log, AlmanacFold fold, long upTo, Action<int> progress, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var parsed = Channel.CreateBounded<Recorded[]>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        var parsing = Task.Run(() => ParseAsync(log, upTo, parsed.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var events in parsed.Reader.ReadAllAsync(ct))
            {
                foreach (var e in events)
                {
                    fold.Apply(e);
                }

                progress(events.Length);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await parsing;
        }
    }

    // Whatever ends it is the consumer's to see, after the events before it.
    private static async Task ParseAsync(EventLog log, long upTo, ChannelWriter<Recorded[]> parsed, CancellationToken ct)
    {
        try
        {
            await foreach (var batch in log.ReadRangeAsync(0, upTo, ct))
            {
                var events = new Recorded[batch.Count];
                var readable = 0;
                try
                {
                    while (readable < events.Length)
                    {
                        events[readable] = Read(batch[readable]);
                        readable++;
                    }
                }
                finally
                {
                    await parsed.WriteAsync(readable == events.Length ? events : events[..readable], ct);
                }
            }

            parsed.Complete();
        }
        catch (Exception e)
        {
            parsed.Complete(e);
        }
    }

    internal static Recorded Read(RecordedEvent e)
    {
        try
        {
            var role = Names<Role>.TryParse(e.Envelope.Role, out var held) ? held : Role.Round;
            return new Recorded(e.Position, e.StreamId, e.Version, e.Timestamp, role, e.Envelope.Reason, EventContracts.Read(e.Type, e.Data.Span));
        }
        catch (EventUnreadableException unreadable)
        {
            throw new LogBrokenException(e.Position, unreadable.Message);
        }
    }

    private void Publish(AlmanacFold fold)
    {
        Volatile.Write(ref _current, fold.Publish());
        Wake();
        if (_state == FoldState.Following)
        {
            Published?.Invoke(this, EventArgs.Empty);
        }
    }

    private void Stop()
    {
        _state = FoldState.Stopped;
        Wake();
        _folded.TrySetResult();
    }

    private void Wake() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
