using Calendar.Associations;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Specs.Planning;
using NodaTime;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Reminders;

public class WhenAWeekBegins
{
    private readonly Chronicle _record = Record();

    [Fact]
    public void Everybody_hears_on_monday_at_eight()
    {
        var weeks = _record.Weeks(new AddressBook([Reminded.Contact("vn-jp"), Reminded.Contact("hufo", "hook", ReminderChannel.Webhook)], Reminded.Desk), "2027-03-01", "2027-03-09").ToList();

        Assert.Equal(
            ["2027-03-01 0 hufo", "2027-03-01 0 vn-jp", "2027-03-01 0 vufo", "2027-03-08 0 hufo", "2027-03-08 0 vn-jp", "2027-03-08 0 vufo"], weeks.Lines());
        Assert.Equal(Instant.FromUtc(2027, 3, 8, 1, 0), weeks[^1].Moment);
    }

    [Fact]
    public void Nobody_hears_whose_policy_has_no_such_day_and_on_another_day_whose_policy_says_so()
    {
        _record.With(
            Reminded.Policy("vn-jp", usual => usual with { DigestDay = null }), Reminded.Policy("vn-la", usual => usual with { DigestDay = Weekday.Friday }));
        Assert.Equal(["2027-03-05 0 vn-la"], _record.Weeks(Reminded.Book("vn-jp", "vn-la"), "2027-03-01", "2027-03-08").Lines());
    }

    // 2 September 2030 is a Monday, and 3 September free beside it.
    [Fact]
    public void A_holiday_puts_it_off()
    {
        var weeks = _record.Weeks(Reminded.Book("vn-jp"), "2030-08-27", "2030-09-09").ToList();
        Assert.Equal(["2030-09-04 0 vn-jp"], weeks.Lines());
        Assert.Equal(Date("2030-09-02"), weeks[0].Due);
    }

    // Mùng 1 is 26 January 2028, a Wednesday: from Monday to the next Monday nothing leaves.
    [Fact]
    public void In_the_week_of_tet_there_is_none()
    {
        var weeks = _record.Weeks(Reminded.Book("vn-jp"), "2028-01-17", "2028-02-08").ToList();
        Assert.Equal(["2028-01-17 0 vn-jp", "2028-02-01 0 vn-jp", "2028-02-07 0 vn-jp"], weeks.Lines());
        Assert.Equal([Date("2028-01-17"), Date("2028-01-31"), Date("2028-02-07")], weeks.Select(week => week.Due));
    }

    // Nothing leaves from Monday to Saturday.
    [Fact]
    public void A_message_that_is_put_off_by_six_days_is_of_the_week_before()
    {
        _record.With(Reminded.Policy("vn-jp", usual => usual with { QuietDays = [Weekday.Saturday] }))
            .With([.. new[] { 1, 2, 3, 4, 5 }.Select(day => Announced($"2027-03-0{day}", "mourning"))]);
        Assert.Equal(Date("2027-03-01"), Assert.Single(_record.Weeks(Reminded.Book("vn-jp"), "2027-03-07", "2027-03-08")).Due);
    }

    [Fact]
    public void Whoever_is_away_unsubscribed_muted_or_closed_hears_nothing()
    {
        _record.With(new MuteAssociation(SlugOf("vn-la"), Because), new CloseAssociation(SlugOf("vn-jp-hcmc"), Because));
        var book = new AddressBook(
        [
            Reminded.Contact("vn-jp") with { AwayUntil = Date("2027-03-01"), StandIn = Reminded.Contact("vn-jp", "chair").Id },
            Reminded.Contact("hufo") with { IsClosed = true }, Reminded.Contact("vn-la"), Reminded.Contact("vn-jp-hcmc"),
        ]);
        Assert.Equal(["2027-03-08 0 vn-jp"], _record.Weeks(book, "2027-03-01", "2027-03-09").Lines());
    }

    [Fact]
    public void The_desk_hears_though_its_union_is_muted()
    {
        _record.With(new MuteAssociation(SlugOf("vufo"), Because));
        Assert.Equal([Reminded.Desk], _record.Weeks(new AddressBook([Reminded.Contact("vufo")], Reminded.Desk), "2027-03-01", "2027-03-08").Select(week => week.To));
    }

