using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Rules;
using Calendar.Specs.Packs;
using Calendar.Years;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Years;

public class WhenAPartnerHasTwoTieredAnniversariesInAYear
{
    [Theory]
    [InlineData("LA", 2022, "60 + 45")]
    [InlineData("LA", 2027, "65 + 50")]
    [InlineData("US", 2043, "70 + 30 + 20")]
    [InlineData("US", 2045, "50 + 45")]
    public void The_facts_of_Viet_Nam_make_a_friendship_year(string partner, int year, string sum)
    {
        var found = Years.With(Vietnam.Now, year, partner);
        Assert.Equal(sum, found.Sum);
        Assert.EndsWith($"{year}: {sum}", found.Title.Vi, StringComparison.Ordinal);
        Assert.EndsWith($"friendship year {year}: {sum}", found.Title.En, StringComparison.Ordinal);
        Assert.Empty(found.Notes);
    }

    [Fact]
    public void It_names_both_countries_and_counts_its_anniversaries()
    {
        var laos = Years.With(Vietnam.Now, 2022, "LA");
        Assert.Equal(new Text("Năm hữu nghị Việt Nam – Lào 2022: 60 + 45", "Viet Nam – Laos friendship year 2022: 60 + 45"), laos.Title);

        // The treaty of friendship and the border treaty of 18 July 1977, ties of 5 September 1962.
        Assert.Equal(["2022-07-18", "2022-07-18", "2022-09-05"], laos.Anniversaries.Select(one => one.Anniversary.Date.ToString()));
        Assert.Equal(new TierCounts(1, 2, 0, 0, 0), laos.Counts);
    }

    [Fact]
    public void One_is_not_enough()
    {
        var record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"));
        Assert.Empty(Years.In(record.Now, 2033));
        record.With(Milestone("m", "JP~VN", "1993-03", "Chuyến thăm"));
        Assert.Equal("60 + 40", Years.With(record.Now, 2033, "JP").Sum);
        Assert.Empty(Years.In(record.Now, 2034));
    }

    [Fact]
    public void Months_and_years_count_as_they_are_known()
    {
        var record = Chronicle.Of("JP").With(Milestone("year", "JP~VN", "1653", "Một"), Milestone("month", "JP~VN", "1993-03", "Hai"), Ties("JP~VN", "1973-09-21"));
        var found = Years.With(record.Now, 2033, "JP");
        Assert.Equal(["2033", "2033-03", "2033-09-21"], found.Anniversaries.Select(one => one.Anniversary.Date.ToString()));
        Assert.Equal([380, 60, 40], found.Years.AsEnumerable());
    }

    [Fact]
    public void Suspended_and_waived_ones_count_and_say_so()
    {
        var record = Chronicle.Of("JP").With(
            Ties("JP~VN", "1973-09-21"), Milestone("m", "JP~VN", "1993-03-01", "Chuyến thăm"), Suspended("JP~VN", "2033-06-01"), Waive("m", 40));
        var found = Years.With(record.Now, 2033, "JP").Anniversaries.Select(one => one.Anniversary).ToList();
        Assert.Equal([(false, true), (true, false)], found.Select(x => (x.IsSuspended, x.IsWaived)));
    }

    [Fact]
    public void What_is_withdrawn_or_no_longer_marked_does_not_count()
    {
        var record = Chronicle.Of("JP").With(
            Ties("JP~VN", "1973-09-21"), Milestone("a", "JP~VN", "1993-03-01", "Một"), Milestone("b", "JP~VN", "2003-03-01", "Hai"), Milestone("c", "JP~VN", "2013-03-01", "Ba"));
        record.With(Withdraw("a"), EndMarking("b", "2030"));
        Assert.Equal("60 + 20", Years.With(record.Now, 2033, "JP").Sum);
        Assert.Equal("50 + 20 + 10", Years.With(record.Now, 2023, "JP").Sum);
        record.With(ResumeMarking("b"));
        Assert.Equal("60 + 30 + 20", Years.With(record.Now, 2033, "JP").Sum);
    }

