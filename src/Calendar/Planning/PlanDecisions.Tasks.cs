using Calendar.Almanacs;
using NodaTime;

namespace Calendar.Planning;

/// <content>Commands about one task or celebration.</content>
public static partial class PlanDecisions
{
    /// <summary>No such task, or none that whoever asks may know of.</summary>
    public static Rejection Unknown(TaskCommand command) =>
        Rejection.NotFound("unknown-task", "/task", $"Kế hoạch {command.Plan} không có việc “{command.Task}”.", $"The plan {command.Plan} has no task \"{command.Task}\".");

    private static Decision Add(Almanac almanac, AddTask command, Plan plan, LocalDate today)
    {
        var standing = Standing.Of(almanac, plan.Id)!;
        if (standing.Reason is { } reason)
        {
            return NothingToPlan("/plan", reason);
        }

        if ((command.Owner ?? Owners.Lead(almanac, standing.Fact)) is not { } of)
        {
            return NoOwner;
        }

        if (plan.Tasks.TryGetValue(command.Task, out var known))
        {
            return known.Line is null && (known.Title, known.Due, known.Role, known.Owner) == (command.Title, command.Due, command.Role, of) ? Decision.Nothing : Rejection.Conflict(
                "task-exists", "/task",
                $"Kế hoạch đã có việc “{command.Task}”: chọn tên khác.",
                $"The plan has a task \"{command.Task}\" already: choose another name.");
        }

        return NotAnOwner(almanac, of, "/owner") ?? NotInTime(command.Due, plan, today)
            ?? (plan.Tasks.Count >= _mostTasks ? TooMany("/task", _mostTasks) : null)
            ?? Warned(almanac, command.Due, new TaskAdded(command.Task, command.Title, command.Due, command.Role, of, false, null, null, null));
    }

    private static Decision OnTask(Almanac almanac, TaskCommand command, Plan plan, PlanTask task, Role role, LocalDate today) => command switch
    {
        ReopenTask x => Reopen(almanac, x, plan, task, role, today),
        AddEvidence x => Show(x, task),
        AcknowledgeTask => NotLive(task) ?? (task.State == TaskState.Acknowledged ? Decision.Nothing : Decision.Of(new TaskAcknowledged(task.Id))),
        CompleteTask x => Complete(x, task, today),
        AssignTask x => NotLive(task) ?? NotAnOwner(almanac, x.Owner, "/owner") ?? (task.Owner == x.Owner ? Decision.Nothing : Decision.Of(new TaskAssigned(task.Id, x.Owner, x.Reason))),
        RescheduleTask x => NotLive(task)
            ?? (task.Due == x.Due ? Decision.Nothing : null)
            ?? NotInTime(x.Due, plan, today) ?? Warned(almanac, x.Due, new TaskRescheduled(task.Id, x.Due, false, null, x.Reason)),
        DropTask x => task.State == TaskState.Dropped ? Decision.Nothing : NotLive(task) ?? Decision.Of(new TaskDropped(task.Id, DropCause.Decision, task.IsOverdue(today), x.Reason)),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
    };

    private static Decision Complete(CompleteTask command, PlanTask task, LocalDate today)
    {
        var on = command.On ?? today;
        if (on > today)
        {
            return Rejection.Invalid(
                "in-the-future", "/on",
                $"Ngày {new PartialDate(on)} chưa đến: việc đã xong thì xong hôm nay hoặc trước đó.",
                $"{new PartialDate(on)} is still to come: what is done was done today or before.");
        }

        if (on < today.PlusDays(-_longestAgo))
        {
            return Rejection.Invalid(
                "too-long-ago", "/on",
                $"Ngày {new PartialDate(on)} quá xa: báo việc đã xong trong vòng {_longestAgo} ngày, ghi chú thêm nếu xong sớm hơn.",
                $"{new PartialDate(on)} is too long ago: say within {_longestAgo} days that a task is done, and note it if it was done before.");
        }

        if (task.State == TaskState.Done && (command.On ?? task.CompletedOn) == task.CompletedOn)
        {
            return Shown(task, command.Note, command.Url) ? Decision.Nothing : Show(new AddEvidence(command.Plan, command.Task, command.Note, command.Url), task);
        }

        return NotLive(task) ?? Decision.Of(new TaskCompleted(task.Id, on, command.Note, command.Url));
    }

