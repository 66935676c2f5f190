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
}
