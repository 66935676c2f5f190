using Calendar.Associations;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Planning;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Planning;

public class WhenAPlannerWorksOnAPlan
{
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21")).On(2033, 1, 10);
    private readonly PlanId _plan = PlanOf("ties/JP~VN", 60);

    public WhenAPlannerWorksOnAPlan() => _record.Round();

    private Plan Plan => _record.Now.Plans.Find(_plan)!;

    [Fact]
    public void A_task_is_added_for_whoever_leads_or_for_another()
    {
        _record.Asks(Add("film", "2033-05-04")).Leads<TaskAdded>();
        _record.Asks(Add("film-hcmc", "2033-05-04", "hufo")).Leads<TaskAdded>();

        Assert.Equal(("vn-jp", "hufo"), (Plan.Task("film").Owner.Value, Plan.Task("film-hcmc").Owner.Value));
        _record.Asks(Add("film", "2033-05-04")).IsNothingNew();
        _record.Asks(Add("film", "2033-05-05")).IsRefused("task-exists", "/task");
    }

    [Fact]
    public void On_a_day_that_is_over_nothing_can_be_due()
    {
        _record.Asks(Add("film", "2033-01-09")).IsRefused("due-in-the-past", "/due", RejectionKind.Invalid);
        _record.Asks(new RescheduleTask(_plan, TaskOf("guests"), Date("2033-01-09"), Because)).IsRefused("due-in-the-past", "/due", RejectionKind.Invalid);
        _record.Asks(Add("film", "2033-01-10")).Leads<TaskAdded>();
        _record.Asks(Add("book", "2090-01-10")).IsRefused("too-far", "/due", RejectionKind.Invalid);
    }

    [Fact]
    public void A_weekend_may_be_chosen_and_is_told()
    {
        var decision = _record.Asks(new RescheduleTask(_plan, TaskOf("guests"), Date("2033-05-21"), Because));

        Assert.Equal(("not-an-ordinary-day", "/due"), (Assert.Single(decision.Warnings).Code, decision.Warnings[0].Pointer));
        Assert.Equal((Date("2033-05-21"), (DueOffset?)null), (Plan.Task("guests").Due, Plan.Task("guests").Offset));
        Assert.Equal(0, _record.Round()); // what somebody chose is not moved back
    }

    [Fact]
    public void An_owner_must_be_registered_and_open()
    {
        _record.With(Association("vn-old", AssociationScope.Central, "vufo", "JP"), new CloseAssociation(SlugOf("vn-old"), Because));

        _record.Asks(new AssignTask(_plan, TaskOf("guests"), SlugOf("vn-old"), null)).IsRefused("owner-closed", "/owner");
        _record.Asks(new AssignTask(_plan, TaskOf("guests"), SlugOf("nobody"), null)).IsRefused("unknown-association", "/owner", RejectionKind.NotFound);
        _record.Asks(Add("film", "2033-05-04", "vn-old")).IsRefused("owner-closed", "/owner");
        _record.Asks(new OpenPlan(PlanOf("ties/JP~VN", 61), SlugOf("vn-old"))).IsRefused("owner-closed", "/lead");
    }

    [Fact]
    public void Given_to_another_what_was_acknowledged_is_asked_anew()
    {
        _record.Planning(new AcknowledgeTask(_plan, TaskOf("guests")));
        Assert.Equal(TaskState.Acknowledged, Plan.Task("guests").State);

        _record.Asks(new AssignTask(_plan, TaskOf("guests"), SlugOf("hufo"), Because)).Leads<TaskAssigned>();
        _record.Asks(new AssignTask(_plan, TaskOf("guests"), SlugOf("hufo"), Because)).IsNothingNew();

        Assert.Equal((TaskState.Open, "hufo"), (Plan.Task("guests").State, Plan.Task("guests").Owner.Value));
    }

