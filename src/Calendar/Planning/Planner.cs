using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Planning;

/// <summary>
/// What a planning round does: opens the plans whose time has come, and brings open ones up to date with the record. A pure function of the almanac and
/// the day: a second round, instance or crash in between finds nothing to add.
/// </summary>
public sealed class Planner
{
    /// <summary>A plan opens so many days before its earliest task.</summary>
    public const int Lead = 60;

    // Ordinary days lie at most so far away.
    private const int _slack = 31;

    private const TierSet _byThemselves = TierSet.Round | TierSet.Half;

    private readonly Almanac _almanac;
    private readonly LocalDate _today;
    private readonly DueDays _dueDays;

    public Planner(Almanac almanac, LocalDate today) => (_almanac, _today, _dueDays) = (almanac, today, new DueDays(almanac));

    /// <summary>Whether plans may have to follow an event. Of their own events most only say how the work goes on.</summary>
    public static bool Follows(IEvent e) => e is not (
        TaskAcknowledged or TaskCompleted or EvidenceAdded or TaskRetitled or ICelebrationEvent or Associations.AssociationMuted or Associations.AssociationUnmuted
        or Reminders.ReminderPolicyAdopted or Reminders.ReminderPolicyDropped);

    /// <summary>Everything that is to be recorded now, each plan once: openings by the anniversary's day, then what changes in open plans.</summary>
    public IEnumerable<Decided> Round() => Openings().Concat(Upkeep());

    /// <summary>The plans whose time has come, and has not gone by.</summary>
    public IEnumerable<Decided> Openings()
    {
        foreach (var plan in Candidates())
        {
            if (_almanac.Plans.Find(plan) is null
                && Standing.Of(_almanac, plan) is { Cause: null } standing
                && MayOpen(plan, standing)
                && Draft(plan, standing) is { Tasks: [_, ..] } draft
                && draft.Tasks.Min(task => task.Due).PlusDays(-Lead) <= _today
                && draft.Tasks.Any(task => !task.Late))
            {
                yield return new Decided(plan.Stream, _almanac.VersionOf(plan.Stream), new Decision([draft.Opened, .. draft.Tasks], null, []));
            }
        }
    }

    /// <summary>What the record's changes mean for open plans.</summary>
    public IEnumerable<Decided> Upkeep()
    {
        foreach (var plan in _almanac.Plans.Plans.Values)
        {
            if (!plan.IsClosed && Standing.Of(_almanac, plan.Id) is { } standing && Changes(plan, standing) is { Length: > 0 } changes)
            {
                yield return new Decided(plan.Id.Stream, _almanac.VersionOf(plan.Id.Stream), new Decision(changes, null, []));
            }
        }
    }

    /// <summary>A plan as it would be opened now.</summary>
    /// <param name="lead">Who leads; null for whom the partners decide.</param>
    /// <returns>Null where there is no template for it, no anniversary, or nobody to do the work.</returns>
    public (PlanOpened Opened, ImmutableArray<TaskAdded> Tasks)? Draft(PlanId plan, Standing standing, Slug? lead = null)
    {
        var template = TemplateOf(standing);
        if (template?.Adopted is null || standing.On(plan) is not { } on || Leader(standing, lead) is not { } leader)
        {
            return null;
        }

        var tasks = template.TasksFor(standing.Anniversary?.Tier).SelectMany(line => Tasks(line, on, standing, leader));
        return (new PlanOpened(plan, on, template.Name, template.Version), [.. tasks]);
    }

    /// <summary>The tasks of a template's line: one of whoever leads, or one of each who supports.</summary>
    public IEnumerable<TaskAdded> Tasks(TaskLine line, PartialDate on, Standing standing, Slug leader)
    {
        if (_dueDays.Of(on, line.Anchor, line.Offset) is not { } due)
        {
            return [];
        }

        return line.Role == OwnerRole.Lead
            ? [New(TaskId.Of(line.Line), leader)]
            : Owners.Supporters(_almanac, standing.Fact).Select(supporter => New(TaskId.Of(line.Line, supporter), supporter));

        TaskAdded New(TaskId id, Slug owner) =>
            new(id, line.Title, due, line.Role, owner, due < _today, line.Line, line.Offset, line.Anchor == TaskAnchor.Day ? null : line.Anchor);
    }

