using System.Text;

namespace Calendar.Server.Tests.Api;

/// <summary>Whatever is wrong with a command: the answer names it, and nothing is stored.</summary>
public sealed class WrongCommands(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private const string Facts = "/v1/relationships/JP~VN/facts";
    private const string Source = """{"citation":"Archive","confidence":"confirmed"}""";

    private readonly CalendarService _service = calendar.Service;

    private static string Ties { get; } = FactId.OfKey("small/ties/JP").ToString();

    private static string Withdrawn { get; } = FactId.OfKey("small/milestones/FR/wrong").ToString();

    [Theory]
    [InlineData("2023-02-30", "impossible-date")]
    [InlineData("2023-02-29", "impossible-date")]
    [InlineData("2023-13", "impossible-date")]
    [InlineData("0000", "impossible-date")]
    [InlineData("21/09/1973", "impossible-date")]
    [InlineData("1973-9-21", "impossible-date")]
    [InlineData("١٩٧٣", "impossible-date")]
    [InlineData("", "text-length")]
    public Task Impossible_dates_are_refused(string on, string code) => RefusedAsync(Facts, Milestone(on: on), 422, code, "/on");

    [Fact]
    public async Task Every_wrong_member_is_named_at_once()
    {
        var answer = await RefusedAsync(
            Facts, """{"kind":"milestone","on":"2023-02-30","titel":"x","source":{"citation":7,"confidence":"sure","page":1}}""", 422, "unknown-value", "/kind");
        answer.Names("/on", "impossible-date").Names("/titel", "unknown-member").Names("/source/citation", "string-expected")
            .Names("/source/confidence", "unknown-value").Names("/source/page", "unknown-member");
    }

    [Theory]
    [InlineData("""{"kind":"milestone_recorded","on":"1999","source":S}""", "member-required", "/title")]
    [InlineData("""{"kind":"milestone_recorded","on":"1999","title":"t"}""", "member-required", "/source")]
    [InlineData("""{"kind":"milestone_recorded","title":"t","source":S}""", "member-required", "/on")]
    [InlineData("""{"on":"1999","title":"t","source":S}""", "member-required", "/kind")]
    [InlineData("""{"kind":"ties_established","on":"1999","title":"t","source":S}""", "member-not-for-kind", "/title")]
    [InlineData("""{"kind":"partnership_elevated","on":"1999","source":S}""", "member-required", "/level")]
    [InlineData("""{"kind":"partnership_elevated","on":"1999","source":S,"level":"best"}""", "unknown-value", "/level")]
    [InlineData("""{"kind":"accord_concluded","on":"1999","source":S}""", "kind-of-another-stream", "/kind")]
    [InlineData("""{"kind":"ties_suspended","on":"1999","source":S,"commemorated":true}""", "member-not-for-kind", "/commemorated")]
    [InlineData("""{"kind":"milestone_recorded","on":"1999","title":"t","source":S,"commemorated":"yes"}""", "boolean-expected", "/commemorated")]
    [InlineData("""{"kind":"milestone_recorded","on":"1999","title":{"vi":"t"},"source":S}""", "member-required", "/title/en")]
    [InlineData("""{"kind":"milestone_recorded","on":"1999","title":["t"],"source":S}""", "object-expected", "/title")]
    [InlineData("""{"kind":"milestone_recorded","on":"1999","title":"t","source":S,"fact":"7"}""", "malformed-fact", "/fact")]
    [InlineData("""{"kind":"milestone_recorded","on":"1999","title":"t","source":S,"relationship":"JP~VN"}""", "unknown-member", "/relationship")]
    [InlineData("""{"kind":"milestone_recorded","on":"1999","title":"t","source":{"citation":"c","confidence":"confirmed","url":"javascript:alert(1)"}}""", "malformed-url", "/source/url")]
    [InlineData("""[]""", "object-expected", "")]
    [InlineData("null", "object-expected", "")]
    public Task Members_that_are_missing_unknown_or_of_another_kind_are_refused(string json, string code, string pointer) =>
        RefusedAsync(Facts, json.Replace("S", Source, StringComparison.Ordinal), 422, code, pointer);

    [Theory]
    [InlineData("a\\u0000b", "control-character")]
    [InlineData("a\\u0007b", "control-character")]
    [InlineData("\\ud800", "broken-text")]
    [InlineData("\\udc00\\ud800", "broken-text")]
    [InlineData("\\ufffe", "broken-text")]
    [InlineData("   ", "text-length")]
    public Task Text_that_no_text_can_hold_is_refused(string title, string code) => RefusedAsync(Facts, Milestone(title: title), 422, code, "/title");

    [Fact]
    public async Task Text_that_is_too_long_is_refused() =>
        await RefusedAsync(Facts, Milestone(title: new string('x', 501)), 422, "text-length", "/title");

    [Theory]
    [InlineData("""{"on":"1973","on":"1974"}""")]
    [InlineData("""{"on":"1973","\u006fn":"1974"}""")]
    [InlineData("""{"source":{"citation":"a","citation":"b"}}""")]
    [InlineData("""{"on":"1973",}""")]
    [InlineData("""{"on":'1973'}""")]
    [InlineData("""{"on":NaN}""")]
    [InlineData("""{"\ud800":1,"on":"1973"}""")]
    [InlineData("")]
    [InlineData("on=1973")]
    [InlineData("{\"on\":\"19\u000073\"}")]
    [InlineData("\uFEFF{}")]
    public Task What_is_not_JSON_is_refused(string body) => RefusedAsync(Facts, body, 400, "not-json");

    [Fact]
    public Task Deep_nesting_is_refused() => RefusedAsync(Facts, new string('[', 100_000), 400, "not-json");

    [Fact]
    public async Task Octets_that_are_not_UTF_8_are_refused()
    {
        var before = await _service.CountAsync();
        byte[] bytes = [.. """{"kind":"milestone_recorded","on":"1999","title":"Vi"""u8, 0xe1, 0xbb, .. "t\"}"u8];
        (await SendAsync(Facts, new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } })).IsProblem(400, "not-utf8");
        Assert.Equal(before, await _service.CountAsync());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    [InlineData("garbage")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused(string? type)
    {
        var before = await _service.CountAsync();
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(Milestone()));
        if (type is not null)
        {
            body.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        (await SendAsync(Facts, body)).IsProblem(415, "unsupported-media-type");
        Assert.Equal(before, await _service.CountAsync());
    }

    [Theory]
    [InlineData("Content-Length: 10485760")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Ten_megabytes_are_refused_whether_announced_or_not(string framing)
    {
        var before = await _service.CountAsync();
        var head = $"POST {Facts} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_service.Admin}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n";
        var body = (framing.Contains("chunked", StringComparison.Ordinal) ? "A00000\r\n" : "") + new string(' ', 10 << 20) + "\r\n0\r\n\r\n";
        var answer = await _service.RawAsync(Encoding.ASCII.GetBytes(head + body));
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:calendar:problem:too-large", answer, StringComparison.Ordinal);
        Assert.Equal(before, await _service.CountAsync());
    }

    [Theory]
    [InlineData("/v1/relationships/JP~XX/facts", 404, "unknown-party", "/relationship")]
    [InlineData("/v1/relationships/JP~JP/facts", 404, "not-found", null)]
    [InlineData("/v1/relationships/JP/facts", 404, "not-found", null)]
    [InlineData("/v1/relationships/jp~vn/facts", 404, "not-found", null)]
    [InlineData("/v1/relationships/~/facts", 404, "not-found", null)]
    public Task Unknown_parties_and_a_pair_with_itself_are_refused(string path, int status, string code, string? pointer) =>
        RefusedAsync(path, Milestone(), status, code, pointer);

    [Fact]
    public async Task Unknown_parties_inside_a_command_are_named()
    {
        await RefusedAsync("/v1/accords", Accord("""["VN","XX"]"""), 404, "unknown-party", "/parties/1");
        await RefusedAsync("/v1/accords", Accord("""["VN","VN"]"""), 422, "malformed-item", "/parties/1");
        await RefusedAsync("/v1/accords", Accord("[]"), 422, "list-expected", "/parties");
        await RefusedAsync("/v1/accords/no-such/joining", $$"""{"on":"1999","party":"JP","source":{{Source}}}""", 404, "unknown-accord", "/accord");
        await RefusedAsync("/v1/parties/JP/party_ended", $$"""{"on":"1999","successors":["XX"],"source":{{Source}}}""", 404, "unknown-party", "/successors/0");
        await RefusedAsync("/v1/parties/JP/national_day", $$"""{"day":"--02-30","name":"x","source":{{Source}}}""", 422, "impossible-date", "/day");
        await RefusedAsync("/v1/parties/JP/national_day", $$"""{"day":"--02-23","name":"x","source":{{Source}}}""", 409, "national-day-exists", "/day");

        static string Accord(string parties) => $$"""{"accord":"an-accord","on":"1999","title":"t","parties":{{parties}},"source":{{Source}}}""";
    }

    [Theory]
    [InlineData("claims", """{"on":"1999","source":{"citation":"c","confidence":"confirmed"}}""")]
    [InlineData("preference", """{"claim":"W","reason":"r"}""")]
    [InlineData("title", """{"title":"t","reason":"r"}""")]
    [InlineData("end", """{"on":"1999","reason":"r"}""")]
    public Task A_withdrawn_fact_takes_nothing_more(string route, string json) =>
        RefusedAsync($"/v1/facts/{Withdrawn}/{route}", json.Replace("W", Withdrawn, StringComparison.Ordinal), 409, "fact-withdrawn", "/fact");

    [Fact]
    public async Task What_is_at_odds_with_the_record_is_refused()
    {
        await RefusedAsync(Facts, $$"""{"kind":"ties_established","on":"1973-09-22","source":{{Source}}}""", 409, "ties-already-established", "/kind");
        await RefusedAsync(Facts, Milestone(fact: Ties), 409, "fact-exists", "/fact");
        await RefusedAsync("/v1/relationships/LA~VN/facts", Milestone(fact: Ties), 409, "fact-exists", "/fact");
        await RefusedAsync($"/v1/facts/{Ties}/preference", $$"""{"claim":"{{Guid.NewGuid()}}","reason":"r"}""", 404, "unknown-claim", "/claim");
        await RefusedAsync($"/v1/facts/{Ties}/end", """{"on":"1950","reason":"r"}""", 422, "ends-before-it-began", "/on");
        await RefusedAsync($"/v1/facts/{Guid.NewGuid()}/title", """{"title":"t","reason":"r"}""", 404, "unknown-fact", "/fact");
        await RefusedAsync("/v1/facts/nonsense/title", """{"title":"t","reason":"r"}""", 404, "not-found", null);
        await RefusedAsync(Facts, $$"""{"kind":"treaty_ended","on":"1999","ends":"{{Ties}}","source":{{Source}}}""", 404, "unknown-treaty", "/ends");
    }

    [Theory]
    [InlineData("\"v0-aaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("\"v99-aaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("W/\"v1-aaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("\"aaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("\"v1-a\", \"v2-b\"")]
    [InlineData("\"v99999999999999999999-a\"")]
    [InlineData("\"v-1-a\"")]
    [InlineData("v1")]
    [InlineData("garbage")]
    public async Task An_If_Match_that_is_not_this_resources_current_tag_is_refused(string tag)
    {
        var before = await _service.CountAsync();
        (await _service.PostAsync($"/v1/facts/{Ties}/title", """{"title":"Stale","reason":"r"}""", ("If-Match", tag))).IsProblem(412, "stale");
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task The_tag_of_a_list_is_no_If_Match()
    {
        var list = await _service.GetAsync("/v1/anniversaries?year=2033");
        var before = await _service.CountAsync();
        (await _service.PostAsync(Facts, Milestone(), ("If-Match", list.ETag))).IsProblem(412, "stale");
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused()
    {
        var before = await _service.CountAsync();
        (await _service.PostAsync(Facts, Milestone(), ("Idempotency-Key", new string('k', 201)))).IsProblem(422, "bad-idempotency-key");
        (await _service.PostAsync(Facts, Milestone(), ("Idempotency-Key", ""))).IsProblem(422, "bad-idempotency-key");
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task Octets_in_a_key_that_no_text_holds_never_reach_the_database()
    {
        var before = await _service.CountAsync();
        foreach (byte[] key in new byte[][] { [0], [0xff, 0xfe], [0xed, 0xa0, 0x80] })
        {
            var body = Encoding.UTF8.GetBytes(Milestone());
            byte[] request =
            [
                .. Encoding.ASCII.GetBytes($"POST {Facts} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {_service.Admin}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nIdempotency-Key: k"),
                .. key, .. "\r\n\r\n"u8, .. body,
            ];
            Assert.StartsWith("HTTP/1.1 400 ", await _service.RawAsync(request), StringComparison.Ordinal);
        }

        Assert.Equal(before, await _service.CountAsync());
    }

    private static string Milestone(string on = "1999", string title = "A milestone", string? fact = null) =>
        $$"""{"kind":"milestone_recorded","on":"{{on}}","title":"{{title}}","source":{{Source}}{{(fact is null ? "" : $",\"fact\":\"{fact}\"")}}}""";

    private Task<Reply> SendAsync(string path, HttpContent body, params (string Name, string Value)[] headers) =>
        _service.SendAsync("POST", path, body, [CalendarService.Bearer(_service.Admin!), .. headers]);

    private async Task<Reply> RefusedAsync(string path, string json, int status, string code, string? pointer = null)
    {
        var before = await _service.CountAsync();
        var answer = (await _service.PostAsync(path, json)).IsProblem(status, code);
        if (pointer is not null)
        {
            answer.Names(pointer, code);
        }

        Assert.Equal(before, await _service.CountAsync());
        return answer;
    }
}
