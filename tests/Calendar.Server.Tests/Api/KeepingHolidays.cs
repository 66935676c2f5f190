using System.Text.Json;

namespace Calendar.Server.Tests.Api;

/// <summary>Holidays over HTTP: the rule's, those that are announced, and what anniversaries collide with.</summary>
public sealed class KeepingHolidays : IAsyncLifetime
{
    private const string Path = "/v1/holidays";
    private const string Source = """{"citation":"Thông báo của Bộ Nội vụ","confidence":"confirmed"}""";

    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.SmallLog);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Tet_of_2030_is_answered_octet_for_octet()
    {
        var answer = (await _service.GetAsync($"{Path}?from=2030-01-31&to=2030-02-08")).Is(200);

        Assert.Equal("application/json; charset=utf-8", answer["Content-Type"]);
        Golden.Is(CalendarService.FileBeside("Golden/tet-2030.json"), answer.Body);
    }

    [Fact]
    public async Task Without_days_the_list_begins_today_and_covers_12_months_of_the_home_party()
    {
        var items = (await _service.GetAsync(Path)).Is(200).Items;

        Assert.Equal(items.Select(Day), (await _service.GetAsync($"{Path}?party=VN&from=2026-12-01&to=2027-12-01&limit=500")).Items.Select(Day));
        Assert.All(items, item => Assert.Equal("VN", item.GetProperty("party").GetString()));
        Assert.Equal("2027-01-01 holiday", Day(items[0]));
    }

    [Fact]
    public async Task National_days_of_parties_are_there_as_a_kind_of_their_own()
    {
        (await _service.PostAsync("/v1/parties/JP/national_day", $$"""{"day":"--02-22","name":{"vi":"Ngày thử","en":"Test Day"},"source":{{Source}}}""")).Is(201);
        var items = (await _service.GetAsync($"{Path}?party=JP&from=2027-02-22&to=2027-02-23")).Items;

        var day = Assert.Single(items);
        Assert.Equal(("national_day", "fixed", "Test Day"), (Member(day, "kind"), Member(day, "status"), day.GetProperty("name").GetProperty("en").GetString()));
        Assert.False(day.TryGetProperty("lunar", out _));
    }

    [Fact]
    public async Task A_table_holds_what_the_list_holds()
    {
        var items = (await _service.GetAsync($"{Path}?from=2027-01-01&to=2028-01-01")).Items;
        var table = (await _service.GetAsync($"{Path}?from=2027-01-01&to=2028-01-01", ("Accept", "text/csv"))).Is(200);
        var lines = table.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/csv; charset=utf-8", table["Content-Type"]);
        Assert.Equal("\uFEFFparty,date,kind,occasion,name_vi,name_en,status,lunar,source", lines[0]);
        Assert.Equal(items.Select(Day), lines[1..].Select(line => string.Join(' ', line.Split(',')[1..3])));
        Assert.Contains(lines, line => line.Contains("2027-02-06,holiday,tet,", StringComparison.Ordinal) && line.Contains(",2027-01-01,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_hold_the_whole_list_once()
    {
        var whole = (await _service.GetAsync($"{Path}?party=VN,JP&from=2026-01-01&to=2036-01-01&limit=500&count=true")).Is(200);
        var read = new List<string>();
        for (var next = $"{Path}?party=VN,JP&from=2026-01-01&to=2036-01-01&limit=7"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            read.AddRange(page.Items.Select(Day));
            next = page.Next;
        }

        Assert.Equal(whole.Items.Select(Day), read);
        Assert.Equal(read.Count, whole.Json.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task What_is_announced_wins_until_it_is_withdrawn()
    {
        var before = await TetAsync();
        var announced = (await _service.PostAsync(Path, Announcement("2027-02-04"))).Is(201);
        Assert.Equal("/v1/holidays?party=VN&from=2027-02-04&to=2027-02-05", announced["Location"]);
        Assert.StartsWith("\"v1-", announced.ETag, StringComparison.Ordinal);
        Assert.Equal("announced", Member(announced.Items.Single(), "status"));
        Assert.Equal(announced.Items.Select(Day), (await _service.GetAsync(announced["Location"]!)).Items.Select(Day));
        Assert.Equal(["2027-02-04 announced"], await TetAsync());

        (await _service.PostAsync(Path, Announcement("2027-02-04"))).Is(200);
        var withdrawn = (await _service.PostAsync($"{Path}/withdrawal", """{"party":"VN","date":"2027-02-04","reason":"Ghi nhầm"}""")).Is(201);
        Assert.Empty(withdrawn.Items);
        Assert.Equal(before, await TetAsync());
        (await _service.PostAsync($"{Path}/withdrawal", """{"party":"VN","date":"2027-02-04","reason":"Ghi nhầm"}""")).Is(200);
        Assert.Equal(2, await _service.QueryAsync<long>("select count(*) from calendar.mt_events where stream_id = 'holidays'"));
    }

    [Fact]
    public async Task No_feed_changes()
    {
        var before = await _service.GetAsync("/feeds/anniversaries.ics");
        (await _service.PostAsync(Path, Announcement("2027-02-04"))).Is(201);

        Assert.Equal(before.ETag, (await _service.GetAsync("/feeds/anniversaries.ics")).ETag);
    }

    [Fact]
    public async Task Anniversaries_tell_what_they_collide_with_and_propose_other_days()
    {
        (await _service.PutAsync("/v1/parties/CZ", """{"kind":"state","name":{"vi":"Séc","en":"Czechia"}}""")).Is(201);
        (await _service.PostAsync("/v1/relationships/CZ~VN/facts", $$"""{"kind":"ties_established","on":"1950-02-02","source":{{Source}}}""")).Is(201);
        var item = (await _service.GetAsync("/v1/anniversaries?year=2030&party=CZ")).Items.Single();
        var warnings = item.GetProperty("warnings").EnumerateArray().ToList();

        Assert.Equal(["tet", "holiday", "weekend"], warnings.Select(warning => Member(warning, "code")));
        Assert.All(warnings, warning => Assert.Equal("2030-02-02", Member(warning, "date")));
        Assert.All(warnings, warning => Assert.Equal(["2030-01-30", "2030-01-29", "2030-01-28"], warning.GetProperty("proposed").EnumerateArray().Select(day => day.GetString())));
        Assert.Equal("Falls on a Saturday", warnings[2].GetProperty("title").GetProperty("en").GetString());

        var self = item.GetProperty("links").GetProperty("self").GetString()!;
        Assert.Equal(item.GetProperty("warnings").ToString(), (await _service.GetAsync(self)).Json.GetProperty("warnings").ToString());
        Assert.Equal(item.GetProperty("warnings").ToString(), (await _service.GetAsync(self + "/explanation")).Json.GetProperty("anniversary").GetProperty("warnings").ToString());
    }

    [Theory]
    [InlineData("party=XX", "party", "unknown-value")]
    [InlineData("party=vn", "party", "unknown-value")]
    [InlineData("from=2027-02-01&to=2027-02-01", "to", "reversed-range")]
    [InlineData("from=2027-02-02&to=2027-02-01", "to", "reversed-range")]
    [InlineData("from=2027-01-01&to=2127-01-02", "to", "range-too-long")]
    [InlineData("from=2027", "from", "impossible-date")]
    [InlineData("to=2027-02-30", "to", "impossible-date")]
    [InlineData("limit=501", "limit", "out-of-range")]
    [InlineData("cursor=abc", "cursor", "wrong-cursor")]
    [InlineData("year=2027", "year", "unknown-parameter")]
    public async Task A_question_that_cannot_be_meant_is_refused(string query, string parameter, string code) =>
        (await _service.GetAsync($"{Path}?{query}")).IsProblem(422, "bad-query").Names(parameter, code);

    [Theory]
    [InlineData("1900-01-01", "1901-01-01", true)]
    [InlineData("2150-01-01", "2151-01-01", false)]
    [InlineData("9999-01-01", "9999-12-31", false)]
    [InlineData("0001-01-01", "0002-01-01", true)]
    public async Task Years_that_nobody_has_computed_have_no_lunar_holidays(string from, string to, bool lawless)
    {
        var items = (await _service.GetAsync($"{Path}?from={from}&to={to}")).Is(200).Items.Where(item => Member(item, "kind") is "holiday").ToList();

        Assert.DoesNotContain(items, item => item.TryGetProperty("lunar", out _));
        Assert.Equal(lawless, items.Count == 0);
    }

    [Fact]
    public async Task Who_may_not_write_announces_nothing()
    {
        var body = Announcement("2027-02-04");
        (await _service.SendAsync("POST", Path, CalendarService.Json(body))).IsProblem(401, "unauthenticated");
        (await _service.SendAsync("POST", Path, CalendarService.Json(body), CalendarService.Bearer(await _service.TokenAsync("planner")))).IsProblem(403, "not-permitted");
        (await _service.SendAsync("POST", Path, CalendarService.Json(body), CalendarService.Bearer(await _service.TokenAsync("historian")))).Is(201);
    }

    [Fact]
    public async Task A_wrong_announcement_says_what_is_wrong()
    {
        (await _service.PostAsync(Path, Announcement("2027-02"))).IsProblem(422, "impossible-date").Names("/date", "impossible-date");
        (await _service.PostAsync(Path, Announcement("2027-02-04").Replace("VN", "XX", StringComparison.Ordinal))).IsProblem(404, "unknown-party").Names("/party", "unknown-party");
        (await _service.PostAsync(Path, Announcement("2027-02-04").Replace("announced", "fixed", StringComparison.Ordinal))).IsProblem(422, "unknown-value").Names("/status", "unknown-value");
        (await _service.PostAsync($"{Path}/withdrawal", """{"party":"VN","date":"2027-04-30","reason":"x"}""")).IsProblem(404, "unknown-holiday").Names("/date", "unknown-holiday");
    }

    private static string Announcement(string date) =>
        $$"""{"party":"VN","date":"{{date}}","occasion":"tet","name":{"vi":"Tết Đinh Mùi","en":"Tết 2027"},"status":"announced","source":{{Source}}}""";

    private static string Day(JsonElement item) => $"{Member(item, "date")} {Member(item, "kind")}";

    private static string Member(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private async Task<List<string>> TetAsync() => [.. (await _service.GetAsync($"{Path}?from=2027-01-15&to=2027-03-01")).Items
        .Where(item => item.TryGetProperty("occasion", out var occasion) && occasion.GetString() is "tet")
        .Select(item => $"{Member(item, "date")} {Member(item, "status")}")];
}
