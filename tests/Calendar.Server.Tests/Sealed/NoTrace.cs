using Calendar.Facts;
using Calendar.Relationships;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Calendar.Server.Tests.Sealed;

/// <summary>Two logs that hold the same public events, and one of them facts under embargo in between: nobody can tell which.</summary>
public sealed class NoTrace
{
    private static readonly Instant _start = Instant.FromUtc(2026, 11, 23, 0, 0);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Is_in_any_answer_of_the_service_that_sealed(bool withdrawn)
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var token = CalendarService.Bearer(await service.TokenAsync("planner"));
        var (before, asPlanner) = (await service.AnswersAsync(Embargo.Addresses()), await service.AnswersAsync(Embargo.Addresses(), token));

        await service.SealAsync();
        if (withdrawn)
        {
            foreach (var fact in Embargo.Facts)
            {
                (await service.PostAsync($"/v1/facts/{fact}/withdrawal", """{"reason":"Agreed otherwise"}""")).Is(201);
            }

            await service.ReleaseAsync();
            service.Clock.Set(FixedClock.Start);
        }

        Assert.Equal(before, await service.AnswersAsync(Embargo.Addresses()));
        Assert.Equal(asPlanner, await service.AnswersAsync(Embargo.Addresses(), token));
        Assert.Equal(Embargo.Facts.Count, (await service.GetAsync("/v1/sealed", CalendarService.Bearer(service.Admin!))).Is(200).Items.Count);
    }

    [Fact]
    public async Task Is_in_any_answer_of_the_record_as_it_was()
    {
        await using var plain = await MadeAsync(sealing: false);
        await using var secret = await MadeAsync(sealing: true);
        Assert.Equal(await plain.CountAsync() + Embargo.Facts.Count + 2, await secret.CountAsync());

        // Before the first event, at each event, and before and after what was sealed in between.
        var instants = Enumerable.Range(-1, 12).SelectMany(minute => new[] { 0, 20, 50 }.Select(seconds => _start + Duration.FromMinutes(minute) + Duration.FromSeconds(seconds)));
        string[] asked = ["/v1/parties?count=true&asOf=", "/v1/relationships/JP~VN?asOf=", "/v1/relationships/JP~VN/history?asOf=", "/v1/anniversaries?year=2036&count=true&asOf=", "/v1/rules?asOf="];
        IReadOnlyList<string> addresses = [.. Embargo.Addresses(), .. instants.SelectMany(at => asked.Select(path => path + at))];

        var wanted = await plain.AnswersAsync(addresses);
        Assert.Contains(wanted, answer => answer.Contains("before-the-record", StringComparison.Ordinal));
        Assert.Equal(wanted, await secret.AnswersAsync(addresses));
        Assert.Equal(Built(plain), Built(secret));
    }

    [Fact]
    public async Task Is_in_a_log_that_holds_nothing_else()
    {
        await using var empty = await CalendarService.StartAsync(Holding.Nothing);
        await using var secret = await CalendarService.StartAsync(Holding.Nothing);
        await secret.AppendAsync(Stream, Hidden);

        var wanted = await empty.AnswersAsync(Embargo.Addresses());
        Assert.Contains(wanted, answer => answer.Contains("nothing-recorded", StringComparison.Ordinal));
        Assert.Equal(wanted, await secret.AnswersAsync(Embargo.Addresses()));
    }

    [Fact]
    public async Task Is_in_what_anybody_may_ask_of_a_long_log()
    {
        await using var plain = await MadeAsync(sealing: false, asOfEvents: 5);
        await using var secret = await MadeAsync(sealing: true, asOfEvents: 5);
        foreach (var (minute, status) in new[] { (4, 200), (5, 401) })
        {
            var address = $"/v1/parties?asOf={_start + Duration.FromMinutes(minute) + Duration.FromSeconds(50)}";
            Assert.Equal(status, (await plain.GetAsync(address)).Status);
            Assert.Equal(await plain.AnswersAsync([address]), await secret.AnswersAsync([address]));
        }
    }

    [Fact]
    public async Task Is_left_of_the_embargo_once_it_is_over()
    {
        await using var plain = await MadeAsync(sealing: false);
        await using var secret = await MadeAsync(sealing: true);
        foreach (var (path, json) in Embargo.Commands)
        {
            (await plain.PostAsync(path, json)).Is(201);
        }

        await secret.ReleaseAsync();
        Assert.All((await secret.GetAsync("/v1/sealed", CalendarService.Bearer(secret.Admin!))).Items, item => Assert.True(item.TryGetProperty("withdrawn", out _)));
        Assert.Equal(0, await secret.QueryAsync<long>("select count(*) from calendar.fact_ids f where f.stream_id like 'sealed-%' and exists (select from calendar.mt_events e where e.data->>'fact' = f.fact::text and e.stream_id not like 'sealed-%')"));

        await using var one = await RestartAsync(plain);
        await using var other = await RestartAsync(secret);
        one.Clock.Set(Embargo.Until);
        other.Clock.Set(Embargo.Until);
        Assert.Equal(await one.AnswersAsync(Embargo.Addresses()), await other.AnswersAsync(Embargo.Addresses()));
    }

    private static string Stream => "sealed-" + Hidden.Fact;

    private static FactSealed Hidden { get; } = new(
        FactId.OfKey("embargo/first"), Embargo.Until, "ties-JP~VN",
        new TiesEstablished(FactId.OfKey("embargo/first"), PartialDate.Parse("1973-09-21"), new Source("Mật", null, Confidence.Confirmed), true, null, null));

    private static int Built(CalendarService service) => service.Services.GetRequiredService<Calendar.Server.AsOf.PastAlmanacs>().Built;

    // The first event of all is a sealed one; others lie between public ones, one of them withdrawn.
    private static async Task<CalendarService> MadeAsync(bool sealing, long asOfEvents = 100_000)
    {
        await using var service = await CalendarService.StartAsync(Holding.Nothing);
        if (sealing)
        {
            await service.AppendAsync(Stream, Hidden);
        }

        var sealings = new Queue<(string Path, string Json)>(sealing ? Embargo.Commands : []);
        foreach (var party in new[] { "VN", "JP", "LA", "AQ", "FR" })
        {
            (await service.PutAsync($"/v1/parties/{party}", $$"""{"kind":"state","name":"Tên {{party}}"}""")).Is(201);
        }

        (await service.PostAsync("/v1/relationships/JP~VN/facts", Json("small/ties/JP", """ "kind":"ties_established","on":"1973-09-21" """))).Is(201);
        (await service.PostAsync("/v1/accords", Json("small/accord", """ "accord":"asean-charter","on":"2007-11-20","title":"Hiến chương","parties":["VN","LA"]"""))).Is(201);
        await NextAsync(3);
        (await service.PostAsync("/v1/relationships/FR~VN/facts", Json("small/milestones/FR/wrong", """ "kind":"milestone_recorded","on":"1989-11-17","title":"Nhầm" """))).Is(201);
        await NextAsync(0);
        (await service.PostAsync($"/v1/facts/{FactId.OfKey("small/milestones/FR/wrong")}/withdrawal", """{"reason":"Not so"}""")).Is(201);
        await NextAsync(5);
        (await service.PostAsync($"/v1/facts/{FactId.OfKey("small/ties/JP")}/title", """{"title":"Quan hệ","reason":"Clearer"}""")).Is(201);
        if (sealing)
        {
            (await service.PostAsync($"/v1/facts/{Hidden.Fact}/withdrawal", """{"reason":"Agreed otherwise"}""")).Is(201);
        }

        return await RestartAsync(service, asOfEvents);

        // What replaces a withdrawn fact comes after its withdrawal.
        async Task NextAsync(int most)
        {
            for (var i = 0; i < most && sealings.TryDequeue(out var next); i++)
            {
                (await service.PostAsync(next.Path, Embargo.Sealed(next.Json, Embargo.Until - Duration.FromSeconds(sealings.Count)))).Is(201);
            }
        }

        static string Json(string key, string members) =>
            $$"""{"fact":"{{FactId.OfKey(key)}}","source":{"citation":"Niên giám","confidence":"confirmed"},{{members}}}""";
    }

    // The same log under timestamps that are ours: one public event a minute, what is sealed half a minute after it.
    private static async Task<CalendarService> RestartAsync(CalendarService service, long asOfEvents = 100_000)
    {
        await service.ExecuteAsync($"""
            update calendar.mt_events e set timestamp = '{_start}'::timestamptz + n.before * interval '1 minute' - interval '1 minute' * (not n.hidden)::int - interval '30 seconds' * n.hidden::int
            from (select seq_id, stream_id like 'sealed-%' as hidden, count(*) filter (where stream_id not like 'sealed-%') over (order by seq_id) as before from calendar.mt_events) n
            where n.seq_id = e.seq_id
            """);
        await service.ExecuteAsync("delete from calendar.tokens");
        return await CalendarService.StartAsync(service.Connection, asOfEvents: asOfEvents);
    }
}
