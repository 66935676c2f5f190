using System.Text;

namespace Calendar.Specs.Ical.Checking;

/// <summary>For every rule what it finds, and the same put right, in which nothing at all is found.</summary>
internal sealed record RuleSample(string Code, CalendarFile Bad, CalendarFile Good)
{
    private static readonly string[] Zoned = [.. CalendarFile.HaNoi.Select(line => "@" + line)];
    private static readonly string[] Timed = ["DTSTART:20330921T020000Z", "DTEND:20330921T030000Z"];
    private static readonly string[] Other = ["BEGIN:VEVENT", "UID:2@example.org", "DTSTAMP:20261122T060000Z", "SEQUENCE:0", "DTSTART;VALUE=DATE:20330922", "SUMMARY:More", "TRANSP:TRANSPARENT", "END:VEVENT"];

    private static readonly CalendarFile Clean = CalendarFile.Event();

    public static IReadOnlyList<RuleSample> All { get; } = [.. Files(), .. Lines(), .. Components(), .. Values(), .. Entries(), .. Zones(), .. Recurrences(), .. Alarms(), .. Messages(), .. Feeds()];

    private static RuleSample[] Files() =>
    [
        new("address-only", CalendarFile.Raw("»webcal://example.org/calendar.ics\n"), Clean),
        new("web-page", CalendarFile.Raw("»<!DOCTYPE html><html><body>Sign in: BEGIN:VCALENDAR</body></html>"), Clean),
        new("not-a-calendar", CalendarFile.Raw("»Subject,Start Date\r\nSixty years,09/21/2033\r\n"), Clean),
        new("not-a-calendar", CalendarFile.Raw("»"), Clean),
        new("not-a-calendar", CalendarFile.Raw("»BEGIN:VCARD\r\nEND:VCARD\r\n"), Clean),
        new("several-calendars", Twice(), Clean),
        new("too-large-for-clients", Event("DESCRIPTION:" + Folded(1_000_100)), Event("DESCRIPTION:" + Folded(999_000))),
    ];

