using System.Text;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Planning;
using Calendar.Rules;
using Calendar.Server.Feeds;
using Calendar.Specs.Ical;
using Calendar.Years;
using NodaTime;
using static Calendar.Specs.Feeds.Announcing;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Feeds;

// Laos in 2027: 65 years of relations and 50 of the treaty, one meeting for both.
public class WhenACelebrationIsAnnounced
{
    private static readonly PlanId _ties = PlanOf("ties/LA~VN", 65);
    private static readonly AnniversaryId _treaty = new(Id("treaty"), 50);
    private static readonly Guid _other = Guid.Parse("0198a000-0000-7000-8000-000000000002");
    private readonly Chronicle _record;

    public WhenACelebrationIsAnnounced() => _record = Chronicle.Of("JP", "LA")
        .With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"), Treaty("treaty", "LA~VN", "1977-07-18", "Hiệp ước"))
        .Plan(Union, Template(FactKind.TiesEstablished, FactKind.TreatySigned), new OpenPlan(_ties, null), new JoinPlan(_ties, _treaty))
        .On(2026, 6, 1).Plan(Schedule(_ties, "2027-07-16"), Announce(_ties));

    [Fact]
    public void It_stands_in_the_feed_once_for_all_it_serves()
    {
        var entry = Assert.Single(Celebrations("2026-06-01"));

        Assert.Equal(new LocalDate(2027, 7, 16), entry.On);
        Assert.Equal($"{Id("ties/LA~VN")}/65 {Id("treaty")}/50", string.Join(' ', entry.Anniversaries));
        Assert.Equal((false, 0), (entry.IsCancelled, entry.Revision));
    }

    [Fact]
    public void A_filter_shows_it_that_shows_one_of_its_anniversaries()
    {
        Assert.Single(Celebrations("2026-06-01", query => query with { Parties = [Code("LA")] }));
        Assert.Single(Celebrations("2026-06-01", query => query with { Kinds = [FactKind.TreatySigned] }));
        Assert.Single(Celebrations("2026-06-01", query => query with { Kinds = [FactKind.TiesEstablished], Tiers = TierSet.Half }));
        Assert.Empty(Celebrations("2026-06-01", query => query with { Parties = [Code("JP")] }));
        Assert.Empty(Celebrations("2026-06-01", query => query with { Kinds = [FactKind.MilestoneRecorded] }));
        Assert.Empty(Celebrations("2026-06-01", query => query with { Kinds = [FactKind.TiesEstablished], Tiers = TierSet.Round }));
        Assert.Empty(Celebrations("2026-06-01", query => query with { Tiers = TierSet.Other }));
    }

    [Fact]
    public void It_stays_when_a_fact_that_it_serves_is_withdrawn()
    {
        _record.With(Withdraw("ties/LA~VN"), Withdraw("treaty"));

        Assert.False(Assert.Single(Celebrations("2026-06-01")).IsCancelled);
        Assert.Single(Celebrations("2026-06-01", query => query with { Parties = [Code("LA")], Tiers = TierSet.Half }));
        Assert.False(Assert.Single(YearProgramme.CelebrationsOf(_record.Now, 2027, new AnniversaryQuery(default, default))).IsCancelled);

        // Nor is it kept from whoever has to say whether it is held.
        var plan = PlanSight.Everything.Find(_record.Now.Plans, _ties)!;
        Assert.Single(plan.Celebrations);
        _record.Plan(Cancel(_ties));
        Assert.True(Assert.Single(Celebrations("2026-06-01")).IsCancelled);
    }

    [Fact]
    public void It_is_shown_while_its_day_lies_in_the_window()
    {
        Assert.Single(Celebrations("2028-12-31"));
        Assert.Empty(Celebrations("2029-01-01"));
        Assert.Empty(Celebrations("2019-12-31"));
    }

