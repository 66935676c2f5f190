using Calendar.Ical.Checking;

namespace Calendar.Specs.Ical.Checking;

/// <summary>Files in the manner of those that people have; every finding is named, so that none is too many.</summary>
public class FilesOfRealLife
{
    [Fact]
    public void A_public_calendar_of_a_large_web_service_is_readable_and_has_no_business_with_a_method() => Is(
        """
        BEGIN:VCALENDAR
        PRODID:-//Great Search Inc//Great Calendar 70.9054//EN
        VERSION:2.0
        CALSCALE:GREGORIAN
        METHOD:PUBLISH
        X-WR-CALNAME:Quốc khánh
        X-WR-TIMEZONE:Asia/Ho_Chi_Minh
        X-WR-CALDESC:
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20270902
        DTEND;VALUE=DATE:20270903
        DTSTAMP:20261122T060000Z
        UID:20270902_60o30d9l@great.example
        CLASS:PUBLIC
        CREATED:20211111T093821Z
        DESCRIPTION:Public holiday
        LAST-MODIFIED:20211111T093821Z
        SEQUENCE:0
        STATUS:CONFIRMED
        SUMMARY:Quốc khánh
        TRANSP:TRANSPARENT
        END:VEVENT
        BEGIN:VEVENT
        DTSTART:20270315T020000Z
        DTEND:20270315T030000Z
        DTSTAMP:20261122T060000Z
        UID:7kukuqrfedlm2f9t0vr42q7kf6@great.example
        CREATED:20261101T020000Z
        DESCRIPTION:Agenda:\n1. Visit\, 2. Letter
        LAST-MODIFIED:20261101T020000Z
        LOCATION:Hà Nội\, Việt Nam
        SEQUENCE:1
        STATUS:CONFIRMED
        SUMMARY:Họp chuẩn bị
        TRANSP:OPAQUE
        END:VEVENT
        END:VCALENDAR
        """,
        "5 method-in-feed", "9 message-without-organizer", "23 message-without-organizer");

    [Fact]
    public void An_export_of_a_large_mail_program_knows_zones_by_names_of_its_own() => Is(
        """
        BEGIN:VCALENDAR
        PRODID:-//Office Maker Corporation//Mail 16.0 MIMEDIR//EN
        VERSION:2.0
        METHOD:REQUEST
        X-MS-OLK-FORCEINSPECTOROPEN:TRUE
        BEGIN:VTIMEZONE
        TZID:SE Asia Standard Time
        BEGIN:STANDARD
        DTSTART:16010101T000000
        TZOFFSETFROM:+0700
        TZOFFSETTO:+0700
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        ATTENDEE;CN="Trần, Bình";RSVP=TRUE:mailto:binh@example.org
        CLASS:PUBLIC
        CREATED:20261120T081412Z
        DESCRIPTION:\n
        DTEND;TZID="SE Asia Standard Time":20270315T100000
        DTSTAMP:20261120T081412Z
        DTSTART;TZID="SE Asia Standard Time":20270315T090000
        LAST-MODIFIED:20261120T081412Z
        ORGANIZER;CN="Nguyễn An":mailto:an@example.org
        PRIORITY:5
        SEQUENCE:0
        SUMMARY;LANGUAGE=vi:Họp chuẩn bị
        TRANSP:OPAQUE
        UID:040000008200E00074C5B7101A82E00800000000B0F2
        X-ALT-DESC;FMTTYPE=text/html:<html><body>Họp; 9 giờ, phòng 2</body></html>
        X-MICROSOFT-CDO-BUSYSTATUS:BUSY
        X-MICROSOFT-CDO-IMPORTANCE:1
        X-MICROSOFT-DISALLOW-COUNTER:FALSE
        BEGIN:VALARM
        TRIGGER:-PT15M
        ACTION:DISPLAY
        DESCRIPTION:Reminder
        END:VALARM
        END:VEVENT
        END:VCALENDAR
        """,
        "4 method-in-feed", "29 line-too-long");

    [Fact]
    public void The_same_export_without_its_zone_leaves_the_hour_to_the_reader() => Is(
        """
        BEGIN:VCALENDAR
        PRODID:Office Maker Exchange Server 2010
        VERSION:2.0
        BEGIN:VEVENT
        UID:040000008200E00074C5B7101A82E00800000000B0F3
        DTSTAMP:20261120T081412Z
        DTSTART;TZID=SE Asia Standard Time:20270315T090000
        DTEND;TZID=SE Asia Standard Time:20270315T100000
        SEQUENCE:0
        SUMMARY:Họp chuẩn bị
        BEGIN:VALARM
        ACTION:EMAIL
        TRIGGER;RELATED=START:-PT15M
        DESCRIPTION:REMINDER
        END:VALARM
        END:VEVENT
        END:VCALENDAR
        """,
        "7 time-zone-not-defined", "11 missing-property ATTENDEE", "11 missing-property SUMMARY", "12 email-alarm");

