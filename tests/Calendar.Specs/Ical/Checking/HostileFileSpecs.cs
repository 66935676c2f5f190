using System.Buffers;
using System.Text;
using Calendar.Ical.Checking;
using Calendar.Ical.Reading;
using Calendar.Server.Feeds;
using FsCheck;
using FsCheck.Fluent;

namespace Calendar.Specs.Ical.Checking;

public class FilesThatMeanHarm
{
    private const int Mutations = 10_000;

    private static readonly byte[] Golden = File.ReadAllBytes(GoldenFile());

    private static readonly byte[][] Trouble =
    [
        "\r\n"u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "\r\n "u8.ToArray(), "\0"u8.ToArray(), ":"u8.ToArray(), ";"u8.ToArray(), ","u8.ToArray(), "\""u8.ToArray(), "="u8.ToArray(),
        "\\"u8.ToArray(), "^"u8.ToArray(), [0xFF], [0xC3], [0xF0, 0x9F], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xED, 0xA0, 0x80], "BEGIN:VEVENT\r\n"u8.ToArray(), "END:VEVENT\r\n"u8.ToArray(),
        "BEGIN:VCALENDAR\r\n"u8.ToArray(), "END:VCALENDAR\r\n"u8.ToArray(), "BEGIN:VALARM\r\n"u8.ToArray(), "BEGIN:VTIMEZONE\r\n"u8.ToArray(), "DTSTART;VALUE=DATE:99991231\r\n"u8.ToArray(),
        "RRULE:FREQ=YEARLY;UNTIL=99991231\r\n"u8.ToArray(), "METHOD:CANCEL\r\n"u8.ToArray(), ";VALUE=DATE-TIME"u8.ToArray(), ";TZID=a"u8.ToArray(), "99999999"u8.ToArray(), "T"u8.ToArray(), "Z"u8.ToArray(), "\u0301"u8.ToArray(),
    ];

    private static readonly SearchValues<byte> Places = SearchValues.Create(":;=,\"\\\r\n"u8);

    private static readonly Gen<(int At, int Length, int Piece)[]> Edits =
        (from at in Gen.Choose(0, 100_000) from length in Gen.Choose(0, 30) from piece in Gen.Choose(0, Trouble.Length) select (at, length, piece)).NonEmptyListOf().Select(edits => edits.ToArray());

    [Fact]
    public void Any_change_of_a_good_file_is_read_to_its_end()
    {
        foreach (var edits in Edits.Sample(Mutations, new Rnd(20_261_122), 8))
        {
            var file = Golden.ToList();
            foreach (var (at, length, piece) in edits)
            {
                var begin = at % (file.Count + 1);
                file.RemoveRange(begin, Math.Min(length, file.Count - begin));
                file.InsertRange(begin, piece < Trouble.Length ? Trouble[piece] : []);
            }

            IsSane(IcalChecker.Check(file.ToArray()), file.Count);
        }
    }

    [Fact]
    public void Any_octets_are_read_to_their_end()
    {
        foreach (var pieces in Gen.Elements(Trouble).ArrayOf().Sample(Mutations, new Rnd(20_261_123), 60))
        {
            byte[] file = [.. pieces.SelectMany(piece => piece)];
            IsSane(IcalChecker.Check(file), file.Length);
        }
    }

    /// <summary>Names, parameters and values, each taken out of a line in turn: what is left is a line with an empty place.</summary>
    [Fact]
    public void Any_empty_place_is_told_of()
    {
        var files = RuleSample.All.SelectMany(sample => (byte[][])[sample.Bad.Octets, sample.Good.Octets]).Where(file => file.Length < 10_000).Append(Golden);
        foreach (var file in files)
        {
            for (var begin = 0; begin < file.Length; begin++)
            {
                var place = file.AsSpan(begin);
                var length = place.IndexOfAny(Places) is >= 0 and var end ? end : place.Length;
                byte[] emptied = [.. file.AsSpan(0, begin), .. place[length..]];
                byte[] doubled = [.. file.AsSpan(0, begin + length), .. place[length..Math.Min(length + 1, place.Length)], .. place[length..]];
                IsSane(IcalChecker.Check(emptied), emptied.Length);
                IsSane(IcalChecker.Check(doubled), doubled.Length);
                begin += length;
            }
        }
    }

    [Theory]
    [InlineData("SUMMARY;;:x", "malformed-parameter")]
    [InlineData("SUMMARY;:x", "malformed-parameter")]
    [InlineData("SUMMARY;=:x", "malformed-parameter")]
    [InlineData("END:", "unmatched-end")]
    [InlineData("BEGIN:", "unended-component")]
    public void A_line_with_an_empty_place_is_told_in_both_languages(string line, string code)
    {
        var report = CalendarFile.Event(line).Check();

        Assert.Contains(report.Findings, finding => finding.Code == code);
        IsSane(report, report.Size);
    }

    public static TheoryData<string> Bombs =>
    [
        "BEGIN:VEVENT\r\n", "BEGIN:X\r\n", "BEGIN:VCALENDAR\r\n", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "END:VEVENT\r\n", "\n", "\r", "\r\r\n", "A:\n", "\r\n ", "\r\n \"", ";A=B", ";A=\"", ";A=B,C", ",", "\\", "\0",
        "\u0301\u0323", "e\u0323\u0301", "\u1100", "DTSTART:1\r\n", "UID:1\r\n", "X-A;B=\"\r\n", "\u00FF", "^", "a:b;c", "BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", "BEGIN:VTIMEZONE\r\nTZID:1\r\nEND:VTIMEZONE\r\n",
        "ATTENDEE;CN=a:mailto:b\r\n", "RRULE:FREQ=DAILY\r\n", "CATEGORIES:a\\,b\r\n", "BEGIN:VALARM\r\nTRIGGER:a\r\n", "BEGIN:VALARM\r\nEND:VALARM\r\n",
    ];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_costs_in_proportion_to_its_size(string piece)
    {
        foreach (var head in (string[])["", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDESCRIPTION:a", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20330921\r\nRRULE:FREQ=DAILY;BYDAY=", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nA"])
        {
            // The square of this size would be noticed by everybody.
            var (small, large) = (Cost(head, piece, 20_000), Cost(head, piece, 160_000));
            Assert.True(large < (10 * small) + 2_000_000, $"{piece} after {head}: {small} bytes for 20 kB, {large} for 160 kB");
        }
    }

    [Fact]
    public void Five_megabytes_in_one_line_are_one_line()
    {
        var report = IcalChecker.Check(Encoding.UTF8.GetBytes($"BEGIN:VCALENDAR\r\nDESCRIPTION:{new string('x', 5 << 20)}\r\nEND:VCALENDAR\r\n"));

        Assert.Contains(report.Findings, finding => finding is { Code: "line-too-long", Line: 2 });
        Assert.Contains(report.Findings, finding => finding is { Code: "too-large-for-clients", Line: 0 });
    }

    [Fact]
    public void A_million_lines_are_counted_and_the_first_are_listed()
    {
        var report = IcalChecker.Check(Encoding.UTF8.GetBytes("BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + string.Concat(Enumerable.Repeat("A:b\n", 1_000_000))));

        Assert.Equal(1_000_002, report.Totals["bare-line-feed"]);
        Assert.Equal(1_000_000 - ComponentReader.MaxLines, report.Totals["too-many-lines"]);
        Assert.Equal(50, report.Findings.Count(finding => finding.Code is "bare-line-feed"));
        Assert.InRange(report.Findings.Count, 100, 500);
    }

    [Fact]
    public void Many_of_one_kind_do_not_hide_another()
    {
        var lines = Enumerable.Range(0, 1_000).SelectMany(number => (string[])["BEGIN:VEVENT", $"UID:{number}", "END:VEVENT"]);
        var report = CalendarFile.Of(["BEGIN:VCALENDAR", .. lines, "BEGIN:VEVENT", "UID:0", "RRULE:never", "END:VEVENT", "END:VCALENDAR"]).Check();

        Assert.Contains(report.Findings, finding => finding.Code is "malformed-recurrence");
        Assert.Contains(report.Findings, finding => finding.Code is "duplicate-uid");
    }

    [Fact]
    public void What_is_quoted_is_short_and_holds_no_controls()
    {
        var name = new string('A', 300);
        var uid = "\u0001\u2028\u009F" + new string('u', 96) + "😀" + new string('u', 300);
        var report = CalendarFile.Event("UID:" + uid, $"{name}:a", "STATUS:" + uid, $"BEGIN:{name}", $"END:{name}").Check();

        Assert.All(report.Findings, IsQuoted);
        var status = Assert.Single(report.Findings, finding => finding.Code is "unknown-status");
        Assert.Equal("\uFFFD\uFFFD\uFFFD" + new string('u', 96) + "…", status.Uid);
    }

    private static long Cost(string head, string piece, int octets)
    {
        byte[] file = [.. Encoding.UTF8.GetBytes(head), .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, octets / Encoding.UTF8.GetByteCount(piece))))];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var report = IcalChecker.Check(file);
        var cost = GC.GetAllocatedBytesForCurrentThread() - before;
        IsSane(report, file.Length);
        return cost;
    }

    private static void IsSane(CheckReport report, int size)
    {
        Assert.Equal(size, report.Size);
        Assert.InRange(report.Findings.Count, 0, 500);
        Assert.True(report.Totals.Values.Sum() >= report.Findings.Count);
        Assert.Equal(report.Totals.Values.Sum(), Enum.GetValues<Severity>().Sum(report.Count));
        foreach (var finding in report.Findings)
        {
            IsQuoted(finding);
            IsTold(finding);
        }
    }

    // What a text lacks it takes from the arguments behind its own.
    private static void IsTold(Finding finding)
    {
        const string lacking = "\uE000";
        var text = FeedCheckTexts.Of(finding with { Arguments = [.. finding.Arguments, lacking, lacking] });
        Assert.True(!text.Vi.Contains(lacking, StringComparison.Ordinal) && !text.En.Contains(lacking, StringComparison.Ordinal), finding.Code);
    }

    private static void IsQuoted(Finding finding)
    {
        foreach (var quoted in (string?[])[finding.Component, finding.Uid, finding.Property, .. finding.Arguments])
        {
            Assert.True(quoted is null || (quoted.Length <= 100 && !quoted.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')), finding.Code);
            Assert.True(quoted is null || quoted.EnumerateRunes().Sum(rune => rune.Utf16SequenceLength) == quoted.Length, finding.Code);
        }
    }

    private static string GoldenFile([System.Runtime.CompilerServices.CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "Golden", "anniversaries.ics");
}
