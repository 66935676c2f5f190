using System.Globalization;
using Calendar.Holidays;
using NodaTime;
using NodaTime.Text;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Holidays;

internal static class Keeping
{
    public static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).Value;

    /// <summary>Viet Nam's days of a year as "month-day occasion", a question mark behind what is estimated, an exclamation mark behind what is announced.</summary>
    public static IEnumerable<string> Days(this Chronicle record, int year) => record.Days(VN, year);

    public static IEnumerable<string> Days(this Chronicle record, PartyCode party, int year) => new HolidayYears(record.Now).Of(party, year)
        .Where(day => day.Kind == HolidayKind.Holiday)
        .Select(day => $"{day.Date.ToString("MM-dd", CultureInfo.InvariantCulture)} {day.Occasion}{(day.Status switch { HolidayStatus.Estimated => "?", HolidayStatus.Announced => "!", _ => "" })}");

    public static WorkingDays WorkingDays(this Chronicle record) => new(new HolidayYears(record.Now), VN);
}

public class WhenTheLawGivesHolidays
{
    private readonly Chronicle _record = Chronicle.Of("JP");

    // By hand, with a calendar on the wall.
    [Theory]
    [InlineData(2026, """
        01-01 new-year, 02-16 tet?, 02-17 tet?, 02-18 tet?, 02-19 tet?, 02-20 tet?, 04-26 hung-kings, 04-27 hung-kings?,
        04-30 reunification-day, 05-01 labour-day, 09-01 national-day?, 09-02 national-day
        """)]
    [InlineData(2027, """
        01-01 new-year, 02-05 tet?, 02-06 tet?, 02-07 tet?, 02-08 tet?, 02-09 tet?, 02-10 tet?, 02-11 tet?, 04-16 hung-kings,
        04-30 reunification-day, 05-01 labour-day, 05-03 labour-day?, 09-02 national-day, 09-03 national-day?
        """)]
    [InlineData(2028, """
        01-01 new-year, 01-03 new-year?, 01-25 tet?, 01-26 tet?, 01-27 tet?, 01-28 tet?, 01-29 tet?, 01-31 tet?, 04-04 hung-kings,
        04-30 reunification-day, 05-01 labour-day, 05-02 reunification-day?, 09-01 national-day?, 09-02 national-day, 09-04 national-day?
        """)]
    [InlineData(2029, """
        01-01 new-year, 02-12 tet?, 02-13 tet?, 02-14 tet?, 02-15 tet?, 02-16 tet?, 04-23 hung-kings,
        04-30 reunification-day, 05-01 labour-day, 09-02 national-day, 09-03 national-day?, 09-04 national-day?
        """)]
    [InlineData(2030, """
        01-01 new-year, 02-01 tet?, 02-02 tet?, 02-03 tet?, 02-04 tet?, 02-05 tet?, 02-06 tet?, 02-07 tet?, 04-12 hung-kings,
        04-30 reunification-day, 05-01 labour-day, 09-02 national-day, 09-03 national-day?
        """)]
    public void Viet_Nams_year_is_as_the_Labour_Code_has_it(int year, string expected) =>
        Assert.Equal(expected.Split(',', StringSplitOptions.TrimEntries), _record.Days(year));

    [Theory]
    [InlineData(2021, "09-03")]
    [InlineData(2022, "09-01")]
    [InlineData(2023, "09-01")]
    [InlineData(2024, "09-03")]
    [InlineData(2025, "09-01")]
    [InlineData(2026, "09-01")]
    public void The_day_beside_2_September_is_estimated_as_it_was_chosen_in_the_years_so_far(int year, string day) =>
        Assert.Equal($"{day} national-day?", _record.Days(year).Single(x => x.Contains("national-day?", StringComparison.Ordinal) && !x.StartsWith("09-04", StringComparison.Ordinal)));

    [Theory]
    [InlineData(1994, 0)]
    [InlineData(1995, 1 + 4 + 3)]
    [InlineData(2007, 1 + 4 + 1 + 3)]
    [InlineData(2014, 1 + 5 + 1 + 3)]
    [InlineData(2021, 1 + 5 + 1 + 4)]
    [InlineData(2100, 1 + 5 + 1 + 4)]
    [InlineData(2101, 1 + 4)]
    public void Each_law_counts_for_its_years_and_the_lunar_days_for_those_that_are_computed(int year, int days) =>
        Assert.Equal(days, new HolidayYears(_record.Now).Of(VN, year).Count(day => !day.Name.En.Contains("Substitute", StringComparison.Ordinal)));

