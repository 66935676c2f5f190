using Calendar.Facts;
using Calendar.Relationships;
using Calendar.Specs.Feeds;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Facts;

/// <summary>A treaty was filed under Japan and belongs to Laos.</summary>
public class WhenAMisfiledFactIsReplaced
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA").With(
        Ties("JP~VN", "1973-09-21"), Treaty("wrong", "JP~VN", "1977-07-18", "Hiệp ước hữu nghị")).On(2026, 3, 1);

    private RecordFact Right { get; } = Treaty("right", "LA~VN", "1977-07-18", "Hiệp ước hữu nghị và hợp tác") with { Replaces = Id("wrong") };

    [Fact]
    public void Its_entries_go_on_under_their_UIDs_with_a_higher_sequence()
    {
        var before = _record.Feed("2026-03-01").Single(entry => entry.Anniversary.Fact.Id == Id("wrong") && entry.Anniversary.Number == 50);
        _record.With(Withdraw("wrong"), Right);

        var after = _record.Feed("2026-03-02").Where(entry => entry.Uid == before.Uid).ToList();
        Assert.Equal((Id("right"), false), (Assert.Single(after).Anniversary.Fact.Id, after[0].IsCancelled));
        Assert.True(after[0].Revision > before.Revision + 1);
        Assert.True(after[0].ChangedAt > before.ChangedAt);
        Assert.Equal($"{Id("wrong")}/50", after[0].Anniversary.Id);
    }

    [Fact]
    public void A_feed_that_no_longer_holds_it_shows_it_as_cancelled()
    {
        var filter = Subscribing.Filter(new(2026, 3, 1));
        filter = filter with { Query = filter.Query with { Parties = [PartyCode.Of("JP")] } };
        _record.With(Withdraw("wrong"), Right);

        Assert.Contains("-2027-07-18 50", Calendar.Feeds.FeedEntries.Feed(_record.Now, filter, new(2026, 3, 2), Chronicle.Zone).Lines());
    }

    [Fact]
    public void What_stands_is_not_replaced() => _record.When(Right).IsRefused("replaced-fact-stands", "/replaces");

    [Fact]
    public void It_is_replaced_once()
    {
        _record.With(Withdraw("wrong"), Right);

        _record.When(Treaty("other", "LA~VN", "1977-07-18", "Hiệp ước") with { Replaces = Id("wrong") }).IsRefused("replaced-fact-stands", "/replaces");
        _record.When(Reinstate("wrong")).IsRefused("fact-replaced", "/fact");
    }

    [Fact]
    public void What_replaced_it_can_be_replaced_in_turn_and_the_series_goes_on()
    {
        var uid = _record.Feed("2026-03-01").Single(entry => entry.Anniversary.Fact.Id == Id("wrong") && entry.Anniversary.Number == 50).Uid;
        _record.With(Withdraw("wrong"), Right, Withdraw("right"), Treaty("third", "LA~VN", "1977-07-18", "Hiệp ước") with { Replaces = Id("right") });

        var entry = Assert.Single(_record.Feed("2026-03-02"), entry => entry.Uid == uid);
        Assert.Equal((Id("third"), false), (entry.Anniversary.Fact.Id, entry.IsCancelled));
        Assert.Equal(Id("third"), _record.Now.Current(_record.Fact("wrong")).Id);
    }

    [Fact]
    public void When_what_replaced_it_is_withdrawn_it_can_stand_again()
    {
        _record.With(Withdraw("wrong"), Right);
        var (uid, revision) = (_record.Feed("2026-03-02").Single(entry => entry.Anniversary.Fact.Id == Id("right") && entry.Anniversary.Number == 50) is var entry
            ? (entry.Uid, entry.Revision)
            : default);
        _record.With(Withdraw("right"), Reinstate("wrong"));

        var now = Assert.Single(_record.Feed("2026-03-03"), entry => entry.Uid == uid);
        Assert.Equal((Id("wrong"), false), (now.Anniversary.Fact.Id, now.IsCancelled));
        Assert.True(now.Revision > revision);
    }

    [Fact]
    public void Withdrawn_again_its_entries_are_cancelled_above_the_sequence_they_had_come_to()
    {
        _record.With(Withdraw("wrong"), Right, Withdraw("right"), Reinstate("wrong"), Retitle("wrong", "Hiệp ước"), Retitle("wrong", "Hiệp ước cũ"));
        var before = _record.Feed("2026-03-02").Single(entry => entry.Anniversary.Fact.Id == Id("wrong") && entry.Anniversary.Number == 50);
        _record.With(Withdraw("wrong"));

        var after = Assert.Single(_record.Feed("2026-03-03"), entry => entry.Uid == before.Uid);
        Assert.True(after.IsCancelled);
        Assert.True(after.Revision > before.Revision, $"{after.Revision} > {before.Revision}");
        Assert.True(after.ChangedAt > before.ChangedAt);
        _record.With(Reinstate("right"));
        Assert.Equal((Id("right"), false), Assert.Single(_record.Feed("2026-03-03"), entry => entry.Uid == before.Uid) is var again ? (again.Anniversary.Fact.Id, again.IsCancelled) : default);
        Assert.True(again.Revision > after.Revision);
    }

    [Fact]
    public void The_replaced_fact_must_be_on_record() =>
        _record.When(Right with { Replaces = Id("nobody") }).IsRefused("unknown-fact", "/replaces", RejectionKind.NotFound);

    [Fact]
    public void A_fact_with_a_year_does_not_replace_a_national_day()
    {
        _record.With(NationalDay("LA", 12, 2, "Ngày Quốc khánh"), Withdraw("days/LA/12-2"));

        _record.When(Right with { Replaces = Id("days/LA/12-2") }).IsRefused("replaces-another-kind", "/replaces", RejectionKind.Invalid);
    }

    [Fact]
    public void What_is_not_commemorated_replaces_nothing() =>
        _record.With(Withdraw("wrong")).When(Suspended("JP~VN", "1980") with { Replaces = Id("wrong") }).IsRefused("member-not-for-kind", "/replaces", RejectionKind.Invalid);

    // Both were decided on a record without the other: the later recorded one is shown, and no entry stands twice.
    [Fact]
    public void Two_writers_at_once_cannot_double_an_entry()
    {
        _record.With(Withdraw("wrong"), Right);
        var fold = new Calendar.Almanacs.AlmanacFold(VN);
        foreach (var recorded in _record.Log)
        {
            fold.Apply(recorded);
        }

        fold.Apply(new(_record.Log.Count + 1, "ties-JP~VN", _record.Now.VersionOf("ties-JP~VN") + 1, _record.Log[^1].At, Role.Historian, null, new FactReinstated(Id("wrong"), Because)));
        var uids = Calendar.Feeds.FeedEntries.Feed(fold.Publish(), Subscribing.Filter(new(2026, 3, 1)), new(2026, 3, 2), Chronicle.Zone).ConvertAll(entry => entry.Uid);

        Assert.Equal(uids.Distinct(StringComparer.Ordinal), uids);
    }
}

