using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Calendar.Server.Feeds;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Tests.Feeds;

/// <summary>Every variant of the feed of Viet Nam's record, read once by both libraries.</summary>
public sealed class EveryVariantRead : IAsyncLifetime
{
    private readonly VietnamCalendar _calendar = new();

    internal CalendarService Service => _calendar.Service;

    internal IReadOnlyDictionary<string, ReadFeed> Feeds { get; private set; } = new Dictionary<string, ReadFeed>();

    public async Task InitializeAsync()
    {
        await _calendar.InitializeAsync();
        var bodies = new List<byte[]>();
        foreach (var query in EveryVariant.Queries)
        {
            bodies.Add((await Service.GetAsync($"{FeedVariant.Path}?{query}")).Is(200).Body);
        }

        var read = await FeedReader.ReadAsync(bodies, Service.Soon);
        Feeds = EveryVariant.Queries.Zip(read).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    public Task DisposeAsync() => _calendar.DisposeAsync();
}

/// <summary>Every variant of the feed, as libraries of others read it, is what the API lists.</summary>
public sealed partial class TheFeedReadByOthers(EveryVariantRead read) : IClassFixture<EveryVariantRead>
{
    public static TheoryData<string> Variants => [.. EveryVariant.Queries];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Holds_what_the_list_holds(string query)
    {
        var (asked, feed) = (Asked(query), read.Feeds[query]);
        var listed = await ListAsync(asked, feed);
        var standing = feed.Events.Where(entry => !entry.IsCancelled).ToList();
        if (listed.Count == 0)
        {
            Assert.Equal("empty@anniversaries.calendar", Assert.Single(standing).Uid);
            return;
        }

        var language = asked.GetValueOrDefault("lang", "vi");
        Assert.Equal(
            listed.Select(item => Expected(item, language)).Order(StringComparer.Ordinal),
            standing.Select(Found).Order(StringComparer.Ordinal));

        // Where an entry comes from is in its description, in the words of the list.
        var byUid = listed.ToDictionary(Uid, StringComparer.Ordinal);
        Assert.All(standing.Where(entry => Text(byUid[entry.Uid], "kind") is not "national_day"), entry =>
        {
            Assert.Contains(Text(byUid[entry.Uid], "origin")!, entry.Description, StringComparison.Ordinal);
            Assert.Contains(byUid[entry.Uid].GetProperty("factTitle").GetProperty(language).GetString()!, entry.Description, StringComparison.Ordinal);
        });

        // What has ended stays cancelled for a while, and is in no list.
        Assert.Empty(feed.Events.Where(entry => entry.IsCancelled).Select(entry => entry.Uid).Intersect(byUid.Keys, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Is_made_for_subscribers(string query)
    {
        var (asked, feed) = (Asked(query), read.Feeds[query]);

        Assert.False(string.IsNullOrEmpty(feed.Name));
        Assert.False(string.IsNullOrEmpty(feed.Description));
        Assert.Equal((feed.Name, "crimson", "#DC143C"), (feed.OldName, feed.Color, feed.AppleColor));
        Assert.Equal((43_200, 43_200), (feed.Refresh, feed.OldRefresh));
        Assert.Null(feed.Method);
        Assert.Equal(feed.Events.Count, feed.Events.DistinctBy(entry => entry.Uid).Count());
        Assert.Equal(feed.Events.OrderBy(entry => entry.Start, StringComparer.Ordinal).ThenBy(entry => entry.Uid, StringComparer.Ordinal), feed.Events);
        Assert.All(feed.Events, entry =>
        {
            Assert.True(entry.WholeDay);
            Assert.False(entry.Repeats);
            Assert.Equal(("TRANSPARENT", asked.GetValueOrDefault("lang", "vi")), (entry.Transparent, entry.Language));
            Assert.Contains(entry.Status, (string[])["CONFIRMED", "CANCELLED"]);
            Assert.Equal(entry.Stamp, entry.Modified);
            Assert.DoesNotContain(entry.Categories, category => category.Contains(',', StringComparison.Ordinal));
            Assert.Equal(Alarms(asked.GetValueOrDefault("alarm"), entry), entry.Alarms);
        });
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Says_where_it_comes_from(string query)
    {
        var source = read.Feeds[query].Source!;
        Assert.InRange(source.Length, 1, FeedVariant.MaxAddress);
        Assert.StartsWith(CalendarService.PublicUrl + "/feeds/", source, StringComparison.Ordinal);

        var asked = await read.Service.GetAsync($"{FeedVariant.Path}?{query}");
        Assert.Equal(asked.Body, (await read.Service.GetAsync(source[CalendarService.PublicUrl.Length..])).Is(200).Body);
    }

    [Fact]
    public void Empty_and_shortened_feeds_are_among_them_and_entries_that_are_cancelled()
    {
        var feeds = read.Feeds.Values.ToList();
        Assert.InRange(feeds.Count(IsEmpty), 1, feeds.Count / 2);
        Assert.Contains(feeds, feed => LastYearHeld().IsMatch(feed.Description!));
        Assert.Contains(feeds, feed => feed.Events.Any(entry => entry.IsCancelled));

        static bool IsEmpty(ReadFeed feed) => feed.Events.All(entry => entry.Uid.StartsWith("empty@", StringComparison.Ordinal));
    }

    // Neither the explaining entry of an empty calendar nor what is cancelled rings.
    private static int[] Alarms(string? alarm, ReadEntry entry) => alarm is null || entry.IsCancelled || entry.Uid.StartsWith("empty@", StringComparison.Ordinal)
        ? []
        : [-(int)PeriodPattern.Roundtrip.Parse(alarm).Value.ToDuration().TotalSeconds];

    // The list knows the same filters and window; years that are known as such only enter a feed on request.
    private async Task<List<JsonElement>> ListAsync(Dictionary<string, string> asked, ReadFeed feed)
    {
        var last = LastYearHeld().Match(feed.Description!) is { Success: true } trimmed
            ? Number(trimmed.Groups["year"].Value)
            : 2026 + Number(asked.GetValueOrDefault("ahead", "7"));
        var filters = string.Concat(asked.Where(p => p.Key is "party" or "group" or "kind").Select(p => $"&{p.Key}={p.Value}"));
        string[] precisions = asked.GetValueOrDefault("imprecise") switch { "omit" => ["day"], "year" => ["day", "month", "year"], _ => ["day", "month"] };
        var items = new List<JsonElement>();
        for (var next = $"/v1/anniversaries?limit=500&from=2025-01-01&to={last + 1}-01-01&tier={asked.GetValueOrDefault("tier", "round,half")}{filters}"; next is not null;)
        {
            var page = (await read.Service.GetAsync(next)).Is(200);
            items.AddRange(page.Items.Where(item => precisions.Contains(Text(item, "precision"))));
            next = page.Next;
        }

        return items;
    }

    private static Dictionary<string, string> Asked(string query) => query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(parameter => parameter.Split('='))
        .ToDictionary(parameter => parameter[0], parameter => parameter[1], StringComparer.Ordinal);

    private static string Expected(JsonElement item, string language)
    {
        var date = PartialDate.Parse(Text(item, "date")!);
        var title = item.GetProperty("title").GetProperty(language).GetString();
        var url = CalendarService.PublicUrl + item.GetProperty("links").GetProperty("explanation").GetString();
        return $"{Uid(item)} {Iso(date.First)} {Iso(date.Last.PlusDays(1))} {title} {url}";

        static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);
    }

    private static string Found(ReadEntry entry) => $"{entry.Uid} {entry.Start} {entry.End} {entry.Summary} {entry.Url}";

    private static string Uid(JsonElement item) => Text(item, "id")!.Replace('/', '-') + "@anniversaries.calendar";

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("(dừng ở năm|ends with) (?<year>[0-9]{4})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LastYearHeld();
}
