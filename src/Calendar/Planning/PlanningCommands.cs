using System.Collections.Immutable;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Planning;

/// <summary>What planners ask for.</summary>
public abstract record PlanningCommand : Command;

/// <summary>Makes this the template from now on.</summary>
/// <param name="Kinds">Empty for the union's yearly work.</param>
public sealed record AdoptTemplate(Slug Template, Text Title, ImmutableArray<FactKind> Kinds, ImmutableArray<TaskLine> Tasks) : PlanningCommand;

public abstract record PlanCommand(PlanId Plan) : PlanningCommand;

/// <summary>A command that makes something with an id of its own; an empty id is filled in at the edge.</summary>
public interface IMakes
{
    bool NeedsId { get; }

    Command With(Guid id);
}

/// <summary>Opens a plan that does not open by itself, or before it does.</summary>
/// <param name="Lead">Who leads; null for whom the partners decide.</param>
public sealed record OpenPlan(PlanId Plan, Slug? Lead) : PlanCommand(Plan)
{
    /// <summary>The JSON Pointer of what named it: the plan, the anniversary or the year.</summary>
    public string NamedAt { get; init; } = "/plan";
}

public sealed record ClosePlan(PlanId Plan, Text? Report) : PlanCommand(Plan);

public sealed record ReopenPlan(PlanId Plan, Text Reason) : PlanCommand(Plan);

/// <summary>Goes by the newest version of the plan's template.</summary>
public sealed record TakeTemplate(PlanId Plan) : PlanCommand(Plan);

/// <summary>Covers another anniversary in this plan.</summary>
public sealed record JoinPlan(PlanId Plan, AnniversaryId Anniversary) : PlanCommand(Plan);

public sealed record PartPlan(PlanId Plan, AnniversaryId Anniversary, Text Reason) : PlanCommand(Plan);

/// <summary>Gives every open task of one owner to another.</summary>
public sealed record ReassignTasks(PlanId Plan, Slug From, Slug To, Text Reason) : PlanCommand(Plan);

/// <summary>About one task.</summary>
public abstract record TaskCommand(PlanId Plan, TaskId Task) : PlanCommand(Plan);

/// <param name="Owner">Null for whoever leads.</param>
public sealed record AddTask(PlanId Plan, TaskId Task, Text Title, LocalDate Due, OwnerRole Role, Slug? Owner) : TaskCommand(Plan, Task), IMakes
{
    public bool NeedsId => Task == default;

    public Command With(Guid id) => this with { Task = TaskId.Of(id) };
}

public sealed record AssignTask(PlanId Plan, TaskId Task, Slug Owner, Text? Reason) : TaskCommand(Plan, Task);

public sealed record AcknowledgeTask(PlanId Plan, TaskId Task) : TaskCommand(Plan, Task);

/// <param name="On">Null for today.</param>
public sealed record CompleteTask(PlanId Plan, TaskId Task, LocalDate? On, string? Note, string? Url) : TaskCommand(Plan, Task);

public sealed record AddEvidence(PlanId Plan, TaskId Task, string? Note, string? Url) : TaskCommand(Plan, Task);

public sealed record ReopenTask(PlanId Plan, TaskId Task, Text Reason) : TaskCommand(Plan, Task);

public sealed record RescheduleTask(PlanId Plan, TaskId Task, LocalDate Due, Text Reason) : TaskCommand(Plan, Task);

public sealed record DropTask(PlanId Plan, TaskId Task, Text Reason) : TaskCommand(Plan, Task);

/// <summary>About one celebration.</summary>
public abstract record CelebrationCommand(PlanId Plan, CelebrationId Celebration) : PlanCommand(Plan);

public sealed record ScheduleCelebration(PlanId Plan, CelebrationId Celebration, Text Title, PartialDate On, Text? Place)
    : CelebrationCommand(Plan, Celebration), IMakes
{
    public bool NeedsId => Celebration == default;

    public Command With(Guid id) => this with { Celebration = new CelebrationId(id) };
}

public sealed record AnnounceCelebration(PlanId Plan, CelebrationId Celebration) : CelebrationCommand(Plan, Celebration);

/// <param name="Place">Null where it stays.</param>
public sealed record MoveCelebration(PlanId Plan, CelebrationId Celebration, PartialDate On, Text? Place, Text Reason) : CelebrationCommand(Plan, Celebration);

public sealed record CancelCelebration(PlanId Plan, CelebrationId Celebration, Text Reason) : CelebrationCommand(Plan, Celebration);
