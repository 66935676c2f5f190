using System.Text.Json;
using Calendar.Server.Tests.Imports;

namespace Calendar.Server.Tests.Years;

/// <summary>The year programmes of Viet Nam, as read on 1 December 2026.</summary>
public sealed class ReadingYears(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("/v1/years/2022?party=LA", "year-2022-laos.json")]
    [InlineData("/v1/years/2027?party=LA", "year-2027-laos.json")]
    [InlineData("/v1/years/2027", "year-2027.json")]
    [InlineData("/v1/years?from=2025&to=2028&party=LA,US", "years-laos-united-states.json")]
    public async Task Are_octet_for_octet_what_was_read_by_eye(string path, string golden)
    {
        var answer = (await _service.GetAsync(path)).Is(200);
        using var indented = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(indented, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            answer.Json.WriteTo(writer);
        }

        Golden.Is(CalendarService.FileBeside("Golden/" + golden), indented.ToArray());
        Assert.Equal(304, (await _service.GetAsync(path, ("If-None-Match", answer.ETag))).Status);
    }

    [Fact]
    public async Task Sixty_and_forty_five_years_make_2022_a_friendship_year_with_Laos()
    {
        var year = (await _service.GetAsync("/v1/years/2022")).Is(200).Json;
        var laos = Assert.Single(List(year, "friendshipYears"), one => one.GetProperty("partner").GetString() == "LA");
        Assert.Equal("Viet Nam – Laos friendship year 2022: 60 + 45", laos.GetProperty("title").GetProperty("en").GetString());
        Assert.Equal([60, 45], List(laos, "years").Select(years => years.GetInt32()));
        foreach (var link in laos.GetProperty("links").EnumerateObject())
        {
            (await _service.GetAsync(link.Value.GetString()!)).Is(200);
        }
    }

    [Fact]
    public async Task Say_what_2027_has_to_remember()
    {
        var year = (await _service.GetAsync("/v1/years/2027")).Is(200).Json;
        Assert.Equal("""{"total":58,"round":20,"half":38,"other":0,"jubilee":5,"nationalDays":0}""", year.GetProperty("counts").GetRawText());
        Assert.Equal([6, 4, 3, 1, 2, 9, 10, 3, 6, 1, 3, 8], List(year, "months").Select(month => month.GetProperty("count").GetInt32()));
        Assert.Equal(["LA", "IN", "KR"], List(year, "friendshipYears").Select(one => one.GetProperty("partner").GetString()));
        Assert.Equal(2, List(year, "wholeYear").Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?tier=round,half,other")]
    [InlineData("?group=ASEAN&tier=round")]
    [InlineData("?party=LA,US&kind=treaty_signed,ties_established,national_day")]
    [InlineData("?limit=7")]
    public async Task List_and_count_what_the_list_of_anniversaries_has(string query)
    {
        var year = (await _service.GetAsync("/v1/years/2027" + query)).Is(200).Json;
        var all = new List<JsonElement>();
        for (var next = year.GetProperty("links").GetProperty("anniversaries").GetString() + "&limit=500"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            all.AddRange(page.Items);
            next = page.Next;
        }

        var months = List(year, "months");
        Assert.Equal(Enumerable.Range(1, 12), months.Select(month => month.GetProperty("month").GetInt32()));
        Assert.Equal(
            months.Select(month => month.GetProperty("count").GetInt32()),
            Enumerable.Range(1, 12).Select(month => all.Count(one => one.GetProperty("date").GetString()!.StartsWith($"2027-{month:D2}", StringComparison.Ordinal))));
        var counts = year.GetProperty("counts");
        Assert.Equal(all.Count, counts.GetProperty("total").GetInt32());
        Assert.Equal(
            all.Where(one => one.GetProperty("kind").GetString() != "national_day").CountBy(one => one.GetProperty("tier").GetString()!).OrderBy(count => count.Key, StringComparer.Ordinal),
            new[] { "half", "other", "round" }.Select(tier => KeyValuePair.Create(tier, counts.GetProperty(tier).GetInt32())).Where(count => count.Value > 0));
        Assert.Equal(all.Count(one => one.GetProperty("jubilee").GetBoolean()), counts.GetProperty("jubilee").GetInt32());

        var listed = List(year, "wholeYear").Concat(months.SelectMany(month => List(month, "anniversaries"))).Select(one => one.GetRawText()).ToList();
        Assert.Equal(all.Take(query.Contains("limit", StringComparison.Ordinal) ? 7 : 500).Select(one => one.GetRawText()), listed);
        Assert.Equal(all.Count > listed.Count, year.GetProperty("more").GetBoolean());
    }

    [Fact]
    public async Task Gather_the_collisions_of_what_is_listed()
    {
        var year = (await _service.GetAsync("/v1/years/2027")).Is(200).Json;
        var warnings = List(year, "wholeYear").Concat(List(year, "months").SelectMany(month => List(month, "anniversaries")))
            .SelectMany(one => List(one, "warnings").Select(warning => (Id: one.GetProperty("id").GetString(), Code: warning.GetProperty("code").GetString())))
            .Where(warning => warning.Code is not ("unconfirmed" or "suspended")).ToList();
        Assert.NotEmpty(warnings);
        Assert.Equal(warnings, List(year, "collisions").Select(one => (Id: one.GetProperty("anniversary").GetString(), Code: one.GetProperty("code").GetString())));
    }

    [Fact]
    public async Task Come_as_a_table_for_planners_in_both_forms()
    {
        var json = (await _service.GetAsync("/v1/years/2027")).Is(200).Json;
        var xlsx = (await _service.GetAsync("/v1/years/2027?format=xlsx")).Is(200);
        Assert.Equal("attachment; filename=\"year-2027.xlsx\"", xlsx["Content-Disposition"]);
        var rows = Spreadsheet.Read(xlsx.Body);
        Assert.Equal(json.GetProperty("counts").GetProperty("total").GetInt32(), rows.Count);
        Assert.Equal(rows.Select(row => row["date"]).Order(StringComparer.Ordinal), rows.Select(row => row["date"]));

        var laos = rows.Single(row => row["partners_en"] == "Laos" && row["years"] == "65");
        Assert.Equal(
            "9 2027-09-05 Chủ nhật Sunday 5/8/2027 Lào half false true false false",
            string.Join(' ', new[] { "month", "date", "weekday_vi", "weekday_en", "lunar_date", "partners_vi", "tier", "jubilee", "friendship_year", "suspended", "waived" }.Select(name => laos[name])));
        Assert.Contains("Sunday", laos["warnings_en"], StringComparison.Ordinal);
        Assert.StartsWith("2027-09-", laos["proposed"], StringComparison.Ordinal);
        Assert.NotEmpty(laos["source"]);

        var csv = (await _service.GetAsync("/v1/years/2027", ("Accept", "text/csv"))).Is(200);
        Assert.Equal("attachment; filename=\"year-2027.csv\"", csv["Content-Disposition"]);
        Assert.StartsWith(
            "\uFEFFmonth,date,weekday_vi,weekday_en,lunar_date,partners_vi,partners_en,years,tier,jubilee,title_vi,title_en,kind,friendship_year,confidence,suspended,waived,warnings_vi,warnings_en,proposed,source,id\r\n",
            csv.Text, StringComparison.Ordinal);
        Assert.Equal(rows.Count + 2, csv.Text.Split("\r\n").Length);
        Assert.Equal(3, Spreadsheet.Read((await _service.GetAsync("/v1/years/2027?format=xlsx&limit=3")).Is(200).Body).Count);
        Assert.Empty(Spreadsheet.Read((await _service.GetAsync("/v1/years/1?format=xlsx")).Is(200).Body));
    }

    [Fact]
    public async Task Are_seen_ten_at_a_time_from_this_one()
    {
        var years = (await _service.GetAsync("/v1/years")).Is(200);
        Assert.Equal(Enumerable.Range(2026, 10), years.Items.Select(one => one.GetProperty("year").GetInt32()));
        foreach (var one in years.Items.Take(2))
        {
            var year = (await _service.GetAsync(one.GetProperty("links").GetProperty("self").GetString() + "?tier=round,half,other")).Is(200).Json;
            Assert.Equal(year.GetProperty("counts").GetRawText(), one.GetProperty("counts").GetRawText());
            Assert.Equal(
                List(year, "friendshipYears").Select(friendship => friendship.GetProperty("title").GetRawText()),
                List(one, "friendshipYears").Select(friendship => friendship.GetProperty("title").GetRawText()));
        }

        Assert.Equal(100, (await _service.GetAsync("/v1/years?from=1950&to=2050")).Is(200).Items.Count);
        Assert.Equal(9998, Assert.Single((await _service.GetAsync("/v1/years?from=9998")).Is(200).Items).GetProperty("year").GetInt32());
    }

    [Fact]
    public async Task Are_seen_ten_at_a_time_as_a_table()
    {
        var items = (await _service.GetAsync("/v1/years?group=ASEAN")).Is(200).Items;
        var rows = Spreadsheet.Read((await _service.GetAsync("/v1/years?group=ASEAN&format=xlsx")).Is(200).Body);
        Assert.Equal(
            items.Select(one => (one.GetProperty("year").ToString(), one.GetProperty("counts").GetProperty("half").ToString(), one.GetProperty("friendshipYearCount").ToString())),
            rows.Select(row => (row["year"], row["half"], row["friendship_years"])));
        Assert.Contains("Năm hữu nghị Việt Nam – Lào 2027: 65 + 50", rows[1]["friendship_years_vi"], StringComparison.Ordinal);
        Assert.Equal(items.Count + 2, (await _service.GetAsync("/v1/years?group=ASEAN&format=csv")).Is(200).Text.Split("\r\n").Length);
    }

    [Theory]
    [InlineData("/v1/years/0", "year", "out-of-range")]
    [InlineData("/v1/years/-2027", "year", "out-of-range")]
    [InlineData("/v1/years/9999", "year", "out-of-range")]
    [InlineData("/v1/years/99999", "year", "out-of-range")]
    [InlineData("/v1/years/2027?party=XX", "party", "unknown-value")]
    [InlineData("/v1/years/2027?group=nobody", "group", "unknown-value")]
    [InlineData("/v1/years/2027?kind=party_renamed", "kind", "unknown-value")]
    [InlineData("/v1/years/2027?tier=best", "tier", "unknown-value")]
    [InlineData("/v1/years/2027?limit=0", "limit", "out-of-range")]
    [InlineData("/v1/years/2027?limit=501", "limit", "out-of-range")]
    [InlineData("/v1/years/2027?limit=501&format=csv", "limit", "out-of-range")]
    [InlineData("/v1/years/2027?format=pdf", "format", "unknown-value")]
    [InlineData("/v1/years/2027?cursor=x", "cursor", "unknown-parameter")]
    [InlineData("/v1/years/2027?asOf=2031-01-01", "asOf", "in-the-future")]
    [InlineData("/v1/years?from=2036&to=2026", "to", "reversed-range")]
    [InlineData("/v1/years?from=2026&to=2026", "to", "reversed-range")]
    [InlineData("/v1/years?to=2020", "to", "reversed-range")]
    [InlineData("/v1/years?from=2026&to=2127", "to", "range-too-long")]
    [InlineData("/v1/years?from=0", "from", "out-of-range")]
    [InlineData("/v1/years?from=2026-01-01", "from", "out-of-range")]
    [InlineData("/v1/years?to=10000", "to", "out-of-range")]
    [InlineData("/v1/years?limit=5", "limit", "unknown-parameter")]
    [InlineData("/v1/years?tier=0", "tier", "unknown-value")]
    public async Task Refuse_what_cannot_be_used_by_name(string path, string parameter, string code) =>
        (await _service.GetAsync(path)).IsProblem(422, "bad-query").Names(parameter, code);

    [Theory]
    [InlineData("/v1/years/next")]
    [InlineData("/v1/years/99999999999")]
    [InlineData("/v1/years/2027/1")]
    public async Task Are_not_found_where_there_is_no_year(string path) => (await _service.GetAsync(path)).IsProblem(404, "not-found");

    [Fact]
    public async Task Are_answered_as_they_were_known()
    {
        // One event of the small log a minute.
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var totals = new List<int>();
        foreach (var minute in new[] { 10, 20, 59 })
        {
            var then = (await service.GetAsync($"/v1/years/2033?asOf=2026-11-23T00:{minute}:30Z")).Is(200);
            totals.Add(then.Json.GetProperty("counts").GetProperty("total").GetInt32());
            Assert.Equal(then["Calendar-Number"], then.Json.GetProperty("asOf").GetProperty("number").GetRawText());
            Assert.Equal(totals[^1], (await service.GetAsync(then.Json.GetProperty("links").GetProperty("anniversaries").GetString()!)).Is(200).Items.Count);
        }

        Assert.True(totals[0] < totals[^1], string.Join(' ', totals));
        Assert.Equal(2026, (await service.GetAsync("/v1/years?asOf=2026-11-24")).Is(200).Items[0].GetProperty("year").GetInt32());
    }

    private static List<JsonElement> List(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray()];
}
