using Calendar.Associations;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Planning;

public class WhenTheTimeOfAPlanHasCome
{
    private readonly Chronicle _record = Record();

    [Fact]
    public void Japans_sixtieth_opens_with_every_task_on_its_day()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2032, 1, 19).Round();

        // By hand: offsets from Wednesday, 21 September 2033; weekends go to the Friday before, what follows to the day after.
        Assert.Equal(
            [
                "2032-03-19 theme vn-jp",            // 21 March 2032, a Sunday
                "2032-06-21 logo-contest vn-jp",     // Monday
                "2032-09-21 proposal vn-jp",         // Tuesday
                "2032-10-21 joint-meeting vn-jp",    // Thursday
                "2032-12-21 logo vn-jp",             // Tuesday
                "2033-01-21 year-plan vn-jp",        // Friday, eight days before the period of Tết
                "2033-02-21 press-conference vn-jp", // Monday
                "2033-03-21 stamp vn-jp",            // Monday
                "2033-05-20 delegations-vn-jp-hcmc vn-jp-hcmc", // 21 May, a Saturday
                "2033-05-20 guests vn-jp",
                "2033-06-21 messages vn-jp",         // Tuesday
                "2033-07-21 exhibition vn-jp",       // Thursday
                "2033-08-19 endorsement vn-jp",      // 21 August, a Sunday
                "2033-09-14 attendance vn-jp",       // Wednesday
                "2033-09-21 ceremony vn-jp",
                "2033-09-22 thanks vn-jp",           // Thursday
                "2033-10-21 report vn-jp",           // Friday
                "2033-12-21 lessons vn-jp",          // Wednesday
            ],
            _record.Plan("ties/JP~VN", 60).Schedule());
    }

    [Fact]
    public void It_opens_sixty_days_before_its_earliest_task_and_not_a_day_earlier()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2032, 1, 18).Round();
        Assert.Null(_record.Plan("ties/JP~VN", 60));

        _record.On(2032, 1, 19).Round();
        Assert.Equal((true, Day("2033-09-21"), 1), (_record.Plan("ties/JP~VN", 60).IsOpened, _record.Plan("ties/JP~VN", 60).On, _record.Plan("ties/JP~VN", 60).TemplateVersion));
    }

    [Fact]
    public void On_the_first_day_of_tet_its_days_keep_away_from_it()
    {
        // The 80th of 2 February 1950 is mùng 1 Tết 2030, a Saturday.
        _record.With(Ties("CZ~VN", "1950-02-02")).On(2028, 7, 1).Round();

        Assert.Equal(
            [
                "2028-08-02 theme vufo", "2028-11-02 logo-contest vufo", "2029-02-02 proposal vufo", "2029-03-02 joint-meeting vufo", "2029-05-02 logo vufo",
                "2029-06-01 year-plan vufo",         // 2 June, a Saturday
                "2029-07-02 press-conference vufo", "2029-08-02 stamp vufo", "2029-10-02 delegations-vufo vufo", "2029-10-02 guests vufo", "2029-11-02 messages vufo",
                "2029-11-30 exhibition vufo",        // 2 December, a Sunday
                "2030-01-02 endorsement vufo",
                "2030-01-25 attendance vufo",        // 26 January, a Saturday
                "2030-01-30 ceremony vufo",          // the last working day before the days of Tết, 31 January to 7 February
                "2030-02-08 thanks vufo",            // the first one after them
                "2030-03-04 report vufo",            // 2 March, a Saturday: work that follows goes to the Monday
                "2030-05-02 lessons vufo",           // after 30 April and 1 May
            ],
            _record.Plan("ties/CZ~VN", 80).Schedule());
    }

    [Fact]
    public void A_half_year_begins_eleven_months_ahead()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2027, 9, 1).Round();

        Assert.Equal("2027-10-21 joint-meeting vn-jp", _record.Plan("ties/JP~VN", 55).Schedule().First());
        Assert.Equal(12, _record.Plan("ties/JP~VN", 55).Tasks.Count);
    }

    [Fact]
    public void Other_kinds_than_ties_have_the_partnerships_tasks()
    {
        _record.With(Elevated("JP~VN", "2014-03-18", PartnershipLevel.ComprehensiveStrategic), Treaty("border", "LA~VN", "1977-07-18", "Hiệp ước biên giới")).On(2033, 11, 1).Round();

        Assert.Equal(["2033-09-16 proposal vn-jp", "2034-03-17 statement vn-jp"], _record.Plan("partnerships/JP~VN/comprehensive_strategic", 20).Schedule());
        Assert.Null(_record.Plan("border", 57));
    }

    [Fact]
    public void What_was_late_when_it_opened_is_marked_so_and_counts_against_nobody()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2033, 6, 1).Round();

        var plan = _record.Plan("ties/JP~VN", 60);
        Assert.True(plan.Task("theme").IsLate);
        Assert.True(plan.Task("guests").IsLate);
        Assert.False(plan.Task("messages").IsLate);
        Assert.All(plan.Tasks.Values, task => Assert.False(task.IsOverdue(_record.Today)));
        Assert.True(plan.Task("messages").IsOverdue(Date("2033-06-22")));
        Assert.False(plan.Task("theme").IsOverdue(Date("2033-06-22")));
    }

    [Fact]
    public void An_anniversary_that_is_over_opens_none_and_one_of_today_does()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2033, 9, 22).Round();
        Assert.Null(_record.Plan("ties/JP~VN", 60));

        _record.On(2033, 9, 21).Round();
        Assert.NotNull(_record.Plan("ties/JP~VN", 60));
    }

    [Fact]
    public void Where_nothing_can_be_done_in_time_any_more_none_opens()
    {
        // The treaty's 30 years fall on Saturday, 12 December 2026: its message was due on the Friday.
        _record.With(Treaty("treaty", "JP~VN", "1996-12-12", "Hiệp định")).On(2026, 12, 12).Round();
        Assert.Null(_record.Plan("treaty", 30));

        var late = Record().On(2026, 12, 31);
        late.Round();
        Assert.Equal(["cadence-2027"], late.Now.Plans.Plans.Keys.Select(id => id.ToString()));

        _record.On(2026, 12, 11).Round();
        Assert.NotNull(_record.Plan("treaty", 30));
    }

    [Fact]
    public void A_month_is_planned_from_its_first_day()
    {
        _record.With(Ties("JP~VN", "1973-11")).On(2032, 6, 1).Round();

        Assert.Equal(Date("2033-11-01"), _record.Plan("ties/JP~VN", 60).Task("ceremony").Due);
        Assert.Equal(Date("2032-04-29"), _record.Plan("ties/JP~VN", 60).Task("theme").Due);
    }

    [Fact]
    public void Neither_other_years_nor_national_days_open_by_themselves()
    {
        _record.With(Ties("JP~VN", "1972-09-21"), new DeclareNationalDay(Code("JP"), Id("day/JP"), new(2, 23), Ministry, Both("Sinh nhật Nhật hoàng"))).On(2033, 1, 2).Round();

        Assert.Equal(["cadence-2033"], _record.Now.Plans.Plans.Keys.Select(id => id.ToString()));
    }

    [Fact]
    public void A_waived_year_suspended_ties_and_an_ended_series_open_none()
    {
        _record.With(
            Ties("JP~VN", "1973-09-21"), Waive("ties/JP~VN", 60), Ties("LA~VN", "1963-09-05"), Suspended("LA~VN", "2030"), Ties("CZ~VN", "1953-02-02"), EndMarking("ties/CZ~VN", "2030"))
            .On(2032, 9, 1).Round();

        Assert.Equal(["cadence-2032"], _record.Now.Plans.Plans.Keys.Select(id => id.ToString()));
    }

    [Fact]
    public void A_second_round_adds_nothing_nor_does_one_on_the_next_day()
    {
        _record.With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05")).On(2032, 2, 1);

        Assert.Equal(3, _record.Round());
        Assert.Equal(0, _record.Round());
        Assert.Equal(0, _record.On(2032, 2, 2).Round());
    }

    [Fact]
    public void A_fact_that_takes_anothers_place_goes_on_with_its_plan()
    {
        _record.With(Milestone("wrong", "JP~VN", "1993-09-21", "Nhầm")).On(2033, 3, 1).Round();
        _record.With(Withdraw("wrong"), Record(FactKind.MilestoneRecorded, "right", "JP~VN", "1993-09-22") with { Title = Both("Đúng"), Replaces = Id("wrong") }).Round();

        var plan = _record.Plan("wrong", 40);
        Assert.Equal(Day("2033-09-22"), plan.On);
        Assert.All(plan.Tasks.Values, task => Assert.True(task.IsLive));
        Assert.Null(_record.Now.Plans.Find(PlanOf("right", 40)));
    }

    [Fact]
    public void Without_anybody_to_do_the_work_or_a_template_none_opens_until_there_is_one()
    {
        var record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21")).On(2032, 6, 1);
        Assert.Equal(0, record.Round());

        record.With(Association("vufo", AssociationScope.Umbrella));
        Assert.Equal(0, record.Round());

        foreach (var template in Templates)
        {
            record.When(template, Role.Pack);
        }

        Assert.Equal(2, record.Round());
    }

    [Fact]
    public void The_unions_yearly_work_opens_sixty_days_before_its_first_review()
    {
        _record.On(2026, 11, 15).Round();
        Assert.Equal(["cadence-2026"], _record.Now.Plans.Plans.Keys.Select(id => id.ToString()));

        _record.On(2026, 11, 16).Round();
        Assert.Equal(
            [
                "2027-01-15 annual-review vufo", "2027-01-22 tet-gathering vufo", "2027-03-29 briefing-1 vufo", "2027-06-28 briefing-2 vufo", "2027-07-14 half-year-review vufo",
                "2027-09-28 briefing-3 vufo", "2027-12-28 briefing-4 vufo",
            ],
            _record.Now.Plans.Find(PlanId.OfCadence(2027))!.Schedule());
    }
}

