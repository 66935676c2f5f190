using System.Text;
using Calendar.Ical;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Calendar.Specs.Ical;

public class WhenTenThousandNamesAreWritten
{
    private static readonly string[] Pieces =
    [
        "Việt Nam", "Vie\u0323\u0302t Nam", "Đà Nẵng", "Đa\u0300 Na\u0306\u0303ng", "日本", "대한민국", "\u1103\u1162\u1112\u1161\u11AB", "Ελλάδα", "\u212B", "ﬁ",
        "العربية", "עברית", "\u200F", "\u200E", "\u202B", "\u202C", "\u2067", "\u2069", "\u061C", "\uFEFF", "\u200B", "\u00AD",
        "🇻🇳", "👨‍👩‍👧‍👦", "👩🏽‍🌾", "☪️", "e\u0301\u0327", "\U0001D15F", "\U0010FFFF", "\uFFFE",
        ",", ";", ":", "\"", "'", "^", "^n", "^^", "^'", "\\", "\\n", "\\,", "\\\\", "=", "\u037E", " ", "\t", "BEGIN:VEVENT", "END:VCALENDAR",
        "\r", "\n", "\r\n", "\n\r", "\r\r\n", "\u0085", "\u2028", "\u2029", "\v", "\f", "\0", "\u001B", "\u007F", "\u0090", "\uD83D", "\uDE00", "\uDC00\uD800",
        "\r\nATTENDEE:mailto:a@example.org", "\" ;X=1:mailto:a@example.org\r\n", "Liên hiệp các tổ chức hữu nghị Việt Nam",
    ];

    private static readonly Arbitrary<string> Names = Gen.Elements(Pieces).ArrayOf().Resize(12).Select(string.Concat).ToArbitrary();

    [Fact]
    public void Each_comes_back_from_every_place_as_the_same_clean_text() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(Names, name =>
        {
            var clean = CleanByItself(name);
            foreach (var entry in IcalReader.Read(Everywhere(name)).Components.TakeLast(3))
            {
                Assert.Equal(clean, entry["SUMMARY"].Text);
                Assert.Equal(clean, entry.All("DESCRIPTION").SingleOrDefault()?.Text ?? "");
                Assert.Equal(clean, entry.All("LOCATION").SingleOrDefault()?.Text ?? "");
                Assert.Equal(clean.Replace(',', '/').Replace(';', '/').Replace('\n', ' '), entry["CATEGORIES"].Text);
                Assert.Equal(clean, entry["ATTENDEE"].Parameters.GetValueOrDefault("CN", ""));
                Assert.Equal(clean, entry["ORGANIZER"].Parameters.GetValueOrDefault("CN", ""));
                Assert.Equal(clean, entry["LINK"].Parameters.GetValueOrDefault("LABEL", ""));
                Assert.Equal(clean, Assert.Single(entry.Components)["DESCRIPTION"].Text);
            }
        }));

    private static VCalendar Everywhere(string name) => new("-//Specs//EN")
    {
        Events = [(VEvent)Filled(Sample.Event, name), (VAppointment)Filled(Appointment, name)],
        Todos = [(VTodo)Filled(Sample.Todo, name)],
    };

    private static VAppointment Appointment { get; } = Sample.Appointment("Asia/Ho_Chi_Minh", new(2033, 9, 21, 9, 0), new(2033, 9, 21, 11, 30));

    private static IcalEntry Filled(IcalEntry entry, string name) => entry with
    {
        Summary = new(name, "vi"), Description = name, Location = name, Categories = [name],
        Organizer = new("mailto:lich@example.vn", name), Attendees = [new("mailto:a@example.vn", name)],
        Links = [new("https://example.vn", "describedby") { Label = new(name, "vi") }],
        Alarms = [new DisplayAlarm(Duration.FromDays(1), name)],
    };

    /// <summary>What a calendar may hold of a text, said in other words than the writer's.</summary>
    private static string CleanByItself(string text)
    {
        // The detour over octets turns a lone surrogate into U+FFFD.
        var whole = Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text)).Replace('\uFFFE', '\uFFFD').Replace("\r\n", "\n", StringComparison.Ordinal);
        var lines = whole.Split('\r', '\n', '\u0085', '\u2028', '\u2029').Select(line => string.Concat(line.Where(c => c == '\t' || !char.IsControl(c))));
        return string.Join('\n', lines).Normalize(NormalizationForm.FormC);
    }
}
