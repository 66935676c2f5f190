using System.Collections.Frozen;

namespace Calendar.Ical.Checking;

/// <summary>A component of a standard, and the properties it takes.</summary>
/// <param name="Source">The section that says so.</param>
/// <param name="Parents">What it may lie in; empty for nothing.</param>
/// <param name="Required">Exactly once.</param>
/// <param name="Once">At most once.</param>
/// <param name="Often">As often as wanted.</param>
internal sealed record ComponentKind(string Name, string Source, string[] Parents, string[] Required, string[] Once, string[] Often)
{
    private readonly FrozenSet<string> single = FrozenSet.ToFrozenSet([.. Required, .. Once], StringComparer.Ordinal);
    private readonly FrozenSet<string> all = FrozenSet.ToFrozenSet([.. Required, .. Once, .. Often], StringComparer.Ordinal);

    public bool Takes(string property) => all.Contains(property);

    public bool TakesOnce(string property) => single.Contains(property);
}

/// <summary>The components of RFC 5545 with the properties that RFC 7986, 7808, 9073, 9074 and 9253 add to them.</summary>
internal static class KnownComponents
{
    // RFC 9253 sections 8.1 to 8.3: in every component. RFC 7986 section 5 and RFC 9073 section 6: in every entry.
    private const string Anywhere = " LINK CONCEPT REFID";
    private const string InEntries = Anywhere
        + " ATTACH ATTENDEE CATEGORIES COMMENT CONTACT REQUEST-STATUS RELATED-TO IMAGE CONFERENCE STYLED-DESCRIPTION STRUCTURED-DATA";

    private const string Recurring = " RRULE RDATE EXDATE EXRULE";

    private static readonly FrozenDictionary<string, ComponentKind> Kinds = new[]
    {
        Kind("VCALENDAR", "RFC 5545, 3.6", "", "VERSION PRODID", "CALSCALE METHOD UID LAST-MODIFIED URL REFRESH-INTERVAL SOURCE COLOR", "NAME DESCRIPTION CATEGORIES IMAGE" + Anywhere),
        Kind(
            "VEVENT", "RFC 5545, 3.6.1", "VCALENDAR", "UID DTSTAMP",
            "DTSTART DTEND DURATION CLASS COLOR CREATED DESCRIPTION GEO LAST-MODIFIED LOCATION ORGANIZER PRIORITY SEQUENCE STATUS SUMMARY TRANSP URL RECURRENCE-ID",
            "RESOURCES" + InEntries + Recurring),
        Kind(
            "VTODO", "RFC 5545, 3.6.2", "VCALENDAR", "UID DTSTAMP",
            "DTSTART DUE DURATION COMPLETED PERCENT-COMPLETE CLASS COLOR CREATED DESCRIPTION GEO LAST-MODIFIED LOCATION ORGANIZER PRIORITY SEQUENCE STATUS SUMMARY URL RECURRENCE-ID",
            "RESOURCES" + InEntries + Recurring),
        Kind(
            "VJOURNAL", "RFC 5545, 3.6.3", "VCALENDAR", "UID DTSTAMP",
            "DTSTART CLASS COLOR CREATED LAST-MODIFIED ORGANIZER SEQUENCE STATUS SUMMARY URL RECURRENCE-ID", "DESCRIPTION" + InEntries + Recurring),
        Kind("VFREEBUSY", "RFC 5545, 3.6.4", "VCALENDAR", "UID DTSTAMP", "DTSTART DTEND CONTACT ORGANIZER URL", "ATTENDEE COMMENT FREEBUSY REQUEST-STATUS STYLED-DESCRIPTION" + Anywhere),
        Kind("VTIMEZONE", "RFC 5545, 3.6.5", "VCALENDAR", "TZID", "LAST-MODIFIED TZURL TZUNTIL", "TZID-ALIAS-OF" + Anywhere),
        Kind("STANDARD", "RFC 5545, 3.6.5", "VTIMEZONE", "DTSTART TZOFFSETFROM TZOFFSETTO", "", "RRULE RDATE COMMENT TZNAME" + Anywhere),
        Kind("DAYLIGHT", "RFC 5545, 3.6.5", "VTIMEZONE", "DTSTART TZOFFSETFROM TZOFFSETTO", "", "RRULE RDATE COMMENT TZNAME" + Anywhere),
        Kind("VALARM", "RFC 5545, 3.6.6", "VEVENT VTODO AVAILABLE VAVAILABILITY", "ACTION TRIGGER", "DURATION REPEAT DESCRIPTION SUMMARY UID ACKNOWLEDGED PROXIMITY", "ATTACH ATTENDEE RELATED-TO" + Anywhere),
    }.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);

    // Registered, and left to their own standards.
    private static readonly FrozenSet<string> Others =
        FrozenSet.ToFrozenSet(["VAVAILABILITY", "AVAILABLE", "PARTICIPANT", "VLOCATION", "VRESOURCE", "VPOLL", "VVOTER", "VOTE"], StringComparer.Ordinal);

    /// <summary>Null for a component that is not looked into.</summary>
    public static ComponentKind? Find(string name) => Kinds.GetValueOrDefault(name);

    public static bool IsRegistered(string name) => Kinds.ContainsKey(name) || Others.Contains(name);

    private static ComponentKind Kind(string name, string source, string parents, string required, string once, string often) =>
        new(name, source, Words(parents), Words(required), Words(once), Words(often));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
