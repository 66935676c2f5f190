using Calendar.Server.Feeds;
using NodaTime;

namespace Calendar.Server.Tests.Feeds;

/// <summary>Entries whose fact was withdrawn, ended or corrected.</summary>
public sealed class WhatLeavesTheRecord
{
    [Fact]
    public async Task Stays_cancelled_for_ninety_days_in_every_instance_alike()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-06-01T00:00:00Z'");

        // Two facts leave ten days apart.
        await WithdrawAsync(service, "small/ties/LA", "2026-11-30T17:00:00Z");
        await WithdrawAsync(service, "small/ties/BN", "2026-12-10T17:00:00Z");
        await using var kept = await CalendarService.StartAsync(service.Connection);
        foreach (var (day, cancelled) in new[] { ("2026-12-11", "BN LA"), ("2027-03-01", "BN LA"), ("2027-03-02", "BN"), ("2027-03-11", "BN"), ("2027-03-12", "") })
        {
            var noon = NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value.At(new LocalTime(5, 0)).InUtc().ToInstant();
            kept.Clock.Set(noon);
            var clock = new FixedClock();
            clock.Set(noon);
            await using var fresh = await CalendarService.StartAsync(service.Connection, clock);

            var answer = (await kept.GetAsync(FeedVariant.Path + "?lang=en")).Is(200);
            var other = (await fresh.GetAsync(FeedVariant.Path + "?lang=en")).Is(200);
            Assert.Equal(Cancelled(answer.Text), string.Join(' ', cancelled.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Equal(other.Text, answer.Text);
            Assert.Equal((other.ETag, other["Last-Modified"]), (answer.ETag, answer["Last-Modified"]));
        }

        static string Cancelled(string feed) => string.Join(' ', feed.Replace("\r\n ", "", StringComparison.Ordinal).Split("BEGIN:VEVENT").Skip(1)
            .Where(entry => entry.Contains("STATUS:CANCELLED", StringComparison.Ordinal))
            .Select(entry => entry.Contains("– Laos", StringComparison.Ordinal) ? "LA" : "BN").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Moves_under_its_uid_when_it_is_corrected()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var fact = FactId.OfKey("small/ties/LA");
        var before = Entry((await service.GetAsync(FeedVariant.Path + "?party=LA&kind=ties_established")).Text, $"{fact}-65@");
        (await service.PostAsync($"/v1/facts/{fact}/claims", """{"on":"1962-09-06","source":{"citation":"c","confidence":"confirmed"},"prefer":"better"}""")).Is(201);
        var after = Entry((await service.GetAsync(FeedVariant.Path + "?party=LA&kind=ties_established")).Text, $"{fact}-65@");

        Assert.Contains("DTSTART;VALUE=DATE:20270905\r\n", before, StringComparison.Ordinal);
        Assert.Contains("SEQUENCE:1\r\n", before, StringComparison.Ordinal);
        Assert.Contains("DTSTART;VALUE=DATE:20270906\r\n", after, StringComparison.Ordinal);
        Assert.Contains("SEQUENCE:2\r\n", after, StringComparison.Ordinal);
        Assert.Contains("STATUS:CONFIRMED\r\n", after, StringComparison.Ordinal);

        static string Entry(string feed, string uid) => feed.Split("BEGIN:VEVENT").Single(entry => entry.Replace("\r\n ", "", StringComparison.Ordinal).Contains(uid, StringComparison.Ordinal));
    }

    private static async Task WithdrawAsync(CalendarService service, string key, string when)
    {
        (await service.PostAsync($"/v1/facts/{FactId.OfKey(key)}/withdrawal", """{"reason":"gone"}""")).Is(201);
        await service.ExecuteAsync($"update calendar.mt_events set timestamp = '{when}' where seq_id = (select max(seq_id) from calendar.mt_events)");
    }
}
