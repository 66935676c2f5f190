using Calendar.Subscriptions;
using NodaTime;

namespace Calendar.Server.Subscriptions;

/// <summary>The latest reading of a subscription's feed.</summary>
/// <param name="At">Whole seconds.</param>
/// <param name="Version">Of the public record that the answer was made from.</param>
internal sealed record LastFetch(Instant At, ClientFamily Client, long Version);

/// <summary>How often a subscription's feed has been read.</summary>
/// <param name="Conditional">So many of them named what the client had.</param>
/// <param name="NotModified">So many of those needed no more than to be told that it is still right.</param>
internal readonly record struct FetchCounts(long Fetches, long Conditional, long NotModified)
{
    public static FetchCounts operator +(FetchCounts x, FetchCounts y) => new(x.Fetches + y.Fetches, x.Conditional + y.Conditional, x.NotModified + y.NotModified);
}

/// <summary>What one instance counts of a subscription and has not yet stored. Counting takes no lock.</summary>
internal sealed class FetchTally
{
    private long _fetches;
    private long _conditional;
    private long _notModified;
    private LastFetch? _last;

    /// <summary>The latest fetch that was counted here, stored or not; null before the first.</summary>
    public LastFetch? Last => Volatile.Read(ref _last);

    public FetchCounts Counts
    {
        get
        {
            // Against the order of counting: never more of a kind than there are.
            var notModified = Interlocked.Read(ref _notModified);
            var conditional = Interlocked.Read(ref _conditional);
            return new FetchCounts(Interlocked.Read(ref _fetches), conditional, notModified);
        }
    }

    public void Add(LastFetch fetch, bool conditional, bool notModified)
    {
        Volatile.Write(ref _last, fetch);
        Interlocked.Increment(ref _fetches);
        if (conditional)
        {
            Interlocked.Increment(ref _conditional);
        }

        if (notModified)
        {
            Interlocked.Increment(ref _notModified);
        }
    }

    /// <summary>These have been stored.</summary>
    public void Subtract(FetchCounts stored)
    {
        Interlocked.Add(ref _fetches, -stored.Fetches);
        Interlocked.Add(ref _conditional, -stored.Conditional);
        Interlocked.Add(ref _notModified, -stored.NotModified);
    }
}
