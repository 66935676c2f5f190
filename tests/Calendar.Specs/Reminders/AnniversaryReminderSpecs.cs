using Calendar.Associations;
using Calendar.Reminders;
using Calendar.Specs.Planning;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Reminders;

/// <summary>By default a round year is told of 180 and 30 days ahead, one ending in 5 90 and 14 days ahead, and no other.</summary>
public class WhenAnAnniversaryComesNear
{
    private static readonly AddressBook _book = Reminded.Book("vufo", "vn-jp", "vn-la", "vn-jp-hcmc");

    private readonly Chronicle _record = Planned.Record().With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"));

    [Fact]
    public void All_who_mark_it_are_told()
    {
        var reminders = _record.Anniversaries(_book, "2033-01-01", "2034-01-01").ToList();

        Assert.Equal(["2033-03-25 180 vn-jp", "2033-03-25 180 vn-jp-hcmc", "2033-08-22 30 vn-jp", "2033-08-22 30 vn-jp-hcmc"], reminders.Lines());
        Assert.All(reminders, reminder => Assert.Equal(Planned.Date("2033-09-21"), reminder.Due));
        Assert.Equal($"anniversary/{Id("ties/JP~VN")}/60/vn-jp", reminders.First(reminder => reminder.To.Association == SlugOf("vn-jp")).Subject.Text);
    }

    // Laos has both in one year: the treaty's fiftieth, and ties' sixty-fifth. 22 August is a Sunday.
    [Fact]
    public void Each_has_the_leads_of_its_tier_and_a_quiet_day_sends_the_message_before_it()
    {
        _record.With(Treaty("treaties/LA", "LA~VN", "1977-07-18", "Hiệp ước hữu nghị và hợp tác"));

        Assert.Equal(
            ["2027-01-19 180 vn-la", "2027-06-07 90 vn-la", "2027-06-18 30 vn-la", "2027-08-20 14 vn-la"],
            _record.Anniversaries(_book, "2026-11-22", "2027-12-31").Lines());
    }

    [Fact]
    public void A_year_of_a_tier_without_leads_is_told_to_nobody() =>
        Assert.Equal([2028, 2032], _record.Anniversaries(_book, "2028-01-01", "2032-12-31").Select(one => one.Due.Year).Distinct().Order());

    [Fact]
    public void An_association_with_a_policy_of_its_own_goes_by_that_and_the_others_by_the_general_one()
    {
        _record.With(
            Reminded.Policy("vn-jp-hcmc", usual => usual with { Anniversaries = new Leads([60], [], []), At = new NodaTime.LocalTime(7, 30) }),
            Reminded.Policy(null, usual => usual with { Anniversaries = new Leads([10], [5], []) }));

        var reminders = _record.Anniversaries(_book, "2033-01-01", "2034-01-01").ToList();

        // 23 July is a Saturday, 11 September a Sunday.
        Assert.Equal(["2033-07-22 60 vn-jp-hcmc", "2033-09-09 10 vn-jp"], reminders.Lines());
        Assert.Equal(NodaTime.Instant.FromUtc(2033, 7, 22, 0, 30), reminders.Single(one => one.Lead == 60).Moment);
        Assert.Equal(NodaTime.Instant.FromUtc(2033, 9, 9, 1, 0), reminders.Single(one => one.Lead == 10).Moment);

        _record.With(new DropReminderPolicy(SlugOf("vn-jp-hcmc")));
        Assert.Equal(["2033-09-09 10 vn-jp", "2033-09-09 10 vn-jp-hcmc"], _record.Anniversaries(_book, "2033-01-01", "2034-01-01").Lines());
    }

    // 2 September is the national day; 30 January 2033 is the last day of the old lunar year, a Sunday, and Saturday is in Tết too.
    [Fact]
    public void Of_which_only_the_month_is_known_it_is_counted_from_the_first_of_that_month()
    {
        _record.With(Milestone("months", "CZ~VN", "1993-03", "Tuyên bố chung"));
        Assert.Equal(["2032-09-01 180 vufo", "2033-01-28 30 vufo"], OfTheUnion("2032-03-01", "2033-03-01"));
    }

    [Fact]
    public void Of_which_only_the_year_is_known_it_is_counted_from_new_year()
    {
        _record.With(Milestone("years", "CZ~VN", "1983", "Hiệp định"));
        Assert.Equal(["2032-07-05 180 vufo", "2032-12-02 30 vufo"], OfTheUnion("2032-03-01", "2033-03-01"));
    }

    [Fact]
    public void One_that_is_not_marked_this_time_is_told_to_nobody()
    {
        _record.With(Waive("ties/LA~VN", 65));
        Assert.Empty(OfLaos("2027-01-01", "2028-01-01"));
    }

    [Fact]
    public void While_ties_are_suspended_nobody_is_told()
    {
        _record.With(Suspended("LA~VN", "2025-01-01"));
        Assert.Empty(OfLaos("2027-01-01", "2028-01-01"));

        _record.With(Resumed("LA~VN", "2026-06-01"));
        Assert.Equal(["2027-06-07 90 vn-la", "2027-08-20 14 vn-la"], OfLaos("2027-01-01", "2028-01-01"));
    }

    [Fact]
    public void What_was_withdrawn_is_told_to_nobody()
    {
        var about = new ReminderSubject.OfAnniversary(Planned.Of("ties/LA~VN", 65), SlugOf("vn-la"));
        Assert.Equal(2, _record.Reminding(_book).Of(about).Count());

        _record.With(Withdraw("ties/LA~VN"));

        Assert.Empty(_record.Reminding(_book).Of(about));
        Assert.Empty(OfLaos("2027-01-01", "2028-01-01"));
    }

    [Fact]
    public void It_follows_its_date()
    {
        _record.With(Claim("ties/LA~VN", "claims/LA", "1962-09-08"), Prefer("ties/LA~VN", "claims/LA"));
        Assert.Equal(["2027-06-10 90 vn-la", "2027-08-25 14 vn-la"], OfLaos("2027-01-01", "2028-01-01"));
    }

    [Fact]
    public void What_is_nobody_s_is_the_umbrella_union_s()
    {
        // Czechia, 2 February 1950: 85 years in 2035.
        _record.With(Ties("CZ~VN", "1950-02-02"));
        Assert.Equal(["2034-11-03 90 vufo", "2035-01-19 14 vufo"], OfTheUnion("2034-10-01", "2035-02-02"));
    }

    [Fact]
    public void A_muted_association_is_told_nothing_and_nobody_in_its_place()
    {
        _record.With(new MuteAssociation(SlugOf("vn-la"), Because));
        Assert.DoesNotContain(_record.Reminders(_book, "2027-01-01", "2028-01-01"), one => one.Subject.For == SlugOf("vn-la"));

        _record.With(new UnmuteAssociation(SlugOf("vn-la"), Because));
        Assert.NotEmpty(OfLaos("2027-01-01", "2028-01-01"));
    }

    [Fact]
    public void A_closed_association_s_anniversaries_are_the_umbrella_union_s()
    {
        _record.With(new CloseAssociation(SlugOf("vn-la"), Because));
        Assert.Equal(["2027-06-07 90 vufo", "2027-08-20 14 vufo"], _record.Anniversaries(_book, "2027-01-01", "2027-12-31").Lines());
    }

    private IEnumerable<string> OfTheUnion(string from, string to) => _record.Anniversaries(_book, from, to).Where(one => one.Subject.For == SlugOf("vufo")).Lines();

    private IEnumerable<string> OfLaos(string from, string to) => _record.Anniversaries(_book, from, to).Where(one => one.Subject.For == SlugOf("vn-la")).Lines();
}
