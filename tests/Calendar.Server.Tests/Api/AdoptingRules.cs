namespace Calendar.Server.Tests.Api;

/// <summary>Which years count for Viet Nam, and what others would make of it.</summary>
public sealed class AdoptingRules : IAsyncLifetime
{
    private const string Trial = "/v1/rules/trial?from=2027-01-01&to=2028-01-01";

    private CalendarService _service = null!;

    /// <summary>As Decree 145 has it, and 25 and 75 years as much as 50.</summary>
    private static string Jubilees { get; } = Set("jubilees", "2027-01-01", """{"tier":"round","every":10,"years":[25,75]},{"tier":"half","every":5}""");

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.Vietnam);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task It_begins_with_the_set_of_Decree_145()
    {
        var rules = (await _service.GetAsync("/v1/rules")).Is(200);
        var set = Assert.Single(rules.Items);
        Assert.Equal(("decree-145-2013", true, false), (set.GetProperty("name").GetString(), set.GetProperty("decides").GetBoolean(), set.TryGetProperty("from", out _)));
        Assert.StartsWith("\"v0-", rules.ETag, StringComparison.Ordinal);
        Assert.Equal(304, (await _service.GetAsync("/v1/rules", ("If-None-Match", rules.ETag))).Status);
        (await _service.GetAsync("/v1/rules?set=x")).IsProblem(422, "bad-query").Names("set", "unknown-parameter");
    }

    [Fact]
    public async Task Another_set_decides_from_its_day_on()
    {
        var made = (await _service.PostAsync("/v1/rules", Jubilees)).Is(201);

        Assert.Equal(("/v1/rules", 2), (made["Location"], made.Items.Count));
        Assert.Equal("2027-01-01", made.Items[0].GetProperty("until").GetString());
        Assert.Equal("2027-01-01", made.Items[1].GetProperty("from").GetString());
        Assert.Equal((made.Text, made.ETag), ((await _service.GetAsync("/v1/rules")).Text, (await _service.GetAsync("/v1/rules")).ETag));
        Assert.Equal(["half"], await TiersAsync(2026, 25));
        Assert.Equal(["round"], await TiersAsync(2027, 25));

        // Again it changes nothing; another one from the same day takes its place.
        (await _service.PostAsync("/v1/rules", Jubilees)).Is(200);
        var other = (await _service.PostAsync("/v1/rules", Set("fives", "2027-01-01", """{"tier":"round","every":5}"""))).Is(201);
        Assert.Equal([true, false, true], other.Items.Select(set => set.GetProperty("decides").GetBoolean()));
    }

    [Fact]
    public async Task What_was_known_before_is_decided_by_what_was_adopted_then()
    {
        (await _service.PostAsync("/v1/rules", Jubilees)).Is(201);
        await _service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-11-25T00:00:00Z' where stream_id = 'rules'");
        await using var later = await CalendarService.StartAsync(_service.Connection);

        Assert.Single((await later.GetAsync("/v1/rules?asOf=2026-11-24")).Is(200).Items);
        Assert.Equal(2, (await later.GetAsync("/v1/rules?asOf=2026-11-25")).Is(200).Items.Count);
        var n25 = (await later.GetAsync("/v1/anniversaries?year=2027&limit=500&asOf=2026-11-24")).Items.First(x => x.GetProperty("years").GetInt32() == 25);
        Assert.Equal("half", n25.GetProperty("tier").GetString());
        Assert.Equal("round", (await later.GetAsync($"/v1/anniversaries/{n25.GetProperty("id").GetString()}")).Json.GetProperty("tier").GetString());
    }

    [Fact]
    public async Task If_Match_and_Idempotency_Key_hold_as_for_every_command()
    {
        var seen = (await _service.GetAsync("/v1/rules")).ETag;
        var made = (await _service.PostAsync("/v1/rules", Jubilees, ("If-Match", seen), ("Idempotency-Key", "jubilees"))).Is(201);
        (await _service.PostAsync("/v1/rules", Set("fives", "2028-01-01", """{"tier":"round","every":5}"""), ("If-Match", seen))).IsProblem(412, "stale");
        Assert.Equal(made.Text, (await _service.PostAsync("/v1/rules", Jubilees, ("If-Match", seen), ("Idempotency-Key", "jubilees"))).Is(201).Text);
        (await _service.PostAsync("/v1/rules", Set("fives", "2028-01-01", """{"tier":"round","every":5}"""), ("Idempotency-Key", "jubilees"))).IsProblem(422, "idempotency-key-reused");
        (await _service.PostAsync("/v1/rules", Set("fives", "2028-01-01", """{"tier":"round","every":5}"""), ("If-Match", made.ETag))).Is(201);
    }

    [Fact]
    public async Task A_trial_tells_what_would_come_go_and_change_and_records_nothing()
    {
        var (count, before) = (await _service.CountAsync(), await _service.GetAsync("/v1/rules"));
        var trial = (await TryAsync(Trial + "&limit=500", Jubilees)).Is(200).Json;

        // Every half year of 25 or 75 becomes round, no other changes: counted here from the list.
        var all = new List<string>();
        for (var next = "/v1/anniversaries?year=2027&tier=half&limit=500"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            all.AddRange(page.Items.Where(x => x.GetProperty("years").GetInt32() is 25 or 75).Select(x => x.GetProperty("id").GetString()!));
            next = page.Next;
        }

        var changes = trial.GetProperty("changes").EnumerateArray().ToList();
        Assert.NotEmpty(all);
        Assert.Equal(all.Order(StringComparer.Ordinal), changes.Select(x => x.GetProperty("anniversary").GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(changes, x => Assert.Equal(("half", "round"), (x.GetProperty("anniversary").GetProperty("tier").GetString(), x.GetProperty("tier").GetString())));
        Assert.Equal((0, 0, all.Count), Counts(trial));
        Assert.Equal((count, before.ETag), (await _service.CountAsync(), (await _service.GetAsync("/v1/rules")).ETag));

        // And adopting it does what was told.
        (await _service.PostAsync("/v1/rules", Jubilees)).Is(201);
        Assert.All(await TiersAsync(2027, 25), tier => Assert.Equal("round", tier));
        Assert.Equal((0, 0, 0), Counts((await TryAsync(Trial, Jubilees)).Is(200).Json));
    }

    [Fact]
    public async Task A_trial_tells_of_years_that_come_and_go()
    {
        var trial = (await TryAsync(Trial + "&limit=5&party=JP,LA", Set("sevens", "2027-07-01", """{"tier":"half","every":7}"""))).Is(200).Json;
        var (comes, goes, changes) = Counts(trial);
        Assert.True(comes > 0 && goes > 0);
        Assert.InRange(trial.GetProperty("goes").GetArrayLength(), 1, 5);
        Assert.All(trial.GetProperty("comes").EnumerateArray(), x => Assert.Equal(0, x.GetProperty("years").GetInt32() % 7));
        Assert.All(trial.GetProperty("goes").EnumerateArray(), x => Assert.NotEqual(0, x.GetProperty("years").GetInt32() % 7));
        Assert.All(trial.GetProperty("comes").EnumerateArray().Concat(trial.GetProperty("goes").EnumerateArray()), x => Assert.True(string.CompareOrdinal(x.GetProperty("date").GetString(), "2027-07") >= 0));
        Assert.True(changes >= 0);
    }

    [Theory]
    [InlineData("from=2027-01-01&to=2047-01-02", "to", "range-too-long")]
    [InlineData("from=2027-01-01&to=2027-01-01", "to", "reversed-range")]
    [InlineData("from=9985-01-01&to=9999-12-31", null, null)]
    [InlineData("from=9999-12-30", null, null)]
    [InlineData("from=2027-01-01&to=2047-01-01", null, null)]
    [InlineData("tier=round", "tier", "unknown-parameter")]
    [InlineData("limit=501", "limit", "out-of-range")]
    [InlineData("limit=0", "limit", "out-of-range")]
    [InlineData("party=ZZ", "party", "unknown-value")]
    [InlineData("asOf=2026-11-24", "asOf", "unknown-parameter")]
    public async Task A_trial_is_of_twenty_years_at_most(string query, string? parameter, string? code)
    {
        var answer = await TryAsync("/v1/rules/trial?" + query, Jubilees);
        if (parameter is null)
        {
            answer.Is(200);
        }
        else
        {
            answer.IsProblem(422, "bad-query").Names(parameter, code!);
        }
    }

    [Theory]
    [InlineData("""{"tier":"round","every":10},{"tier":"half","every":10}""", "/lines/1/every", "contradictory-rules")]
    [InlineData("""{"tier":"round","years":[25]},{"tier":"round","every":10},{"tier":"half","years":[15,25]}""", "/lines/2/years", "contradictory-rules")]
    [InlineData("""{"tier":"round","every":10,"kinds":["treaty_signed"]},{"tier":"half","every":10,"kinds":["milestone_recorded","treaty_signed"]}""", "/lines/1/every", "contradictory-rules")]
    [InlineData("""{"tier":"round","every":10,"colour":"red"}""", "/lines/0/colour", "unknown-member")]
    [InlineData("""{"tier":"golden","every":10}""", "/lines/0/tier", "unknown-value")]
    [InlineData("""{"tier":"round","every":0}""", "/lines/0/every", "out-of-range")]
    [InlineData("""{"tier":"round","years":[0]}""", "/lines/0/years/0", "malformed-item")]
    [InlineData("""{"tier":"round","kinds":["national_day"]}""", "/lines/0/kinds/0", "malformed-item")]
    [InlineData("7", "/lines/0", "object-expected")]
    [InlineData("", "/lines", "list-expected")]
    public async Task What_contradicts_itself_or_means_nothing_is_refused_by_both(string lines, string pointer, string code)
    {
        foreach (var path in new[] { "/v1/rules", "/v1/rules/trial" })
        {
            var refused = (await _service.PostAsync(path, Set("wrong", "2027-01-01", lines))).Is(422);
            Assert.Equal("application/problem+json", refused["Content-Type"]);
            refused.Names(pointer, code);
        }
    }

    [Fact]
    public async Task A_thousand_lines_are_too_many_and_as_many_as_a_list_may_hold_are_tried()
    {
        (await TryAsync(Trial, Set("long", "2027-01-01", Lines(1000)))).Is(422).Names("/lines", "list-expected");
        (await TryAsync(Trial, Set("long", "2027-01-01", Lines(100)))).Is(200);
        (await TryAsync(Trial, "not json")).Is(400);
        (await TryAsync(Trial, Jubilees.Insert(1, "\"do\":\"adopt_rules\","))).Is(422).Names("/do", "unknown-member");

        static string Lines(int count) => string.Join(',', Enumerable.Range(1, count).Select(n => $$"""{"tier":"half","years":[{{n}}]}"""));
    }

    [Fact]
    public async Task Adopting_needs_a_token_and_trying_does_not()
    {
        (await _service.SendAsync("POST", "/v1/rules", CalendarService.Json(Jubilees))).IsProblem(401, "unauthenticated");
        (await _service.SendAsync("POST", "/v1/rules", CalendarService.Json(Jubilees), CalendarService.Bearer(await _service.TokenAsync("planner")))).IsProblem(403, "not-permitted");
        (await TryAsync(Trial, Jubilees)).Is(200);
    }

    private static (int Comes, int Goes, int Changes) Counts(System.Text.Json.JsonElement trial)
    {
        var counts = trial.GetProperty("counts");
        return (counts.GetProperty("comes").GetInt32(), counts.GetProperty("goes").GetInt32(), counts.GetProperty("changes").GetInt32());
    }

    private static string Set(string name, string from, string lines) =>
        $$"""{"name":"{{name}}","title":"Quy tắc thử","lines":[{{lines}}],"from":"{{from}}","source":{"citation":"Dự thảo","confidence":"unconfirmed"} }""";

    private Task<Reply> TryAsync(string path, string json) => _service.SendAsync("POST", path, CalendarService.Json(json));

    private async Task<IEnumerable<string>> TiersAsync(int year, int n) =>
        [.. (await _service.GetAsync($"/v1/anniversaries?year={year}&limit=500&tier=round,half")).Is(200).Items.Where(x => x.GetProperty("years").GetInt32() == n).Select(x => x.GetProperty("tier").GetString()!).Distinct()];
}
