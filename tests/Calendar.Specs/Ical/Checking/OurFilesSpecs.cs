using System.Runtime.CompilerServices;
using Calendar.Ical.Checking;

namespace Calendar.Specs.Ical.Checking;

/// <summary>What our own writer writes, by the rules that others' files are checked by.</summary>
public class FilesOfOurWriter
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder(), "*.ics").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Have_no_finding_but_that_a_message_is_no_feed(string name)
    {
        var report = IcalChecker.Check(File.ReadAllBytes(Path.Combine(Folder(), name)));
        string[] expected = name.StartsWith("message-", StringComparison.Ordinal) ? ["5 method-in-feed METHOD"] : [];
        Assert.Equal(expected, report.Findings.Select(finding => $"{finding.Line} {finding.Code} {finding.Property}"));
    }

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "..", "Golden");
}