public class WhenSomebodyIsToDoTheWork
{
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"), Ties("CZ~VN", "1950-02-02"));

    [Fact]
    public void The_partners_own_association_leads_before_one_of_a_whole_region()
    {
        _record.With(Association("vn-asia", AssociationScope.Central, "vufo", "JP", "LA"));

        Assert.Equal("vn-jp", Owners.Lead(_record.Now, _record.Fact("ties/JP~VN"))?.Value);
    }

    [Fact]
    public void Where_the_partner_has_none_of_its_own_the_regions_leads_and_else_the_union()
    {
        _record.With(Association("vn-europe", AssociationScope.Central, "vufo", "CZ", "LA"));
        Assert.Equal("vn-europe", Owners.Lead(_record.Now, _record.Fact("ties/CZ~VN"))?.Value);

        _record.With(new CloseAssociation(SlugOf("vn-europe"), Because));
        Assert.Equal("vufo", Owners.Lead(_record.Now, _record.Fact("ties/CZ~VN"))?.Value);
    }

    [Fact]
    public void Local_ones_support_and_where_there_are_none_the_union()
    {
        _record.With(Association("vn-jp-hanoi", AssociationScope.Local, "hufo", "JP"));

        Assert.Equal(["vn-jp-hanoi", "vn-jp-hcmc"], Owners.Supporters(_record.Now, _record.Fact("ties/JP~VN")).Select(slug => slug.Value));
        Assert.Equal(["vufo"], Owners.Supporters(_record.Now, _record.Fact("ties/LA~VN")).Select(slug => slug.Value));
    }