    [Fact]
    public void It_is_done_today_or_earlier_with_what_shows_it()
    {
        _record.Asks(new CompleteTask(_plan, TaskOf("theme"), Date("2033-01-11"), null, null)).IsRefused("in-the-future", "/on", RejectionKind.Invalid);
        _record.Asks(new CompleteTask(_plan, TaskOf("theme"), Date("2033-01-07"), "Đã họp", "https://example.org/bien-ban")).Leads<TaskCompleted>();

        Assert.Equal((TaskState.Done, Date("2033-01-07")), (Plan.Task("theme").State, Plan.Task("theme").CompletedOn));
        Assert.Equal(("Đã họp", Role.Planner), (Plan.Task("theme").Evidence.Single().Note, Plan.Task("theme").Evidence.Single().Role));
        _record.Asks(new CompleteTask(_plan, TaskOf("theme"), null, null, null)).IsNothingNew();
        _record.Asks(new CompleteTask(_plan, TaskOf("theme"), null, "Ảnh", null)).Leads<EvidenceAdded>();
        _record.Asks(new CompleteTask(_plan, TaskOf("theme"), Date("2033-01-06"), null, null)).IsRefused("task-done", "/task");
    }

    [Fact]
    public void Long_afterwards_nobody_says_that_it_was_done_in_time()
    {
        _record.Asks(new CompleteTask(_plan, TaskOf("theme"), Date("2032-10-09"), null, null)).IsRefused("too-long-ago", "/on", RejectionKind.Invalid);
        _record.Asks(new CompleteTask(_plan, TaskOf("theme"), Date("2032-10-10"), null, null)).Leads<TaskCompleted>();
    }

    [Fact]
    public void Reopened_it_is_as_late_as_it_was_and_due_as_the_day_is_now()
    {
        _record.Planning(new CompleteTask(_plan, TaskOf("theme"), null, null, null), new CompleteTask(_plan, TaskOf("guests"), null, null, null));
        _record.With(Claim("ties/JP~VN", "note", "1973-10-03") with { Prefer = Because }).Round();

        _record.Planning(new ReopenTask(_plan, TaskOf("theme"), Because), new ReopenTask(_plan, TaskOf("guests"), Because));

        Assert.True(Plan.Task("theme").IsLate);
        Assert.Equal(Date("2033-06-03"), Plan.Task("guests").Due);
        Assert.Contains("2033-10-03", Plan.Task("guests").Reason!.En, StringComparison.Ordinal);
        Assert.Equal(0, _record.Round());
    }

    [Fact]
    public void What_a_planner_dropped_no_association_reopens()
    {
        _record.Planning(new DropTask(_plan, TaskOf("stamp"), Because), new CompleteTask(_plan, TaskOf("theme"), null, null, null));
        var association = new Caller(Role.Association, SlugOf("vn-jp"));

        _record.When(new ReopenTask(_plan, TaskOf("stamp"), Because), association).IsRefused("dropped-for-good", "/task", RejectionKind.Forbidden);
        _record.When(new ReopenTask(_plan, TaskOf("theme"), Because), association).Leads<TaskReopened>();
    }

    [Fact]
    public void Evidence_is_a_note_or_a_link_and_the_same_one_stands_once()
    {
        _record.Asks(new AddEvidence(_plan, TaskOf("theme"), null, null)).IsRefused("evidence-empty", "/note", RejectionKind.Invalid);
        _record.Asks(new AddEvidence(_plan, TaskOf("theme"), "Biên bản", null)).Leads<EvidenceAdded>();
        _record.Asks(new AddEvidence(_plan, TaskOf("theme"), "Biên bản", null)).IsNothingNew();
    }

