using Calendar.EventStore;
using Calendar.Server.Sealed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Calendar.Server.Tests.Sealed;

/// <summary>A statement of Viet Nam and Japan is agreed and to be published on 31 December 2026.</summary>
public sealed class Sealing : IAsyncLifetime
{
    private readonly string _fact = Embargo.Statement.ToString();
    private CalendarService _service = null!;
    private (string, string) _admin;

    private static string Statement => Embargo.Commands[0].Json;

    private static string Path => Embargo.Commands[0].Path;

    private string Address => "/v1/sealed/" + _fact;

    public async Task InitializeAsync()
    {
        _service = await CalendarService.StartAsync(Holding.SmallLog);
        _admin = CalendarService.Bearer(_service.Admin!);
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Answers_with_the_fact_as_it_will_be_and_when()
    {
        var made = (await SealAsync()).Is(201);

        Assert.Equal((Address, "private, no-store"), (made["Location"], made["Cache-Control"]));
        Assert.Equal("2026-12-31T03:00:00Z", made.Json.GetProperty("sealedUntil").GetString());
        var fact = made.Json.GetProperty("fact");
        Assert.Equal((_fact, "2026-11-30"), (fact.GetProperty("fact").GetString(), fact.GetProperty("on").GetString()));
        Assert.Equal(Address, fact.GetProperty("links").GetProperty("self").GetString());

        var shown = (await _service.GetAsync(Address, _admin)).Is(200);
        Assert.Equal((made.Text, made.ETag), (shown.Text, shown.ETag));
        Assert.Equal(shown.Text, Assert.Single((await _service.GetAsync("/v1/sealed", _admin)).Is(200).Items).GetRawText());
    }

    [Fact]
    public async Task Is_shown_to_historians_and_nobody_else()
    {
        (await SealAsync()).Is(201);
        foreach (var path in new[] { "/v1/sealed", Address, "/v1/sealed/" + Guid.NewGuid() })
        {
            (await _service.GetAsync(path)).IsProblem(401, "unauthenticated");
            Assert.Equal(403, (await _service.GetAsync(path, CalendarService.Bearer(await _service.TokenAsync("planner")))).Status);
            Assert.Equal(403, (await _service.GetAsync(path, CalendarService.Bearer(await _service.TokenAsync("association")))).Status);
        }

        (await _service.GetAsync("/v1/sealed", CalendarService.Bearer(await _service.TokenAsync("historian")))).Is(200);
        (await _service.GetAsync("/v1/sealed/" + Guid.NewGuid(), _admin)).IsProblem(404, "not-found");
        Assert.Equal(404, (await _service.GetAsync("/v1/facts/" + _fact, _admin)).Status);
    }

    [Fact]
    public async Task Takes_the_id_for_whoever_may_record_and_tells_nobody_else()
    {
        (await SealAsync()).Is(201);

        (await _service.PostAsync(Path, Statement)).IsProblem(409, "fact-exists");
        (await _service.PostAsync("/v1/relationships/LA~VN/facts", Statement)).IsProblem(409, "fact-exists");
        (await SealAsync(Embargo.Until + Duration.FromDays(1))).IsProblem(409, "fact-exists");
        (await SealAsync()).Is(200);
        (await _service.SendAsync("POST", Path, CalendarService.Json(Statement))).IsProblem(401, "unauthenticated");
        (await _service.SendAsync("POST", $"/v1/facts/{_fact}/withdrawal", CalendarService.Json("""{"reason":"x"}"""))).IsProblem(401, "unauthenticated");
        Assert.Equal(1, await _service.QueryAsync<long>("select count(*) from calendar.mt_events where stream_id like 'sealed-%'"));
    }

    [Fact]
    public async Task Leaves_only_the_withdrawal_to_be_said()
    {
        (await SealAsync()).Is(201);
        (await _service.PostAsync($"/v1/facts/{_fact}/title", """{"title":"Khác","reason":"Clearer"}""")).IsProblem(409, "fact-sealed");
        (await _service.PostAsync($"/v1/facts/{_fact}/waiver", """{"n":5,"reason":"Not that year"}""")).IsProblem(409, "fact-sealed");

        var withdrawn = (await _service.PostAsync($"/v1/facts/{_fact}/withdrawal", """{"reason":"Agreed otherwise"}""")).Is(201);
        Assert.Equal("Agreed otherwise", withdrawn.Json.GetProperty("withdrawn").GetProperty("en").GetString());
        (await _service.PostAsync($"/v1/facts/{_fact}/withdrawal", """{"reason":"Agreed otherwise"}""")).Is(200);

        await _service.ReleaseAsync();
        Assert.Equal(404, (await _service.GetAsync("/v1/facts/" + _fact)).Status);
        (await _service.GetAsync(Address, _admin)).Is(200);
    }

    [Fact]
    public async Task Until_an_instant_that_is_over_or_is_none_is_refused()
    {
        (await SealAsync(FixedClock.Start)).IsProblem(422, "already-public").Names("/sealedUntil", "already-public");
        (await _service.PostAsync(Path, Statement.Insert(1, "\"sealedUntil\":\"2027-01-31\","))).IsProblem(422, "malformed-instant").Names("/sealedUntil", "malformed-instant");
        (await _service.PostAsync(Path, Statement.Insert(1, "\"sealedUntil\":7,"))).Is(422);
        (await _service.PostAsync($"/v1/facts/{FactId.OfKey("small/ties/JP")}/title", """{"title":"Khác","reason":"Clearer","sealedUntil":"2027-01-31T00:00:00Z"}""")).Is(422);
        Assert.Equal(0, await _service.QueryAsync<long>("select count(*) from calendar.mt_events where stream_id like 'sealed-%'"));
    }

    [Fact]
    public async Task Is_answered_again_under_its_key_before_and_after_the_instant()
    {
        var anonymous = Statement.Replace($"\"fact\":\"{_fact}\",", "", StringComparison.Ordinal);
        var first = (await _service.PostAsync(Path, Embargo.Sealed(anonymous), ("Idempotency-Key", "statement"))).Is(201);
        Assert.Equal(first.Text, (await _service.PostAsync(Path, Embargo.Sealed(anonymous), ("Idempotency-Key", "statement"))).Is(201).Text);
        await _service.ReleaseAsync();

        var later = (await _service.PostAsync(Path, Embargo.Sealed(anonymous), ("Idempotency-Key", "statement"))).Is(201);
        Assert.Equal(first.Json.GetProperty("fact").GetProperty("fact").GetString(), later.Json.GetProperty("fact").GetString());
        Assert.Equal("/v1/facts/" + later.Json.GetProperty("fact").GetString(), later["Location"]);
        (await _service.PostAsync(Path, Embargo.Sealed(anonymous), ("Idempotency-Key", "another"))).IsProblem(422, "already-public");
    }

    [Fact]
    public async Task Is_over_at_its_instant_and_the_fact_is_like_any_other()
    {
        (await SealAsync()).Is(201);
        await _service.ReleaseAsync(Embargo.Until - Duration.Epsilon);
        Assert.Equal(404, (await _service.GetAsync("/v1/facts/" + _fact)).Status);

        await _service.ReleaseAsync();
        await _service.ReleaseAsync();

        var fact = (await _service.GetAsync("/v1/facts/" + _fact)).Is(200);
        Assert.Equal("admin", Assert.Single(fact.Json.GetProperty("record").EnumerateArray()).GetProperty("role").GetString());
        Assert.Empty((await _service.GetAsync("/v1/sealed", _admin)).Items);
        Assert.Equal("ties-JP~VN", await _service.QueryAsync<string>($"select stream_id from calendar.fact_ids where fact = '{_fact}'"));
        Assert.Equal("release", await _service.QueryAsync<string>("select headers->>'actor' from calendar.mt_events order by seq_id desc limit 1"));
        (await _service.PostAsync($"/v1/facts/{_fact}/title", """{"title":"Tuyên bố chung","reason":"Clearer"}""")).Is(201);
        (await SealAsync()).Is(200);
    }

    [Fact]
    public async Task Of_what_has_a_rival_by_then_stays_and_says_why()
    {
        const string ties = """{"kind":"ties_established","on":"2026-11-20","source":{"citation":"Báo Nhân Dân","confidence":"confirmed"}}""";
        var hidden = (await _service.PostAsync("/v1/relationships/AQ~VN/facts", Embargo.Sealed(ties))).Is(201)["Location"]!;
        var rival = (await _service.PostAsync("/v1/relationships/AQ~VN/facts", ties)).Is(201)["Location"]!;
        var refused = (await _service.GetAsync(hidden, _admin)).Json.GetProperty("refused");
        Assert.NotEqual(refused.GetProperty("vi").GetString(), refused.GetProperty("en").GetString());
        var count = await _service.CountAsync();
        await _service.ReleaseAsync();
        await _service.ReleaseAsync();
        Assert.Equal(count, await _service.CountAsync());

        // When what stood in its way is gone, nothing does.
        (await _service.PostAsync(rival + "/withdrawal", """{"reason":"Too early"}""")).Is(201);
        Assert.False((await _service.GetAsync(hidden, _admin)).Json.TryGetProperty("refused", out _));
        await _service.ReleaseAsync();
        Assert.Equal(404, (await _service.GetAsync(hidden, _admin)).Status);
        (await _service.GetAsync(hidden.Replace("sealed", "facts", StringComparison.Ordinal))).Is(200);
    }

    [Fact]
    public async Task And_withdrawing_at_the_same_moment_have_one_outcome()
    {
        for (var i = 0; i < 20; i++)
        {
            var hidden = (await _service.PostAsync(Path, Embargo.Sealed($$"""{"kind":"milestone_recorded","on":"2026-11-30","title":"Số {{i}}","source":{"citation":"Archive","confidence":"confirmed"} }"""))).Is(201)["Location"]!;
            var fact = hidden.Replace("sealed", "facts", StringComparison.Ordinal);
            var withdrawing = _service.PostAsync(fact + "/withdrawal", """{"reason":"Agreed otherwise"}""");
            await Task.WhenAll(_service.ReleaseAsync(), withdrawing);
            (await withdrawing).Is(201);
            _service.Clock.Set(FixedClock.Start);

            // Withdrawn while it was sealed, or first published and then withdrawn: never acknowledged and left standing.
            var (secret, open) = (await _service.GetAsync(hidden, _admin), await _service.GetAsync(fact));
            Assert.Equal((secret.Status, open.Status) is (200, 404), secret.Status == 200);
            Assert.True((secret.Status == 200 ? secret : open).Is(200).Json.TryGetProperty("withdrawn", out _));
        }
    }

    [Fact]
    public async Task Is_noticed_by_an_instance_that_waits()
    {
        var services = _service.Services;
        var round = new ReleaseRound(
            services.GetRequiredService<AlmanacFollower>(), services.GetRequiredService<EventLog>(), services.GetRequiredService<CivilClock>(), NullLogger<ReleaseRound>.Instance);
        Assert.Equal(FixedClock.Start + Duration.FromMinutes(1), round.NextAfter(FixedClock.Start));
        var soon = FixedClock.Start + Duration.FromSeconds(30);
        (await SealAsync(soon)).Is(201);

        Assert.True(await round.WaitAsync(TimeSpan.FromMinutes(1), _service.Soon));
        Assert.Equal(soon, round.NextAfter(FixedClock.Start));
        Assert.Equal(soon + Duration.FromSeconds(2), round.NextAfter(soon));
    }

    private Task<Reply> SealAsync(Instant? until = null) => _service.PostAsync(Path, Embargo.Sealed(Statement, until));
}
