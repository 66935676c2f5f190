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
    private readonly TaskCompletionSource _folded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Almanac _current = new AlmanacFold(settings.Home).Publish();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FoldState _state;

    /// <summary>The newest snapshot.</summary>
    public Almanac Current => Volatile.Read(ref _current);

    public FoldState State => _state;

    /// <summary>Done when the log has been folded once.</summary>
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
            }
            catch (LogBrokenException broken)
            {
                logger.FoldStopped(broken.Message);
                _state = FoldState.Stopped;
                return;
            }
            catch (Exception away) when (away is NpgsqlException or LogUnavailableException)
            {
                // Only the first fold comes here: the tail gets over an outage by itself.
                logger.DatabaseAway(away.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        var fold = new AlmanacFold(settings.Home);
        await FoldAsync(log, fold, ct);
        Publish(fold);
        logger.Folded(fold.Position, Current.FactCount);
        _state = FoldState.Following;
        _folded.TrySetResult();

        await foreach (var batch in tail.FollowAsync(fold.Position, ct))
        {
            foreach (var e in batch)
            {
                fold.Apply(Read(e));
            }

            Publish(fold);
        }
    }

    /// <summary>The start-up fold: one task reads and parses, another folds.</summary>
    internal static async Task FoldAsync(EventLog log, AlmanacFold fold, CancellationToken ct)
    {
        var parsed = Channel.CreateBounded<Recorded[]>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        var parsing = Task.Run(
            async () =>
            {
                try
                {
                    await foreach (var batch in log.ReadAllAsync(0, ct))
                    {
                        var events = new Recorded[batch.Count];
                        for (var i = 0; i < events.Length; i++)
                        {
                            events[i] = Read(batch[i]);
                        }

                        await parsed.Writer.WriteAsync(events, ct);
                    }

                    parsed.Writer.Complete();
                }
                catch (Exception e) when (parsed.Writer.TryComplete(e))
                {
                    // The reader of the channel throws it.
                }
            },
            ct);

        await foreach (var events in parsed.Reader.ReadAllAsync(ct))
        {
            foreach (var e in events)
            {
                fold.Apply(e);
            }
        }

        await parsing;
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
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
