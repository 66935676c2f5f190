using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Planning;

/// <summary>Something that is to be held on a day and at a place of its own.</summary>
/// <param name="On">As precise as is settled; a day once it is announced.</param>
/// <param name="Cancelled">Why it is not held.</param>
/// <param name="ChangedAt">When what the public sees of it last changed.</param>
/// <param name="Revision">Of what the public sees; becomes SEQUENCE.</param>
public sealed record PlannedCelebration(
    CelebrationId Id, Text Title, PartialDate On, Text? Place, bool IsAnnounced, Text? Cancelled, Instant ChangedAt, int Revision)
{
    /// <summary>When it was; what its plan covers may go on changing. Null while it is to be held.</summary>
    public Instant? CancelledAt { get; init; }

    /// <summary>What the public was told that is so no more: other days, and anniversaries that it served. Each as cancelled, in the order of time.</summary>
    public ImmutableArray<Feeds.Celebration> Former { get; init; } = [];

    /// <summary>When something of it last left what the public sees.</summary>
    public Instant? LeftAt => !IsAnnounced ? null : CancelledAt ?? (Former is [.., var last] ? last.CancelledAt : null);
}

/// <summary>The work towards one anniversary, or of one year: the stream <c>plan-{id}</c>.</summary>
/// <param name="Template">Which it goes by.</param>
/// <param name="On">The date it counts from: the anniversary's, or the year.</param>
/// <param name="Joined">The other anniversaries that are covered here.</param>
public sealed record Plan(
    PlanId Id, Slug Template, int TemplateVersion, PartialDate On, ImmutableSortedDictionary<TaskId, PlanTask> Tasks,
    ImmutableArray<PlannedCelebration> Celebrations, ImmutableArray<AnniversaryId> Joined)
{
    public bool IsOpened { get; init; }

    public bool IsClosed { get; init; }

    /// <summary>What came of it.</summary>
    public Text? Report { get; init; }

    public Instant OpenedAt { get; init; }

    /// <summary>Its own anniversary and those it covers; none of a cadence.</summary>
    public ImmutableArray<AnniversaryId> Anniversaries => Id.Anniversary is { } own ? [own, .. Joined] : Joined;

    public IEnumerable<PlanTask> LiveTasks => Tasks.Values.Where(task => task.IsLive);

    /// <summary>What the public knows is held, or was told is not.</summary>
    public IEnumerable<Feeds.Celebration> Announced => Celebrations.Where(celebration => celebration.IsAnnounced).Select(Public);

    public static Plan Initial(PlanId id) => new(id, default, 0, default, ImmutableSortedDictionary<TaskId, PlanTask>.Empty, [], []);

    public PlannedCelebration? Find(CelebrationId id) => Celebrations.FirstOrDefault(celebration => celebration.Id == id);

    public static Plan Evolve(Plan state, IEvent e, Role role, Instant at) => e switch
    {
        PlanOpened x => state with { IsOpened = true, On = x.On, Template = x.Template, TemplateVersion = x.Version, OpenedAt = at },
        PlanMoved x => state with { On = x.On },
        TemplateTaken x => state with { TemplateVersion = x.Version },
        PlanClosed x => state with { IsClosed = true, Report = x.Report },
        PlanReopened => state with { IsClosed = false },
        TaskAdded x => state with { Tasks = state.Tasks.SetItem(x.Task, Added(state.Id, x, at)) },
        ITaskEvent about => state with { Tasks = Changed(state.Tasks, about, role, at) },
        PlanJoined x => Told(state, state with { Joined = state.Joined.Add(x.Anniversary) }, at),
        PlanParted x => Told(state, state with { Joined = state.Joined.Remove(x.Anniversary) }, at),
        CelebrationScheduled x => state with
        {
            Celebrations = state.Celebrations.Add(new PlannedCelebration(x.Celebration, x.Title, x.On, x.Place, false, null, at, -1)),
        },
        ICelebrationEvent about => Told(state, state with { Celebrations = [.. state.Celebrations.Select(one => one.Id == about.Celebration ? Evolve(one, about, at) : one)] }, at),
        _ => state,
    };

    private static PlannedCelebration Evolve(PlannedCelebration state, ICelebrationEvent e, Instant at) => e switch
    {
        CelebrationAnnounced => state with { IsAnnounced = true },
        CelebrationMoved x => state with { On = x.On, Place = x.Place ?? state.Place },
        CelebrationCancelled x => state with { Cancelled = x.Reason, CancelledAt = at },
        _ => state,
    };

    private static PlanTask Added(PlanId plan, TaskAdded e, Instant at) =>
        new(plan, e.Task, e.Title, e.Due, e.Role, e.Owner, e.Late, e.Line, e.Offset, e.Anchor ?? default, at, 0);

    private static ImmutableSortedDictionary<TaskId, PlanTask> Changed(ImmutableSortedDictionary<TaskId, PlanTask> tasks, ITaskEvent about, Role role, Instant at) =>
        tasks.TryGetValue(about.Task, out var task)
            ? tasks.SetItem(about.Task, task.Evolve(about, role, at) with { ChangedAt = at, Revision = task.Revision + 1 })
            : tasks;

    // What the public is told differs: subscribers' entries carry it as SEQUENCE.
    private static Plan Told(Plan before, Plan after, Instant at) => after with
    {
        Celebrations =
        [
            .. after.Celebrations.Select(one => one.IsAnnounced && !(before.Find(one.Id) == one && before.Joined.SequenceEqual(after.Joined))
                ? one with { Revision = one.Revision + 1, ChangedAt = at, Former = before.Left(after, one, at) }
                : one),
        ],
    };

    // A feed may have shown it for the day or for an anniversary that it has no more.
    private ImmutableArray<Feeds.Celebration> Left(Plan after, PlannedCelebration now, Instant at) =>
        Find(now.Id) is { IsAnnounced: true } was && (was.On != now.On || Joined.Except(after.Joined).Any())
            ? now.Former.Add(Public(was) with { IsCancelled = true, CancelledAt = was.CancelledAt ?? at, Former = [] })
            : now.Former;

    private Feeds.Celebration Public(PlannedCelebration one) => new(
        one.Id.Value, one.Title, one.On.First, one.Place, [.. Anniversaries.Select(anniversary => anniversary.ToString())], one.Cancelled is not null, one.ChangedAt, one.Revision)
    {
        CancelledAt = one.CancelledAt,
        Former = one.Former,
    };
}