    private static Decision Show(AddEvidence command, PlanTask task)
    {
        if (command is { Note: null, Url: null })
        {
            return Rejection.Invalid(
                "evidence-empty", "/note",
                "Ghi chú “note” hoặc liên kết “url”: cần ít nhất một.",
                "A \"note\" or a \"url\": at least one of them is needed.");
        }

        return Shown(task, command.Note, command.Url) ? Decision.Nothing
            : task.Evidence.Length >= _mostEvidence ? TooMany("/note", _mostEvidence)
            : Decision.Of(new EvidenceAdded(task.Id, command.Note, command.Url));
    }

    private static bool Shown(PlanTask task, string? note, string? url) => (note is null && url is null) || task.Evidence.Any(one => one.Note == note && one.Url == url);

    private static Decision Reopen(Almanac almanac, ReopenTask command, Plan plan, PlanTask task, Role role, LocalDate today)
    {
        if (task.IsLive)
        {
            return Decision.Nothing;
        }

        if (task.State == TaskState.Dropped && role == Role.Association)
        {
            return Rejection.Forbidden(
                "dropped-for-good", "/task",
                $"Việc “{task.Id}” đã bỏ: chỉ người lập kế hoạch mở lại được.",
                $"The task \"{task.Id}\" has been dropped: only a planner can reopen it.");
        }

        if (Standing.Of(almanac, plan.Id)?.Reason is { } reason)
        {
            return NothingToPlan("/task", reason);
        }

        // Reopened as it is, the next round would drop it again.
        if (task.Cause == DropCause.OwnerClosed && !Owners.IsOpen(almanac, task.Owner))
        {
            return Rejection.Conflict(
                "owner-closed", "/task",
                $"Hội “{task.Owner}” đã ngừng hoạt động: giao việc cho hội khác (reassignment), việc sẽ tự mở lại.",
                $"The association \"{task.Owner}\" has closed: give its tasks to another (reassignment), and this one is open again.");
        }

        // Its plan may have moved, and holidays been announced, while it was not to be done.
        var reopened = new TaskReopened(task.Id, task.IsLateAgain(today), command.Reason);
        return new Planner(almanac, today).DueOf(task, plan.On) is { } due && due != task.Due
            ? Decision.Of(reopened, new TaskRescheduled(task.Id, due, due < today, task.Offset, new Text($"Hạn tính theo ngày kỷ niệm {plan.On}.", $"It is due as the day is now: {plan.On}.")))
            : Decision.Of(reopened);
    }

    private static Decision? NotLive(PlanTask task) => task.State switch
    {
        TaskState.Done => Rejection.Conflict(
            "task-done", "/task",
            $"Việc “{task.Id}” đã xong: mở lại trước (reopening).",
            $"The task \"{task.Id}\" is done: reopen it first."),
        TaskState.Dropped => Rejection.Conflict(
            "task-dropped", "/task",
            $"Việc “{task.Id}” đã bỏ: mở lại trước (reopening).",
            $"The task \"{task.Id}\" has been dropped: reopen it first."),
        _ => (Decision?)null,
    };

    private static Decision? NotInTime(LocalDate due, Plan plan, LocalDate today) =>
        due < today
            ? Rejection.Invalid(
                "due-in-the-past", "/due",
                $"Hạn {new PartialDate(due)} đã qua: chọn hôm nay hoặc một ngày sau.",
                $"{new PartialDate(due)} is over: choose today or a day to come.")
        : Math.Abs(due.Year - plan.On.Year) > _mostYears
            ? Rejection.Invalid("too-far", "/due", $"Hạn phải trong vòng {_mostYears} năm quanh ngày kỷ niệm.", $"A task is due within {_mostYears} years of the day.")
        : (Decision?)null;

