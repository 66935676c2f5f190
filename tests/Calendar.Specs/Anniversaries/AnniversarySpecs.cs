using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Relationships;
using Calendar.Rules;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Anniversaries;

internal static class Asking
{
    public static AnniversaryQuery Year(int year) => new(new(year, 1, 1), new(year + 1, 1, 1));

    public static AnniversaryQuery Between(string from, string to) => new(Day(from).First, Day(to).First);

    /// <summary>The anniversaries as "date number", in order.</summary>
    public static IEnumerable<string> Dates(this Chronicle record, AnniversaryQuery query) =>
        record.Now.Anniversaries(query).Select(a => $"{a.Date} {a.Number}");
}

public class WhenYearsHavePassed
{
    private readonly Chronicle _record = Chronicle.Of("JP", "BN", "US", "AR", "CN")
        .With(Ties("JP~VN", "1973-09-21"), Ties("BN~VN", "1992-02-29"));

    [Fact]
    public void Japans_sixtieth_is_on_21_September_2033()
    {
        var anniversary = Assert.Single(_record.Now.Anniversaries(Asking.Year(2033) with { Parties = [PartyCode.Of("JP")] }));

        Assert.Equal(("2033-09-21", 60, Tier.Round, false), (anniversary.Date.ToString(), anniversary.Years, anniversary.Tier, anniversary.IsJubilee));
        Assert.Equal("JP", Assert.Single(anniversary.Partners).Value);
        Assert.Equal($"{Id("ties/JP~VN")}/60", anniversary.Id);
        Assert.Equal(new Text("60 năm thiết lập quan hệ Việt Nam – Nhật Bản", "60 years of Viet Nam – Japan diplomatic relations"), anniversary.Title);
    }

    [Fact]
    public void The_first_anniversary_is_a_year_later_and_the_day_itself_is_none() =>
        Assert.Equal(["1974-09-21 1"], _record.Dates(new AnniversaryQuery(new(1973, 1, 1), new(1975, 1, 1)) { Parties = [PartyCode.Of("JP")] }));

    [Fact]
    public void Nothing_is_counted_before_it_happened() =>
        Assert.Empty(_record.Now.Anniversaries(new AnniversaryQuery(new(1900, 1, 1), new(1974, 1, 1))));

    [Theory]
    [InlineData(2027, "2027-02-28 35")]
    [InlineData(2032, "2032-02-29 40")]
    [InlineData(2100, "2100-02-28 108")]
    public void Bruneis_leap_day_is_kept_on_the_last_of_February(int year, string expected) =>
        Assert.Equal([expected], _record.Dates(Asking.Year(year) with { Parties = [PartyCode.Of("BN")] }));

    [Fact]
    public void A_leap_day_is_found_by_the_day_it_is_kept_on()
    {
        Assert.Equal(["2027-02-28 35"], _record.Dates(Asking.Between("2027-02-28", "2027-03-01")));
        Assert.Empty(_record.Dates(Asking.Between("2027-03-01", "2027-03-02")));
        Assert.Empty(_record.Dates(Asking.Between("2032-02-28", "2032-02-29")));
        Assert.Equal(["2032-02-29 40"], _record.Dates(Asking.Between("2032-02-29", "2032-03-01")));
    }

    [Theory]
    [InlineData("2023-09-01", "2023-09-02", true)]
    [InlineData("2023-09-30", "2023-10-01", true)]
    [InlineData("2023-09-15", "2023-09-16", true)]
    [InlineData("2023-08-31", "2023-09-01", false)]
    [InlineData("2023-10-01", "2023-10-02", false)]
    public void A_month_is_found_by_any_day_of_it(string from, string to, bool found)
    {
        _record.With(Milestone("visit", "JP~VN", "2013-09", "Chuyến thăm"));

        Assert.Equal(found ? ["2023-09 10"] : [], _record.Dates(Asking.Between(from, to) with { Kinds = [FactKind.MilestoneRecorded] }));
    }

