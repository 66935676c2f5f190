using System.Globalization;
using System.Text.Json.Serialization;
using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Reminders;
using Calendar.Server.Http;
using Calendar.Server.Reminders.Webhooks;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>A reminder as answers show it: one message to one recipient.</summary>
/// <param name="Id">Absent in a simulation.</param>
/// <param name="Kind">Absent of a digest of several.</param>
/// <param name="Due">The day it is about.</param>
/// <param name="Lead">So many days before it.</param>
/// <param name="Moment">When it leaves, or was to.</param>
/// <param name="Association">Whose affair it is.</param>
/// <param name="State">Absent in a simulation.</param>
/// <param name="Reason">Why it was superseded, missed or refused.</param>
/// <param name="PerhapsSent">A backup was restored: it may have been sent since that was made.</param>
/// <param name="Acknowledged">When the recipient said that they know.</param>
internal sealed record ReminderView(
    Guid? Id, ReminderKind? Kind, Text Title, LocalDate? Due, int? Lead, Instant Moment, Slug? Association, RecipientView Recipient, ReminderState? State, ReminderReason? Reason,
    bool? PerhapsSent, Instant? Acknowledged, ReminderLinks Links)
{
    /// <summary>Of a simulated digest: what it tells of.</summary>
    public IReadOnlyList<ReminderView>? Items { get; init; }

    /// <summary>Of a delivery: what of it was sent, and how.</summary>
    public DeliveryDetails? Delivery { get; init; }
}

/// <param name="Id">A contact's or a webhook's, or the desk's.</param>
/// <param name="Association">Whose contact it is; absent of the desk, and of what has been erased.</param>
/// <param name="Name">For those who may see contacts.</param>
internal sealed record RecipientView(Guid Id, Slug? Association, ReminderChannel Channel, string? Name);

/// <summary>What a reminder is about, and where its delivery is shown.</summary>
internal sealed record ReminderLinks(string? Task, string? Plan, string? Anniversary, string? Delivery);

/// <param name="MessageId">What the message goes by outside: left of the Message-ID, or <c>webhook-id</c>.</param>
/// <param name="Settled">When it was known what became of it; absent while it is under way.</param>
/// <param name="NextTry">When it is tried again.</param>
/// <param name="CarriedBy">The delivery whose digest tells of it.</param>
internal sealed record DeliveryDetails(string MessageId, Instant? Settled, Instant? NextTry, Guid? CarriedBy, IReadOnlyList<AttemptView> Attempts)
{
    /// <summary>What came of it last.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public AttemptView? Last => Attempts is [.., var last] ? last : null;
}

/// <param name="Ended">Absent while it is under way.</param>
/// <param name="Outcome">delivered, deferred, refused, away, withheld; bounced where the mail came back after it had been taken over; lost where the instance ended before it could note it.</param>
/// <param name="Code">Of the other side's answer.</param>
/// <param name="Answer">What it said, without addresses.</param>
internal sealed record AttemptView(
    int Number, Instant Begun, Instant? Ended, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Outcome, int? Code, string? Answer)
{
    /// <param name="isOwner">An association's token asks: as of a test of its webhook, it is not told why nobody was reached, nor how long it took to find out.</param>
    public static AttemptView Of(Attempt attempt, bool isOwner) => isOwner && WebhookAnswers.IsUnreached(attempt.Code, attempt.Answer)
        ? new(attempt.Number, attempt.Begun, attempt.Begun, attempt.Outcome, null, WebhookAnswers.Unreached)
        : new(attempt.Number, attempt.Begun, attempt.Ended, attempt.Outcome, attempt.Code, attempt.Answer);
}

/// <summary>Shows reminders to one caller. Made for one answer.</summary>
/// <param name="names">Of their recipients.</param>
internal sealed class ReminderViews(Almanac almanac, IReadOnlyDictionary<Guid, NamedRecipient> names, Caller caller)
{
    public ReminderView Of(ReminderRow row)
    {
        var reminder = row.Reminder;
        return new ReminderView(
            reminder.Id, row.Kind, almanac.TitleOf(row.Subject, reminder.Due), reminder.Due, reminder.Lead, reminder.Moment, row.Association, To(reminder.Recipient, reminder.Channel),
            reminder.State, row.Reason, reminder.PerhapsSent ? true : null, row.Acknowledged,
            LinksOf(row.Subject) with { Delivery = reminder.State != ReminderState.Queued || row.Attempts > 0 ? DeliveryEndpoints.Address(reminder.Id) : null });
    }

