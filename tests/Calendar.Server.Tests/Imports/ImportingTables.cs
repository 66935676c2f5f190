using System.IO.Compression;
using System.Text;
using Calendar.Server.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Imports;

/// <summary>Tables as spreadsheets and people make them: what is meant is recorded, what cannot be is named by row and column.</summary>
public sealed class ImportingTables : IAsyncLifetime
{
    private static readonly string[] _header = ["key", "relationship", "kind", "on", "title_vi", "title_en", "citation", "confidence"];

    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.SmallLog);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Dates_are_as_precise_as_their_cells_show_them()
    {
        var report = await ImportAsync(Spreadsheet.Of(
            _header,
            Row("x/1", new Serial(26928)), Row("x/2", new Serial(26908, Spreadsheet.MonthAndYear)), Row("x/3", 1653), Row("x/4", "1973-09"),
            Row("x/5", new Serial(26928, Spreadsheet.Vietnamese)), Row("x/6", new Serial(26665, Spreadsheet.YearOnly)), Row("x/7", new Serial(1)), Row("x/8", new Serial(59)), Row("x/9", new Serial(61)),
            Row("x/10", 653)));
        Assert.Empty(Told(report.Refused));
        Assert.Equal(
            ["1973-09-21", "1973-09", "1653", "1973-09", "1973-09-21", "1973", "1900-01-01", "1900-02-28", "1900-03-01", "0653"],
            Enumerable.Range(1, 10).Select(i => On($"x/{i}")));
    }

    [Fact]
    public async Task A_workbook_may_count_its_days_from_1904()
    {
        var report = await ImportAsync(Spreadsheet.Of(true, _header, Row("x/1", new Serial(26928 - 1462)), Row("x/2", new Serial(0))));
        Assert.Empty(Told(report.Refused));
        Assert.Equal(("1973-09-21", "1904-01-01"), (On("x/1"), On("x/2")));
    }

    [Fact]
    public async Task Cells_that_are_no_civil_date_are_refused()
    {
        var before = await _service.CountAsync();
        var report = await ImportAsync(Spreadsheet.Of(
            _header,
            Row("x/1", new Serial(60)), Row("x/2", new Serial(26928.5)), Row("x/3", new Serial(-1)), Row("x/4", 26928),
            Row("x/5", new Serial(26928, Spreadsheet.MonthAndYear)), Row("x/6", new Serial(26928, Spreadsheet.DayOfMonth)), Row("x/7", new Serial(0.5, Spreadsheet.Clock)),
            Row("x/8", new Computed("DATE(1973,9,21)", "26928")), Row("x/9", "21/9/1973"), Row("x/10", new Serial(1e300)), Row("x/11", new Serial(3_000_000))));
        Assert.Equal(
            [
                "2 no-civil-day /on", "3 no-civil-day /on", "4 no-civil-day /on", "5 number-is-no-date /on", "6 date-shown-in-part /on", "7 date-shown-in-part /on", "8 no-civil-day /on",
                "9 formula /on", "10 impossible-date /on", "11 no-civil-day /on", "12 no-civil-day /on",
            ],
            Told(report.Refused));
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task A_row_is_refused_for_every_cell_that_cannot_be_meant()
    {
        var report = await ImportAsync(Spreadsheet.Of(
            _header,
            ["x/1", "JP~VN", "milestone_recorded", "1950", new Computed("A1&\"!\"", "x/1!"), "t", "c", "confirmed"],
            ["x/2", "JP~VN", "milestone_recorded", "1950", new Serial(26928), "t", "c", "confirmed"],
            ["x/3", "JP~VN", "milestone_recorded", "1950", "t", "t", 1653, "confirmed"],
            ["x/4", "JP~VN", "milestone_recorded", "1950", "t", null, "c", "confirmed"],
            ["x/5", "JP~VN", "milestone_recorded", "1950", "t", "t", "c", "confirmed", "a remark"],
            ["x/6", "JP~XX", "milestone_recorded", "1950", "t", "t", "c", "confirmed"],
            ["x/7", "JP~VN", "milestone_recorded", "1950", null, null, "c", "confirmed"],
            [null, "JP~VN", "milestone_recorded", "1950", "t", "t", "c", "confirmed"],
            ["x/9", "JP~VN", "milestone_recorded", "1950", "_xD83D_", "t", "c", "confirmed"],
            ["x/10", "JP~VN", "milestone_recorded", "1950", "_x0000_", "t", "c", "confirmed"],
            [null, null, " ", null],
            [],
            ["x/13", "JP~VN", "wedding", "1950", "t", "t", null, "sure"]));
        Assert.Equal(
            [
                "2 formula /title_vi", "3 date-in-text /title_vi", "5 member-required /title_en", "6 cell-without-column ", "7 unknown-party /relationship", "8 member-required /title_vi",
                "9 member-required /key", "10 broken-text /title_vi", "11 control-character /title_vi", "14 unknown-value /kind", "14 member-required /citation", "14 unknown-value /confidence",
            ],
            Told(report.Refused));
        Assert.Equal((1, 10), (report.Recorded, report.Refused.Lines));
        Assert.Equal("1653", Find("x/3")!.Source.Citation);
    }

    [Theory]
    [InlineData("key,relationship,kind,on,citation,confidence,colour", "unknown-column /colour")]
    [InlineData("key,relationship,kind,On ,on,citation,confidence", "repeated-column /on")]
    [InlineData("relationship,kind,on,citation,confidence", "column-required /key")]
    [InlineData("key,relationship,kind,citation", "column-required /on,column-required /confidence")]
    [InlineData("", "no-header ")]
    [InlineData("{\"key\":\"a/1\"}", "malformed-csv ")]
    public async Task Wrong_columns_refuse_the_file_before_anything_is_stored(string header, string expected)
    {
        var before = await _service.CountAsync();
        var report = await ImportAsync(header.Length == 0 ? "" : $"{header}\r\nx/1,JP~VN,ties_suspended,1950,c,confirmed\r\n");
        Assert.Equal(expected, string.Join(',', Told(report.Refused).Select(line => line[2..])));
        Assert.Equal(before, await _service.CountAsync());
    }

    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("\t")]
    public async Task Columns_may_stand_in_any_order_and_be_divided_as_a_spreadsheet_does(string separator)
    {
        string[] rows = ["Confidence|ON|kind|relationship| Key |citation|title_en|title_vi||", "confirmed|1950-02|milestone_recorded|JP~VN|x/1|\"a; b, c\"|'-5°C|''=t||", "", "||||||||"];
        var report = await ImportAsync("\uFEFF" + string.Join("\r\n", rows).Replace("|", separator, StringComparison.Ordinal));
        Assert.Empty(Told(report.Refused));
        var fact = Find("x/1")!;
        Assert.Equal(("1950-02", "a; b, c", "-5°C", "'=t"), (fact.On.ToString(), fact.Source.Citation, fact.Title!.En, fact.Title.Vi));
    }

    [Fact]
    public async Task Broken_rows_of_a_CSV_file_are_named_and_the_others_recorded()
    {
        byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
        byte[] file =
        [
            .. Bytes("key,relationship,kind,on,title_vi,title_en,citation,confidence\n"),
            .. Bytes("x/1,JP~VN,milestone_recorded,1950,\"t\nu\",t,c,confirmed\n"),
            .. Bytes("x/2,JP~VN,milestone_recorded,1950,t,a\"b,c,confirmed\n"),
            .. Bytes("x/3,JP~VN,milestone_recorded,1950,t,\"a\"b,c,confirmed\n"),
            .. Bytes("x/4,JP~VN,milestone_recorded,1950,H"), 0xE9, .. Bytes(",t,c,confirmed\n"),
            .. Bytes("x/5,JP~VN,milestone_recorded,1950,t\0,t,c,confirmed\n"),
            .. Bytes("x/6,JP~VN,milestone_recorded,1950,t,t,c,confirmed,more\n"),
            .. Bytes("x/7,JP~VN,milestone_recorded,1950,t,t\n"),
            .. Bytes("x/8,JP~VN,milestone_recorded,1950,t,t,c,confirmed\n"),
        ];
        var report = await ImportAsync(file, ImportForm.Csv);
        Assert.Equal(
            ["4 malformed-csv ", "5 malformed-csv ", "6 not-utf8 ", "7 control-character /title_vi", "8 cell-without-column ", "9 member-required /citation"],
            Told(report.Refused));
        Assert.Equal(2, report.Recorded);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5 << 20)]
    public async Task A_quote_that_never_closes_ends_the_reading(int length)
    {
        var report = await ImportAsync(
            "key,relationship,kind,on,title_vi,title_en,citation,confidence\nx/1,JP~VN,milestone_recorded,1950,t,t,c,confirmed\nx/2,JP~VN,milestone_recorded,1950,\"t,t,c,confirmed\n" + new string('\n', length));
        Assert.Equal(length == 100 ? "3 malformed-csv " : "3 too-long ", Assert.Single(Told(report.Refused)));
        Assert.Equal(1, report.Recorded);
    }

    [Fact]
    public async Task UTF_16_is_told_what_to_do()
    {
        var report = await ImportAsync([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("key\trelationship")], ImportForm.Csv);
        Assert.Equal("1 not-utf8 ", Assert.Single(Told(report.Refused)));
    }

    [Fact]
    public async Task What_was_withdrawn_elsewhere_is_left_out_and_an_ended_commemoration_is_a_warning()
    {
        const string header = "fact,relationship,kind,on,citation,confidence,commemorated,withdrawn,ended,title_vi,title_en\n";
        var rest = $"{Guid.NewGuid()},JP~VN,milestone_recorded,1950,c,confirmed,TRUE";
        var report = await ImportAsync($"{header}{rest},true,,t,t\n{rest},FALSE,1999,t,t\n{rest},maybe,,t,t\n");
        Assert.Equal("2 left-out /JP~VN", Assert.Single(Told(report.LeftOut)));
        Assert.Equal("3 commemoration-ended /ended", Assert.Single(Told(report.Warned)));
        Assert.Equal("4 unknown-value /withdrawn", Assert.Single(Told(report.Refused)));
        Assert.Equal(1, report.Recorded);
    }

    [Fact]
    public async Task What_looks_like_a_formula_survives_both_forms()
    {
        string[] titles = ["=1+1", "'=1", "''@x", "-5 °C", "'tis", "_x0041_", "_x0041_x0042_", "+", "a\nb", "<&>\"'"];
        foreach (var (i, title) in titles.Index())
        {
            (await _service.PostAsync(
                "/v1/relationships/LA~VN/facts",
                $$"""{"fact":"f/{{i}}","kind":"milestone_recorded","on":"1950","title":{{System.Text.Json.JsonSerializer.Serialize(title)}},"source":{"citation":"c","confidence":"confirmed"} }""")).Is(201);
        }

        foreach (var (form, type) in new[] { (ImportForm.Csv, "csv"), (ImportForm.Xlsx, "xlsx") })
        {
            var table = (await _service.GetAsync($"/v1/facts?party=LA&format={type}")).Is(200).Body;
            await using var other = await CalendarService.StartAsync(Holding.SmallLog);
            var report = await ImportAsync(table, form, other);
            Assert.Empty(Told(report.Refused));
            var almanac = other.Services.GetRequiredService<AlmanacFollower>();
            await almanac.WaitForAsync(await other.QueryAsync<long>("select max(seq_id) from calendar.mt_events"), other.Soon);
            Assert.Equal(titles, Enumerable.Range(0, titles.Length).Select(i => almanac.Current.Find(FactId.OfKey($"f/{i}"))!.Title!.Vi));
        }
    }

    [Fact]
    public async Task A_file_that_is_no_workbook_is_refused()
    {
        var good = Spreadsheet.Of(_header, Row("x/1", "1950"));
        const string sheet = "xl/worksheets/sheet1.xml";
        byte[][] bad =
        [
            [], "PK"u8.ToArray(), [0xD0, 0xCF, 0x11, 0xE0, .. new byte[600]], good[..(good.Length / 2)], Encoding.UTF8.GetBytes("key,relationship"),
            Spreadsheet.With(good, "_rels/.rels", "<Relationships/>"), Spreadsheet.With(good, "xl/workbook.xml", "<workbook/>"), Spreadsheet.With(good, "xl/workbook.xml", "<workbook"),
            Spreadsheet.With(good, "xl/workbook.xml", "<!DOCTYPE w [<!ENTITY a 'b'>]><workbook/>"), Spreadsheet.With(good, sheet, "<worksheet><sheetData><row r='0x1'/></sheetData></worksheet>"),
            Spreadsheet.With(good, sheet, "<worksheet><sheetData><row><c t='s'><v>99</v></c></row></sheetData></worksheet>"), Spreadsheet.With(good, sheet, "<worksheet><![CDATA[x]]></worksheet>"),
            Spreadsheet.With(good, sheet, string.Concat(Enumerable.Repeat("<a>", 100_000))), Spreadsheet.With(good, sheet, "<a>" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"<a{i}/>")) + "</a>"),
            Spreadsheet.With(good, sheet, to => to.Write([.. "<worksheet><sheetData><row><c t='inlineStr'><is><t>"u8, 0xFF, .. "</t></is></c></row></sheetData></worksheet>"u8])),
        ];
        foreach (var (i, file) in bad.Index())
        {
            var report = await ImportAsync(file, ImportForm.Xlsx);
            Assert.True(Told(report.Refused) is ["1 not-a-workbook "], $"{i}: {string.Join(',', Told(report.Refused))}");
        }

        Assert.Equal("1 no-header ", Assert.Single(Told((await ImportAsync(Spreadsheet.Of())).Refused)));
    }

    [Fact]
    public void A_file_that_swells_when_it_is_unpacked_is_put_away_in_time()
    {
        var good = Spreadsheet.Of(_header, Row("x/1", "1950"));
        const string sheet = "xl/worksheets/sheet1.xml";
        byte[][] bombs =
        [
            Spreadsheet.With(good, sheet, to => Repeat(to, "<worksheet><sheetData>", "<row><c><v></v></c></row>", 60)),
            Spreadsheet.With(good, sheet, to => Repeat(to, "<worksheet a='", new string('x', 1000), 60)),
            Spreadsheet.With(good, "xl/sharedStrings.xml", to => Repeat(to, "<sst>", "<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>", 60)),
            Spreadsheet.With(good, "xl/workbook.xml", to => Repeat(to, "<workbook>", "<x/>", 60)),
            Many(good, 3_000),
        ];
        foreach (var (i, bomb) in bombs.Index())
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var last = XlsxRows.Read(new MemoryStream(bomb), _service.Soon).Last();
            Assert.Equal((i, "too-large-unpacked"), (i, Assert.Single(last.Wrong).Code));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500L << 20);
        }

        // So many megabytes of repetition, in a thousandth of the space.
        static void Repeat(Stream to, string start, string part, int megabytes)
        {
            to.Write(Encoding.UTF8.GetBytes(start));
            var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length)));
            for (var i = 0; i < megabytes; i++)
            {
                to.Write(block);
            }
        }

        static byte[] Many(byte[] workbook, int parts)
        {
            using var file = new MemoryStream();
            file.Write(workbook);
            using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
            {
                for (var i = 0; i < parts; i++)
                {
                    zip.CreateEntry($"x{i}");
                }
            }

            return file.ToArray();
        }
    }

    private static object?[] Row(string key, object on) => [key, "JP~VN", "milestone_recorded", on, "t", "t", "c", "confirmed"];

    private static IReadOnlyList<string> Told(LineReports reports) => [.. reports.Select(line => $"{line.Line} {line.Why.Code} {line.Why.Pointer}")];

    private Calendar.Facts.Fact? Find(string key) => _service.Services.GetRequiredService<AlmanacFollower>().Current.Find(FactId.OfKey(key));

    private string On(string key) => Find(key)!.On.ToString();

    private Task<ImportReport> ImportAsync(string csv) => ImportAsync(Encoding.UTF8.GetBytes(csv), ImportForm.Csv);

    private Task<ImportReport> ImportAsync(byte[] workbook) => ImportAsync(workbook, ImportForm.Xlsx);

    private async Task<ImportReport> ImportAsync(byte[] file, ImportForm form, CalendarService? into = null)
    {
        var service = into ?? _service;
        var report = await service.Services.GetRequiredService<Importer>()
            .ImportAsync([new ImportFile("table", form, new MemoryStream(file))], new Actor("tests", Role.Historian), dryRun: false, _ => { }, service.Soon);
        await service.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(await service.QueryAsync<long>("select max(seq_id) from calendar.mt_events"), service.Soon);
        return report;
    }
}
