using Calendar.Associations;
using Calendar.Facts;
using Calendar.Planning;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Planning;

public class WhenTheRecordOfAnOpenPlanChanges
{
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21")).On(2033, 1, 10);

    public WhenTheRecordOfAnOpenPlanChanges() => _record.Round();

    private Plan Plan => _record.Plan("ties/JP~VN", 60);

    [Fact]
    public void A_corrected_date_moves_what_is_open_and_keeps_what_is_done()
    {
        _record.Planning(new CompleteTask(Plan.Id, TaskOf("year-plan"), null, null, null));
        _record.With(Claim("ties/JP~VN", "note", "1973-10-03") with { Prefer = Because }).Round();

        Assert.Equal(Day("2033-10-03"), Plan.On);
        Assert.Equal((TaskState.Done, Date("2033-01-21")), (Plan.Task("year-plan").State, Plan.Task("year-plan").Due));
        Assert.Equal((Date("2033-10-03"), Date("2033-09-26"), Date("2033-10-04")), (Plan.Task("ceremony").Due, Plan.Task("attendance").Due, Plan.Task("thanks").Due));
        Assert.Contains("2033-10-03", Plan.Task("ceremony").Reason!.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Corrected_back_all_is_as_it_was()
    {
        var before = Plan.Schedule().ToList();
        _record.With(Claim("ties/JP~VN", "note", "1973-10-03") with { Prefer = Because }).Round();
        _record.With(new PreferClaim(Id("ties/JP~VN"), new ClaimId(Id("ties/JP~VN").Value), Because)).Round();

        Assert.Equal(before, Plan.Schedule());
    }

    [Fact]
    public void A_day_that_somebody_chose_moves_as_far_as_the_anniversary()
    {
        _record.Planning(new RescheduleTask(Plan.Id, TaskOf("guests"), Date("2033-06-01"), Because));
        _record.With(Claim("ties/JP~VN", "note", "1973-10-03") with { Prefer = Because }).Round();

        Assert.Equal(Date("2033-06-13"), Plan.Task("guests").Due); // twelve days later
        Assert.Null(Plan.Task("guests").Offset);
    }

    [Fact]
    public void What_moves_into_the_past_is_nobodys_fault()
    {
        _record.On(2033, 6, 1).With(Claim("ties/JP~VN", "note", "1973-07-01") with { Prefer = Because }).Round();

        Assert.True(Plan.Task("exhibition").IsLate); // 29 April
        Assert.False(Plan.Task("exhibition").IsOverdue(_record.Today));
        Assert.False(Plan.Task("endorsement").IsLate); // today
    }

    [Theory]
    [InlineData(DropCause.Withdrawn)]
    [InlineData(DropCause.Ended)]
    [InlineData(DropCause.Suspended)]
    [InlineData(DropCause.Waived)]
    public void What_need_not_be_marked_drops_open_tasks_with_the_reason_and_undone_brings_them_back(DropCause cause)
    {
        var (change, undo) = Change(cause);
        _record.Planning(new CompleteTask(Plan.Id, TaskOf("theme"), null, null, null), new DropTask(Plan.Id, TaskOf("stamp"), Because));
        var before = Plan.Schedule().ToList();

        _record.With(change).Round();
        Assert.Empty(Plan.LiveTasks);
        Assert.Equal(TaskState.Done, Plan.Task("theme").State);
        Assert.Equal((cause, DropCause.Decision), (Plan.Task("ceremony").Cause!.Value, Plan.Task("stamp").Cause!.Value));
        Assert.NotEqual("", Plan.Task("ceremony").Reason!.Vi);
        Assert.Equal(0, _record.Round());

        _record.With(undo).Round();
        Assert.Equal(16, Plan.LiveTasks.Count());
        Assert.Equal(TaskState.Dropped, Plan.Task("stamp").State); // somebody had decided that
        Assert.Equal(before, Plan.Schedule());
        Assert.Equal(0, _record.Round());
    }

    [Fact]
    public void A_task_whose_day_went_by_while_it_was_dropped_comes_back_as_late()
    {
        _record.With(Waive("ties/JP~VN", 60)).Round();
        _record.On(2033, 4, 1).With(new LiftWaiver(Id("ties/JP~VN"), 60, Because)).Round();

        Assert.True(Plan.Task("stamp").IsLate); // 21 March
        Assert.False(Plan.Task("guests").IsLate);
    }

    [Fact]
    public void A_task_that_was_overdue_before_it_was_dropped_comes_back_as_overdue()
    {
        _record.On(2033, 3, 25).With(Waive("ties/JP~VN", 60)).Round();
        _record.On(2033, 4, 1).With(new LiftWaiver(Id("ties/JP~VN"), 60, Because)).Round();

        Assert.True(Plan.Task("stamp").IsOverdue(_record.Today)); // 21 March
        Assert.True(Plan.Task("theme").IsLate); // late from the beginning
    }

    [Fact]
    public void A_date_corrected_while_tasks_were_dropped_is_theirs_when_they_come_back()
    {
        _record.With(Waive("ties/JP~VN", 60)).Round();
        _record.With(Claim("ties/JP~VN", "note", "1973-10-03") with { Prefer = Because }).Round();
        _record.With(new LiftWaiver(Id("ties/JP~VN"), 60, Because)).Round();

        Assert.Equal((Day("2033-10-03"), Date("2033-10-03")), (Plan.On, Plan.Task("ceremony").Due));
    }

    [Fact]
    public void A_new_holiday_moves_open_tasks_to_come_and_its_withdrawal_moves_them_back()
    {
        _record.With(WhenATaskIsDue.Announced("2033-09-14", "flood")).Round();
        Assert.Equal(Date("2033-09-13"), Plan.Task("attendance").Due);

        _record.With(WhenATaskIsDue.Unannounced("2033-09-14")).Round();
        Assert.Equal(Date("2033-09-14"), Plan.Task("attendance").Due);

        _record.On(2033, 9, 16).With(WhenATaskIsDue.Announced("2033-09-14", "flood")).Round();
        Assert.Equal(Date("2033-09-14"), Plan.Task("attendance").Due); // over: nobody is told afterwards that it was due earlier
    }

    [Fact]
    public void The_tasks_of_an_association_that_closes_go_to_whoever_is_next()
    {
        _record.With(new CloseAssociation(SlugOf("vn-jp"), Because), new CloseAssociation(SlugOf("vn-jp-hcmc"), Because)).Round();

        Assert.All(Plan.LiveTasks, task => Assert.Equal("vufo", task.Owner.Value));
        Assert.Equal(0, _record.Round());
    }

    [Fact]
    public void Where_one_of_several_who_support_closes_the_others_do_not_get_the_same_task_twice()
    {
        var record = Planned.Record().With(Association("vn-jp-hanoi", AssociationScope.Local, "hufo", "JP"), Ties("JP~VN", "1973-09-21")).On(2033, 1, 10);
        record.Round();
        record.With(new CloseAssociation(SlugOf("vn-jp-hanoi"), Because)).Round();

        Assert.Equal((TaskState.Dropped, DropCause.OwnerClosed), (record.Plan("ties/JP~VN", 60).Task("delegations-vn-jp-hanoi").State, record.Plan("ties/JP~VN", 60).Task("delegations-vn-jp-hanoi").Cause!.Value));
        Assert.Equal("vn-jp-hcmc", record.Plan("ties/JP~VN", 60).LiveTasks.Single(task => task.Line == SlugOf("delegations")).Owner.Value);

        record.Asks(new ReopenTask(PlanOf("ties/JP~VN", 60), TaskOf("delegations-vn-jp-hanoi"), Because)).IsRefused("owner-closed", "/task");

        record.With(new ReopenAssociation(SlugOf("vn-jp-hanoi"), Because)).Round();
        Assert.Equal(["vn-jp-hanoi", "vn-jp-hcmc"], record.Plan("ties/JP~VN", 60).LiveTasks.Where(task => task.Line == SlugOf("delegations")).Select(task => task.Owner.Value));
    }

    [Fact]
    public void A_closed_plan_is_left_alone()
    {
        _record.Planning([.. Plan.Tasks.Keys.Select(task => new DropTask(Plan.Id, task, Because)), new ClosePlan(Plan.Id, Both("Gộp vào năm sau"))]);

        _record.With(Claim("ties/JP~VN", "note", "1973-10-03") with { Prefer = Because });
        Assert.Equal(0, _record.Round());
        Assert.Equal(Day("2033-09-21"), Plan.On);
    }

    private static (Command Change, Command Undo) Change(DropCause cause) => cause switch
    {
        DropCause.Withdrawn => (Withdraw("ties/JP~VN"), Reinstate("ties/JP~VN")),
        DropCause.Ended => (EndMarking("ties/JP~VN", "2033"), ResumeMarking("ties/JP~VN")),
        DropCause.Suspended => (Suspended("JP~VN", "2033-02-01"), Withdraw("suspended/JP~VN/2033-02-01")),
        _ => (Waive("ties/JP~VN", 60), new LiftWaiver(Id("ties/JP~VN"), 60, Because)),
    };
}