    [Theory]
    [InlineData("2030-01-01", "2030-01-02", true)]
    [InlineData("2030-12-31", "2031-01-01", true)]
    [InlineData("2030-06-01", "2030-06-02", true)]
    [InlineData("2029-12-31", "2030-01-01", false)]
    [InlineData("2031-01-01", "2031-01-02", false)]
    public void A_year_is_found_by_any_day_of_it(string from, string to, bool found)
    {
        _record.With(Elevated("AR~VN", "2010", PartnershipLevel.Comprehensive));

        Assert.Equal(found ? ["2030 20"] : [], _record.Dates(Asking.Between(from, to) with { Tiers = TierSet.Round, Precisions = [Precision.Year] }));
    }

    [Fact]
    public void The_last_year_that_can_be_written_is_the_last_anniversary()
    {
        Assert.Equal(["9998-09-21 8025"], _record.Dates(Asking.Between("9998-09-21", "9998-09-22")));
        Assert.NotNull(Anniversary.Of(_record.Now, _record.Fact("ties/JP~VN"), 9999 - 1973));
        Assert.Null(Anniversary.Of(_record.Now, _record.Fact("ties/JP~VN"), 10_000 - 1973));
        Assert.Null(Anniversary.Of(_record.Now, _record.Fact("ties/JP~VN"), int.MaxValue));
        Assert.Null(Anniversary.Of(_record.Now, _record.Fact("ties/JP~VN"), 0));
        Assert.Null(Anniversary.Of(_record.Now, _record.Fact("ties/JP~VN"), -1));
    }

    [Fact]
    public void An_upgrade_does_not_end_the_older_levels_anniversaries()
    {
        _record.With(
            Elevated("US~VN", "2013-07-25", PartnershipLevel.Comprehensive),
            Elevated("US~VN", "2023-09-10", PartnershipLevel.ComprehensiveStrategic));

        Assert.Equal(["2043-07-25 30", "2043-09-10 20"], _record.Dates(Asking.Year(2043) with { Parties = [PartyCode.Of("US")] }));
    }

    [Fact]
    public void History_that_is_not_commemorated_has_none()
    {
        _record.With(Ties("CN~VN", "1950-01-18") with { Commemorated = false }, Suspended("JP~VN", "1980-01-01"), Resumed("JP~VN", "1981-01-01"));

        Assert.DoesNotContain(_record.Now.Anniversaries(Asking.Year(2030)), a => a.Fact.Kind != FactKind.TiesEstablished || a.Partners[0].Value == "CN");
    }

    [Fact]
    public void A_withdrawn_fact_has_none_until_it_is_reinstated()
    {
        _record.With(Withdraw("ties/JP~VN"));
        Assert.Empty(_record.Dates(Asking.Between("2033-09-21", "2033-09-22")));

        _record.With(Reinstate("ties/JP~VN"));
        Assert.Equal(["2033-09-21 60"], _record.Dates(Asking.Between("2033-09-21", "2033-09-22")));
    }

    [Fact]
    public void Another_preferred_date_moves_them_all()
    {
        _record.With(Claim("ties/JP~VN", "archive", "1972-10-02"), Prefer("ties/JP~VN", "archive"));

        Assert.Equal(["2033-10-02 61"], _record.Dates(Asking.Year(2033) with { Parties = [PartyCode.Of("JP")] }));
    }

    [Theory]
    [InlineData("2033-09-22", true)]
    [InlineData("2033-09-21", false)]
    [InlineData("2033-09", false)]
    [InlineData("2033", false)]
    [InlineData("2034", true)]
    public void An_ended_series_has_none_from_the_day_of_its_end(string end, bool sixtieth)
    {
        _record.With(EndMarking("ties/JP~VN", end));

        Assert.Equal(sixtieth ? 1 : 0, _record.Dates(Asking.Between("2033-09-21", "2033-09-22")).Count());
        Assert.Single(_record.Dates(Asking.Between("2032-09-21", "2032-09-22")));
        Assert.Empty(_record.Dates(Asking.Between("2034-09-21", "2034-09-22")));
    }

    [Fact]
    public void Parties_are_called_by_their_names_of_the_day()
    {
        var record = Chronicle.Of("MK").With(Ties("MK~VN", "1994-06-10"), Renamed("MK", "2019-02-12", "Bắc Macedonia"));

        Assert.Equal(
            ["24 năm thiết lập quan hệ Việt Nam – Macedonia", "25 năm thiết lập quan hệ Việt Nam – Bắc Macedonia"],
            record.Now.Anniversaries(Asking.Between("2018", "2020")).Select(a => a.Title.Vi));
    }

