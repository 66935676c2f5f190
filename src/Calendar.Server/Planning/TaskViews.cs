using System.Text.Json.Serialization;
using Calendar.Almanacs;
using Calendar.Planning;
using Calendar.Server.Http;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Planning;

/// <summary>A task as answers show it.</summary>
/// <param name="Id"><c>{plan}/{task}</c>.</param>
/// <param name="Overdue">It was to be done before today; what nobody could have done in time is not counted.</param>
/// <param name="TooLate">Its day was over when it was set, and it is still to be done.</param>
/// <param name="Anniversary">Of its plan; null for the union's yearly work.</param>
/// <param name="On">What its plan counts from.</param>
/// <param name="Line">The template's line it comes from.</param>
/// <param name="Cause">Why it was dropped, <paramref name="Reason"/> the same in words; or why it was last moved or given to another.</param>
/// <param name="EvidenceCount">How many notes and links show what was done.</param>
/// <param name="ChangedAt">When it last changed, in UTC.</param>
internal sealed record TaskView(
    string Id, PlanId Plan, TaskId Task, Text Title, LocalDate Due, TaskState State, Slug Owner, Text OwnerName, OwnerRole Role, bool Overdue, bool TooLate,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] AnniversaryId? Anniversary, Text PlanTitle, PartialDate On, Slug? Line, LocalDate? CompletedOn,
    DropCause? Cause, Text? Reason, int EvidenceCount, string ChangedAt, TaskLinks Links) : IWarns
{
    /// <summary>Of one task, or of those of one plan.</summary>
    public IReadOnlyList<EvidenceView>? Evidence { get; init; }

    /// <summary>What whoever asked for a change should know of it.</summary>
    public IReadOnlyList<ProblemError>? Warnings { get; init; }

    public object With(IReadOnlyList<ProblemError> warnings) => this with { Warnings = warnings };
}

/// <param name="At">When it was added, in UTC.</param>
internal sealed record EvidenceView(string At, Role Role, string? Note, string? Url)
{
    public static EvidenceView Of(Evidence x) => new(InstantPattern.General.Format(x.At), x.Role, x.Note, x.Url);
}

internal sealed record TaskLinks(string Plan, string Self);

/// <summary>Shows tasks; those of one plan share what is known of it. Made for one answer, used by one thread.</summary>
internal sealed class TaskViews(Almanac almanac, LocalDate today)
{
    private readonly Dictionary<PlanId, (Text Title, PartialDate On)> _plans = [];

    /// <param name="withEvidence">Lists only count it.</param>
    public TaskView Of(PlanTask x, bool withEvidence)
    {
        var (title, on) = PlanOf(x.Plan);
        return new TaskView(
            x.Key, x.Plan, x.Id, x.Title, x.Due, x.State, x.Owner, NameOf(almanac, x.Owner), x.Role, x.IsOverdue(today), x is { IsLive: true, IsLate: true },
            x.Plan.Anniversary, title, on, x.Line, x.CompletedOn, x.Cause, x.Reason, x.Evidence.Length, InstantPattern.General.Format(x.ChangedAt),
            new TaskLinks(PlanView.Address(x.Plan), Address(x)))
        {
            Evidence = withEvidence ? [.. x.Evidence.Select(EvidenceView.Of)] : null,
        };
    }

    public static string Address(PlanTask x) => "/v1/tasks/" + x.Key;

    public static Text NameOf(Almanac almanac, Slug owner) => almanac.FindAssociation(owner)?.Name ?? new Text(owner.Value, owner.Value);

    private (Text Title, PartialDate On) PlanOf(PlanId id)
    {
        if (!_plans.TryGetValue(id, out var known))
        {
            var plan = almanac.Plans.Plans[id];
            _plans.Add(id, known = (almanac.TitleOf(plan), plan.On));
        }

        return known;
    }
}
