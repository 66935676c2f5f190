using Calendar.Ical.Checking;
using Calendar.Server.Feeds;

namespace Calendar.Server.Tests.Feeds;

/// <summary>Our own feeds by the rules that others' files are checked by.</summary>
public sealed class TheFeedsOfVietnamChecked(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    public static TheoryData<string> Variants => [.. EveryVariant.Queries];

    [Theory]
    [MemberData(nameof(Variants))]
    public Task Have_no_finding_at_all(string query) => Clean.IsAsync(calendar.Service, query);
}

/// <summary>The feeds of a log with corrections, withdrawals and imprecise dates.</summary>
public sealed class TheFeedsOfASmallLogChecked(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private const string Everything =
        "imprecise=year&alarm=PT8H&detail=full&tier=half,other,round&kind=accord_concluded,accord_joined,milestone_recorded,national_day,partnership_elevated,ties_established,treaty_signed";

    public static TheoryData<string> Variants => ["", "lang=en", "party=AQ", "party=AQ&lang=en&alarm=P7D", Everything, Everything + "&lang=en&ahead=12"];

    [Theory]
    [MemberData(nameof(Variants))]
    public Task Have_no_finding_at_all(string query) => Clean.IsAsync(calendar.Service, query);

    [Fact]
    public async Task Have_none_when_everything_has_left_the_record()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        foreach (var fact in (await service.GetAsync("/v1/facts?limit=500")).Is(200).Items.Where(fact => !fact.TryGetProperty("withdrawn", out _)))
        {
            (await service.PostAsync($"/v1/facts/{fact.GetProperty("fact").GetString()}/withdrawal", """{"reason":"Spec"}""")).Is(201);
        }

        await Clean.IsAsync(service, "");
        await Clean.IsAsync(service, Everything);
    }
}

internal static class Clean
{
    public static async Task IsAsync(CalendarService service, string query)
    {
        var feed = (await service.GetAsync($"{FeedVariant.Path}?{query}")).Is(200);
        var report = IcalChecker.Check(feed.Body);
        Assert.True(
            report.Totals.Count == 0,
            $"{feed}\n{string.Join('\n', report.Findings.Select(finding => $"{finding.Line} {finding.Code} {finding.Uid} {finding.Property} {string.Join(" | ", finding.Arguments)}"))}");
        Assert.True(report.Components["VEVENT"] > 0);
    }
}
