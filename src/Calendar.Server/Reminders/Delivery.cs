using Calendar.Reminders;
using Calendar.Server.Reminders.Mail;
using Calendar.Server.Reminders.Webhooks;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>Composes what a claimed reminder says and hands it to its channel.</summary>
internal sealed class Delivery(
    IMailWay mails, WebhookChannel webhooks, Recipients recipients, ReminderTable table, SignedLinks links, Settings settings, CivilClock clock)
{
    private static readonly Duration _week = Duration.FromDays(7);

    public async Task<Outcome> SendAsync(Known known, ClaimedReminder claimed, MessageStanding standing, Fence fence, CancellationToken ct)
    {
        var (reminder, recipient) = (claimed.Reminder, known.Find(claimed.Reminder.Recipient)!);
        var message = await ComposeAsync(known, claimed, standing, recipient, ct);
        var today = clock.Now.InZone(known.ZoneOf(recipient)).Date;
        if (recipient.Channel == ReminderChannel.Webhook)
        {
            var data = MessageJson.Write(known.Almanac, message, settings.PublicUrl);
            return await webhooks.SendAsync(new OutgoingEvent(reminder.MessageId, recipient.Id, MessageJson.TypeOf(message), reminder.Subject.Text, data, reminder.Moment), fence, ct);
        }

        // Asked for as late as can be: an address that has been erased is in nobody's memory.
        if (await recipients.FindAsync(recipient.Id, ct) is not { } address)
        {
            return new Outcome.Withheld("There is no such contact, or they want no mails", IsForGood: true);
        }

        var letter = Letters.Write(known.Almanac, message, today, settings.PublicUrl);
        var calendar = CalendarPart.Of(known.Almanac, message, settings.MailSender.Address, settings.MailSender.Name, settings.PublicUrl, clock.Zone);
        return await mails.SendAsync(new OutgoingMail(reminder.MessageId, address.Name, address.Address, letter, calendar, message.UnsubscribeUrl, reminder.Moment), fence, ct);
    }

    private async Task<Message> ComposeAsync(Known known, ClaimedReminder claimed, MessageStanding standing, Recipient recipient, CancellationToken ct)
    {
        var now = clock.Now;
        var isPerson = recipient.Channel == ReminderChannel.Mail && recipient.Id != Recipients.Desk && recipient.Id != DeliveryWatch.Canary;
        var isDesk = recipient.Id == Recipients.Desk || (known.Book.Desk is null && known.Almanac.Umbrella?.Slug == recipient.Association);
        return new Message(recipient, [.. await ItemsAsync(standing.Items, ct)], standing.IsDigest)
        {
            Missed = [.. await ItemsAsync(standing.Missed, ct)],
            Watched = standing.IsDigest ? known.Watched(recipient.Association, now.InZone(clock.Zone).Date) : 0,
            Next = standing.IsDigest && await table.NextOfAsync(recipient.Id, now, ct) is { } next ? next.InZone(known.ZoneOf(recipient)).Date : null,
            Refused = standing.IsDigest && isDesk ? await table.RefusedAsync(claimed.Reminder.Moment - _week, ct) : 0,
            UnsubscribeUrl = isPerson ? await links.MakeAsync(LinkPurpose.Unsubscribe, recipient.Id, ct) : null,
            HistoryUrl = isPerson ? await links.MakeAsync(LinkPurpose.History, recipient.Id, ct) : null,
        };
    }

    private async Task<List<MessageItem>> ItemsAsync(IReadOnlyList<QueuedReminder> reminders, CancellationToken ct)
    {
        var items = new List<MessageItem>();
        foreach (var reminder in reminders)
        {
            items.Add(new MessageItem(reminder.Subject, reminder.Due, reminder.Lead, await links.MakeAsync(LinkPurpose.Acknowledge, reminder.Id, ct))
            {
                WasPerhapsSent = reminder.PerhapsSent,
            });
        }

        items.Sort((one, other) => one.Due.CompareTo(other.Due) is not 0 and var byDue ? byDue : string.CompareOrdinal(one.Subject.Text, other.Subject.Text));
        return items;
    }
}
