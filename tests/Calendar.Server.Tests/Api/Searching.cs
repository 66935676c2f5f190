using System.Text.Json;

namespace Calendar.Server.Tests.Api;

/// <summary>Words typed by people in a hurry, on the facts of Viet Nam.</summary>
public sealed class Searching(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("nhat ban")]
    [InlineData("Nh%E1%BA%ADt%20B%E1%BA%A3n")]
    [InlineData("NH%E1%BA%ACT%20B%E1%BA%A2N")]
    [InlineData("Nha%CC%A3%CC%82t+Ba%CC%89n")]
    [InlineData("japan")]
    [InlineData("jp")]
    public async Task Japan_is_found_however_it_is_written(string q)
    {
        var party = (await _service.GetAsync($"/v1/parties?q={q}")).Is(200).Items[0];
        Assert.Equal("JP", party.GetProperty("party").GetString());
        var relationship = (await _service.GetAsync($"/v1/relationships?q={q}")).Is(200).Items[0];
        Assert.Equal("JP~VN", relationship.GetProperty("relationship").GetString());
        var anniversaries = (await _service.GetAsync($"/v1/anniversaries?year=2033&kind=ties_established&q={q}")).Is(200).Items;
        Assert.Equal($"{FactId.OfKey("vietnam/ties/JP")}/60", anniversaries[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_treaty_is_found_by_words_of_its_title_and_its_partner()
    {
        var found = Assert.Single((await _service.GetAsync("/v1/anniversaries?year=2027&q=hiep+uoc+huu+nghi+lao")).Is(200).Items);
        Assert.Equal($"{FactId.OfKey("vietnam/treaties/LA/friendship")}/50", found.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_level_finds_its_partnerships_and_a_filter_narrows_them()
    {
        var all = (await _service.GetAsync("/v1/anniversaries?year=2033&limit=500&q=doi+tac+chien+luoc")).Is(200).Items;
        Assert.All(all, item => Assert.Contains("chiến lược", item.GetProperty("factTitle").GetProperty("vi").GetString()!, StringComparison.OrdinalIgnoreCase));

        var ofJapan = (await _service.GetAsync("/v1/anniversaries?year=2033&party=JP&q=doi+tac+chien+luoc")).Is(200).Items;
        Assert.NotEmpty(ofJapan);
        Assert.Equal(all.Where(item => Parties(item).Contains("JP", StringComparer.Ordinal)).Select(Id).Order(StringComparer.Ordinal), ofJapan.Select(Id).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/v1/anniversaries?year=2028&q=viet")]
    [InlineData("/v1/anniversaries?year=2028&q=h")]
    [InlineData("/v1/anniversaries?from=2027-01-01&to=2067-01-01&q=lao")]
    [InlineData("/v1/parties?q=a")]
    [InlineData("/v1/relationships?q=viet+nam")]
    public async Task The_pages_together_are_the_whole_and_the_total(string path)
    {
        var whole = (await _service.GetAsync(path + "&limit=500&count=true")).Is(200);
        var pages = new List<string>();
        for (var next = path + "&limit=7"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            Assert.InRange(page.Items.Count, 1, 7);
            pages.AddRange(page.Items.Select(item => item.GetRawText()));
            next = page.Next;
        }

        Assert.True(pages.Count > 7);
        Assert.Equal(pages.Count, whole.Json.GetProperty("count").GetInt32());
        Assert.Equal(whole.Items.Select(item => item.GetRawText()), pages.Take(500));
        Assert.Equal(pages.Count, pages.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task The_best_comes_first_and_equals_in_the_order_of_days()
    {
        // Laos by name, then what only begins so.
        var found = (await _service.GetAsync("/v1/parties?q=lao")).Is(200).Items.Select(item => item.GetProperty("party").GetString()).ToList();
        Assert.Equal("LA", found[0]);

        var dates = (await _service.GetAsync("/v1/anniversaries?year=2027&q=lao")).Is(200).Items
            .TakeWhile(item => Parties(item).Contains("LA", StringComparer.Ordinal)).Select(item => PartialDate.Parse(item.GetProperty("date").GetString()!)).ToList();
        Assert.True(dates.Count > 2);
        Assert.Equal(dates.Order(), dates);
    }

    [Fact]
    public async Task A_table_comes_in_the_same_order()
    {
        var json = (await _service.GetAsync("/v1/anniversaries?year=2027&q=lao")).Is(200);
        var csv = (await _service.GetAsync("/v1/anniversaries?year=2027&q=lao", ("Accept", "text/csv"))).Is(200);
        Assert.Equal(json.Items.Select(Id), csv.Text.Split("\r\n")[1..^1].Select(line => line[..line.IndexOf(',', StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task What_is_recorded_is_found_at_once()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        Assert.Empty((await service.GetAsync("/v1/anniversaries?year=2030&q=thuong+dinh")).Is(200).Items);
        (await service.PostAsync("/v1/relationships/JP~VN/facts", """
            {"kind":"milestone_recorded","on":"2020-10-19","title":{"vi":"Hội nghị thượng đỉnh Hà Nội","en":"Ha Noi summit"},"source":{"citation":"baochinhphu.vn","confidence":"probable"}}
            """)).Is(201);
        Assert.Single((await service.GetAsync("/v1/anniversaries?year=2030&q=thuong+dinh")).Is(200).Items);
        Assert.Single((await service.GetAsync("/v1/anniversaries?year=2030&q=summit+nhat")).Is(200).Items);
    }

    [Theory]
    [InlineData("q=%E2%80%A6", "search-without-words")]
    [InlineData("q=%CC%80%CC%81", "search-without-words")]
    [InlineData("q=%00", "search-without-words")]
    [InlineData("q=%EF%BF%BE", "search-without-words")]
    [InlineData("q=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q", "search-too-many-words")]
    [InlineData("q=a&q=b", "parameter-twice")]
    public async Task What_cannot_be_searched_for_is_refused_by_name(string query, string code)
    {
        foreach (var list in new[] { "/v1/anniversaries", "/v1/parties", "/v1/relationships" })
        {
            (await _service.GetAsync($"{list}?{query}")).IsProblem(422, "bad-query").Names("q", code);
        }
    }

    [Theory]
    [InlineData("%ED%A0%80")]
    [InlineData("%FF%FE")]
    [InlineData("%zz")]
    public async Task What_is_no_text_finds_nothing(string q) => Assert.Empty((await _service.GetAsync($"/v1/anniversaries?q={q}")).Is(200).Items);

    [Fact]
    public async Task A_search_has_at_most_100_characters()
    {
        (await _service.GetAsync($"/v1/anniversaries?q={new string('a', 100)}")).Is(200);
        (await _service.GetAsync($"/v1/anniversaries?q={new string('a', 101)}")).IsProblem(422, "bad-query").Names("q", "search-too-long");
        (await _service.GetAsync($"/v1/anniversaries?q={new string('a', 10_000)}")).IsProblem(414, "address-too-long");
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_search()
    {
        var next = (await _service.GetAsync("/v1/anniversaries?year=2028&limit=5&q=viet")).Is(200).Next!;
        var cursor = next[(next.IndexOf("cursor=", StringComparison.Ordinal) + 7)..];
        foreach (var path in new[] { "/v1/anniversaries?year=2028&limit=5", "/v1/anniversaries?year=2028&limit=5&q=nam", "/v1/parties?limit=5&q=viet" })
        {
            (await _service.GetAsync($"{path}&cursor={cursor}")).IsProblem(422, "bad-query").Names("cursor", "wrong-cursor");
        }
    }

    [Fact]
    public async Task Feeds_are_not_searched() =>
        (await _service.GetAsync("/feeds/anniversaries.ics?q=lao")).IsProblem(422, "bad-query").Names("q", "unknown-parameter");

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;

    private static IEnumerable<string> Parties(JsonElement item) => item.GetProperty("parties").EnumerateArray().Select(party => party.GetString()!);
}
