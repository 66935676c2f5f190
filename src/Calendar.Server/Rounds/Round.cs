using System.Threading.Channels;
using NodaTime;

namespace Calendar.Server.Rounds;

/// <summary>
/// A kind of work that is done again and again by one instance at a time. A pass is repeated after a failure and may be cut off anywhere, and
/// the lock can be lost without notice: whatever a pass writes must be fenced by what it writes (a key, a stream's version).
/// </summary>
/// <param name="name">The lock's, and the log's: <c>seals</c>.</param>
internal abstract class Round(string name)
{
    // Holds one signal at most: any number of reasons are one pass.
    private readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public string Name { get; } = name;

    /// <summary>Does what is due now. Called directly in tests; in service by <see cref="RoundRunner"/>, which holds the lock.</summary>
    public abstract Task PassAsync(CancellationToken ct);

    /// <summary>When the next pass is due; asked after each pass. The first one is due at the start.</summary>
    public abstract Instant NextAfter(Instant pass);

    /// <summary>So long after a pass there is no other, whatever happens: what happens meanwhile is one pass.</summary>
    public virtual TimeSpan Rest => TimeSpan.Zero;

    /// <summary>Makes a pass due now: something has happened that should not wait.</summary>
    public void Wake() => _woken.Writer.TryWrite(true);

    /// <returns>True if it was woken, false when the time is up.</returns>
    internal async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(atMost);
        try
        {
            return await _woken.Reader.ReadAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
