using Calendar.Ical.Checking;

namespace Calendar.Server.Tests.Feeds;

/// <summary>Our own feeds by the rules that others' files are checked by.</summary>
public sealed class TheFeedsOfVietnamChecked(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    public static TheoryData<string> Variants => [.. EveryVariant.OfVietnam];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Have_no_finding_at_all(string query) => Clean.Is((await calendar.Service.GetAsync(EveryVariant.Address(query))).Is(200));
}

/// <summary>The feeds of a log with corrections, withdrawals and imprecise dates.</summary>
public sealed class TheFeedsOfASmallLogChecked(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    public static TheoryData<string> Variants => [.. EveryVariant.OfTheSmallLog];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Have_no_finding_at_all(string query) => Clean.Is((await calendar.Service.GetAsync(EveryVariant.Address(query))).Is(200));

    [Fact]
    public async Task Have_none_when_everything_has_left_the_record()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        foreach (var fact in (await service.GetAsync("/v1/facts?limit=500")).Is(200).Items.Where(fact => !fact.TryGetProperty("withdrawn", out _)))
        {
            (await service.PostAsync($"/v1/facts/{fact.GetProperty("fact").GetString()}/withdrawal", """{"reason":"Spec"}""")).Is(201);
        }

        foreach (var query in EveryVariant.OfTheSmallLog)
        {
            Clean.Is((await service.GetAsync(EveryVariant.Address(query))).Is(200));
        }
    }
}

internal static class Clean
{
    public static void Is(Reply feed)
    {
        var report = IcalChecker.Check(feed.Body);
        Assert.True(
            report.Totals.Count == 0,
            $"{feed}\n{string.Join('\n', report.Findings.Select(finding => $"{finding.Line} {finding.Code} {finding.Uid} {finding.Property} {string.Join(" | ", finding.Arguments)}"))}");
        Assert.True(report.Components["VEVENT"] > 0);
    }
}
