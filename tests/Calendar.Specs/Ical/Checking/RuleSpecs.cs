using System.Text;
using Calendar.Ical.Checking;
using Calendar.Ical.Reading;
using Calendar.Server.Feeds;

namespace Calendar.Specs.Ical.Checking;

public class EveryRuleOfTheChecker
{
    public static TheoryData<int> Samples => [.. Enumerable.Range(0, RuleSample.All.Count)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Finds_what_is_wrong_where_it_stands(int sample)
    {
        var (code, bad, _) = RuleSample.All[sample];
        var report = bad.Check();

        Assert.True(
            report.Findings.Any(finding => finding.Code == code && (finding.Line == bad.Line || bad.Line == 0)),
            $"{code} at {bad.Line} is not among: {Told(report)}\n{Beginning(bad)}");
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Finds_nothing_when_it_is_put_right(int sample)
    {
        var (code, _, good) = RuleSample.All[sample];
        var report = good.Check();
        Assert.True(report.Findings.Count == 0, $"{code}: {Told(report)}\n{Beginning(good)}");
    }

    [Fact]
    public void Has_a_sample() =>
        Assert.Equal(CheckRules.All.Select(rule => rule.Code).Order(StringComparer.Ordinal), RuleSample.All.Select(sample => sample.Code).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Has_a_text_and_no_text_has_none() =>
        Assert.Equal(CheckRules.All.Select(rule => rule.Code).Order(StringComparer.Ordinal), FeedCheckTexts.Codes.Order(StringComparer.Ordinal));

    [Fact]
    public void Has_a_name_of_its_own_and_a_section() => Assert.All(CheckRules.All, rule =>
    {
        Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", rule.Code);
        Assert.Matches(@"^RFC \d{4}, \d+(\.\d+)*$", rule.Source);
        Assert.Single(CheckRules.All, other => other.Code == rule.Code);
    });

    [Theory]
    [MemberData(nameof(Samples))]
    public void Is_told_in_both_languages(int sample) => Assert.All(RuleSample.All[sample].Bad.Check().Findings, finding =>
    {
        var text = FeedCheckTexts.Of(finding);
        Assert.NotEqual(text.Vi, text.En);
        Assert.All((string[])[text.Vi, text.En], said => Assert.InRange(said.Length, 20, 500));
        Assert.DoesNotContain(text.Vi + text.En, c => char.IsControl(c));
        Assert.Matches(@"^RFC \d{4}, \d+(\.\d+)*$", finding.Source);
    });

    public static TheoryData<ReadingFault> Faults => [.. Enum.GetValues<ReadingFault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Is_told_whatever_was_read(ReadingFault fault)
    {
        string[] details = ["", "x", " ", "{0}", "\"", "\r\nEND:VCALENDAR\0", "\uD800", "\u202E</script>", new('x', 1_000_000)];
        Assert.All(details.SelectMany(detail => (string?[])[null, "", "SUMMARY"], (detail, property) => Finding(CheckRules.Of(fault).Code, property, [detail])), IsTold);
    }

    [Fact]
    public void Is_told_even_with_nothing_to_say_of_it() => Assert.All(CheckRules.All, rule =>
    {
        IsTold(Finding(rule.Code, null, []));
        IsTold(Finding(rule.Code, null, [""]));
    });

    [Fact]
    public void Without_a_text_is_told_by_its_name_and_section() =>
        Assert.Contains("RFC 5545, 3.1 wants it (from-tomorrow)", FeedCheckTexts.Of(Finding("from-tomorrow", null, [])).En, StringComparison.Ordinal);

    private static Finding Finding(string code, string? property, string[] arguments) => new(Severity.Error, code, 1, "", null, property, arguments, "RFC 5545, 3.1");

    private static void IsTold(Finding finding)
    {
        var text = FeedCheckTexts.Of(finding);
        Assert.NotEqual(text.Vi, text.En);
        Assert.All((string[])[text.Vi, text.En], said => Assert.True(said.Length >= 20, finding.Code));
    }

    private static string Told(CheckReport report) => string.Join("; ", report.Findings.Select(finding => $"{finding.Line} {finding.Code} {finding.Property} {string.Join('|', finding.Arguments)}"));

    private static string Beginning(CalendarFile file) => Encoding.UTF8.GetString(file.Octets.AsSpan(0, Math.Min(file.Octets.Length, 1_000)));
}
