using System.Globalization;
using Calendar.Ical.Reading;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Ical.Checking;

/// <summary>Dates and times, and how the start and the end of an entry go together (RFC 5545 sections 3.3.4, 3.3.5 and 3.8.2).</summary>
internal static class DateRules
{
    private static readonly LocalDatePattern Basic = LocalDatePattern.Create("uuuuMMdd", CultureInfo.InvariantCulture);

    private enum Form
    {
        Date,
        Floating,
        Fixed,
    }

    /// <summary>Every DATE or DATE-TIME of a property; of several wrong ones the first.</summary>
    public static void Value(Scope scope, IcalProperty property, PropertyKind kind, string type)
    {
        foreach (var range in kind.IsList ? property.Value.AsSpan().Split(',') : property.Value.AsSpan().Split('\n'))
        {
            var text = property.Value.AsSpan()[range];
            if (!IcalMoment.TryParse(text, out var moment, out var isImpossible))
            {
                scope.Find(isImpossible ? CheckRules.ImpossibleDate : CheckRules.MalformedDate, property, text.ToString(), kind.Example);
                return;
            }

            if (!Typed(scope, property, kind, type, moment) || !Zoned(scope, property, moment))
            {
                return;
            }
        }
    }

    /// <summary>RFC 5545 sections 3.6.1 and 3.8.2.2: an event ends after it starts, by DTEND or DURATION.</summary>
    public static void Event(Scope scope)
    {
        if (scope.First("DTSTART") is null && scope.State.Method is null or "PUBLISH" or "REQUEST" or "ADD" or "COUNTER")
        {
            scope.Lacks("DTSTART", "RFC 5545, 3.6.1");
        }

        End(scope, "DTEND", "RFC 5545, 3.8.2.2", "RFC 5545, 3.6.1");
    }

    /// <summary>RFC 5545 sections 3.6.2 and 3.8.2.3: a to-do is due after it starts; a DURATION needs a start.</summary>
    public static void Todo(Scope scope)
    {
        End(scope, "DUE", "RFC 5545, 3.8.2.3", "RFC 5545, 3.6.2");
        if (scope.First("DURATION") is { } duration && scope.First("DTSTART") is null)
        {
            scope.Find(CheckRules.DurationWithoutStart, duration);
        }
    }

    /// <summary>RFC 5545 section 3.3.5: local time without a zone is another moment for every reader.</summary>
    public static void Floating(Scope scope)
    {
        var start = scope.First("DTSTART") ?? scope.First("DUE");
        if (start is not null && FormOf(start) == Form.Floating)
        {
            scope.Find(CheckRules.FloatingTime, start, start.Value);
        }
    }

    /// <summary>RFC 5545 section 3.8.2.7: a whole day is busy unless it says otherwise.</summary>
    public static void Opaque(Scope scope)
    {
        if (scope.First("DTSTART") is { } start && FormOf(start) == Form.Date && scope.First("TRANSP")?.Is("TRANSPARENT") is not true
            && scope.First("STATUS")?.Is("CANCELLED") is not true)
        {
            scope.Find(CheckRules.AllDayOpaque, scope.First("TRANSP") ?? start);
        }
    }

    private static bool Typed(Scope scope, IcalProperty property, PropertyKind kind, string type, IcalMoment moment)
    {
        if (moment.Time is null && type is "DATE-TIME" && kind.Types.Contains("DATE", StringComparer.Ordinal))
        {
            scope.Find(CheckRules.DateWithoutValue, property, $"{property.Name};VALUE=DATE:{property.Value}");
            return false;
        }

        if (moment.Time is null != type is "DATE")
        {
            scope.Find(CheckRules.MalformedDate, property, property.Value, kind.Example);
            return false;
        }

        if (kind.MustBeUtc && !moment.IsUtc)
        {
            scope.Find(CheckRules.NotUtc, property, property.Value, kind.Example);
            return false;
        }

        return true;
    }

    /// <summary>RFC 5545 section 3.2.19: only local times have a zone, and it is defined in the same calendar.</summary>
    private static bool Zoned(Scope scope, IcalProperty property, IcalMoment moment)
    {
        if (property.Parameter("TZID") is not { } zone)
        {
            return true;
        }

        if (moment.Time is null || moment.IsUtc)
        {
            scope.Find(CheckRules.NeedlessZone, property, zone.Value);
            return false;
        }

        if (scope.Entry.Name is not "VTIMEZONE")
        {
            scope.State.ZonesUsed.TryAdd(zone.Value, (property, scope.Entry));
        }

        return true;
    }

    private static void End(Scope scope, string endName, string source, string either)
    {
        var (start, end, duration) = (scope.First("DTSTART"), scope.First(endName), scope.First("DURATION"));
        if (end is not null && duration is not null)
        {
            scope.FindBy(either, CheckRules.EndAndDuration, duration, endName);
        }

        if (start is not null && end is not null)
        {
            StartAndEnd(scope, start, end, source);
        }

        if (duration is not null && IcalSpan.TryParse(duration.Value, out var span))
        {
            if (span.Seconds < 0)
            {
                scope.Find(CheckRules.NegativeDuration, duration, duration.Value);
            }
            else if (span.HasTime && start is not null && FormOf(start) == Form.Date)
            {
                scope.Find(CheckRules.AllDayDurationWithTime, duration, duration.Value);
            }
        }
    }

    private static void StartAndEnd(Scope scope, IcalProperty start, IcalProperty end, string source)
    {
        if (FormOf(start) is not { } form || FormOf(end) is not { } endForm)
        {
            return;
        }

        var (from, to) = (scope.Moment(start.Name)!.Value, scope.Moment(end.Name)!.Value);
        if (form != endForm)
        {
            scope.FindBy(source, CheckRules.EndTypeDiffers, end, start.Value, end.Value);
        }
        else if (form == Form.Date && from.Date == to.Date && end.Name is "DTEND")
        {
            scope.Find(CheckRules.AllDayEndEqualsStart, end, end.Value, Basic.Format(from.Date == LocalDate.MaxIsoValue ? from.Date : from.Date.PlusDays(1)));
        }
        else if (!from.IsBefore(to) && from.IsUtc == to.IsUtc && string.Equals(start.Parameter("TZID")?.Value, end.Parameter("TZID")?.Value, StringComparison.Ordinal))
        {
            scope.FindBy(source, CheckRules.EndNotAfterStart, end, start.Value, end.Value);
        }
    }

    /// <summary>Null for what is no date or time.</summary>
    private static Form? FormOf(IcalProperty property) => !IcalMoment.TryParse(property.Value, out var moment, out _) ? null
        : moment.Time is null ? Form.Date
        : moment.IsUtc || property.Parameter("TZID") is not null ? Form.Fixed
        : Form.Floating;
}