    [Fact]
    public void It_can_say_how_much_was_looked_at()
    {
        // In 400 days: Japan's sixtieth with its tasks, and two of Czechia's, which are nobody's but the union's.
        _record.With(Ties("JP~VN", "1973-09-21"), Ties("CZ~VN", "1950-02-02")).On(2033, 1, 3).Planning(new OpenPlan(PlanOf("ties/JP~VN", 60), null));
        var (reminding, tasks) = (_record.Reminding(AddressBook.Empty), _record.Plan("ties/JP~VN", 60).LiveTasks.ToLookup(task => task.Owner));

        Assert.NotEmpty(tasks[SlugOf("vn-jp")]);
        Assert.Equal(tasks[SlugOf("vn-jp")].Count() + 1, reminding.Watched(SlugOf("vn-jp"), Date("2033-01-03")));
        Assert.Equal(tasks[SlugOf("vufo")].Count() + 2, reminding.Watched(SlugOf("vufo"), Date("2033-01-03")));
        Assert.Equal(0, reminding.Watched(SlugOf("vn-la"), Date("2033-01-03")));
    }

    [Fact]
    public void A_week_s_message_is_found_again_by_its_week()
    {
        var reminding = _record.Reminding(Reminded.Book("vn-jp"));
        var week = Assert.Single(reminding.Between(Date("2027-03-01"), Date("2027-03-02")));

        Assert.Equal(week, Assert.Single(reminding.Of(week.Subject, week.Due)));
        Assert.Empty(reminding.Of(week.Subject, week.Due.PlusDays(1)));
        Assert.Empty(reminding.Of(new ReminderSubject.OfWeek(SlugOf("vn-la")), week.Due));
    }
}

public class WhenItIsMorningElsewhere
{
    private readonly Chronicle _record = Record().With(
        Reminded.Abroad("fr-vn", "Europe/Paris", "JP"), Reminded.Abroad("de-vn", "Europe/Berlin", "JP"), Ties("JP~VN", "1973-09-21"));

    // Summer time begins on 28 March 2027 and ends on 31 October.
    [Theory]
    [InlineData("2027-03-22", 7)]
    [InlineData("2027-03-29", 6)]
    [InlineData("2027-10-25", 6)]
    [InlineData("2027-11-01", 7)]
    public void It_is_eight_there_in_winter_and_in_summer(string monday, int hour)
    {
        var day = Date(monday);
        Assert.Equal(
            Instant.FromUtc(day.Year, day.Month, day.Day, hour, 0),
            Assert.Single(_record.Weeks(Reminded.Book("fr-vn"), monday, new PartialDate(day.PlusDays(1)).ToString())).Moment);
    }

    // 2.30 is no time there on 28 March 2027, and two times on 31 October.
    [Theory]
    [InlineData("2027-03-28", 1, 30)]
    [InlineData("2027-10-31", 0, 30)]
    [InlineData("2027-11-01", 1, 30)]
    public void A_night_of_two_or_no_half_past_two_has_one_all_the_same(string due, int hour, int minute)
    {
        _record.With(Reminded.Policy("de-vn", usual => usual with
        {
            Tasks = new Leads([], [], [0]), At = new LocalTime(2, 30), QuietDays = [], QuietHolidays = false, DigestDay = null,
        }));
        var (plan, day) = (PlanId.OfCadence(2027), Date(due));
        _record.On(2027, 1, 4).Planning(
            new OpenPlan(plan, SlugOf("vufo")), new AddTask(plan, TaskOf("film"), Both("Làm phim"), day, OwnerRole.Support, SlugOf("de-vn")));

        var reminder = Assert.Single(_record.Reminders(Reminded.Book("de-vn"), due, new PartialDate(day.PlusDays(1)).ToString()));
        Assert.Equal((day, Instant.FromUtc(day.Year, day.Month, day.Day, hour, minute)), (reminder.Day, reminder.Moment));
    }

    [Fact]
    public void Who_hears_in_another_s_place_hears_by_its_own_clock()
    {
        _record.With(Reminded.Policy("fr-vn", usual => usual with { Anniversaries = new Leads([], [], [30]) }), Reminded.Policy("vufo", usual => usual with { At = new LocalTime(9, 0) }));

        // The fifty-fourth year: 22 August 2027 is a Sunday.
        var reminder = Assert.Single(_record.Anniversaries(Reminded.Book("vufo"), "2027-08-16", "2027-08-23"));
        Assert.Equal((SlugOf("fr-vn"), Instant.FromUtc(2027, 8, 20, 2, 0)), (reminder.Subject.For, reminder.Moment));
    }
}
