using NodaTime;
using NodaTime.TimeZones;

namespace Calendar.Ical;

/// <summary>A time zone and the years whose clock changes a calendar has to tell, which are those of its appointments.</summary>
/// <param name="Zone">The zone; its id is the TZID (RFC 5545 section 3.8.3.1). UTC needs no telling and gets none.</param>
/// <param name="FirstYear">The year of the first appointment, by the clock there; 1 to 9999.</param>
/// <param name="LastYear">The year of the last one's end.</param>
public sealed record IcalZone(DateTimeZone Zone, int FirstYear, int LastYear)
{
    // Where a rule has no beginning, one is to be named all the same. Readers subtract the offset from it, so the year 1 is a last resort.
    private static readonly LocalDateTime EarlyOnset = new(1601, 1, 1, 0, 0);

    internal static bool IsUtc(DateTimeZone zone) => zone.MinOffset == Offset.Zero && zone.MaxOffset == Offset.Zero;

    /// <summary>The zones that a calendar needs, each once, in the order of their ids.</summary>
    internal static IReadOnlyDictionary<string, IcalZone> Of(VCalendar calendar)
    {
        var zones = new SortedDictionary<string, IcalZone>(StringComparer.Ordinal);
        foreach (var zone in calendar.Zones)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(zone.LastYear, zone.FirstYear, nameof(calendar));
            Add(zone);
        }

        foreach (var entry in calendar.Events)
        {
            if (entry is VAppointment { Start: var start, EndExclusive: var end })
            {
                Add(new(start.Zone, start.Year, start.Year));
                Add(new(end.Zone, end.Year, end.Year));
            }
        }

        return zones;

        void Add(IcalZone zone)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(zone.FirstYear, 1, nameof(calendar));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(zone.LastYear, 9999, nameof(calendar));
            if (!IsUtc(zone.Zone))
            {
                zones[zone.Zone.Id] = zones.TryGetValue(zone.Zone.Id, out var known) ? known.And(zone) : zone;
            }
        }
    }

    internal bool Covers(int year) => year >= FirstYear && year <= LastYear;

    /// <summary>
    /// Writes the VTIMEZONE: one observance for each stretch of constant offset that touches the years, which every reader understands
    /// alike; rules (RRULE) would have to be guessed from the past and outlive their truth.
    /// </summary>
    internal void Write(LineWriter lines)
    {
        lines.Fixed("BEGIN:VTIMEZONE\r\n"u8);
        lines.Raw("TZID:"u8).Text(Zone.Id).End();
        var from = Zone.AtStartOfDay(new LocalDate(FirstYear, 1, 1)).ToInstant();
        Instant? to = LastYear < 9999 ? Zone.AtStartOfDay(new LocalDate(LastYear + 1, 1, 1)).ToInstant() : null;
        foreach (var interval in Zone.GetZoneIntervals(new Interval(from, to)))
        {
            Observance(interval, lines);
        }

        lines.Fixed("END:VTIMEZONE\r\n"u8);
        lines.Flush();
    }

    private void Observance(ZoneInterval interval, LineWriter lines)
    {
        // The onset is told by the clock that it ends (RFC 5545 section 3.6.5).
        var before = interval.HasStart ? Zone.GetUtcOffset(interval.Start - Duration.Epsilon) : interval.WallOffset;
        var onset = interval.HasStart ? interval.Start.WithOffset(before).LocalDateTime
            : FirstYear > EarlyOnset.Year ? EarlyOnset
            : new LocalDateTime(1, 1, 1, 0, 0);
        var isStandard = interval.Savings <= Offset.Zero;
        lines.Fixed(isStandard ? "BEGIN:STANDARD\r\n"u8 : "BEGIN:DAYLIGHT\r\n"u8);
        lines.Raw("DTSTART:"u8).Local(onset).End();
        lines.Raw("TZOFFSETFROM:"u8).UtcOffset(before).End();
        lines.Raw("TZOFFSETTO:"u8).UtcOffset(interval.WallOffset).End();
        lines.Raw("TZNAME:"u8).Text(interval.Name).End();
        lines.Fixed(isStandard ? "END:STANDARD\r\n"u8 : "END:DAYLIGHT\r\n"u8);
    }

    private IcalZone And(IcalZone other) =>
        this with { FirstYear = Math.Min(FirstYear, other.FirstYear), LastYear = Math.Max(LastYear, other.LastYear) };
}
