using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Relationships;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Anniversaries;

public class WhenAnAnniversaryCollides
{
    private readonly Chronicle _record = Chronicle.Of("CN", "CZ", "US", "JP", "LA", "BN").With(
        Ties("CN~VN", "1950-01-18"), Ties("CZ~VN", "1950-02-02"), Ties("US~VN", "1995-07-12"), Ties("LA~VN", "1962-09-05"));

    [Fact]
    public void A_day_like_any_other_has_no_warnings() => Assert.Empty(Warnings("ties/CN~VN", 80));

    [Fact]
    public void Mung_1_is_a_holiday_a_Saturday_and_in_the_days_of_Tet()
    {
        var warnings = Warnings("ties/CZ~VN", 80);

        Assert.Equal([WarningCode.Tet, WarningCode.Holiday, WarningCode.Weekend], warnings.Select(warning => warning.Code));
        Assert.All(warnings, warning => Assert.Equal("2030-02-02", warning.Date.ToString()));
        Assert.All(warnings, warning => Assert.Equal(["2030-01-30", "2030-01-29", "2030-01-28"], Dates(warning.Proposed)));
        Assert.Equal("Dự kiến là ngày nghỉ lễ của Việt Nam: Tết Nguyên đán", warnings[1].Title.Vi);
        Assert.Contains("mùng 1 là ngày 2030-02-02", warnings[0].Title.Vi, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01-30", false)]
    [InlineData("01-31", true)]
    [InlineData("02-07", true)]
    [InlineData("02-08", false)]
    public void Tet_lasts_from_two_days_before_to_five_days_after(string day, bool collides)
    {
        _record.With(Milestone("visit", "JP~VN", $"1991-{day}", "Chuyến thăm"));

        Assert.Equal(collides, Warnings("visit", 39).Any(warning => warning.Code == WarningCode.Tet));
    }

    [Theory]
    [InlineData(2025, "Weekend")]
    [InlineData(2026, "Weekend")]
    [InlineData(2027, "")]
    [InlineData(2031, "Weekend")]
    [InlineData(2028, "")]
    public void Weekends_are_told(int year, string codes) =>
        Assert.Equal(codes, string.Join(',', Warnings("ties/US~VN", year - 1995).Select(warning => warning.Code)));

    [Fact]
    public void Days_are_proposed_on_both_sides_nearest_first() =>
        Assert.Equal(["2026-07-13", "2026-07-10", "2026-07-14"], Dates(Warnings("ties/US~VN", 31).Single().Proposed));

    [Fact]
    public void A_partners_national_day_is_told_and_not_proposed()
    {
        _record.With(NationalDay("US", 7, 12, "Ngày quốc gia"), NationalDay("US", 7, 13, "Ngày thứ hai"));
        var warnings = Warnings("ties/US~VN", 31);

        Assert.Equal([WarningCode.NationalDay, WarningCode.Weekend], warnings.Select(warning => warning.Code));
        Assert.Equal(new Text("Quốc khánh của Hoa Kỳ: Ngày quốc gia", "National day of United States: Ngày quốc gia"), warnings[0].Title);
        Assert.Equal(["2026-07-10", "2026-07-14", "2026-07-09"], Dates(warnings[0].Proposed));
    }

    [Fact]
    public void A_partners_announced_holiday_is_told()
    {
        _record.With(Announced("2027-07-12", "heat") with { Party = PartyCode.Of("US") });
        var warning = Assert.Single(Warnings("ties/US~VN", 32));

        Assert.Equal((WarningCode.Holiday, new Text("Ngày nghỉ lễ của Hoa Kỳ: Nghỉ heat", "Public holiday of United States: Nghỉ heat")), (warning.Code, warning.Title));
        Assert.Empty(Warnings("ties/US~VN", 33));
    }

    [Fact]
    public void The_national_day_of_somebody_else_is_no_matter()
    {
        _record.With(NationalDay("JP", 7, 12, "Ngày Nhật Bản"));

        Assert.Empty(Warnings("ties/US~VN", 32));
    }

    [Theory]
    [InlineData("1977-09-02", true)]
    [InlineData("1977-09-08", true)]
    [InlineData("1952-09-05", true)]
    [InlineData("1977-09-01", false)]
    [InlineData("1977-09-09", false)]
    [InlineData("1982-09-05", false)]
    [InlineData("1977-09", false)]
    public void Another_facts_jubilee_within_three_days_is_told(string on, bool near)
    {
        _record.With(Treaty("border", "JP~VN", on, "Hiệp ước"));
        var warnings = Warnings("ties/LA~VN", 65).Where(warning => warning.Code == WarningCode.JubileeNear).ToList();

        Assert.Equal(near, warnings.Count == 1);
        Assert.All(warnings, warning =>
        {
            Assert.Equal($"2027-{on[5..]}", warning.Date.ToString());
            Assert.Contains("Hiệp ước", warning.Title.Vi, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_nearest_jubilee_is_the_one_that_is_named_and_days_near_it_are_not_proposed()
    {
        _record.With(Treaty("far", "JP~VN", "2002-09-08", "Xa"), Treaty("near", "LA~VN", "1977-09-06", "Gần"));
        var warning = Assert.Single(Warnings("ties/LA~VN", 65), warning => warning.Code == WarningCode.JubileeNear);

        Assert.Equal("2027-09-06", warning.Date.ToString());
        Assert.Equal(["2027-09-01", "2027-08-31", "2027-08-30"], Dates(warning.Proposed).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public void A_jubilee_is_not_near_itself()
    {
        Assert.DoesNotContain(Warnings("ties/CN~VN", 75), warning => warning.Code == WarningCode.JubileeNear);
        Assert.DoesNotContain(Warnings("ties/US~VN", 50), warning => warning.Code == WarningCode.JubileeNear);
    }

    [Fact]
    public void A_withdrawn_or_ended_jubilee_is_near_nothing()
    {
        _record.With(Treaty("one", "JP~VN", "1977-09-06", "Một"), Treaty("two", "JP~VN", "1977-09-07", "Hai"), Withdraw("one"), EndMarking("two", "2020"));

        Assert.DoesNotContain(Warnings("ties/LA~VN", 65), warning => warning.Code == WarningCode.JubileeNear);
    }

    [Fact]
    public void A_national_day_collides_with_weekends_and_holidays_but_not_with_itself()
    {
        _record.With(NationalDay("JP", 9, 2, "Ngày một"), NationalDay("LA", 9, 5, "Ngày hai"), Treaty("border", "JP~VN", "1977-09-05", "Hiệp ước"));

        Assert.Equal([WarningCode.Holiday], Warnings("days/JP/9-2", 2027).Select(warning => warning.Code));
        Assert.Equal([WarningCode.Weekend], Warnings("days/LA/9-5", 2027).Select(warning => warning.Code));
    }

    [Fact]
    public void A_month_and_a_year_have_no_warnings_about_their_day()
    {
        _record.With(Milestone("month", "JP~VN", "1991-02", "Tháng"), Elevated("LA~VN", "1991", PartnershipLevel.Strategic));

        Assert.Empty(Warnings("month", 39));
        Assert.Empty(Warnings("partnerships/LA~VN/strategic", 39));
    }

    [Fact]
    public void A_leap_day_is_warned_of_on_the_day_it_is_kept()
    {
        // 28 February 2027 is a Sunday.
        _record.With(Ties("BN~VN", "1992-02-29"));

        var warning = Assert.Single(Warnings("ties/BN~VN", 35));
        Assert.Equal((WarningCode.Weekend, "2027-02-28"), (warning.Code, warning.Date.ToString()));
    }

    [Fact]
    public void Suspended_ties_and_unconfirmed_dates_are_told_without_other_days()
    {
        _record.With(
            Suspended("US~VN", "2030-01-01"),
            Milestone("rumour", "JP~VN", "1991-02", "Tin đồn") with { Source = new Source("Trí nhớ", null, Confidence.Unconfirmed) });
        var suspended = Warnings("ties/US~VN", 36);

        Assert.Equal([WarningCode.Weekend, WarningCode.Suspended], suspended.Select(warning => warning.Code));
        Assert.Empty(suspended[1].Proposed);
        var unconfirmed = Assert.Single(Warnings("rumour", 39));
        Assert.Equal((WarningCode.Unconfirmed, 0), (unconfirmed.Code, unconfirmed.Proposed.Count));
    }

    [Fact]
    public void The_last_days_of_the_calendar_have_warnings_too()
    {
        _record.With(Milestone("end", "JP~VN", "1999-12-26", "Kết thúc"));

        Assert.Equal([WarningCode.Weekend], Warnings("end", 8000).Select(warning => warning.Code));
    }

    [Fact]
    public void One_answer_says_the_same_of_each_whatever_it_was_asked_before()
    {
        _record.With(Treaty("one", "JP~VN", "1977-09-06", "Một"), Treaty("two", "LA~VN", "1977-09-07", "Hai"), NationalDay("LA", 9, 6, "Ngày"));
        var all = _record.Now.Anniversaries(new AnniversaryQuery(new(2026, 1, 1), new(2032, 1, 1)));
        var together = new Collisions(_record.Now);

        Assert.All(all, x => Assert.Equal(Told(new Collisions(_record.Now).Of(x)), Told(together.Of(x))));
        static IEnumerable<string> Told(IEnumerable<Warning> warnings) => warnings.Select(x => $"{x.Code} {x.Date} {x.Title} {string.Join(' ', x.Proposed)}");
    }

    private IReadOnlyList<Warning> Warnings(string fact, int number) =>
        new Collisions(_record.Now).Of(Anniversary.Of(_record.Now, _record.Fact(fact), number)!);

    private static IEnumerable<string> Dates(IEnumerable<LocalDate> days) => days.Select(day => new PartialDate(day).ToString());
}
