using Calendar.Almanacs;
using Calendar.Associations;
using NodaTime;

namespace Calendar.Planning;

/// <summary>What planners' commands lead to. A repeat of what is already so yields no events.</summary>
public static partial class PlanDecisions
{
    private const int _mostTasks = 200;
    private const int _mostEvidence = 50;
    private const int _mostCelebrations = 50;
    private const int _mostJoined = 50;

    // A record of what was done in time must not be written long afterwards.
    private const int _longestAgo = 92;

    // Nobody plans further ahead, or so long after.
    private const int _mostYears = 50;

    public static Decided Decide(Almanac almanac, PlanningCommand command, Role role, LocalDate today)
    {
        var stream = command switch
        {
            AdoptTemplate adopt => PlanTemplate.Stream(adopt.Template),
            PlanCommand about => about.Plan.Stream,
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
        };
        var decision = command switch
        {
            AdoptTemplate adopt => PlanTemplate.Decide(adopt, almanac.Plans.TemplateOf(adopt.Template), almanac.Plans.Templates.Values, role),
            OpenPlan open => Open(almanac, open, today),
            PlanCommand about => almanac.Plans.Find(about.Plan) is { } plan ? On(almanac, about, plan, role, today) : Unknown(about.Plan),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
        };
        return new Decided(stream, almanac.VersionOf(stream), decision)
        {
            // Two plans must not take each other in.
            Beside = command is JoinPlan { Anniversary: var joined } && PlanId.Of(joined).Stream is var other && other != stream ? (other, almanac.VersionOf(other)) : null,
        };
    }

    private static Decision On(Almanac almanac, PlanCommand command, Plan plan, Role role, LocalDate today) => command switch
    {
        ReopenPlan reopen => plan.IsClosed ? Decision.Of(new PlanReopened(reopen.Reason)) : Decision.Nothing,
        ClosePlan close => Close(close, plan),
        _ when plan.IsClosed => Rejection.Conflict(
            "plan-closed", "",
            $"Kế hoạch {plan.Id} đã đóng: mở lại trước (reopening).",
            $"The plan {plan.Id} is closed: reopen it first."),
        TakeTemplate => Take(almanac, plan, today),
        JoinPlan join => Join(almanac, join, plan),
        PartPlan part => plan.Joined.Contains(part.Anniversary) ? Decision.Of(new PlanParted(part.Anniversary, part.Reason)) : Decision.Nothing,
        ReassignTasks reassign => Reassign(almanac, reassign, plan),
        AddTask add => Add(almanac, add, plan, today),
        TaskCommand about => plan.Tasks.TryGetValue(about.Task, out var task) ? OnTask(almanac, about, plan, task, role, today) : Unknown(about),
        CelebrationCommand about => OnCelebration(almanac, about, plan, today),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
    };

    private static Decision Open(Almanac almanac, OpenPlan command, LocalDate today)
    {
        if (almanac.Plans.Find(command.Plan) is { } known)
        {
            return !known.IsClosed ? Decision.Nothing : Rejection.Conflict(
                "plan-closed", "",
                $"Kế hoạch {known.Id} đã có và đã đóng: mở lại bằng reopening.",
                $"There is a plan {known.Id}, and it is closed: reopen it.");
        }

        if (Standing.Of(almanac, command.Plan) is not { } standing)
        {
            return NoFact(almanac, command.Plan, command.NamedAt);
        }

        if (standing.Reason is { } reason)
        {
            return NothingToPlan(command.NamedAt, reason);
        }

        if (Math.Abs(standing.On(command.Plan)!.Value.Year - today.Year) > _mostYears)
        {
            return Rejection.Invalid(
                "too-far", command.NamedAt,
                $"Chỉ lập kế hoạch trong vòng {_mostYears} năm.",
                $"Plans are made for days within {_mostYears} years.");
        }

        return (command.Lead is { } lead ? NotAnOwner(almanac, lead, "/lead") : null) ?? Draft(almanac, command, standing, today);
    }

    private static Decision Draft(Almanac almanac, OpenPlan command, Standing standing, LocalDate today)
    {
        var planner = new Planner(almanac, today);
        if (planner.Leader(standing, command.Lead) is null)
        {
            return NoOwner;
        }

        if (planner.Draft(command.Plan, standing, command.Lead) is not { } draft)
        {
            var of = standing.Fact?.Kind.Name() ?? PlanTemplate.Cadence.Value;
            return Rejection.Conflict(
                "no-template", command.NamedAt,
                $"Chưa có mẫu kế hoạch cho “{of}”: ban hành một mẫu trước (PUT /v1/templates/…).",
                $"There is no template for \"{of}\": adopt one first (PUT /v1/templates/…).");
        }

        return new Decision([draft.Opened, .. draft.Tasks], null, draft.Tasks.IsEmpty || draft.Tasks.Any(task => !task.Late) ? [] :
        [
            Rejection.Invalid("all-too-late", command.NamedAt, "Mọi việc của kế hoạch này đã quá hạn từ trước.", "Every task of this plan was too late before it opened."),
        ]);
    }

