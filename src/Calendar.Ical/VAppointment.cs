using NodaTime;

namespace Calendar.Ical;

/// <summary>
/// One event at a time of day. It is written as local time with TZID, the zone's VTIMEZONE standing before it; in UTC if that is its
/// zone, and if its local time comes twice that day: by RFC 5545 section 3.3.5 it would mean the first of the two, yet widely used
/// readers take the second.
/// </summary>
/// <param name="Uid">See <see cref="IcalEntry"/>.</param>
/// <param name="Start">Its first second, year 1 to 9999 of the common era (RFC 5545 section 3.8.2.4).</param>
/// <param name="EndExclusive">
/// The second after its last one, at least one after <paramref name="Start"/>, in the same zone or another (RFC 5545 section 3.8.2.2).
/// </param>
/// <param name="Stamp">See <see cref="IcalEntry"/>.</param>
/// <param name="Sequence">See <see cref="IcalEntry"/>.</param>
/// <param name="Summary">See <see cref="IcalEntry"/>.</param>
public sealed record VAppointment(string Uid, ZonedDateTime Start, ZonedDateTime EndExclusive, Instant Stamp, int Sequence, IcalText Summary)
    : IcalEvent(Uid, Stamp, Sequence, Summary)
{
    /// <summary>
    /// An appointment by the clock on the wall, read as RFC 5545 section 3.3.5 reads it: a time that comes twice is the first one, a time
    /// that is skipped is counted from before the gap and written as the clock will show it (03:30 for 02:30).
    /// </summary>
    /// <param name="uid">See <see cref="IcalEntry"/>.</param>
    /// <param name="start">The start on the clocks of <paramref name="zone"/>.</param>
    /// <param name="endExclusive">The end on the same clocks.</param>
    /// <param name="zone">The time zone, named as in the IANA database.</param>
    /// <param name="stamp">See <see cref="IcalEntry"/>.</param>
    /// <param name="sequence">See <see cref="IcalEntry"/>.</param>
    /// <param name="summary">See <see cref="IcalEntry"/>.</param>
    public VAppointment(
        string uid, LocalDateTime start, LocalDateTime endExclusive, DateTimeZone zone, Instant stamp, int sequence, IcalText summary)
        : this(uid, zone.AtLeniently(start), zone.AtLeniently(endExclusive), stamp, sequence, summary)
    {
    }
}
