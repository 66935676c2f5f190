using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.AsOf;

/// <summary>A service over a record that was corrected again and again, one event at each noon (UTC) from 1 November 2026.</summary>
public sealed class CorrectedCalendar : IAsyncLifetime
{
    private const string Source = """{"citation":"Archive","confidence":"confirmed"}""";

    private static readonly string _claim = FactId.OfKey("asof/claim").ToString();
    private static readonly string _visit = FactId.OfKey("asof/visit").ToString();

    public static string Ties { get; } = FactId.OfKey("asof/ties").ToString();

    public CalendarService Service { get; private set; } = null!;

    public static async Task<CalendarService> StartAsync() =>
        await CalendarService.StartAsync(await Postgres.NewDatabaseAsync("asof corrected", RecordAsync, CancellationToken.None));

    public async Task InitializeAsync() => Service = await StartAsync();

    public async Task DisposeAsync() => await Service.DisposeAsync();

    private static async Task RecordAsync(string connection)
    {
        await using (var source = Npgsql.NpgsqlDataSource.Create(connection))
        {
            await Calendar.EventStore.Migrator.MigrateAsync(source, [typeof(Calendar.EventStore.EventLog).Assembly, typeof(CalendarApp).Assembly], CancellationToken.None);
        }

        await using var service = await CalendarService.StartAsync(connection);
        (await service.PutAsync("/v1/parties/VN", """{"kind":"state","name":{"vi":"Việt Nam","en":"Viet Nam"}}""")).Is(201);
        (await service.PutAsync("/v1/parties/US", """{"kind":"state","name":{"vi":"Hoa Kỳ","en":"United States"}}""")).Is(201);
        (await service.PostAsync("/v1/relationships/US~VN/facts", $$"""{"fact":"{{Ties}}","kind":"ties_established","on":"1995-07-11","source":{{Source}}}""")).Is(201);
        await SayAsync(Ties, "claims", $$"""{"claim":"{{_claim}}","on":"1995-07-12","source":{{Source}}}""");
        await SayAsync(Ties, "preference", $$"""{"claim":"{{_claim}}","reason":"The day in Viet Nam"}""");
        await SayAsync(Ties, "withdrawal", """{"reason":"A mistake"}""");
        await SayAsync(Ties, "reinstatement", """{"reason":"No mistake"}""");
        (await service.PostAsync("/v1/parties/US/party_renamed", $$"""{"on":"2020-01-01","name":"The States","source":{{Source}}}""")).Is(201);
        (await service.PostAsync("/v1/relationships/US~VN/facts", $$"""{"fact":"{{_visit}}","kind":"milestone_recorded","title":"A visit","on":"2000-11","source":{{Source}}}""")).Is(201);
        await SayAsync(_visit, "title", """{"title":"The visit","reason":"There was one only"}""");
        await SayAsync(_visit, "end", """{"on":"2028","reason":"Forgotten"}""");
        await SayAsync(_visit, "resumption", """{"reason":"Remembered"}""");
        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-11-01T12:00:00Z'::timestamptz + (seq_id - 1) * interval '1 day'");
        await service.ExecuteAsync("delete from calendar.tokens");

        async Task SayAsync(string fact, string what, string json) => (await service.PostAsync($"/v1/facts/{fact}/{what}", json)).Is(201);
    }
}

/// <summary>What is asked between two events is answered as it was known then.</summary>
public sealed class CorrectedRecord(CorrectedCalendar calendar) : IClassFixture<CorrectedCalendar>
{
    private readonly string _ties = CorrectedCalendar.Ties;
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Is_answered_day_by_day_as_it_was_known()
    {
        string[] known =
        [
            /*  1 VN registered  */ "VN | -",
            /*  2 US registered  */ "US VN | -",
            /*  3 ties stated    */ "US VN | 1995-07-11 United States 2030-07-11",
            /*  4 another claim  */ "US VN | 1995-07-11 United States 2030-07-11",
            /*  5 preferred      */ "US VN | 1995-07-12 United States 2030-07-12",
            /*  6 withdrawn      */ "US VN | 1995-07-12 United States -",
            /*  7 reinstated     */ "US VN | 1995-07-12 United States 2030-07-12",
            /*  8 renamed        */ "US VN | 1995-07-12 The States 2030-07-12",
            /*  9 a visit        */ "US VN | 1995-07-12 The States 2030-07-12, A visit 2030-11",
            /* 10 retitled       */ "US VN | 1995-07-12 The States 2030-07-12, The visit 2030-11",
            /* 11 no longer      */ "US VN | 1995-07-12 The States 2030-07-12",
            /* 12 marked again   */ "US VN | 1995-07-12 The States 2030-07-12, The visit 2030-11",
        ];
        for (var day = 1; day <= known.Length; day++)
        {
            foreach (var asOf in new[] { $"2026-11-{day:D2}T12:00:00Z", $"2026-11-{day:D2}", $"2026-11-{day:D2}T19:00:00%2B07:00", $"2026-11-{day:D2}T19:00:00+07:00", $"2026-11-{day + 1:D2}T11:59:59.999999Z" })
            {
                Assert.Equal((day, asOf, known[day - 1]), (day, asOf, await KnownAsync(asOf, day)));
            }
        }

        Assert.Equal(known[^1], await KnownAsync(null, 0));
    }

