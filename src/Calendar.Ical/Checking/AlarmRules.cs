namespace Calendar.Ical.Checking;

/// <summary>VALARM (RFC 5545 section 3.6.6).</summary>
internal static class AlarmRules
{
    /// <summary>What each kind of alarm must have beside its trigger.</summary>
    public static void Action(Scope scope)
    {
        string[] required = scope.First("ACTION")?.Value.ToUpperInvariant() switch
        {
            "DISPLAY" => ["DESCRIPTION"],
            "EMAIL" => ["DESCRIPTION", "SUMMARY", "ATTENDEE"],
            _ => [],
        };
        foreach (var property in required)
        {
            if (scope.First(property) is null)
            {
                scope.Lacks(property, CheckRules.EmailAlarm.Source);
            }
        }

        if (scope.First("ACTION") is { } action && action.Is("EMAIL"))
        {
            scope.Find(CheckRules.EmailAlarm, action);
        }
    }

    public static void Cancelled(Scope scope)
    {
        if (scope.Entry.First("STATUS")?.Is("CANCELLED") is true)
        {
            scope.Find(CheckRules.AlarmOnCancelled);
        }
    }

    /// <summary>REPEAT and DURATION say how often and at what distance: one is nothing without the other.</summary>
    public static void Repeat(Scope scope)
    {
        var (repeat, duration) = (scope.First("REPEAT"), scope.First("DURATION"));
        if ((repeat ?? duration) is { } alone && repeat is null != duration is null)
        {
            scope.Find(CheckRules.RepeatWithoutDuration, alone, repeat is null ? "REPEAT" : "DURATION");
        }
    }

    /// <summary>RFC 5545 section 3.8.6.3: an alarm before or after the start or end needs that start or end.</summary>
    public static void Anchor(Scope scope)
    {
        if (scope.First("TRIGGER") is not { } trigger || trigger.Parameter("VALUE")?.Value.Equals("DATE-TIME", StringComparison.OrdinalIgnoreCase) is true)
        {
            return;
        }

        var entry = scope.Entry;
        var end = entry.Name is "VTODO" ? "DUE" : "DTEND";
        if (trigger.Parameter("RELATED")?.Value.Equals("END", StringComparison.OrdinalIgnoreCase) is true)
        {
            if (entry.First(end) is null && (entry.First("DTSTART") is null || entry.First("DURATION") is null))
            {
                scope.Find(CheckRules.AlarmWithoutAnchor, trigger, end);
            }
        }
        else if (entry.Name is "VTODO" && entry.First("DTSTART") is null)
        {
            scope.Find(CheckRules.AlarmWithoutAnchor, trigger, "DTSTART");
        }
    }
}
