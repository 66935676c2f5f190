using System.Text;
using Calendar.Server.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Imports;

/// <summary>Files of command lines: good ones are recorded, bad ones named, whatever stands between them.</summary>
public sealed class ImportingFiles : IAsyncLifetime
{
    private const string Source = """{"citation":"c","confidence":"confirmed"}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("calendar-import-").FullName;
    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.SmallLog);

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Good_lines_are_stored_and_bad_ones_are_named_by_file_and_line()
    {
        var before = await _service.CountAsync();
        var report = await ImportAsync(await FileAsync("mixed.jsonl",
            Line("a/1", "1901"),
            Line("a/2", "1901-02-30"),
            "",
            "not json",
            """{"key":"a/4","do":"sing"}""",
            Line("a/5", "1902", relationship: "VN~XX"),
            Line("nokey", "1903"),
            """{"key":"a/7","do":"leave_out","about":"US~VN","reason":"history of others"}""",
            Line("a/8", "1904") + " ",
            """["a/9"]""",
            """{"key":"a/10","do":"record_fact","do":"record_fact"}""",
            """{"key":"a/11","key":"\ud800","do":"leave_out"}""",
            """{"key":"\ud800","do":"leave_out"}""",
            Line("a/13", "1905")));

        Assert.Equal(
            ["2 impossible-date /on", "4 not-json ", "5 unknown-command /do", "6 unknown-party /relationship", "7 malformed-key /key", "10 object-expected ", "11 not-json ", "12 not-json ", "13 not-json "],
            report.Refused.Select(line => $"{line.Line} {line.Why.Code} {line.Why.Pointer}").Distinct(StringComparer.Ordinal).Where(line => !line.StartsWith("10 member", StringComparison.Ordinal)));
        Assert.All(report.Refused, line => Assert.Equal("mixed.jsonl", line.File));
        Assert.Equal("8 /US~VN", Assert.Single(report.LeftOut.Select(line => $"{line.Line} {line.Why.Pointer}")));
        Assert.Equal((3, 0), (report.Recorded, report.Already));
        Assert.Equal(before + 3, await _service.CountAsync());
        (await _service.GetAsync($"/v1/facts/{FactId.OfKey("a/13")}")).Is(200);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_stores_nothing()
    {
        var file = await FileAsync("a.jsonl", Line("a/1", "1901"), Claim("a/1/claim/x", "a/1"), Line("a/2", "1901-02-30"), Claim("a/3", "a/unknown"));
        var before = await _service.CountAsync();
        var dry = await ImportAsync(file, dryRun: true);
        Assert.Equal(before, await _service.CountAsync());

        var real = await ImportAsync(file);
        Assert.Equal(before + 2, await _service.CountAsync());
        Assert.Equal((dry.Recorded, dry.Already), (real.Recorded, real.Already));
        Assert.Equal(dry.Refused.Select(line => (line.Line, line.Why.Code)), real.Refused.Select(line => (line.Line, line.Why.Code)));
        Assert.Equal([(3, "impossible-date"), (4, "unknown-fact")], real.Refused.Select(line => (line.Line, line.Why.Code)));
    }

    [Fact]
    public async Task Loading_twice_adds_nothing()
    {
        var file = await FileAsync("a.jsonl", Line("a/1", "1901"), Claim("a/1/claim/x", "a/1"), """{"key":"a/2","do":"withdraw_fact","fact":"a/1","reason":"r"}""");
        Assert.Equal(3, (await ImportAsync(file)).Recorded);
        var before = await _service.CountAsync();
        var again = await ImportAsync(file);

        Assert.Equal(before, await _service.CountAsync());
        Assert.Equal((0, 2), (again.Recorded, again.Already));

        // A person's file that still claims a date for what was withdrawn since is told so.
        Assert.Equal("fact-withdrawn", Assert.Single(again.Refused).Why.Code);
    }

    [Fact]
    public async Task Lines_end_as_they_like_and_a_mark_may_stand_before_the_first()
    {
        var path = Path.Combine(_folder, "windows.jsonl");
        await File.WriteAllTextAsync(path, $"\uFEFF{Line("a/1", "1901")}\r\n\r\n\t{Line("a/2", "1902")}\r\n{Line("a/3", "1903")}", new UTF8Encoding(false));
        var report = await ImportAsync(path);

        Assert.Empty(report.Refused);
        Assert.Equal(3, report.Recorded);
    }

    [Fact]
    public async Task A_line_that_is_not_UTF_8_is_named()
    {
        var path = Path.Combine(_folder, "latin.jsonl");
        byte[] bytes = [.. Encoding.UTF8.GetBytes(Line("a/1", "1901")), (byte)'\n', .. Encoding.Latin1.GetBytes(Line("a/2", "1902", title: "Hội")), (byte)'\n', 0xff, 0xfe, 0, (byte)'\n', .. Encoding.UTF8.GetBytes(Line("a/3", "1903"))];
        await File.WriteAllBytesAsync(path, bytes.Select(b => b == (byte)'?' ? (byte)0xe9 : b).ToArray());
        var report = await ImportAsync(path);

        Assert.Equal([(2, "not-json"), (3, "not-json")], report.Refused.Select(line => (line.Line, line.Why.Code)));
        Assert.Equal(2, report.Recorded);
    }

    [Theory]
    [InlineData((1 << 20) + 1)]
    [InlineData(3 << 20)]
    public async Task A_line_of_more_than_a_megabyte_is_named_and_passed(int length)
    {
        var report = await ImportAsync(await FileAsync("long.jsonl", Line("a/1", "1901"), Line("a/2", "1902", title: new string('x', length)), Line("a/3", "1903")));
        Assert.Equal((2, "too-long"), Assert.Single(report.Refused.Select(line => (line.Line, line.Why.Code))));
        Assert.Equal(2, report.Recorded);

        var last = await ImportAsync(await FileAsync("last.jsonl", Line("a/1", "1901"), new string('{', length)));
        Assert.Equal((2, "too-long"), Assert.Single(last.Refused.Select(line => (line.Line, line.Why.Code))));
    }

    [Fact]
    public async Task An_event_says_which_line_it_came_from()
    {
        await ImportAsync(await FileAsync("a.jsonl", Line("a/1", "1901")));
        Assert.Equal("a/1", await _service.QueryAsync<string>("select correlation_id from calendar.mt_events order by seq_id desc limit 1"));
    }

    [Fact]
    public async Task Who_imports_while_others_write_loses_nothing()
    {
        var before = await _service.CountAsync();
        var lines = Enumerable.Range(1, 300).Select(i => Line($"busy/{i}", "1950", relationship: "US~VN")).ToArray();
        var import = ImportAsync(await FileAsync("busy.jsonl", lines));
        var stored = 0;
        while (!import.IsCompleted)
        {
            var answer = await _service.PostAsync(
                "/v1/relationships/US~VN/facts", """{"kind":"milestone_recorded","on":"1951","title":"t","source":{"citation":"c","confidence":"confirmed"}}""");
            answer.Is(201);
            stored++;
        }

        var report = await import;
        Assert.Equal((300, 0), (report.Recorded, report.Refused.Count));
        Assert.Equal(before + 300 + stored, await _service.CountAsync());
    }

    private static string Line(string key, string on, string relationship = "JP~VN", string title = "t") =>
        $$"""{"key":"{{key}}","do":"record_fact","relationship":"{{relationship}}","kind":"milestone_recorded","on":"{{on}}","title":"{{title}}","source":{{Source}}}""";

    private static string Claim(string key, string fact) => $$"""{"key":"{{key}}","do":"claim_date","fact":"{{fact}}","on":"1907","source":{{Source}}}""";

    private async Task<string> FileAsync(string name, params string[] lines)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, string.Join('\n', lines) + "\n");
        return path;
    }

    private async Task<ImportReport> ImportAsync(string file, bool dryRun = false) => await _service.Services.GetRequiredService<Importer>()
        .ImportAsync([file], new Actor("tests", Role.Historian), dryRun, _ => { }, _service.Soon);
}
