using System.Text.Json;

namespace Calendar.Server.Tests.Api;

/// <summary>What the facts of Viet Nam lack.</summary>
public sealed class ListingGaps(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private static readonly string[] _codes = ["competing_claims", "unconfirmed", "no_day", "no_national_day", "no_association"];

    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("SK", "1950-02-02, 1993-01-01")]
    [InlineData("ML", "1960-10-30, 1960-10-31")]
    public async Task Ties_with_two_dates_are_a_gap_that_tells_both(string party, string dates)
    {
        var gap = Assert.Single((await _service.GetAsync($"/v1/gaps?code=competing_claims&party={party}")).Is(200).Items);
        var fact = FactId.OfKey($"vietnam/ties/{party}").ToString();
        Assert.Equal(fact, gap.GetProperty("fact").GetString());
        Assert.Equal($"{party}~VN", string.Join('~', gap.GetProperty("relationship").GetString()!.Split('~').Order(StringComparer.Ordinal)));
        Assert.Contains(dates, gap.GetProperty("advice").GetProperty("vi").GetString(), StringComparison.Ordinal);
        Assert.Contains(dates, gap.GetProperty("advice").GetProperty("en").GetString(), StringComparison.Ordinal);
        (await _service.GetAsync(gap.GetProperty("links").GetProperty("self").GetString()!)).Is(200);
        (await _service.GetAsync(gap.GetProperty("links").GetProperty("relationship").GetString()!)).Is(200);
    }

    [Fact]
    public async Task A_state_without_a_national_day_is_a_gap_of_the_party()
    {
        var gaps = (await _service.GetAsync("/v1/gaps?code=no_national_day")).Is(200).Items;
        Assert.Equal(["GB", "IL"], gaps.Select(gap => gap.GetProperty("party").GetString()));
        Assert.Equal("Israel", gaps[1].GetProperty("title").GetProperty("en").GetString());
        Assert.False(gaps[1].TryGetProperty("fact", out _));
        (await _service.GetAsync(gaps[1].GetProperty("links").GetProperty("party").GetString()!)).Is(200);
    }

    [Fact]
    public async Task Ties_that_no_association_is_there_for_are_a_gap_of_the_relationship()
    {
        var gap = Assert.Single((await _service.GetAsync("/v1/gaps?code=no_association&party=PE")).Is(200).Items);
        Assert.Equal(("PE", "PE~VN"), (gap.GetProperty("party").GetString(), gap.GetProperty("relationship").GetString()));
        (await _service.GetAsync(gap.GetProperty("links").GetProperty("relationship").GetString()!)).Is(200);
        Assert.Empty((await _service.GetAsync("/v1/gaps?code=no_association&party=JP,LA,TL")).Is(200).Items);
    }

    [Fact]
    public async Task A_fact_of_a_year_is_told_with_what_is_known_of_it()
    {
        var gaps = (await _service.GetAsync("/v1/gaps?code=no_day&party=FR-CHOISYLEROI")).Is(200).Items;
        var gap = Assert.Single(gaps, gap => gap.GetProperty("fact").GetString() == FactId.OfKey("vietnam/cities/FR-CHOISYLEROI~VN-DONGDA").ToString());
        Assert.Contains("1973", gap.GetProperty("advice").GetProperty("en").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_come_in_their_order_and_the_totals_tell_how_many()
    {
        var counted = (await _service.GetAsync("/v1/gaps?limit=500&count=true")).Is(200);
        var counts = counted.Json.GetProperty("counts").EnumerateObject().ToList();
        Assert.Equal(_codes, counts.Select(count => count.Name));
        Assert.Equal(counted.Json.GetProperty("count").GetInt32(), counts.Sum(count => count.Value.GetInt32()));
        var items = await AllAsync("/v1/gaps?limit=500");
        Assert.Equal(items.OrderBy(gap => Array.IndexOf(_codes, Code(gap))).Select(gap => gap.GetRawText()), items.Select(gap => gap.GetRawText()));
        Assert.Equal(counts.Select(count => (count.Name, count.Value.GetInt32())), items.CountBy(Code).Select(count => (count.Key, count.Value)));
        Assert.False((await _service.GetAsync("/v1/gaps")).Json.TryGetProperty("counts", out _));
    }

    [Theory]
    [InlineData("limit=7", "")]
    [InlineData("limit=1", "&code=no_national_day")]
    [InlineData("limit=3", "&group=ASEAN")]
    [InlineData("limit=2", "&party=CN,LA&code=unconfirmed,no_day")]
    [InlineData("limit=30", "&code=no_national_day,no_association&group=Europe")]
    public async Task The_pages_together_are_the_whole(string limit, string filters)
    {
        var whole = await AllAsync($"/v1/gaps?limit=500{filters}");
        var pages = await AllAsync($"/v1/gaps?{limit}{filters}");
        Assert.True(pages.Count > 1);
        Assert.Equal(whole.Select(gap => gap.GetRawText()), pages.Select(gap => gap.GetRawText()));
    }

    [Fact]
    public async Task A_table_has_the_same_rows()
    {
        var json = (await _service.GetAsync("/v1/gaps?limit=20")).Is(200);
        var csv = (await _service.GetAsync("/v1/gaps?limit=20", ("Accept", "text/csv"))).Is(200);
        Assert.Equal("text/csv; charset=utf-8", csv["Content-Type"]);
        Assert.Equal(json.Next, csv.Next);
        var lines = csv.Text.Split("\r\n");
        Assert.Equal("\uFEFFcode,party,fact,relationship,title_vi,title_en,advice_vi,advice_en", lines[0]);
        Assert.Equal(json.Items.Select(gap => $"{Code(gap)},,{gap.GetProperty("fact").GetString()}"), lines[1..^1].Select(line => string.Join(',', line.Split(',')[..3])));
    }

    [Fact]
    public async Task A_source_that_settles_the_date_closes_the_gap()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var recorded = (await service.PostAsync("/v1/relationships/JP~VN/facts", """
            {"kind":"milestone_recorded","on":"1653","title":{"vi":"Khánh Hòa","en":"Khanh Hoa"},"source":{"citation":"Đại Nam thực lục","confidence":"probable"}}
            """)).Is(201);
        var fact = recorded.Json.GetProperty("fact").GetString();
        Assert.Contains((await service.GetAsync("/v1/gaps?code=no_day")).Is(200).Items, gap => gap.GetProperty("fact").GetString() == fact);

        (await service.PostAsync($"/v1/facts/{fact}/claims", """
            {"on":"1653-04-02","source":{"citation":"a local history","confidence":"confirmed"},"prefer":{"vi":"Sử chép ngày.","en":"The chronicle gives the day."}}
            """)).Is(201);
        Assert.DoesNotContain((await service.GetAsync("/v1/gaps")).Is(200).Items, gap => gap.TryGetProperty("fact", out var of) && of.GetString() == fact);
    }

    [Theory]
    [InlineData("code=nothing", "code", "unknown-value")]
    [InlineData("code=0", "code", "unknown-value")]
    [InlineData("code=NoDay", "code", "unknown-value")]
    [InlineData("party=XX", "party", "unknown-value")]
    [InlineData("group=nobody", "group", "unknown-value")]
    [InlineData("limit=0", "limit", "out-of-range")]
    [InlineData("count=maybe", "count", "unknown-value")]
    [InlineData("q=lao", "q", "unknown-parameter")]
    [InlineData("cursor=AAAA", "cursor", "wrong-cursor")]
    public async Task A_parameter_that_cannot_be_used_is_named(string query, string parameter, string code) =>
        (await _service.GetAsync($"/v1/gaps?{query}")).IsProblem(422, "bad-query").Names(parameter, code);

    [Fact]
    public async Task A_cursor_belongs_to_its_query()
    {
        var next = (await _service.GetAsync("/v1/gaps?limit=2&code=unconfirmed")).Is(200).Next!;
        (await _service.GetAsync(next.Replace("unconfirmed", "no_day", StringComparison.Ordinal))).IsProblem(422, "bad-query").Names("cursor", "wrong-cursor");
        (await _service.GetAsync(next)).Is(200);
    }

    private static string Code(JsonElement gap) => gap.GetProperty("code").GetString()!;

    private async Task<List<JsonElement>> AllAsync(string path)
    {
        var items = new List<JsonElement>();
        for (var next = path; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            items.AddRange(page.Items);
            next = page.Next;
        }

        return items;
    }
}