    /// <summary>What another version of its template would change in an open plan; empty when it goes by the newest.</summary>
    public ImmutableArray<IEvent> Taking(Plan plan, Standing standing)
    {
        var template = _almanac.Plans.TemplateOf(plan.Template);
        if (template.Version == plan.TemplateVersion || Leader(standing) is not { } leader)
        {
            return [];
        }

        var lines = template.TasksFor(standing.Anniversary?.Tier).ToList();
        var drafted = lines.SelectMany(line => Tasks(line, plan.On, standing, leader)).ToList();
        var gone = plan.LiveTasks.Where(task => task.Line is { } line && !lines.Exists(one => one.Line == line && one.Role == task.Role));
        return
        [
            new TemplateTaken(template.Version),
            .. drafted.SelectMany(task => !plan.Tasks.TryGetValue(task.Task, out var known) ? [task] : known.Line is null ? [] : Taken(known, task)),
            .. gone.Select(task => new TaskDropped(task.Id, DropCause.Template, task.IsOverdue(_today), new Text("Mẫu kế hoạch không còn việc này.", "The template has this task no more."))),
        ];
    }

    public PlanTemplate? TemplateOf(Standing standing) =>
        standing.Fact is { } fact ? _almanac.Plans.TemplateOf(fact.Kind) : _almanac.Plans.TemplateOf(PlanTemplate.Cadence);

    public Slug? Leader(Standing standing, Slug? wanted = null) => wanted ?? Owners.Lead(_almanac, standing.Fact);

    // What is done stays; a day that somebody chose stays, too, and a task that somebody made.
    private IEnumerable<IEvent> Taken(PlanTask known, TaskAdded task)
    {
        if (known.State == TaskState.Dropped && known.Cause == DropCause.Template)
        {
            yield return new TaskReopened(known.Id, known.IsLateAgain(_today), new Text("Mẫu kế hoạch lại có việc này.", "The template has this task again."));
        }
        else if (!known.IsLive)
        {
            yield break;
        }

        if (known.Title != task.Title)
        {
            yield return new TaskRetitled(known.Id, task.Title);
        }

        if (known.Offset is { } offset && (offset != task.Offset || known.Due != task.Due))
        {
            yield return new TaskRescheduled(known.Id, task.Due, task.Late, task.Offset, new Text($"Mẫu kế hoạch: hạn {task.Offset} (trước là {offset}).", $"By the template it is due at {task.Offset} (before: {offset})."));
        }
    }

    // Asked before owners are looked for: most of what lies ahead has time.
    private bool MayOpen(PlanId plan, Standing standing) =>
        TemplateOf(standing) is { } template && standing.On(plan) is { First: var on }
        && template.TasksFor(standing.Anniversary?.Tier).Any(line =>
            line.Anchor != TaskAnchor.Day || on.PlusMonths(line.Offset.Months).PlusDays(line.Offset.Days - Lead - _slack) <= _today);

    /// <summary>When a task is due as its plan counts now; null where somebody chose its day.</summary>
    public LocalDate? DueOf(PlanTask task, PartialDate on) => task.Offset is { } offset ? _dueDays.Of(on, task.Anchor, offset) : null;

    private IEnumerable<PlanId> Candidates()
    {
        var templates = _almanac.Plans.Templates.Values.Where(template => template.Adopted is not null).ToList();
        if (templates.Count == 0)
        {
            yield break;
        }

        // The first task of any template may precede its day by so much.
        var first = templates.SelectMany(template => template.Adopted!.Tasks).Select(line => _today.PlusMonths(-line.Offset.Months).PlusDays(-line.Offset.Days)).DefaultIfEmpty(_today).Max();
        var horizon = LocalDate.Max(first, _today).PlusDays(Lead + _slack);
        if (templates.Exists(template => template.Name == PlanTemplate.Cadence))
        {
            for (var year = _today.Year; year <= horizon.Year; year++)
            {
                yield return PlanId.OfCadence(year);
            }
        }

        foreach (var anniversary in _almanac.Anniversaries(new AnniversaryQuery(_today, horizon) { Tiers = _byThemselves }))
        {
            yield return PlanId.Of(new AnniversaryId(anniversary.Fact.Series, anniversary.Number));
        }
    }