    [Fact]
    public void One_year_is_singular_in_English() =>
        Assert.Equal("1 year of Viet Nam – Japan diplomatic relations", _record.Now.Anniversaries(Asking.Year(1974))[0].Title.En);

    [Fact]
    public void Ties_with_a_given_title_are_called_by_it()
    {
        _record.With(Retitle("ties/JP~VN", "quan hệ ngoại giao cấp đại sứ Việt Nam – Nhật Bản"));

        Assert.Equal(
            "60 năm quan hệ ngoại giao cấp đại sứ Việt Nam – Nhật Bản",
            Assert.Single(_record.Now.Anniversaries(Asking.Between("2033-09-21", "2033-09-22"))).Title.Vi);
    }
}

public class WhenYearsAreWeighed
{
    [Theory]
    [InlineData(60, Tier.Round, false)]
    [InlineData(100, Tier.Round, true)]
    [InlineData(50, Tier.Round, true)]
    [InlineData(25, Tier.Half, true)]
    [InlineData(75, Tier.Half, true)]
    [InlineData(65, Tier.Half, false)]
    [InlineData(1, Tier.Other, false)]
    [InlineData(61, Tier.Other, false)]
    public void The_decree_goes_by_the_last_digit_and_jubilees_by_the_quarter(int years, Tier tier, bool jubilee)
    {
        Assert.Equal(tier, RuleSet.Decree145.TierOf(FactKind.TiesEstablished, years));
        Assert.Equal(jubilee, RuleSet.IsJubilee(years));
    }

    [Theory]
    [InlineData(TierSet.Round, "2030 10")]
    [InlineData(TierSet.Half, "2025 5,2035 15")]
    [InlineData(TierSet.Round | TierSet.Half, "2025 5,2030 10,2035 15")]
    [InlineData(TierSet.None, "")]
    public void Only_the_tiers_that_are_asked_for_are_found(TierSet tiers, string expected)
    {
        var record = Chronicle.Of("JP").With(Milestone("visit", "JP~VN", "2020", "Chuyến thăm"));

        Assert.Equal(expected, string.Join(',', record.Dates(new AnniversaryQuery(new(2021, 1, 1), new(2039, 1, 1)) { Tiers = tiers })));
    }
}

public class WhenNationalDaysAreAskedFor
{
    private readonly Chronicle _record = Chronicle.Of("LA", "XX")
        .With(NationalDay("LA", 12, 2, "Ngày Quốc khánh"), NationalDay("XX", 2, 29, "Ngày nhuận"), Ties("LA~VN", "1962-09-05"));

    [Fact]
    public void They_are_there_only_when_their_kind_is_named()
    {
        Assert.Equal(["2027-09-05 65"], _record.Dates(Asking.Year(2027)));
        Assert.Equal(["2027-02-28 2027", "2027-12-02 2027"], _record.Dates(Asking.Year(2027) with { Kinds = [FactKind.NationalDay] }));
        Assert.Equal(3, _record.Dates(Asking.Year(2027) with { Kinds = [FactKind.NationalDay, FactKind.TiesEstablished] }).Count());
    }

    [Fact]
    public void Their_number_is_the_year_and_they_have_no_tier()
    {
        var day = _record.Now.Anniversaries(Asking.Year(2033) with { Kinds = [FactKind.NationalDay], Tiers = TierSet.Round, Parties = [PartyCode.Of("LA")] }).Single();

        Assert.Equal((null, $"{Id("days/LA/12-2")}/2033", Tier.Other, false), (day.Years, day.Id, day.Tier, day.IsJubilee));
        Assert.Equal("Lào: Ngày Quốc khánh", day.Title.Vi);
    }

    [Fact]
    public void Leap_day_is_kept_on_the_last_of_February() =>
        Assert.Equal(
            ["2027-02-28 2027", "2028-02-29 2028"],
            _record.Dates(Asking.Between("2027", "2029") with { Kinds = [FactKind.NationalDay], Parties = [PartyCode.Of("XX")] }));

    [Fact]
    public void They_are_days_whatever_precision_is_asked_for() =>
        Assert.Empty(_record.Dates(Asking.Year(2027) with { Kinds = [FactKind.NationalDay], Precisions = [Precision.Month, Precision.Year] }));

