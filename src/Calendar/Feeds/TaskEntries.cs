using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Planning;
using NodaTime;

namespace Calendar.Feeds;

/// <summary>One task in its owner's feed.</summary>
/// <param name="Task">As its owner has it, or had it last.</param>
/// <param name="Handover">It has been given to another since.</param>
/// <param name="Fact">What the work is for, as it stands; null for the union's yearly work.</param>
/// <param name="Anniversary">Null where the record has none (any more).</param>
/// <param name="Until">The first day on which it is no longer shown; null for what is to be done.</param>
public sealed record TaskEntry(PlanTask Task, Handover? Handover, Fact? Fact, Anniversary? Anniversary, LocalDate? Until)
{
    /// <summary>From plan and task, never from owner, date or host. A plan's name ends with a number, so that no two are alike.</summary>
    public string Uid { get; } = $"task-{Task.Plan}-{Task.Id}@anniversaries.calendar";

    /// <summary>It is not to be done any more, or not by this owner.</summary>
    public bool IsCancelled => Handover is not null || Task.State == TaskState.Dropped;

    /// <summary>When what it shows last changed.</summary>
    public Instant ChangedAt => Instant.Max(Handover?.At ?? Task.ChangedAt, Fact?.ChangedAt ?? Instant.MinValue);

    /// <summary>Grows with every change, of what the work is for as well; becomes SEQUENCE.</summary>
    public int Revision => Task.Revision + (Handover is null ? 0 : 1) + (Fact?.Revision ?? 0);
}

public static class TaskEntries
{
    private static readonly Comparer<TaskEntry> _order = Comparer<TaskEntry>.Create(static (x, y) =>
        x.Task.Due.CompareTo(y.Task.Due) is var byDue and not 0 ? byDue : string.CompareOrdinal(x.Uid, y.Uid));

    /// <summary>
    /// An owner's tasks, by due day and UID: what is to be done, and for a while what was done, dropped or given to another. The list
    /// is the same until the first of its <see cref="TaskEntry.Until"/>.
    /// </summary>
    public static List<TaskEntry> TaskFeed(this Almanac almanac, Slug owner, LocalDate today, DateTimeZone zone)
    {
        var entries = new List<TaskEntry>();
        foreach (var task in almanac.Plans.TasksOf(owner))
        {
            Add(task, null, task.EndedAt);
        }

        foreach (var handover in almanac.Plans.HandedOverBy(owner).Values)
        {
            Add(handover.Was, handover, handover.At);
        }

        entries.Sort(_order);
        return entries;

        void Add(PlanTask task, Handover? handover, Instant? ended)
        {
            LocalDate? until = ended is { } at ? FeedEntries.Expiry(at, zone) : null;
            if (until is null || until > today)
            {
                entries.Add(Entry(almanac, task, handover, until));
            }
        }
    }

    /// <summary>One that its owner is to do.</summary>
    public static TaskEntry EntryOf(this Almanac almanac, PlanTask task) => Entry(almanac, task, null, null);

    /// <summary>The fact that carries the series of a plan's anniversary on; null for the union's yearly work.</summary>
    public static Fact? FactOf(this Almanac almanac, PlanId plan) =>
        plan.Anniversary is { Fact: var series } && almanac.Find(series) is { } fact ? almanac.Current(fact) : null;

    private static TaskEntry Entry(Almanac almanac, PlanTask task, Handover? handover, LocalDate? until)
    {
        var fact = almanac.FactOf(task.Plan);
        return new TaskEntry(
            task, handover, fact, fact is not null && task.Plan.Anniversary is { Number: var number } ? Anniversary.Of(almanac, fact, number) : null, until);
    }
}