    private ImmutableArray<IEvent> Changes(Plan plan, Standing standing)
    {
        if (standing is { Cause: { } cause, Reason: { } reason })
        {
            return [.. plan.LiveTasks.Select(task => new TaskDropped(task.Id, cause, task.IsOverdue(_today), reason))];
        }

        var events = ImmutableArray.CreateBuilder<IEvent>();
        var on = standing.On(plan.Id)!.Value;
        if (on != plan.On)
        {
            events.Add(new PlanMoved(on));
        }

        foreach (var task in plan.Tasks.Values)
        {
            events.AddRange(Changes(task, plan, on, standing));
        }

        return events.ToImmutable();
    }

    private IEnumerable<IEvent> Changes(PlanTask task, Plan plan, PartialDate to, Standing standing)
    {
        var from = plan.On;
        if (IsBack(task))
        {
            yield return new TaskReopened(task.Id, task.IsLateAgain(_today), new Text("Lý do bỏ việc không còn.", "The reason for dropping it is gone."));
        }
        else if (!task.IsLive)
        {
            yield break;
        }

        if (!Owners.IsOpen(_almanac, task.Owner) && IsDoneByOthers(task, plan, standing))
        {
            yield return new TaskDropped(
                task.Id, DropCause.OwnerClosed, task.IsOverdue(_today),
                new Text($"“{task.Owner}” đã ngừng hoạt động; các hội khác có việc này.", $"\"{task.Owner}\" has closed; others have the same to do."));
            yield break;
        }

        if (DueNow(task, from, to) is { } due && due != task.Due)
        {
            yield return new TaskRescheduled(task.Id, due, due < _today, task.Offset, from == to
                ? new Text("Lịch nghỉ đã thay đổi.", "The holidays have changed.")
                : new Text($"Ngày kỷ niệm đổi từ {from} sang {to}.", $"The anniversary moved from {from} to {to}."));
        }

        if (!Owners.IsOpen(_almanac, task.Owner) && NextOwner(task, standing) is { } owner && owner != task.Owner)
        {
            yield return new TaskAssigned(task.Id, owner, new Text($"“{task.Owner}” đã ngừng hoạt động.", $"\"{task.Owner}\" has closed."));
        }
    }

    // What somebody decided, and what the template says, stays until they say otherwise.
    private bool IsBack(PlanTask task) => task is { State: TaskState.Dropped, Cause: { } cause } && cause switch
    {
        DropCause.Decision or DropCause.Template => false,
        DropCause.OwnerClosed => Owners.IsOpen(_almanac, task.Owner),
        _ => true,
    };

    // Each who supports has a task of his own: nobody needs it twice.
    private bool IsDoneByOthers(PlanTask task, Plan plan, Standing standing) =>
        task is { Role: OwnerRole.Support, Line: { } line }
        && Owners.Supporters(_almanac, standing.Fact).Any(supporter => plan.Tasks.ContainsKey(TaskId.Of(line, supporter)));

    // A new holiday moves no day that is over; a new date moves them all.
    private LocalDate? DueNow(PlanTask task, PartialDate from, PartialDate to) =>
        from == to && task.Due < _today ? null
        : task.Offset is { } offset ? _dueDays.Of(to, task.Anchor, offset)
        : from == to ? null : _dueDays.Shifted(task.Due, from, to);

    private Slug? NextOwner(PlanTask task, Standing standing) => task.Role == OwnerRole.Lead
        ? Owners.Lead(_almanac, standing.Fact)
        : Owners.Supporters(_almanac, standing.Fact).Select(slug => (Slug?)slug).FirstOrDefault();
}
