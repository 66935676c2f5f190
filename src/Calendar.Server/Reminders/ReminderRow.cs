using Calendar.Reminders;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>What a reminder is about, of one word: the first of its subject. In snake case the stored names.</summary>
internal enum ReminderKind
{
    Task,
    Anniversary,

    /// <summary>That a task's owner is silent.</summary>
    Escalation,
    Week,
    Canary,
}

/// <summary>One row with all that is known of it.</summary>
/// <param name="Association">Whose affair it is; null for nobody's but the service's.</param>
/// <param name="Attempts">How often it was tried to deliver it.</param>
/// <param name="CarriedBy">The digest that tells of it.</param>
/// <param name="Acknowledged">When the recipient said that they know.</param>
internal sealed record ReminderRow(
    QueuedReminder Reminder, Slug? Association, Instant NextTry, int Attempts, Instant? Settled, Guid? CarriedBy, Instant? Acknowledged)
{
    public ReminderSubject Subject => Reminder.Subject;

    public ReminderKind Kind => KindOf(Subject);

    public ReminderReason? Reason => Reminder.Reason;

    public static ReminderKind KindOf(ReminderSubject subject) => subject switch
    {
        ReminderSubject.OfTask => ReminderKind.Task,
        ReminderSubject.OfAnniversary => ReminderKind.Anniversary,
        ReminderSubject.OfSilence => ReminderKind.Escalation,
        ReminderSubject.OfWeek => ReminderKind.Week,
        _ => ReminderKind.Canary,
    };
}

/// <summary>An attempt to deliver one.</summary>
/// <param name="Outcome">Null while it is under way; <c>lost</c> where the instance ended before it could note it.</param>
internal sealed record Attempt(Guid Reminder, int Number, Instant Begun, Instant? Ended, string? Outcome, int? Code, string? Answer);

/// <summary>Which rows are asked for. What is empty or null decides nothing.</summary>
internal sealed record ReminderQuery(int Limit)
{
    public IReadOnlyCollection<Slug> Associations { get; init; } = [];

    public IReadOnlyCollection<ReminderKind> Kinds { get; init; } = [];

    public IReadOnlyCollection<ReminderState> States { get; init; } = [];

    public IReadOnlyCollection<ReminderChannel> Channels { get; init; } = [];

    public Guid? Recipient { get; init; }

    public Instant? From { get; init; }

    /// <summary>The first instant that is not asked for.</summary>
    public Instant? To { get; init; }

    /// <summary>Behind which the page begins: an instant and an id.</summary>
    public (Instant At, Guid Id)? After { get; init; }
}
