using System.Text.Json;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Planning;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Planning;

public class WhatSomebodySeesOfTheWork
{
    private static readonly Caller _hcmcCaller = new(Role.Association, SlugOf("vn-jp-hcmc"));
    private static readonly PlanSight _hcmc = PlanSight.Of(_hcmcCaller);

    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05")).On(2032, 2, 1);

    public WhatSomebodySeesOfTheWork()
    {
        _record.Round();
        _record.Planning(
            new ScheduleCelebration(PlanOf("ties/JP~VN", 60), CelebrationOf("quiet"), Both("Hội thảo"), Day("2033-09"), null),
            new ScheduleCelebration(PlanOf("ties/JP~VN", 60), CelebrationOf("told"), Both("Lễ kỷ niệm"), Day("2033-09-21"), null),
            new AnnounceCelebration(PlanOf("ties/JP~VN", 60), CelebrationOf("told")));
    }

    [Theory]
    [InlineData(Role.Planner, true)]
    [InlineData(Role.Admin, true)]
    [InlineData(Role.Historian, false)]
    [InlineData(Role.Association, false)]
    [InlineData(Role.Pack, false)]
    public void Is_everything_or_nothing_by_the_role(Role role, bool everything) =>
        Assert.Equal(everything ? PlanSight.Everything : PlanSight.Nothing, PlanSight.Of(new Caller(role)));

    [Fact]
    public void Is_nothing_without_a_token()
    {
        Assert.Equal(PlanSight.Nothing, PlanSight.Of(null));
        Assert.Empty(_record.Now.Plans(new PlanQuery(), PlanSight.Nothing, _record.Today));
        Assert.Null(PlanSight.Nothing.Narrow(new TaskQuery { Associations = [SlugOf("vn-jp")] }));
        Assert.Empty(_record.Now.Tasks(PlanSight.Nothing.Narrow(new TaskQuery())!, _record.Today));
    }

    [Fact]
    public void Is_decided_on_by_a_planner_as_a_whole_and_by_an_association_task_by_task()
    {
        var (plan, task) = (PlanOf("ties/JP~VN", 60), TaskOf("delegations-vn-jp-hcmc"));
        Assert.Equal((null, 0), (On(Planned.Planner).Revision, On(_hcmcCaller).Revision));

        _record.Planning(new DropTask(plan, TaskOf("stamp"), Because));
        Assert.Equal(0, On(_hcmcCaller).Revision);
        _record.Planning(new RescheduleTask(plan, task, Date("2033-06-01"), Because));
        Assert.Equal(1, On(_hcmcCaller).Revision);

        Decided On(Caller caller) => _record.Decide(new AcknowledgeTask(plan, task), caller);
    }

    [Fact]
    public void Is_of_an_association_its_own_tasks_and_what_everybody_has_been_told()
    {
        var plan = Assert.Single(_record.Now.Plans(new PlanQuery(), _hcmc, _record.Today));
        Assert.Equal(PlanOf("ties/JP~VN", 60), plan.Id);
        Assert.Equal(["delegations-vn-jp-hcmc"], plan.Tasks.Keys.Select(task => task.Value));
        Assert.Equal([CelebrationOf("told")], plan.Celebrations.Select(one => one.Id));
        Assert.Null(_hcmc.Find(_record.Now.Plans, PlanOf("ties/LA~VN", 70)));
        Assert.Null(_hcmc.Find(_record.Now.Plans, plan.Id, TaskOf("theme")));
        Assert.NotNull(_hcmc.Find(_record.Now.Plans, plan.Id, TaskOf("delegations-vn-jp-hcmc")));
        Assert.Null(_hcmc.Narrow(new TaskQuery { Associations = [SlugOf("vn-jp")] }));
        Assert.Equal(SlugOf("vn-jp-hcmc"), Assert.Single(_hcmc.Narrow(new TaskQuery { Associations = [SlugOf("vn-jp"), SlugOf("vn-jp-hcmc")] })!.Associations));
    }
}

public class WhenPlansAreAskedFor
{
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"), Milestone("month", "JP~VN", "1982-06", "Tháng gặp gỡ")).On(2032, 2, 1);

    public WhenPlansAreAskedFor() => _record.Round();

    [Fact]
    public void They_come_by_date_and_each_filter_leaves_what_it_names()
    {
        var (japan, laos, month, yearly) = (PlanOf("ties/JP~VN", 60), PlanOf("ties/LA~VN", 70), PlanOf("month", 50), PlanId.OfCadence(2032));
        Assert.Equal([yearly, month, laos, japan], Found(new PlanQuery()));
        Assert.Equal([month, japan], Found(new PlanQuery { Parties = [Code("JP")] }));
        Assert.Equal([month], Found(new PlanQuery { Kinds = [FactKind.MilestoneRecorded] }));
        Assert.Equal([month], Found(new PlanQuery { From = Date("2032-06-30"), To = Date("2032-07-01"), Parties = [Code("JP")] }));
        Assert.Equal([laos], Found(new PlanQuery { Associations = [SlugOf("vn-la")] }));

        _record.Planning(new DropTask(month, TaskOf("proposal"), Because), new DropTask(month, TaskOf("statement"), Because), new ClosePlan(month, null));
        Assert.Equal([month], Found(new PlanQuery { IsClosed = true }));
        Assert.Equal([yearly, laos, japan], Found(new PlanQuery { IsClosed = false }));

        _record.On(2032, 3, 20);
        Assert.Contains(japan, Found(new PlanQuery { IsOverdue = true }));
        Assert.DoesNotContain(japan, Found(new PlanQuery { IsOverdue = false }));
    }