    [Fact]
    public void Moved_it_stands_elsewhere_under_its_UID()
    {
        var before = Celebrations("2026-06-01")[0];
        var after = Assert.Single(Celebrations("2026-06-02", record: _record.On(2026, 6, 2).Plan(Move(_ties, "2027-09-04"))));

        Assert.Equal((before.Uid, new LocalDate(2027, 9, 4), before.Place, 1), (after.Uid, after.On, after.Place, after.Revision));
        Assert.True(after.ChangedAt > before.ChangedAt);
    }

    [Fact]
    public void Cancelled_it_says_so_for_ninety_days_and_is_then_gone()
    {
        _record.On(2027, 3, 1).Plan(Cancel(_ties));

        Assert.True(Assert.Single(Celebrations("2027-03-01")).IsCancelled);
        Assert.True(Assert.Single(Celebrations("2027-05-30")).IsCancelled);
        Assert.Empty(Celebrations("2027-05-31"));
        Assert.Equal((0, 1), (_record.Now.ExpiredCelebrations(new(2027, 5, 30), Chronicle.Zone), _record.Now.ExpiredCelebrations(new(2027, 5, 31), Chronicle.Zone)));
    }

    [Fact]
    public void What_its_plan_covers_later_does_not_bring_it_back()
    {
        _record.On(2027, 3, 1).Plan(Cancel(_ties)).On(2027, 5, 1).Plan(new PartPlan(_ties, _treaty, Because));

        Assert.True(Assert.Single(Celebrations("2027-05-30")).IsCancelled);
        Assert.Empty(Celebrations("2027-05-31"));
    }

    [Fact]
    public void A_feed_of_the_anniversary_it_no_longer_serves_says_so_for_ninety_days()
    {
        var before = Assert.Single(Celebrations("2026-06-01", Treaties));
        _record.On(2027, 3, 1).Plan(new PartPlan(_ties, _treaty, Because));

        var gone = Assert.Single(Celebrations("2027-03-01", Treaties));
        Assert.Equal((before.Uid, before.On, before.Place, true, 1), (gone.Uid, gone.On, gone.Place, gone.IsCancelled, gone.Revision));
        Assert.Equal(before.Anniversaries.AsEnumerable(), gone.Anniversaries);
        Assert.Equal(_record.Now.LastChange, gone.ChangedAt);
        Assert.Single(Celebrations("2027-05-30", Treaties));
        Assert.Empty(Celebrations("2027-05-31", Treaties));
        Assert.Equal((0, 1), Expired("2027-05-30", "2027-05-31"));

        // Where its other anniversary is asked for, it stands as it is; there is no other of its UID.
        foreach (var day in new[] { "2027-03-01", "2027-05-31" })
        {
            var live = Assert.Single(Celebrations(day));
            Assert.Equal((false, 1, $"{Id("ties/LA~VN")}/65"), (live.IsCancelled, live.Revision, Assert.Single(live.Anniversaries)));
        }
    }

    [Fact]
    public void Serving_it_again_brings_it_back_under_a_greater_sequence()
    {
        _record.On(2027, 3, 1).Plan(new PartPlan(_ties, _treaty, Because)).On(2027, 3, 2).Plan(new JoinPlan(_ties, _treaty));

        var back = Assert.Single(Celebrations("2027-03-02", Treaties));
        Assert.Equal((false, 2), (back.IsCancelled, back.Revision));
    }

