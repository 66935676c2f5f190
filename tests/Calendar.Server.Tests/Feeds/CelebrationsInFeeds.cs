using Calendar.Planning;
using Calendar.Server.Feeds;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;
using static Calendar.Server.Tests.Feeds.PlansOfASmallLog;

namespace Calendar.Server.Tests.Feeds;

/// <summary>What the public is told of celebrations, and what it is not.</summary>
public sealed class CelebrationsInFeeds
{
    private const string _japan = "/feeds/parties/JP.ics?lang=en";
    private const string _laos = "/feeds/parties/LA.ics?lang=en";
    private static readonly Text _title = new("Mít tinh", "Meeting");

    [Fact]
    public async Task Of_work_that_nobody_has_announced_there_is_no_trace()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        await service.OpenPlanAsync();
        var (feeds, before) = (service.Services.GetRequiredService<FeedCache>(), await AnswersAsync(service));
        var version = feeds.RecordVersion;
        Command[] work =
        [
            new AcknowledgeTask(Japan, TaskOf("theme")), new CompleteTask(Japan, TaskOf("theme"), null, "Xong", null),
            new AssignTask(Japan, TaskOf("guests"), Slug.Of("vufo"), null), new DropTask(Japan, TaskOf("report"), Because),
            new ScheduleCelebration(Japan, Meeting, _title, PartialDate.Parse("2033-09-16"), null), new MoveCelebration(Japan, Meeting, PartialDate.Parse("2033-09-18"), null, Because),
            new CancelCelebration(Japan, Meeting, Because),
        ];
        foreach (var command in work)
        {
            await service.PlanAsync(command);
            Assert.Equal((before, version), (await AnswersAsync(service), feeds.RecordVersion));
        }

        await using var fresh = await CalendarService.StartAsync(service.Connection);
        Assert.Equal(before, await AnswersAsync(fresh));
    }

    [Fact]
    public async Task Announced_it_is_there_moves_is_cancelled_and_is_gone_after_ninety_days_in_every_instance_alike()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-06-01T00:00:00Z'");
        await service.OpenPlanAsync();
        await service.PlanAsync(new ScheduleCelebration(Japan, Meeting, _title, PartialDate.Parse("2033-09-16"), new Text("Hà Nội", "Ha Noi")));
        var untold = (await service.GetAsync(_japan)).Is(200);
        await service.PlanAsync(new AnnounceCelebration(Japan, Meeting));

        var told = (await service.GetAsync(_japan, ("If-None-Match", untold.ETag))).Is(200);
        Assert.Contains("SUMMARY;LANGUAGE=en:Meeting\r\n", told.Text, StringComparison.Ordinal);
        Assert.Equal(("20330916", "CONFIRMED", FeedFormat.Number), Celebration(told));
        Assert.Null(Celebration((await service.GetAsync("/feeds/parties/LA.ics")).Is(200)));
        await service.PlanAsync(new MoveCelebration(Japan, Meeting, PartialDate.Parse("2033-09-19"), null, Because));
        Assert.Equal(("20330919", "CONFIRMED", FeedFormat.Number + 1), Celebration(await service.GetAsync(_japan)));

        // In the evening of 30 November in Greenwich it is 1 December in Ha Noi.
        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-10-01T00:00:00Z' where timestamp > '2026-10-01T00:00:00Z'");
        await service.PlanAsync(new CancelCelebration(Japan, Meeting, Because));
        await service.DateLastAsync("2026-11-30T17:00:00Z");
        await using var kept = await CalendarService.StartAsync(service.Connection);
        foreach (var (day, isShown) in new[] { ("2026-12-01", true), ("2027-03-01", true), ("2027-03-02", false) })
        {
            var noon = NoonOf(day);
            kept.Clock.Set(noon);
            var clock = new FixedClock();
            clock.Set(noon);
            await using var fresh = await CalendarService.StartAsync(service.Connection, clock);
            var (answer, other) = ((await kept.GetAsync(_japan)).Is(200), (await fresh.GetAsync(_japan)).Is(200));

            Assert.Equal(isShown ? ("20330919", "CANCELLED", FeedFormat.Number + 2) : null, Celebration(answer));
            Assert.Equal((other.Text, other.ETag, other["Last-Modified"]), (answer.Text, answer.ETag, answer["Last-Modified"]));
            Assert.Equal(isShown ? null : "Mon, 01 Mar 2027 17:00:00 GMT", isShown ? null : answer["Last-Modified"]);
        }
    }

    [Fact]
    public async Task Whose_anniversary_it_no_longer_serves_is_told_so_for_ninety_days_and_nobody_else()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-06-01T00:00:00Z'");
        await service.OpenPlanAsync();
        var laos = new AnniversaryId(FactId.OfKey("small/ties/LA"), 70);
        await service.PlanAsync(
            new JoinPlan(Japan, laos), new ScheduleCelebration(Japan, Meeting, _title, PartialDate.Parse("2033-09-16"), null), new AnnounceCelebration(Japan, Meeting));
        Assert.Equal(("20330916", "CONFIRMED", FeedFormat.Number), Celebration((await service.GetAsync(_laos)).Is(200)));

        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-10-01T00:00:00Z' where timestamp > '2026-10-01T00:00:00Z'");
        await service.PlanAsync(new PartPlan(Japan, laos, Because));
        await service.DateLastAsync("2026-11-30T17:00:00Z");
        var clock = new FixedClock();
        clock.Set(NoonOf("2027-03-01"));
        await using var kept = await CalendarService.StartAsync(service.Connection, clock);
        Assert.Equal(("20330916", "CANCELLED", FeedFormat.Number + 1), Celebration((await kept.GetAsync(_laos)).Is(200)));
        Assert.Equal(("20330916", "CONFIRMED", FeedFormat.Number + 1), Celebration((await kept.GetAsync(_japan)).Is(200)));

        // The midnight that takes it away is a new edition of what is kept.
        clock.Set(NoonOf("2027-03-02"));
        var after = (await kept.GetAsync(_laos)).Is(200);
        Assert.Null(Celebration(after));
        Assert.Equal("Mon, 01 Mar 2027 17:00:00 GMT", after["Last-Modified"]);
        Assert.Equal(("20330916", "CONFIRMED", FeedFormat.Number + 1), Celebration((await kept.GetAsync(_japan)).Is(200)));
    }

    private static Instant NoonOf(string day) => LocalDatePattern.Iso.Parse(day).Value.At(new LocalTime(5, 0)).InUtc().ToInstant();

    private static async Task<string> AnswersAsync(CalendarService service)
    {
        var answers = new List<string>();
        foreach (var path in new[] { _japan, FeedVariant.Path + "?tier=round,half,other", "/v1/anniversaries?year=2033", "/v1/changes?limit=500" })
        {
            var answer = (await service.GetAsync(path)).Is(200);
            answers.Add($"{answer.ETag} {answer["Last-Modified"]}\n{answer.Text}");
        }

        return string.Join('\n', answers);
    }

    private static (string Start, string Status, int Sequence)? Celebration(Reply feed)
    {
        var entry = feed.Text.Replace("\r\n ", "", StringComparison.Ordinal).Split("BEGIN:VEVENT").SingleOrDefault(entry => entry.Contains($"UID:celebration-{Meeting}@", StringComparison.Ordinal));
        return entry is null ? null : (Of("DTSTART;VALUE=DATE:"), Of("STATUS:"), int.Parse(Of("SEQUENCE:"), System.Globalization.CultureInfo.InvariantCulture));

        string Of(string name) => entry.Split("\r\n").Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..];
    }
}