    [Fact]
    public void Jubilees_count_under_rules_without_their_tier()
    {
        var record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"), Milestone("m", "JP~VN", "1983-03-01", "Chuyến thăm"));
        record.With(Given.Rules("2020-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 40, [], [])));
        Assert.Equal("50 + 40", Years.With(record.Now, 2023, "JP").Sum);
        Assert.Empty(Years.In(record.Now, 2033));
        Assert.Equal("40 + 30", Years.With(record.Now, 2013, "JP").Sum);
    }

    [Fact]
    public void Relationships_of_others_and_big_accords_make_none()
    {
        var record = Chronicle.Of("JP", "LA", "KH").With(
            Ties("JP~VN", "1973-09-21"), Ties("JP~LA", "1955-03-05"), Milestone("m", "JP~LA", "1965-03-05", "Chuyến thăm"),
            Accord("paris", "1983-01-01", "Hiệp định", "JP", "KH", "VN"), NationalDay("JP", 2, 23, "Quốc khánh"));
        Assert.Empty(Years.In(record.Now, 2033));
        Assert.Empty(Years.In(record.Now, 2025));
    }

    [Fact]
    public void An_accord_of_the_two_alone_counts_until_others_join()
    {
        var record = Chronicle.Of("JP", "KH").With(Ties("JP~VN", "1973-09-21"), Accord("two", "1983-01-01", "Hiệp định", "JP", "VN"));
        Assert.Equal("60 + 50", Years.With(record.Now, 2033, "JP").Sum);
        record.With(Joins("KH", "two", "1990"));
        Assert.Empty(Years.In(record.Now, 2033));
    }

    [Fact]
    public void Leap_days_count_where_they_are_kept()
    {
        var record = Chronicle.Of("BN").With(Ties("BN~VN", "1992-02-29"), Milestone("m", "BN~VN", "2002-05-01", "Chuyến thăm"));
        Assert.Equal(["2027-02-28", "2027-05-01"], Years.With(record.Now, 2027, "BN").Anniversaries.Select(one => one.Anniversary.Date.ToString()));
    }

    [Fact]
    public void Most_anniversaries_come_first_then_jubilees_then_codes()
    {
        var record = Chronicle.Of("AA", "BB", "CC", "DD");
        foreach (var code in new[] { "AA", "BB", "CC", "DD" })
        {
            record.With(Ties(PairOf($"{code}~VN").ToString(), "2000-01-01"), Milestone(code, $"{code}~VN", code == "CC" ? "1980-01-01" : "2010-01-01", "Một"));
        }

        record.With(Milestone("DD2", "DD~VN", "2020-01-01", "Hai"));
        Assert.Equal(["DD", "CC", "AA", "BB"], Years.In(record.Now, 2030).Select(one => one.Partner.Value));
    }

    [Fact]
    public void No_more_than_fifty_are_kept_and_all_are_counted()
    {
        var record = Chronicle.Of("JP").With([.. Enumerable.Range(0, 60).Select(i => Milestone($"m{i}", "JP~VN", "1993-03-01", $"Chuyến thăm {i}"))]);
        var found = Years.With(record.Now, 2033, "JP");
        Assert.Equal((60, Friendships.MostListed), (found.Counts.Total, found.Anniversaries.Length));
        Assert.Equal(40, Assert.Single(found.Years));
    }
}

public class WhenAPartnerHasPredecessors
{
    [Fact]
    public void What_was_agreed_with_the_Soviet_Union_counts_for_Russia_with_a_note()
    {
        var record = Chronicle.Of("SU", "RU").With(
            Treaty("friendship", "SU~VN", "1978-11-03", "Hiệp ước Hữu nghị"), Ended("SU", "1991-12-26", "RU"), Milestone("visit", "RU~VN", "2008-01-01", "Chuyến thăm"));
        var russia = Years.With(record.Now, 2028, "RU");
        Assert.Equal("50 + 20", russia.Sum);
        Assert.Equal([null, "SU"], russia.Anniversaries.Select(one => one.From?.Value));
        Assert.Equal([new Text("Có ngày kỷ niệm tính từ SU", "With anniversaries counted from SU")], russia.Notes);
        Assert.Equal("RU", Assert.Single(YearProgramme.FriendshipYearsOf(record.Now, 2028, Years.All with { Parties = [PartyCode.Of("SU")] })).Partner.Value);
    }

    [Fact]
    public void What_a_successor_holds_itself_through_another_has_the_same_note()
    {
        var record = Chronicle.Of("SU", "RU").With(Ties("RU~VN", "1950-01-30") with { Through = PartyCode.Of("SU") }, Milestone("visit", "RU~VN", "2010-01-01", "Chuyến thăm"));
        Assert.Equal("With anniversaries counted from SU", Assert.Single(Years.With(record.Now, 2030, "RU").Notes).En);
    }

    [Fact]
    public void While_it_stood_its_anniversaries_were_its_own()
    {
        var record = Chronicle.Of("SU", "RU").With(
            Milestone("a", "SU~VN", "1950-01-30", "Một"), Milestone("b", "SU~VN", "1955-07-18", "Hai"), Ended("SU", "1991-12-26", "RU"));
        Assert.Equal(["SU"], Years.In(record.Now, 1990).Select(one => one.Partner.Value));
        Assert.Equal(["RU"], Years.In(record.Now, 1995).Select(one => one.Partner.Value));
    }

    [Theory]
    [InlineData("CZ", "1950-02-02", "CS")]
    [InlineData("SK", "1950-02-02", null)]
    [InlineData("SK", "1950-02", "CS")]
    public void What_the_successor_holds_itself_is_not_counted_twice(string heir, string on, string? through)
    {
        var record = Chronicle.Of("CS", "CZ", "SK").With(Ties("CS~VN", "1950-02-02"), Ended("CS", "1992-12-31", "CZ", "SK"));
        record.With(Ties(PairOf($"{heir}~VN").ToString(), on) with { Through = through is null ? null : PartyCode.Of(through) }, Milestone("m", $"{heir}~VN", "2010-02-01", "Chuyến thăm"));
        Assert.Equal(2, Years.With(record.Now, 2030, heir).Counts.Total);
    }

    [Fact]
    public void A_successor_with_a_later_date_of_its_own_counts_the_old_one_too()
    {
        var record = Chronicle.Of("CS", "CZ", "SK").With(
            Ties("CS~VN", "1950-02-02"), Ended("CS", "1992-12-31", "CZ", "SK"), Ties("SK~VN", "1993-01-01"), Treaty("t", "SK~VN", "2000-05-05", "Hiệp định"));
        var slovakia = Years.With(record.Now, 2030, "SK");
        Assert.Equal("80 + 30", slovakia.Sum);
        Assert.Equal("CS", Assert.Single(slovakia.Predecessors).Value);
    }

    [Fact]
    public void What_comes_through_others_is_counted_once_at_the_end()
    {
        var record = Chronicle.Of("YU", "SCG", "RS", "ME").With(
            Ties("VN~YU", "1957-03-10"), Treaty("t", "VN~YU", "1967-03-10", "Hiệp định"), Ended("YU", "1992", "SCG"), Ended("SCG", "2006-06-05", "RS", "ME", "YU"),
            Ties("RS~VN", "1957-03-10") with { Through = PartyCode.Of("YU") });
        Assert.Equal([("RS", 2), ("ME", 2)], Years.In(record.Now, 2027).Select(one => (one.Partner.Value, one.Counts.Total)).OrderByDescending(one => one.Value));
        Assert.Equal(["SCG"], Years.In(record.Now, 1997).Select(one => one.Partner.Value));
    }

    [Fact]
    public void Two_ways_to_one_successor_count_once()
    {
        var record = Chronicle.Of("YU", "AA", "BB", "RS").With(
            Milestone("a", "VN~YU", "1957-03-10", "Một"), Milestone("b", "VN~YU", "1967-03-10", "Hai"),
            Ended("YU", "1992", "AA", "BB"), Ended("AA", "2000", "RS"), Ended("BB", "2006", "RS", "AA"));
        Assert.Equal(2, Years.With(record.Now, 2027, "RS").Counts.Total);
    }

    [Fact]
    public void A_party_without_successors_leaves_no_friendship_years()
    {
        var record = Chronicle.Of("COMECON").With(Milestone("a", "COMECON~VN", "1978-06-29", "Một"), Milestone("b", "COMECON~VN", "1958-06-29", "Hai"));
        Assert.Single(Years.In(record.Now, 2028));
        record.With(Ended("COMECON", "1991-06-28"));
        Assert.Empty(Years.In(record.Now, 2028));
    }
}

file static class Years
{
    public static AnniversaryQuery All { get; } = new(default, default);

    public static IReadOnlyList<FriendshipYear> In(Almanac almanac, int year) => YearProgramme.FriendshipYearsOf(almanac, year, All);

    public static FriendshipYear With(Almanac almanac, int year, string partner) => Assert.Single(In(almanac, year), one => one.Partner.Value == partner);
}
