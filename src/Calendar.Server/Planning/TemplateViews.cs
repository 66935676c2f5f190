using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Planning;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Server.Planning;

/// <summary>A template as answers show it.</summary>
/// <param name="Version">The newest.</param>
/// <param name="Kinds">Of the facts whose anniversaries are planned with it; empty for the union's yearly work.</param>
internal sealed record TemplateView(Slug Template, int Version, Text Title, IReadOnlyList<FactKind> Kinds, IReadOnlyList<TaskLineView> Tasks, OpenPlanCounts OpenPlans, string Self)
{
    public static string Address(Slug template) => $"/v1/templates/{template}";

    public static TemplateView Of(Almanac almanac, TemplateAdopted x) =>
        new(x.Template, x.Version, x.Title, x.Kinds, [.. x.Tasks.Select(TaskLineView.Of)], OpenPlanCounts.Of(almanac, x), Address(x.Template));
}

/// <summary>One task of a template.</summary>
/// <param name="Offset">How far from its anchor it is due: <c>P-18M</c>, <c>P0D</c>.</param>
/// <param name="Tiers">The anniversaries it is for; empty for all.</param>
internal sealed record TaskLineView(Slug Line, DueOffset Offset, TaskAnchor Anchor, Text Title, OwnerRole Role, IReadOnlyList<Tier> Tiers)
{
    public static TaskLineView Of(TaskLine x) => new(x.Line, x.Offset, x.Anchor, x.Title, x.Role, x.Tiers);
}

/// <summary>The open plans that go by a template.</summary>
/// <param name="Behind">Of them those that go by an older version: they keep it until they take the newest.</param>
internal sealed record OpenPlanCounts(int All, int Behind)
{
    public static OpenPlanCounts Of(Almanac almanac, TemplateAdopted template)
    {
        var open = almanac.Plans.Plans.Values.Where(plan => !plan.IsClosed && plan.Template == template.Template).ToList();
        return new OpenPlanCounts(open.Count, open.Count(plan => plan.TemplateVersion != template.Version));
    }
}

/// <summary>What taking the newest version of its template would change in a plan.</summary>
/// <param name="Reopened">Tasks that an earlier version had dropped.</param>
internal sealed record TemplateUpdate(
    int Version, IReadOnlyList<AddedTask> Added, IReadOnlyList<RetitledTask> Retitled, IReadOnlyList<MovedTask> Moved, IReadOnlyList<TaskId> Reopened, IReadOnlyList<TaskId> Dropped)
{
    /// <returns>Null when the plan goes by the newest version.</returns>
    public static TemplateUpdate? Of(Almanac almanac, Plan plan, Standing standing, LocalDate today)
    {
        var events = new Planner(almanac, today).Taking(plan, standing);
        return events.OfType<TemplateTaken>().FirstOrDefault() is { } taken
            ? new TemplateUpdate(
                taken.Version,
                [.. events.OfType<TaskAdded>().Select(e => new AddedTask(e.Task, e.Title, e.Due, e.Owner, e.Role, e.Late))],
                [.. events.OfType<TaskRetitled>().Select(e => new RetitledTask(e.Task, plan.Tasks[e.Task].Title, e.Title))],
                [.. events.OfType<TaskRescheduled>().Select(e => new MovedTask(e.Task, plan.Tasks[e.Task].Due, e.Due))],
                [.. events.OfType<TaskReopened>().Select(e => e.Task)], [.. events.OfType<TaskDropped>().Select(e => e.Task)])
            : null;
    }
}

/// <param name="TooLate">Its day is over already.</param>
internal sealed record AddedTask(TaskId Task, Text Title, LocalDate Due, Slug Owner, OwnerRole Role, bool TooLate);

internal sealed record RetitledTask(TaskId Task, Text From, Text To);

internal sealed record MovedTask(TaskId Task, LocalDate From, LocalDate To);
