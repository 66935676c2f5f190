using System.Collections.Immutable;
using Calendar.Access;

namespace Calendar.Planning;

/// <summary>What of the plans somebody may see: everything, or the tasks of one owner, the plans that hold one, and nothing of others in them.</summary>
/// <param name="Owner">Null for everything.</param>
public readonly record struct PlanSight(Slug? Owner)
{
    // Nobody is of no name.
    public static PlanSight Nothing { get; } = new(default(Slug));

    public static PlanSight Everything { get; } = new(null);

    /// <param name="caller">Null for somebody without a token.</param>
    public static PlanSight Of(Caller? caller) =>
        caller is null ? Nothing
        : caller.Role.May(Permission.ReadPlans) ? Everything
        : caller.Role.May(Permission.WorkOnTasks) && caller.Association is { } own ? new PlanSight(own)
        : Nothing;

    /// <summary>Whether an owner's work may be seen.</summary>
    public bool Sees(Slug owner) => Owner is not { } only || only == owner;

    public bool Sees(PlanTask task) => Sees(task.Owner);

    /// <summary>The plan with as much as may be seen of it; null where that is nothing.</summary>
    public Plan? Of(Plan plan)
    {
        if (Owner is not { } owner)
        {
            return plan;
        }

        var own = plan.Tasks.Where(task => task.Value.Owner == owner).ToImmutableSortedDictionary();
        return own.IsEmpty ? null : plan with { Tasks = own, Celebrations = [.. plan.Celebrations.Where(one => one.IsAnnounced)] };
    }

    public Plan? Find(PlanBook book, PlanId plan) => book.Find(plan) is { } found ? Of(found) : null;

    public PlanTask? Find(PlanBook book, PlanId plan, TaskId task) => book.Find(plan, task) is { } found && Sees(found) ? found : null;

    /// <summary>The plans with as much as may be seen of them.</summary>
    public IEnumerable<Plan> In(PlanBook book) =>
        (Owner is { } owner ? book.TasksOf(owner).Select(task => task.Plan).Distinct().Select(plan => book.Plans[plan]) : book.Plans.Values).Select(Of).OfType<Plan>();

    /// <summary>The query as far as it asks for what may be seen; null where that is nothing.</summary>
    public TaskQuery? Narrow(TaskQuery query) =>
        Owner is not { } owner ? query
        : query.Associations.IsEmpty || query.Associations.Contains(owner) ? query with { Associations = [owner] }
        : null;
}
