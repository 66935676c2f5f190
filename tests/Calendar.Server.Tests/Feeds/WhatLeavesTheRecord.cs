using System.Globalization;
using System.Text.Json.Nodes;
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
        Assert.Contains($"SEQUENCE:{FeedFormat.Number}\r\n", before, StringComparison.Ordinal);
        Assert.Contains("DTSTART;VALUE=DATE:20270906\r\n", after, StringComparison.Ordinal);
        Assert.Contains($"SEQUENCE:{FeedFormat.Number + 1}\r\n", after, StringComparison.Ordinal);
        Assert.Contains("STATUS:CONFIRMED\r\n", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_a_groups_feed_cancelled_when_a_party_leaves_the_group_and_comes_back_with_it()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        const string feed = "/feeds/groups/ASEAN.ics?lang=en";
        var laos = $"{FactId.OfKey("small/ties/LA")}-65@";
        var before = Entry((await service.GetAsync(feed)).Is(200).Text, laos);
        Assert.Contains("STATUS:CONFIRMED\r\n", before, StringComparison.Ordinal);
        var whole = (await service.GetAsync(FeedVariant.Path)).Is(200).Text;

        var party = JsonNode.Parse((await service.GetAsync("/v1/parties/LA")).Text)!;
        await RegroupAsync(inAsean: false);
        var gone = Entry((await service.GetAsync(feed)).Is(200).Text, laos);
        Assert.Contains("STATUS:CANCELLED\r\n", gone, StringComparison.Ordinal);
        Assert.Equal(Sequence(before) + 1, Sequence(gone));
        Assert.Contains("DTSTART;VALUE=DATE:20270905\r\n", gone, StringComparison.Ordinal);
        Assert.DoesNotContain("STATUS:CANCELLED", Entry((await service.GetAsync(FeedVariant.Path)).Text, laos), StringComparison.Ordinal);
        Assert.Contains(await ChangesAsync("group=ASEAN&"), change => change is "removed group_left");
        Assert.DoesNotContain(await ChangesAsync(""), change => change.EndsWith("group_left", StringComparison.Ordinal));

        await RegroupAsync(inAsean: true);
        var back = Entry((await service.GetAsync(feed)).Is(200).Text, laos);
        Assert.Contains("STATUS:CONFIRMED\r\n", back, StringComparison.Ordinal);
        Assert.Equal(Sequence(before) + 2, Sequence(back));
        Assert.Equal(Uids(whole), Uids((await service.GetAsync(FeedVariant.Path)).Text));

        async Task<List<string>> ChangesAsync(string filter) =>
        [
            .. (await service.GetAsync($"/v1/changes?{filter}from=2026-11-23T00:00:00Z&within=2027-01-01/2028-01-01&limit=500")).Is(200).Items
                .Select(change => $"{string.Join('+', change.GetProperty("changes").EnumerateArray())} {change.GetProperty("event").GetString()}"),
        ];

        async Task RegroupAsync(bool inAsean)
        {
            var groups = party["groups"]!.AsArray().Select(group => group!.GetValue<string>()).Where(group => inAsean || group is not "ASEAN");
            var body = new JsonObject
            {
                ["kind"] = party["kind"]!.DeepClone(), ["name"] = party["name"]!.DeepClone(), ["aliases"] = party["aliases"]!.DeepClone(),
                ["groups"] = new JsonArray([.. groups.Select(group => (JsonNode)group)]),
            };
            (await service.PutAsync("/v1/parties/LA", body.ToJsonString())).Is(201);
        }
    }

    [Fact]
    public async Task A_group_that_nobody_is_in_any_more_goes_on_as_a_feed()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var groups = (await service.GetAsync("/v1/parties?group=G7")).Is(200).Items.ToList();
        Assert.NotEmpty(groups);
        foreach (var party in groups)
        {
            var body = new JsonObject
            {
                ["kind"] = party.GetProperty("kind").GetString(), ["name"] = JsonNode.Parse(party.GetProperty("name").GetRawText()),
                ["aliases"] = JsonNode.Parse(party.GetProperty("aliases").GetRawText()), ["groups"] = new JsonArray(),
            };
            (await service.PutAsync("/v1/parties/" + party.GetProperty("party").GetString(), body.ToJsonString())).Is(201);
        }

        var feed = (await service.GetAsync("/feeds/groups/G7.ics")).Is(200).Text;
        Assert.Contains("STATUS:CANCELLED", feed, StringComparison.Ordinal);
        Assert.DoesNotContain("STATUS:CONFIRMED", feed, StringComparison.Ordinal);
        Assert.Empty((await service.GetAsync("/v1/parties?group=G7")).Is(200).Items);
    }

    private static string Entry(string feed, string uid) =>
        feed.Split("BEGIN:VEVENT").Single(entry => entry.Replace("\r\n ", "", StringComparison.Ordinal).Contains(uid, StringComparison.Ordinal));

    private static int Sequence(string entry) => int.Parse(
        entry.Split("\r\n").Single(line => line.StartsWith("SEQUENCE:", StringComparison.Ordinal))["SEQUENCE:".Length..], CultureInfo.InvariantCulture);

    private static List<string> Uids(string feed) => [.. feed.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n").Where(line => line.StartsWith("UID:", StringComparison.Ordinal))];

    private static async Task WithdrawAsync(CalendarService service, string key, string when)
    {
        (await service.PostAsync($"/v1/facts/{FactId.OfKey(key)}/withdrawal", """{"reason":"gone"}""")).Is(201);
        await service.ExecuteAsync($"update calendar.mt_events set timestamp = '{when}' where seq_id = (select max(seq_id) from calendar.mt_events)");
    }
}