    [Fact]
    public async Task Names_the_pinned_number_in_header_and_body_and_positions_nowhere()
    {
        foreach (var path in Paths())
        {
            var answer = (await _service.GetAsync($"{path}?asOf=2026-11-09T19:00:00%2B07:00")).Is(200);
            Assert.Equal("9", answer["Calendar-Number"]);
            Assert.Equal("""{"at":"2026-11-09T12:00:00Z","number":9}""", answer.Json.GetProperty("asOf").GetRawText());

            var now = (await _service.GetAsync(path)).Is(200);
            Assert.Null(now["Calendar-Number"]);
            Assert.False(now.Json.TryGetProperty("asOf", out _));
        }
    }

    [Fact]
    public async Task Is_paged_at_one_instant()
    {
        foreach (var path in new[] { "/v1/anniversaries?asOf=2026-11-09&limit=1", "/v1/parties?asOf=2026-11-09&limit=1" })
        {
            var whole = (await _service.GetAsync(path.Replace("limit=1", "limit=500", StringComparison.Ordinal))).Is(200);
            var (items, pages) = (new List<string>(), 0);
            for (var next = path; next is not null; pages++)
            {
                var page = (await _service.GetAsync(next)).Is(200);
                items.AddRange(page.Items.Select(item => item.GetRawText()));
                next = page.Next;
                Assert.Contains("asOf=2026-11-09", next ?? path, StringComparison.Ordinal);
            }

            Assert.True(pages > 1);
            Assert.Equal(whole.Items.Select(item => item.GetRawText()), items);

            var cursor = (await _service.GetAsync(path)).Next!;
            (await _service.GetAsync(cursor.Replace("asOf=2026-11-09", "asOf=2026-11-10", StringComparison.Ordinal))).IsProblem(422, "bad-query").Names("cursor", "wrong-cursor");
        }
    }

    [Fact]
    public async Task Begins_its_lists_on_the_day_it_is_asked_for()
    {
        var clock = (await _service.GetAsync("/v1/anniversaries?asOf=2026-11-12T16:59:59Z")).Is(200).Text;
        Assert.Equal(clock.Replace("T16:59:59Z", "T12:00:00Z", StringComparison.Ordinal), (await _service.GetAsync("/v1/anniversaries?asOf=2026-11-12T12:00:00Z")).Text);
        var said = (await _service.GetAsync("/v1/anniversaries?asOf=2026-11-12T12:00:00Z&from=2026-11-12&to=2028-11-12")).Text;
        Assert.Equal(said, (await _service.GetAsync("/v1/anniversaries?asOf=2026-11-12T12:00:00Z")).Text);

        // 17:00 in Greenwich is the next day in Ha Noi.
        var next = (await _service.GetAsync("/v1/anniversaries?asOf=2026-11-12T17:00:00Z&from=2026-11-13&to=2028-11-13")).Text;
        Assert.Equal(next, (await _service.GetAsync("/v1/anniversaries?asOf=2026-11-12T17:00:00Z")).Text);
    }

    [Fact]
    public async Task Gives_tags_that_change_nothing_newer()
    {
        var then = (await _service.GetAsync($"/v1/facts/{_ties}?asOf=2026-11-05")).Is(200);
        (await _service.GetAsync($"/v1/facts/{_ties}?asOf=2026-11-05", ("If-None-Match", then.ETag))).Is(304);
        (await _service.PostAsync($"/v1/facts/{_ties}/withdrawal", """{"reason":"r"}""", ("If-Match", then.ETag))).IsProblem(412, "stale");
    }