public class WhenAYearIsWaived
{
    private readonly Chronicle _record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"));

    [Fact]
    public void The_anniversary_stays_and_says_so()
    {
        var before = _record.Feed("2026-03-01").Single(entry => entry.Anniversary.Number == 60);
        _record.With(Waive("ties/JP~VN", 60));

        var after = _record.Feed("2026-03-01").Single(entry => entry.Anniversary.Number == 60);
        Assert.Equal((before.Uid, before.Start, false, true), (after.Uid, after.Start, after.IsCancelled, after.Anniversary.IsWaived));
        Assert.True(after.Revision > before.Revision);
        Assert.False(_record.Feed("2026-03-01").Single(entry => entry.Anniversary.Number == 55).Anniversary.IsWaived);
    }

    [Fact]
    public void Waiving_it_twice_and_lifting_what_is_not_waived_change_nothing()
    {
        _record.When(new LiftWaiver(Id("ties/JP~VN"), 60, Because)).IsNothingNew();
        _record.With(Waive("ties/JP~VN", 60));
        _record.When(Waive("ties/JP~VN", 60)).IsNothingNew();
    }

    [Fact]
    public void A_lifted_waiver_is_gone()
    {
        _record.With(Waive("ties/JP~VN", 60), Waive("ties/JP~VN", 65), new LiftWaiver(Id("ties/JP~VN"), 60, Because));

        Assert.Equal([65], _record.Fact("ties/JP~VN").Waivers.Select(waiver => waiver.N));
    }