    [Fact]
    public void Withdrawn_or_ended_they_are_gone()
    {
        _record.With(EndMarking("days/LA/12-2", "2030"), Withdraw("days/XX/2-29"));

        Assert.Equal(["2029-12-02 2029"], _record.Dates(Asking.Between("2029", "2032") with { Kinds = [FactKind.NationalDay] }));
    }
}

public class WhenAnniversariesAreFiltered
{
    private readonly Chronicle _record = new Chronicle().With(
        Party("VN", "ASEAN", "Asia"), Party("JP", "G7", "Asia"), Party("LA", "ASEAN", "Asia"), Party("FR", "G7", "EU"),
        Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"), Ties("FR~VN", "1973-04-12"),
        Treaty("border", "LA~VN", "1977-07-18", "Hiệp ước biên giới"), Elevated("JP~VN", "2023-11", PartnershipLevel.ComprehensiveStrategic),
        Accord("forum", "1994-07-25", "Diễn đàn", "JP", "LA", "VN"));

    [Fact]
    public void Several_values_of_one_filter_mean_or() =>
        Assert.Equal(["FR", "JP", "JP", "JP,LA"], Partners(new() { Parties = [PartyCode.Of("JP"), PartyCode.Of("FR")] }));

    [Fact]
    public void Different_filters_mean_and() =>
        Assert.Equal(["JP"], Partners(new() { Parties = [PartyCode.Of("JP"), PartyCode.Of("FR")], Kinds = [FactKind.TiesEstablished], Groups = ["Asia"] }));

    [Fact]
    public void A_group_is_a_partners_and_the_home_partys_groups_say_nothing()
    {
        Assert.Equal(["JP,LA", "LA", "LA"], Partners(new() { Groups = ["ASEAN"] }));
        Assert.Equal(["FR"], Partners(new() { Groups = ["EU"] }));
        Assert.Equal(["FR", "JP,LA", "LA", "LA"], Partners(new() { Groups = ["EU", "ASEAN"] }));
    }

    [Fact]
    public void A_group_nobody_is_in_has_nothing() => Assert.Empty(Partners(new() { Groups = ["Mercosur"] }));

    [Fact]
    public void A_group_follows_those_who_come_and_go()
    {
        _record.With(new Calendar.Parties.JoinGroup(PartyCode.Of("FR"), "ASEAN"), new Calendar.Parties.LeaveGroup(PartyCode.Of("LA"), "ASEAN"));

        Assert.Equal(["FR"], Partners(new() { Groups = ["ASEAN"] }));
    }

    [Fact]
    public void The_home_party_is_a_party_of_everything() => Assert.Equal(6, Partners(new() { Parties = [VN] }).Count());

    [Fact]
    public void A_party_nobody_knows_has_nothing() => Assert.Empty(Partners(new() { Parties = [PartyCode.Of("XX")] }));

    [Fact]
    public void Kinds_and_precisions_are_filters_too()
    {
        Assert.Equal(["LA"], Partners(new() { Kinds = [FactKind.TreatySigned] }));
        Assert.Equal(["JP"], Partners(new() { Precisions = [Precision.Month] }));
        Assert.Empty(Partners(new() { Precisions = [Precision.Month], Kinds = [FactKind.TreatySigned] }));
    }

    [Fact]
    public void An_empty_or_reversed_range_has_nothing()
    {
        Assert.Empty(_record.Dates(Asking.Between("2033-09-21", "2033-09-21")));
        Assert.Empty(_record.Dates(Asking.Between("2034", "2033")));
    }

    private IEnumerable<string> Partners(Filter filter) =>
        _record.Now.Anniversaries(Asking.Year(2030) with { Parties = filter.Parties, Groups = filter.Groups, Kinds = filter.Kinds, Precisions = filter.Precisions })
            .Select(a => string.Join(',', a.Partners)).Order(StringComparer.Ordinal);

    private sealed record Filter
    {
        public System.Collections.Immutable.ImmutableArray<PartyCode> Parties { get; init; } = [];

        public System.Collections.Immutable.ImmutableArray<string> Groups { get; init; } = [];

        public System.Collections.Immutable.ImmutableArray<FactKind> Kinds { get; init; } = [];

        public System.Collections.Immutable.ImmutableArray<Precision> Precisions { get; init; } = [];
    }
}