    [Fact]
    public async Task Explains_itself_on_a_page_as_it_was()
    {
        var page = System.Net.WebUtility.HtmlDecode((await _service.GetAsync($"/v1/anniversaries/{_ties}/35/explanation?lang=en&asOf=2026-11-06", ("Accept", "text/html"))).Is(200).Text);
        Assert.Contains("no longer in the calendar", page, StringComparison.Ordinal);
        Assert.Contains("As recorded by 23:59 on 6 November 2026", page, StringComparison.Ordinal);
        (await _service.GetAsync($"/v1/anniversaries/{_ties}/35/explanation?asOf=2026-11-02")).IsProblem(404, "not-found");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public async Task Explains_itself_octet_for_octet_as_it_was(int day) => Golden.Is(
        CalendarService.FileBeside($"Golden/explanation-{day}.json"),
        (await _service.GetAsync($"/v1/anniversaries/{_ties}/35/explanation?asOf=2026-11-{day:D2}")).Is(200).Body);

    [Theory]
    [InlineData("2026-11-01T11:59:59Z", "before-the-record")]
    [InlineData("1066-10-14", "before-the-record")]
    [InlineData("-0044-03-15T12:00:00Z", "before-the-record")]
    [InlineData("2026-12-01T03:00:01Z", "in-the-future")]
    [InlineData("2026-12-01", "in-the-future")]
    [InlineData("9999-12-30", "in-the-future")]
    [InlineData("9999-12-31", "not-an-instant")]
    [InlineData("now", "not-an-instant")]
    [InlineData("2026-11", "not-an-instant")]
    [InlineData("2026-11-31", "not-an-instant")]
    [InlineData("2026-11-09T12:00:00", "not-an-instant")]
    [InlineData("2026-11-09T25:00:00Z", "not-an-instant")]
    [InlineData("2026-11-09T12:00:00%2B99:00", "not-an-instant")]
    [InlineData("9999-12-31T23:59:59-18:00", "not-an-instant")]
    [InlineData("-9998-01-01T00:00:00%2B18:00", "not-an-instant")]
    [InlineData("-9998-01-01", "before-the-record")]
    [InlineData("17", "not-an-instant")]
    public async Task Refuses_what_it_was_not_yet_or_cannot_be(string asOf, string code)
    {
        foreach (var path in Paths())
        {
            (await _service.GetAsync($"{path}?asOf={asOf}")).IsProblem(422, "bad-query").Names("asOf", code);
        }
    }

    [Fact]
    public async Task Refuses_what_else_is_wrong_at_the_same_time() =>
        (await _service.GetAsync("/v1/anniversaries?asOf=then&tier=best&as_of=2026-11-01")).IsProblem(422, "bad-query")
            .Names("asOf", "not-an-instant").Names("tier", "unknown-value").Names("as_of", "unknown-parameter");

    [Fact]
    public async Task Is_the_newest_almanac_when_nothing_came_later()
    {
        await using var service = await CorrectedCalendar.StartAsync();
        var (past, follower) = (service.Services.GetRequiredService<Calendar.Server.AsOf.PastAlmanacs>(), service.Services.GetRequiredService<AlmanacFollower>());
        Assert.Equal(12, (await service.GetAsync("/v1/parties?asOf=2026-11-30")).Is(200).Json.GetProperty("asOf").GetProperty("number").GetInt64());
        Assert.Equal(0, past.Built);
        Assert.Equal(12, follower.Current.PublicNumber);
    }

    private string[] Paths() =>
    [
        "/v1/parties", "/v1/parties/VN", "/v1/relationships", "/v1/relationships/US~VN", "/v1/relationships/US~VN/history", $"/v1/facts/{_ties}",
        "/v1/anniversaries", $"/v1/anniversaries/{_ties}/35", $"/v1/anniversaries/{_ties}/35/explanation",
    ];

    // Parties | established, partner's name, anniversaries of 2030.
    private async Task<string> KnownAsync(string? asOf, int number)
    {
        var at = asOf is null ? "" : "&asOf=" + asOf;
        var parties = (await _service.GetAsync("/v1/parties?limit=10" + at)).Is(200);
        Assert.Equal(number > 0 ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : null, parties["Calendar-Number"]);
        var fact = await _service.GetAsync($"/v1/facts/{_ties}?{at.TrimStart('&')}");
        if (number is 1 or 2)
        {
            fact.IsProblem(404, "not-found");
            (await _service.GetAsync("/v1/relationships/US~VN?" + at.TrimStart('&'))).IsProblem(404, "not-found");
            return $"{Codes(parties)} | -";
        }

        var on = fact.Is(200).Json.GetProperty("on").GetString();
        var relationship = (await _service.GetAsync("/v1/relationships/US~VN?" + at.TrimStart('&'))).Is(200).Json;
        Assert.Equal(fact.Json.TryGetProperty("withdrawn", out _) ? null : on, relationship.TryGetProperty("established", out var established) ? established.GetString() : null);
        var name = (await _service.GetAsync("/v1/parties/US?" + at.TrimStart('&'))).Is(200).Json.GetProperty("name").GetProperty("en").GetString();
        var coming = (await _service.GetAsync("/v1/anniversaries?year=2030" + at)).Is(200).Items
            .Select(item => (item.GetProperty("kind").GetString() is "ties_established" ? "" : item.GetProperty("factTitle").GetProperty("en").GetString() + " ") + item.GetProperty("date").GetString());
        return $"{Codes(parties)} | {on} {name} {string.Join(", ", coming.DefaultIfEmpty("-"))}";

        static string Codes(Reply parties) => string.Join(' ', parties.Items.Select(item => item.GetProperty("party").GetString()));
    }
}
