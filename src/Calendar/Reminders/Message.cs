using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Reminders;

/// <summary>What one message tells its recipient: one thing, or the digest of several.</summary>
/// <param name="Items">By due day; none in a weekly message that only says so.</param>
/// <param name="IsDigest">It stands for several messages, or for a week.</param>
public sealed record Message(Recipient To, ImmutableArray<MessageItem> Items, bool IsDigest)
{
    /// <summary>What should have been told of before and was not, or perhaps was (<see cref="MessageItem.WasPerhapsSent"/>); by due day.</summary>
    public ImmutableArray<MessageItem> Missed { get; init; } = [];

    /// <summary>How many tasks and anniversaries are looked at for the recipient's association.</summary>
    public int Watched { get; init; }

    /// <summary>When the next reminder leaves, where the recipient is; null where there is none in the time that is looked ahead.</summary>
    public LocalDate? Next { get; init; }

    /// <summary>For the desk: how many messages to anybody were refused in the week before it.</summary>
    public int Refused { get; init; }

    /// <summary>The signed page that stops these mails; null for webhooks.</summary>
    public string? UnsubscribeUrl { get; init; }

    /// <summary>The signed page of what was sent to this recipient; null for webhooks.</summary>
    public string? HistoryUrl { get; init; }
}

/// <param name="Lead">So many days before it the reminder was to leave.</param>
/// <param name="AcknowledgeUrl">The signed page on which the recipient says that they know; null where there is nothing to say.</param>
public sealed record MessageItem(ReminderSubject Subject, LocalDate Due, int Lead, string? AcknowledgeUrl)
{
    /// <summary>A backup was restored: it may have been sent since that was made.</summary>
    public bool WasPerhapsSent { get; init; }

    /// <summary>Of one that was missed: its day had gone by when it was made, since the recipient or what it is about was entered later. Nobody was late.</summary>
    public bool WasMadeLate { get; init; }
}
