using System.Net.Http.Headers;
using Calendar.Facts;
using Calendar.Server.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Imports;

/// <summary>The facts of the product's own pack as tables, and back.</summary>
public sealed class TablesOfFacts(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("xlsx", Spreadsheet.ContentType)]
    public async Task Come_back_equal_into_a_log_that_knows_only_the_parties(string format, string type)
    {
        var table = (await _service.GetAsync($"/v1/facts?format={format}")).Is(200);
        Assert.Equal($"attachment; filename=\"relationship-facts.{format}\"", table["Content-Disposition"]);
        Assert.Null(table["Link"]);
        var expected = Facts(_service);
        Assert.True(expected.Count > 300);

        await using var other = await CalendarService.StartAsync(Holding.Nothing);
        await other.Services.GetRequiredService<Importer>().ImportAsync(
            [.. PackFiles().Take(3)], new Actor("tests", Role.Historian), dryRun: false, _ => { }, other.Soon);
        var report = (await PostAsync(other, table.Body, type)).Is(200).Json;

        Assert.Equal(0, report.GetProperty("refused").GetArrayLength());
        Assert.Equal(expected.Count, report.GetProperty("recorded").GetInt32());
        Assert.Equal(expected, Facts(other));

        // And where they came from nothing is new, whatever claims were preferred since.
        var before = await _service.CountAsync();
        var again = (await PostAsync(_service, table.Body, type)).Is(200).Json;
        Assert.Equal((0, expected.Count), (again.GetProperty("recorded").GetInt32(), again.GetProperty("already").GetInt32()));
        Assert.Equal(0, again.GetProperty("counts").GetProperty("refused").GetInt32());
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task Hold_the_same_in_both_forms()
    {
        var workbook = (await _service.GetAsync("/v1/facts?party=JP,FR", ("Accept", Spreadsheet.ContentType))).Is(200);
        Assert.Equal(Spreadsheet.ContentType, workbook["Content-Type"]);
        var rows = Spreadsheet.Read(workbook.Body);
        var items = (await _service.GetAsync($"/v1/facts?party=JP,FR&limit=500&kind={string.Join(',', FactKinds.OfRelationships.Select(kind => kind.Name()))}")).Items;

        Assert.Equal(items.Select(item => item.GetProperty("fact").GetString()), rows.Select(row => row["fact"]));
        Assert.Equal(items.Select(item => item.GetProperty("on").GetString()), rows.Select(row => row["on"]));
        Assert.Contains(rows, row => row["note_vi"].Contains('ậ', StringComparison.Ordinal) || row["title_vi"].Contains('ệ', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Are_the_same_bytes_each_time_and_conditional()
    {
        foreach (var format in new[] { "csv", "xlsx" })
        {
            var first = (await _service.GetAsync($"/v1/facts?format={format}")).Is(200);
            var second = (await _service.GetAsync($"/v1/facts?format={format}")).Is(200);
            Assert.Equal(first.Body, second.Body);
            Assert.Equal(first.ETag, second.ETag);
            Assert.Empty((await _service.GetAsync($"/v1/facts?format={format}", ("If-None-Match", first.ETag))).Is(304).Body);
        }
    }

    [Fact]
    public async Task List_page_by_page_what_the_record_holds_in_the_order_of_recording()
    {
        var seen = new List<string>();
        for (var next = "/v1/facts?limit=190&count=true"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            seen.AddRange(page.Items.Select(item => item.GetProperty("fact").GetString()!));
            Assert.True(page.Json.GetProperty("count").GetInt32() >= seen.Count);
            next = page.Next;
        }

        var almanac = _service.Services.GetRequiredService<AlmanacFollower>().Current;
        Assert.Equal(Enumerable.Range(0, almanac.FactCount).Select(number => almanac.FactAt(number).Id.ToString()), seen);

        var table = (await _service.GetAsync("/v1/facts?format=csv&limit=10")).Is(200);
        Assert.Equal(11, table.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.NotNull(table.Next);
    }

    [Theory]
    [InlineData("/v1/facts?format=pdf", "format", "unknown-value")]
    [InlineData("/v1/facts?format=csv&kind=national_day", "kind", "kind-not-in-tables")]
    [InlineData("/v1/facts?kind=wedding", "kind", "unknown-value")]
    [InlineData("/v1/facts?party=XX", "party", "unknown-value")]
    [InlineData("/v1/facts?limit=501", "limit", "out-of-range")]
    [InlineData("/v1/facts?format=xlsx&limit=100001", "limit", "out-of-range")]
    [InlineData("/v1/facts?cursor=AAAA", "cursor", "wrong-cursor")]
    [InlineData("/v1/facts?colour=red", "colour", "unknown-parameter")]
    [InlineData("/v1/anniversaries?format=XLS", "format", "unknown-value")]
    public async Task Wrong_parameters_are_named(string path, string parameter, string code) =>
        (await _service.GetAsync(path)).IsProblem(422, "bad-query").Names(parameter, code);

    [Fact]
    public async Task Anniversaries_are_a_workbook_too()
    {
        const string path = "/v1/anniversaries?year=2028&party=JP";
        var items = (await _service.GetAsync(path)).Items;
        var rows = Spreadsheet.Read((await _service.GetAsync(path + "&format=xlsx")).Is(200).Body);
        Assert.NotEmpty(rows);
        Assert.Equal(
            items.Select(item => (item.GetProperty("date").GetString(), item.GetProperty("years").ToString(), item.GetProperty("title").GetProperty("vi").GetString())),
            rows.Select(row => ((string?)row["date"], row["years"], (string?)row["title_vi"])));
    }

    private static IEnumerable<string> PackFiles() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Packs", "vietnam"), "*.jsonl").Order(StringComparer.Ordinal);

    private static async Task<Reply> PostAsync(CalendarService service, byte[] body, string type)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await service.SendAsync("POST", "/v1/imports", content, CalendarService.Bearer(service.Admin!));
    }

    // Everything that a row says.
    private static List<string> Facts(CalendarService service)
    {
        var almanac = service.Services.GetRequiredService<AlmanacFollower>().Current;
        return [.. almanac.Facts(new FactQuery([], FactKinds.OfRelationships), null).Select(fact => string.Join('|',
            fact.Id, fact.Kind, fact.Stream, fact.On, fact.Source, fact.Title, fact.Note, fact.Level, fact.InForce, fact.Through, fact.Ends, fact.Commemorated, fact.Withdrawn))];
    }
}
