using Calendar.Almanacs;
using Calendar.Planning;
using Calendar.Reminders;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>Whether a claimed message is still to be sent, and with what.</summary>
/// <param name="Reason">Why not; null where it is.</param>
/// <param name="Items">What it tells of.</param>
/// <param name="Missed">What it tells of besides, as missed.</param>
/// <param name="NoLongerDue">What it was to carry and need not.</param>
internal sealed record MessageStanding(
    ReminderReason? Reason, bool IsDigest, IReadOnlyList<QueuedReminder> Items, IReadOnlyList<QueuedReminder> Missed, IReadOnlyList<Guid> NoLongerDue)
{
    /// <summary>Whether the message is the same.</summary>
    public bool Says(MessageStanding other) =>
        Reason == other.Reason && Ids(Items).SequenceEqual(Ids(other.Items)) && Ids(Missed).SequenceEqual(Ids(other.Missed));

    private static IEnumerable<Guid> Ids(IReadOnlyList<QueuedReminder> reminders) => reminders.Select(one => one.Id);
}

/// <summary>The record and the address book, as of one moment: whether what is queued is still so.</summary>
internal sealed class Known(Almanac almanac, AddressBook book, DateTimeZone zone, Instant at)
{
    private static readonly Recipient _canary = new(DeliveryWatch.Canary, default, ReminderChannel.Mail, Language.En);

    private const int _mostMissed = 100;

    // It keeps what it works out, and several workers ask.
    private readonly Lock _asking = new();
    private readonly Reminding _reminding = new(almanac, book, zone);
    private readonly Dictionary<Guid, Recipient> _recipients = book.All.GroupBy(one => one.Id).ToDictionary(same => same.Key, same => same.First());

    public Almanac Almanac => almanac;

    public AddressBook Book => book;

    /// <summary>When the address book was read.</summary>
    public Instant At => at;

    /// <summary>Null for one that has been erased.</summary>
    public Recipient? Find(Guid recipient) => recipient == DeliveryWatch.Canary ? _canary : _recipients.GetValueOrDefault(recipient);

    /// <summary>Whether it is told how deliveries go: the desk, or where there is none whoever is above all.</summary>
    public bool IsDesk(Recipient recipient) => recipient.Id == Recipients.Desk || (book.Desk is null && almanac.Umbrella?.Slug == recipient.Association);

    /// <summary>Where a recipient's mornings are; of one that is no association's, where the calendar is.</summary>
    public DateTimeZone ZoneOf(Recipient recipient)
    {
        if (recipient.Association == default)
        {
            return zone;
        }

        lock (_asking)
        {
            return _reminding.ZoneOf(recipient);
        }
    }

    public int Watched(Slug association, LocalDate today)
    {
        lock (_asking)
        {
            return _reminding.Watched(association, today);
        }
    }

    /// <summary>Of a message that is tried for the first time: what else it is to tell of. Later the message is what it was.</summary>
    public IReadOnlyList<Guid> Carrying(ClaimedReminder claimed, Instant now)
    {
        if (claimed.Carried.Count > 0 || claimed.Reminder.Issue > 0 || (claimed.Attempt > 1 && claimed.Reminder.Subject is not ReminderSubject.OfWeek))
        {
            return [];
        }

        if (Decide(claimed, now) is not Bundle.Digest { Carried: var carried })
        {
            return [];
        }

        // What need not be told any more is settled with it; of the rest the latest, the others stand in the digests after this one.
        var missed = claimed.Missed.Where(one => one.Subject.IsAboutSomething).ToLookup(Stands);
        return [.. carried.Select(one => one.Id), .. missed[false].Concat(missed[true].OrderByDescending(one => one.Moment).Take(_mostMissed)).Select(one => one.Id)];
    }

    /// <summary>What of a claimed message is still so.</summary>
    public MessageStanding StandingOf(ClaimedReminder claimed, Instant now)
    {
        var reminder = claimed.Reminder;
        if (Find(reminder.Recipient) is not { IsClosed: false })
        {
            return Not(ReminderReason.NoRecipient);
        }

        var (standing, gone) = (claimed.Carried.Where(Stands).ToList(), claimed.Carried.Where(one => !Stands(one)).Select(one => one.Id).ToList());
        var (missed, items) = (standing.Where(one => one.State == ReminderState.Missed).ToList(), standing.Where(one => one.State != ReminderState.Missed).ToList());
        items.RemoveAll(one => !one.Subject.IsAboutSomething);

        // Whoever asks for one again gets it, unless it would say what is not so.
        if ((reminder.Issue == 0 || reminder.Subject is ReminderSubject.OfSilence) && !Stands(reminder))
        {
            return Not(ReminderReason.NoLongerDue);
        }

        if (reminder.Subject is ReminderSubject.OfWeek)
        {
            return reminder.Issue > 0 ? new MessageStanding(null, true, items, missed, gone)
                : claimed.Carried.Count > 0 ? items.Count + missed.Count > 0 || HasNews(claimed) ? new MessageStanding(null, true, items, missed, gone) : Not(ReminderReason.NotNeeded)
                : Decide(claimed, now) is Bundle.NothingDue ? new MessageStanding(null, true, [], [], [])
                : Not(ReminderReason.NotNeeded);
        }

        return new MessageStanding(null, claimed.Carried.Count > 0, [reminder, .. items], missed, gone);

        MessageStanding Not(ReminderReason reason) => new(reason, false, [], [], []);
    }

    // Asked of the record each time: what is queued was right when it was made.
    private bool Stands(QueuedReminder reminder)
    {
        lock (_asking)
        {
            return reminder.Subject switch
            {
                ReminderSubject.OfSilence when reminder.IsAnswered => false,
                ReminderSubject.OfSilence silence => _reminding.IsSilent(silence.About, reminder.Due),
                ReminderSubject.OfCanary => true,
                ReminderSubject.OfTask task when reminder.State == ReminderState.Missed && almanac.Plans.Find(task.Plan, task.Task)?.State == TaskState.Acknowledged => false,
                var subject when reminder.State == ReminderState.Missed => _reminding.Of(subject, reminder.Due).Any(),
                var subject => _reminding.Of(subject, reminder.Due, reminder.Recipient).Any(one => one.Key == reminder.Key),
            };
        }
    }

    private bool HasNews(ClaimedReminder claimed) => claimed.RefusedBefore && Find(claimed.Reminder.Recipient) is { } recipient && IsDesk(recipient);

    private Bundle Decide(ClaimedReminder claimed, Instant now) => Find(claimed.Reminder.Recipient) is { } recipient
        ? Bundles.Decide(claimed.Reminder.AsQueued, [.. claimed.Others.Select(one => one.AsQueued)], [.. claimed.Missed.Where(Stands).Select(one => one.AsQueued)], now, ZoneOf(recipient),
            claimed.ToldSince, HasNews(claimed))
        : new Bundle.Alone();
}
