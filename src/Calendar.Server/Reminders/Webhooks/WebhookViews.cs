using NodaTime;

namespace Calendar.Server.Reminders.Webhooks;

/// <summary>A webhook as answers show it.</summary>
/// <param name="FormerUntil">Until when events are signed with a former secret, too; absent when only one signs.</param>
/// <param name="Disabled">Absent while events are sent to it.</param>
/// <param name="Secret">What events are signed with, <c>whsec_…</c>: in the answer that makes it and never again.</param>
internal sealed record WebhookView(
    Guid Id, Slug Association, string? Name, string Url, Instant Created, Instant Changed, Instant? FormerUntil, WebhookEndView? Disabled, string? Secret)
{
    public static WebhookView Of(Webhook webhook, Instant now) => new(
        webhook.Id, webhook.Association, webhook.Details.Name, webhook.Details.Url, webhook.Created, webhook.Changed,
        webhook.SecretsAt(now).Max(secret => secret.Expires), WebhookEndView.Of(webhook), null);
}

/// <summary>Since when nothing is sent to a webhook, and why.</summary>
internal sealed record WebhookEndView(Instant Since, WebhookEnd Why, Text Text)
{
    public static WebhookEndView? Of(Webhook webhook) => webhook is not { Disabled: { } since, Why: { } why } ? null : new WebhookEndView(since, why, new Text(
        $"Địa chỉ này đã trả lời 410: bên nhận không muốn nhận nữa. Sửa “url”, hoặc bật lại bằng POST /v1/webhooks/{webhook.Id}/enabling.",
        $"This address answered 410: its receiver wants nothing any more. Change its \"url\", or enable it again with POST /v1/webhooks/{webhook.Id}/enabling."));
}

/// <summary>The body that makes or changes one, for the OpenAPI document.</summary>
/// <param name="Name">What it is for; one line of at most 100 characters.</param>
/// <param name="Url">A public https address.</param>
internal sealed record WebhookBody(string? Name, string Url);

/// <summary>What came of a test event.</summary>
/// <param name="Event">The id of the event, as in <c>webhook-id</c>.</param>
/// <param name="Outcome">delivered; deferred: a reminder would be sent again; refused: it would not; withheld: nothing was sent; unreached: nobody was called or answered, as an association's token is told.</param>
/// <param name="Code">Of the receiver's answer; absent without one.</param>
/// <param name="Answer">What was seen, as the log of deliveries has it. Nothing of the answer but its code.</param>
/// <param name="Text">What that means.</param>
internal sealed record WebhookTestView(string Event, string Outcome, int? Code, string Answer, Text Text)
{
    /// <param name="isOwner">An association's token asks: it may not look around in the networks here.</param>
    public static WebhookTestView Of(string id, Reminders.Outcome outcome, bool isOwner) => isOwner && WebhookAnswers.IsUnreached(outcome.Code, outcome.Answer)
        ? View(
            "unreached",
            "Không đến được bên nhận: “url” phải là địa chỉ https công khai, với tên máy có thật và có máy đang trả lời. Kiểm tra rồi thử lại, hoặc hỏi người quản trị lịch.",
            "The receiver was not reached: the \"url\" must be a public https address, with a host name that is known and a machine that answers. Check it and test again, or ask whoever runs the calendar.")
            with { Event = id, Answer = WebhookAnswers.Unreached }
        : Of(id, outcome);

    private static WebhookTestView Of(string id, Reminders.Outcome outcome) => outcome switch
    {
        Reminders.Outcome.Delivered => View("delivered", "Bên nhận đã nhận sự kiện thử.", "The receiver has taken the test event."),
        _ when outcome == WebhookAnswers.Unfit => View(
            "deferred",
            "Không gọi: địa chỉ này không phải https hoặc dẫn vào mạng không công khai. Sửa “url”, hoặc nhờ người quản trị nêu tên máy trong CALENDAR_WEBHOOK_HOSTS.",
            "Not called: the address is not https, or leads to a network that is not public. Change the \"url\", or have the administrator name the host in CALENDAR_WEBHOOK_HOSTS."),
        Reminders.Outcome.Deferred => View(
            "deferred",
            "Bên nhận chưa nhận. Một lời nhắc sẽ được gửi lại trong ba ngày; sự kiện thử thì không: sửa bên nhận hoặc “url” rồi thử lại.",
            "The receiver has not taken it. A reminder would be sent again over three days, a test event is not: mend the receiver or the \"url\", then test again."),
        Reminders.Outcome.Refused => View(
            "refused", "Bên nhận trả lời 410, nên webhook đã bị tắt.", "The receiver answered 410, so the webhook has been disabled."),
        _ => View("withheld", "Chưa gửi gì: webhook vừa bị tắt hoặc bị xóa.", "Nothing was sent: the webhook has just been disabled or removed."),
    } with { Event = id, Code = outcome.Code, Answer = outcome.Answer };

    private static WebhookTestView View(string outcome, string vi, string en) => new("", outcome, null, "", new Text(vi, en));
}
