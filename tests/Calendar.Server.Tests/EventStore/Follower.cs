using Calendar.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Calendar.Server.Tests.EventStore;

/// <summary>A reader that follows a log in the background and keeps all it is given.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private readonly CancellationTokenSource stop;
    private readonly SemaphoreSlim more = new(0);
    private readonly List<RecordedEvent> events = [];

    private Follower(NpgsqlDataSource source, EventLog log, long after, CancellationToken ct)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Tail = new LogTail(source, log, NullLogger<LogTail>.Instance);
        Following = FollowAsync(after);
    }

    public LogTail Tail { get; }

    public Task Following { get; }

    public List<RecordedEvent> Events
    {
        get
        {
            lock (events)
                return [.. events];
        }
    }

    public static Follower Start(NpgsqlDataSource source, EventLog log, long after, CancellationToken ct) => new(source, log, after, ct);

    public async Task UntilAsync(int count)
    {
        while (true)
        {
            lock (events)
            {
                if (events.Count >= count)
                    return;
            }

            await more.WaitAsync(stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        more.Dispose();
    }

    private async Task FollowAsync(long after)
    {
        await foreach (var batch in Tail.FollowAsync(after, stop.Token))
        {
            lock (events)
                events.AddRange(batch);
            more.Release();
        }
    }
}
