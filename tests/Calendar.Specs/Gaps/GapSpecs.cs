using Calendar.Associations;
using Calendar.Facts;
using Calendar.Gaps;
using Calendar.Specs.Packs;
using FsCheck;
using FsCheck.Fluent;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Gaps;

public class WhenThePackIsExaminedForGaps
{
    [Theory]
    [InlineData("vietnam/ties/SK")]
    [InlineData("vietnam/ties/ML")]
    public void Dates_that_contradict_each_other_are_told_with_both(string key)
    {
        var gap = Assert.Single(Vietnam.Now.Gaps(new GapQuery { Codes = [GapCode.CompetingClaims] }), gap => gap.Fact!.Id == FactId.OfKey(key));
        Assert.All(Vietnam.Fact(key).Claims, claim => Assert.Contains(claim.On.ToString(), gap.Advice.En, StringComparison.Ordinal));
        Assert.NotEqual(gap.Advice.Vi, gap.Advice.En);
    }

    [Fact]
    public void A_less_precise_date_that_includes_the_other_contradicts_nothing() => Assert.DoesNotContain(
        Vietnam.Now.Gaps(new GapQuery { Codes = [GapCode.CompetingClaims], Parties = [PartyCode.Of("CN")] }), gap => gap.Fact!.Claims.Any(claim => claim.On.Year == 1991));

    [Fact]
    public void States_with_ties_and_no_national_day_are_two() =>
        Assert.Equal(["GB", "IL"], Vietnam.Now.Gaps(new GapQuery { Codes = [GapCode.NoNationalDay] }).Select(gap => gap.Party!.Code.Value));
}

public class WhenNobodyIsThereForAPartner
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA", "JP-40").With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"), Milestone("city", "JP-40~VN", "2008", "Kết nghĩa"));

    [Fact]
    public void It_is_a_gap_of_the_relationship()
    {
        var gap = Assert.Single(Gaps("JP"));

        Assert.Equal(("JP", PairOf("JP~VN")), (gap.Party!.Code.Value, gap.Relationship));
        Assert.NotEqual(gap.Advice.Vi, gap.Advice.En);
        Assert.Equal(2, _record.Now.GapCounts(new GapQuery { Codes = [GapCode.NoAssociation] })[GapCode.NoAssociation]);
    }

    [Fact]
    public void An_association_that_covers_it_closes_the_gap_until_it_is_closed_itself()
    {
        _record.With(Association("vn-jp", AssociationScope.Local, null, "JP"));
        Assert.Empty(Gaps("JP"));

        _record.With(new CloseAssociation(SlugOf("vn-jp"), Because));
        Assert.Single(Gaps("JP"));
    }

    [Fact]
    public void The_partners_own_is_not_there_for_the_work_at_home()
    {
        _record.With(Association("jp-vn", AssociationScope.Abroad, null, "JP"));

        Assert.Single(Gaps("JP"));
    }

    [Fact]
    public void In_the_pack_these_neighbours_have_one_and_these_partners_have_none()
    {
        var lacking = Vietnam.Now.Gaps(new GapQuery { Codes = [GapCode.NoAssociation] }).Select(gap => gap.Party!.Code.Value).ToList();

        Assert.Contains("PE", lacking);
        Assert.Contains("IE", lacking);
        Assert.Empty(lacking.Intersect(["BN", "CN", "CU", "JP", "KH", "LA", "TL", "US"]));
        Assert.True(lacking.Count > 100);
    }

    private IEnumerable<Gap> Gaps(string party) => _record.Now.Gaps(new GapQuery { Codes = [GapCode.NoAssociation], Parties = [Code(party)] });
}

public class WhenTheRecordLacksSomething
{
    private static readonly Source Hearsay = new("general knowledge", null, Confidence.Unconfirmed);

    private readonly Chronicle _record = Chronicle.Of("JP", "LA");