    [Fact]
    public void A_day_of_the_lunar_calendar_says_so()
    {
        var days = new HolidayYears(_record.Now).Of(VN, 2026);

        Assert.Equal(new LunarDate(2025, 12, IsLeap: false, 29), days.Single(day => day.Date == Keeping.Date("2026-02-16")).Lunar);
        Assert.Equal(new LunarDate(2026, 3, IsLeap: false, 10), days.Single(day => day.Date == Keeping.Date("2026-04-26")).Lunar);
        Assert.Null(days.Single(day => day.Date == Keeping.Date("2026-04-30")).Lunar);
    }

    [Fact]
    public void A_substitute_day_says_for_what() =>
        Assert.Equal(
            new Text("Nghỉ bù Giỗ Tổ Hùng Vương", "Substitute day for Hùng Kings' Commemoration Day"),
            new HolidayYears(_record.Now).On(VN, Keeping.Date("2026-04-27")).Single().Name);

    [Fact]
    public void A_party_without_a_table_has_none() => Assert.Empty(_record.Days(PartyCode.Of("JP"), 2027));

    [Fact]
    public void A_national_day_is_of_a_kind_of_its_own()
    {
        _record.With(NationalDay("JP", 2, 23, "Sinh nhật Nhật hoàng"));
        var day = Assert.Single(new HolidayYears(_record.Now).Of(PartyCode.Of("JP"), 2027));

        Assert.Equal((Keeping.Date("2027-02-23"), HolidayKind.NationalDay, HolidayStatus.Fixed, Id("days/JP/2-23")), (day.Date, day.Kind, day.Status, day.Fact));
        _record.With(Withdraw("days/JP/2-23"));
        Assert.Empty(new HolidayYears(_record.Now).Of(PartyCode.Of("JP"), 2027));
    }
}

public class WhenHolidaysAreAnnounced
{
    private readonly Chronicle _record = Chronicle.Of("JP");