    [Fact]
    public void What_is_done_or_dropped_is_reopened_before_anything_else()
    {
        _record.Planning(new CompleteTask(_plan, TaskOf("theme"), null, null, null), new DropTask(_plan, TaskOf("stamp"), Because));

        _record.Asks(new AcknowledgeTask(_plan, TaskOf("theme"))).IsRefused("task-done", "/task");
        _record.Asks(new DropTask(_plan, TaskOf("theme"), Because)).IsRefused("task-done", "/task");
        _record.Asks(new CompleteTask(_plan, TaskOf("stamp"), null, null, null)).IsRefused("task-dropped", "/task");
        _record.Asks(new RescheduleTask(_plan, TaskOf("stamp"), Date("2033-04-01"), Because)).IsRefused("task-dropped", "/task");
        _record.Asks(new DropTask(_plan, TaskOf("stamp"), Because)).IsNothingNew();

        _record.Asks(new ReopenTask(_plan, TaskOf("theme"), Because)).Leads<TaskReopened>();
        _record.Asks(new ReopenTask(_plan, TaskOf("theme"), Because)).IsNothingNew();
        _record.Asks(new ReopenTask(_plan, TaskOf("stamp"), Because)).Leads<TaskReopened>();
        Assert.Null(Plan.Task("theme").CompletedOn);
    }

    [Fact]
    public void What_was_dropped_with_the_anniversary_stays_dropped_while_the_reason_stands()
    {
        _record.With(Waive("ties/JP~VN", 60)).Round();

        _record.Asks(new ReopenTask(_plan, TaskOf("guests"), Because)).IsRefused("nothing-to-plan", "/task");
    }

    [Fact]
    public void Every_open_task_of_one_owner_goes_to_another_at_once()
    {
        _record.Planning(new CompleteTask(_plan, TaskOf("theme"), null, null, null));

        var decision = _record.Asks(new ReassignTasks(_plan, SlugOf("vn-jp"), SlugOf("hufo"), Because));

        Assert.Equal(16, decision.Events.Length);
        Assert.Equal("vn-jp", Plan.Task("theme").Owner.Value);
        Assert.All(Plan.LiveTasks.Where(task => task.Role == OwnerRole.Lead), task => Assert.Equal("hufo", task.Owner.Value));
        _record.Asks(new ReassignTasks(_plan, SlugOf("vn-jp"), SlugOf("hufo"), Because)).IsNothingNew();
        _record.Asks(new ReassignTasks(_plan, SlugOf("hufo"), SlugOf("nobody"), Because)).IsRefused("unknown-association", "/to", RejectionKind.NotFound);
    }

    [Fact]
    public void So_do_those_that_are_dropped_for_a_reason_that_may_go()
    {
        _record.With(Waive("ties/JP~VN", 60)).Round();

        Assert.Equal(17, _record.Asks(new ReassignTasks(_plan, SlugOf("vn-jp"), SlugOf("hufo"), Because)).Events.Length);
        Assert.All(Plan.Tasks.Values, task => Assert.Equal(TaskState.Dropped, task.State));
    }

    [Fact]
    public void A_plan_closes_when_nothing_is_open_and_can_be_opened_again()
    {
        _record.Asks(new ClosePlan(_plan, null)).IsRefused("tasks-open", "");
        _record.Planning([.. Plan.Tasks.Keys.Select(task => new CompleteTask(_plan, task, null, null, null))]);

        _record.Asks(new ClosePlan(_plan, Both("Đã tổ chức"))).Leads<PlanClosed>();
        _record.Asks(new ClosePlan(_plan, null)).IsNothingNew();
        _record.Asks(Add("film", "2033-05-04")).IsRefused("plan-closed", "");
        _record.Asks(new OpenPlan(_plan, null)).IsRefused("plan-closed", "");
        _record.Asks(new ReopenPlan(_plan, Because)).Leads<PlanReopened>();
        _record.Asks(Add("film", "2033-05-04")).Leads<TaskAdded>();
    }