    [Fact]
    public void A_calendar_of_a_telephone_is_clean_but_for_busy_days() => Is(
        """
        BEGIN:VCALENDAR
        CALSCALE:GREGORIAN
        PRODID:-//Fruit Inc.//phoneOS 20.1//EN
        VERSION:2.0
        X-APPLE-CALENDAR-COLOR:#CC73E1
        X-WR-CALNAME:Gia đình
        BEGIN:VTIMEZONE
        TZID:Europe/Paris
        BEGIN:DAYLIGHT
        DTSTART:19810329T020000
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
        TZNAME:CEST
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        END:DAYLIGHT
        BEGIN:STANDARD
        DTSTART:19961027T030000
        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
        TZNAME:CET
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        CREATED:20261120T081412Z
        DTEND;TZID=Europe/Paris:20270412T200000
        DTSTAMP:20261120T081413Z
        DTSTART;TZID=Europe/Paris:20270412T190000
        LAST-MODIFIED:20261120T081412Z
        LOCATION:61 rue de Miromesnil\nParis\, France
        RRULE:FREQ=YEARLY;UNTIL=20300412T170000Z
        SEQUENCE:1
        SUMMARY:Réception
        TRANSP:OPAQUE
        UID:5A3E8A6B-6E0B-4F0B-9C7D-2C1E1B6B3D11
        X-APPLE-CREATOR-IDENTITY:com.example.mobilecal
        X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="61 rue de Miromesnil\\nParis, France";X-TITLE=Ambassade:geo:48.876,2.315
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Reminder
        TRIGGER:-P1D
        UID:9F6B2C0E-7A52-4E8B-8D7B-0F9F6C1D4A77
        X-WR-ALARMUID:9F6B2C0E-7A52-4E8B-8D7B-0F9F6C1D4A77
        END:VALARM
        BEGIN:VALARM
        ACKNOWLEDGED:20261120T081412Z
        ACTION:AUDIO
        ATTACH;VALUE=URI:Chord
        TRIGGER;VALUE=DATE-TIME:19760401T005545Z
        X-APPLE-DEFAULT-ALARM:TRUE
        END:VALARM
        END:VEVENT
        BEGIN:VEVENT
        DTSTAMP:20261120T081413Z
        DTSTART;VALUE=DATE:20270412
        SEQUENCE:0
        SUMMARY:Jour de fête
        UID:5A3E8A6B-6E0B-4F0B-9C7D-2C1E1B6B3D12
        END:VEVENT
        END:VCALENDAR
        """,
        "37 line-too-long", "48 relative-uri", "55 all-day-opaque");

    [Fact]
    public void A_spreadsheet_made_into_a_calendar_by_hand_has_all_the_common_mistakes() => Is(
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        BEGIN:VEVENT
        SUMMARY:Quan hệ Việt Nam – Nhật Bản, 60 năm
        DTSTART:20330921
        DTEND:20330921
        DESCRIPTION:Ký ngày 21/9/1973; tại Paris
        tiếp theo ở dòng sau
        URL:www.mofa.example
        END:VEVENT
        BEGIN:VEVENT
        UID:2
        SUMMARY:Năm nhuận
        DTSTAMP:22/11/2026
        DTSTART;VALUE=DATE:20270229
        DTEND;VALUE=DATE:20270301
        ORGANIZER:an@example.org
        END:VEVENT
        BEGIN:VEVENT
        UID:2
        SUMMARY:Họp
        DTSTAMP:20261122T060000Z
        DTSTART:20270315T090000
        DTEND:20270315T080000
        END:VCALENDAR
        """,
        "1 missing-property PRODID",
        "3 missing-property DTSTAMP", "3 missing-property UID", "3 no-sequence", "4 unescaped-text", "5 all-day-opaque", "5 date-without-value", "6 all-day-end-equals-start",
        "6 date-without-value", "7 unescaped-text", "8 malformed-line", "9 relative-uri",
        "11 no-sequence", "14 malformed-date", "15 impossible-date", "17 relative-uri",
        "19 no-sequence", "19 unended-component", "20 duplicate-uid", "23 floating-time", "24 end-not-after-start");

    [Fact]
    public void What_it_should_be_is_said()
    {
        var report = CalendarFile.Event("DTSTART;VALUE=DATE:20331231", "»DTEND;VALUE=DATE:20331231").Check();

        var finding = Assert.Single(report.Findings);
        Assert.Equal(("all-day-end-equals-start", "20340101", "1@example.org", "VEVENT", "DTEND"), (finding.Code, finding.Arguments[1], finding.Uid, finding.Component, finding.Property));
        Assert.Equal(1, report.Count(Severity.Error));
    }

    [Fact]
    public void Components_are_counted_by_name()
    {
        var report = CalendarFile.Event([.. CalendarFile.HaNoi.Select(line => "@" + line), "BEGIN:X-A", "END:X-A", "BEGIN:X-B", "END:X-B"]).Check();

        Assert.Equal(
            new Dictionary<string, int> { ["VCALENDAR"] = 1, ["VEVENT"] = 1, ["VTIMEZONE"] = 1, ["STANDARD"] = 1, ["OTHER"] = 2 },
            report.Components.ToDictionary());
        Assert.Equal(report.Size, CalendarFile.Event([.. CalendarFile.HaNoi.Select(line => "@" + line), "BEGIN:X-A", "END:X-A", "BEGIN:X-B", "END:X-B"]).Octets.Length);
    }

    [Fact]
    public void The_order_of_entries_is_nobodys_business() => Is(
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:a
        BEGIN:VJOURNAL
        UID:2
        DTSTAMP:20261122T060000Z
        DTSTART;VALUE=DATE:20350101
        SUMMARY:Later
        STATUS:FINAL
        END:VJOURNAL
        BEGIN:VJOURNAL
        UID:1
        DTSTAMP:20261122T060000Z
        LAST-MODIFIED:20261123T060000Z
        DTSTART;VALUE=DATE:20330101
        SUMMARY:Earlier
        DESCRIPTION:One
        DESCRIPTION:Two
        END:VJOURNAL
        END:VCALENDAR
        """);

    private static void Is(string text, params string[] findings) => Assert.Equal(
        findings,
        CalendarFile.Of(text.ReplaceLineEndings("\n").Split('\n')).Check().Findings
            .Select(finding => $"{finding.Line} {finding.Code}{(finding.Code is "missing-property" ? " " + finding.Property : "")}")
            .OrderBy(told => int.Parse(told.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).ThenBy(told => told, StringComparer.Ordinal));
}
