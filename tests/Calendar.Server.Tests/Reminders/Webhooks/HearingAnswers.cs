using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Calendar.Server.Reminders.Webhooks;
using Attempt = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary>What a receiver's answers mean, however badly it answers.</summary>
[Collection(WebhooksCollection.Name)]
public sealed class HearingAnswers(WebhookCalendar calendar)
{
    private readonly CalendarService _service = calendar.Service;

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

    private Task<Attempt> SendAsync(Webhook webhook, WebhookChannel? over = null) => calendar.SendAsync(webhook, over);
}
