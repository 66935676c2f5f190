using Calendar.Reminders;
using Calendar.Server.Reminders.Mail;
using Calendar.Server.Reminders.Webhooks;

namespace Calendar.Server.Reminders;

/// <summary>Composes what a claimed reminder says and hands it to its channel.</summary>
internal sealed class Delivery(
    IMailWay mails, WebhookChannel webhooks, Recipients recipients, ReminderTable table, SignedLinks links, Settings settings, CivilClock clock)
{
    public async Task<Outcome> SendAsync(Known known, ClaimedReminder claimed, MessageStanding standing, Fence fence, CancellationToken ct)
    {
        var (reminder, recipient) = (claimed.Reminder, known.Find(claimed.Reminder.Recipient)!);
        if (recipient.Channel == ReminderChannel.Webhook)
        {
            var message = await ComposeAsync(known, claimed, standing, recipient, null, ct);
            var data = MessageJson.Write(known.Almanac, message, settings.PublicUrl);
            return await webhooks.SendAsync(new OutgoingEvent(reminder.MessageId, recipient.Id, MessageJson.TypeOf(message), reminder.Subject.Text, data, reminder.Moment), fence, ct);
        }

        // Asked for each time: an address that has been erased is in nobody's memory.
        return await recipients.FindAsync(recipient.Id, ct) is { } address
            ? await MailAsync(known, reminder, await ComposeAsync(known, claimed, standing, recipient, address.Address, ct), address, fence, ct)
            : new Outcome.Withheld("There is no such contact, or they want no mails", IsForGood: true);
    }

    private async Task<Outcome> MailAsync(Known known, QueuedReminder reminder, Message message, MailAddress address, Fence fence, CancellationToken ct)
    {
        var today = clock.Now.InZone(known.ZoneOf(message.To)).Date;
        var letter = Letters.Write(known.Almanac, message, today, settings.PublicUrl);
        var calendar = CalendarPart.Of(known.Almanac, message, settings.MailSender.Address, settings.MailSender.Name, settings.PublicUrl, clock.Zone);
        return await mails.SendAsync(new OutgoingMail(reminder.MessageId, address.Name, address.Address, letter, calendar, message.UnsubscribeUrl, reminder.Moment), fence, ct);
    }

    private async Task<Message> ComposeAsync(Known known, ClaimedReminder claimed, MessageStanding standing, Recipient recipient, string? mail, CancellationToken ct)
    {
        var now = clock.Now;
        var isPerson = recipient.Channel == ReminderChannel.Mail && recipient.Id != Recipients.Desk && recipient.Id != DeliveryWatch.Canary;
        return new Message(recipient, [.. await ItemsAsync(standing.Items, ct)], standing.IsDigest)
        {
            Missed = [.. await ItemsAsync(standing.Missed, ct)],
            Watched = standing.IsDigest ? known.Watched(recipient.Association, now.InZone(clock.Zone).Date) : 0,
            Next = standing.IsDigest && await table.NextOfAsync(recipient.Id, now, ct) is { } next ? next.InZone(known.ZoneOf(recipient)).Date : null,
            Refused = standing.IsDigest && known.IsDesk(recipient) ? await table.RefusedAsync(claimed.Reminder.Moment - ReminderTable.RefusedBefore, ct) : 0,
            UnsubscribeUrl = isPerson ? await links.MakeAsync(LinkPurpose.Unsubscribe, recipient.Id, mail, ct) : null,
            HistoryUrl = isPerson ? await links.MakeAsync(LinkPurpose.History, recipient.Id, mail, ct) : null,
        };
    }

    private async Task<List<MessageItem>> ItemsAsync(IReadOnlyList<QueuedReminder> reminders, CancellationToken ct)
    {
        var items = new List<MessageItem>();
        foreach (var reminder in reminders)
        {
            items.Add(new MessageItem(reminder.Subject, reminder.Due, reminder.Lead, await links.MakeAsync(LinkPurpose.Acknowledge, reminder.Id, null, ct))
            {
                WasPerhapsSent = reminder.PerhapsSent,
                WasMadeLate = reminder.Reason == ReminderReason.MadeLate,
            });
        }

        items.Sort((one, other) => one.Due.CompareTo(other.Due) is not 0 and var byDue ? byDue : string.CompareOrdinal(one.Subject.Text, other.Subject.Text));
        return items;
    }
}
