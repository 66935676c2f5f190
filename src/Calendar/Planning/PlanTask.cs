using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Planning;

public enum TaskState
{
    /// <summary>To be done.</summary>
    Open,

    /// <summary>To be done, and its owner knows of it.</summary>
    Acknowledged,
    Done,

    /// <summary>Not to be done any more.</summary>
    Dropped,
}

/// <summary>What shows that something was done.</summary>
/// <param name="At">When it was added.</param>
public sealed record Evidence(Instant At, Role Role, string? Note, string? Url);

/// <summary>A task was given to another: its former owner is told so for a while.</summary>
/// <param name="Was">As its former owner had it last.</param>
/// <param name="Reason">Why, if anybody said.</param>
public sealed record Handover(PlanTask Was, Instant At, Text? Reason);

/// <summary>Something to be done by an association or desk until a day.</summary>
/// <param name="Line">The template's line it was made from.</param>
/// <param name="Offset">Where its due day comes from; null where somebody chose it.</param>
/// <param name="IsLate">The due day was over when it was set: nobody could have done it in time.</param>
/// <param name="ChangedAt">When what a calendar shows of it last changed.</param>
/// <param name="Revision">Grows with every change; becomes SEQUENCE.</param>
public sealed record PlanTask(
    PlanId Plan, TaskId Id, Text Title, LocalDate Due, OwnerRole Role, Slug Owner, bool IsLate, Slug? Line, DueOffset? Offset, TaskAnchor Anchor, Instant ChangedAt, int Revision)
{
    public TaskState State { get; init; }

    public DropCause? Cause { get; init; }

    /// <summary>Why it was dropped, or last moved or given to another.</summary>
    public Text? Reason { get; init; }

    public LocalDate? CompletedOn { get; init; }

    /// <summary>It was dropped when it had not been done in time.</summary>
    public bool WasOverdue { get; init; }

    /// <summary>When it was done or dropped, as far as the record tells; null while it is to be done.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>The last time that each of its former owners gave it away; none of whoever has it now.</summary>
    public ImmutableArray<Handover> Handovers { get; init; } = [];

    public ImmutableArray<Evidence> Evidence { get; init; } = [];

    /// <summary>Unique among all tasks.</summary>
    public string Key => $"{Plan}/{Id}";

    /// <summary>To be done.</summary>
    public bool IsLive => State is TaskState.Open or TaskState.Acknowledged;

    /// <summary>It is to be done, or is again as soon as the reason for dropping it is gone.</summary>
    public bool IsOrMayBeLive => IsLive || (State == TaskState.Dropped && Cause is not (DropCause.Decision or DropCause.Template));

    /// <summary>It was not done in time; what nobody could have done in time is not counted against its owner.</summary>
    public bool IsOverdue(LocalDate today) => IsLive && !IsLate && Due < today;

    /// <summary>Whether nobody could do it in time if it were to be done again.</summary>
    public bool IsLateAgain(LocalDate today) => IsLate || (State == TaskState.Dropped && Due < today && !WasOverdue);

    internal PlanTask Evolve(ITaskEvent e, Role role, Instant at) => e switch
    {
        TaskRetitled x => this with { Title = x.Title },
        TaskAssigned x => this with
        {
            Owner = x.Owner,
            Reason = x.Reason,
            State = State == TaskState.Acknowledged ? TaskState.Open : State,
            Handovers = x.Owner == Owner
                ? Handovers
                : [.. Handovers.Where(handover => handover.Was.Owner != x.Owner && handover.Was.Owner != Owner), new Handover(this with { Handovers = [] }, at, x.Reason)],
        },
        TaskAcknowledged => this with { State = TaskState.Acknowledged },
        TaskCompleted x => Add(new Evidence(at, role, x.Note, x.Url)) with { State = TaskState.Done, CompletedOn = x.On, EndedAt = at, Cause = null },
        EvidenceAdded x => Add(new Evidence(at, role, x.Note, x.Url)),
        TaskReopened x => this with { State = TaskState.Open, CompletedOn = null, EndedAt = null, Cause = null, Reason = x.Reason, IsLate = x.Late },
        TaskRescheduled x => this with { Due = x.Due, Offset = x.Offset, Reason = x.Reason, IsLate = x.Late },
        TaskDropped x => this with { State = TaskState.Dropped, EndedAt = at, Cause = x.Cause, WasOverdue = x.Overdue, Reason = x.Reason },
        _ => this,
    };

    private PlanTask Add(Evidence evidence) => evidence is { Note: null, Url: null } ? this : this with { Evidence = Evidence.Add(evidence) };
}

/// <summary>By due day, then plan, then name.</summary>
public sealed class ByDueDay : IComparer<PlanTask>
{
    public static ByDueDay Order { get; } = new();

    public int Compare(PlanTask? x, PlanTask? y) =>
        x is null || y is null ? (x is null ? 0 : 1) - (y is null ? 0 : 1)
        : x.Due.CompareTo(y.Due) is not 0 and var byDue ? byDue
        : x.Plan.CompareTo(y.Plan) is not 0 and var byPlan ? byPlan
        : x.Id.CompareTo(y.Id);
}
