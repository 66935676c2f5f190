using Calendar.Ical.Checking;
using Calendar.Server.Feeds;
using Calendar.Server.Tests.Subscriptions;

namespace Calendar.Server.Tests.Feeds;

/// <summary>Our own feeds by the rules that others' files are checked by.</summary>
public sealed class TheFeedsOfVietnamChecked(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    public static TheoryData<string> Variants => [.. EveryVariant.Queries];

    [Theory]
    [MemberData(nameof(Variants))]
    public Task Have_no_finding_at_all(string query) => Clean.IsAsync(calendar.Service, query);

    [Theory]
    [InlineData("/feeds/parties/JP.ics")]
    [InlineData("/feeds/parties/JP.ics?lang=en&alarm=P7D&detail=full&tier=half,other,round")]
    [InlineData("/feeds/groups/ASEAN.ics")]
    [InlineData("/feeds/groups/ASEAN.ics?lang=en&imprecise=year")]
    [InlineData("/feeds/tiers/round.ics")]
    [InlineData("/feeds/tiers/round.ics?lang=en&ahead=12")]
    [InlineData("/feeds/national-days.ics")]
    [InlineData("/feeds/national-days.ics?lang=en&alarm=P7D")]
    public Task Have_none_by_their_names(string address) => Clean.IsAtAsync(calendar.Service, address);

    public static TheoryData<string> Subscriptions =>
    [
        """{"name":"Của tôi"}""",
        """{"name":"Mine","lang":"en"}""",
        """{"name":"Tên có , ; : \\\\ \" và 🎉 rất dài, để dòng phải gập lại ở nơi có nhiều chữ mang dấu","filter":{"party":["JP"],"tier":["half","other","round"]},"alarm":"P7D","imprecise":"year","detail":"full","ahead":9}""",
        """{"name":"x","filter":{"group":["ASEAN"]},"lang":"en","alarm":"PT8H"}""",
        """{"name":"x","filter":{"kind":["national_day"]}}""",
        """{"name":"x","filter":{"party":["JP"],"kind":["milestone_recorded"]}}""",
    ];

    [Theory]
    [MemberData(nameof(Subscriptions))]
    public async Task Have_none_behind_private_links(string json)
    {
        var made = await calendar.Service.SubscribeAsync(json);
        await Clean.IsAtAsync(calendar.Service, made.Path);
        var rotated = await calendar.Service.RotateAsync(made);

        // Of these one tells that it ends.
        await Clean.IsAtAsync(calendar.Service, made.Path);
        await Clean.IsAtAsync(calendar.Service, rotated.Path);
    }
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
    public static Task IsAsync(CalendarService service, string query) => IsAtAsync(service, $"{FeedVariant.Path}?{query}");

    public static async Task IsAtAsync(CalendarService service, string address)
    {
        var feed = (await service.GetAsync(address)).Is(200);
        var report = IcalChecker.Check(feed.Body);
        Assert.True(
            report.Totals.Count == 0,
            $"{feed}\n{string.Join('\n', report.Findings.Select(finding => $"{finding.Line} {finding.Code} {finding.Uid} {finding.Property} {string.Join(" | ", finding.Arguments)}"))}");
        Assert.True(report.Components["VEVENT"] > 0);
    }
}
