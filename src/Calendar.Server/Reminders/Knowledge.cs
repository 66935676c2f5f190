using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>What is known now, for all workers together. The address book is read again every two seconds: what is erased is asked for once more when it is written to.</summary>
internal sealed class Knowledge(AlmanacFollower follower, Recipients recipients, CivilClock clock) : IDisposable
{
    private static readonly Duration _bookIsGoodFor = Duration.FromSeconds(2);

    private readonly SemaphoreSlim _reading = new(1);
    private Known? _last;

    private Known? Current => Volatile.Read(ref _last) is { } last && IsGood(last, clock.Now) && ReferenceEquals(last.Almanac, follower.Current) ? last : null;

    public async ValueTask<Known> NowAsync(CancellationToken ct)
    {
        if (Current is { } current)
        {
            return current;
        }

        await _reading.WaitAsync(ct);
        try
        {
            if (Current is { } meanwhile)
            {
                return meanwhile;
            }

            var (almanac, now) = (follower.Current, clock.Now);
            var known = _last is { } last && IsGood(last, now) ? new Known(almanac, last.Book, clock.Zone, last.At) : new Known(almanac, await recipients.BookAsync(almanac, ct), clock.Zone, now);
            Volatile.Write(ref _last, known);
            return known;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private static bool IsGood(Known known, Instant now) => now - known.At < _bookIsGoodFor && now >= known.At;
}
