using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Planning;

/// <summary>Everything that is planned. Never changes: an event makes the next one, which shares what it does not touch.</summary>
public sealed record PlanBook
{
    private static readonly ImmutableSortedSet<PlanTask> _noTasks = ImmutableSortedSet.Create<PlanTask>(ByDueDay.Order);

    public static PlanBook Empty { get; } = new();

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, PlanTemplate> Templates { get; private init; } = ImmutableSortedDictionary.Create<string, PlanTemplate>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<PlanId, Plan> Plans { get; private init; } = ImmutableSortedDictionary<PlanId, Plan>.Empty;

    /// <summary>Those of all plans, by due day.</summary>
    public ImmutableSortedSet<PlanTask> Tasks { get; private init; } = _noTasks;

    /// <summary>The plans that tell the public of a celebration.</summary>
    public ImmutableSortedSet<PlanId> Telling { get; private init; } = [];

    // One each, but for two that were joined in the same moment.
    private ImmutableDictionary<AnniversaryId, ImmutableSortedSet<PlanId>> Covering { get; init; } = ImmutableDictionary<AnniversaryId, ImmutableSortedSet<PlanId>>.Empty;

    /// <summary>When celebrations that the public knew of were cancelled, or left a day or an anniversary, in the order of time.</summary>
    public ImmutableArray<Instant> Cancellations { get; private init; } = [];

    // By state, and apart what was late when it was set: those of one kind are few among all.
    private ImmutableArray<ImmutableSortedSet<PlanTask>> ByState { get; init; } = [.. Enumerable.Repeat(_noTasks, 2 * Enum.GetValues<TaskState>().Length)];

    private ImmutableDictionary<Slug, ImmutableSortedSet<PlanTask>> ByOwner { get; init; } = ImmutableDictionary<Slug, ImmutableSortedSet<PlanTask>>.Empty;

    private ImmutableDictionary<Slug, ImmutableDictionary<(PlanId Plan, TaskId Task), Handover>> ByFormerOwner { get; init; } =
        ImmutableDictionary<Slug, ImmutableDictionary<(PlanId Plan, TaskId Task), Handover>>.Empty;

    public PlanTemplate TemplateOf(Slug name) => Templates.GetValueOrDefault(name.Value) ?? new PlanTemplate(name, null, false);

    /// <summary>The template of a kind of facts.</summary>
    public PlanTemplate? TemplateOf(Facts.FactKind kind) => Templates.Values.FirstOrDefault(template => template.Adopted?.Kinds.Contains(kind) == true);

    /// <summary>The plan if it was ever opened.</summary>
    public Plan? Find(PlanId id) => Plans.GetValueOrDefault(id);

    public PlanTask? Find(PlanId plan, TaskId task) => Find(plan)?.Tasks.GetValueOrDefault(task);

    /// <summary>The tasks in a state, by due day: those that could be done in time, or the others.</summary>
    public ImmutableSortedSet<PlanTask> TasksIn(TaskState state, bool late) => ByState[Place(state, late)];

    /// <summary>The plans that cover an anniversary beside its own: one at most, but for two that took it in at one moment.</summary>
    public IReadOnlyCollection<PlanId> CoveringOf(AnniversaryId anniversary) => Covering.GetValueOrDefault(anniversary, []);

    /// <summary>How many anniversaries other plans cover.</summary>
    public int CoveredCount => Covering.Count;

    /// <summary>An owner's tasks, by due day.</summary>
    public ImmutableSortedSet<PlanTask> TasksOf(Slug owner) => ByOwner.GetValueOrDefault(owner, _noTasks);

    /// <summary>What an owner has given to others and not taken back, in no order. The same object for as long as nothing of it changes.</summary>
    public IReadOnlyDictionary<(PlanId Plan, TaskId Task), Handover> HandedOverBy(Slug owner) =>
        ByFormerOwner.GetValueOrDefault(owner, ImmutableDictionary<(PlanId Plan, TaskId Task), Handover>.Empty);

    /// <summary>All owners that have a task, in whatever state.</summary>
    public IEnumerable<Slug> Owners => ByOwner.Keys;

    /// <summary>What the public knows of: by plan.</summary>
    public IEnumerable<Feeds.Celebration> Announced => Telling.SelectMany(plan => Plans[plan].Announced);

    internal PlanBook With(PlanTemplate template) => this with { Templates = Templates.SetItem(template.Name.Value, template) };