    [Fact]
    public void What_there_is_not_is_named()
    {
        _record.Asks(new AcknowledgeTask(_plan, TaskOf("nothing"))).IsRefused("unknown-task", "/task", RejectionKind.NotFound);
        _record.Asks(new AcknowledgeTask(PlanOf("ties/JP~VN", 70), TaskOf("theme"))).IsRefused("unknown-plan", "/plan", RejectionKind.NotFound);
        _record.Asks(new OpenPlan(PlanOf("ties/FR~VN", 70), null)).IsRefused("unknown-fact", "/plan", RejectionKind.NotFound);
    }

    private AddTask Add(string task, string due, string? owner = null) =>
        new(_plan, TaskOf(task), Both("Làm phim"), Date(due), OwnerRole.Lead, owner is null ? null : SlugOf(owner));
}

public class WhenAPlanIsOpenedByHand
{
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21"), new DeclareNationalDay(Code("JP"), Id("day/JP"), new(2, 23), Ministry, Both("Sinh nhật Nhật hoàng")))
        .On(2026, 12, 1);

    [Fact]
    public void Any_anniversary_can_be_planned_and_any_association_lead()
    {
        var decision = _record.Asks(new OpenPlan(PlanOf("ties/JP~VN", 54), SlugOf("hufo")));

        Assert.IsType<PlanOpened>(decision.Events[0]);
        Assert.Equal(["2027-06-21 messages hufo", "2027-09-14 attendance hufo", "2027-09-21 ceremony hufo", "2027-09-22 thanks hufo"], _record.Plan("ties/JP~VN", 54).Schedule());
        _record.Asks(new OpenPlan(PlanOf("ties/JP~VN", 54), null)).IsNothingNew();
    }

    [Fact]
    public void By_the_id_of_a_fact_that_took_anothers_place_the_right_one_is_told()
    {
        _record.With(Milestone("wrong", "JP~VN", "1993-09-21", "Nhầm"), Withdraw("wrong"), Record(FactKind.MilestoneRecorded, "right", "JP~VN", "1993-09-22") with { Title = Both("Đúng"), Replaces = Id("wrong") });

        var refused = _record.Asks(new OpenPlan(PlanOf("right", 35), null));
        refused.IsRefused("replaced-id", "/plan");
        Assert.Contains($"{Id("wrong")}/35", refused.Rejection!.Detail.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_day_that_is_over_it_is_told_that_all_is_too_late() =>
        Assert.Equal("all-too-late", Assert.Single(_record.Asks(new OpenPlan(PlanOf("ties/JP~VN", 50), null)).Warnings).Code);

    [Fact]
    public void A_national_day_has_its_own_tasks()
    {
        _record.Planning(new OpenPlan(PlanOf("day/JP", 2027), null));

        Assert.Equal(["2027-01-22 greeting vn-jp", "2027-02-23 message vn-jp"], _record.Plan("day/JP", 2027).Schedule());
    }

    [Fact]
    public void What_is_not_marked_or_lies_too_far_is_refused()
    {
        _record.With(Waive("ties/JP~VN", 54));

        _record.Asks(new OpenPlan(PlanOf("ties/JP~VN", 54), null)).IsRefused("nothing-to-plan", "/plan");
        _record.Asks(new OpenPlan(PlanOf("ties/JP~VN", 500), null)).IsRefused("too-far", "/plan", RejectionKind.Invalid);
        _record.Asks(new OpenPlan(PlanId.OfCadence(2099), null)).IsRefused("too-far", "/plan", RejectionKind.Invalid);
    }

    [Fact]
    public void A_kind_without_a_template_cannot_be_planned()
    {
        var partnerships = Templates.OfType<AdoptTemplate>().Single(template => template.Template == SlugOf("partnerships"));
        _record.With(Milestone("visit", "JP~VN", "1977-05-04", "Chuyến thăm đầu tiên")).Planning(partnerships with { Kinds = [FactKind.TreatySigned] });

        _record.Asks(new OpenPlan(PlanOf("visit", 50), null)).IsRefused("no-template", "/plan");
    }
}