    [Fact]
    public void A_plan_bears_the_name_of_its_anniversary_even_when_it_is_marked_no_more()
    {
        Assert.Equal("60 years of Viet Nam – Japan diplomatic relations", _record.Now.TitleOf(_record.Plan("ties/JP~VN", 60)).En);
        _record.With(Withdraw("ties/JP~VN"));
        Assert.Equal("60 years of Viet Nam – Japan diplomatic relations", _record.Now.TitleOf(_record.Plan("ties/JP~VN", 60)).En);
        Assert.Equal("The union's yearly work 2032", _record.Now.TitleOf(_record.Now.Plans.Find(PlanId.OfCadence(2032))!).En);
    }

    private List<PlanId> Found(PlanQuery query) => [.. _record.Now.Plans(query, PlanSight.Everything, _record.Today).Select(plan => plan.Id)];
}

public class WhenAnOwnersWorkGoesToAnother
{
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05")).On(2032, 2, 1);

    public WhenAnOwnersWorkGoesToAnother() => _record.Round();

    [Fact]
    public void There_is_a_command_for_each_plan_and_none_when_it_is_done()
    {
        var asked = new Reassignment(SlugOf("vufo"), SlugOf("hufo"), Because, null);
        var commands = asked.Commands(_record.Now);
        Assert.Equal(_record.Now.Plans.TasksOf(SlugOf("vufo")).Where(task => task.IsLive).Select(task => task.Plan).Distinct().Order(), commands.Select(command => command.Plan).Order());
        _record.Planning([.. commands]);
        Assert.Empty(asked.Commands(_record.Now));
    }

    [Fact]
    public void A_party_narrows_it()
    {
        var (from, to) = (SlugOf("vufo"), SlugOf("hufo"));
        Assert.Equal([PlanOf("ties/LA~VN", 70)], new Reassignment(from, to, Because, Code("LA")).Commands(_record.Now).Select(command => command.Plan));
        new Reassignment(from, to, Because, Code("XX")).Refuse(_record.Now)!.IsCode("unknown-party", "/party");
        new Reassignment(from, from, Because, null).Refuse(_record.Now)!.IsCode("same-owner", "/to");
        new Reassignment(SlugOf("nobody"), to, Because, null).Refuse(_record.Now)!.IsCode("unknown-association", "/from");
        new Reassignment(from, SlugOf("nobody"), Because, null).Refuse(_record.Now)!.IsCode("unknown-association", "/to");
        Assert.Null(new Reassignment(from, to, Because, null).Refuse(_record.Now));
    }

    [Fact]
    public void What_is_wrong_with_the_request_is_told_by_its_members()
    {
        var (asked, errors) = Reassignment.Read(JsonElement.Parse("""{"from":"vn jp","reason":"r","why":"x"}"""));
        Assert.Null(asked);
        Assert.Equal(["/from malformed-from", "/to member-required", "/why unknown-member"], errors.Select(error => $"{error.Pointer} {error.Code}").Order(StringComparer.Ordinal));
    }
}

public class WhenAPlanIsNamed
{
    private const string _fact = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

    [Theory]
    [InlineData($$"""{"plan":"{{_fact}}-60"}""", _fact + "-60")]
    [InlineData($$"""{"anniversary":"{{_fact}}/60"}""", _fact + "-60")]
    [InlineData("""{"cadence":2027}""", "cadence-2027")]
    public void It_may_be_by_its_name_its_anniversary_or_the_year_of_the_yearly_work(string body, string plan) =>
        Assert.Equal(plan, Assert.IsType<OpenPlan>(CommandReader.Read(JsonElement.Parse(body), "open_plan").Command).Plan.ToString());

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"plan":"cadence-2027","cadence":2027}""")]
    [InlineData($$"""{"anniversary":"{{_fact}}/60","plan":"{{_fact}}-60"}""")]
    public void It_must_be_in_one_way_alone(string body) =>
        Assert.Equal(("/plan", "plan-named-once"), Assert.Single(CommandReader.Read(JsonElement.Parse(body), "open_plan").Errors) is var error ? (error.Pointer, error.Code) : default);
}

file static class Told
{
    public static void IsCode(this Rejection rejection, string code, string pointer) => Assert.Equal((code, pointer), (rejection.Code, rejection.Pointer));
}