    internal PlanBook With(Plan before, Plan after)
    {
        var (tasks, byState, byOwner, byFormer) = (Tasks, ByState, ByOwner, ByFormerOwner);
        if (!ReferenceEquals(before.Tasks, after.Tasks))
        {
            foreach (var (id, task) in after.Tasks)
            {
                var former = before.Tasks.GetValueOrDefault(id);
                if (!ReferenceEquals(former, task))
                {
                    if (former is not null)
                    {
                        (tasks, byState, byOwner) = (tasks.Remove(former), Set(byState, former, of => of.Remove(former)), Set(byOwner, former.Owner, of => of.Remove(former)));
                    }

                    (tasks, byState, byOwner) = (tasks.Add(task), Set(byState, task, of => of.Add(task)), Set(byOwner, task.Owner, of => of.Add(task)));
                    byFormer = Set(byFormer, former?.Handovers ?? [], task);
                }
            }
        }

        return this with
        {
            Plans = Plans.SetItem(after.Id, after),
            Tasks = tasks,
            ByState = byState,
            ByOwner = byOwner,
            ByFormerOwner = byFormer,
            Cancellations = before.Celebrations == after.Celebrations ? Cancellations : [.. Cancellations, .. Cancelled(before, after)],
            Telling = after.Celebrations.Any(one => one.IsAnnounced) ? Telling.Add(after.Id) : Telling,
            Covering = before.Joined == after.Joined ? Covering : Set(Covering, before, after),
        };
    }

    private static ImmutableDictionary<AnniversaryId, ImmutableSortedSet<PlanId>> Set(
        ImmutableDictionary<AnniversaryId, ImmutableSortedSet<PlanId>> covering, Plan before, Plan after)
    {
        foreach (var parted in before.Joined.Except(after.Joined))
        {
            var left = covering[parted].Remove(after.Id);
            covering = left.IsEmpty ? covering.Remove(parted) : covering.SetItem(parted, left);
        }

        foreach (var joined in after.Joined.Except(before.Joined))
        {
            covering = covering.SetItem(joined, covering.GetValueOrDefault(joined, []).Add(after.Id));
        }

        return covering;
    }

    private static IEnumerable<Instant> Cancelled(Plan before, Plan after) =>
        after.Celebrations.Where(one => one.LeftAt != before.Find(one.Id)?.LeftAt).Select(one => one.LeftAt).OfType<Instant>();

    private static ImmutableDictionary<Slug, ImmutableDictionary<(PlanId Plan, TaskId Task), Handover>> Set(
        ImmutableDictionary<Slug, ImmutableDictionary<(PlanId Plan, TaskId Task), Handover>> byFormer, ImmutableArray<Handover> before, PlanTask task)
    {
        if (before == task.Handovers)
        {
            return byFormer;
        }

        foreach (var gone in before.Except(task.Handovers))
        {
            byFormer = byFormer.SetItem(gone.Was.Owner, byFormer[gone.Was.Owner].Remove((task.Plan, task.Id)));
        }

        foreach (var made in task.Handovers.Except(before))
        {
            var (owner, none) = (made.Was.Owner, ImmutableDictionary<(PlanId Plan, TaskId Task), Handover>.Empty);
            byFormer = byFormer.SetItem(owner, byFormer.GetValueOrDefault(owner, none).SetItem((task.Plan, task.Id), made));
        }

        return byFormer;
    }

    private static ImmutableArray<ImmutableSortedSet<PlanTask>> Set(
        ImmutableArray<ImmutableSortedSet<PlanTask>> byState, PlanTask task, Func<ImmutableSortedSet<PlanTask>, ImmutableSortedSet<PlanTask>> change)
    {
        var place = Place(task.State, task.IsLate);
        return byState.SetItem(place, change(byState[place]));
    }

    private static int Place(TaskState state, bool late) => (2 * (int)state) + (late ? 1 : 0);

    private static ImmutableDictionary<Slug, ImmutableSortedSet<PlanTask>> Set(
        ImmutableDictionary<Slug, ImmutableSortedSet<PlanTask>> byOwner, Slug owner, Func<ImmutableSortedSet<PlanTask>, ImmutableSortedSet<PlanTask>> change)
    {
        var changed = change(byOwner.GetValueOrDefault(owner, _noTasks));
        return changed.IsEmpty ? byOwner.Remove(owner) : byOwner.SetItem(owner, changed);
    }
}