    [Fact]
    public void The_estimated_days_of_the_occasion_give_way_in_that_year()
    {
        _record.With([.. new[] { "04", "05", "08", "09", "10" }.Select(day => Announced($"2027-02-{day}", "tet"))]);

        Assert.Equal(["02-04 tet!", "02-05 tet!", "02-08 tet!", "02-09 tet!", "02-10 tet!"], _record.Days(2027).Where(Tet));
        Assert.Equal(7, _record.Days(2030).Count(Tet));
        Assert.Contains("05-03 labour-day?", _record.Days(2027));
        static bool Tet(string day) => day.Contains("tet", StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_law_fixes_stays()
    {
        _record.With(Announced("2028-09-01", "national-day"), Announced("2028-09-05", "national-day"));

        Assert.Equal(["09-01 national-day!", "09-02 national-day", "09-05 national-day!"], _record.Days(2028).Where(day => day.StartsWith("09", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_announced_estimate_takes_its_own_day_only()
    {
        _record.With(Announced("2029-02-16", "tet", AnnouncementStatus.Estimated));

        Assert.Equal(5, _record.Days(2029).Count(day => day.EndsWith("tet?", StringComparison.Ordinal)));
        Assert.Equal(Both("Nghỉ tet"), new HolidayYears(_record.Now).On(VN, Keeping.Date("2029-02-16")).Single().Name);
    }

    [Fact]
    public void A_day_that_no_rule_knows_is_a_holiday_too()
    {
        _record.With(Announced("2027-07-26", "mourning"), Announced("2027-03-08", "tet-holiday") with { Party = PartyCode.Of("JP") });

        Assert.Contains("07-26 mourning!", _record.Days(2027));
        Assert.Equal(["03-08 tet-holiday!"], _record.Days(PartyCode.Of("JP"), 2027));
    }

    [Fact]
    public void A_substitute_day_makes_way_for_what_is_announced()
    {
        _record.With(Announced("2026-04-27", "mourning"));

        Assert.Equal(["04-26 hung-kings", "04-27 mourning!", "04-28 hung-kings?"], _record.Days(2026).Where(day => day.StartsWith("04-2", StringComparison.Ordinal)));
    }

    [Fact]
    public void Withdrawn_the_rule_speaks_again()
    {
        var before = _record.Days(2027).ToList();
        _record.With(Announced("2027-02-10", "tet"), TakenBack("2027-02-10"));

        Assert.Equal(before, _record.Days(2027));
        _record.When(TakenBack("2027-02-10")).IsNothingNew();
        _record.When(Announced("2027-02-10", "tet")).Leads<HolidayAnnounced>();
    }

    [Fact]
    public void The_same_again_is_nothing_new_and_other_words_take_its_place()
    {
        _record.With(Announced("2027-02-10", "tet"));

        _record.When(Announced("2027-02-10", "tet")).IsNothingNew();
        _record.When(Announced("2027-02-10", "tet") with { Name = Both("Tết Đinh Mùi") }).Leads<HolidayAnnounced>();
        Assert.Equal("Tết Đinh Mùi", new HolidayYears(_record.Now).On(VN, Keeping.Date("2027-02-10")).Single().Name.Vi);
    }

    [Fact]
    public void What_was_never_announced_cannot_be_withdrawn() =>
        _record.When(TakenBack("2027-04-30")).IsRefused("unknown-holiday", "/date", RejectionKind.NotFound);

    [Fact]
    public void A_party_nobody_registered_has_no_holidays() =>
        _record.When(Announced("2027-04-30", "tet") with { Party = PartyCode.Of("ZZ") }).IsRefused("unknown-party", "/party", RejectionKind.NotFound);

    [Fact]
    public void A_pack_does_not_undo_what_a_person_said()
    {
        _record.When(Announced("2027-02-10", "tet"), Role.Pack).Leads<HolidayAnnounced>();
        _record.With(TakenBack("2027-02-10"));

        _record.When(Announced("2027-02-10", "tet"), Role.Pack).IsNothingNew();
        _record.With(Announced("2027-02-10", "tet"));
        _record.When(TakenBack("2027-02-10"), Role.Pack).IsNothingNew();
    }

    [Fact]
    public void It_is_public_but_no_subscriber_sees_it()
    {
        var before = _record.Now;
        _record.With(Announced("2027-02-10", "tet"));

        Assert.Equal(before.PublicNumber + 1, _record.Now.PublicNumber);
        Assert.Equal((before.PublicRecordVersion, before.LastChange), (_record.Now.PublicRecordVersion, _record.Now.LastChange));
    }
}

public class WhenPeopleWork
{
    private readonly Chronicle _record = new Chronicle();

    [Theory]
    [InlineData("2027-02-04", true)]
    [InlineData("2027-02-05", false)]
    [InlineData("2027-02-06", false)]
    [InlineData("2027-02-11", false)]
    [InlineData("2027-02-12", true)]
    [InlineData("2027-02-13", false)]
    [InlineData("2027-04-16", false)]
    [InlineData("2027-09-02", false)]
    public void Neither_weekends_nor_holidays_are_working_days(string day, bool works) =>
        Assert.Equal(works, _record.WorkingDays().IsWorkingDay(Keeping.Date(day)));

    [Theory]
    [InlineData("2027-02-04", "2027-02-12", "2027-02-03")]
    [InlineData("2027-02-08", "2027-02-12", "2027-02-04")]
    [InlineData("2027-01-01", "2027-01-04", "2026-12-31")]
    [InlineData("2027-12-31", "2028-01-04", "2027-12-30")]
    public void The_next_one_and_the_one_before_skip_them(string day, string next, string previous)
    {
        Assert.Equal(Keeping.Date(next), _record.WorkingDays().Next(Keeping.Date(day)));
        Assert.Equal(Keeping.Date(previous), _record.WorkingDays().Previous(Keeping.Date(day)));
    }

    [Fact]
    public void A_national_day_alone_is_a_working_day()
    {
        var record = Chronicle.Of().With(NationalDay("VN", 12, 22, "Ngày thành lập"));

        Assert.True(record.WorkingDays().IsWorkingDay(Keeping.Date("2027-12-22")));
    }
}
