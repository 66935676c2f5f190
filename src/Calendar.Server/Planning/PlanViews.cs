using System.Text.Json.Serialization;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Planning;
using Calendar.Server.Http;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Planning;

/// <summary>Whether work on a plan goes on; in snake case what answers say.</summary>
internal enum PlanProgress
{
    Open,
    Closed,
}

/// <summary>A plan as answers show it.</summary>
/// <param name="Anniversary">Null for the union's yearly work.</param>
/// <param name="On">What its tasks count from.</param>
/// <param name="Lead">Who has most of the leading tasks, or would have them.</param>
/// <param name="Joined">The other anniversaries that it covers.</param>
/// <param name="NextDue">The first day on which something is due, what was too late when it was set apart.</param>
/// <param name="Standing">Why there is nothing left to prepare; absent while there is.</param>
internal sealed record PlanView(
    PlanId Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] AnniversaryId? Anniversary, Text Title, PartialDate On, TemplateOfPlan Template,
    Slug? Lead, Text? LeadName, IReadOnlyList<CoveredView> Joined, TaskCounts Counts, LocalDate? NextDue, PlanProgress State, StandingView? Standing, PlanLinks Links) : IWarns
{
    /// <summary>From here on of one plan only.</summary>
    public string? OpenedAt { get; init; }

    /// <summary>What came of it.</summary>
    public Text? Report { get; init; }

    /// <summary>By due day.</summary>
    public IReadOnlyList<TaskView>? Tasks { get; init; }

    public IReadOnlyList<CelebrationView>? Celebrations { get; init; }

    /// <summary>What taking the newest version of its template would change; absent when it goes by that.</summary>
    public TemplateUpdate? TemplateUpdate { get; init; }

    /// <summary>What is wrong with the anniversary's day.</summary>
    public IReadOnlyList<Warning>? Collisions { get; init; }

    /// <summary>What whoever asked for a change should know of it.</summary>
    public IReadOnlyList<ProblemError>? Warnings { get; init; }

    public object With(IReadOnlyList<ProblemError> warnings) => this with { Warnings = warnings };

    public static string Address(PlanId plan) => $"/v1/plans/{plan}";

    /// <param name="plan">With as much as may be seen of it.</param>
    public static PlanView Of(Almanac almanac, Plan plan, LocalDate today)
    {
        var standing = Calendar.Planning.Standing.Of(almanac, plan.Id);
        var lead = LeadOf(almanac, plan, standing);
        return new PlanView(
            plan.Id, plan.Id.Anniversary, almanac.TitleOf(plan), plan.On, TemplateOfPlan.Of(almanac, plan), lead, lead is { } slug ? TaskViews.NameOf(almanac, slug) : null,
            [.. plan.Joined.Select(joined => CoveredView.Of(almanac, joined))], TaskCounts.Of(plan.Tasks.Values, today),
            plan.LiveTasks.Where(task => !task.IsLate).Select(task => (LocalDate?)task.Due).Min(), plan.IsClosed ? PlanProgress.Closed : PlanProgress.Open, StandingView.Of(standing), PlanLinks.Of(plan));
    }

    /// <summary>With everything that is in it.</summary>
    /// <param name="sight">Of whoever asks.</param>
    public static PlanView Whole(Almanac almanac, Plan plan, PlanSight sight, LocalDate today)
    {
        var tasks = new TaskViews(almanac, today);
        var standing = Calendar.Planning.Standing.Of(almanac, plan.Id);
        return Of(almanac, plan, today) with
        {
            OpenedAt = InstantPattern.General.Format(plan.OpenedAt),
            Report = plan.Report,
            Tasks = [.. plan.Tasks.Values.Order(ByDueDay.Order).Select(task => tasks.Of(task, withEvidence: true))],
            Celebrations = [.. plan.Celebrations.Select(one => CelebrationView.Of(plan, one))],
            TemplateUpdate = sight == PlanSight.Everything && standing is not null && !plan.IsClosed ? TemplateUpdate.Of(almanac, plan, standing, today) : null,
            Collisions = standing?.Anniversary is { } anniversary ? new Collisions(almanac).Of(anniversary) : [],
        };
    }

    // Planners may give single tasks to others: whoever has most of them leads.
    private static Slug? LeadOf(Almanac almanac, Plan plan, Standing? standing) =>
        plan.Tasks.Values.Where(task => task.Role == OwnerRole.Lead && task.State != TaskState.Dropped).GroupBy(task => task.Owner)
            .OrderByDescending(owner => owner.Count()).ThenBy(owner => owner.Key.Value, StringComparer.Ordinal).Select(owner => (Slug?)owner.Key).FirstOrDefault()
        ?? Owners.Lead(almanac, standing?.Fact);
}

