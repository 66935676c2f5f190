using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Calendar.Server.Tests.Feeds;

/// <summary><c>POST /v1/feeds/check</c> as anybody uses it.</summary>
public sealed class CheckingAFeed(EmptyCalendar calendar) : IClassFixture<EmptyCalendar>
{
    private const string Wrong =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tests//EN\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\nDTSTAMP:20261122T060000Z\r\nDTSTART;VALUE=DATE:20330921\r\n" +
        "DTEND;VALUE=DATE:20330921\r\nSUMMARY:Ngày kỷ niệm\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    private static readonly SearchValues<char> _delimiters = SearchValues.Create(":;=,\"\\\r\n");

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Tells_what_is_wrong_where_and_what_to_do()
    {
        var answer = (await SendAsync(Wrong, "text/calendar; charset=utf-8")).Is(200);

        Assert.Equal("application/json; charset=utf-8", answer["Content-Type"]);
        var json = answer.Json;
        Assert.False(json.GetProperty("valid").GetBoolean());
        Assert.Equal(Encoding.UTF8.GetByteCount(Wrong), json.GetProperty("size").GetInt32());
        Assert.Equal("""{"VEVENT":1,"VCALENDAR":1}""", json.GetProperty("components").GetRawText());
        Assert.Equal("""{"error":1,"warning":0,"advice":1}""", json.GetProperty("counts").GetRawText());
        Assert.Equal("{}", json.GetProperty("more").GetRawText());
        Assert.Equal(
            """{"severity":"advice","code":"no-sequence","line":4,"component":"VEVENT","uid":"1@example.org","text":{"vi":"VEVENT không có SEQUENCE; lần sửa sau có thể bị bỏ qua. Thêm SEQUENCE:0 và tăng 1 mỗi lần sửa.","en":"VEVENT has no SEQUENCE, and a later correction may be ignored. Add SEQUENCE:0 and count up with every change."},"source":"RFC 5545, 3.8.7.4"}""",
            json.GetProperty("findings")[0].GetRawText());
        var end = json.GetProperty("findings")[1];
        Assert.Equal(("error", "all-day-end-equals-start", 8, "DTEND"), (end.GetProperty("severity").GetString(), end.GetProperty("code").GetString(), end.GetProperty("line").GetInt32(), end.GetProperty("property").GetString()));
        Assert.Contains("DTEND;VALUE=DATE:20330922", end.GetProperty("text").GetProperty("vi").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/calendar")]
    [InlineData("TEXT/Calendar; method=PUBLISH; charset=UTF-8")]
    [InlineData("text/plain; charset=us-ascii")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task Takes_a_file_as_people_send_it(string? type)
    {
        var clean = Wrong.Replace("DTEND;VALUE=DATE:20330921", "DTEND;VALUE=DATE:20330922", StringComparison.Ordinal).Replace("SUMMARY", "SEQUENCE:0\r\nSUMMARY", StringComparison.Ordinal);
        var json = (await SendAsync(clean, type)).Is(200).Json;

        Assert.True(json.GetProperty("valid").GetBoolean());
        Assert.Equal(0, json.GetProperty("findings").GetArrayLength());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=a")]
    [InlineData("text/html")]
    [InlineData("nonsense")]
    public async Task Says_what_to_send_instead(string type)
    {
        var answer = (await SendAsync(Wrong, type)).IsProblem(415, "unsupported-media-type");
        Assert.Contains("text/calendar", answer.Json.GetProperty("text").GetProperty("vi").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.org/calendar.ics\n", "address-only")]
    [InlineData("webcal://127.0.0.1/feed.ics", "address-only")]
    [InlineData("<html><title>Sign in</title></html>", "web-page")]
    [InlineData("{\"url\":\"https://example.org\"}", "not-a-calendar")]
    [InlineData("", "not-a-calendar")]
    public async Task Fetches_nothing_and_asks_for_the_file(string body, string code)
    {
        var json = (await SendAsync(body, "text/plain")).Is(200).Json;

        Assert.False(json.GetProperty("valid").GetBoolean());
        var finding = Assert.Single(json.GetProperty("findings").EnumerateArray());
        Assert.Equal(code, finding.GetProperty("code").GetString());
        Assert.False(finding.TryGetProperty("component", out _));
    }

    [Theory]
    [InlineData("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY;;:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "malformed-parameter")]
    [InlineData("BEGIN:VCALENDAR\r\nEND:\r\nEND:VCALENDAR\r\n", "unmatched-end")]
    [InlineData("BEGIN:\r\n", "unended-component")]
    public async Task Tells_of_lines_with_nothing_in_them(string body, string code) =>
        Assert.Contains(code, (await SendAsync(body, "text/calendar")).Is(200).Json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()));

    [Fact]
    public async Task Answers_whatever_is_left_out_or_put_in()
    {
        for (var at = 0; at < Wrong.Length; at++)
        {
            var length = Wrong.AsSpan(at).IndexOfAny(_delimiters) is > 0 and var end ? end : 1;
            var (before, place, after) = (Wrong[..at], Wrong.Substring(at, length), Wrong[(at + length)..]);
            foreach (var changed in (string[])[before + after, before + place + place + after, before + ";" + place + after, before + "\r\n" + place + after])
            {
                (await SendAsync(changed, "text/calendar")).Is(200);
            }

            at += length - 1;
        }
    }

    [Fact]
    public async Task Reads_five_megabytes_and_no_more()
    {
        var most = new string('\n', FeedCheck.MaxBytes - "BEGIN:VCALENDAR\n".Length);
        var json = (await SendAsync("BEGIN:VCALENDAR\n" + most, "text/calendar")).Is(200).Json;
        Assert.Equal(FeedCheck.MaxBytes, json.GetProperty("size").GetInt32());
        Assert.Equal(most.Length - 50, json.GetProperty("more").GetProperty("empty-line").GetInt32());

        // Announced, or only found when it is there.
        var head = $"POST {FeedCheckEndpoints.Path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/calendar\r\nConnection: close\r\n";
        string[] requests = [$"{head}Content-Length: {FeedCheck.MaxBytes + 1}\r\n\r\n", $"{head}Transfer-Encoding: chunked\r\n\r\n{FeedCheck.MaxBytes + 1:x}\r\n{new string('\n', FeedCheck.MaxBytes + 1)}"];
        foreach (var request in requests)
        {
            var answer = await _service.RawAsync(Encoding.ASCII.GetBytes(request));
            Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
            Assert.Contains("5 MB", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Has_no_parameters_and_no_other_methods()
    {
        using var body = new StringContent(Wrong, Encoding.UTF8, "text/calendar");
        (await _service.SendAsync("POST", FeedCheckEndpoints.Path + "?url=https://example.org", body)).IsProblem(422, "bad-query").Names("url", "unknown-parameter");
        (await _service.GetAsync(FeedCheckEndpoints.Path)).IsProblem(405, "method-not-allowed");
    }

    [Fact]
    public async Task Many_at_once_are_answered_or_told_to_come_back()
    {
        var large = "BEGIN:VCALENDAR\r\n" + string.Concat(Enumerable.Repeat("BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", 30_000));
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => SendAsync(large, "text/calendar")));

        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer =>
        {
            answer.IsProblem(503, "checks-busy");
            Assert.Equal("5", answer["Retry-After"]);
        });
    }

    [Fact]
    public async Task Whoever_finds_no_place_is_told_when_to_come_back()
    {
        using var check = new FeedCheck { Patience = TimeSpan.Zero };
        using var gone = new CancellationTokenSource();
        var slow = Enumerable.Range(0, 16).Select(_ => check.HandleAsync(Unfinished(), gone.Token)).ToList();
        var context = Unfinished();

        var refused = await Assert.ThrowsAsync<RefusedRequestException>(() => check.HandleAsync(context, _service.Soon));
        Assert.Equal(503, Assert.IsAssignableFrom<IStatusCodeHttpResult>(refused.Answer).StatusCode);
        Assert.Equal("5", context.Response.Headers.RetryAfter);

        // Those who hang up leave their places.
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(slow));
        var file = new DefaultHttpContext();
        await check.HandleAsync(file, _service.Soon);
    }

    [Fact]
    public async Task Small_files_are_answered_while_slow_senders_hold_every_place_of_large_ones()
    {
        var slow = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => SlowAsync(1_000_000)));
        (await SendAsync(Wrong, "text/calendar")).Is(200);

        // And they lose their places before the deadline.
        foreach (var sender in slow)
        {
            using (sender)
            {
                Assert.Contains("less than 20 kB a second", await EndOf(sender), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Small_files_are_answered_when_slow_senders_of_small_ones_have_lost_their_places()
    {
        var slow = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => SlowAsync(1_000)));
        (await SendAsync(Wrong, "text/calendar")).Is(200);
        Array.ForEach(slow, sender => sender.Dispose());
    }

    [Fact]
    public async Task A_file_that_does_not_arrive_is_not_waited_for()
    {
        using var check = new FeedCheck { Deadline = TimeSpan.Zero };

        var refused = await Assert.ThrowsAsync<RefusedRequestException>(() => check.HandleAsync(Unfinished(), _service.Soon));
        Assert.Equal(408, Assert.IsAssignableFrom<IStatusCodeHttpResult>(refused.Answer).StatusCode);
    }

    /// <summary>A sender of the beginning, who has its place: nobody is told to continue before.</summary>
    private async Task<TcpClient> SlowAsync(int length)
    {
        const string go = "HTTP/1.1 100 Continue\r\n\r\n";
        var client = new TcpClient();
        await client.ConnectAsync(_service.Address.Host, _service.Address.Port, _service.Soon);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {FeedCheckEndpoints.Path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/calendar\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"), _service.Soon);
        var answer = new byte[go.Length];
        await stream.ReadExactlyAsync(answer, _service.Soon);
        Assert.Equal(go, Encoding.ASCII.GetString(answer));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(Wrong), _service.Soon);
        return client;
    }

    private async Task<string> EndOf(TcpClient client)
    {
        using var answer = new StreamReader(client.GetStream());
        return await answer.ReadToEndAsync(_service.Soon);
    }

    private static DefaultHttpContext Unfinished() => new() { Request = { Body = new Pipe().Reader.AsStream() } };

    private async Task<Reply> SendAsync(string body, string? type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await _service.SendAsync("POST", FeedCheckEndpoints.Path, content);
    }
}
