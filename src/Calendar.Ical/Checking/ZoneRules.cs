using System.Globalization;

namespace Calendar.Ical.Checking;

/// <summary>VTIMEZONE (RFC 5545 section 3.6.5) and who uses it.</summary>
internal static class ZoneRules
{
    public static void Defined(Scope scope)
    {
        if (scope.First("TZID") is { } zone && !scope.State.Zones.TryAdd(zone.Value, zone.Line))
        {
            scope.Find(CheckRules.DuplicateZone, zone, zone.Value, scope.State.Zones[zone.Value].ToString(CultureInfo.InvariantCulture));
        }

        if (!scope.Component.Components.Any(component => component.Name is "STANDARD" or "DAYLIGHT"))
        {
            scope.Find(CheckRules.ZoneWithoutObservance);
        }
    }

    public static void Observance(Scope scope)
    {
        if (scope.First("DTSTART") is { } start && (scope.Moment("DTSTART")?.IsUtc is true || start.Parameter("TZID") is not null))
        {
            scope.Find(CheckRules.ZoneStartNotLocal, start, start.Value);
        }
    }

    /// <summary>RFC 5545 section 3.2.19, when the whole calendar is read: definitions may come last.</summary>
    public static void Used(CalendarState state, FindingList findings)
    {
        foreach (var (zone, (property, entry)) in state.ZonesUsed)
        {
            if (!state.Zones.ContainsKey(zone))
            {
                findings.Add(CheckRules.ZoneNotDefined, property.Line, entry.Name, entry.First("UID")?.Value, property.Name, [zone]);
            }
        }
    }
}
