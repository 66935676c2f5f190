using Calendar.Ical.Reading;

namespace Calendar.Ical.Checking;

/// <summary>The properties of a calendar (RFC 5545 section 3.7, RFC 7986 section 5).</summary>
internal static class CalendarRules
{
    public static void Version(Scope scope)
    {
        if (scope.First("VERSION") is { } version && !version.Is("2.0"))
        {
            scope.Find(CheckRules.WrongVersion, version, version.Value);
        }

        if (scope.First("CALSCALE") is { } scale && !scale.Is("GREGORIAN"))
        {
            scope.Find(CheckRules.WrongCalendarScale, scale, scale.Value);
        }
    }

    public static void NotEmpty(Scope scope)
    {
        if (!scope.State.HasEntries)
        {
            scope.Find(CheckRules.EmptyCalendar);
        }
    }

    /// <summary>RFC 7986 section 5.1: old clients know X-WR-CALNAME only, new ones take NAME.</summary>
    public static void Names(Scope scope)
    {
        if (scope.First("X-WR-CALNAME") is { } old && scope.First("NAME") is { } name
            && !scope.Component.All("NAME").Any(other => string.Equals(Text(other), Text(old), StringComparison.Ordinal)))
        {
            scope.Find(CheckRules.NamesDiffer, old, Text(name), Text(old));
        }

        static string Text(IcalProperty property) => ContentLine.UnescapeText(property.Value);
    }

    /// <summary>RFC 7986 section 5.7: how often to ask again, in the old and the new way.</summary>
    public static void Refresh(Scope scope)
    {
        var (now, old) = (scope.First("REFRESH-INTERVAL"), scope.First("X-PUBLISHED-TTL"));
        if (now is null || !IcalSpan.TryParse(now.Value, out var interval))
        {
            return;
        }

        if (interval.Seconds <= 0)
        {
            scope.Find(CheckRules.RefreshNotPositive, now, now.Value);
        }
        else if (old is not null && IcalSpan.TryParse(old.Value, out var oldInterval) && oldInterval.Seconds != interval.Seconds)
        {
            scope.Find(CheckRules.RefreshesDiffer, old, now.Value, old.Value);
        }
    }

    /// <summary>RFC 7986 section 5.3: two subscriptions with one UID are one calendar to some clients.</summary>
    public static void Uid(Scope scope)
    {
        if (scope.First("UID") is { } uid && scope.State.Method is null)
        {
            scope.Find(CheckRules.CalendarUid, uid);
        }
    }
}
