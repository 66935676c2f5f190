using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Planning;
using Calendar.Years;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Planning;

public class WhenSomethingIsHeld
{
    private static readonly CelebrationId _gala = CelebrationOf("gala");

    private readonly Chronicle _record = Record().With(Ties("LA~VN", "1962-09-05"), Treaty("friendship", "LA~VN", "1977-07-18", "Hiệp ước Hữu nghị và Hợp tác Việt Nam – Lào")).On(2026, 12, 1);
    private readonly PlanId _plan = PlanOf("ties/LA~VN", 65);

    public WhenSomethingIsHeld() => _record.Round();

    private Plan Plan => _record.Now.Plans.Find(_plan)!;

    [Fact]
    public void Laos_2027_is_a_friendship_year_and_one_celebration_serves_both_its_anniversaries()
    {
        Assert.Equal("65 + 50", Assert.Single(Friendships.In(_record.Now, 2027)).Sum);
        Assert.Equal(12, _record.Plan("ties/LA~VN", 65).Tasks.Count);
        Assert.NotNull(_record.Plan("friendship", 50));

        _record.Planning(new JoinPlan(_plan, Of("friendship", 50))).Round();
        _record.Planning(Schedule("2027-08-20"), new AnnounceCelebration(_plan, _gala));

        var told = Assert.Single(_record.Now.Plans.Announced);
        Assert.Equal($"{Id("ties/LA~VN")}/65 {Id("friendship")}/50", string.Join(' ', told.Anniversaries));
        Assert.Equal((Date("2027-08-20"), 0, false), (told.On, told.Revision, told.IsCancelled));

        // The treaty's own plan gives way, and says to which.
        Assert.All(_record.Plan("friendship", 50).Tasks.Values, task => Assert.Equal((TaskState.Dropped, DropCause.Covered), (task.State, task.Cause)));
        Assert.Equal("The plan of \"65 years of Viet Nam – Laos diplomatic relations\" covers this anniversary.", _record.Plan("friendship", 50).Tasks.Values.First().Reason!.En);
    }

    [Fact]
    public void Nobody_outside_learns_of_it_before_it_is_announced()
    {
        var before = (_record.Now.PublicNumber, _record.Now.PublicRecordVersion, _record.Now.LastChange);

        _record.Planning(Schedule("2027-08"), new MoveCelebration(_plan, _gala, Day("2027-08-20"), null, Because), new JoinPlan(_plan, Of("friendship", 50)), new AcknowledgeTask(_plan, TaskOf("ceremony"))).Round();

        Assert.Equal(before, (_record.Now.PublicNumber, _record.Now.PublicRecordVersion, _record.Now.LastChange));
        Assert.Empty(_record.Now.Plans.Announced);
        Assert.Equal(_record.Now.PublicNumberAt(_record.Now.Position), _record.Now.PublicNumber);
    }

    [Fact]
    public void Announced_every_change_is_told_once()
    {
        _record.Planning(Schedule("2027-08-20"), new AnnounceCelebration(_plan, _gala));
        var announced = _record.Now.PublicNumber;

        _record.Planning(new MoveCelebration(_plan, _gala, Day("2027-08-21"), Both("Nhà hát Lớn"), Because));
        _record.Asks(new MoveCelebration(_plan, _gala, Day("2027-08-21"), Both("Nhà hát Lớn"), Because)).IsNothingNew();
        Assert.Equal((announced + 1, 1, Date("2027-08-21")), (_record.Now.PublicNumber, Told.Revision, Told.On));

        _record.Planning(new JoinPlan(_plan, Of("friendship", 50)));
        Assert.Equal((announced + 2, 2, 2), (_record.Now.PublicNumber, Told.Revision, Told.Anniversaries.Length));

        _record.Planning(new AcknowledgeTask(_plan, TaskOf("ceremony")), Schedule("2027-09", CelebrationOf("other")));
        Assert.Equal((announced + 2, 2), (_record.Now.PublicNumber, Told.Revision));

        _record.Planning(new CancelCelebration(_plan, _gala, Because));
        Assert.Equal((announced + 3, 3, true, _record.Now.LastChange), (_record.Now.PublicNumber, Told.Revision, Told.IsCancelled, Told.ChangedAt));
    }

