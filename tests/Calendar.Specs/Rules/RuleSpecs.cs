using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Specs.Feeds;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Rules;

public class WhenARuleSetIsRead
{
    private static readonly RuleSet _jubilees = Given.Rules(
        "2027-01-01", LeapDayRule.LastOfFebruary,
        new TierRule(Tier.Round, 10, [25, 75], []), new TierRule(Tier.Half, 5, [], []), new TierRule(Tier.Other, null, [90], []),
        new TierRule(Tier.Round, 50, [], [FactKind.TreatySigned]), new TierRule(Tier.Half, 25, [7], [FactKind.TreatySigned])).Adoption.Rules;

    [Theory]
    [InlineData(1, Tier.Other)]
    [InlineData(10, Tier.Round)]
    [InlineData(25, Tier.Round)]
    [InlineData(35, Tier.Half)]
    [InlineData(75, Tier.Round)]
    [InlineData(90, Tier.Other)]
    [InlineData(100, Tier.Round)]
    public void Single_years_go_before_every_so_many_and_higher_tiers_before_lower(int years, Tier tier) =>
        Assert.Equal(tier, _jubilees.TierOf(FactKind.TiesEstablished, years));

    [Theory]
    [InlineData(7, Tier.Half)]
    [InlineData(10, Tier.Other)]
    [InlineData(25, Tier.Half)]
    [InlineData(50, Tier.Round)]
    [InlineData(75, Tier.Half)]
    [InlineData(90, Tier.Other)]
    public void A_kind_that_lines_name_goes_by_those_alone(int years, Tier tier) => Assert.Equal(tier, _jubilees.TierOf(FactKind.TreatySigned, years));
}

public class WhenARuleSetIsAdopted
{
    // Ties with Japan on 21 September 1973: 55 years in 2028, 60 in 2033; a treaty of 1978 has 50 years in 2028.
    private readonly Chronicle _record = Chronicle.Of("JP", "LA").With(
        Ties("JP~VN", "1973-09-21"), Treaty("treaty", "JP~VN", "1978-08-12", "Hiệp ước"), Ties("LA~VN", "1962-09-05"), Milestone("leap", "LA~VN", "1996-02-29", "Cầu"));

