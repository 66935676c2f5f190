using System.Text;
using Calendar.Ical.Checking;

namespace Calendar.Specs.Ical.Checking;

/// <summary>Calendar files as edits of a clean one, and the line of which a finding is expected.</summary>
/// <param name="Line">Of the line that was marked; 0 without a mark.</param>
internal sealed record CalendarFile(byte[] Octets, int Line)
{
    private const string Mark = "»";

    private static readonly string[] Begin = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Specs//EN"];

    private static readonly string[] CleanEvent =
    [
        "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20261122T060000Z", "SEQUENCE:0", "DTSTART;VALUE=DATE:20330921", "DTEND;VALUE=DATE:20330922",
        "SUMMARY:Sixty years", "TRANSP:TRANSPARENT", "END:VEVENT",
    ];

    private static readonly string[] CleanTodo =
    [
        "BEGIN:VTODO", "UID:1@example.org", "DTSTAMP:20261122T060000Z", "SEQUENCE:0", "DUE;VALUE=DATE:20330321", "SUMMARY:Send the letter", "END:VTODO",
    ];

    public static IReadOnlyList<string> HaNoi { get; } =
    [
        "BEGIN:VTIMEZONE", "TZID:Asia/Ho_Chi_Minh", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0700", "TZOFFSETTO:+0700", "TZNAME:+07",
        "END:STANDARD", "END:VTIMEZONE",
    ];

    public CheckReport Check() => IcalChecker.Check(Octets);

    /// <summary>
    /// One event, edited: <c>-NAME</c> takes lines away; a line takes the place of that of the same name, or comes before the event's
    /// end; with <c>@</c> it belongs to the calendar. The line marked with » is where the finding should be.
    /// </summary>
    public static CalendarFile Event(params string[] edits) => Edited(CleanEvent, edits);

    /// <inheritdoc cref="Event"/>
    public static CalendarFile Todo(params string[] edits) => Edited(CleanTodo, edits);

    /// <summary>These entries' lines in a calendar.</summary>
    public static CalendarFile Holding(params IEnumerable<string> lines) => Of([.. Begin, .. lines, "END:VCALENDAR"]);

    public static CalendarFile Of(params IEnumerable<string> lines) => Raw(string.Concat(lines.Select(line => line + "\r\n")));

    /// <summary>As it stands, with its line ends.</summary>
    public static CalendarFile Raw(string text)
    {
        var mark = text.IndexOf(Mark, StringComparison.Ordinal);
        return new CalendarFile(
            Encoding.UTF8.GetBytes(text.Replace(Mark, "", StringComparison.Ordinal)),
            mark < 0 ? 0 : 1 + text[..mark].Replace("\r\n", "\n", StringComparison.Ordinal).Count(c => c is '\n' or '\r'));
    }

    private static CalendarFile Edited(string[] clean, string[] edits)
    {
        List<string> calendar = [.. Begin];
        List<string> entry = [.. clean];
        foreach (var edit in edits)
        {
            if (edit.StartsWith('@'))
            {
                Edit(calendar, edit[1..], calendar.Count);
            }
            else
            {
                Edit(entry, edit, entry.Count - 1);
            }
        }

        return Of([.. calendar, .. entry, "END:VCALENDAR"]);
    }

    private static void Edit(List<string> lines, string edit, int end)
    {
        var name = NameOf(edit.TrimStart('-', '»'));
        if (edit.StartsWith('-'))
        {
            Assert.NotEqual(0, lines.RemoveAll(line => NameOf(line) == name));
        }
        else if (lines.FindIndex(line => NameOf(line) == name) is >= 0 and var at)
        {
            lines[at] = edit;
        }
        else
        {
            lines.Insert(end, edit);
        }
    }

    // BEGIN and END are known by what they begin and end.
    private static string NameOf(string line) =>
        line.StartsWith("BEGIN:", StringComparison.Ordinal) || line.StartsWith("END:", StringComparison.Ordinal) ? line : line.Split(':', ';')[0];
}
