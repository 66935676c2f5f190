using NodaTime;

namespace Calendar.Server;

/// <summary>The one clock, read at the edge.</summary>
internal sealed class CivilClock(IClock clock, DateTimeZone zone)
{
    public DateTimeZone Zone { get; } = zone;

    public Instant Now => clock.GetCurrentInstant();

    /// <summary>The civil day in the calendar's zone.</summary>
    public LocalDate Today => Now.InZone(Zone).Date;

    public Moment Moment
    {
        get
        {
            var now = Now;
            return new Moment(now, now.InZone(Zone).Date);
        }
    }
}