    public ReminderView Of(ReminderRow row, IEnumerable<Attempt> attempts) => Of(row) with
    {
        Delivery = new DeliveryDetails(
            row.Reminder.MessageId, row.Settled, row.Reminder.State == ReminderState.Queued && row.CarriedBy is null ? row.NextTry : null, row.CarriedBy,
            [.. attempts.Select(attempt => AttemptView.Of(attempt, caller.Role == Role.Association))]),
    };

    /// <summary>What would leave, as far as the caller may see it; null where that is nothing.</summary>
    public ReminderView? Of(Departure departure)
    {
        var items = departure.Items.Where(item => Sees(item.Subject)).Select(Of).ToList();
        if (items.Count == 0 && !(departure.Items.IsEmpty && Authority.SpeaksFor(caller, departure.To.Association)))
        {
            return null;
        }

        return !departure.IsDigest ? items[0] : new ReminderView(
            null, departure.Items.IsEmpty ? ReminderKind.Week : null, TitleOf(departure), null, null, departure.Moment, departure.To.Association, To(departure.To.Id, departure.To.Channel), null,
            null, null, null, new ReminderLinks(null, null, null, null))
        {
            Items = items,
        };
    }

    private bool Sees(ReminderSubject subject) => subject.For is { } association ? Authority.SpeaksFor(caller, association) : caller.Association is null;

    private ReminderView Of(Reminder reminder) => new(
        null, ReminderRow.KindOf(reminder.Subject), almanac.TitleOf(reminder.Subject, reminder.Due), reminder.Due, reminder.Lead, reminder.Moment, reminder.Subject.For,
        To(reminder.To.Id, reminder.To.Channel), null, null, null, null, LinksOf(reminder.Subject));

    private RecipientView To(Guid recipient, ReminderChannel channel) => names.GetValueOrDefault(recipient) is { } known
        ? new RecipientView(recipient, known.Association, channel, caller.Role.May(Permission.ManageContacts) && Authority.SpeaksFor(caller, known.Association) ? known.Name : null)
        : new RecipientView(recipient, null, channel, null);

    private static Text TitleOf(Departure departure) => departure.Items.Length switch
    {
        0 => new Text("Thư hằng tuần: không có gì đến hạn", "The weekly message: nothing is due"),
        var count => new Text(
            string.Create(CultureInfo.InvariantCulture, $"Thư tổng hợp: {count} lời nhắc"), string.Create(CultureInfo.InvariantCulture, $"A digest: {count} {(count == 1 ? "reminder" : "reminders")}")),
    };

    private static ReminderLinks LinksOf(ReminderSubject subject) => subject switch
    {
        ReminderSubject.OfTask about => LinksOf(about),
        ReminderSubject.OfSilence silence => LinksOf(silence.About),
        ReminderSubject.OfAnniversary about => new ReminderLinks(null, null, $"/v1/anniversaries/{about.Anniversary}", null),
        _ => new ReminderLinks(null, null, null, null),
    };

    private static ReminderLinks LinksOf(ReminderSubject.OfTask about) => new($"/v1/tasks/{about.Plan}/{about.Task}", $"/v1/plans/{about.Plan}", null, null);
}

/// <summary>Reminders and deliveries for spreadsheets and paper. Times are in the calendar's zone.</summary>
internal static class ReminderTables
{
    public static Table<ReminderView> Reminders(DateTimeZone zone) => new("reminders", [.. Columns(zone), new("id", 38, x => x.Id?.ToString())]);

    public static Table<ReminderView> Deliveries(DateTimeZone zone) => new("deliveries",
    [
        new("settled", 18, x => At(x.Delivery!.Settled, zone)), .. Columns(zone), new("reason", 16, x => x.Reason?.Name()), new("attempts", 8, x => x.Delivery!.Attempts.Count),
        new("code", 8, x => x.Delivery!.Last?.Code), new("answer", 60, x => x.Delivery!.Last?.Answer), new("id", 38, x => x.Id?.ToString()),
    ]);

    private static IEnumerable<Column<ReminderView>> Columns(DateTimeZone zone) =>
    [
        new("moment", 18, x => At(x.Moment, zone)), new("kind", 12, x => x.Kind?.Name()), new("title_vi", 60, x => x.Title.Vi), new("title_en", 60, x => x.Title.En),
        new("due", 12, x => x.Due is { } due ? new PartialDate(due).ToString() : null), new("lead", 8, x => x.Lead), new("association", 16, x => x.Association?.Value),
        new("recipient", 30, x => x.Recipient.Name ?? x.Recipient.Id.ToString()), new("recipient_of", 16, x => x.Recipient.Association?.Value),
        new("channel", 8, x => x.Recipient.Channel.Name()), new("state", 12, x => x.State?.Name()), new("digest_of", 8, x => x.Items?.Count),
    ];

    private static string? At(Instant? at, DateTimeZone zone) => at?.InZone(zone).ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