    // A fact that took another's place goes by the oldest one's id in everything that goes on: entries, links and plans.
    private static Decision NoFact(Almanac almanac, PlanId plan, string pointer) =>
        plan.Anniversary is { } id && almanac.Find(id.Fact) is { } fact
            ? Rejection.Conflict(
                "replaced-id", pointer,
                $"Sự kiện này nối tiếp một sự kiện khác: dùng mã kỷ niệm {new AnniversaryId(fact.Series, id.Number)}.",
                $"This fact goes on with another's series: use the anniversary's id {new AnniversaryId(fact.Series, id.Number)}.")
            : Rejection.NotFound("unknown-fact", pointer, "Không có sự kiện nào mang mã này.", "No fact goes by this id.");

    private static Decision Close(ClosePlan command, Plan plan)
    {
        if (plan.IsClosed)
        {
            return Decision.Nothing;
        }

        var left = plan.LiveTasks.Count();
        return left == 0 ? Decision.Of(new PlanClosed(command.Report)) : Rejection.Conflict(
            "tasks-open", "",
            $"Còn {left} việc chưa xong: hoàn thành hoặc bỏ từng việc trước khi đóng kế hoạch.",
            $"{left} tasks are not done: complete or drop each of them before the plan is closed.");
    }

    private static Decision Take(Almanac almanac, Plan plan, LocalDate today) =>
        Standing.Of(almanac, plan.Id) is not { } standing ? Unknown(plan.Id)
        : plan.TemplateVersion == almanac.Plans.TemplateOf(plan.Template).Version ? Decision.Nothing
        : standing.Reason is { } reason ? NothingToPlan("", reason)
        : new Decision(new Planner(almanac, today).Taking(plan, standing), null, []);

    private static Decision NothingToPlan(string pointer, Text reason) =>
        Rejection.Conflict("nothing-to-plan", pointer, $"Không có gì để chuẩn bị. {reason.Vi}", $"There is nothing to plan. {reason.En}");

    private static Decision Join(Almanac almanac, JoinPlan command, Plan plan)
    {
        if (plan.Joined.Contains(command.Anniversary))
        {
            return Decision.Nothing;
        }

        var other = PlanId.Of(command.Anniversary);
        if (plan.Id.Anniversary is null || other == plan.Id)
        {
            return Rejection.Invalid(
                "joins-itself", "/anniversary",
                "Chỉ kế hoạch của một kỷ niệm nhận thêm kỷ niệm khác, không nhận chính mình.",
                "Only an anniversary's plan covers others, and not itself.");
        }

        if (Standing.Of(almanac, other) is not { } standing)
        {
            return NoFact(almanac, other, "/anniversary");
        }

        if (standing.Reason is { } reason)
        {
            return Rejection.Conflict("nothing-to-plan", "/anniversary", $"Kỷ niệm này không cần kế hoạch. {reason.Vi}", $"This anniversary needs no plan. {reason.En}");
        }

        var chain = almanac.Plans.CoveringOf(plan.Id.Anniversary.Value).Count > 0 || almanac.Plans.Find(other) is { Joined: not [] };
        return chain
            ? Rejection.Conflict(
                "covers-others", "/anniversary",
                "Một trong hai kế hoạch đã gộp với kế hoạch khác: tách ra trước.",
                "One of the two is joined with another plan already: part those first.")
            : plan.Joined.Length >= _mostJoined ? TooMany("/anniversary", _mostJoined)
            : Decision.Of(new PlanJoined(command.Anniversary));
    }

    private static Decision Reassign(Almanac almanac, ReassignTasks command, Plan plan) =>
        NotAnOwner(almanac, command.To, "/to")
        ?? new Decision([.. plan.Tasks.Values.Where(task => task.IsOrMayBeLive && task.Owner == command.From && task.Owner != command.To).Select(task => new TaskAssigned(task.Id, command.To, command.Reason))], null, []);

    /// <summary>Why an association cannot be given work; null if it can.</summary>
    public static Rejection? CannotOwn(Almanac almanac, Slug owner, string pointer) => almanac.FindAssociation(owner) switch
    {
        { IsOpen: true } => null,
        { IsRegistered: true } => Rejection.Conflict(
            "owner-closed", pointer,
            $"Hội “{owner}” đã ngừng hoạt động: giao việc cho hội khác.",
            $"The association \"{owner}\" has closed: give the work to another."),
        _ => Association.Unknown(owner, pointer),
    };

    private static Decision? NotAnOwner(Almanac almanac, Slug owner, string pointer) => CannotOwn(almanac, owner, pointer) is { } why ? why : (Decision?)null;

    private static Rejection Unknown(PlanId plan) =>
        Rejection.NotFound("unknown-plan", "/plan", $"Chưa có kế hoạch {plan}: mở trước.", $"There is no plan {plan}: open it first.");

    private static Decision TooMany(string pointer, int most) =>
        Rejection.Conflict("too-many", pointer, $"Một kế hoạch có nhiều nhất {most} mục như vậy.", $"A plan has at most {most} of these.");

    private static Decision NoOwner { get; } = Rejection.Conflict(
        "no-owner", "/lead",
        "Chưa có ai làm: đăng ký hội hữu nghị của đối tác, hoặc liên hiệp, trước.",
        "There is nobody to do the work: register the partner's association, or the umbrella union, first.");
}