    [Fact]
    public void It_decides_the_days_from_its_own_on_and_none_before()
    {
        _record.With(Given.Rules("2030-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 20, [], [])));

        Assert.Equal(
            ["2028-09-21 55 Half", "2033-09-21 60 Round"],
            Tiered("JP~VN", 2026, 2034).Where(line => line.StartsWith("20", StringComparison.Ordinal) && line.Contains("-09-21", StringComparison.Ordinal)));
        Assert.DoesNotContain("2038-09-21 65 Half", Tiered("JP~VN", 2034, 2040));
    }

    [Fact]
    public void Of_two_from_one_day_the_later_adopted_decides()
    {
        _record.With(
            Given.Rules("2027-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 55, [], [])),
            Given.Rules("2027-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Half, 55, [], [])));

        Assert.Contains("2028-09-21 55 Half", Tiered("JP~VN", 2027, 2029));
    }

    [Fact]
    public void Adopting_it_again_changes_nothing()
    {
        var rules = Given.Rules("2027-01-01", LeapDayRule.FirstOfMarch, new TierRule(Tier.Round, 10, [25], []));
        _record.With(rules);

        _record.When(rules).IsNothingNew();
    }

    [Fact]
    public void The_day_of_29_February_moves_from_its_own_day_on()
    {
        _record.With(Given.Rules("2027-01-01", LeapDayRule.FirstOfMarch, new TierRule(Tier.Round, 10, [], []), new TierRule(Tier.Half, 5, [], [])));

        Assert.Equal(["2026-02-28 30", "2027-03-01 31", "2028-02-29 32"], _record.Now.Anniversaries(new(new(2026, 1, 1), new(2029, 1, 1)))
            .Where(a => a.Fact.Id == Id("leap")).Select(a => $"{a.Date} {a.Number}"));
    }

    [Fact]
    public void Only_facts_with_an_entry_that_differs_get_a_new_revision()
    {
        // 65 years of ties with Laos are on 5 September 2027, 55 of those with Japan in 2028; the treaty's next ones are 50 and 55.
        var before = (Laos: _record.Fact("ties/LA~VN").Revision, Japan: _record.Fact("ties/JP~VN").Revision, Treaty: _record.Fact("treaty").Revision);
        _record.With(
            Given.Rules("2029-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 10, [], []), new TierRule(Tier.Half, 5, [], [])),
            Given.Rules("2028-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 10, [], []), new TierRule(Tier.Half, 5, [], []), new TierRule(Tier.Other, null, [55, 65], [])));

        Assert.Equal(before.Laos, _record.Fact("ties/LA~VN").Revision);
        Assert.Equal(before.Treaty, _record.Fact("treaty").Revision);
        Assert.Equal(before.Japan + 1, _record.Fact("ties/JP~VN").Revision);
    }

    [Fact]
    public void What_no_longer_counts_stays_in_feeds_as_cancelled_for_90_days_even_through_another_adoption()
    {
        _record.On(2026, 3, 1).With(Given.Rules("2028-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 100, [], [])));
        var gone = _record.Feed("2026-03-02").Where(entry => entry.IsCancelled).Lines().ToList();
        Assert.Contains("-2028-09-21 55", gone);
        Assert.Contains("-2028-08-12 50", gone);

        _record.On(2026, 4, 1).With(Given.Rules("2028-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 200, [], [])));
        Assert.Equal(gone, _record.Feed("2026-04-02").Where(entry => entry.IsCancelled).Lines());
        Assert.DoesNotContain(_record.Feed("2026-06-01"), entry => entry.IsCancelled && entry.Anniversary.Number == 55);
    }

    [Fact]
    public void What_begins_to_count_appears()
    {
        var before = _record.Feed("2026-03-01").Lines().ToList();
        _record.With(Given.Rules("2026-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 10, [54], []), new TierRule(Tier.Half, 5, [], [])));

        Assert.DoesNotContain("2027-09-21 54", before);
        Assert.Contains("2027-09-21 54", _record.Feed("2026-03-01").Lines());
    }

    [Theory]
    [InlineData("/lines/1/every", 10, 10, 0, 0)]
    [InlineData("/lines/1/years", 10, 5, 25, 25)]
    public void Lines_that_contradict_each_other_are_refused(string pointer, int every, int otherEvery, int year, int otherYear) =>
        _record.When(Given.Rules(
            "2027-01-01", LeapDayRule.LastOfFebruary,
            new TierRule(Tier.Round, every, year == 0 ? [] : [year], []), new TierRule(Tier.Half, otherEvery, otherYear == 0 ? [] : [otherYear], [])))
        .IsRefused("contradictory-rules", pointer, RejectionKind.Invalid);

    [Fact]
    public void Lines_for_different_kinds_do_not_contradict_each_other() =>
        _record.With(Given.Rules(
            "2027-01-01", LeapDayRule.LastOfFebruary,
            new TierRule(Tier.Round, 10, [], [FactKind.TreatySigned]), new TierRule(Tier.Half, 10, [], [FactKind.TiesEstablished]), new TierRule(Tier.Half, 10, [], [])));

    private IEnumerable<string> Tiered(string pair, int from, int to) =>
        _record.Now.Anniversaries(new AnniversaryQuery(new(from, 1, 1), new(to, 1, 1)) { Tiers = TierSet.Round | TierSet.Half })
            .Where(a => a.Fact.Stream == "ties-" + pair).Select(a => $"{a.Date} {a.Number} {a.Tier}");
}

public class WhenARuleSetIsTried
{
    // 60 and 65 years of ties with Japan in 2033 and 2038.
    private readonly Chronicle _record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"));

    [Fact]
    public void It_tells_what_would_come_go_and_change_and_changes_nothing()
    {
        var trial = Try("2027-01-01", "2043-01-01", new TierRule(Tier.Half, 10, [64], []));

        Assert.Equal(["2037-09-21 64"], trial.Comes.Select(x => $"{x.Date} {x.Number}"));
        Assert.Equal(["2028-09-21 55", "2038-09-21 65"], trial.Goes.Select(x => $"{x.Date} {x.Number}"));
        Assert.Equal([(60, Tier.Round, Tier.Half)], trial.Changes.Select(x => (x.Now.Number, x.Now.Tier, x.Then.Tier)));
        Assert.Single(_record.Now.Rules.Adopted);
    }

    [Fact]
    public void It_may_be_tried_up_to_the_last_day_there_is() =>
        Assert.Equal([8015, 8020, 8025], Try("9985-01-01", "9999-12-31", new TierRule(Tier.Other, 1, [], [])).Goes.Select(x => x.Number));

    private RuleTrial Try(string from, string to, params TierRule[] lines) =>
        RuleTrial.Of(
            _record.Now, _record.Now.Rules.With(Given.Rules("2027-01-01", LeapDayRule.LastOfFebruary, lines).Adoption),
            new AnniversaryQuery(Day(from).First, Day(to).First), 100)!;
}
