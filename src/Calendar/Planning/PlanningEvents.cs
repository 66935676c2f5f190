using System.Collections.Immutable;
using Calendar.Facts;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Planning;

/// <summary>How a task's owner takes part: <c>chủ trì</c> or <c>phối hợp</c>.</summary>
public enum OwnerRole
{
    Lead,
    Support,
}

/// <summary>What a task's offset counts from.</summary>
public enum TaskAnchor
{
    /// <summary>The anniversary's day, or the first day of its span; 1 January of a cadence.</summary>
    Day,

    /// <summary>The first day of Tết in the cadence's year.</summary>
    Tet,
}

/// <summary>Why a task need not be done any more.</summary>
public enum DropCause
{
    /// <summary>Somebody decided so.</summary>
    Decision,

    /// <summary>The template has it no more.</summary>
    Template,

    /// <summary>The fact was withdrawn, or is not commemorated.</summary>
    Withdrawn,

    /// <summary>The series ended before this anniversary.</summary>
    Ended,

    /// <summary>Ties are suspended on the anniversary's day.</summary>
    Suspended,

    /// <summary>This year is deliberately not marked.</summary>
    Waived,

    /// <summary>Another plan covers the anniversary.</summary>
    Covered,

    /// <summary>Its owner has closed, and others have the same to do.</summary>
    OwnerClosed,
}

/// <summary>One task of a template.</summary>
/// <param name="Line">Unique in the template: what another version calls by the same name is the same task.</param>
/// <param name="Tiers">The anniversaries it is for; empty for all.</param>
public sealed record TaskLine(Slug Line, DueOffset Offset, TaskAnchor Anchor, Text Title, OwnerRole Role, ImmutableArray<Tier> Tiers)
{
    public bool Equals(TaskLine? other) =>
        other is not null && (Line, Offset, Anchor, Title, Role) == (other.Line, other.Offset, other.Anchor, other.Title, other.Role) && Tiers.SequenceEqual(other.Tiers);

    public override int GetHashCode() => Line.GetHashCode();
}

/// <summary>What is usually to be done, from now on; plans that are open keep theirs until they take it.</summary>
/// <param name="Version">From 1, one more each time.</param>
/// <param name="Kinds">Of the facts whose anniversaries are planned with it; empty for the union's yearly work.</param>
public sealed record TemplateAdopted(Slug Template, int Version, Text Title, ImmutableArray<FactKind> Kinds, ImmutableArray<TaskLine> Tasks) : IEvent;

/// <summary>An event of a plan's own stream.</summary>
public interface IPlanEvent : IEvent;

/// <summary>An event about one of its tasks.</summary>
public interface ITaskEvent : IPlanEvent
{
    TaskId Task { get; }
}

/// <summary>An event about one of its celebrations.</summary>
public interface ICelebrationEvent : IPlanEvent
{
    CelebrationId Celebration { get; }
}

/// <summary>Work towards an anniversary, or the union's work of a year, has begun.</summary>
/// <param name="On">The anniversary's date it counts from; the year of a cadence.</param>
/// <param name="Version">Of the template; its tasks follow as events of their own.</param>
public sealed record PlanOpened(PlanId Plan, PartialDate On, Slug Template, int Version) : IPlanEvent;

/// <summary>The anniversary's date has been corrected; tasks that moved with it follow as events of their own.</summary>
public sealed record PlanMoved(PartialDate On) : IPlanEvent;

/// <summary>The plan goes by another version of its template; what that changes follows as events of their own.</summary>
public sealed record TemplateTaken(int Version) : IPlanEvent;

/// <summary>Something is to be done.</summary>
/// <param name="Due">A civil day.</param>
/// <param name="Owner">An association or desk.</param>
/// <param name="Late">The day was over when the task was added: nobody could have done it in time.</param>
/// <param name="Line">The template's line it was made from; null for one that somebody added.</param>
/// <param name="Offset">Where its due day comes from; null where somebody chose it.</param>
public sealed record TaskAdded(
    TaskId Task, Text Title, LocalDate Due, OwnerRole Role, Slug Owner, bool Late, Slug? Line, DueOffset? Offset, TaskAnchor? Anchor) : ITaskEvent;

public sealed record TaskRetitled(TaskId Task, Text Title) : ITaskEvent;

/// <summary>Somebody else is to do it; what the former owner acknowledged is asked anew.</summary>
public sealed record TaskAssigned(TaskId Task, Slug Owner, Text? Reason) : ITaskEvent;

/// <summary>Its owner knows of it.</summary>
public sealed record TaskAcknowledged(TaskId Task) : ITaskEvent;

/// <param name="On">The civil day on which it was done.</param>
/// <param name="Note">What was done, in the words of whoever did it.</param>
/// <param name="Url">Where it can be seen.</param>
public sealed record TaskCompleted(TaskId Task, LocalDate On, string? Note, string? Url) : ITaskEvent;

/// <summary>A note or link that shows what was done; at least one of the two.</summary>
public sealed record EvidenceAdded(TaskId Task, string? Note, string? Url) : ITaskEvent;

/// <summary>A task that was done or dropped is to be done after all.</summary>
/// <param name="Late">Nobody could have done it in time: its day was over when it was set, or went by while it was dropped.</param>
public sealed record TaskReopened(TaskId Task, bool Late, Text Reason) : ITaskEvent;

/// <summary>It is due on another day.</summary>
/// <param name="Late">As in <see cref="TaskAdded"/>.</param>
/// <param name="Offset">Where the day comes from; null where somebody chose it.</param>
public sealed record TaskRescheduled(TaskId Task, LocalDate Due, bool Late, DueOffset? Offset, Text Reason) : ITaskEvent;

/// <summary>It need not be done any more.</summary>
/// <param name="Overdue">It had not been done in time by then: should it be to be done again, that stays so.</param>
public sealed record TaskDropped(TaskId Task, DropCause Cause, bool Overdue, Text Reason) : ITaskEvent;

/// <summary>Something will be held; nobody outside knows yet.</summary>
/// <param name="On">As precise as is settled.</param>
public sealed record CelebrationScheduled(CelebrationId Celebration, Text Title, PartialDate On, Text? Place) : ICelebrationEvent;

/// <summary>It is public from now on.</summary>
public sealed record CelebrationAnnounced(CelebrationId Celebration) : ICelebrationEvent;

/// <summary>It is held on another day or at another place.</summary>
public sealed record CelebrationMoved(CelebrationId Celebration, PartialDate On, Text? Place, Text Reason) : ICelebrationEvent;

/// <summary>It is not held. Where it was announced that is told.</summary>
public sealed record CelebrationCancelled(CelebrationId Celebration, Text Reason) : ICelebrationEvent;

/// <summary>Another anniversary is covered here; it needs no plan of its own.</summary>
public sealed record PlanJoined(AnniversaryId Anniversary) : IPlanEvent;

/// <summary>An anniversary that was covered here is planned for itself.</summary>
public sealed record PlanParted(AnniversaryId Anniversary, Text Reason) : IPlanEvent;

/// <summary>The work is over.</summary>
/// <param name="Report">What came of it.</param>
public sealed record PlanClosed(Text? Report) : IPlanEvent;

/// <summary>The work goes on.</summary>
public sealed record PlanReopened(Text Reason) : IPlanEvent;
