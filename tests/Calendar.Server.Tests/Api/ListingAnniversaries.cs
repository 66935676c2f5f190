using System.Text.Json;

namespace Calendar.Server.Tests.Api;

/// <summary>The planners' main query, on the facts of Viet Nam.</summary>
public sealed class ListingAnniversaries(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private const string Path = "/v1/anniversaries";

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Japans_sixtieth_year_is_answered_octet_for_octet()
    {
        var answer = (await _service.GetAsync($"{Path}?year=2033&party=JP&kind=ties_established")).Is(200);
        Assert.Equal("application/json; charset=utf-8", answer["Content-Type"]);
        Golden.Is(CalendarService.FileBeside("Golden/japan-2033.json"), answer.Body);

        var item = Assert.Single(answer.Items);
        Assert.Equal($"{FactId.OfKey("vietnam/ties/JP")}/60", item.GetProperty("id").GetString());
        Assert.Equal("60 năm thiết lập quan hệ Việt Nam – Nhật Bản", item.GetProperty("title").GetProperty("vi").GetString());
    }

    [Theory]
    [InlineData("year=2027&party=LA&kind=treaty_signed", "2027-07-18", 50, "round")]
    [InlineData("year=2027&party=LA&kind=ties_established", "2027-09-05", 65, "half")]
    [InlineData("year=2027&party=BN&kind=ties_established", "2027-02-28", 35, "half")]
    [InlineData("year=2028&party=BN&kind=ties_established", "2028-02-29", 36, "other")]
    [InlineData("from=2043-07-25&to=2043-07-26&party=US&kind=partnership_elevated", "2043-07-25", 30, "round")]
    public async Task What_everybody_waits_for_is_there(string query, string date, int years, string tier)
    {
        Assert.Contains(await ItemsAsync(query), item => item.GetProperty("years").GetInt32() == years
            && item.GetProperty("date").GetString() == date && item.GetProperty("tier").GetString() == tier);
    }

    [Theory]
    [InlineData("tier=round", "tier", "round")]
    [InlineData("tier=round,half", "tier", "round half")]
    [InlineData("tier=half%2Cround", "tier", "round half")]
    [InlineData("kind=treaty_signed", "kind", "treaty_signed")]
    [InlineData("kind=treaty_signed,ties_established", "kind", "treaty_signed ties_established")]
    [InlineData("precision=month", "precision", "month")]
    [InlineData("precision=year,month", "precision", "month year")]
    public async Task A_filter_keeps_what_it_names_and_nothing_else(string filter, string member, string values)
    {
        var wanted = values.Split(' ');
        var whole = await ItemsAsync("year=2027");
        var filtered = await ItemsAsync($"year=2027&{filter}");

        Assert.NotEmpty(filtered);
        Assert.Equal(
            whole.Where(item => wanted.Contains(item.GetProperty(member).GetString(), StringComparer.Ordinal)).Select(Id), filtered.Select(Id));
    }

    [Fact]
    public async Task Parties_of_one_filter_mean_or_and_different_filters_mean_and()
    {
        var whole = await ItemsAsync("year=2028");
        var either = await ItemsAsync("year=2028&party=LA,JP");
        var both = await ItemsAsync("year=2028&party=LA,JP&kind=ties_established&tier=half,other");

        Assert.Equal(whole.Where(item => Parties(item).Intersect(["JP", "LA"], StringComparer.Ordinal).Any()).Select(Id), either.Select(Id));
        Assert.Equal(
            either.Where(item => item.GetProperty("kind").GetString() is "ties_established" && item.GetProperty("tier").GetString() is not "round").Select(Id),
            both.Select(Id));
        Assert.NotEmpty(both);
    }

    [Fact]
    public async Task A_group_names_partners_and_not_the_home_party()
    {
        var members = (await _service.GetAsync("/v1/parties?group=ASEAN&limit=500")).Items.Select(party => party.GetProperty("party").GetString()!)
            .Where(code => code is not "VN").ToList();
        var whole = await ItemsAsync("year=2028");
        var asean = await ItemsAsync("year=2028&group=ASEAN");

        Assert.Equal(whole.Where(item => Parties(item).Intersect(members, StringComparer.Ordinal).Any()).Select(Id), asean.Select(Id));
        (await _service.GetAsync("/v1/anniversaries?year=2028&group=no-such-group")).IsProblem(422, "bad-query");
    }

    [Fact]
    public async Task National_days_are_shown_where_they_are_named_only()
    {
        Assert.DoesNotContain(await ItemsAsync("year=2033&party=JP"), item => item.GetProperty("kind").GetString() is "national_day");
        var day = Assert.Single(await ItemsAsync("year=2033&party=JP&kind=national_day"));
        Assert.Equal(JsonValueKind.Null, day.GetProperty("years").ValueKind);
        Assert.Equal(JsonValueKind.Null, day.GetProperty("origin").ValueKind);
        Assert.EndsWith("/2033", Id(day), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_day_is_in_and_the_last_is_not()
    {
        Assert.Single(await ItemsAsync("from=2033-09-21&to=2033-09-22&party=JP&kind=ties_established"));
        Assert.Empty(await ItemsAsync("from=2033-09-20&to=2033-09-21&party=JP&kind=ties_established"));
        Assert.Empty(await ItemsAsync("from=2033-09-22&to=2034-09-21&party=JP&kind=ties_established"));
    }

    [Fact]
    public async Task Without_days_the_list_begins_today_and_covers_24_months()
    {
        var items = await ItemsAsync("");
        var said = await ItemsAsync("from=2026-12-01&to=2028-12-01");
        Assert.Equal(said.Select(Id), items.Select(Id));

        // A month under way is coming still.
        Assert.All(items, item => Assert.True(string.CompareOrdinal(item.GetProperty("date").GetString(), "2026") >= 0));
    }

    [Fact]
    public async Task The_order_is_that_of_days_coarse_before_fine()
    {
        var keys = (await ItemsAsync("year=2027")).Select(item => (Date: PartialDate.Parse(item.GetProperty("date").GetString()!), Id: Id(item))).ToList();
        Assert.Equal(keys.OrderBy(key => key.Date).ThenBy(key => key.Id, StringComparer.Ordinal), keys);
    }

    [Theory]
    [InlineData("/v1/anniversaries?limit=", 7)]
    [InlineData("/v1/anniversaries?year=2028&limit=&tier=round", 1)]
    [InlineData("/v1/anniversaries?from=2027-01-01&to=2127-01-01&kind=national_day,treaty_signed&party=JP&limit=", 13)]
    [InlineData("/v1/parties?limit=", 11)]
    [InlineData("/v1/parties?limit=&group=ASEAN,G7", 3)]
    [InlineData("/v1/relationships?limit=", 9)]
    public async Task The_pages_together_are_the_whole(string path, int limit)
    {
        var whole = await AllAsync(path.Replace("limit=", "limit=500", StringComparison.Ordinal));
        path = path.Replace("limit=", $"limit={limit}", StringComparison.Ordinal);
        var pages = new List<string>();
        for (var next = path; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            Assert.InRange(page.Items.Count, 1, limit);
            Assert.True(page.Next is null || page.Items.Count == limit);
            pages.AddRange(page.Items.Select(item => item.GetRawText()));
            next = page.Next;
        }

        Assert.True(pages.Count > limit);
        Assert.Equal(whole, pages);
    }

    [Theory]
    [InlineData("/v1/anniversaries?year=2028&tier=half")]
    [InlineData("/v1/parties?kind=organisation")]
    [InlineData("/v1/relationships?party=JP,LA")]
    public async Task The_total_is_told_to_who_asks(string path)
    {
        var counted = (await _service.GetAsync(path + "&limit=2&count=true")).Is(200);
        Assert.Equal((await AllAsync(path)).Count, counted.Json.GetProperty("count").GetInt32());
        Assert.False((await _service.GetAsync(path)).Json.TryGetProperty("count", out _));
        Assert.False((await _service.GetAsync(path + "&count=false")).Json.TryGetProperty("count", out _));
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_query_and_is_not_to_be_changed()
    {
        var next = (await _service.GetAsync("/v1/anniversaries?year=2028&limit=5")).Next!;
        var cursor = next[(next.IndexOf("cursor=", StringComparison.Ordinal) + 7)..];
        (await _service.GetAsync(next)).Is(200);

        string[] wrong =
        [
            $"/v1/anniversaries?year=2029&limit=5&cursor={cursor}",
            $"/v1/anniversaries?year=2028&limit=6&cursor={cursor}",
            $"/v1/anniversaries?year=2028&limit=5&tier=half&cursor={cursor}",
            $"/v1/parties?limit=5&cursor={cursor}",
            $"/v1/anniversaries?year=2028&limit=5&cursor={cursor[..^2]}",
            $"/v1/anniversaries?year=2028&limit=5&cursor={(cursor[3] == 'A' ? 'B' : 'A')}{cursor[1..]}",
            "/v1/anniversaries?year=2028&limit=5&cursor=%F0%9F%95%8A",
            "/v1/anniversaries?year=2028&limit=5&cursor=AAAA",
            $"/v1/anniversaries?year=2028&limit=5&cursor={new string('A', 3000)}",
            $"/v1/anniversaries?year=2028&limit=5&cursor={Forged("/v1/anniversaries?limit=5&year=2028", "2028-01-01 0198c0de-0000-7000-8000-000000000000 many")}",
            $"/v1/anniversaries?year=2028&limit=5&cursor={Forged("/v1/anniversaries?limit=5&year=2028", "JP")}",
        ];
        foreach (var path in wrong)
        {
            (await _service.GetAsync(path)).IsProblem(422, "bad-query").Names("cursor", "wrong-cursor");
        }

        var parties = (await _service.GetAsync("/v1/parties?limit=5")).Next!;
        (await _service.GetAsync(parties.Replace("/parties", "/relationships", StringComparison.Ordinal))).IsProblem(422, "bad-query").Names("cursor", "wrong-cursor");
    }

    // The checksum is no secret: whoever reads the source can make one for any key.
    private static string Forged(string query, string key)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(key);
        byte[] sum = System.Security.Cryptography.SHA256.HashData([.. bytes, 0, .. System.Text.Encoding.UTF8.GetBytes(query)])[..9];
        return System.Buffers.Text.Base64Url.EncodeToString([.. sum, .. bytes]);
    }

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;

    private static IEnumerable<string> Parties(JsonElement item) => item.GetProperty("parties").EnumerateArray().Select(party => party.GetString()!);

    private async Task<IReadOnlyList<JsonElement>> ItemsAsync(string query)
    {
        var items = new List<JsonElement>();
        for (var next = $"{Path}?limit=500&{query}"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            items.AddRange(page.Items);
            next = page.Next;
        }

        return items;
    }

    private async Task<List<string>> AllAsync(string path)
    {
        var items = new List<string>();
        for (var next = path; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            items.AddRange(page.Items.Select(item => item.GetRawText()));
            next = page.Next;
        }

        return items;
    }
}
