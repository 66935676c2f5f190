using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Specs.Packs;
using Calendar.Years;
using FsCheck;
using FsCheck.Fluent;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Years;

public class WhenAYearIsLookedAt
{
    private static readonly AnniversaryQuery All = new(default, default);

    [Fact]
    public void Every_filter_counts_what_it_lists_month_by_month()
    {
        ImmutableArray<AnniversaryQuery> queries =
        [
            All, All with { Tiers = TierSet.Round | TierSet.Half }, All with { Tiers = TierSet.Other }, All with { Groups = ["ASEAN"] }, All with { Parties = [PartyCode.Of("LA")] },
            All with { Parties = [VN], Groups = ["Europe"], Tiers = TierSet.Half }, All with { Kinds = [FactKind.NationalDay] },
            All with { Kinds = [FactKind.NationalDay, FactKind.TreatySigned], Tiers = TierSet.Round }, All with { Precisions = [Precision.Month] },
        ];
        foreach (var query in queries)
        {
            foreach (var year in new[] { 1, 1955, 2022, 2027, 2028, 9998 })
            {
                Agree(Vietnam.Now, query, year);
            }
        }
    }

    [Fact]
    public void In_any_history_the_counts_are_those_of_what_is_listed() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(AnyHistory.Any, steps =>
        {
            var now = AnyHistory.After(steps).Now;
            foreach (var year in Enumerable.Range(2020, 12))
            {
                Agree(now, All with { Kinds = FactKinds.WithAnniversaries }, year);
                Agree(now, All with { Tiers = TierSet.Round | TierSet.Half }, year);
            }
        }));

    [Fact]
    public void Leap_days_are_counted_where_they_are_kept_and_the_end_of_a_commemoration_ends_the_count()
    {
        var record = Chronicle.Of("BN").With(Ties("BN~VN", "1992-02-29"), NationalDay("BN", 2, 29, "Ngày nhuận"), Milestone("m", "BN~VN", "2002-02-28", "Chuyến thăm"));
        Agree(record.Now, All with { Kinds = FactKinds.WithAnniversaries }, 2027);
        record.With(Given.Rules("2028-01-01", LeapDayRule.FirstOfMarch, new TierRule(Tier.Round, 10, [], [])));
        Assert.Equal(1, new YearTally(record.Now, All, 2030).Months[2].Total);
        record.With(EndMarking("ties/BN~VN", "2030-03-01"));
        Assert.Equal(0, new YearTally(record.Now, All, 2030).Months[2].Total);
        Assert.Equal(1, new YearTally(record.Now, All, 2029).Months[2].Total);
        Agree(record.Now, All with { Kinds = FactKinds.WithAnniversaries }, 2030);
    }

    [Fact]
    public void A_short_list_tells_that_there_is_more()
    {
        var whole = YearProgramme.Of(Vietnam.Now, 2027, All with { Tiers = TierSet.Round }, 500);
        Assert.False(whole.HasMore);
        var part = YearProgramme.Of(Vietnam.Now, 2027, All with { Tiers = TierSet.Round }, 10);
        Assert.True(part.HasMore);
        Assert.Equal(whole.Anniversaries.Take(10).Select(x => x.Id), part.Anniversaries.Select(x => x.Id));
        Assert.Equal(whole.Tally.Total, part.Tally.Total);
        Assert.False(YearProgramme.Of(Vietnam.Now, 2027, All with { Tiers = TierSet.Round }, whole.Anniversaries.Count).HasMore);
    }

    [Fact]
    public void What_is_listed_does_not_change_what_a_friendship_year_is()
    {
        var treaties = YearProgramme.Of(Vietnam.Now, 2022, All with { Kinds = [FactKind.TreatySigned], Tiers = TierSet.Other, Parties = [PartyCode.Of("LA")] }, 500);
        Assert.Empty(treaties.Anniversaries);
        Assert.Equal("60 + 45", Assert.Single(treaties.FriendshipYears).Sum);
        var asean = YearProgramme.FriendshipYearsOf(Vietnam.Now, 2022, All with { Groups = ["ASEAN"] });
        Assert.Contains(asean, one => one.Partner.Value == "LA");
        Assert.All(asean, one => Assert.Contains("ASEAN", Vietnam.Now.LoadParty(one.Partner).Groups));
    }

    private static void Agree(Almanac almanac, AnniversaryQuery query, int year)
    {
        var programme = YearProgramme.Of(almanac, year, query, int.MaxValue);
        var counted = new[] { programme.Tally.WholeYear }.Concat(programme.Tally.Months).ToList();
        Assert.Equal(Enumerable.Range(0, 13).Select(month => Count(programme.Anniversaries.Where(x => x.Date.Month == month))), counted);
        Assert.Equal(Count(programme.Anniversaries), programme.Tally.Total);
    }

    private static TierCounts Count(IEnumerable<Anniversary> anniversaries) => anniversaries.Aggregate(
        default(TierCounts), (counts, x) => x.Years is { } years ? counts.With(x.Tier, years) : counts with { NationalDays = counts.NationalDays + 1 });
}