    [Fact]
    public void There_must_be_such_an_anniversary()
    {
        _record.With(EndMarking("ties/JP~VN", "2030-01-01"));

        _record.When(Waive("ties/JP~VN", 60)).IsRefused("no-such-anniversary", "/n");
    }
}

/// <summary>A joint statement is agreed and to be published on 8 May 2027.</summary>
public class WhenAFactIsSealed
{
    private static readonly NodaTime.Instant _until = NodaTime.Instant.FromUtc(2027, 5, 8, 2, 0);

    private readonly Chronicle _record = Chronicle.Of("JP", "LA").With(Ties("JP~VN", "1973-09-21"));

    private SealFact Sealing { get; } = new(Milestone("statement", "JP~VN", "2027-05-08", "Tuyên bố chung"), _until);

    [Fact]
    public void Nothing_that_the_almanac_answers_in_public_tells_it_from_one_without()
    {
        var before = Almanacs.Description.Of(_record.Now)[1..];
        var (number, version, journal) = (_record.Now.PublicNumber, _record.Now.PublicRecordVersion, _record.Now.Journal.Length);
        _record.With(Sealing);

        Assert.Equal(before, Almanacs.Description.Of(_record.Now)[1..]);
        Assert.Equal((number, version, journal), (_record.Now.PublicNumber, _record.Now.PublicRecordVersion, _record.Now.Journal.Length));
        Assert.Null(_record.Now.Find(Id("statement")));
        Assert.Equal(Id("statement"), Assert.Single(_record.Now.Sealed).Event.Fact);
    }

    [Fact]
    public void Released_it_is_as_if_it_had_been_recorded_then()
    {
        _record.With(Sealing);
        var release = Decisions.Release(_record.Now, _record.Now.Sealed.Single());

        Assert.Equal(("ties-JP~VN", 1L), (release.Stream, release.Version));
        release.Decision.Leads<MilestoneRecorded>();
    }

    [Fact]
    public void Sealing_it_again_changes_nothing_and_otherwise_is_refused()
    {
        _record.With(Sealing);

        _record.When(Sealing).IsNothingNew();
        _record.When(Sealing with { Until = _until + NodaTime.Duration.FromHours(1) }).IsRefused("fact-exists", "/fact");
    }

    [Fact]
    public void Its_id_is_taken_for_every_other_command_that_states_a_fact()
    {
        _record.With(Sealing);

        _record.When(Sealing.States).IsRefused("fact-exists", "/fact");
        _record.When(Sealing.States, Role.Pack).IsRefused("fact-exists", "/fact");
        _record.When(Milestone("statement", "LA~VN", "2027-05-08", "Tuyên bố chung")).IsRefused("fact-exists", "/fact");
    }

    [Fact]
    public void Released_it_can_be_sealed_again_without_effect_and_otherwise_nothing_can_be_sealed_that_is_public_already()
    {
        var one = NodaTime.Duration.Epsilon;
        Decisions.Decide(_record.Now, Sealing, new Caller(Role.Historian), new Moment(_until - one, default)).Decision.Leads<FactSealed>();
        Decisions.Decide(_record.Now, Sealing, new Caller(Role.Historian), new Moment(_until, default)).Decision.IsRefused("already-public", "/sealedUntil", RejectionKind.Invalid);

        _record.With(Sealing.States);
        Decisions.Decide(_record.Now, Sealing, new Caller(Role.Historian), new Moment(_until, default)).Decision.IsNothingNew();
    }

