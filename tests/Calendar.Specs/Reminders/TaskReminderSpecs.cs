using Calendar.Associations;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Specs.Planning;
using NodaTime;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Reminders;

// A film for Japan's sixtieth, until Wednesday 15 June 2033.
public class WhenATaskIsDueSoon
{
    private static readonly PlanId _plan = PlanOf("ties/JP~VN", 60);
    private static readonly AddressBook _book = Reminded.Book("vufo", "vn-jp", "hufo", "vn-jp-hcmc", "vn-la");
    private static readonly string[] _usual = ["2033-05-16 30 vn-jp", "2033-06-08 7 vn-jp", "2033-06-14 1 vn-jp"];

    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05")).On(2033, 1, 3)
        .Planning(new OpenPlan(_plan, null), Film(_plan, "2033-06-15"));

    [Fact]
    public void Of_a_round_year_its_owner_is_told_30_7_and_1_days_before()
    {
        var reminders = _record.Reminders(_book, "2033-01-01", "2034-01-01", "film").ToList();

        Assert.Equal(_usual, reminders.Lines());
        Assert.All(reminders, one => Assert.Equal(("task/" + _plan + "/film/vn-jp", Date("2033-06-15")), (one.Subject.Text, one.Due)));
        Assert.Equal(Instant.FromUtc(2033, 6, 8, 1, 0), reminders.Single(one => one.Lead == 7).Moment);
    }

    [Fact]
    public void Of_another_year_14_and_3_days_before()
    {
        var plan = PlanOf("ties/LA~VN", 71);
        _record.Planning(new OpenPlan(plan, null), Film(plan, "2033-06-15"));
        Assert.Equal(["2033-06-01 14 vn-la", "2033-06-10 3 vn-la"], OfFilm(plan));
    }

    [Fact]
    public void Of_the_yearly_work_too()
    {
        var plan = PlanId.OfCadence(2033);
        _record.Planning(new OpenPlan(plan, null), Film(plan, "2033-06-15", "vufo"));
        Assert.Equal(["2033-06-01 14 vufo", "2033-06-10 3 vufo"], OfFilm(plan));
    }

    // 13 June is a Monday.
    [Fact]
    public void The_day_before_a_monday_is_a_friday()
    {
        Move("2033-06-13");
        Assert.Equal(["2033-05-13 30 vn-jp", "2033-06-06 7 vn-jp", "2033-06-10 1 vn-jp"], OfFilm(_plan));
    }

    // Mùng 1 is 2 February 2030, a Saturday: nothing leaves from 31 January to 7 February.
    [Fact]
    public void Before_tet_one_message_is_enough_and_it_is_the_last()
    {
        var plan = PlanOf("agreement", 50);
        var record = Record().With(Milestone("agreement", "JP~VN", "1980-06-06", "Hiệp định")).On(2029, 6, 4)
            .Planning(new OpenPlan(plan, null), Film(plan, "2030-02-08"));

        Assert.Equal(["2030-01-09 30 vn-jp", "2030-01-30 1 vn-jp"], record.Reminders(_book, "2029-06-04", "2030-03-01", "film").Lines());
    }

    [Fact]
    public void A_policy_without_quiet_days_moves_nothing()
    {
        _record.With(Reminded.Policy("vn-jp", usual => usual with { Tasks = new Leads([2], [], []), QuietDays = [], QuietHolidays = false }));
        Move("2033-06-13");
        Assert.Equal(["2033-06-11 2 vn-jp"], OfFilm(_plan));
    }

    [Fact]
    public void Whoever_has_acknowledged_it_is_still_reminded()
    {
        _record.Planning(new AcknowledgeTask(_plan, TaskOf("film")));
        Assert.Equal(_usual, OfFilm(_plan));
    }

    [Fact]
    public void What_is_done_or_dropped_is_not_pressed_for()
    {
        var about = Reminded.SubjectOf(_plan, "film", "vn-jp");
        Assert.Equal(3, _record.Reminding(_book).Of(about).Count());

        _record.Planning(new CompleteTask(_plan, TaskOf("film"), null, null, null));
        Assert.Empty(OfFilm(_plan));
        Assert.Empty(_record.Reminding(_book).Of(about));

        _record.Planning(new ReopenTask(_plan, TaskOf("film"), Because));
        Assert.Equal(_usual, OfFilm(_plan));

        _record.Planning(new DropTask(_plan, TaskOf("film"), Because));
        Assert.Empty(OfFilm(_plan));
    }

    [Fact]
    public void What_nobody_could_do_in_time_is_not_pressed_for()
    {
        var record = Record().With(Ties("JP~VN", "1973-09-21")).On(2033, 8, 1).Planning(new OpenPlan(_plan, null));
        var late = record.Plan("ties/JP~VN", 60).Tasks.Values.Where(task => task is { IsLive: true, IsLate: true }).Select(task => task.Id).ToHashSet();

        Assert.Contains(TaskOf("theme"), late);
        Assert.DoesNotContain(record.Reminders(_book, "2031-01-01", "2034-01-01"), one => one.Subject is ReminderSubject.OfTask about && late.Contains(about.Task));
    }

