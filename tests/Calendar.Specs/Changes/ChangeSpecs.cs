using Calendar.Anniversaries;
using Calendar.Changes;
using Calendar.Facts;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Changes;

public class WhenItIsAskedWhatChanged
{
    private static readonly AnniversaryQuery _within = new(new(2026, 1, 1), new(2034, 1, 1)) { Tiers = TierSet.Round | TierSet.Half };

    // 60 years of ties are on 21 September 2033, 55 in 2028.
    private readonly Chronicle _record = Chronicle.Of("JP", "LA").On(2026, 2, 1).With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05")).On(2026, 3, 1);

    [Fact]
    public void A_fact_adds_its_anniversaries() =>
        Assert.Equal(["Added 2028-09-21 55", "Added 2033-09-21 60"], Since("2026-02-01", "2026-03-01").Where(line => line.Contains("09-21", StringComparison.Ordinal)));

    [Fact]
    public void Another_preferred_date_moves_them()
    {
        _record.With(Claim("ties/JP~VN", "other", "1973-09-22"), Prefer("ties/JP~VN", "other"));

        Assert.Equal(["Moved 2028-09-21>2028-09-22 55", "Moved 2033-09-21>2033-09-22 60"], Since("2026-03-01"));
    }

    [Fact]
    public void Another_year_of_origin_takes_some_away_and_brings_others()
    {
        _record.With(Claim("ties/JP~VN", "other", "1972-09-21"), Prefer("ties/JP~VN", "other"));

        Assert.Equal(["Moved 2028-09-21>2027-09-21 55", "Moved 2033-09-21>2032-09-21 60"], Since("2026-03-01"));
    }

    [Fact]
    public void A_withdrawal_removes_and_a_reinstatement_adds_them_with_the_reason_of_each()
    {
        _record.With(Withdraw("ties/JP~VN"), Reinstate("ties/JP~VN"));

        var changes = _record.Now.Changes(At("2026-03-01"), Instant.MaxValue, _within).ToList();
        Assert.Equal(["fact_withdrawn", "fact_withdrawn", "fact_reinstated", "fact_reinstated"], changes.Select(change => change.Cause.Event));
        Assert.Equal([ChangeKind.Removed, ChangeKind.Removed, ChangeKind.Added, ChangeKind.Added], changes.SelectMany(change => change.Kinds));
        Assert.All(changes, change => Assert.Equal((Because, Role.Historian), (change.Cause.Reason, change.Cause.Role)));
        Assert.Equal(_record.Now.PublicNumber, changes[^1].Cause.Number);
    }

    [Fact]
    public void A_partys_new_name_renames_what_lies_behind_its_day()
    {
        _record.With(Renamed("LA", "2030-01-01", "Lan Xang"));

        var change = Assert.Single(_record.Now.Changes(At("2026-03-01"), Instant.MaxValue, _within));
        Assert.Equal(("60 năm thiết lập quan hệ Việt Nam – Lào", "70 năm thiết lập quan hệ Việt Nam – Lan Xang"), (Title(60), change.New!.Title.Vi));
        Assert.Equal("70 năm thiết lập quan hệ Việt Nam – Lào", change.Old!.Title.Vi);
        Assert.Equal([ChangeKind.Retitled], change.Kinds);

        string Title(int n) => Anniversary.Of(_record.Now, _record.Fact("ties/LA~VN"), n)!.Title.Vi;
    }

    [Fact]
    public void Rules_waivers_suspensions_and_surer_sources_are_changes_too()
    {
        _record.With(
            Given.Rules("2028-01-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Half, 10, [], [])), Waive("ties/JP~VN", 60), Suspended("LA~VN", "2031"),
            Claim("ties/LA~VN", "same", "1962-09-05") with { Source = Ministry with { Confidence = Confidence.Probable } }, Prefer("ties/LA~VN", "same"));

        Assert.Equal(
            ["Tier 2028-09-21 55", "Tier 2033-09-21 60", "Tier 2032-09-05 70", "Waiver 2033-09-21 60", "Suspension 2032-09-05 70", "Confidence 2027-09-05 65", "Confidence 2032-09-05 70"],
            Since("2026-03-01"));
    }

    [Fact]
    public void What_was_later_undone_is_told_as_it_was_then()
    {
        _record.With(Renamed("LA", "1970-01-01", "Lan Xang"), Withdraw("names/LA/1970-01-01"));

        Assert.Equal(
            ["70 năm thiết lập quan hệ Việt Nam – Lan Xang", "70 năm thiết lập quan hệ Việt Nam – Lào"],
            _record.Now.Changes(At("2026-03-01"), Instant.MaxValue, _within).Where(change => change.Anniversary.Number == 70).Select(change => change.New!.Title.Vi));
    }

    [Fact]
    public void What_changes_nothing_that_is_shown_is_no_change()
    {
        _record.With(Claim("ties/JP~VN", "other", "1973-09-22"), new Calendar.Parties.JoinGroup(PartyCode.Of("JP"), "G7"));

        Assert.Empty(Since("2026-03-01"));
    }

    [Fact]
    public void Pages_put_together_are_the_whole_list() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(AnyHistory.Any, Gen.Choose(1, 7).ToArbitrary(), (steps, limit) =>
        {
            var now = AnyHistory.After(steps).Now;
            var whole = Keys(now.Changes(Instant.MinValue, Instant.MaxValue, _within));
            var (pages, after) = (new List<ChangeKey>(), (ChangeKey?)null);
            while (Keys(now.Changes(Instant.MinValue, Instant.MaxValue, _within, after).Take(limit)) is { Count: > 0 } page)
            {
                pages.AddRange(page);
                after = page[^1];
            }

            Assert.Equal(whole, pages);
            Assert.Equal(whole.Distinct(), whole);
        }));

    // Every change undone and made again from the beginning ends at the list of today.
    [Fact]
    public void Added_up_from_the_beginning_they_are_the_anniversaries_of_today() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(AnyHistory.Any, steps =>
        {
            var now = AnyHistory.After(steps).Now;
            var query = _within with { Tiers = TierSet.All };
            var held = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var change in now.Changes(Instant.MinValue, Instant.MaxValue, query))
            {
                var key = $"{change.Anniversary.Fact.Id} {change.Anniversary.Number}";
                Assert.Equal(change.Old is not null && Within(change.Old), held.ContainsKey(key));
                held.Remove(key);
                if (change.New is { } made && Within(made))
                {
                    held.Add(key, $"{key} {made.Date}");
                }
            }

            Assert.Equal(now.Anniversaries(query).Select(x => $"{x.Fact.Id} {x.Number} {x.Date}").Order(StringComparer.Ordinal), held.Values);

            bool Within(Anniversary x) => x.Date.Last >= query.From && x.Date.First < query.To;
        }));

    private static List<ChangeKey> Keys(IEnumerable<AnniversaryChange> changes) => [.. changes.Select(change => change.Key)];

    private static Instant At(string day) => Chronicle.Zone.AtStartOfDay(Day(day).First).ToInstant();

    private IEnumerable<string> Since(string from, string? to = null) => _record.Now.Changes(At(from), to is null ? Instant.MaxValue : At(to), _within)
        .Select(change => $"{string.Join('+', change.Kinds)} {(change is { Old: { } old, New: { } now } && old.Date != now.Date ? $"{old.Date}>" : "")}{change.Anniversary.Date} {change.Anniversary.Number}");
}
