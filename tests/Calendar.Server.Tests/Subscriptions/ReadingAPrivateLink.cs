using Calendar.Server.Feeds;
using Calendar.Server.Subscriptions;
using Calendar.Server.Tests.Sealed;
using NodaTime;

namespace Calendar.Server.Tests.Subscriptions;

/// <summary>What a calendar program gets behind a private link.</summary>
public sealed class ReadingAPrivateLink(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("""{"name":"x"}""", "")]
    [InlineData("""{"name":"x","filter":{"party":["JP"],"tier":["half","other","round"]},"lang":"en","alarm":"P7D","imprecise":"year","detail":"full","ahead":9}""", "?party=JP&tier=half,other,round&lang=en&alarm=P7D&imprecise=year&detail=full&ahead=9")]
    [InlineData("""{"name":"x","filter":{"group":["ASEAN"]}}""", "?group=ASEAN")]
    [InlineData("""{"name":"x","filter":{"kind":["national_day"]}}""", "?kind=national_day")]
    [InlineData("""{"name":"x","filter":{"party":["AQ"]},"lang":"en"}""", "?party=AQ&lang=en")]
    public async Task Is_the_public_feed_of_the_same_filter_but_for_where_it_comes_from(string json, string query)
    {
        var mine = (await _service.GetAsync((await _service.SubscribeAsync(json)).Path)).Is(200);
        var everybodys = (await _service.GetAsync(FeedVariant.Path + query)).Is(200);

        Assert.Contains("\r\nSOURCE", everybodys.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SOURCE", mine.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/feeds/", mine.Text, StringComparison.Ordinal);
        Assert.Equal(WithoutSource(everybodys.Text), mine.Text);
    }

    [Fact]
    public async Task Is_for_nobody_in_between()
    {
        var made = await _service.SubscribeAsync();
        var answer = (await _service.GetAsync(made.Path)).Is(200);
        Assert.Equal("text/calendar; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("private, max-age=3600", answer["Cache-Control"]);
        Assert.Equal("Accept, Accept-Encoding, Sec-Fetch-Mode", answer["Vary"]);
        Assert.Equal("noindex", answer["X-Robots-Tag"]);
        Assert.Equal("no-referrer", answer["Referrer-Policy"]);
        Assert.DoesNotContain(made.Token[12..20], answer.Text + string.Join('\n', answer.Headers), StringComparison.Ordinal);
        Assert.Equal((await _service.GetAsync(FeedVariant.Path))["Last-Modified"], answer["Last-Modified"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Is_conditional_and_answers_HEAD_as_a_public_one_does(string? coding)
    {
        var path = (await _service.SubscribeAsync()).Path;
        var accepting = coding is null ? [] : new[] { ("Accept-Encoding", coding) };
        var get = (await _service.GetAsync(path, accepting)).Is(200);
        var head = (await _service.SendAsync("HEAD", path, null, accepting)).Is(200);

        Assert.Equal(coding, get["Content-Encoding"]);
        Assert.Empty(head.Body);
        Assert.Equal((get.ETag, get["Content-Length"], get["Cache-Control"]), (head.ETag, head["Content-Length"], head["Cache-Control"]));
        foreach (var known in new[] { ("If-None-Match", get.ETag), ("If-None-Match", $"\"a\", W/{get.ETag}"), ("If-Modified-Since", get["Last-Modified"]!) })
        {
            var not = (await _service.GetAsync(path, [.. accepting, known])).Is(304);
            Assert.Empty(not.Body);
            Assert.Equal(("private, max-age=3600", "noindex", get.ETag), (not["Cache-Control"], not["X-Robots-Tag"], not.ETag));
        }

        (await _service.GetAsync(path, [.. accepting, ("If-None-Match", "\"other\"")])).Is(200);
        (await _service.GetAsync(path, [.. accepting, ("If-None-Match", "garbage"), ("If-Modified-Since", "yesterday")])).Is(200);
        (await _service.SendAsync("POST", path, CalendarService.Json("{}"))).IsProblem(405, "method-not-allowed");
    }

    [Theory]
    [InlineData("?fbclid=1")]
    [InlineData("?utm_source=a&utm_source=b&_=1764558000")]
    [InlineData("?party=JP&ahead=0")]
    [InlineData("?lang=xx&lang=yy")]
    [InlineData("?")]
    public async Task Is_the_same_whatever_others_append_to_its_address(string query)
    {
        var path = (await _service.SubscribeAsync()).Path;
        var feed = (await _service.GetAsync(path)).Is(200);
        var appended = (await _service.GetAsync(path + query)).Is(200);
        Assert.Equal((feed.Text, feed.ETag), (appended.Text, appended.ETag));
        (await _service.GetAsync(path + query, ("If-None-Match", feed.ETag))).Is(304);
        (await _service.GetAsync(path + query, Subscribing.Browser, Subscribing.Navigating)).Is(200);
    }

    [Fact]
    public async Task Has_one_address()
    {
        var made = await _service.SubscribeAsync();
        string[] names = [$"xx-{made.Token}", $"x%20{made.Token}", $"{made.Token}-zz", $"a%20{made.Token}%20b", $"{made.Token}.{made.Token}", $"{made.Token}.ics", $"x{made.Token}", $"-{made.Token}"];
        foreach (var name in names)
        {
            (await _service.GetAsync($"{PrivateFeedEndpoint.Folder}{name}.ics")).IsProblem(404, "not-found");
        }

        (await _service.GetAsync(made.Path.Replace("/s/", "/S/", StringComparison.Ordinal))).IsProblem(404, "not-found");
        (await _service.GetAsync(made.Path + "/")).IsProblem(404, "not-found");
        (await _service.GetAsync(made.Path)).Is(200);
    }

    [Fact]
    public async Task Equal_filters_of_many_are_rendered_once()
    {
        var cache = (FeedCache)_service.Services.GetService(typeof(FeedCache))!;
        var before = cache.Renders;
        var made = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _service.SubscribeAsync("""{"name":"x","filter":{"party":["FR","LA"]},"ahead":11}""")));
        var feeds = await Task.WhenAll(made.Concat(made).Select(one => _service.GetAsync(one.Path)));

        Assert.Single(feeds.Select(feed => feed.Is(200).Text).Distinct(StringComparer.Ordinal));
        Assert.Equal(before + 1, cache.Renders);
    }

    [Fact]
    public async Task A_mistyped_one_is_not_found()
    {
        var made = await _service.SubscribeAsync();
        string[] wrong =
        [
            made.Token[..^1], made.Token[..^1] + (made.Token[^1] == '0' ? '1' : '0'), made.Token.ToUpperInvariant(), made.Token + "0", made.Token + made.Token, "cal_feed_", "cal_", "x", "..",
            "cal_feed_" + new string('0', 36), "cal_feed_" + new string('0', 3000), LinkToken.New(), Uri.EscapeDataString("cal_feed_đ"),
        ];
        foreach (var token in wrong)
        {
            var answer = (await _service.GetAsync($"{PrivateFeedEndpoint.Folder}{token}.ics")).IsProblem(404, "not-found");
            if (token.Length > 10)
            {
                Assert.DoesNotContain(token[..10], answer.Text, StringComparison.Ordinal);
            }
        }

        (await _service.GetAsync(made.Path[..^".ics".Length])).IsProblem(404, "not-found");
        (await _service.GetAsync(made.Path + ".bak")).IsProblem(404, "not-found");
        (await _service.GetAsync(made.Path)).Is(200);
    }

    [Fact]
    public async Task A_revoked_one_is_gone_and_what_it_was_is_forgotten()
    {
        var made = await _service.SubscribeAsync("""{"name":"Bí mật riêng","filter":{"party":["JP"]}}""");
        var former = made.Path;
        (await _service.GetAsync(made.Path)).Is(200);
        var rotated = await _service.RotateAsync(made);
        await _service.RevokeAsync(made);

        foreach (var path in new[] { former, rotated.Path })
        {
            var gone = (await _service.GetAsync(path, ("If-None-Match", "*"))).IsProblem(410, "link-revoked");
            Assert.Equal(("noindex", "no-referrer", "no-store"), (gone["X-Robots-Tag"], gone["Referrer-Policy"], gone["Cache-Control"]));
        }

        await _service.RevokeAsync(made);
        (await _service.GetAsync(made.Self, CalendarService.Bearer(_service.Admin!))).IsProblem(410, "subscription-revoked");
        (await _service.PostAsync(made.Self + "/rotation", "")).IsProblem(410, "subscription-revoked");
        (await _service.PostAsync(made.Self + "/name", """{"name":"x"}""")).IsProblem(410, "subscription-revoked");
        Assert.DoesNotContain(made.Id, (await _service.GetAsync(Subscribing.Collection + "?limit=500", CalendarService.Bearer(_service.Admin!))).Text, StringComparison.Ordinal);
        Assert.Equal(0, await _service.QueryAsync<long>("select count(*) from calendar.subscriptions s where s::text like '%Bí mật riêng%'"));
        Assert.True(await _service.QueryAsync<bool>($"select variant is null and name is null from calendar.subscriptions where id = '{made.Id}'"));
        Assert.Equal(2, await _service.QueryAsync<long>($"select count(*) from calendar.subscription_links where subscription = '{made.Id}'"));
    }

    [Fact]
    public async Task Nothing_that_is_sealed_is_in_it()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var made = await service.SubscribeAsync("""{"name":"x","filter":{"tier":["half","other","round"]},"imprecise":"year","detail":"full","ahead":12}""");
        var before = (await service.GetAsync(made.Path)).Is(200);
        var health = await service.HealthAsync(made);
        await service.SealAsync();

        var after = (await service.GetAsync(made.Path)).Is(200);
        Assert.Equal(before.Body, after.Body);
        Assert.Equal(before.ETag, after.ETag);
        Assert.Equal(health.GetProperty("currentVersion").GetInt64(), (await service.HealthAsync(made)).GetProperty("currentVersion").GetInt64());

        await service.ReleaseAsync();
        Assert.Contains("Mật Ngọt", (await service.GetAsync(made.Path)).Is(200).Text.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_whose_party_is_no_longer_known_still_has_a_feed()
    {
        // The log of another day was restored, perhaps.
        var made = await _service.SubscribeAsync("""{"name":"x","filter":{"party":["JP"]}}""");
        await _service.ExecuteAsync($"update calendar.subscriptions set variant = 'party=QQ&group=Gone', changed = nextval('calendar.subscription_changes') where id = '{made.Id}'");
        await using var restarted = await CalendarService.StartAsync(_service.Connection);
        Assert.Contains("empty@anniversaries.calendar", (await restarted.GetAsync(made.Path)).Is(200).Text, StringComparison.Ordinal);
    }

    internal static string WithoutSource(string feed) => string.Concat(feed.Replace("\r\n ", "\n ", StringComparison.Ordinal).Split("\r\n")
        .Where(line => !line.StartsWith("SOURCE", StringComparison.Ordinal)).Select(line => line.Replace("\n ", "\r\n ", StringComparison.Ordinal) + "\r\n"))[..^2];
}

/// <summary>A link that is replaced goes on for thirty days, and says so.</summary>
public sealed class AReplacedLink : IAsyncLifetime
{
    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.SmallLog);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Ends_to_the_second_thirty_days_later_without_anybody_doing_anything()
    {
        var first = await _service.SubscribeAsync();
        var plain = (await _service.GetAsync(first.Path)).Is(200);
        var second = await _service.RotateAsync(first);
        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal("2026-12-31T03:00:00Z", (await SelfAsync(first)).GetProperty("previousUntil").GetString());

        var end = FixedClock.Start + Duration.FromDays(30);
        _service.Clock.Set(end - Duration.FromSeconds(1));
        (await _service.GetAsync(first.Path)).Is(200);
        Assert.Equal(plain.Body, (await _service.GetAsync(second.Path)).Is(200).Body);

        _service.Clock.Set(end);
        (await _service.GetAsync(first.Path)).IsProblem(410, "link-replaced");
        Assert.Equal(plain.Body, (await _service.GetAsync(second.Path)).Is(200).Body);
        Assert.False((await SelfAsync(first)).TryGetProperty("previousUntil", out _));
        await using var restarted = await CalendarService.StartAsync(_service.Connection, _service.Clock);
        (await restarted.GetAsync(first.Path)).IsProblem(410, "link-replaced");
        (await restarted.GetAsync(second.Path)).Is(200);
    }

    [Theory]
    [InlineData("vi", "Liên kết lịch này đã được thay và ngừng từ 31/12/2026")]
    [InlineData("en", "This calendar link has been replaced and ends on 31 December 2026")]
    public async Task Tells_its_reader_to_subscribe_again(string language, string words)
    {
        var made = await _service.SubscribeAsync($$"""{"name":"x","lang":"{{language}}"}""");
        var before = (await _service.GetAsync(made.Path)).Is(200);
        var rotated = await _service.RotateAsync(made);

        var feed = (await _service.GetAsync(made.Path)).Is(200);
        var text = feed.Text.Replace("\r\n ", "", StringComparison.Ordinal);
        Assert.NotEqual(before.ETag, feed.ETag);
        Assert.Contains($"\r\nSUMMARY;LANGUAGE={language}:{words}", text, StringComparison.Ordinal);
        Assert.Matches($"\r\nX-WR-CALDESC[^\r\n]*:{words}", text);
        Assert.Contains("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261231\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(words, (await _service.GetAsync(rotated.Path)).Text.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_so_from_the_day_of_its_replacement_however_long_it_goes_on()
    {
        // A build that let links go on for ten days made this one.
        var made = await _service.SubscribeAsync();
        await _service.RotateAsync(made);
        await _service.ExecuteAsync($"update calendar.subscription_links set expires = '2026-12-11T03:00:00Z' where subscription = '{made.Id}' and expires is not null");
        await using var restarted = await CalendarService.StartAsync(_service.Connection, _service.Clock);
        var text = (await restarted.GetAsync(made.Path)).Is(200).Text;
        Assert.Contains("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261211\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_its_own_thirty_days_when_its_successor_is_replaced_too()
    {
        var first = await _service.SubscribeAsync();
        var second = await _service.RotateAsync(first);
        _service.Clock.Set(FixedClock.Start + Duration.FromDays(10));
        var third = await _service.RotateAsync(first);
        Assert.Equal("2027-01-10T03:00:00Z", (await SelfAsync(first)).GetProperty("previousUntil").GetString());

        _service.Clock.Set(FixedClock.Start + Duration.FromDays(30) - Duration.FromSeconds(1));
        foreach (var link in new[] { first, second, third })
        {
            (await _service.GetAsync(link.Path)).Is(200);
        }

        _service.Clock.Set(FixedClock.Start + Duration.FromDays(30));
        (await _service.GetAsync(first.Path)).IsProblem(410, "link-replaced");
        (await _service.GetAsync(second.Path)).Is(200);
        _service.Clock.Set(FixedClock.Start + Duration.FromDays(40));
        (await _service.GetAsync(second.Path)).IsProblem(410, "link-replaced");
        (await _service.GetAsync(third.Path)).Is(200);
    }

    [Fact]
    public async Task Makes_way_for_new_ones_only_after_those_that_have_ended()
    {
        var ended = await _service.SubscribeAsync();
        var living = await _service.RotateAsync(ended);
        _service.Clock.Set(FixedClock.Start + Duration.FromDays(31));
        for (var i = 0; i < 49; i++)
        {
            await _service.RotateAsync(ended);
        }

        (await _service.GetAsync(ended.Path)).IsProblem(404, "not-found");
        (await _service.GetAsync(living.Path)).Is(200);
    }

    [Fact]
    public async Task Is_kept_for_a_while_only_where_links_are_replaced_without_end()
    {
        var made = await _service.SubscribeAsync();
        var last = made;
        for (var i = 0; i < 60; i++)
        {
            _service.Clock.Set(FixedClock.Start + Duration.FromMinutes(i + 1));
            last = await _service.RotateAsync(made);
        }

        Assert.Equal(50, await _service.QueryAsync<long>($"select count(*) from calendar.subscription_links where subscription = '{made.Id}'"));
        (await _service.GetAsync(last.Path)).Is(200);
        (await _service.GetAsync(made.Path)).IsProblem(404, "not-found");
    }

    private async Task<System.Text.Json.JsonElement> SelfAsync(Subscribed subscription) =>
        (await _service.GetAsync(subscription.Self, CalendarService.Bearer(_service.Admin!))).Is(200).Json;
}
