using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.AsOf;

/// <summary>How people write a moment of the record.</summary>
internal static class Moments
{
    /// <summary>
    /// An ISO 8601 instant with its offset (<c>2026-12-01T03:00:00Z</c>), or a civil day, which means its last microsecond in the
    /// calendar's zone: everything that was recorded on it, and nothing later. Null for any other text.
    /// </summary>
    public static Instant? Read(string text, DateTimeZone zone)
    {
        if (ReadInstant(text) is { } moment)
        {
            return moment;
        }

        return LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day } && day < LocalDate.MaxIsoValue
            ? zone.AtStartOfDay(day.PlusDays(1)).ToInstant() - Duration.FromTicks(NodaConstants.TicksPerMillisecond / 1000)
            : null;
    }

    /// <summary>The same where a range begins or ends: a civil day means its first moment.</summary>
    public static Instant? Begin(string text, DateTimeZone zone) =>
        ReadInstant(text) ?? (PartialDate.TryParse(text, out var day, out _) && day.Precision == Precision.Day ? zone.AtStartOfDay(day.First).ToInstant() : null);

    // The plus of an offset that nobody encoded arrives as a space. In the first and the last year that there is, an offset may lead out of time.
    private static Instant? ReadInstant(string text) =>
        OffsetDateTimePattern.ExtendedIso.Parse(text.Replace(' ', '+')) is { Success: true, Value: { Year: > -9998 and < 9999 } moment } ? moment.ToInstant() : null;
}