    [Fact]
    public void A_province_founded_in_1653_has_no_day()
    {
        _record.With(Milestone("khanh-hoa", "JP~VN", "1653", "Khánh Hòa"), Milestone("month", "LA~VN", "1992-09", "Tháng"), Milestone("day", "LA~VN", "1992-09-01", "Ngày"));
        Assert.Equal([Id("khanh-hoa"), Id("month")], _record.Now.Gaps(Only(GapCode.NoDay)).Select(gap => gap.Fact!.Id));
        Assert.Contains("1653", _record.Now.Gaps(Only(GapCode.NoDay)).First().Advice.En, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_hearsay_dates_is_unconfirmed_until_a_source_agrees()
    {
        _record.With(Milestone("m", "JP~VN", "1992-09-01", "Chuyến thăm") with { Source = Hearsay });
        Assert.Equal(Id("m"), Assert.Single(_record.Now.Gaps(Only(GapCode.Unconfirmed))).Fact!.Id);

        _record.With(Claim("m", "archive", "1992-09-01"), Prefer("m", "archive"));
        Assert.Empty(_record.Now.Gaps(Only(GapCode.Unconfirmed)));
        Assert.Empty(_record.Now.Gaps(Only(GapCode.CompetingClaims)));
    }

    [Fact]
    public void Dates_compete_until_a_confirmed_one_is_preferred_with_a_reason()
    {
        _record.With(Ties("JP~VN", "1973-09-21"));
        Assert.Empty(Facts(GapCode.CompetingClaims));
        _record.With(Claim("ties/JP~VN", "other", "1973-09-20"));
        Assert.Equal([Id("ties/JP~VN")], Facts(GapCode.CompetingClaims));
        _record.With(Prefer("ties/JP~VN", "other"));
        Assert.Empty(Facts(GapCode.CompetingClaims));
    }

    [Fact]
    public void A_reason_does_not_settle_what_nothing_confirms()
    {
        _record.With(Ties("JP~VN", "1973-09-21") with { Source = Hearsay }, Claim("ties/JP~VN", "other", "1973-09-20") with { Source = Hearsay }, Prefer("ties/JP~VN", "other"));
        Assert.Equal([Id("ties/JP~VN")], Facts(GapCode.CompetingClaims));
        Assert.Empty(Facts(GapCode.Unconfirmed));
    }

    [Fact]
    public void What_nobody_marks_any_more_lacks_nothing()
    {
        _record.With(Milestone("a", "JP~VN", "1992", "Một"), Milestone("b", "JP~VN", "1993", "Hai"), Milestone("c", "JP~VN", "1994", "Ba"));
        _record.With(Withdraw("a"), EndMarking("b", "2020"));
        Assert.Equal([Id("c")], Facts(GapCode.NoDay));
    }

    [Fact]
    public void A_state_with_ties_wants_a_national_day_as_long_as_it_stands()
    {
        Assert.Empty(_record.Now.Gaps(Only(GapCode.NoNationalDay)));
        _record.With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"), Ties("JP~LA", "1955-03-05"));
        Assert.Equal(["JP", "LA"], _record.Now.Gaps(Only(GapCode.NoNationalDay)).Select(gap => gap.Party!.Code.Value));

        _record.With(NationalDay("JP", 2, 23, "Sinh nhật Nhà Vua"), Ended("LA", "2025-01-01"));
        Assert.Empty(_record.Now.Gaps(Only(GapCode.NoNationalDay)));
    }

    [Fact]
    public void Filters_by_party_and_group_are_those_of_anniversaries()
    {
        var record = new Chronicle().With(Party("VN", "ASEAN"), Party("LA", "ASEAN"), Party("JP", "G7"));
        record.With(Ties("JP~VN", "1973"), Ties("LA~VN", "1962"), Ties("JP~LA", "1955"));
        Assert.Equal([Id("ties/LA~VN"), Id("ties/JP~LA")], Ids(new GapQuery { Codes = [GapCode.NoDay], Groups = ["ASEAN"] }));
        Assert.Equal([Id("ties/LA~VN")], Ids(new GapQuery { Codes = [GapCode.NoDay], Groups = ["ASEAN"], Parties = [VN] }));
        Assert.Equal([Id("ties/JP~VN"), Id("ties/JP~LA")], Ids(new GapQuery { Codes = [GapCode.NoDay], Parties = [PartyCode.Of("JP")] }));

        IEnumerable<FactId> Ids(GapQuery query) => record.Now.Gaps(query).Select(gap => gap.Fact!.Id);
    }

    [Fact]
    public void In_any_history_pages_put_together_are_the_whole_and_the_counts_agree() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(AnyHistory.Any, steps =>
        {
            var now = AnyHistory.After(steps).Now;
            var whole = now.Gaps(new GapQuery()).Select(gap => gap.Key).ToList();
            var (pages, after) = (new List<GapKey>(), (GapKey?)null);
            while (now.Gaps(new GapQuery(), after).Take(2).Select(gap => gap.Key).ToList() is { Count: > 0 } page)
            {
                pages.AddRange(page);
                after = page[^1];
            }

            Assert.Equal(whole, pages);
            Assert.Equal(whole.CountBy(key => key.Code).Where(count => count.Value > 0).OrderBy(count => count.Key), now.GapCounts(new GapQuery()).Where(count => count.Value > 0).OrderBy(count => count.Key));
            Assert.Equal(whole.Select(key => key.Code).Order(), whole.Select(key => key.Code));
        }));

    private IEnumerable<FactId> Facts(GapCode code) => _record.Now.Gaps(Only(code)).Select(gap => gap.Fact!.Id);

    private static GapQuery Only(GapCode code) => new() { Codes = [code] };
}