    [Fact]
    public void Moved_out_of_the_window_it_is_cancelled_on_its_last_day_for_ninety_days_and_stands_elsewhere_in_a_longer_feed()
    {
        _record.On(2027, 3, 1).Plan(Move(_ties, "2036-01-01"));

        var gone = Assert.Single(Celebrations("2027-03-01"));
        Assert.Equal((new LocalDate(2027, 7, 16), true, 1), (gone.On, gone.IsCancelled, gone.Revision));
        Assert.Single(Celebrations("2027-05-30"));
        Assert.Empty(Celebrations("2027-05-31"));
        var moved = Assert.Single(Celebrations("2027-03-01", query => query with { To = new(2037, 1, 1) }));
        Assert.Equal((new LocalDate(2036, 1, 1), false, 1), (moved.On, moved.IsCancelled, moved.Revision));

        _record.On(2027, 3, 5).Plan(Move(_ties, "2027-07-17"));
        var back = Assert.Single(Celebrations("2027-03-05"));
        Assert.Equal((new LocalDate(2027, 7, 17), false, 2), (back.On, back.IsCancelled, back.Revision));
    }

    [Fact]
    public void What_left_a_feed_twice_is_shown_there_once_as_it_was_last()
    {
        _record.On(2027, 3, 1).Plan(Move(_ties, "2027-08-01")).On(2027, 3, 2).Plan(Move(_ties, "2036-01-01")).On(2027, 3, 3).Plan(Cancel(_ties));

        var gone = Assert.Single(Celebrations("2027-05-31"));
        Assert.Equal((new LocalDate(2027, 8, 1), true, 3), (gone.On, gone.IsCancelled, gone.Revision));
        Assert.Empty(Celebrations("2027-06-01"));
        Assert.Equal((1, 2), Expired("2027-05-31", "2027-06-01"));
        Assert.Equal((2, 3), Expired("2027-06-01", "2027-06-02"));
    }

    [Fact]
    public void What_changed_before_the_public_knew_of_it_leaves_no_trace()
    {
        var record = Chronicle.Of("LA").With(Ties("LA~VN", "1962-09-05")).Plan(Union, Template(FactKind.TiesEstablished), new OpenPlan(_ties, null))
            .Plan(Schedule(_ties, "2027-07-16"), Move(_ties, "2036-01-01"), Announce(_ties));

        Assert.Empty(Celebrations("2026-06-01", record: record));
        Assert.Empty(record.Now.Plans.Cancellations);
    }

    [Fact]
    public void Its_place_among_the_entries_is_by_day_and_UID()
    {
        // On the very day of the anniversary; the UIDs of entries begin with any hexadecimal digit.
        _record.With([.. Enumerable.Range(0, 60).Select(i => Milestone($"m{i}", "LA~VN", "2007-07-16", $"Việc {i}"))]);
        var uids = Read(Write(Everything())).Components.Select(entry => (entry["DTSTART"].Value, entry["UID"].Value)).ToList();

        Assert.Contains(uids, entry => entry.Item2.StartsWith("celebration-", StringComparison.Ordinal));
        Assert.Equal(uids.OrderBy(entry => entry.Item1, StringComparer.Ordinal).ThenBy(entry => entry.Item2, StringComparer.Ordinal), uids);
    }

    [Fact]
    public void Whatever_was_written_before_it_is_the_same_with_it_and_without()
    {
        var writer = new FeedWriter(_url, Chronicle.Zone);
        var (variant, today) = (Everything(), new LocalDate(2026, 6, 1));
        WrittenFeed? earlier = null;
        foreach (var step in new Command[] { Move(_ties, "2027-09-05"), new PartPlan(_ties, _treaty, Because), Move(_ties, "2040-09-05"), Cancel(_ties), Schedule(_ties, "2027-09-05", _other), Announce(_ties, _other) })
        {
            earlier = writer.Write(_record.Now, variant, today, earlier);
            _record.Plan(step);
            var fresh = new FeedWriter(_url, Chronicle.Zone).Write(_record.Now, variant, today);
            Assert.Equal(fresh!.Octets, writer.Write(_record.Now, variant, today, earlier)!.Octets);
        }
    }