    // A person may choose any day, and is told what kind of day it is.
    private static Decision Warned(Almanac almanac, LocalDate due, IEvent e) => new([e], null, new DueDays(almanac).IsOrdinary(due) ? [] :
    [
        Rejection.Invalid(
            "not-an-ordinary-day", "/due",
            $"{new PartialDate(due)} là cuối tuần, ngày nghỉ hoặc trong dịp Tết.",
            $"{new PartialDate(due)} is a weekend, a holiday or in the days of Tết."),
    ]);

    private static Decision OnCelebration(Almanac almanac, CelebrationCommand command, Plan plan, LocalDate today)
    {
        if (plan.Id.Anniversary is null)
        {
            return Rejection.Invalid(
                "cadence-celebrates-nothing", "/plan",
                "Việc hằng năm của liên hiệp không có hoạt động kỷ niệm.",
                "The union's yearly work has no celebrations.");
        }

        if (command is ScheduleCelebration or AnnounceCelebration && Standing.Of(almanac, plan.Id)?.Reason is { } reason)
        {
            return NothingToPlan("/plan", reason);
        }

        return (command, plan.Find(command.Celebration)) switch
        {
            (ScheduleCelebration x, var known) => Schedule(almanac, x, known, plan, today),
            (_, null) => Rejection.NotFound(
                "unknown-celebration", "/celebration",
                $"Kế hoạch {plan.Id} không có hoạt động này.", $"The plan {plan.Id} has no such celebration."),
            (CancelCelebration x, { } known) => known.Cancelled is null ? Decision.Of(new CelebrationCancelled(known.Id, x.Reason)) : Decision.Nothing,
            (_, { Cancelled: not null }) => Rejection.Conflict(
                "celebration-cancelled", "/celebration",
                "Hoạt động này đã hủy: lập một hoạt động mới.", "This celebration is cancelled: schedule another."),
            (AnnounceCelebration, { } known) => known.IsAnnounced ? Decision.Nothing : NotSettled(known.On) ?? Decision.Of(new CelebrationAnnounced(known.Id)),
            (MoveCelebration x, { } known) => Move(x, known, today),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
        };
    }

    private static Decision Schedule(Almanac almanac, ScheduleCelebration command, PlannedCelebration? known, Plan plan, LocalDate today) =>
        known is not null && (known.Title, known.On, known.Place) == (command.Title, command.On, command.Place) ? Decision.Nothing
        : almanac.Plans.Plans.Values.Any(any => any.Find(command.Celebration) is not null)
            ? Rejection.Conflict(
                "celebration-exists", "/celebration",
                "Đã có hoạt động mang mã này: dời bằng move, hoặc dùng mã khác.",
                "There is a celebration of this id already: move it, or choose another id.")
        : NotAhead(command.On, today)
            ?? (plan.Celebrations.Length >= _mostCelebrations ? TooMany("/celebration", _mostCelebrations) : null)
            ?? Decision.Of(new CelebrationScheduled(command.Celebration, command.Title, command.On, command.Place));

    private static Decision Move(MoveCelebration command, PlannedCelebration known, LocalDate today) =>
        known.On == command.On && (command.Place ?? known.Place) == known.Place ? Decision.Nothing
        : NotAhead(command.On, today) ?? (known.IsAnnounced ? NotSettled(command.On) : null)
            ?? Decision.Of(new CelebrationMoved(known.Id, command.On, command.Place, command.Reason));

    private static Decision? NotAhead(PartialDate on, LocalDate today) => on.Last >= today ? (Decision?)null : Rejection.Invalid(
        "in-the-past", "/on",
        $"{on} đã qua: hoạt động diễn ra từ hôm nay trở đi.",
        $"{on} is over: a celebration is held today or later.");

    private static Decision? NotSettled(PartialDate on) => on.Precision == Precision.Day ? (Decision?)null : Rejection.Conflict(
        "day-not-settled", "/on",
        $"Mới định “{on}”: công bố cần ngày cụ thể.",
        $"Only \"{on}\" is settled: an announcement needs the day.");
}