    [Fact]
    public void It_is_announced_when_its_day_is_settled_and_only_then()
    {
        _record.Planning(Schedule("2027-08"));

        _record.Asks(new AnnounceCelebration(_plan, _gala)).IsRefused("day-not-settled", "/on");
        _record.Planning(new MoveCelebration(_plan, _gala, Day("2027-08-20"), null, Because), new AnnounceCelebration(_plan, _gala));
        _record.Asks(new MoveCelebration(_plan, _gala, Day("2027-09"), null, Because)).IsRefused("day-not-settled", "/on");
        _record.Asks(new AnnounceCelebration(_plan, _gala)).IsNothingNew();
    }

    [Fact]
    public void Nothing_is_held_in_the_past_nor_after_it_was_cancelled()
    {
        _record.Asks(Schedule("2026-11-30")).IsRefused("in-the-past", "/on", RejectionKind.Invalid);
        _record.Planning(Schedule("2026-12"), new CancelCelebration(_plan, _gala, Because));

        _record.Asks(new AnnounceCelebration(_plan, _gala)).IsRefused("celebration-cancelled", "/celebration");
        _record.Asks(new MoveCelebration(_plan, _gala, Day("2027-08-20"), null, Because)).IsRefused("celebration-cancelled", "/celebration");
        _record.Asks(new CancelCelebration(_plan, _gala, Because)).IsNothingNew();
        _record.Asks(new CancelCelebration(_plan, CelebrationOf("other"), Because)).IsRefused("unknown-celebration", "/celebration", RejectionKind.NotFound);
    }

    [Fact]
    public void The_same_one_is_scheduled_once_and_the_yearly_work_has_none()
    {
        _record.Planning(Schedule("2027-08-20"));

        _record.Asks(Schedule("2027-08-20")).IsNothingNew();
        _record.Asks(Schedule("2027-08-21")).IsRefused("celebration-exists", "/celebration");
        _record.Asks(Schedule("2027-08-20") with { Plan = PlanOf("friendship", 50) }).IsRefused("celebration-exists", "/celebration");
        _record.Asks(Schedule("2027-08-20") with { Plan = PlanId.OfCadence(2027) }).IsRefused("cadence-celebrates-nothing", "/plan", RejectionKind.Invalid);
    }

    [Fact]
    public void Parted_again_the_other_anniversary_has_its_own_plan_back()
    {
        _record.Planning(new JoinPlan(_plan, Of("friendship", 50))).Round();
        _record.Planning(new PartPlan(_plan, Of("friendship", 50), Because)).Round();

        Assert.All(_record.Plan("friendship", 50).Tasks.Values, task => Assert.True(task.IsLive));
        Assert.Equal(0, _record.Now.Plans.CoveredCount);
        _record.Asks(new PartPlan(_plan, Of("friendship", 50), Because)).IsNothingNew();
    }

    [Fact]
    public void What_is_covered_by_a_plan_without_a_purpose_has_its_own_work_back()
    {
        _record.Planning(new JoinPlan(_plan, Of("friendship", 50))).Round();

        _record.With(Waive("ties/LA~VN", 65)).Round();
        Assert.All(_record.Plan("friendship", 50).Tasks.Values, task => Assert.True(task.IsLive));

        _record.With(new LiftWaiver(Id("ties/LA~VN"), 65, Because)).Round();
        Assert.All(_record.Plan("friendship", 50).Tasks.Values, task => Assert.Equal(DropCause.Covered, task.Cause));
    }

    [Fact]
    public void Of_two_plans_that_take_each_other_in_at_once_the_second_is_decided_again()
    {
        var (one, other) = (new JoinPlan(_plan, Of("friendship", 50)), new JoinPlan(PlanOf("friendship", 50), Of("ties/LA~VN", 65)));

        Assert.Equal(("plan-" + other.Plan, 2 + 1L), (_record.Decide(one, Planned.Planner).Beside!.Value.Stream, _record.Decide(one, Planned.Planner).Beside!.Value.Version));
        Assert.Equal("plan-" + one.Plan, _record.Decide(other, Planned.Planner).Beside!.Value.Stream);
    }