    [Fact]
    public void Once_another_has_it_that_one_is_told()
    {
        _record.Planning(new AssignTask(_plan, TaskOf("film"), SlugOf("vn-la"), null));

        Assert.Equal(["2033-05-16 30 vn-la", "2033-06-08 7 vn-la", "2033-06-14 1 vn-la"], OfFilm(_plan));
        Assert.Empty(_record.Reminding(_book).Of(Reminded.SubjectOf(_plan, "film", "vn-jp")));
    }

    [Fact]
    public void Once_it_is_moved_it_is_told_anew()
    {
        Move("2033-07-13");
        var about = Reminded.SubjectOf(_plan, "film", "vn-jp");

        Assert.Equal(["2033-06-13 30 vn-jp", "2033-07-06 7 vn-jp", "2033-07-12 1 vn-jp"], OfFilm(_plan));
        Assert.Empty(_record.Reminding(_book).Of(about, Date("2033-06-15")));
        Assert.Equal(3, _record.Reminding(_book).Of(about, Date("2033-07-13")).Count());
    }

    [Fact]
    public void A_muted_or_closed_owner_is_told_nothing_and_nobody_in_its_place()
    {
        _record.With(new MuteAssociation(SlugOf("vn-jp"), Because));
        Assert.Empty(OfFilm(_plan));

        _record.With(new CloseAssociation(SlugOf("vn-jp"), Because));
        Assert.Empty(OfFilm(_plan));
    }

    private Chronicle Move(string due) => _record.Planning(new RescheduleTask(_plan, TaskOf("film"), Date(due), Because));

    private IEnumerable<string> OfFilm(PlanId plan) => _record.Reminders(_book, "2033-01-01", "2034-01-01", "film")
        .Where(one => one.Subject is ReminderSubject.OfTask about && about.Plan == plan).Lines();

    private static AddTask Film(PlanId plan, string due, string? owner = null) =>
        new(plan, TaskOf("film"), Both("Làm phim"), Date(due), OwnerRole.Lead, owner is null ? null : SlugOf(owner));
}

public class WhoIsToldInWhosePlace
{
    private static readonly PlanId _plan = PlanOf("ties/JP~VN", 60);