/// <param name="Version">The one it goes by.</param>
/// <param name="Newest">The one it could go by.</param>
internal sealed record TemplateOfPlan(Slug Name, int Version, int Newest)
{
    public static TemplateOfPlan Of(Almanac almanac, Plan plan) => new(plan.Template, plan.TemplateVersion, almanac.Plans.TemplateOf(plan.Template).Version);
}

/// <summary>An anniversary that another plan covers.</summary>
/// <param name="On">Absent when it is not marked any more.</param>
internal sealed record CoveredView(AnniversaryId Anniversary, Text Title, PartialDate? On)
{
    public static CoveredView Of(Almanac almanac, AnniversaryId id)
    {
        var on = almanac.Find(id.Fact) is { } fact ? Calendar.Anniversaries.Anniversary.DateOf(almanac.Current(fact), id.Number, almanac.Rules) : null;
        return new CoveredView(id, almanac.TitleOf(id, on ?? PartialDate.OfYear(PartialDate.MaxYear)), on);
    }
}

/// <summary>How many tasks.</summary>
/// <param name="Overdue">Of those that are open or acknowledged, and so <paramref name="TooLate"/>.</param>
internal sealed record TaskCounts(int Open, int Acknowledged, int Done, int Dropped, int Overdue, int TooLate)
{
    public static TaskCounts Of(IEnumerable<PlanTask> tasks, LocalDate today) => tasks.Aggregate(new TaskCounts(0, 0, 0, 0, 0, 0), (sum, task) => new TaskCounts(
        sum.Open + (task.State == TaskState.Open ? 1 : 0), sum.Acknowledged + (task.State == TaskState.Acknowledged ? 1 : 0),
        sum.Done + (task.State == TaskState.Done ? 1 : 0), sum.Dropped + (task.State == TaskState.Dropped ? 1 : 0),
        sum.Overdue + (task.IsOverdue(today) ? 1 : 0), sum.TooLate + (task is { IsLive: true, IsLate: true } ? 1 : 0)));
}

/// <summary>Why there is nothing left to prepare.</summary>
internal sealed record StandingView(DropCause Cause, Text Reason)
{
    public static StandingView? Of(Standing? x) => x is { Cause: { } cause, Reason: { } reason } ? new StandingView(cause, reason) : null;
}

/// <summary>A celebration as planners see it.</summary>
/// <param name="Announced">Whether the public knows of it.</param>
/// <param name="Cancelled">Why it is not held.</param>
internal sealed record CelebrationView(CelebrationId Id, PlanId Plan, Text Title, PartialDate On, Text? Place, bool Announced, Text? Cancelled, string Self)
{
    public static CelebrationView Of(Plan plan, PlannedCelebration x) => new(x.Id, plan.Id, x.Title, x.On, x.Place, x.IsAnnounced, x.Cancelled, Address(plan.Id, x.Id));

    public static string Address(PlanId plan, CelebrationId celebration) => $"{PlanView.Address(plan)}/celebrations/{celebration}";
}

/// <param name="Anniversary">Absent for the union's yearly work.</param>
internal sealed record PlanLinks(string? Anniversary, string Self, string Tasks, string Template)
{
    public static PlanLinks Of(Plan x) => new(
        x.Id.Anniversary is { } id ? $"/v1/anniversaries/{id}" : null, PlanView.Address(x.Id), $"/v1/tasks?plan={x.Id}", TemplateView.Address(x.Template));
}
