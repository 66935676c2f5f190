using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Feeds;

internal static class Subscribing
{
    public static FeedFilter Filter(LocalDate today, Imprecise imprecise = Imprecise.Span, TierSet tiers = FeedFilter.DefaultTiers)
    {
        var (from, to) = FeedFilter.Window(today, FeedFilter.DefaultAhead);
        return new FeedFilter(new AnniversaryQuery(from, to) { Tiers = tiers }, imprecise);
    }

    public static List<FeedEntry> Feed(this Chronicle record, string today, Imprecise imprecise = Imprecise.Span, TierSet tiers = FeedFilter.DefaultTiers) =>
        record.Now.Feed(Filter(Day(today).First, imprecise, tiers), Day(today).First, Chronicle.Zone);

    /// <summary>"start number", with a minus before what is cancelled.</summary>
    public static IEnumerable<string> Lines(this IEnumerable<FeedEntry> entries) =>
        entries.Select(entry => $"{(entry.IsCancelled ? "-" : "")}{new PartialDate(entry.Start)} {entry.Anniversary.Number}");
}

public class WhenAFeedIsMade
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA").With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"));

    [Theory]
    [InlineData("2026-01-01")]
    [InlineData("2026-12-31")]
    public void It_covers_last_year_to_seven_years_ahead_all_year_long(string today) =>
        Assert.Equal((new LocalDate(2025, 1, 1), new LocalDate(2034, 1, 1)), FeedFilter.Window(Day(today).First, FeedFilter.DefaultAhead));

    [Theory]
    [InlineData(1, 2028)]
    [InlineData(12, 2039)]
    public void It_looks_as_far_ahead_as_it_is_asked(int ahead, int to) =>
        Assert.Equal(new LocalDate(to, 1, 1), FeedFilter.Window(new(2026, 5, 1), ahead).To);

    [Fact]
    public void Unless_asked_otherwise_it_shows_round_and_half_years() =>
        Assert.Equal(["2027-09-05 65", "2028-09-21 55", "2032-09-05 70", "2033-09-21 60"], _record.Feed("2026-06-01").Lines());

    [Fact]
    public void It_shows_every_year_when_all_tiers_are_asked_for() =>
        Assert.Equal(18, _record.Feed("2026-06-01", tiers: TierSet.All).Count);

    [Fact]
    public void Whatever_moves_out_of_the_window_with_time_is_simply_gone() =>
        Assert.Equal(["2032-09-05 70", "2033-09-21 60", "2037-09-05 75"], _record.Feed("2030-01-01").Lines());

    [Fact]
    public void An_entry_is_all_day_and_ends_on_the_next()
    {
        var entry = _record.Feed("2026-06-01")[0];

        Assert.Equal((new LocalDate(2027, 9, 5), new LocalDate(2027, 9, 6), false), (entry.Start, entry.EndExclusive, entry.IsCancelled));
        Assert.Equal((0, _record.Fact("ties/LA~VN").ChangedAt), (entry.Revision, entry.ChangedAt));
    }

    [Fact]
    public void Its_UID_is_made_of_fact_and_number() =>
        Assert.Equal($"{Id("ties/LA~VN")}-65@anniversaries.calendar", _record.Feed("2026-06-01")[0].Uid);

    [Fact]
    public void It_is_sorted_by_start_then_UID()
    {
        _record.With(Milestone("a", "JP~VN", "2007-09-05", "Một"), Milestone("b", "JP~VN", "2007-09-05", "Hai"), Milestone("c", "LA~VN", "2007-09", "Ba"));
        var feed = _record.Feed("2026-06-01");

        Assert.Equal(feed.OrderBy(entry => entry.Start).ThenBy(entry => entry.Uid, StringComparer.Ordinal).Select(e => e.Uid), feed.Select(e => e.Uid));
    }
}

public class WhenADateIsNotKnownToTheDay
{
    private readonly Chronicle _record = Chronicle.Of("CN", "AR")
        .With(Milestone("month", "CN~VN", "2008-02", "Tuyên bố"), Milestone("year", "AR~VN", "2010", "Đối tác"), Milestone("day", "CN~VN", "2010-03-01", "Ngày"));

    [Theory]
    [InlineData(Imprecise.Span, "2028-02-01 20,2030-03-01 20")]
    [InlineData(Imprecise.Omit, "2030-03-01 20")]
    [InlineData(Imprecise.Year, "2028-02-01 20,2030-01-01 20,2030-03-01 20")]
    public void The_subscriber_chooses_what_becomes_of_it(Imprecise imprecise, string expected) =>
        Assert.Equal(expected, string.Join(',', _record.Feed("2026-06-01", imprecise, TierSet.Round).Lines()));