    [Fact]
    public void The_partners_own_association_abroad_is_given_no_work()
    {
        _record.With(Association("cz-vn", AssociationScope.Abroad, null, "CZ"));

        Assert.Equal("vufo", Owners.Lead(_record.Now, _record.Fact("ties/CZ~VN"))?.Value);
    }

    [Fact]
    public void Ties_of_cities_are_led_by_the_association_of_the_country()
    {
        _record.With(Party("JP-40"), Party("VN-HN"), Milestone("fukuoka", "JP-40~VN-HN", "2008-02-22", "Hà Nội – Fukuoka"));

        Assert.Equal("vn-jp", Owners.Lead(_record.Now, _record.Fact("fukuoka"))?.Value);
    }

    [Fact]
    public void A_text_of_several_parties_is_led_by_whoever_has_them_all_and_else_by_the_union()
    {
        _record.With(Accord("rcep", "2020-11-15", "RCEP", "JP", "LA", "VN"));
        Assert.Equal("vufo", Owners.Lead(_record.Now, _record.Fact("accords/rcep"))?.Value);

        _record.With(Association("vn-asia", AssociationScope.Central, "vufo", "JP", "LA"));
        Assert.Equal("vn-asia", Owners.Lead(_record.Now, _record.Fact("accords/rcep"))?.Value);
    }
}
