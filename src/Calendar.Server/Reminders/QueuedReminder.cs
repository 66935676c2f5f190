using Calendar.Reminders;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>Where a reminder stands.</summary>
internal enum ReminderState
{
    /// <summary>It will leave at its moment, or when it is tried again.</summary>
    Queued,

    /// <summary>An instance is at it.</summary>
    Attempting,

    /// <summary>The other side has taken it over.</summary>
    Delivered,

    /// <summary>The other side does not want it, or nobody could deliver it for days; it may have said so later.</summary>
    Refused,

    /// <summary>Its moment went by unused; the next digest tells of it.</summary>
    Missed,

    /// <summary>It need not be sent (any more), or a digest has told of it.</summary>
    Superseded,
}

/// <summary>Why a reminder was superseded, missed or refused.</summary>
internal enum ReminderReason
{
    /// <summary>What it is about is done, dropped, moved or somebody else's.</summary>
    NoLongerDue,

    /// <summary>A digest told of it.</summary>
    Carried,

    /// <summary>A weekly message in a week in which single ones leave.</summary>
    NotNeeded,

    /// <summary>There is nobody at this address any more, or they want nothing.</summary>
    NoRecipient,

    /// <summary>Nothing ran when it was due, nor for days after.</summary>
    TooLate,

    /// <summary>It was made after its moment.</summary>
    MadeLate,

    /// <summary>The other side said so.</summary>
    RefusedThere,

    /// <summary>It was tried for days.</summary>
    GaveUp,

    /// <summary>A restored backup: it may have been sent already.</summary>
    PerhapsSent,

    /// <summary>The mail server had taken it over, and it came back.</summary>
    Bounced,
}

/// <summary>One row of the queue.</summary>
/// <param name="Moment">When it was to leave.</param>
/// <param name="Tries">Failures of its own so far.</param>
internal sealed record QueuedReminder(
    Guid Id, ReminderSubject Subject, LocalDate Due, int Lead, Guid Recipient, ReminderChannel Channel, Instant Moment, int Tries, int Issue, bool PerhapsSent)
{
    public ReminderState State { get; init; }

    /// <summary>Why it was settled so.</summary>
    public ReminderReason? Reason { get; init; }

    /// <summary>When it failed for the first time by itself.</summary>
    public Instant? FailingSince { get; init; }

    /// <summary>A silence that the desk is to hear of, when those above have said that they know.</summary>
    public bool IsAnswered { get; init; }

    public ReminderKey Key => new(Subject.Text, Due, Lead, Recipient, Channel);

    public Queued AsQueued => new(Id, Subject, Due, Lead, Moment);

    /// <summary>What its message goes by outside: another one when somebody asks for it again.</summary>
    public string MessageId => Issue == 0 ? Id.ToString("D") : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Id:D}.{Issue}");

    /// <summary>Reads <see cref="MessageId"/> left of a Message-ID's @. What stands behind it may have been another domain when the mail left.</summary>
    public static (Guid Id, int Issue)? ReadMessageId(string messageId)
    {
        var (left, issue) = (messageId[..(messageId + "@").IndexOf('@', StringComparison.Ordinal)], 0);
        var dot = left.IndexOf('.', StringComparison.Ordinal);
        var isRead = dot < 0 || int.TryParse(left.AsSpan(dot + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out issue);
        return isRead && Guid.TryParseExact(dot < 0 ? left : left[..dot], "D", out var id) ? (id, issue) : null;
    }
}

/// <summary>A reminder that this instance has claimed, with what there is besides for its recipient.</summary>
/// <param name="Claim">Settles it, unless somebody has claimed it since.</param>
/// <param name="Attempt">Its number among the attempts.</param>
/// <param name="Others">The recipient's other queued ones, by moment.</param>
/// <param name="Missed">What the recipient was not told of, by due day.</param>
/// <param name="Carried">What it carries since an earlier attempt, missed ones included.</param>
/// <param name="Head">The last position of the log when it was claimed.</param>
internal sealed record ClaimedReminder(
    QueuedReminder Reminder, long Claim, int Attempt, IReadOnlyList<QueuedReminder> Others, IReadOnlyList<QueuedReminder> Missed, IReadOnlyList<QueuedReminder> Carried, long Head)
{
    /// <summary>Since its moment the recipient was told of something.</summary>
    public bool ToldSince { get; init; }

    /// <summary>Something was refused, see <see cref="ReminderTable.RefusedBefore"/>.</summary>
    public bool RefusedBefore { get; init; }

    /// <summary>The same, with what has been seen since.</summary>
    public ClaimedReminder With(IReadOnlyList<Guid> answered) => answered.Count == 0 ? this : this with
    {
        Reminder = Seen(Reminder, answered),
        Carried = [.. Carried.Select(one => Seen(one, answered))],
    };

    private static QueuedReminder Seen(QueuedReminder one, IReadOnlyList<Guid> answered) => answered.Contains(one.Id) ? one with { IsAnswered = true } : one;
}
