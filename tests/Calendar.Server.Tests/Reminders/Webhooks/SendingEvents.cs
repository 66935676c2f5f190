using System.Net;
using System.Text;
using Calendar.Reminders;
using Calendar.Server.Reminders.Webhooks;
using NodaTime;
using Attempt = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary>What a receiver gets, and who gets nothing.</summary>
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

    private Task<Attempt> SendAsync(Webhook webhook) => calendar.SendAsync(webhook);
}
