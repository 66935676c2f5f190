using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>What becomes of a claimed reminder.</summary>
/// <param name="NextTry">For one that stays queued.</param>
/// <param name="IsOwnFailure">It counts towards how long the next try waits.</param>
internal sealed record Settlement(
    ReminderState State, ReminderReason? Reason, Instant? NextTry = null, bool IsOwnFailure = false)
{
    private static readonly Duration _afterWaiting = Duration.FromSeconds(30);

    /// <summary>What of those it carries need not be told of any more.</summary>
    public IReadOnlyList<Guid> NoLongerDue { get; init; } = [];

    /// <summary>What an attempt that ended so means for its reminder.</summary>
    /// <param name="isOpenToOthers">Whether the way has carried another message lately.</param>
    public static Settlement Of(Outcome outcome, QueuedReminder reminder, Sending sending, bool isOpenToOthers, Instant now) => outcome switch
    {
        Outcome.Delivered => new Settlement(ReminderState.Delivered, null),
        Outcome.Refused => new Settlement(ReminderState.Refused, ReminderReason.RefusedThere),
        Outcome.Withheld { IsForGood: true } => new Settlement(ReminderState.Superseded, ReminderReason.NoRecipient),
        Outcome.Withheld when sending.Changed?.Reason is { } reason => new Settlement(ReminderState.Superseded, reason),

        // Of a digest a part need not be told any more: the rest goes at once. Where it was late, not so soon again.
        Outcome.Withheld => new Settlement(ReminderState.Queued, null, sending.Changed is null ? now + _afterWaiting : null),

        // One at which the server hangs up each time must neither be what every new try begins with, nor be tried for ever; one of many counts for nothing.
        Outcome.Away when sending.HasBegun && isOpenToOthers => Later(reminder, now, null),
        Outcome.Away when sending.HasBegun => new Settlement(ReminderState.Queued, null, now + Retries.Delay(reminder)),
        Outcome.Away => new Settlement(ReminderState.Queued, null),
        Outcome.Deferred deferred => Later(reminder, now, deferred.After),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name),
    };

    private static Settlement Later(QueuedReminder reminder, Instant now, Duration? after) => Retries.Next(reminder, now, after) is { } next
        ? new Settlement(ReminderState.Queued, null, next, IsOwnFailure: true)
        : new Settlement(ReminderState.Refused, ReminderReason.GaveUp);
}

/// <summary>What was recorded when a message could no more be taken back.</summary>
/// <param name="Head">The last position of the log.</param>
/// <param name="Answered">Of the message: silences that nobody need hear of any more, see <see cref="QueuedReminder.IsAnswered"/>.</param>
internal sealed record LastSeen(long Head, IReadOnlyList<Guid> Answered);

/// <summary>How an attempt went, for the record.</summary>
internal sealed record AttemptEnd(string Outcome, int? Code, string Answer)
{
    public static AttemptEnd Of(Outcome outcome) => new(Name(outcome), outcome.Code, outcome.Answer);

    private static string Name(Reminders.Outcome outcome) => outcome switch
    {
        Reminders.Outcome.Delivered => "delivered",
        Reminders.Outcome.Deferred => "deferred",
        Reminders.Outcome.Refused => "refused",
        Reminders.Outcome.Away => "away",
        _ => "withheld",
    };
}

/// <summary>How far an attempt has come.</summary>
internal sealed class Sending
{
    /// <summary>It was past the point of no return.</summary>
    public bool HasBegun { get; set; }

    /// <summary>It came as far as that point.</summary>
    public bool WasAsked { get; set; }

    /// <summary>What of it need not be told any more.</summary>
    public IReadOnlyList<Guid> NoLongerDue { get; set; } = [];

    /// <summary>What was found out, so that it was held back.</summary>
    public MessageStanding? Changed { get; set; }
}