    [Fact]
    public void It_spans_its_month_or_its_year()
    {
        var feed = _record.Feed("2026-06-01", Imprecise.Year, TierSet.Round);

        Assert.Equal((new LocalDate(2028, 2, 1), new LocalDate(2028, 3, 1)), (feed[0].Start, feed[0].EndExclusive));
        Assert.Equal((new LocalDate(2030, 1, 1), new LocalDate(2031, 1, 1)), (feed[1].Start, feed[1].EndExclusive));
    }

    [Fact]
    public void Once_it_is_known_to_the_day_it_moves_there_under_its_UID()
    {
        var before = _record.Feed("2026-06-01", tiers: TierSet.Round)[0];
        _record.With(Claim("month", "gazette", "2008-02-14"), Prefer("month", "gazette"));
        var after = _record.Feed("2026-06-01", tiers: TierSet.Round)[0];

        Assert.Equal((before.Uid, new LocalDate(2028, 2, 14), 1), (after.Uid, after.Start, after.Revision));
    }

    [Fact]
    public void Once_only_the_year_is_sure_a_day_is_cancelled_where_years_are_not_shown()
    {
        _record.On(2026, 6, 1).With(Claim("day", "doubt", "2010"), Prefer("day", "doubt"));

        Assert.Equal(["2028-02-01 20", "-2030-03-01 20"], _record.Feed("2026-06-01", tiers: TierSet.Round).Lines());
        Assert.Equal(["2028-02-01 20", "2030-01-01 20", "2030-01-01 20"], _record.Feed("2026-06-01", Imprecise.Year, TierSet.Round).Lines());
    }
}

public class WhenAFactIsCorrected
{
    private readonly Chronicle _record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"));

    [Fact]
    public void A_hundred_corrections_keep_its_UIDs_and_its_revision_only_grows()
    {
        var before = _record.Feed("2026-06-01");
        for (var i = 1; i <= 100; i++)
        {
            var day = $"1973-{(i % 12) + 1:D2}-{(i % 28) + 1:D2}";
            _record.With(Claim("ties/JP~VN", $"{i}", day) with { Prefer = Because });
            var feed = _record.Feed("2026-06-01");

            Assert.Equal(before.Select(e => e.Uid), feed.Select(e => e.Uid));
            Assert.All(feed, e => Assert.Equal((i, false, _record.Log[^1].At), (e.Revision, e.IsCancelled, e.ChangedAt)));
            Assert.Equal([$"2028{day[4..]} 55", $"2033{day[4..]} 60"], feed.Lines());
        }
    }
}

