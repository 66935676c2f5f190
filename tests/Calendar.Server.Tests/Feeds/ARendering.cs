using Calendar.Server.Feeds;
using Calendar.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Calendar.Server.Tests.Feeds;

/// <summary>The cache of renderings: one an edition, the last good one while they fail, no more of them than memory is given.</summary>
public sealed class ARendering
{
    [Fact]
    public async Task Serves_the_last_good_octets_and_is_tried_again_after_a_minute()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var fails = false;
        using var cache = Cache(service, writer => (almanac, variant, today, earlier) => fails ? throw new InvalidOperationException("as if") : writer.Write(almanac, variant, today, earlier));
        var good = await GetAsync(cache, "party=JP");

        fails = true;
        (await service.PostAsync($"/v1/facts/{FactId.OfKey("small/ties/JP")}/title", """{"title":{"vi":"Khác","en":"Other"},"reason":"better"}""")).Is(201);
        Assert.Same(good, await GetAsync(cache, "party=JP"));
        Assert.Same(good, await GetAsync(cache, "party=JP"));
        Assert.Equal(2, cache.Renders);

        // Nobody had this one before: there is nothing good to serve.
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await GetAsync(cache, "party=LA"));

        fails = false;
        service.Clock.Set(service.Clock.GetCurrentInstant() + Duration.FromMinutes(1));
        var mended = await GetAsync(cache, "party=JP");
        Assert.NotSame(good, mended);
        Assert.Contains("Khác", System.Text.Encoding.UTF8.GetString(mended!.In(null).Body), StringComparison.Ordinal);
        Assert.NotNull(await GetAsync(cache, "party=LA"));
    }

    [Fact]
    public async Task Is_made_once_for_all_who_ask_at_the_same_time()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        using var gate = new ManualResetEventSlim();
        using var cache = Cache(service, writer => (almanac, variant, today, earlier) =>
        {
            gate.Wait(service.Soon);
            return writer.Write(almanac, variant, today, earlier);
        });
        var asking = Enumerable.Range(0, 1000).Select(_ => GetAsync(cache, "party=JP").AsTask()).ToList();
        Assert.All(asking, question => Assert.False(question.IsCompleted));
        gate.Set();
        Assert.Single((await Task.WhenAll(asking)).Distinct(ReferenceEqualityComparer.Instance));
        Assert.Equal(1, cache.Renders);
    }

    [Fact]
    public async Task Whoever_asks_after_a_change_gets_it_though_an_older_rendering_is_under_way()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        using var gate = new SemaphoreSlim(0);
        using var began = new SemaphoreSlim(0);
        using var cache = Cache(service, writer => (almanac, variant, today, earlier) =>
        {
            began.Release();
            gate.Wait(service.Soon);
            return writer.Write(almanac, variant, today, earlier);
        });
        var older = GetAsync(cache, "party=JP").AsTask();
        await began.WaitAsync(service.Soon);
        (await service.PostAsync($"/v1/facts/{FactId.OfKey("small/ties/JP")}/title", """{"title":{"vi":"Khác","en":"Other"},"reason":"better"}""")).Is(201);
        var newer = GetAsync(cache, "party=JP").AsTask();
        gate.Release(2);

        Assert.DoesNotContain("Khác", Text(await older), StringComparison.Ordinal);
        Assert.Contains("Khác", Text(await newer), StringComparison.Ordinal);
        Assert.Equal(2, cache.Renders);

        static string Text(RenderedFeed? feed) => System.Text.Encoding.UTF8.GetString(feed!.In(null).Body);
    }

    [Fact]
    public async Task Gives_way_to_those_that_are_used_more()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        using var cache = Cache(service, writer => (almanac, variant, today, earlier) => new WrittenFeed(new byte[9_000], []), capacity: 100_000);
        var often = await GetAsync(cache, "ahead=1");
        var once = await GetAsync(cache, "ahead=2");
        foreach (var other in Enumerable.Range(3, 10).SelectMany(ahead => new[] { $"ahead={ahead}&lang=en", $"ahead={ahead}&detail=full" }))
        {
            await GetAsync(cache, other);
            Assert.Same(often, await GetAsync(cache, "ahead=1"));
        }

        var renders = cache.Renders;
        Assert.NotSame(once, await GetAsync(cache, "ahead=2"));
        Assert.Equal(renders + 1, cache.Renders);
    }

    [Fact]
    public async Task Is_not_made_for_those_who_have_gone()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        using var gate = new SemaphoreSlim(0);
        using var began = new SemaphoreSlim(0);
        using var cache = Cache(service, Blocked(service, began, gate, ""));
        var first = GetAsync(cache, "party=JP").AsTask();
        await began.WaitAsync(service.Soon);

        using var gone = new CancellationTokenSource();
        var abandoned = Enumerable.Range(1, 100).Select(hours => GetAsync(cache, $"alarm=PT{hours}H", gone.Token).AsTask()).ToList();
        await gone.CancelAsync();
        foreach (var question in abandoned)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question);
        }

        // Whoever comes behind them waits for one rendering and not for a hundred.
        var last = GetAsync(cache, "party=LA").AsTask();
        gate.Release(200);
        Assert.NotNull(await first);
        Assert.NotNull(await last);
        Assert.Equal(2, cache.Renders);
    }

    [Fact]
    public async Task Waits_in_a_queue_that_has_an_end_unless_it_is_somebodys_own_link()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        using var gate = new SemaphoreSlim(0);
        using var began = new SemaphoreSlim(0);
        using var cache = Cache(service, Blocked(service, began, gate, "alarm"), mostNew: 3);
        var known = await GetAsync(cache, "party=JP");
        var waiting = Enumerable.Range(1, 3).Select(hours => GetAsync(cache, $"alarm=PT{hours}H").AsTask()).ToList();
        await began.WaitAsync(service.Soon);

        await Assert.ThrowsAsync<FeedsBusyException>(async () => await GetAsync(cache, "alarm=PT4H"));
        Assert.Same(known, await GetAsync(cache, "party=JP"));
        var own = FeedVariant.Read(new QueryReader(new DefaultHttpContext { Request = { QueryString = new("?party=LA") } }.Request), null) with { IsPrivate = true };
        Assert.NotNull(await cache.GetAsync(own, own.Name, service.Soon));
        gate.Release(200);
        Assert.DoesNotContain(null, await Task.WhenAll(waiting));
        Assert.NotNull(await GetAsync(cache, "alarm=PT4H"));
    }

    [Fact]
    public async Task Leaves_subscribers_what_they_had_while_its_turn_does_not_come()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        using var gate = new SemaphoreSlim(0);
        using var began = new SemaphoreSlim(0);
        using var cache = Cache(service, Blocked(service, began, gate, "detail"));
        var known = await GetAsync(cache, "party=JP");

        // Links are rendered beside the newcomers: together they take every turn.
        var blocked = Enumerable.Range(1, Math.Max(2, Environment.ProcessorCount)).Select(ahead =>
        {
            var own = FeedVariant.Read(new QueryReader(new DefaultHttpContext { Request = { QueryString = new($"?detail=full&ahead={ahead}") } }.Request), null) with { IsPrivate = true };
            return cache.GetAsync(own, own.Name, service.Soon).AsTask();
        }).ToList();
        foreach (var _ in blocked)
        {
            await began.WaitAsync(service.Soon);
        }

        (await service.PostAsync($"/v1/facts/{FactId.OfKey("small/ties/JP")}/title", """{"title":{"vi":"Khác","en":"Other"},"reason":"better"}""")).Is(201);
        Assert.Same(known, await GetAsync(cache, "party=JP"));
        gate.Release(200);
        Assert.DoesNotContain(null, await Task.WhenAll(blocked));
        Assert.Contains("Khác", System.Text.Encoding.UTF8.GetString((await GetAsync(cache, "party=JP"))!.In(null).Body), StringComparison.Ordinal);
    }

    // Renders variants that hold something in their name only when the gate lets them.
    private static Func<FeedWriter, Func<Calendar.Almanacs.Almanac, FeedVariant, LocalDate, WrittenFeed?, WrittenFeed?>> Blocked(
        CalendarService service, SemaphoreSlim began, SemaphoreSlim gate, string which) => writer => (almanac, variant, today, earlier) =>
        {
            if (variant.Name.Contains(which, StringComparison.Ordinal))
            {
                began.Release();
                gate.Wait(service.Soon);
            }

            return writer.Write(almanac, variant, today, earlier);
        };

    private static FeedCache Cache(
        CalendarService service, Func<FeedWriter, Func<Calendar.Almanacs.Almanac, FeedVariant, LocalDate, WrittenFeed?, WrittenFeed?>> render, long capacity = 128 << 20, int mostNew = 128)
    {
        var services = service.Services;
        var writer = services.GetRequiredService<FeedWriter>();
        return new FeedCache(
            services.GetRequiredService<AlmanacFollower>(), services.GetRequiredService<CivilClock>(), writer, services.GetRequiredService<Settings>(), NullLogger<FeedCache>.Instance)
        {
            Render = render(writer),
            Capacity = capacity,
            MostNew = mostNew,
        };
    }

    private static ValueTask<RenderedFeed?> GetAsync(FeedCache cache, string query, CancellationToken ct = default) => cache.GetAsync(
        new DefaultHttpContext { Request = { Path = FeedVariant.Path, QueryString = new("?" + query) } }.Request, null, ct);
}
