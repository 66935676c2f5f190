using System.Net.Http.Headers;
using System.Text;
using Calendar.EventStore;
using Calendar.Server.Imports;

namespace Calendar.Server.Tests.Imports;

/// <summary><c>POST /v1/imports</c>.</summary>
public sealed class ImportingOverHttp(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private const string Header = "key,relationship,kind,on,title_vi,title_en,citation,confidence\n";

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Good_rows_are_recorded_and_bad_ones_reported()
    {
        var before = await _service.CountAsync();
        var body = $"{Header}h1/1,JP~VN,milestone_recorded,1950,t,t,c,confirmed\nh1/2,JP~VN,milestone_recorded,1950-02-30,t,t,c,confirmed\n";
        var dry = (await PostAsync(body, "text/csv", "?dryRun=true&name=H%C3%A0%20N%E1%BB%99i.csv")).Is(200);
        Assert.Equal(before, await _service.CountAsync());
        Assert.True(dry.Json.GetProperty("dryRun").GetBoolean());

        var real = (await PostAsync(body, "text/csv; charset=utf-8", "?name=H%C3%A0%20N%E1%BB%99i.csv")).Is(200);
        Assert.Equal(before + 1, await _service.CountAsync());
        Assert.Equal((1, 0, 1), (real.Json.GetProperty("recorded").GetInt32(), real.Json.GetProperty("already").GetInt32(), real.Json.GetProperty("counts").GetProperty("refused").GetInt32()));
        Assert.Equal(dry.Text.Replace("\"dryRun\":true", "\"dryRun\":false", StringComparison.Ordinal), real.Text);
        var refused = real.Json.GetProperty("refused")[0];
        Assert.Equal(
            ("Hà Nội.csv", 3, "h1/2", "urn:calendar:problem:impossible-date", "/on", "1950-02 has no day 30."),
            (refused.GetProperty("file").GetString(), refused.GetProperty("line").GetInt32(), refused.GetProperty("key").GetString(), refused.GetProperty("type").GetString(),
                refused.GetProperty("pointer").GetString(), refused.GetProperty("detail").GetString()));
        Assert.NotEqual("", refused.GetProperty("text").GetProperty("vi").GetString());

        // It can be read as soon as it is answered.
        (await _service.GetAsync($"/v1/facts/{FactId.OfKey("h1/1")}")).Is(200);
        Assert.Equal(1, (await PostAsync(body, "text/csv")).Json.GetProperty("already").GetInt32());
    }

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("application/jsonl")]
    public async Task Lines_of_commands_come_in_too(string type)
    {
        var line = $$"""{"key":"h2/{{type.Length}}","do":"record_fact","relationship":"JP~VN","kind":"ties_suspended","on":"1950","source":{"citation":"c","confidence":"confirmed"} }""";
        Assert.Equal(1, (await PostAsync(line, type)).Is(200).Json.GetProperty("recorded").GetInt32());
    }

    [Fact]
    public async Task Only_the_first_thousand_bad_rows_are_listed_and_all_are_counted()
    {
        var body = Header + string.Concat(Enumerable.Range(0, 1500).Select(i => $"h3/{i},JP~VN,wedding,1950,t,t,c,confirmed\n"));
        var report = (await PostAsync(body, "text/csv", "?dryRun=true")).Is(200).Json;
        Assert.Equal((1000, 1500), (report.GetProperty("refused").GetArrayLength(), report.GetProperty("counts").GetProperty("refused").GetInt32()));
    }

    [Fact]
    public async Task Two_at_a_time_are_refused()
    {
        var body = Header + "h4/1,JP~VN,milestone_recorded,1950,t,t,c,confirmed\n";
        await using (await AdvisoryLock.AcquireAsync(_service.Source, Importer.Lock, _service.Soon))
        {
            (await PostAsync(body, "text/csv")).IsProblem(409, "import-under-way");
            (await PostAsync(body, "text/csv", "?dryRun=true")).IsProblem(409, "import-under-way");
        }

        (await PostAsync(body, "text/csv")).Is(200);
    }

    [Fact]
    public async Task A_key_belongs_to_one_body()
    {
        var key = ("Idempotency-Key", "import-1");
        var body = Header + "h5/1,JP~VN,milestone_recorded,1950,t,t,c,confirmed\n";
        Assert.Equal(1, (await PostAsync(body, "text/csv", "", key)).Is(200).Json.GetProperty("recorded").GetInt32());
        Assert.Equal(1, (await PostAsync(body, "text/csv", "", key)).Is(200).Json.GetProperty("already").GetInt32());
        (await PostAsync(body + "\n", "text/csv", "", key)).IsProblem(422, "idempotency-key-reused");
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", """{"kind":"ties_resumed","on":"1999","source":{"citation":"c","confidence":"confirmed"}}""", key))
            .IsProblem(422, "idempotency-key-reused");
        (await PostAsync(body, "text/csv", "", ("Idempotency-Key", new string('x', 201)))).IsProblem(422, "bad-idempotency-key");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/csv; charset=utf-16")]
    [InlineData("text/plain")]
    public async Task Other_forms_are_refused(string type) => (await PostAsync(Header, type)).IsProblem(415, "unsupported-media-type");

    [Theory]
    [InlineData("?dryRun=yes", "dryRun", "unknown-value")]
    [InlineData("?name=a%00b", "name", "text-length")]
    [InlineData("?dry=true", "dry", "unknown-parameter")]
    public async Task Wrong_parameters_are_named(string query, string parameter, string code) => (await PostAsync(Header, "text/csv", query)).IsProblem(422, "bad-query").Names(parameter, code);

    [Fact]
    public async Task A_file_over_256_MB_is_refused_announced_or_not()
    {
        var head = $"POST /v1/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_service.Admin}\r\nContent-Type: text/csv\r\nConnection: close\r\n";
        var answer = await _service.RawAsync(Encoding.ASCII.GetBytes($"{head}Content-Length: {ImportFile.MaxLength + 1}\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("256 MB", answer, StringComparison.Ordinal);

        using var endless = new StreamContent(new Endless());
        endless.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        try
        {
            var reply = await _service.SendAsync("POST", "/v1/imports", endless, CalendarService.Bearer(_service.Admin!));
            reply.IsProblem(413, "too-large");
        }
        catch (HttpRequestException)
        {
            // The server answered and closed while the client was still sending: it did not hear the answer.
        }

        Assert.Equal(["admin-token", "deliveries.json"], _service.FilesInData());
    }

    [Fact]
    public async Task More_than_a_megabyte_is_no_matter_here()
    {
        var body = Header + "h6/1,JP~VN,milestone_recorded,1950,t,t,c,confirmed\n" + new string('\n', 3 << 20);
        Assert.Equal(1, (await PostAsync(body, "text/csv")).Is(200).Json.GetProperty("recorded").GetInt32());
        Assert.Equal(["admin-token", "deliveries.json"], _service.FilesInData());
    }

    private async Task<Reply> PostAsync(string body, string type, string query = "", params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await _service.SendAsync("POST", "/v1/imports" + query, content, [CalendarService.Bearer(_service.Admin!), .. headers]);
    }

    // One line more than may be sent, of nothing.
    private sealed class Endless : Stream
    {
        private long _left = ImportFile.MaxLength + 1;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(_left, count);
            _left -= read;
            buffer.AsSpan(offset, read).Fill((byte)'\n');
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
