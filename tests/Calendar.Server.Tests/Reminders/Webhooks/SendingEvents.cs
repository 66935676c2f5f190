using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Calendar.Reminders;
using Calendar.Server.Reminders.Webhooks;
using NodaTime;
using Attempt = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary>What a receiver gets, and what its answers mean.</summary>
[Collection(WebhooksCollection.Name)]
public sealed class SendingEvents(WebhookCalendar calendar)
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task An_event_arrives_whole_and_signed()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 204 No Content");
        var webhook = await calendar.WebhookAsync(receiver.Url);
        Assert.Equal(new Attempt.Delivered(204, "HTTP 204"), await SendAsync(webhook));

        var received = Assert.Single(receiver.Received);
        Assert.Equal("POST /hook?key=1 HTTP/1.1", received.Line);
        Assert.Equal(
            """
            {"specversion":"1.0","id":"0198c0de-0000-7000-8000-000000000000-1","source":"https://calendar.example","type":"calendar.reminder.task",
            "subject":"/v1/tasks/cadence-2027/annual-review","time":"2026-12-01T03:00:00Z","datacontenttype":"application/json","data":{"title":"Tổng kết"}}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(received.Body));
        Assert.Equal("application/cloudevents+json; charset=utf-8", received.Headers["Content-Type"]);
        Assert.Equal("0198c0de-0000-7000-8000-000000000000-1", received.Headers["webhook-id"]);
        Assert.Equal("1796094000", received.Headers["webhook-timestamp"]);
        Assert.Equal("Calendar/1 (+https://calendar.example)", received.Headers["User-Agent"]);
        Assert.Single(received.Signatures);
        Assert.True(received.IsSignedWith(WebhookSecret.Show(webhook.Secrets.Single().Key)));
        Assert.Equal(
            ["Content-Length", "Content-Type", "Host", "User-Agent", "webhook-id", "webhook-signature", "webhook-timestamp"], received.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Another_attempt_is_the_same_but_for_its_time()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 503 Busy");
        var webhook = await calendar.WebhookAsync(receiver.Url);
        await SendAsync(webhook);
        var later = new FixedClock();
        later.Set(FixedClock.Start + Duration.FromHours(2));
        using var channel = calendar.Channel(clock: later);
        await channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, _service.Soon);

        Assert.Equal(receiver.Received[0].Body, receiver.Received[1].Body);
        Assert.Equal(receiver.Received[0].Headers["webhook-id"], receiver.Received[1].Headers["webhook-id"]);
        Assert.Equal("1796101200", receiver.Received[1].Headers["webhook-timestamp"]);
        Assert.True(receiver.Received[1].IsSignedWith(WebhookSecret.Show(webhook.Secrets.Single().Key)));
    }

    [Fact]
    public async Task An_answer_is_taken_delivered_or_tried_again()
    {
        var answer = "";
        await using var receiver = new Receiver((stream, ct) => Receiver.WriteAsync(stream, answer, ct));
        var webhook = await calendar.WebhookAsync(receiver.Url);
        using var channel = calendar.Channel();
        foreach (var code in new[]
        {
            200, 201, 202, 204, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400, 401, 403, 404, 405, 408, 409, 411, 413, 414, 418, 422, 425, 426, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 599,
        })
        {
            answer = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {code} Whatever\r\nContent-Length: 0\r\n\r\n");
            var outcome = await channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, _service.Soon);
            Assert.Equal(code, outcome.Code);
            Assert.True(outcome is Attempt.Delivered == code is >= 200 and < 300, $"{code}: {outcome}");
            Assert.True(outcome is Attempt.Deferred == code >= 300, $"{code}: {outcome}");
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP {code}"), outcome.Answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData("86401", 86400)]
    [InlineData("2147483647", 86400)]
    [InlineData("99999999999", null)]
    [InlineData("Tue, 01 Dec 2026 04:00:00 GMT", 3600)]
    [InlineData("Tue, 01 Dec 2026 02:00:00 GMT", null)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 86400)]
    public async Task A_receiver_says_how_long_it_wants_to_be_left_alone(string header, int? seconds)
    {
        await using var receiver = Receiver.Answering($"HTTP/1.1 503 Busy\r\nRetry-After: {header}");
        var deferred = Assert.IsType<Attempt.Deferred>(await SendAsync(await calendar.WebhookAsync(receiver.Url)));
        Assert.Equal(seconds, deferred.After?.TotalSeconds);
    }

    [Fact]
    public async Task A_redirect_leads_nowhere()
    {
        await using var canary = Receiver.Answering("HTTP/1.1 200 OK");
        foreach (var code in new[] { 301, 302, 303, 307, 308 })
        {
            await using var receiver = Receiver.Answering($"HTTP/1.1 {code} Elsewhere\r\nLocation: {canary.Url}");
            Assert.Contains("redirects are not followed", Assert.IsType<Attempt.Deferred>(await SendAsync(await calendar.WebhookAsync(receiver.Url))).Answer, StringComparison.Ordinal);
        }

        Assert.Equal(0, canary.Connections);

        // It would have heard.
        Assert.IsType<Attempt.Delivered>(await SendAsync(await calendar.WebhookAsync(canary.Url)));
        Assert.Equal(1, canary.Connections);
    }

    [Fact]
    public async Task A_body_without_end_is_left()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new Receiver(async (stream, ct) =>
        {
            await Receiver.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n", ct);
            var block = new byte[64 << 10];
            try
            {
                while (true)
                {
                    await stream.WriteAsync(block, ct);
                }
            }
            catch (IOException)
            {
                left.SetResult();
            }
        });
        Assert.Equal(new Attempt.Delivered(200, "HTTP 200"), await SendAsync(await calendar.WebhookAsync(receiver.Url)));
        await left.Task.WaitAsync(_service.Soon);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        await using var receiver = new Receiver(async (stream, ct) =>
        {
            await Receiver.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1", ct);
            await Receiver.HoldAsync(ct);
        });
        Assert.IsType<Attempt.Delivered>(await SendAsync(await calendar.WebhookAsync(receiver.Url)));
    }

    [Theory]
    [InlineData("x: ")]
    [InlineData("x: y\r\n")]
    public async Task Headers_without_end_are_left(string part)
    {
        await using var receiver = new Receiver(async (stream, ct) =>
        {
            await Receiver.WriteAsync(stream, "HTTP/1.1 200 OK\r\n" + part, ct);
            while (true)
            {
                await Receiver.WriteAsync(stream, part, ct);
            }
        });
        Assert.Equal(new Attempt.Deferred(null, "The answer's headers are too long"), await SendAsync(await calendar.WebhookAsync(receiver.Url)));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nx: ", "y")]
    [InlineData("", "")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\n")]
    public async Task Drop_by_drop_it_is_waited_for_only_so_long(string begin, string drop)
    {
        await using var receiver = new Receiver(async (stream, ct) =>
        {
            await Receiver.WriteAsync(stream, begin, ct);
            using var drops = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (await drops.WaitForNextTickAsync(ct))
            {
                await Receiver.WriteAsync(stream, drop, ct);
            }
        });
        Assert.Equal(
            new Attempt.Deferred(null, "No answer in time"), await SendAsync(await calendar.WebhookAsync(receiver.Url), calendar.Channel(whole: TimeSpan.FromMilliseconds(300))));
    }

    [Fact]
    public async Task A_connection_that_breaks_off_is_tried_again()
    {
        await using var silent = new Receiver((_, _) => Task.CompletedTask);
        Assert.Equal(new Attempt.Deferred(null, "The connection broke off"), await SendAsync(await calendar.WebhookAsync(silent.Url)));
        await using var babbling = new Receiver((stream, ct) => Receiver.WriteAsync(stream, "220 mail.example ESMTP\r\n", ct));
        Assert.Equal(new Attempt.Deferred(null, "The answer is not HTTP"), await SendAsync(await calendar.WebhookAsync(babbling.Url)));
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_tried_again()
    {
        string url;
        await using (var closed = Receiver.Answering("HTTP/1.1 200 OK"))
        {
            url = closed.Url;
        }

        Assert.Equal(new Attempt.Deferred(null, "No connection"), await SendAsync(await calendar.WebhookAsync(url)));
    }

    [Fact]
    public async Task A_name_that_is_not_known_may_be_known_later()
    {
        var webhook = await calendar.WebhookAsync("https://hooks.example.org/");
        foreach (var error in new[] { SocketError.HostNotFound, SocketError.TryAgain, SocketError.NoData })
        {
            Assert.Equal(new Attempt.Deferred(null, "The host's name is not known"), await SendAsync(webhook, calendar.Channel(resolve: (_, _) => throw new SocketException((int)error))));
        }

        Assert.Equal(new Attempt.Deferred(null, "The host's name is not known"), await SendAsync(webhook, calendar.Channel(resolve: (_, _) => Task.FromResult(Array.Empty<IPAddress>()))));
    }

    [Fact]
    public async Task Without_a_certificate_that_is_trusted_nothing_is_told()
    {
        using var key = ECDsa.Create();
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(_service.Soon);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(made);
            return await tls.ReadAsync(new byte[1], _service.Soon);
        });
        var outcome = await SendAsync(await calendar.WebhookAsync($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));

        Assert.Equal(new Attempt.Deferred(null, "No secure connection: see the certificate, its chain and its name"), outcome);
        Assert.False(serving.IsCompletedSuccessfully && await serving > 0);
    }

    [Fact]
    public async Task Who_does_not_speak_tls_is_told_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(_service.Soon);
            await client.GetStream().WriteAsync("HTTP/1.1 400 Plain\r\n\r\n"u8.ToArray(), _service.Soon);
        });
        var outcome = await SendAsync(await calendar.WebhookAsync($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        Assert.Equal(new Attempt.Deferred(null, "No secure connection: see the certificate, its chain and its name"), outcome);
        await serving;
    }

    [Fact]
    public async Task One_that_is_gone_is_disabled_and_sent_nothing_any_more()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 410 Gone");
        var webhook = await calendar.WebhookAsync(receiver.Url);
        Assert.True(Assert.IsType<Attempt.Refused>(await SendAsync(webhook)).IsGone);
        var disabled = await calendar.Table.FindAsync(webhook.Id, _service.Soon);
        Assert.Equal((FixedClock.Start, WebhookEnd.Gone), (disabled!.Disabled!.Value, disabled.Why!.Value));

        Assert.IsType<Attempt.Withheld>(await SendAsync(webhook));
        Assert.Equal(1, receiver.Connections);
    }

    [Fact]
    public async Task What_a_former_address_answered_does_not_disable_the_present_one()
    {
        var webhook = await calendar.WebhookAsync("https://former.example.org/");
        await calendar.Table.ChangeAsync(webhook.Id, new WebhookDetails(null, "https://present.example.org/"), FixedClock.Start, _service.Soon);
        await calendar.Table.DisableAsync(webhook.Id, "https://former.example.org/", WebhookEnd.Gone, FixedClock.Start, _service.Soon);
        Assert.Null((await calendar.Table.FindAsync(webhook.Id, _service.Soon))!.Disabled);
    }

    [Fact]
    public async Task One_that_is_not_there_is_sent_nothing()
    {
        var webhook = await calendar.WebhookAsync("https://hooks.example.org/");
        Assert.True(await calendar.Table.EraseAsync(webhook.Id, _service.Soon));
        Assert.IsType<Attempt.Withheld>(await SendAsync(webhook));
    }

    [Fact]
    public async Task Behind_a_closed_fence_nobody_is_called()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 200 OK");
        var webhook = await calendar.WebhookAsync(receiver.Url);
        using var channel = calendar.Channel();
        Assert.IsType<Attempt.Withheld>(await channel.SendAsync(WebhookCalendar.EventFor(webhook), _ => ValueTask.FromResult(false), _service.Soon));
        Assert.Equal(0, receiver.Connections);
    }

    [Fact]
    public async Task The_fence_is_asked_once_before_anybody_is_called()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 200 OK");
        var webhook = await calendar.WebhookAsync(receiver.Url);
        using var channel = calendar.Channel();
        var connectionsThen = new List<int>();
        await channel.SendAsync(
            WebhookCalendar.EventFor(webhook),
            _ =>
            {
                connectionsThen.Add(receiver.Connections);
                return ValueTask.FromResult(true);
            },
            _service.Soon);
        Assert.Equal([0], connectionsThen);
    }

    [Fact]
    public async Task At_the_end_of_the_service_an_attempt_has_no_outcome()
    {
        using var end = new CancellationTokenSource();
        await using var receiver = new Receiver(async (_, ct) =>
        {
            await end.CancelAsync();
            await Receiver.HoldAsync(ct);
        });
        var webhook = await calendar.WebhookAsync(receiver.Url);
        using var channel = calendar.Channel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, end.Token));
    }

    [Fact]
    public async Task Each_attempt_asks_once_where_a_name_leads()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 200 OK");
        var webhook = await calendar.WebhookAsync($"http://localhost:{receiver.Port}/");
        var asked = 0;
        using var channel = calendar.Channel(named: "localhost", resolve: (_, _) =>
        {
            asked++;
            return Task.FromResult(new[] { IPAddress.Loopback });
        });
        for (var i = 1; i <= 3; i++)
        {
            Assert.IsType<Attempt.Delivered>(await channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, _service.Soon));
            Assert.Equal((i, i), (asked, receiver.Connections));
        }
    }

    private async Task<Attempt> SendAsync(Webhook webhook, WebhookChannel? over = null)
    {
        using var channel = over ?? calendar.Channel();
        return await channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, _service.Soon);
    }
}
