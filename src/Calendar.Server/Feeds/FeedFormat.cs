using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>
/// The form of feeds. Any change of their bytes that the record does not cause goes with a new number and instant: SEQUENCE
/// and DTSTAMP carry them, so that clients take the new form.
/// </summary>
internal static class FeedFormat
{
    public const int Number = 2;

    public static Instant Released { get; } = Instant.FromUtc(2026, 11, 22, 6, 0);

    /// <summary>Last-Modified of a feed whose entries last changed at an instant.</summary>
    public static Instant Modified(Instant last, FeedNotice? notice, DateTimeZone zone)
    {
        if (notice is not null)
        {
            // Some time on its first day: until that is over no date says it all.
            last = Instant.Max(last, notice.From.PlusDays(1).AtStartOfDayInZone(zone).ToInstant());
        }

        // Whole seconds, as the header has them, and not before the change itself.
        return Instant.FromUnixTimeSeconds((last + Duration.FromSeconds(1) - Duration.Epsilon).ToUnixTimeSeconds());
    }
}