    [Fact]
    public void Of_two_plans_that_took_the_same_in_at_once_each_lets_go_for_itself()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).Planning(new OpenPlan(PlanOf("ties/JP~VN", 54), null));
        var (one, other) = (_record.Decide(new JoinPlan(_plan, Of("friendship", 50)), Planned.Planner), _record.Decide(new JoinPlan(PlanOf("ties/JP~VN", 54), Of("friendship", 50)), Planned.Planner));
        _record.Append(one).Append(other).Round();

        _record.Planning(new PartPlan(_plan, Of("friendship", 50), Because)).Round();
        Assert.All(_record.Plan("friendship", 50).Tasks.Values, task => Assert.Equal(DropCause.Covered, task.Cause));

        _record.Planning(new PartPlan(PlanOf("ties/JP~VN", 54), Of("friendship", 50), Because)).Round();
        Assert.All(_record.Plan("friendship", 50).Tasks.Values, task => Assert.True(task.IsLive));
    }

    [Fact]
    public void Under_an_anniversary_that_is_not_marked_nothing_is_scheduled_nor_announced()
    {
        _record.Planning(Schedule("2027-08-20"));
        _record.With(Withdraw("ties/LA~VN")).Round();

        _record.Asks(new AnnounceCelebration(_plan, _gala)).IsRefused("nothing-to-plan", "/plan");
        _record.Asks(Schedule("2027-08-21", CelebrationOf("other"))).IsRefused("nothing-to-plan", "/plan");
        _record.Asks(new CancelCelebration(_plan, _gala, Because)).Leads<CelebrationCancelled>();
    }

    [Fact]
    public void An_anniversary_that_is_covered_opens_no_plan_of_its_own()
    {
        _record.With(Treaty("border", "LA~VN", "1977-07-18", "Hiệp ước biên giới")).Planning(new JoinPlan(_plan, Of("border", 50))).Round();

        Assert.Null(_record.Plan("border", 50));
        _record.Asks(new OpenPlan(PlanOf("border", 50), null)).IsRefused("nothing-to-plan", "/plan");
    }

    [Fact]
    public void Plans_are_not_joined_in_chains_nor_with_themselves()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).Planning(new OpenPlan(PlanOf("ties/JP~VN", 54), null), new JoinPlan(_plan, Of("friendship", 50)));

        _record.Asks(new JoinPlan(_plan, Of("friendship", 50))).IsNothingNew();
        _record.Asks(new JoinPlan(_plan, Of("ties/LA~VN", 65))).IsRefused("joins-itself", "/anniversary", RejectionKind.Invalid);
        _record.Asks(new JoinPlan(PlanOf("ties/JP~VN", 54), Of("friendship", 50))).IsRefused("nothing-to-plan", "/anniversary");
        _record.Asks(new JoinPlan(PlanOf("ties/JP~VN", 54), Of("ties/LA~VN", 65))).IsRefused("covers-others", "/anniversary");
        _record.Asks(new JoinPlan(PlanOf("friendship", 50), Of("ties/JP~VN", 54))).IsRefused("covers-others", "/anniversary");
        _record.Asks(new JoinPlan(_plan, Of("nothing", 5))).IsRefused("unknown-fact", "/anniversary", RejectionKind.NotFound);
    }

    [Fact]
    public void Whatever_happened_the_hash_of_the_whole_tells_it()
    {
        var before = StateHash.Of(_record.Now);
        _record.Planning(Schedule("2027-08"));

        Assert.NotEqual(before, StateHash.Of(_record.Now));
    }

    private Calendar.Feeds.Celebration Told => _record.Now.Plans.Announced.Single();

    private ScheduleCelebration Schedule(string on, CelebrationId? id = null) => new(_plan, id ?? _gala, Both("Lễ kỷ niệm"), Day(on), Both("Viêng Chăn"));
}
