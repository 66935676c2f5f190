using Calendar.Associations;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Specs.Planning;
using NodaTime;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Reminders;

// The local association in the city was told on 16 May 2033, a Monday, of a film until 15 June.
public class WhenNobodyAcknowledges
{
    private static readonly PlanId _plan = PlanOf("ties/JP~VN", 60);
    private static readonly Told _told = new(Reminded.SubjectOf(_plan, "film", "vn-jp-hcmc"), Date("2033-06-15"), 30, Date("2033-05-16"));

    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21")).On(2033, 1, 3).Planning(
        new OpenPlan(_plan, null), new AddTask(_plan, TaskOf("film"), Both("Làm phim"), Date("2033-06-15"), OwnerRole.Support, SlugOf("vn-jp-hcmc")));

    [Fact]
    public void The_union_above_is_told_after_a_week_and_the_desk_after_two()
    {
        var steps = Steps(new AddressBook([Reminded.Contact("vn-jp-hcmc"), Reminded.Contact("hufo"), Reminded.Contact("vufo")], Reminded.Desk));

        Assert.Equal(["2033-05-23 30 hufo for vn-jp-hcmc", "2033-05-30 30 vufo for vn-jp-hcmc"], steps.Lines());
        Assert.Equal($"escalation/1/{_plan}/film/vn-jp-hcmc", steps[0].Subject.Text);
        Assert.Equal((Reminded.Desk, $"escalation/2/{_plan}/film/vn-jp-hcmc"), (steps[1].To, steps[1].Subject.Text));
        Assert.All(steps, step => Assert.Equal(Date("2033-06-15"), step.Due));
        Assert.Equal(Instant.FromUtc(2033, 5, 23, 1, 0), steps[0].Moment);
    }

    [Fact]
    public void Where_there_is_no_desk_the_umbrella_union_is_that()
    {
        Assert.Equal(["2033-05-23 30 hufo for vn-jp-hcmc", "2033-05-30 30 vufo for vn-jp-hcmc"], Steps(Reminded.Book("vn-jp-hcmc", "hufo", "vufo")).Lines());
    }

    [Fact]
    public void The_same_are_not_told_twice() =>
        Assert.Equal(["2033-05-23 30 vufo for vn-jp-hcmc"], Steps(Reminded.Book("vn-jp-hcmc", "vufo")).Lines());

    [Fact]
    public void Where_nobody_is_above_the_desk_is_told_in_its_own_time() =>
        Assert.Equal(["2033-05-30 30 vufo for vn-jp-hcmc"], Steps(new AddressBook([Reminded.Contact("vn-jp-hcmc")], Reminded.Desk)).Lines());

    [Fact]
    public void Nobody_is_told_of_their_own_silence()
    {
        _record.Planning(new AssignTask(_plan, TaskOf("film"), SlugOf("vufo"), null));
        var told = _told with { Subject = Reminded.SubjectOf(_plan, "film", "vufo") };

        Assert.Empty(_record.Reminding(Reminded.Book("vufo")).Escalations([told]));
        Assert.Equal([Reminded.Desk], _record.Reminding(new AddressBook([Reminded.Contact("vufo")], Reminded.Desk)).Escalations([told]).Select(step => step.To));
    }

    [Fact]
    public void A_quiet_day_puts_it_off()
    {
        _record.With(Reminded.Policy("vn-jp-hcmc", usual => usual with { EscalateAfter = 5 }));

        // Saturday, 21 May, and Thursday, 26 May.
        Assert.Equal(["2033-05-23 30 hufo for vn-jp-hcmc", "2033-05-26 30 vufo for vn-jp-hcmc"], Steps(Reminded.Book("hufo", "vufo")).Lines());
    }

    [Fact]
    public void A_policy_without_it_tells_nobody()
    {
        _record.With(Reminded.Policy("vn-jp-hcmc", usual => usual with { EscalateAfter = null }));
        Assert.Empty(Steps(Reminded.Book("hufo", "vufo")));
    }

    [Fact]
    public void An_acknowledgement_ends_it() => AfterThisNobodyIsTold(new AcknowledgeTask(_plan, TaskOf("film")));

    [Fact]
    public void Doing_it_ends_it() => AfterThisNobodyIsTold(new CompleteTask(_plan, TaskOf("film"), null, null, null));

    [Fact]
    public void Giving_it_to_another_ends_it() => AfterThisNobodyIsTold(new AssignTask(_plan, TaskOf("film"), SlugOf("vn-jp"), null));

    [Fact]
    public void Moving_it_ends_it() => AfterThisNobodyIsTold(new RescheduleTask(_plan, TaskOf("film"), Date("2033-06-16"), Because));

    [Fact]
    public void Dropping_it_ends_it() => AfterThisNobodyIsTold(new DropTask(_plan, TaskOf("film"), Because));

    [Fact]
    public void Muting_its_owner_ends_it() => AfterThisNobodyIsTold(new MuteAssociation(SlugOf("vn-jp-hcmc"), Because));

    private void AfterThisNobodyIsTold(Command command)
    {
        _record.Planning(command);
        Assert.Empty(Steps(Reminded.Book("hufo", "vufo")));
    }

    private List<Reminder> Steps(AddressBook book) => [.. _record.Reminding(book).Escalations([_told])];
}
