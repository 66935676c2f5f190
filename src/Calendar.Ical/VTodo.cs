using NodaTime;

namespace Calendar.Ical;

/// <summary>One to-do with a day on which it is due (RFC 5545 section 3.6.2).</summary>
/// <param name="Uid">See <see cref="IcalEntry"/>.</param>
/// <param name="Due">The day it is due, year 1 to 9999 of the common era (RFC 5545 section 3.8.2.3).</param>
/// <param name="Stamp">See <see cref="IcalEntry"/>.</param>
/// <param name="Sequence">See <see cref="IcalEntry"/>.</param>
/// <param name="Summary">See <see cref="IcalEntry"/>.</param>
public sealed record VTodo(string Uid, LocalDate Due, Instant Stamp, int Sequence, IcalText Summary)
    : IcalEntry(Uid, Stamp, Sequence, Summary)
{
    /// <summary>What <see cref="ToEvent"/> adds to the UID. No to-do of a feed that holds mirrors may end its UID so.</summary>
    public const string MirrorSuffix = "-day";

    /// <summary>
    /// The day work on it begins, before <see cref="Due"/>, or null: any day (RFC 5545 sections 3.8.2.4, 3.8.2.3). Obligatory in a message
    /// (RFC 5546 section 3.4).
    /// </summary>
    public LocalDate? Start { get; init; }

    /// <summary>RFC 5545 section 3.8.1.11.</summary>
    public TodoStatus Status { get; init; } = TodoStatus.NeedsAction;

    /// <summary>When it was completed (RFC 5545 section 3.8.2.1).</summary>
    public Instant? Completed { get; init; }

    /// <summary>How much of it is done, 0 to 100 (RFC 5545 section 3.8.1.8).</summary>
    public int? PercentComplete { get; init; }

    /// <summary>
    /// From 1, the highest, to 9; 0 is undefined (RFC 5545 section 3.8.1.9). Obligatory in a message (RFC 5546 section 3.4).
    /// </summary>
    public int? Priority { get; init; }

    /// <summary>
    /// The same task for clients that ignore to-dos: an event on the due day, under a UID of its own so that both may stand in one
    /// calendar. A cancelled task is a cancelled event; a completed one rings no alarm.
    /// </summary>
    /// <param name="markDone">Makes the title of a completed task, for instance <c>✓ Gửi công hàm mời</c>: events have no such state.</param>
    public VEvent ToEvent(Func<string, string> markDone) =>
        new(
            Uid + MirrorSuffix, Due, Due.PlusDays(1), Stamp, Sequence,
            Status is TodoStatus.Completed ? Summary with { Value = markDone(Summary.Value) } : Summary)
        {
            Description = Description,
            Location = Location,
            Url = Url,
            Categories = Categories,
            Color = Color,
            RelatedTo = RelatedTo,
            Organizer = Organizer,
            Attendees = Attendees,
            Alarms = Status is TodoStatus.Completed
                ? []
                : [.. Alarms.Select(alarm => alarm.Uid is null ? alarm : alarm with { Uid = alarm.Uid + MirrorSuffix })],
            Links = Links,
            Concepts = Concepts,
            Status = Status is TodoStatus.Cancelled ? EventStatus.Cancelled : EventStatus.Confirmed,
        };
}

/// <summary>The state of a to-do (RFC 5545 section 3.8.1.11).</summary>
public enum TodoStatus
{
    /// <summary>No one has begun.</summary>
    NeedsAction,

    /// <summary>Someone is at it.</summary>
    InProcess,

    /// <summary>It is done.</summary>
    Completed,

    /// <summary>It will not be done.</summary>
    Cancelled,
}
