using System.Text;
using System.Text.Json;
using Calendar.Server.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Calendar.Server.Tests.Subscriptions;

/// <summary>How links are read, as their owner is told.</summary>
public sealed class HealthOfSubscriptions : IAsyncLifetime
{
    private static readonly (string Name, string Value) IPhone = ("User-Agent", "iOS/18.0 (22A3354) dataaccessd/1.0");
    private static readonly (string Name, string Value) Google = ("User-Agent", "Google-Calendar-Importer");

    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.SmallLog);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Before_the_first_fetch_there_is_nothing_to_tell()
    {
        var health = await _service.HealthAsync(await _service.SubscribeAsync());
        Assert.Equal("""{"currentVersion":28,"fetches":0,"conditional":0,"notModified":0,"revalidates":false}""", health.GetRawText());
    }

    [Fact]
    public async Task Every_fetch_counts_and_tells_who_has_what_since_when()
    {
        var made = await _service.SubscribeAsync();
        var feed = (await _service.GetAsync(made.Path, IPhone)).Is(200);
        Is(await _service.HealthAsync(made), "2026-12-01T03:00:00Z", "apple", 28, fetches: 1, conditional: 0, notModified: 0);

        _service.Clock.Set(FixedClock.Start + Duration.FromHours(5));
        (await _service.GetAsync(made.Path, Google, ("If-None-Match", feed.ETag))).Is(304);
        Is(await _service.HealthAsync(made), "2026-12-01T08:00:00Z", "google", 28, fetches: 2, conditional: 1, notModified: 1);

        // What the client has is of the old record until it fetches again, and a condition that fails is one all the same.
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", """{"kind":"milestone_recorded","on":"2017-03-01","title":"t","source":{"citation":"c","confidence":"confirmed"}}""")).Is(201);
        var behind = await _service.HealthAsync(made);
        Assert.Equal((28, 29, false), (behind.GetProperty("version").GetInt64(), behind.GetProperty("currentVersion").GetInt64(), behind.GetProperty("current").GetBoolean()));
        (await _service.GetAsync(made.Path, Google, ("If-None-Match", feed.ETag))).Is(200);
        Is(await _service.HealthAsync(made), "2026-12-01T08:00:00Z", "google", 29, fetches: 3, conditional: 2, notModified: 1);
    }

    [Fact]
    public async Task Whoever_only_looks_has_fetched_nothing()
    {
        var made = await _service.SubscribeAsync();
        (await _service.SendAsync("HEAD", made.Path, null, IPhone)).Is(200);
        (await _service.GetAsync(made.Path, Subscribing.Browser, Subscribing.Navigating)).Is(200);
        (await _service.GetAsync(made.Path + "/x", IPhone)).Is(404);
        (await _service.GetAsync(made.Path[..^5] + ".ics", IPhone)).Is(404);
        Assert.Equal(0, (await _service.HealthAsync(made)).GetProperty("fetches").GetInt64());
    }

    [Fact]
    public async Task Both_links_of_a_rotation_are_one_subscriptions()
    {
        var made = await _service.SubscribeAsync();
        var rotated = await _service.RotateAsync(made);
        (await _service.GetAsync(made.Path, IPhone)).Is(200);
        (await _service.GetAsync(rotated.Path, Google)).Is(200);
        Is(await _service.HealthAsync(made), "2026-12-01T03:00:00Z", "google", 28, fetches: 2, conditional: 0, notModified: 0);
    }

    [Fact]
    public async Task Is_the_same_once_it_is_stored_and_the_sum_of_all_instances()
    {
        var made = await _service.SubscribeAsync();
        await using (var other = await CalendarService.StartAsync(_service.Connection))
        {
            other.Clock.Set(FixedClock.Start + Duration.FromMinutes(7));
            await FetchAsync(_service, made, IPhone, 3);
            await FetchAsync(other, made, Google, 4);
            Is(await _service.HealthAsync(made), "2026-12-01T03:00:00Z", "apple", 28, fetches: 3, conditional: 0, notModified: 0);

            await StoreAsync(other);
            Is(await _service.HealthAsync(made), "2026-12-01T03:07:00Z", "google", 28, fetches: 7, conditional: 0, notModified: 0);
            await StoreAsync(_service);
            await StoreAsync(_service);
            Is(await _service.HealthAsync(made), "2026-12-01T03:07:00Z", "google", 28, fetches: 7, conditional: 0, notModified: 0);

            await FetchAsync(other, made, Google, 2);
        }

        // An instance that stops stores what it has counted.
        Is(await _service.HealthAsync(made), "2026-12-01T03:07:00Z", "google", 28, fetches: 9, conditional: 0, notModified: 0);
        await using var restarted = await CalendarService.StartAsync(_service.Connection);
        Assert.Equal(9, await restarted.QueryAsync<long>($"select fetches from calendar.subscription_health where subscription = '{made.Id}'"));
    }

    [Fact]
    public async Task Fetches_at_once_while_it_is_stored_are_all_counted_once()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _service.SubscribeAsync()));
        await using var other = await CalendarService.StartAsync(_service.Connection);
        var fetches = Enumerable.Range(0, 400).Select(i => (i % 2 == 0 ? _service : other).GetAsync(made[i % 5].Path, IPhone));
        var stores = Enumerable.Range(0, 20).Select(i => StoreAsync(i % 2 == 0 ? _service : other));
        var reads = Enumerable.Range(0, 20).Select(i => _service.HealthAsync(made[i % 5]));
        await Task.WhenAll(fetches.Concat<Task>(stores).Concat(reads));
        await StoreAsync(other);
        Assert.All(await Task.WhenAll(made.Select(one => _service.HealthAsync(one))), health => Assert.Equal(80, health.GetProperty("fetches").GetInt64()));
    }

    [Fact]
    public async Task What_cannot_be_stored_is_stored_later()
    {
        var made = await _service.SubscribeAsync();
        await FetchAsync(_service, made, IPhone, 2);
        await _service.ExecuteAsync("alter table calendar.subscription_health rename to away");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => StoreAsync(_service));
        await FetchAsync(_service, made, IPhone, 1);
        await _service.ExecuteAsync("alter table calendar.away rename to subscription_health");
        await StoreAsync(_service);
        Assert.Equal(3, await _service.QueryAsync<long>($"select fetches from calendar.subscription_health where subscription = '{made.Id}'"));
    }

    [Fact]
    public async Task Of_what_is_revoked_nothing_is_left_and_nothing_comes()
    {
        var made = await _service.SubscribeAsync();
        await using (var other = await CalendarService.StartAsync(_service.Connection))
        {
            await FetchAsync(_service, made, IPhone, 1);
            await FetchAsync(other, made, IPhone, 1);
            await StoreAsync(_service);
            await _service.RevokeAsync(made);
        }

        Assert.Equal(0, await _service.QueryAsync<long>("select count(*) from calendar.subscription_health"));
    }

    [Fact]
    public async Task Agents_and_addresses_are_not_kept()
    {
        var made = await _service.SubscribeAsync();
        (await _service.GetAsync(made.Path, ("User-Agent", "Strange/7.1 (hoa@example.vn)"), ("X-Forwarded-For", "203.0.113.7"), ("From", "hoa@example.vn"))).Is(200);
        await StoreAsync(_service);
        var row = await _service.QueryAsync<string>("select h::text from calendar.subscription_health h");
        Assert.Equal($"({made.Id},\"2026-12-01 03:00:00+00\",other,28,1,0,0)", row);
    }

    [Theory]
    [InlineData("")]
    [InlineData("User-Agent:\r\n")]
    [InlineData("User-Agent: \t \u0001\u0007\r\n")]
    [InlineData("User-Agent: \u00ff\u00fe\u0080 \r\n")]
    [InlineData("User-Agent: a\r\nUser-Agent: b\r\n")]
    public async Task Garbage_for_an_agent_is_some_other_client(string header)
    {
        var made = await _service.SubscribeAsync();
        var answer = await _service.RawAsync(Encoding.Latin1.GetBytes($"GET {made.Path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n"));
        Assert.Matches("^HTTP/1.1 (200 OK|400 Bad Request)", answer);
        var health = await _service.HealthAsync(made);
        Assert.Equal(answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) ? 1 : 0, health.GetProperty("fetches").GetInt64());
        Assert.True(!health.TryGetProperty("client", out var client) || client.GetString() == "other", health.GetRawText());
    }

    [Fact]
    public async Task An_agent_as_long_as_headers_may_be_is_one_too()
    {
        var made = await _service.SubscribeAsync();
        (await _service.GetAsync(made.Path, ("User-Agent", new string('x', 20_000) + " curl/8"))).Is(200);
        Assert.Equal("other", (await _service.HealthAsync(made)).GetProperty("client").GetString());
    }

    private static async Task FetchAsync(CalendarService service, Subscribed subscription, (string Name, string Value) agent, int times)
    {
        for (var i = 0; i < times; i++)
        {
            (await service.GetAsync(subscription.Path, agent)).Is(200);
        }
    }

    private static Task StoreAsync(CalendarService service) => service.Services.GetRequiredService<SubscriptionHealth>().StoreAsync(service.Soon);

    private static void Is(JsonElement health, string lastFetch, string client, long version, long fetches, long conditional, long notModified) => Assert.Equal(
        JsonSerializer.Serialize(new { lastFetch, client, version, currentVersion = version, current = true, fetches, conditional, notModified, revalidates = conditional > 0 }),
        health.GetRawText());
}
