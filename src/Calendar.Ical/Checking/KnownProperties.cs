using System.Collections.Frozen;

namespace Calendar.Ical.Checking;

/// <summary>A property of a standard, and the values it takes.</summary>
/// <param name="Types">The value types by their names in VALUE (RFC 5545 section 3.2.20), the default first; empty for one that is not looked at.</param>
internal sealed record PropertyKind(string Name, params string[] Types)
{
    /// <summary>Several values in commas.</summary>
    public bool IsList { get; init; }

    /// <summary>A DATE-TIME here ends in Z.</summary>
    public bool MustBeUtc { get; init; }

    /// <summary>The section that has no default type and wants VALUE; null where there is a default.</summary>
    public string? NeedsValue { get; init; }

    /// <summary>The greatest integer; the least is 0.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>A line that shows how it is written.</summary>
    public string Example { get; init; } = "";
}

/// <summary>The registered properties.</summary>
internal static class KnownProperties
{
    private const string Moment = "20330921T090000Z";

    private static readonly FrozenDictionary<string, PropertyKind> Kinds = FrozenDictionary.ToFrozenDictionary<PropertyKind, string>(
    [
        .. Of("TEXT", "ACTION CALSCALE CLASS COLOR COMMENT CONTACT DESCRIPTION LOCATION METHOD NAME PRODID PROXIMITY REFID STATUS SUMMARY TRANSP TZID TZID-ALIAS-OF TZNAME UID"),
        new("CATEGORIES", "TEXT") { IsList = true },
        new("RESOURCES", "TEXT") { IsList = true },
        new("RELATED-TO", "TEXT", "UID", "URI"),
        .. Of("DATE-TIME", "ACKNOWLEDGED COMPLETED CREATED DTSTAMP LAST-MODIFIED TZUNTIL").Select(kind => kind with { MustBeUtc = true, Example = $"{kind.Name}:{Moment}" }),
        .. Of("DATE-TIME DATE", "DTSTART DTEND DUE RECURRENCE-ID").Select(kind => kind with { Example = $"{kind.Name};VALUE=DATE:20330921, {kind.Name}:{Moment}" }),
        new("EXDATE", "DATE-TIME", "DATE") { IsList = true, Example = "EXDATE;VALUE=DATE:20330921" },
        new("RDATE", "DATE-TIME", "DATE", "PERIOD") { IsList = true, Example = "RDATE;VALUE=DATE:20330921" },
        new("DURATION", "DURATION") { Example = "DURATION:P1D, DURATION:PT1H30M" },
        new("REFRESH-INTERVAL", "DURATION") { NeedsValue = "RFC 7986, 5.7", Example = "REFRESH-INTERVAL;VALUE=DURATION:PT12H" },
        new("X-PUBLISHED-TTL", "DURATION") { Example = "X-PUBLISHED-TTL:PT12H" },
        new("TRIGGER", "DURATION", "DATE-TIME") { MustBeUtc = true, Example = $"TRIGGER:-P7D, TRIGGER;VALUE=DATE-TIME:{Moment}" },
        .. Of("INTEGER", "SEQUENCE REPEAT"),
        new("PRIORITY", "INTEGER") { Most = 9 },
        new("PERCENT-COMPLETE", "INTEGER") { Most = 100 },
        .. Of("UTC-OFFSET", "TZOFFSETFROM TZOFFSETTO"),
        .. Of("URI", "CONCEPT TZURL URL"),
        new("ATTACH", "URI", "BINARY"),
        new("SOURCE", "URI") { NeedsValue = "RFC 7986, 5.8" },
        new("IMAGE", "URI", "BINARY") { NeedsValue = "RFC 7986, 5.10" },
        new("CONFERENCE", "URI") { NeedsValue = "RFC 7986, 5.11" },
        new("LINK", "URI", "UID", "XML-REFERENCE") { NeedsValue = "RFC 9253, 8.2" },
        .. Of("CAL-ADDRESS", "ATTENDEE ORGANIZER"),
        .. Of("RECUR", "RRULE EXRULE"),
        .. Of("", "BUSYTYPE CALENDAR-ADDRESS FREEBUSY GEO LOCATION-TYPE PARTICIPANT-TYPE REQUEST-STATUS RESOURCE-TYPE STRUCTURED-DATA STYLED-DESCRIPTION VERSION"),
    ], kind => kind.Name, StringComparer.Ordinal);

    /// <summary>Null for a property of nobody's standard.</summary>
    public static PropertyKind? Find(string name) => Kinds.GetValueOrDefault(name);

    private static IEnumerable<PropertyKind> Of(string types, string names) =>
        names.Split(' ').Select(name => new PropertyKind(name, types.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
