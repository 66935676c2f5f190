using Calendar.Almanacs;
using Calendar.EventStore;

namespace Calendar.Server.AsOf;

/// <summary>
/// Almanacs of earlier positions, folded from the log on demand. Two at most are in memory, the one being built included: the one
/// that has not been used for longest goes. One is built at a time, each position once, however many ask for it.
/// </summary>
internal sealed class PastAlmanacs(EventLog log, Settings settings) : IAsyncDisposable
{
    private const int _most = 2;

    // So many positions may wait to be built; a build takes as long as a start.
    private const int _mostWaiting = 16;

    private readonly Lock _lock = new();

    // The last used comes last.
    private readonly List<(Place Place, Almanac Almanac)> _kept = new(_most);
    private readonly Dictionary<Place, Build> _builds = [];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stop = new();
    private bool _isDisposed;

    /// <summary>How many have been built; for tests.</summary>
    internal int Built { get; private set; }

    /// <summary>The almanac of a position, kept or built.</summary>
    /// <param name="ct">Ends this caller's waiting; a build that has begun goes on for the next one who asks.</param>
    /// <exception cref="LogUnavailableException">PostgreSQL cannot be reached, or too many positions are waited for.</exception>
    /// <exception cref="LogBrokenException">The log cannot be read that far.</exception>
    /// <exception cref="LogReplacedException">It has no such position any more.</exception>
    public async Task<Almanac> AtAsync(Place place, CancellationToken ct)
    {
        Build? build;
        lock (_lock)
        {
            if (Kept(place) is { } kept)
            {
                return kept;
            }

            if (!_builds.TryGetValue(place, out build))
            {
                if (_builds.Count == _mostWaiting || _isDisposed)
                {
                    throw new LogUnavailableException(LogUnavailableReason.Busy);
                }

                build = new Build();
                _builds.Add(place, build);
                build.Done = Task.Run(() => BuildAsync(place, build), CancellationToken.None);
            }

            build.Waiting++;
        }

        try
        {
            return await build.Done.WaitAsync(ct);
        }
        finally
        {
            lock (_lock)
            {
                build.Waiting--;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] builds;
        lock (_lock)
        {
            _isDisposed = true;
            builds = [.. _builds.Values.Select(build => build.Done)];
        }

        await _stop.CancelAsync();
        await Task.WhenAll(builds).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task<Almanac> BuildAsync(Place place, Build build)
    {
        try
        {
            await _turn.WaitAsync(_stop.Token);
            try
            {
                MakeRoom(place, build);
                var almanac = await FoldAsync(place.Position);
                lock (_lock)
                {
                    _kept.Add((place, almanac));
                    _builds.Remove(place);
                    Built++;
                }

                return almanac;
            }
            finally
            {
                _turn.Release();
            }
        }
        catch
        {
            // Not kept: whoever asks next tries again.
            lock (_lock)
            {
                Forget(place, build);
            }

            throw;
        }
    }

    // Nobody but the snapshot holds on to what the fold made: the fold itself is let go.
    private async Task<Almanac> FoldAsync(long position)
    {
        var fold = new AlmanacFold(settings.Home);
        await AlmanacFollower.FoldAsync(log, fold, position, _stop.Token);
        return fold.Position == position ? fold.Publish() : throw new LogReplacedException(position);
    }

    private void MakeRoom(Place place, Build build)
    {
        lock (_lock)
        {
            if (build.Waiting == 0)
            {
                // Everybody has gone away while it stood in the queue; whoever comes now begins another one.
                Forget(place, build);
                throw new OperationCanceledException();
            }

            if (_kept.Count == _most)
            {
                _kept.RemoveAt(0);
            }
        }
    }

    private void Forget(Place place, Build build)
    {
        if (_builds.TryGetValue(place, out var waiting) && waiting == build)
        {
            _builds.Remove(place);
        }
    }

    private Almanac? Kept(Place place)
    {
        var index = _kept.FindIndex(kept => kept.Place == place);
        if (index < 0)
        {
            return null;
        }

        var kept = _kept[index];
        _kept.RemoveAt(index);
        _kept.Add(kept);
        return kept.Almanac;
    }

    private sealed class Build
    {
        public Task<Almanac> Done { get; set; } = null!;

        public int Waiting { get; set; }
    }
}

/// <summary>A position in one certain log.</summary>
/// <param name="Log">How often the log had been replaced by then, see <see cref="AlmanacFollower.Replaced"/>.</param>
internal readonly record struct Place(int Log, long Position);
