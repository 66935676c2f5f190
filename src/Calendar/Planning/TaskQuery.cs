using System.Collections.Immutable;
using Calendar.Almanacs;
using NodaTime;

namespace Calendar.Planning;

/// <summary>Which tasks. Several values of one filter mean or, different filters mean and; an empty one means any.</summary>
public sealed record TaskQuery
{
    /// <summary>The owners.</summary>
    public ImmutableArray<Slug> Associations { get; init; } = [];

    public ImmutableArray<TaskState> States { get; init; } = [];

    /// <summary>Inclusive.</summary>
    public LocalDate? DueFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public LocalDate? DueTo { get; init; }

    /// <summary>Parties of an anniversary that the plan is for.</summary>
    public ImmutableArray<PartyCode> Parties { get; init; } = [];

    /// <summary>Whether it was to be done before today and was not.</summary>
    public bool? IsOverdue { get; init; }

    public PlanId? Plan { get; init; }
}

public static class TaskQueries
{
    // The tasks of so many plans are sorted sooner than all tasks are walked.
    private const int _fewPlans = 200;

    private static readonly ImmutableArray<TaskState> _live = [TaskState.Open, TaskState.Acknowledged];
    private static readonly ImmutableArray<bool> _lateness = [false, true];

    /// <summary>The tasks that match, by due day, plan and name.</summary>
    /// <param name="after">Only those behind this one.</param>
    public static IEnumerable<PlanTask> Tasks(this Almanac almanac, TaskQuery query, LocalDate today, PlanTask? after = null)
    {
        var concerned = query.Parties.IsEmpty ? null : query.Parties.SelectMany(almanac.PlansOf).DistinctBy(plan => plan.Id).ToDictionary(plan => plan.Id);
        return Candidates(almanac.Plans, query, today, after, concerned).Where(Matches);

        bool Matches(PlanTask task) =>
            (query.States.IsEmpty || query.States.Contains(task.State))
            && (query.IsOverdue is not { } overdue || task.IsOverdue(today) == overdue)
            && (query.Plan is not { } plan || task.Plan == plan)
            && (query.Associations.IsEmpty || query.Associations.Contains(task.Owner))
            && concerned?.ContainsKey(task.Plan) != false;
    }

    /// <summary>Whether one of the anniversaries of a plan is one of these parties'.</summary>
    public static bool Concerns(this Plan plan, Almanac almanac, ImmutableArray<PartyCode> parties) =>
        plan.PartiesIn(almanac).Any(parties.Contains);

    /// <summary>The parties of the anniversaries that a plan is for, each once.</summary>
    internal static IEnumerable<PartyCode> PartiesIn(this Plan plan, Almanac almanac) =>
        plan.Anniversaries.SelectMany(anniversary => almanac.Find(anniversary.Fact) is { } fact ? almanac.Current(fact).Parties : []).Distinct();

    // The fewest sets that hold all that can match, each in order.
    private static IEnumerable<PlanTask> Candidates(PlanBook book, TaskQuery query, LocalDate today, PlanTask? after, Dictionary<PlanId, Plan>? concerned)
    {
        var states = query.IsOverdue == true ? [.. _live.Where(state => query.States.IsEmpty || query.States.Contains(state))] : query.States;
        IEnumerable<IEnumerable<PlanTask>> sets = query switch
        {
            { Plan: { } plan } => [Sorted(book.Find(plan)?.Tasks.Values ?? [])],
            { Associations: { IsEmpty: false } owners } => owners.Distinct().Select(owner => From(book.TasksOf(owner), query.DueFrom, after)),
            _ when concerned is { Count: <= _fewPlans } => [Sorted(concerned.Values.SelectMany(plan => plan.Tasks.Values))],
            _ when query.IsOverdue == true || !states.IsEmpty => states.Distinct()
                .SelectMany(state => _lateness.Where(late => !late || query.IsOverdue != true).Select(late => From(book.TasksIn(state, late), query.DueFrom, after))),
            _ => [From(book.Tasks, query.DueFrom, after)],
        };
        var end = query.IsOverdue == true && !(query.DueTo <= today) ? today : query.DueTo;
        return Merged([.. sets]).TakeWhile(task => end is not { } to || task.Due < to);

        IEnumerable<PlanTask> Sorted(IEnumerable<PlanTask> tasks) => tasks.Where(task => !IsBefore(task, query.DueFrom, after)).Order(ByDueDay.Order);
    }

    // The set is in order: what lies before is not looked at.
    private static IEnumerable<PlanTask> From(ImmutableSortedSet<PlanTask> tasks, LocalDate? from, PlanTask? after)
    {
        var (low, high) = (0, tasks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = IsBefore(tasks[middle], from, after) ? (middle + 1, high) : (low, middle);
        }

        for (var i = low; i < tasks.Count; i++)
        {
            yield return tasks[i];
        }
    }

    private static bool IsBefore(PlanTask task, LocalDate? from, PlanTask? after) =>
        task.Due < from || (after is not null && ByDueDay.Order.Compare(task, after) <= 0);

    private static IEnumerable<PlanTask> Merged(IReadOnlyList<IEnumerable<PlanTask>> sets)
    {
        if (sets.Count == 1)
        {
            return sets[0];
        }

        return Merge(sets);

        static IEnumerable<PlanTask> Merge(IReadOnlyList<IEnumerable<PlanTask>> sets)
        {
            var heads = new PriorityQueue<IEnumerator<PlanTask>, PlanTask>(ByDueDay.Order);
            foreach (var set in sets)
            {
                Push(heads, set.GetEnumerator());
            }

            while (heads.TryDequeue(out var head, out var task))
            {
                yield return task;
                Push(heads, head);
            }
        }

        static void Push(PriorityQueue<IEnumerator<PlanTask>, PlanTask> heads, IEnumerator<PlanTask> set)
        {
            if (set.MoveNext())
            {
                heads.Enqueue(set, set.Current);
            }
            else
            {
                set.Dispose();
            }
        }
    }
}