    [Fact]
    public void It_rings_where_that_was_asked_for_and_counts_as_far_as_the_size_goes()
    {
        var entry = Read(Write(Everything() with { Alarm = Period.FromDays(7) })).Components.Single(entry => entry["UID"].Value.StartsWith("celebration-", StringComparison.Ordinal));
        Assert.Equal("-P7D", Assert.Single(entry.Components)["TRIGGER"].Value);
        Assert.Equal(2, entry.All("RELATED-TO").Length);

        var alone = Everything() with { Query = new AnniversaryQuery(default, default) { Parties = [Code("LA")], Tiers = TierSet.Half, Kinds = [FactKind.TiesEstablished] } };
        var (with, without) = (Write(alone), Write(alone with { Query = alone.Query with { Tiers = TierSet.Round } }));
        Assert.NotNull(new FeedWriter(_url, Chronicle.Zone).Write(_record.Now, alone, new(2026, 6, 1), budget: with.Length * 2));
        Assert.Null(new FeedWriter(_url, Chronicle.Zone).Write(_record.Now, alone, new(2026, 6, 1), budget: without.Length - 200));
    }

    private const string _url = "https://calendar.example";

    private List<Celebration> Celebrations(string today, Func<AnniversaryQuery, AnniversaryQuery>? filter = null, Chronicle? record = null)
    {
        var shown = Subscribing.Filter(Day(today).First);
        return (record ?? _record).Now.Celebrations(shown with { Query = filter?.Invoke(shown.Query) ?? shown.Query }, Day(today).First, Chronicle.Zone);
    }

    private static AnniversaryQuery Treaties(AnniversaryQuery query) => query with { Kinds = [FactKind.TreatySigned] };

    private (int, int) Expired(string day, string next) =>
        (_record.Now.ExpiredCelebrations(Day(day).First, Chronicle.Zone), _record.Now.ExpiredCelebrations(Day(next).First, Chronicle.Zone));

    private byte[] Write(FeedVariant variant) => new FeedWriter(_url, Chronicle.Zone).Write(_record.Now, variant, new(2026, 6, 1))!.Octets;

    private static IcalReader.Component Read(byte[] feed) => IcalReader.Read(feed);

    private static FeedVariant Everything() => new(
        new AnniversaryQuery(default, default) { Tiers = TierSet.All }, Language.Vi, null, Imprecise.Span, FeedFilter.DefaultAhead, false);
}

public class WhenWorkGoesOnThatNobodyHasBeenToldOf
{
    [Fact]
    public void No_public_feed_changes_by_an_octet_and_the_record_stays_at_its_version()
    {
        var plan = PlanOf("ties/JP~VN", 60);
        var record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21")).Plan(Union, Template(FactKind.TiesEstablished));
        var (version, change, number, feed) = (record.Now.PublicRecordVersion, record.Now.LastChange, record.Now.PublicNumber, Feed());
        Command[] work =
        [
            new OpenPlan(plan, null), new AcknowledgeTask(plan, Task("theme")), new CompleteTask(plan, Task("theme"), null, "Xong", null),
            new RescheduleTask(plan, Task("programme"), new(2032, 10, 1), Because), new DropTask(plan, Task("report"), Because),
            Schedule(plan, "2033-09"), Move(plan, "2033-09-16"), Cancel(plan),
        ];
        foreach (var command in work)
        {
            record.Plan(command);
            Assert.Equal((version, change, number), (record.Now.PublicRecordVersion, record.Now.LastChange, record.Now.PublicNumber));
            Assert.Equal(feed, Feed());
        }

        Assert.Equal((0, 0), (record.Now.Plans.Announced.Count(), record.Now.ExpiredCelebrations(new(2050, 1, 1), Chronicle.Zone)));

        string Feed() => Encoding.UTF8.GetString(new FeedWriter("https://calendar.example", Chronicle.Zone).Write(
            record.Now, new FeedVariant(new AnniversaryQuery(default, default) { Tiers = FeedFilter.DefaultTiers }, Language.Vi, null, Imprecise.Span, FeedFilter.DefaultAhead, false), new(2026, 6, 1))!.Octets);
    }
}