public class WhenAnEntryLeavesTheRecord
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA")
        .With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05")).On(2026, 3, 1).With(Withdraw("ties/JP~VN"));

    [Fact]
    public void It_stays_cancelled_at_its_last_date_for_ninety_days_and_is_then_gone()
    {
        string[] stays = ["2027-09-05 65", "2032-09-05 70"];
        string[] cancelled = ["2027-09-05 65", "-2028-09-21 55", "2032-09-05 70", "-2033-09-21 60"];

        Assert.Equal(cancelled, _record.Feed("2026-03-01").Lines());
        Assert.Equal(cancelled, _record.Feed("2026-05-30").Lines());
        Assert.Equal(stays, _record.Feed("2026-05-31").Lines());
    }

    [Fact]
    public void The_ninety_days_are_civil_days_of_the_zone()
    {
        // Noon of 1 March in Hà Nội is still 28 February in Honolulu.
        var (filter, today) = (Subscribing.Filter(new(2026, 5, 30)), new LocalDate(2026, 5, 30));

        Assert.Contains(_record.Now.Feed(filter, today, Chronicle.Zone), e => e.IsCancelled);
        Assert.DoesNotContain(_record.Now.Feed(filter, today, DateTimeZoneProviders.Tzdb["Pacific/Honolulu"]), e => e.IsCancelled);
    }

    [Fact]
    public void It_bears_a_later_revision_and_the_moment_of_the_cancellation()
    {
        var entry = _record.Feed("2026-03-01").First(e => e.IsCancelled);

        Assert.Equal((1, _record.Log[^1].At), (entry.Revision, entry.ChangedAt));
    }

    [Fact]
    public void A_party_renamed_meanwhile_steps_its_revision_too()
    {
        _record.On(2026, 3, 5).With(Renamed("JP", "2026-03-05", "Nhật Bản Quốc"));
        var entry = _record.Feed("2026-03-05").First(e => e.IsCancelled);

        Assert.Equal(("55 năm thiết lập quan hệ Việt Nam – Nhật Bản Quốc", 2, _record.Log[^1].At), (entry.Anniversary.Title.Vi, entry.Revision, entry.ChangedAt));
        Assert.DoesNotContain(_record.Feed("2026-05-31"), e => e.IsCancelled);
    }

    [Fact]
    public void Reinstated_it_is_back_under_its_UID_and_not_cancelled()
    {
        var cancelled = _record.Feed("2026-03-02").First(e => e.IsCancelled);
        _record.On(2026, 3, 10).With(Reinstate("ties/JP~VN"));
        var back = _record.Feed("2026-03-10").Single(e => e.Uid == cancelled.Uid);

        Assert.Equal((cancelled.Start, false, 2), (back.Start, back.IsCancelled, back.Revision));
        Assert.DoesNotContain(_record.Feed("2026-03-10"), e => e.IsCancelled);
    }

    [Fact]
    public void Withdrawn_once_more_it_is_cancelled_from_then_on()
    {
        _record.On(2026, 3, 10).With(Reinstate("ties/JP~VN")).On(2026, 4, 1).With(Withdraw("ties/JP~VN"));

        Assert.Equal(2, _record.Feed("2026-06-30").Count(e => e.IsCancelled));
        Assert.DoesNotContain(_record.Feed("2026-07-01"), e => e.IsCancelled);
    }

    [Fact]
    public void It_is_cancelled_at_the_last_date_it_had()
    {
        _record.On(2026, 3, 10).With(Reinstate("ties/JP~VN"), Claim("ties/JP~VN", "c", "1973-10-11") with { Prefer = Because }, Withdraw("ties/JP~VN"));

        Assert.Equal(["-2028-10-11 55", "-2033-10-11 60"], _record.Feed("2026-03-11").Where(e => e.IsCancelled).Lines());
    }

    [Fact]
    public void A_feed_that_never_showed_it_does_not_cancel_it()
    {
        var filter = Subscribing.Filter(new(2026, 3, 2));

        Assert.DoesNotContain(Cancelled(filter.Query with { Parties = [PartyCode.Of("LA")] }), e => e.IsCancelled);
        Assert.DoesNotContain(Cancelled(filter.Query with { Kinds = [FactKind.TreatySigned] }), e => e.IsCancelled);
        Assert.Equal(["-2033-09-21 60"], Cancelled(filter.Query with { Tiers = TierSet.Round }).Where(e => e.IsCancelled).Lines());

        List<FeedEntry> Cancelled(AnniversaryQuery query) => _record.Now.Feed(filter with { Query = query }, new(2026, 3, 2), Chronicle.Zone);
    }

    [Fact]
    public void The_day_on_which_the_cancellation_disappears_is_known()
    {
        var changes = _record.Now.Journal.Length;

        Assert.Equal(new LocalDate(2026, 5, 31), FeedEntries.Expiry(_record.Now.Journal.Span[^1], Chronicle.Zone));
        Assert.Equal(changes - 1, _record.Now.FirstRecentChange(new(2026, 5, 30), Chronicle.Zone));
        Assert.Equal(changes, _record.Now.FirstRecentChange(new(2026, 5, 31), Chronicle.Zone));
    }
}

public class WhenASeriesEnds
{
    private readonly Chronicle _record = Chronicle.Of("SU")
        .With(Treaty("friendship", "SU~VN", "1978-11-03", "Hiệp ước")).On(2026, 3, 1).With(EndMarking("friendship", "2030"));

    [Fact]
    public void What_comes_after_the_end_is_cancelled_and_what_came_before_stays() =>
        Assert.Equal(["2028-11-03 50", "-2033-11-03 55"], _record.Feed("2026-03-02").Lines());

    [Fact]
    public void Resumed_it_is_as_if_it_had_never_ended()
    {
        _record.With(ResumeMarking("friendship"));

        Assert.Equal(["2028-11-03 50", "2033-11-03 55"], _record.Feed("2026-03-02").Lines());
    }
}

// Slovakia counts from 1993 or, through Czechoslovakia, from 1950.
public class WhenAnotherYearOfOriginIsPreferred
{
    private readonly Chronicle _record = Chronicle.Of("SK")
        .With(Ties("SK~VN", "1993-01-01"), Claim("ties/SK~VN", "cs", "1950-02-02")).On(2026, 3, 1).With(Prefer("ties/SK~VN", "cs"));

