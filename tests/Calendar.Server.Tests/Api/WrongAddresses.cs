namespace Calendar.Server.Tests.Api;

/// <summary>Whatever is wrong with an address: the answer names the parameter, and is never the server's fault.</summary>
public sealed class WrongAddresses(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("/v1/anniversaries?from=2027-02-30", "from", "impossible-date")]
    [InlineData("/v1/anniversaries?from=2027-02", "from", "impossible-date")]
    [InlineData("/v1/anniversaries?to=tomorrow", "to", "impossible-date")]
    [InlineData("/v1/anniversaries?from=2027-02-01&to=2027-01-31", "to", "reversed-range")]
    [InlineData("/v1/anniversaries?from=2027-02-01&to=2027-02-01", "to", "reversed-range")]
    [InlineData("/v1/anniversaries?to=2026-12-01", "to", "reversed-range")]
    [InlineData("/v1/anniversaries?from=2027-01-01&to=2127-01-02", "to", "range-too-long")]
    [InlineData("/v1/anniversaries?from=0001-01-01&to=9999-12-31", "to", "range-too-long")]
    [InlineData("/v1/anniversaries?year=2027&from=2027-01-01", "year", "year-or-range")]
    [InlineData("/v1/anniversaries?year=0", "year", "out-of-range")]
    [InlineData("/v1/anniversaries?year=9999", "year", "out-of-range")]
    [InlineData("/v1/anniversaries?year=-1", "year", "out-of-range")]
    [InlineData("/v1/anniversaries?year=1e3", "year", "out-of-range")]
    [InlineData("/v1/anniversaries?year=99999999999999999999", "year", "out-of-range")]
    [InlineData("/v1/anniversaries?year=2027&year=2028", "year", "parameter-twice")]
    [InlineData("/v1/anniversaries?party=XX", "party", "unknown-value")]
    [InlineData("/v1/anniversaries?party=,", "party", "no-value")]
    [InlineData("/feeds/anniversaries.ics?tier=%20", "tier", "no-value")]
    [InlineData("/v1/anniversaries?party=jp", "party", "unknown-value")]
    [InlineData("/v1/anniversaries?party=%00", "party", "unknown-value")]
    [InlineData("/v1/anniversaries?party=%FF%FE", "party", "unknown-value")]
    [InlineData("/v1/anniversaries?party=JP&party=LA", "party", "parameter-twice")]
    [InlineData("/v1/anniversaries?tier=best", "tier", "unknown-value")]
    [InlineData("/v1/anniversaries?tier=0", "tier", "unknown-value")]
    [InlineData("/v1/anniversaries?kind=party_renamed", "kind", "unknown-value")]
    [InlineData("/v1/anniversaries?kind=7", "kind", "unknown-value")]
    [InlineData("/v1/anniversaries?precision=hour", "precision", "unknown-value")]
    [InlineData("/v1/anniversaries?limit=0", "limit", "out-of-range")]
    [InlineData("/v1/anniversaries?limit=501", "limit", "out-of-range")]
    [InlineData("/v1/anniversaries?count=maybe", "count", "unknown-value")]
    [InlineData("/v1/anniversaries?partner=JP", "partner", "unknown-parameter")]
    [InlineData("/v1/anniversaries?Party=JP&PARTY=LA", "party", "parameter-twice")]
    [InlineData("/v1/anniversaries?=1", "", "unknown-parameter")]
    [InlineData("/v1/parties?kind=planet", "kind", "unknown-value")]
    [InlineData("/v1/parties?order=name", "order", "unknown-parameter")]
    [InlineData("/v1/relationships?party=J~P", "party", "unknown-value")]
    [InlineData("/v1/relationships?since=1973", "since", "unknown-parameter")]
    [InlineData("/feeds/anniversaries.ics?lang=fr", "lang", "unknown-value")]
    [InlineData("/feeds/anniversaries.ics?lang=0", "lang", "unknown-value")]
    [InlineData("/feeds/anniversaries.ics?alarm=7", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=P1M", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=P367D", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=P0D", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=-P1D", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=P-1D", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=P99999999999999D", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=PT9223372036854775807H", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=P2147483647W", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?alarm=PT0.5S", "alarm", "malformed-alarm")]
    [InlineData("/feeds/anniversaries.ics?imprecise=guess", "imprecise", "unknown-value")]
    [InlineData("/feeds/anniversaries.ics?ahead=0", "ahead", "out-of-range")]
    [InlineData("/feeds/anniversaries.ics?ahead=13", "ahead", "out-of-range")]
    [InlineData("/feeds/anniversaries.ics?detail=half", "detail", "unknown-value")]
    [InlineData("/feeds/anniversaries.ics?limit=5", "limit", "unknown-parameter")]
    [InlineData("/?lang=fr", "lang", "unknown-value")]
    [InlineData("/?from=2027-01-01", "from", "unknown-parameter")]
    public async Task A_parameter_that_cannot_be_used_is_named(string path, string parameter, string code) =>
        (await _service.GetAsync(path)).IsProblem(422, "bad-query").Names(parameter, code);

    [Fact]
    public async Task All_wrong_parameters_are_named_at_once() =>
        (await _service.GetAsync("/v1/anniversaries?from=2027-02-30&party=XX&tier=best&limit=0&colour=red")).IsProblem(422, "bad-query")
            .Names("from", "impossible-date").Names("party", "unknown-value").Names("tier", "unknown-value").Names("limit", "out-of-range").Names("colour", "unknown-parameter");

    [Theory]
    [InlineData("from=9999-01-01&to=9999-12-31")]
    [InlineData("from=9950-01-01&to=9999-12-31")]
    [InlineData("from=0001-01-01&to=0101-01-01")]
    [InlineData("year=1")]
    [InlineData("year=9998")]
    [InlineData("from=9999-12-30")]
    [InlineData("from=2027-01-01&to=2127-01-01")]
    public async Task The_ends_of_time_can_be_asked_for(string query) => (await _service.GetAsync("/v1/anniversaries?" + query)).Is(200);

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v2/anniversaries")]
    [InlineData("/v1/parties/ZZ")]
    [InlineData("/v1/parties/jp")]
    [InlineData("/v1/parties/%E2%80%AE")]
    [InlineData("/v1/relationships/JP~ZZ")]
    [InlineData("/v1/relationships/JP~JP")]
    [InlineData("/v1/relationships/JPVN")]
    [InlineData("/v1/relationships/JP~VN/future")]
    [InlineData("/v1/facts/7")]
    [InlineData("/v1/facts/00000000-0000-0000-0000-000000000000")]
    [InlineData("/v1/facts/0198c0de-0000-7000-8000-000000000000")]
    [InlineData("/v1/anniversaries/0198c0de-0000-7000-8000-000000000000/60")]
    [InlineData("/v1/anniversaries/JP/0")]
    [InlineData("/v1/anniversaries/JP/-1/explanation")]
    [InlineData("/v1/anniversaries/JP/99999999999/explanation")]
    [InlineData("/feeds/other.ics")]
    [InlineData("/assets/../appsettings.json")]
    [InlineData("/assets/%2e%2e/Calendar.Server.dll")]
    [InlineData("/openapi/v2.json")]
    public async Task What_is_not_there_is_told_so(string path) => (await _service.GetAsync(path)).IsProblem(404, "not-found");

    [Theory]
    [InlineData("DELETE", "/v1/parties/JP", "GET, HEAD, PUT")]
    [InlineData("POST", "/v1/parties", "GET, HEAD")]
    [InlineData("PATCH", "/v1/facts/0198c0de-0000-7000-8000-000000000000", "GET, HEAD")]
    [InlineData("GET", "/v1/relationships/JP~VN/facts", "POST")]
    [InlineData("PUT", "/feeds/anniversaries.ics", "GET, HEAD")]
    [InlineData("BREW", "/v1/anniversaries", "GET, HEAD")]
    public async Task Another_method_is_told_which_there_are(string method, string path, string allow)
    {
        var answer = (await _service.SendAsync(method, path, null)).IsProblem(405, "method-not-allowed");
        Assert.Equal(allow, string.Join(", ", answer["Allow"]!.Split(", ").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_number_that_no_anniversary_has_is_not_there()
    {
        var ties = FactId.OfKey("small/ties/JP");
        (await _service.GetAsync($"/v1/anniversaries/{ties}/8026")).Is(200);
        foreach (var number in new[] { "0", "-1", "8027", "2147483647", "2147483648", "x", "1.5", "" })
        {
            (await _service.GetAsync($"/v1/anniversaries/{ties}/{number}")).IsProblem(404, "not-found");
            (await _service.GetAsync($"/v1/anniversaries/{ties}/{number}/explanation")).IsProblem(404, "not-found");
        }
    }

    [Fact]
    public async Task Headers_that_mean_nothing_are_passed_over()
    {
        string[] values = ["garbage", "\"", "*, *", ";q=1", ",,,,", "text/csv;q=x", "a/b;q=2", "W/", "\"a", "9999", "Sat, 99 Foo 2026 99:99:99 GMT", new string('a', 8000), "%00", "{}"];
        string[] headers =
        [
            "Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range",
            "Cookie", "Authorization", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Prefer", "Origin", "traceparent", "Idempotency-Key",
        ];
        string[] paths = ["/", "/v1/anniversaries", "/v1/parties/JP", "/feeds/anniversaries.ics", $"/v1/anniversaries/{FactId.OfKey("small/ties/JP")}/60/explanation"];
        foreach (var header in headers)
        {
            foreach (var value in values)
            {
                // An asterisk among others is no list of tags; alone it is, and the answer may be 304.
                foreach (var path in paths)
                {
                    var answer = await _service.GetAsync(path, (header, value));
                    Assert.True(answer.Status is 200, $"{header}: {value}\n{answer}");
                }
            }
        }
    }

    [Fact]
    public async Task Requests_that_are_no_HTTP_are_not_the_servers_fault()
    {
        string[] requests =
        [
            "GET /v1/parties/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /v1/parties/%FF HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /v1/parties/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET //v1//parties HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /v1/../v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            $"GET /v1/anniversaries?party={new string('A', 5000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /v1/parties HTTP/1.1\r\nConnection: close\r\n\r\n",
            "GET http://evil.example/v1/parties?limit=1 HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nConnection: close\r\n\r\n",
            "NONSENSE\r\n\r\n",
            "POST /v1/accords HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: -1\r\n\r\n",
            "POST /v1/accords HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        ];
        foreach (var request in requests)
        {
            var answer = await _service.RawAsync(System.Text.Encoding.UTF8.GetBytes(request));
            Assert.Matches("^HTTP/1.1 [2-4][0-9][0-9] ", answer);
        }
    }
}