    [Fact]
    public void Its_release_and_its_withdrawal_each_stand_on_both_streams_as_they_are()
    {
        _record.With(Sealing);
        var hidden = _record.Now.FindSealed(Id("statement"))!;
        var release = Decisions.Release(_record.Now, hidden);
        var withdrawal = _record.Decide(Withdraw("statement"), new Caller(Role.Historian));

        Assert.Equal(("ties-JP~VN", 1L, (hidden.Stream, 1L), Id("statement")), (release.Stream, release.Version, release.Beside!.Value, release.Released!.Value));
        Assert.Equal((hidden.Stream, 1L, ("ties-JP~VN", 1L)), (withdrawal.Stream, withdrawal.Version, withdrawal.Beside!.Value));
        Assert.Null(withdrawal.Released);
    }

    [Fact]
    public void It_takes_no_place_among_the_public_events()
    {
        var before = _record.Now.Position;
        _record.With(Sealing, Withdraw("statement"), Ties("LA~VN", "1962-09-05"));
        var now = _record.Now;

        Assert.Equal([before, before, before, before + 3], Enumerable.Range(0, 4).Select(i => now.PublicPosition(before + i)));
        Assert.Equal([before, before, before, before + 1], Enumerable.Range(0, 4).Select(i => now.PublicNumberAt(before + i)));
        Assert.Equal(now.PublicNumber, now.PublicNumberAt(now.Position));
    }

    [Fact]
    public void Its_stream_holds_nothing_else()
    {
        _record.With(Sealing);
        var stream = "sealed-" + Id("statement");
        var sealing = new FactSealed(Id("statement"), _until, "ties-JP~VN", _record.Now.FindSealed(Id("statement"))!.Event.Stated);
        foreach (var e in new IEvent[] { sealing, sealing.Stated, new FactWithdrawn(Id("ties/JP~VN"), Because), new FactRetitled(Id("statement"), Because, Because) })
        {
            Breaks(stream, 2, e);
        }

        Breaks("sealed-" + Id("other"), 1, sealing);
        Breaks("sealed-" + Id("other"), 1, new FactWithdrawn(Id("other"), Because));
        Breaks("ties-JP~VN", 2, sealing);

        void Breaks(string stream, long version, IEvent e)
        {
            var fold = new Calendar.Almanacs.AlmanacFold(VN);
            foreach (var recorded in _record.Log)
            {
                fold.Apply(recorded);
            }

            Assert.Throws<Calendar.Almanacs.LogBrokenException>(() => fold.Apply(new(_record.Log.Count + 1, stream, version, _record.Log[^1].At, Role.Historian, null, e)));
            Assert.Equal(_record.Now.PublicNumber, fold.Publish().PublicNumber);
        }
    }

    [Fact]
    public void What_could_not_be_recorded_cannot_be_sealed() =>
        _record.When(new SealFact(Ties("JP~VN", "1973-09-22") with { Fact = Id("again") }, _until)).IsRefused("ties-already-established", "/kind");

    [Fact]
    public void It_can_be_withdrawn_and_nothing_else()
    {
        _record.With(Sealing);
        _record.When(Retitle("statement", "Khác")).IsRefused("fact-sealed", "/fact");

        _record.With(Withdraw("statement"));
        Decisions.Release(_record.Now, _record.Now.Sealed.Single()).Decision.IsNothingNew();
        _record.When(Withdraw("statement")).IsNothingNew();
    }

    [Fact]
    public void What_something_rivals_by_then_is_not_released()
    {
        _record.With(new SealFact(Ties("LA~VN", "1962-09-05") with { Fact = Id("hidden") }, _until), Ties("LA~VN", "1962-09-05"));

        Decisions.Release(_record.Now, _record.Now.Sealed.Single()).Decision.IsRefused("ties-already-established", "/kind");
    }
}
