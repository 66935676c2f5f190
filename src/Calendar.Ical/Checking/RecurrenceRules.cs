using System.Collections.Frozen;
using System.Globalization;
using Calendar.Ical.Reading;

namespace Calendar.Ical.Checking;

/// <summary>RRULE and EXRULE (RFC 5545 section 3.3.10, RFC 7529).</summary>
internal static class RecurrenceRules
{
    private static readonly string[] Frequencies = ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
    private static readonly string[] Weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    // What picks days other than by their number in a month.
    private static readonly string[] OtherDays = ["BYDAY", "BYYEARDAY", "BYWEEKNO", "SKIP"];

    private static readonly FrozenDictionary<string, Func<string, bool>> Parts = new Dictionary<string, Func<string, bool>>(StringComparer.Ordinal)
    {
        ["FREQ"] = value => Frequencies.Contains(value, StringComparer.OrdinalIgnoreCase),
        ["UNTIL"] = value => IcalMoment.TryParse(value, out _, out _),
        ["COUNT"] = value => IsNumber(value, 1, int.MaxValue),
        ["INTERVAL"] = value => IsNumber(value, 1, int.MaxValue),
        ["BYSECOND"] = List(value => IsNumber(value, 0, 60)),
        ["BYMINUTE"] = List(value => IsNumber(value, 0, 59)),
        ["BYHOUR"] = List(value => IsNumber(value, 0, 23)),
        ["BYDAY"] = List(IsWeekday),
        ["BYMONTHDAY"] = List(value => IsSigned(value, 31)),
        ["BYYEARDAY"] = List(value => IsSigned(value, 366)),
        ["BYWEEKNO"] = List(value => IsSigned(value, 53)),
        ["BYMONTH"] = List(value => IsNumber(value.EndsWith('L') ? value[..^1] : value, 1, 13)),
        ["BYSETPOS"] = List(value => IsSigned(value, 366)),
        ["WKST"] = value => Weekdays.Contains(value, StringComparer.OrdinalIgnoreCase),
        ["RSCALE"] = value => value.Length > 0,
        ["SKIP"] = value => value.ToUpperInvariant() is "OMIT" or "BACKWARD" or "FORWARD",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void Value(Scope scope, IcalProperty property)
    {
        if (Read(scope, property) is not { } parts)
        {
            return;
        }

        if (parts.ContainsKey("UNTIL") && parts.ContainsKey("COUNT"))
        {
            scope.Find(CheckRules.UntilAndCount, property, property.Value);
        }

        Until(scope, property, parts);
        LeapDay(scope, property, parts);
    }

    /// <summary>RFC 5545 section 3.8.5.3: not more than one.</summary>
    public static void Several(Scope scope)
    {
        if (scope.Component.All("RRULE").Skip(1).FirstOrDefault() is { } second)
        {
            scope.Find(CheckRules.SeveralRecurrences, second);
        }
    }

    private static Dictionary<string, string>? Read(Scope scope, IcalProperty property)
    {
        Dictionary<string, string> parts = new(StringComparer.Ordinal);
        foreach (var range in property.Value.AsSpan().Split(';'))
        {
            var part = property.Value[range];
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : part[..equals].ToUpperInvariant();
            if (!Parts.TryGetValue(name, out var isValue) || !isValue(part[(equals + 1)..]) || !parts.TryAdd(name, part[(equals + 1)..]))
            {
                scope.Find(CheckRules.MalformedRecurrence, property, part);
                return null;
            }
        }

        if (!parts.ContainsKey("FREQ"))
        {
            scope.Find(CheckRules.MalformedRecurrence, property, property.Value);
            return null;
        }

        return parts;
    }

    /// <summary>UNTIL is a day if DTSTART is, local if that is floating, and else in UTC; in a time zone always in UTC.</summary>
    private static void Until(Scope scope, IcalProperty property, Dictionary<string, string> parts)
    {
        if (!parts.TryGetValue("UNTIL", out var text) || !IcalMoment.TryParse(text, out var until, out _)
            || scope.First("DTSTART") is not { } start || scope.Moment("DTSTART") is not { } from)
        {
            return;
        }

        var wantsUtc = scope.Component.Name is "STANDARD" or "DAYLIGHT" || (from.Time is not null && (from.IsUtc || start.Parameter("TZID") is not null));
        if (until.Time is null != from.Time is null || until.IsUtc != wantsUtc)
        {
            scope.Find(CheckRules.UntilTypeDiffers, property, text, from.Time is null ? "20331231" : wantsUtc ? "20331231T165959Z" : "20331231T235959");
        }
    }

    /// <summary>29 February every year: some clients skip three years of four, some take 28 February, some 1 March.</summary>
    private static void LeapDay(Scope scope, IcalProperty property, Dictionary<string, string> parts)
    {
        if (!parts["FREQ"].Equals("YEARLY", StringComparison.OrdinalIgnoreCase) || OtherDays.Any(parts.ContainsKey))
        {
            return;
        }

        var start = scope.Moment("DTSTART")?.Date;
        var isFebruary = parts.TryGetValue("BYMONTH", out var months) ? months is "2" or "02" : start?.Month == 2;
        var is29 = parts.TryGetValue("BYMONTHDAY", out var days) ? days is "29" : start?.Day == 29;
        if (isFebruary && is29)
        {
            scope.Find(CheckRules.YearlyOnLeapDay, property, property.Value);
        }
    }

    private static Func<string, bool> List(Func<string, bool> isValue) => values => Array.TrueForAll(values.Split(','), value => isValue(value));

    private static bool IsNumber(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;

    private static bool IsSigned(string value, int most) => IsNumber(value is ['+' or '-', ..] ? value[1..] : value, 1, most);

    private static bool IsWeekday(string value) =>
        value.Length >= 2 && Weekdays.Contains(value[^2..], StringComparer.OrdinalIgnoreCase) && (value.Length == 2 || IsSigned(value[..^2], 53));
}