    private static RuleSample[] Lines() =>
    [
        new("utf-16", new CalendarFile([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Text(Clean))], 1), Clean),
        new("utf-16", new CalendarFile(Encoding.BigEndianUnicode.GetBytes(Text(Clean)), 1), Clean),
        new("invalid-utf-8", Octet("»SUMMARY:Caf\u0001", 0xE9), Event("SUMMARY:Café")),
        new("byte-order-mark", Raw("»\uFEFF" + Text(Clean)), Clean),
        new("bare-line-feed", Raw(Text(Event("»SUMMARY:a")).Replace("SUMMARY:a\r\n", "»SUMMARY:a\n", StringComparison.Ordinal)), Clean),
        new("bare-carriage-return", Raw(Text(Clean).Replace("SUMMARY:Sixty years\r\n", "»SUMMARY:Sixty years\r", StringComparison.Ordinal)), Clean),
        new("bare-carriage-return", Raw(Text(Clean).Replace("SUMMARY:Sixty years\r\n", "»SUMMARY:Sixty years\r\r\n", StringComparison.Ordinal)), Clean),
        new("unended-last-line", Raw(Text(Clean).Replace("END:VCALENDAR\r\n", "»END:VCALENDAR", StringComparison.Ordinal)), Clean),
        new("line-too-long", Event("»SUMMARY:" + new string('x', 68)), Event("SUMMARY:" + new string('x', 67))),
        new("line-too-long", Event("SUMMARY:a", " b", "» " + new string('x', 75)), Event("DESCRIPTION:a", " b", " " + new string('x', 74))),
        new("fold-inside-character", Octet("SUMMARY:Caf\u0001\r\n» \u0002!", 0xC3, 0xA9), Event("SUMMARY:Caf\r\n é!")),
        new("control-character", Event("»SUMMARY:a\0b"), Event("SUMMARY:a\tb")),
        new("control-character", Event("SUMMARY:a\r\n» b\u001B"), Clean),
        new("empty-line", Event("»"), Clean),
        new("not-nfc", Event("»SUMMARY:Viê\u0323t Nam"), Event("SUMMARY:Việt Nam")),
        new("malformed-line", Event("SUMMARY:Two", "»lines"), Event("SUMMARY:Two\\nlines")),
        new("malformed-line", Event("»SUMMARY no colon"), Clean),
        new("malformed-line", Event("»SUMMARY;LANGUAGE=vi"), Clean),
        new("malformed-parameter", Event("»SUMMARY;LANGUAGE:vi"), Event("SUMMARY;LANGUAGE=vi:vi")),
        new("malformed-parameter", Event("»SUMMARY;X-A=\"b:c"), Event("SUMMARY;X-A=\"b:c\":d")),
        new("malformed-parameter", Event("»SUMMARY;X-A=\"b\"c:d"), Event("SUMMARY;X-A=\"b\",c:d")),
        new("malformed-parameter", Event("»SUMMARY;X-A=b\"c:d"), Event("SUMMARY;X-A=b^'c:d")),
        new("repeated-parameter", Event("»SUMMARY;LANGUAGE=vi;LANGUAGE=en:a"), Clean),
        new("unquoted-parameter", Event("»ORGANIZER;CN=Nguyen, An:mailto:an@example.org"), Event("ORGANIZER;CN=\"Nguyen, An\":mailto:an@example.org")),
    ];

    private static RuleSample[] Components() =>
    [
        new("unended-component", CalendarFile.Holding(["»BEGIN:VEVENT", .. Other[1..^1], .. Other]), CalendarFile.Holding(Other)),
        new("unended-component", CalendarFile.Of(["»BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", .. Other]), Clean),
        new("unmatched-end", Event("»END:VALARM"), Clean),
        new("outside-calendar", CalendarFile.Raw(Text(Clean) + "»BEGIN:VEVENT\r\n" + string.Concat(Other[1..].Select(line => line + "\r\n"))), Clean),
        new("outside-calendar", CalendarFile.Raw(Text(Clean) + "»SUMMARY:after\r\n"), Clean),
        new("property-after-component", CalendarFile.Holding([.. Other, "»NAME:Late"]), CalendarFile.Holding(["NAME:Early", .. Other])),
        new("too-deep", Event([.. Nested("BEGIN"), "»BEGIN:X-B", "END:X-B", .. Nested("END").Reverse()]), Event([.. Nested("BEGIN"), "X-A:b", .. Nested("END").Reverse()])),
        new("too-many-lines", CalendarFile.Holding([.. Other[..^1], .. Numbered(20_000 - 6), "»X-LAST:a", Other[^1]]), CalendarFile.Holding([.. Other[..^1], .. Numbered(20_000 - 6), Other[^1]])),
        new("misplaced-component", CalendarFile.Holding([.. Other, "»BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-PT1H", "END:VALARM"]), Event("BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-PT1H", "END:VALARM")),
        new("unknown-component", CalendarFile.Holding([.. Other, "»BEGIN:VEVNT", "END:VEVNT"]), CalendarFile.Holding([.. Other, "BEGIN:X-EVENT", "END:X-EVENT"])),
        new("empty-calendar", CalendarFile.Of("»BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", "END:VCALENDAR"), Clean),
        new("empty-calendar", CalendarFile.Of(["»BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", .. CalendarFile.HaNoi, "END:VCALENDAR"]), Clean),
        .. from name in (string[])["UID", "DTSTAMP", "DTSTART"] select new RuleSample("missing-property", Event("»BEGIN:VEVENT", "-" + name), Clean),
        new("missing-property", CalendarFile.Todo("»BEGIN:VTODO", "-UID"), CalendarFile.Todo()),
        new("missing-property", CalendarFile.Of(["»BEGIN:VCALENDAR", "VERSION:2.0", .. Other, "END:VCALENDAR"]), Clean),
        new("missing-property", CalendarFile.Of(["»BEGIN:VCALENDAR", "PRODID:a", .. Other, "END:VCALENDAR"]), Clean),
        new("missing-property", Event("»BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:a", "END:VALARM"), Event("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:a", "TRIGGER:PT0S", "END:VALARM")),
        new("missing-property", Event("»BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P1D", "END:VALARM"), Event("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:a", "TRIGGER:-P1D", "END:VALARM")),
        new("repeated-property", CalendarFile.Holding([.. Other[..^1], "»SUMMARY:Again", Other[^1]]), Event("COMMENT:a", "CONTACT:b")),
        new("misplaced-property", Event("»DUE;VALUE=DATE:20330922"), Clean),
        new("misplaced-property", CalendarFile.Todo("»TRANSP:OPAQUE"), CalendarFile.Todo()),
        new("unknown-property", Event("»SUMARY:a"), Event("X-SUMARY:a")),
        new("wrong-version", Event("@»VERSION:1.0"), Clean),
        new("wrong-calendar-scale", Event("@»CALSCALE:LUNISOLAR"), Event("@CALSCALE:GREGORIAN")),
    ];

    private static RuleSample[] Values() =>
    [
        new("wrong-value-type", Event("»DTEND;VALUE=PERIOD:20330921/P1D"), Clean),
        new("missing-value-type", Event("@»REFRESH-INTERVAL:PT12H"), Event("@REFRESH-INTERVAL;VALUE=DURATION:PT12H")),
        new("missing-value-type", Event("@»SOURCE:https://example.org/a.ics"), Event("@SOURCE;VALUE=URI:https://example.org/a.ics")),
        new("missing-value-type", Event("»LINK;LINKREL=describedby:https://example.org/a"), Event("LINK;VALUE=URI;LINKREL=describedby:https://example.org/a")),
        new("date-without-value", Event("»DTSTART:20330921"), Clean),
        new("malformed-date", Event("»DTSTART;VALUE=DATE:2033-09-21"), Clean),
        new("malformed-date", Event("»DTSTART;VALUE=DATE:20330921T000000Z"), Clean),
        new("malformed-date", Event("»DTSTAMP:20261122"), Clean),
        new("malformed-date", Event("»DTSTART:20330921T0900Z", "-DTEND"), Event("DTSTART:20330921T090000Z", "-DTEND")),
        new("malformed-date", Event("»EXDATE;VALUE=DATE:20330921,tomorrow"), Event("EXDATE;VALUE=DATE:20330921,20340921")),
        new("impossible-date", Event("»DTSTART;VALUE=DATE:20270229", "-DTEND"), Event("DTSTART;VALUE=DATE:20280229", "-DTEND")),
        new("impossible-date", Event("»DTSTART:20330921T240000Z", "-DTEND"), Event("DTSTART:20330921T235960Z", "-DTEND")),
        new("impossible-date", Event("»DTSTART;VALUE=DATE:00000101", "-DTEND"), Event("DTSTART;VALUE=DATE:99991231", "-DTEND")),
        new("not-utc", Event("»DTSTAMP:20261122T060000"), Clean),
        new("not-utc", CalendarFile.Todo("»COMPLETED:20330301T090000", "STATUS:COMPLETED"), CalendarFile.Todo("COMPLETED:20330301T090000Z", "STATUS:COMPLETED")),
        .. from wrong in (string[])["P", "PT", "P1DT", "P1W2D", "PT1H5S", "1D", "P1H", "PT1D", "P-1D", "P1M", "P1D ", "PT5", "P1.5D", "P1DT1W", "P12345678901D", "P٣D"]
           select new RuleSample("malformed-duration", Event("-DTEND", "»DURATION:" + wrong), Clean),
        .. from right in (string[])["P1D", "P2W", "PT1H30M", "PT1H5M3S", "P1DT2H", "+PT5M", "P1DT0S", "PT0S"]
           select new RuleSample("malformed-duration", Event("-DTEND", "»DURATION:" + right + "!"), Event("DTSTART:20330921T020000Z", "-DTEND", "DURATION:" + right)),
        .. from wrong in (string[])["-1", "1.5", "one", "", "2147483648", " 1", "٣"] select new RuleSample("malformed-number", Event("»SEQUENCE:" + wrong), Event("SEQUENCE:2147483647")),
        new("malformed-number", Event("»PRIORITY:10"), Event("PRIORITY:9")),
        new("malformed-number", CalendarFile.Todo("»PERCENT-COMPLETE:101"), CalendarFile.Todo("PERCENT-COMPLETE:100")),
        .. from wrong in (string[])["0700", "+07:00", "-0000", "+7", "+3000", "+0760"]
           select new RuleSample("malformed-utc-offset", Zone("»TZOFFSETTO:" + wrong), Zone("TZOFFSETTO:-053015")),
        .. from wrong in (string[])["www.example.org", "/feeds/a.ics", "", "https:", "https://example.org/a b", "1http://example.org"]
           select new RuleSample("relative-uri", Event("»URL:" + wrong), Event("URL:https://example.org/a?b=c,d;e#f")),
        new("relative-uri", Event("»ORGANIZER:an@example.org"), Event("ORGANIZER:MAILTO:an@example.org")),
        new("unescaped-text", Event("»SUMMARY:Ha Noi, Viet Nam"), Event("SUMMARY:Ha Noi\\, Viet Nam")),
        new("unescaped-text", Event("»DESCRIPTION:a; b"), Event("DESCRIPTION:a\\; b: \"c\"")),
        new("unknown-escape", Event("»DESCRIPTION:C:\\temp"), Event("DESCRIPTION:C:\\\\temp\\nand\\Nmore")),
        new("unknown-escape", Event("»DESCRIPTION:ends with \\"), Clean),
        new("category-with-comma", Event("»CATEGORIES:Treaty\\, peace,Other"), Event("CATEGORIES:Treaty/peace,Other")),
        new("unknown-color", Event("@»COLOR:#DC143C"), Event("@COLOR:Crimson")),
        new("unknown-color", Event("»COLOR:dark red"), Event("COLOR:darkred")),
    ];

    private static RuleSample[] Entries() =>
    [
        new("duplicate-uid", CalendarFile.Holding([.. Other, Other[0], "»" + Other[1], .. Other[2..]]), CalendarFile.Holding([.. Other, .. Other[..^1], "RECURRENCE-ID;VALUE=DATE:20340922", Other[^1]])),
        new("no-sequence", Event("»BEGIN:VEVENT", "-SEQUENCE"), Clean),
        new("no-summary", Event("»BEGIN:VEVENT", "-SUMMARY"), Clean),
        new("unknown-status", Event("»STATUS:COMPLETED"), Event("STATUS:tentative")),
        new("unknown-status", CalendarFile.Todo("»STATUS:CONFIRMED"), CalendarFile.Todo("STATUS:IN-PROCESS")),
        new("unknown-transparency", Event("»TRANSP:FREE"), Clean),
        new("all-day-opaque", Event("»TRANSP:OPAQUE"), Event([.. Timed, "TRANSP:OPAQUE"])),
        new("all-day-opaque", Event("»DTSTART;VALUE=DATE:20330921", "-TRANSP"), Event([.. Timed, "-TRANSP"])),
        new("floating-time", Event("»DTSTART:20330921T090000", "DTEND:20330921T100000"), Event(Timed)),
        new("end-type-differs", Event("»DTEND:20330922T000000Z"), Clean),
        new("end-type-differs", Event(Timed[0], "»DTEND:20330921T100000"), Event(Timed)),
        new("all-day-end-equals-start", Event("»DTEND;VALUE=DATE:20330921"), Clean),
        new("all-day-end-equals-start", Event("DTSTART;VALUE=DATE:99991231", "»DTEND;VALUE=DATE:99991231"), Clean),
        new("end-not-after-start", Event("»DTEND;VALUE=DATE:20330920"), Clean),
        new("end-not-after-start", Event(Timed[0], "»DTEND:20330921T020000Z"), Event(Timed)),
        new("end-not-after-start", CalendarFile.Todo("DTSTART;VALUE=DATE:20330401", "»DUE;VALUE=DATE:20330321"), CalendarFile.Todo("DTSTART;VALUE=DATE:20330301")),
        new("negative-duration", Event("-DTEND", "»DURATION:-P1D"), Event("-DTEND", "DURATION:P1D")),
        new("end-and-duration", Event("»DURATION:P1D"), Clean),
        new("end-and-duration", CalendarFile.Todo("DTSTART;VALUE=DATE:20330301", "»DURATION:P1D"), CalendarFile.Todo("-DUE", "DTSTART;VALUE=DATE:20330301", "DURATION:P1D")),
        new("duration-without-start", CalendarFile.Todo("-DUE", "»DURATION:P1D"), CalendarFile.Todo()),
        new("all-day-duration-with-time", Event("-DTEND", "»DURATION:P1DT0S"), Event("-DTEND", "DURATION:P1W")),
        new("link-without-relation", Event("»LINK;VALUE=URI:https://example.org/a"), Event("LINK;LINKREL=\"https://example.org/rel,a\";VALUE=URI:https://example.org/a")),
    ];

    private static RuleSample[] Zones() =>
    [
        new("time-zone-not-defined", Event("»DTSTART;TZID=SE Asia Standard Time:20330921T090000", "-DTEND"), Event([.. Zoned, "DTSTART;TZID=Asia/Ho_Chi_Minh:20330921T090000", "-DTEND"])),
        new("needless-time-zone", Event([.. Zoned, "»DTSTART;TZID=Asia/Ho_Chi_Minh:20330921T020000Z", "-DTEND"]), Event([.. Zoned, "DTSTART:20330921T020000Z", "-DTEND"])),
        new("needless-time-zone", Event([.. Zoned, "»DTSTART;VALUE=DATE;TZID=Asia/Ho_Chi_Minh:20330921"]), Event(Zoned)),
        new("duplicate-time-zone", CalendarFile.Holding([.. CalendarFile.HaNoi, CalendarFile.HaNoi[0], "»" + CalendarFile.HaNoi[1], .. CalendarFile.HaNoi.Skip(2), .. Other]), Event(Zoned)),
        new("time-zone-without-observance", CalendarFile.Holding(["»BEGIN:VTIMEZONE", "TZID:a", "END:VTIMEZONE", .. Other]), Event(Zoned)),
        new("time-zone-start-not-local", Zone("»DTSTART:19700101T000000Z"), Zone("DTSTART:19700101T000000")),
        new("missing-property", CalendarFile.Holding(["»BEGIN:VTIMEZONE", .. CalendarFile.HaNoi.Skip(2), .. Other]), Event(Zoned)),
    ];

    private static RuleSample[] Recurrences() =>
    [
        .. from wrong in (string[])["", "COUNT=3", "FREQ=SOMETIMES", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;", "FREQ=DAILY;FREQ=DAILY", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;EVERY=2", "FREQ=YEARLY;BYMONTH=0"]
           select new RuleSample("malformed-recurrence", Event("»RRULE:" + wrong), Event("RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,MO;BYMONTH=1,12;WKST=MO;COUNT=3")),
        new("until-and-count", Event("»RRULE:FREQ=DAILY;COUNT=3;UNTIL=20331001"), Event("RRULE:FREQ=DAILY;UNTIL=20331001")),
        new("until-type-differs", Event("»RRULE:FREQ=DAILY;UNTIL=20331001T000000Z"), Event("RRULE:FREQ=DAILY;UNTIL=20331001")),
        new("until-type-differs", Event([.. Timed, "»RRULE:FREQ=DAILY;UNTIL=20331001"]), Event([.. Timed, "RRULE:FREQ=DAILY;UNTIL=20331001T000000Z"])),
        new("until-type-differs", Zone("»RRULE:FREQ=YEARLY;UNTIL=20331001T000000"), Zone("RRULE:FREQ=YEARLY;UNTIL=20331001T000000Z")),
        new("yearly-on-leap-day", Event("DTSTART;VALUE=DATE:20320229", "DTEND;VALUE=DATE:20320301", "»RRULE:FREQ=YEARLY"), Event("RRULE:FREQ=YEARLY")),
        new("yearly-on-leap-day", Event("»RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), Event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1")),
        new("several-recurrences", CalendarFile.Holding([.. Other[..^1], "RRULE:FREQ=YEARLY", "»RRULE:FREQ=DAILY;COUNT=2", Other[^1]]), Event("RRULE:FREQ=YEARLY")),
    ];

    private static RuleSample[] Alarms() =>
    [
        new("email-alarm", Event("BEGIN:VALARM", "»ACTION:EMAIL", "TRIGGER:-P1D", "DESCRIPTION:a", "ATTENDEE:mailto:a@example.org", "END:VALARM"), Clean),
        new("alarm-on-cancelled", Event("STATUS:CANCELLED", "»BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P1D", "DESCRIPTION:a", "END:VALARM"), Event("STATUS:CANCELLED")),
        new("repeat-without-duration", Event("BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-P1D", "»REPEAT:2", "END:VALARM"), Event("BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-P1D", "REPEAT:2", "DURATION:PT5M", "END:VALARM")),
        new("alarm-without-anchor", CalendarFile.Todo("BEGIN:VALARM", "ACTION:AUDIO", "»TRIGGER:-P1D", "END:VALARM"), CalendarFile.Todo("BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER;RELATED=END:-P1D", "END:VALARM")),
        new("alarm-without-anchor", Event("-DTEND", "BEGIN:VALARM", "ACTION:AUDIO", "»TRIGGER;RELATED=END:-P1D", "END:VALARM"), Event("BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER;RELATED=END:-P1D", "END:VALARM")),
        new("not-utc", Event("BEGIN:VALARM", "ACTION:AUDIO", "»TRIGGER;VALUE=DATE-TIME:20330921T080000", "END:VALARM"), Event("BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER;VALUE=DATE-TIME:20330921T080000Z", "END:VALARM")),
    ];

    // A message is no feed: METHOD itself is told of in all of these, and none is put right by another method.
    private static RuleSample[] Messages() =>
    [
        new("method-in-feed", Event("@»METHOD:PUBLISH"), Clean),
        new("unknown-method", Event("@»METHOD:SEND"), Clean),
        new("message-without-organizer", Event("@METHOD:REQUEST", "»BEGIN:VEVENT", "ATTENDEE:mailto:b@example.org"), Clean),
        new("message-without-attendee", Event("@METHOD:REQUEST", "»BEGIN:VEVENT", "ORGANIZER:mailto:a@example.org"), Clean),
        new("publish-with-attendee", Event("@METHOD:PUBLISH", "ORGANIZER:mailto:a@example.org", "»ATTENDEE:mailto:b@example.org"), Clean),
        new("cancel-without-sequence", Event("@METHOD:CANCEL", "»BEGIN:VEVENT", "ORGANIZER:mailto:a@example.org", "-SEQUENCE"), Clean),
        new("missing-property", Event("@METHOD:REQUEST", "»BEGIN:VEVENT", "-DTSTART"), Clean),
    ];

    private static RuleSample[] Feeds() =>
    [
        new("names-differ", Event("@NAME;LANGUAGE=en:Days", "@»X-WR-CALNAME:Ngày"), Event("@NAME;LANGUAGE=en:Days\\, years", "@X-WR-CALNAME:Days\\, years")),
        new("refresh-not-positive", Event("@»REFRESH-INTERVAL;VALUE=DURATION:PT0S"), Event("@REFRESH-INTERVAL;VALUE=DURATION:P1D")),
        new("refreshes-differ", Event("@REFRESH-INTERVAL;VALUE=DURATION:P1D", "@»X-PUBLISHED-TTL:PT12H"), Event("@REFRESH-INTERVAL;VALUE=DURATION:P1D", "@X-PUBLISHED-TTL:PT24H")),
        new("calendar-uid", Event("@»UID:1"), Clean),
    ];

    private static CalendarFile Event(params string[] edits) => CalendarFile.Event(edits);

    private static CalendarFile Raw(string text) => CalendarFile.Raw(text);

    private static CalendarFile Zone(string edit)
    {
        var name = edit.TrimStart('»').Split(':')[0];
        List<string> lines = [.. CalendarFile.HaNoi];
        var at = lines.FindIndex(line => line.StartsWith(name, StringComparison.Ordinal));
        if (at < 0)
        {
            lines.Insert(3, edit);
        }
        else
        {
            lines[at] = edit;
        }

        return CalendarFile.Holding([.. lines, .. Other]);
    }

    private static CalendarFile Twice()
    {
        string[] calendar = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:a", .. Other, "END:VCALENDAR"];
        return CalendarFile.Of([.. calendar, "»" + calendar[0], .. calendar[1..]]);
    }

    // Six in an event in a calendar are as deep as components are read.
    private static IEnumerable<string> Nested(string mark) => Enumerable.Range(1, 6).Select(depth => $"{mark}:X-{depth}");

    private static IEnumerable<string> Numbered(int count) => Enumerable.Range(0, count).Select(number => $"X-{number}:a");

    private static string Folded(int octets) => "a" + string.Concat(Enumerable.Repeat("\r\n " + new string('x', 70), octets / 73));

    // Characters below the space stand for octets.
    private static CalendarFile Octet(string line, params byte[] octets)
    {
        var file = Event(line);
        return file with { Octets = [.. file.Octets.Select(octet => octet > 0 && octet <= octets.Length ? octets[octet - 1] : octet)] };
    }

    private static string Text(CalendarFile file) => Encoding.UTF8.GetString(file.Octets);
}