    [Fact]
    public void The_old_numbers_are_cancelled_and_the_new_ones_shown()
    {
        Assert.Equal(
            ["2025-02-02 75", "-2028-01-01 35", "2030-02-02 80", "-2033-01-01 40"],
            _record.Feed("2026-03-02").Lines());
        Assert.Equal(["2025-02-02 75", "2030-02-02 80"], _record.Feed("2026-06-01").Lines());
    }

    [Fact]
    public void Changed_back_the_old_numbers_return_and_the_new_ones_are_cancelled()
    {
        _record.On(2026, 4, 1).With(new PreferClaim(Id("ties/SK~VN"), new ClaimId(Id("ties/SK~VN").Value), Because));

        Assert.Equal(
            ["-2025-02-02 75", "2028-01-01 35", "-2030-02-02 80", "2033-01-01 40"],
            _record.Feed("2026-04-02").Lines());
        Assert.All(_record.Feed("2026-04-02"), e => Assert.Equal(2, e.Revision));
    }
}

public class WhenNationalDaysAreSubscribedTo
{
    [Fact]
    public void They_come_every_year_and_are_cancelled_when_withdrawn()
    {
        var record = Chronicle.Of("LA").With(NationalDay("LA", 12, 2, "Ngày Quốc khánh"));
        var filter = Subscribing.Filter(new(2026, 3, 1));
        filter = filter with { Query = filter.Query with { Kinds = [FactKind.NationalDay] } };

        Assert.Equal(9, record.Now.Feed(filter, new(2026, 3, 1), Chronicle.Zone).Count);
        record.On(2026, 3, 1).With(Withdraw("days/LA/12-2"));
        Assert.Equal(9, record.Now.Feed(filter, new(2026, 3, 1), Chronicle.Zone).Count(e => e.IsCancelled));
        Assert.Empty(record.Feed("2026-03-01"));
    }
}

public class WhenAnyHistoryIsSubscribedTo
{
    private static readonly Gen<Imprecise> _imprecise = Gen.Elements(Imprecise.Span, Imprecise.Omit, Imprecise.Year);

    [Fact]
    public void No_UID_ever_stands_twice() => ForAny((record, feed) => Assert.Equal(feed.Count, feed.DistinctBy(e => e.Uid).Count()));

    [Fact]
    public void What_is_not_cancelled_is_what_the_list_of_anniversaries_says() => ForAny((record, feed) =>
    {
        var filter = Subscribing.Filter(new(2026, 1, 1), Imprecise.Year, TierSet.All);
        var listed = record.Now.Anniversaries(filter.Query).Select(a => $"{a.Fact.Series}-{a.Number}@anniversaries.calendar");
        Assert.Subset(listed.ToHashSet(), feed.Where(e => !e.IsCancelled).Select(e => e.Uid).ToHashSet());
        Assert.Empty(listed.Intersect(feed.Where(e => e.IsCancelled).Select(e => e.Uid)));
    }, Imprecise.Year);

    [Fact]
    public void Whatever_was_shown_before_a_step_is_shown_or_cancelled_after_it_and_never_goes_back_in_revision() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(AnyHistory.Any, _imprecise.ToArbitrary(), (steps, imprecise) =>
        {
            var record = Chronicle.Of("JP", "LA", "KH", "SK");
            var before = record.Feed("2026-01-01", imprecise, TierSet.All);
            foreach (var (command, role) in steps)
            {
                record.When(command, role);
                var after = record.Feed("2026-01-01", imprecise, TierSet.All).ToDictionary(e => e.Uid);
                Assert.All(before, e =>
                {
                    Assert.True(after.TryGetValue(e.Uid, out var now), $"{e.Uid} vanished");
                    Assert.True(now!.Revision >= e.Revision && now.ChangedAt >= e.ChangedAt, $"{e.Uid} went back");
                    Assert.True(
                        now.Revision > e.Revision || Shown(now) == Shown(e),
                        $"{e.Uid} changed under its revision {e.Revision} by {command}: {Shown(e)} → {Shown(now)}");
                });
                before = [.. after.Values];
            }
        }));

    private static (LocalDate, LocalDate, bool, Text, bool) Shown(FeedEntry entry) =>
        (entry.Start, entry.EndExclusive, entry.IsCancelled, entry.Anniversary.Title, entry.Anniversary.IsSuspended);

    private static void ForAny(Action<Chronicle, List<FeedEntry>> body, Imprecise? one = null) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(AnyHistory.Any, _imprecise.ToArbitrary(), (steps, imprecise) =>
        {
            var record = AnyHistory.After(steps);
            body(record, record.Feed("2026-01-01", one ?? imprecise, TierSet.All));
        }));
}