    // For the local association in the city, which lies below the city's union, which lies below the union of all.
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21")).On(2033, 1, 3).Planning(
        new OpenPlan(_plan, null), new AddTask(_plan, TaskOf("film"), Both("Làm phim"), Date("2033-06-15"), OwnerRole.Support, SlugOf("vn-jp-hcmc")));

    [Fact]
    public void An_association_without_a_contact_is_told_through_the_nearest_above_that_has_one_and_at_last_the_desk()
    {
        Assert.Equal(["2033-06-08 7 vn-jp-hcmc"], AWeekBefore(Reminded.Book("vn-jp-hcmc", "hufo", "vufo")));
        Assert.Equal(["2033-06-08 7 hufo for vn-jp-hcmc"], AWeekBefore(Reminded.Book("hufo", "vufo")));
        Assert.Equal(["2033-06-08 7 vufo for vn-jp-hcmc"], AWeekBefore(Reminded.Book("vufo", "vn-jp")));
        Assert.Equal([Reminded.Desk], Recipients(new AddressBook([Reminded.Contact("vn-jp")], Reminded.Desk)));
        Assert.Empty(AWeekBefore(Reminded.Book("vn-jp")));
    }

    [Fact]
    public void A_muted_union_in_between_is_passed_over()
    {
        _record.With(new MuteAssociation(SlugOf("hufo"), Because));
        Assert.Equal(["2033-06-08 7 vufo for vn-jp-hcmc"], AWeekBefore(Reminded.Book("hufo", "vufo")));
    }

    [Fact]
    public void All_of_an_association_s_contacts_are_told()
    {
        Recipient[] all = [Reminded.Contact("vn-jp-hcmc"), Reminded.Contact("vn-jp-hcmc", "chair"), Reminded.Contact("vn-jp-hcmc", "hook", ReminderChannel.Webhook)];
        Assert.Equal(all, Recipients(new AddressBook(all)));
    }

    [Fact]
    public void Who_wants_no_more_is_told_no_more()
    {
        var closed = Reminded.Contact("vn-jp-hcmc") with { IsClosed = true, StandIn = Reminded.Contact("vn-jp-hcmc", "chair").Id };

        Assert.Equal([Reminded.Contact("vn-jp-hcmc", "chair")], Recipients(new AddressBook([closed, Reminded.Contact("vn-jp-hcmc", "chair")])));
        Assert.Equal(["2033-06-08 7 hufo for vn-jp-hcmc"], AWeekBefore(new AddressBook([closed, Reminded.Contact("hufo")])));
        Assert.Empty(Recipients(new AddressBook([closed], Reminded.Desk with { IsClosed = true })));
    }

    [Fact]
    public void A_channel_that_the_policy_leaves_out_is_not_used()
    {
        var book = new AddressBook([Reminded.Contact("vn-jp-hcmc"), Reminded.Contact("vn-jp-hcmc", "hook", ReminderChannel.Webhook)]);
        _record.With(Reminded.Policy("vn-jp-hcmc", usual => usual with { Channels = [ReminderChannel.Webhook] }));

        Assert.Equal([Reminded.Contact("vn-jp-hcmc", "hook", ReminderChannel.Webhook)], Recipients(book));
        Assert.All(_record.Weeks(book, "2033-06-01", "2033-07-01"), week => Assert.Equal(ReminderChannel.Webhook, week.To.Channel));
    }

    [Theory]
    [InlineData("2033-06-07", "office")]
    [InlineData("2033-06-08", "chair")]
    public void Whoever_is_away_on_the_day_has_a_stand_in(string until, string told)
    {
        var office = Reminded.Contact("vn-jp-hcmc") with { AwayUntil = Date(until), StandIn = Reminded.Contact("vn-jp-hcmc", "chair").Id };
        var chair = Reminded.Contact("vn-jp-hcmc", "chair");

        Assert.Equal(told == "office" ? [office, chair] : [chair], Recipients(new AddressBook([office, chair])));
    }

    [Theory]
    [InlineData("2033-06-07", "office")]
    [InlineData("2033-06-08", "deputy")]
    public void Who_only_stands_in_is_told_while_the_other_is_away_and_has_no_week(string until, string told)
    {
        var deputy = Reminded.Contact("vn-jp-hcmc", "deputy") with { OnlyStandsIn = true };
        var office = Reminded.Contact("vn-jp-hcmc") with { AwayUntil = Date(until), StandIn = deputy.Id };
        var book = new AddressBook([office, deputy]);

        Assert.Equal([told == "office" ? office : deputy], Recipients(book));
        Assert.DoesNotContain(deputy, _record.Weeks(book, "2033-06-01", "2033-07-01").Select(week => week.To));
    }

    [Fact]
    public void Who_only_stands_in_speaks_for_nobody_who_is_there() =>
        Assert.Equal(
            ["2033-06-08 7 hufo for vn-jp-hcmc"],
            AWeekBefore(new AddressBook([Reminded.Contact("vn-jp-hcmc") with { OnlyStandsIn = true }, Reminded.Contact("hufo")])));

    [Fact]
    public void The_secretary_of_the_union_above_can_stand_in_while_others_of_the_association_are_told_too()
    {
        var secretary = Reminded.Contact("hufo", "secretary");
        var office = Reminded.Contact("vn-jp-hcmc") with { AwayUntil = Date("2033-06-30"), StandIn = secretary.Id };
        var chair = Reminded.Contact("vn-jp-hcmc", "chair");

        Assert.Equal([chair, secretary], Recipients(new AddressBook([office, chair, Reminded.Contact("hufo"), secretary])).OrderBy(one => one != chair));
        Assert.Equal([chair], Recipients(new AddressBook([office with { StandIn = Reminded.Contact("vn-la").Id }, chair, Reminded.Contact("vn-la")])));
    }

    [Fact]
    public void Where_the_stand_in_is_away_too_or_nobody_the_union_above_is_told()
    {
        var chair = Reminded.Contact("vn-jp-hcmc", "chair") with { AwayUntil = Date("2033-06-30") };
        var office = Reminded.Contact("vn-jp-hcmc") with { AwayUntil = Date("2033-06-30"), StandIn = chair.Id };

        Assert.Equal(["2033-06-08 7 hufo for vn-jp-hcmc"], AWeekBefore(new AddressBook([office, chair, Reminded.Contact("hufo")])));
        Assert.Equal(["2033-06-08 7 hufo for vn-jp-hcmc"], AWeekBefore(new AddressBook([office, Reminded.Contact("hufo")])));
    }

    // The task is moved to a Monday: what was to leave on Sunday leaves on Friday, when the office is still away.
    [Fact]
    public void It_is_the_day_on_which_the_message_leaves_that_counts()
    {
        _record.Planning(new RescheduleTask(_plan, TaskOf("film"), Date("2033-06-13"), Because));
        var book = new AddressBook([Reminded.Contact("vn-jp-hcmc") with { AwayUntil = Date("2033-06-10") }, Reminded.Contact("hufo")]);

        Assert.Equal(["2033-06-10 1 hufo for vn-jp-hcmc"], _record.Reminders(book, "2033-06-09", "2033-06-13", "film").Lines());
    }

    private IEnumerable<string> AWeekBefore(AddressBook book) => _record.Reminders(book, "2033-06-08", "2033-06-09", "film").Lines();

    private IEnumerable<Recipient> Recipients(AddressBook book) => _record.Reminders(book, "2033-06-08", "2033-06-09", "film").Select(one => one.To);
}
