using System.Globalization;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Almanacs;

public class WhenTheLogIsBroken
{
    private static readonly Instant _noon = Instant.FromUtc(2026, 1, 1, 12, 0);
    private readonly AlmanacFold _fold = new(VN);

    public WhenTheLogIsBroken()
    {
        Apply(10, "party-VN", 1, new PartyRegistered(VN, PartyKind.State, Both("Việt Nam"), [], []));
        Apply(12, "party-JP", 1, new PartyRegistered(PartyCode.Of("JP"), PartyKind.State, Both("Nhật Bản"), [], []));
        Apply(15, "ties-JP~VN", 1, Ties1973);
    }

    private static TiesEstablished Ties1973 => new(Id("ties"), Day("1973-09-21"), Ministry, true, null, null);

    [Theory]
    [InlineData("party-VN", 1, "a version again")]
    [InlineData("party-VN", 3, "a gap")]
    [InlineData("party-LA", 2, "a gap at the start")]
    [InlineData("party-LA", 0, "no version")]
    public void A_version_that_does_not_follow_stops_the_fold_at_its_position(string stream, long version, string what)
    {
        var e = Assert.Throws<LogBrokenException>(() => Apply(16, stream, version, new GroupJoined(VN, what)));

        Assert.Equal(16, e.Position);
        Assert.StartsWith("Position 16: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(15, _fold.Position);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(14)]
    public void A_position_that_does_not_rise_stops_the_fold(long position) =>
        Assert.Equal(position, Assert.Throws<LogBrokenException>(() => Apply(position, "party-VN", 2, new GroupJoined(VN, "ASEAN"))).Position);

    [Theory]
    [InlineData("weather-VN")]
    [InlineData("party-vn")]
    [InlineData("ties-VN~VN")]
    [InlineData("ties-JP")]
    [InlineData("accord-Paris 1991")]
    [InlineData("")]
    public void A_stream_it_does_not_know_stops_the_fold(string stream) =>
        Assert.Equal(16, Assert.Throws<LogBrokenException>(() => Apply(16, stream, 1, new GroupJoined(VN, "ASEAN"))).Position);

    [Fact]
    public void An_event_of_another_kind_of_stream_stops_the_fold() =>
        Assert.Equal(16, Assert.Throws<LogBrokenException>(() => Apply(16, "party-VN", 2, Ties1973 with { Fact = Id("x") })).Position);

    [Theory]
    [InlineData("ties-JP~VN", 2)]
    [InlineData("ties-LA~VN", 1)]
    public void A_fact_that_is_stated_again_stops_the_fold(string stream, long version) =>
        Assert.Equal(16, Assert.Throws<LogBrokenException>(() => Apply(16, stream, version, Ties1973)).Position);

    [Fact]
    public void An_event_about_a_fact_the_stream_does_not_hold_stops_the_fold()
    {
        Assert.Throws<LogBrokenException>(() => Apply(16, "party-VN", 2, new FactWithdrawn(Id("ties"), Because)));
        Assert.Throws<LogBrokenException>(() => Apply(16, "ties-JP~VN", 2, new FactWithdrawn(Id("nobody-knows"), Because)));
    }

    [Fact]
    public void Positions_need_not_be_dense()
    {
        Apply(1_000_000, "party-VN", 2, new GroupJoined(VN, "ASEAN"));

        Assert.Equal((1_000_000, 4), (_fold.Publish().Position, _fold.Publish().PublicNumber));
    }

    private void Apply(long position, string stream, long version, IEvent e) =>
        _fold.Apply(new Recorded(position, stream, version, _noon, Role.Historian, null, e));
}

public class WhenTheLogIsFolded
{
    [Fact]
    public void Event_by_event_or_in_one_go_it_is_the_same_almanac() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(AnyHistory.Any, steps =>
        {
            var record = AnyHistory.After(steps);
            Assert.Equal(Description.Of(Fold(record.Log)), Description.Of(record.Now));
        }));

    [Fact]
    public void A_snapshot_never_changes_afterwards() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(AnyHistory.Any, AnyHistory.Any, (before, afterwards) =>
        {
            var record = AnyHistory.After(before);
            var (snapshot, then) = (record.Now, Description.Of(record.Now));
            foreach (var (command, role) in afterwards)
            {
                record.When(command, role);
            }

            Assert.Equal(then, Description.Of(snapshot));
        }));

    [Fact]
    public void Each_stream_folded_by_its_decider_is_what_the_almanac_loads() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(AnyHistory.Any, steps =>
        {
            var record = AnyHistory.After(steps);
            foreach (var stream in record.Log.GroupBy(recorded => recorded.Stream).Where(stream => stream.Key != RuleDecisions.Stream))
            {
                if (stream.Key is Announcements.Stream)
                {
                    Assert.Equal(Description.Of(Folded(Announcements.Decider, stream)), Description.Of(record.Now.Announcements));
                    continue;
                }

                if (Calendar.Associations.Association.TryParseStream(stream.Key, out var association))
                {
                    // When it changed stands in the envelope.
                    Assert.Equal(Folded(Calendar.Associations.Association.Decider(association), stream), record.Now.FindAssociation(association)! with { ChangedAt = default });
                    continue;
                }

                if (PlanId.TryParseStream(stream.Key, out var plan))
                {
                    var state = stream.Aggregate(Plan.Initial(plan), (state, recorded) => Plan.Evolve(state, recorded.Event, recorded.Role, recorded.At));
                    Assert.Equal(Description.Of(state), Description.Of(record.Now.Plans.Find(plan)!));
                    continue;
                }

                if (PlanTemplate.TryParseStream(stream.Key, out var template))
                {
                    Assert.Equal(stream.Last().Event, record.Now.Plans.TemplateOf(template).Adopted);
                    continue;
                }

                if (stream.Key is PolicyBook.Stream)
                {
                    var policies = stream.Aggregate(PolicyBook.Default, (state, recorded) => PolicyBook.Evolve(state, recorded.Event));
                    Assert.Equal(policies.General, record.Now.Policies.General);
                    Assert.Equal(policies.Own.AsEnumerable(), record.Now.Policies.Own.AsEnumerable());
                    continue;
                }

                var (decided, loaded) = Relationship.TryParseStream(stream.Key, out var pair)
                    ? (Folded(Relationship.Decider(pair), stream).Facts, record.Now.LoadRelationship(pair).Facts)
                    : Calendar.Parties.Party.TryParseStream(stream.Key, out var party)
                    ? (Folded(Calendar.Parties.Party.Decider(party), stream).Facts, record.Now.LoadParty(party).Facts)
                    : Calendar.Accords.Accord.TryParseStream(stream.Key, out var slug)
                    ? (Folded(Calendar.Accords.Accord.Decider(slug), stream).Facts, record.Now.LoadAccord(slug).Facts)
                    : throw new InvalidOperationException(stream.Key);
                Assert.Equal(
                    decided.Values.OrderBy(fact => fact.Id).Select(fact => Description.Of(fact with { Revision = 0, ChangedAt = default, Series = fact.Id, IsReplaced = false })),
                    loaded.Values.OrderBy(fact => fact.Id).Select(fact => Description.Of(fact with { Revision = 0, ChangedAt = default, Series = fact.Id, IsReplaced = false })));
            }
        }));

    [Theory]
    [InlineData("vi-VN")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("")]
    public void The_machines_culture_changes_nothing(string culture)
    {
        var (here, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        var steps = AnyHistory.Steps.Sample(400, new Rnd(20_260_101), 30);
        var expected = Description.Of(AnyHistory.After(steps).Now);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);

            Assert.Equal(expected, Description.Of(AnyHistory.After(steps).Now));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (here, ui);
        }
    }

    [Fact]
    public void Every_event_about_a_fact_is_traced()
    {
        var record = Chronicle.Of("SK").With(Ties("SK~VN", "1993-01-01"), Claim("ties/SK~VN", "cs", "1950-02-02"), Prefer("ties/SK~VN", "cs"));

        Assert.Equal(
            [(3L, "ties_established"), (4L, "date_claimed"), (5L, "claim_preferred")],
            record.Now.TracesOf(Id("ties/SK~VN")).ToArray().Select(trace => (trace.Number, trace.Event)));
    }

    [Fact]
    public void What_nobody_recorded_is_not_found()
    {
        var now = Chronicle.Of("JP").Now;

        Assert.Null(now.Find(Id("ties/JP~VN")));
        Assert.Null(now.FindParty(PartyCode.Of("XX")));
        Assert.Null(now.FindRelationship(PairOf("JP~VN")));
        Assert.Equal((0, "XX"), (now.VersionOf("ties-JP~VN"), now.LoadParty(PartyCode.Of("XX")).Name.Vi));
    }

    internal static Almanac Fold(IEnumerable<Recorded> log)
    {
        var fold = new AlmanacFold(VN);
        foreach (var recorded in log)
        {
            fold.Apply(recorded);
        }

        return fold.Publish();
    }

    private static TState Folded<TCommand, TState>(Decider<TCommand, TState> decider, IEnumerable<Recorded> stream) =>
        stream.Aggregate(decider.Initial, (state, recorded) => decider.Evolve(state, recorded.Event, recorded.Role));
}

public class WhenTiesWereBroken
{
    private readonly Chronicle _record = Chronicle.Of("KH").With(Ties("KH~VN", "1967-06-24"));

    [Fact]
    public void An_anniversary_of_that_time_says_so_in_whatever_order_it_was_recorded() =>
        Assert.All(
            new Command[][]
            {
                [Suspended("KH~VN", "1977-12-31"), Resumed("KH~VN", "1979-01"), Suspended("KH~VN", "2030"), Resumed("KH~VN", "2031-06-24")],
                [Resumed("KH~VN", "2031-06-24"), Suspended("KH~VN", "2030"), Resumed("KH~VN", "1979-01"), Suspended("KH~VN", "1977-12-31")],
                [Suspended("KH~VN", "2030"), Resumed("KH~VN", "1979-01"), Resumed("KH~VN", "2031-06-24"), Suspended("KH~VN", "1977-12-31")],
            },
            order =>
            {
                var now = Chronicle.Of("KH").With(Ties("KH~VN", "1967-06-24")).With(order).Now;
                Assert.Equal(
                    [1978, 2030],
                    now.Anniversaries(new(new(1967, 1, 1), new(2040, 1, 1))).Where(a => a.IsSuspended).Select(a => a.Date.Year));
            });

    [Fact]
    public void A_withdrawn_break_never_was()
    {
        _record.With(Suspended("KH~VN", "2030"), Withdraw("suspended/KH~VN/2030"));

        Assert.DoesNotContain(_record.Now.Anniversaries(new(new(2029, 1, 1), new(2040, 1, 1))), a => a.IsSuspended);
    }

    [Fact]
    public void A_corrected_break_counts_from_its_preferred_date()
    {
        _record.With(Suspended("KH~VN", "2030"), Claim("suspended/KH~VN/2030", "gazette", "2031-12"), Prefer("suspended/KH~VN/2030", "gazette"));

        Assert.Equal(2032, _record.Now.Anniversaries(new(new(2029, 1, 1), new(2040, 1, 1))).First(a => a.IsSuspended).Date.Year);
    }

    [Fact]
    public void Other_relationships_are_not_touched()
    {
        var now = Chronicle.Of("KH", "LA").With(Ties("KH~VN", "1967-06-24"), Ties("LA~VN", "1962-09-05"), Suspended("KH~VN", "2030")).Now;

        Assert.Equal(["KH"], now.Anniversaries(new(new(2031, 1, 1), new(2032, 1, 1))).Where(a => a.IsSuspended).Select(a => a.Partners.Single().Value));
    }
}

public class WhenWhatSubscribersSeeChanges
{
    private const string Slovakia = "ties/SK~VN";
    private const string Border = "treaties/LA/border";
    private readonly Chronicle _record = Chronicle.Of("SK", "LA").With(
        Ties("SK~VN", "1993-01-01"), Claim(Slovakia, "cs", "1950-02-02"),
        Treaty(Border, "LA~VN", "1977-07-18", "Hiệp ước biên giới"), Ties("LA~VN", "1962-09-05"),
        Renamed("SK", "1993-01-01", "Cộng hòa Slovakia"));

    [Fact]
    public void Another_preference_steps_the_revision() => Steps(Slovakia, Prefer(Slovakia, "cs"));

    [Fact]
    public void Another_title_does() => Steps(Border, Retitle(Border, "Hiệp ước hoạch định biên giới"));

    [Fact]
    public void A_withdrawal_and_a_reinstatement_do()
    {
        Steps(Border, Withdraw(Border));
        Steps(Border, Reinstate(Border));
    }

    [Fact]
    public void An_end_its_correction_and_a_resumption_do()
    {
        Steps(Border, EndMarking(Border, "2030"));
        Steps(Border, EndMarking(Border, "2031"));
        Steps(Border, ResumeMarking(Border));
    }

    [Fact]
    public void A_break_of_the_relationship_and_its_end_do()
    {
        Steps(Border, Suspended("LA~VN", "2030"));
        Steps(Border, Resumed("LA~VN", "2031"));
    }

    [Fact]
    public void A_party_renamed_does() => Steps(Slovakia, Renamed("SK", "2030", "Slovensko"));

    [Fact]
    public void A_withdrawn_or_corrected_name_does()
    {
        Steps(Slovakia, Retitle("names/SK/1993-01-01", "Slovensko"));
        Steps(Slovakia, Withdraw("names/SK/1993-01-01"));
    }

    [Fact]
    public void A_claim_that_is_not_preferred_does_not() => Stays(Slovakia, Claim(Slovakia, "archive", "1950-02-03"));

    [Fact]
    public void A_claim_about_a_name_that_is_not_preferred_does_not() => Stays(Slovakia, Claim("names/SK/1993-01-01", "archive", "1993-01-02"));

    [Fact]
    public void A_claim_about_a_break_that_is_not_preferred_does_not()
    {
        _record.With(Suspended("LA~VN", "2030"));

        Stays(Border, Claim("suspended/LA~VN/2030", "archive", "2030-02"));
    }

    [Fact]
    public void A_repeated_command_does_not()
    {
        _record.With(Prefer(Slovakia, "cs"), Retitle(Border, "Hiệp ước"));

        Stays(Slovakia, Prefer(Slovakia, "cs"));
        Stays(Border, Retitle(Border, "Hiệp ước"));
        Stays(Border, Treaty(Border, "LA~VN", "1977-07-18", "Hiệp ước biên giới"));
    }

    [Fact]
    public void A_refused_command_does_not() => Stays(Border, EndMarking(Border, "1950"));

    [Fact]
    public void What_happens_elsewhere_does_not()
    {
        Stays(Border, Prefer(Slovakia, "cs"));
        Stays(Border, Retitle("ties/LA~VN", "Quan hệ"));
        Stays(Border, new JoinGroup(PartyCode.Of("JP"), "OIF"));
    }

    [Fact]
    public void A_partner_that_joins_or_leaves_a_group_does()
    {
        // The group's feeds gain and lose its entries.
        Steps(Border, new JoinGroup(PartyCode.Of("LA"), "OIF"));
        Steps(Border, new LeaveGroup(PartyCode.Of("LA"), "OIF"));
    }

    [Fact]
    public void A_group_of_the_home_partys_does_not() => Stays(Border, new JoinGroup(PartyCode.Of("VN"), "OIF"));

    [Fact]
    public void A_group_is_known_from_its_first_member_on_and_for_good()
    {
        Assert.False(_record.Now.KnowsGroup("OIF"));
        _record.With(new JoinGroup(PartyCode.Of("LA"), "OIF"), new LeaveGroup(PartyCode.Of("LA"), "OIF"));
        Assert.True(_record.Now.KnowsGroup("OIF"));
        Assert.False(_record.Now.KnowsGroup("oif"));
    }

    [Fact]
    public void A_new_fact_starts_at_revision_nought_when_it_was_recorded()
    {
        var fact = _record.On(2026, 5, 1).With(Milestone("visit", "LA~VN", "2026-05-01", "Chuyến thăm")).Fact("visit");

        Assert.Equal((0, _record.Log[^1].At), (fact.Revision, fact.ChangedAt));
    }

    [Fact]
    public void The_journal_tells_each_change_with_what_was_before()
    {
        _record.With(Prefer(Slovakia, "cs"));
        var change = _record.Now.Journal.Span[^1];

        Assert.Equal(("1993-01-01", "1950-02-02"), (change.Old.On.ToString(), change.New.On.ToString()));
        Assert.Equal((_record.Now.PublicNumber, _record.Log[^1].At), (change.Cause.Number, change.At));
    }

    private void Steps(string fact, Command command)
    {
        var (before, version) = (_record.Fact(fact), _record.Now.PublicRecordVersion);
        _record.With(command);

        Assert.Equal((before.Revision + 1, _record.Log[^1].At), (_record.Fact(fact).Revision, _record.Fact(fact).ChangedAt));
        Assert.True(_record.Now.PublicRecordVersion > version);
    }

    private void Stays(string fact, Command command)
    {
        var before = _record.Fact(fact);
        _record.When(command);

        Assert.Equal((before.Revision, before.ChangedAt), (_record.Fact(fact).Revision, _record.Fact(fact).ChangedAt));
    }
}

/// <summary>Everything an almanac answers, as lines that can be compared.</summary>
internal static class Description
{
    public static List<string> Of(Almanac now)
    {
        var filter = new FeedFilter(new AnniversaryQuery(new(2025, 1, 1), new(2034, 1, 1)), Imprecise.Year);
        return
        [
            $"{now.Position} {now.PublicNumber} {now.PublicRecordVersion} {now.Journal.Length}",
            .. now.Parties.Select(party => $"{party.Code} {party.Name} {string.Join(',', party.Groups)} {string.Join(',', party.Facts.Keys.Order())} {now.VersionOf(Calendar.Parties.Party.Stream(party.Code))}"),
            .. now.Pairs.Select(pair => $"{pair} {now.VersionOf(Relationship.Stream(pair))} {string.Join(',', now.LoadRelationship(pair).Facts.Keys.Order())} {string.Join(',', now.SuspensionsOf(pair).Turns)}"),
            .. Enumerable.Range(0, now.FactCount).Select(now.FactAt).SelectMany(fact => new[] { Of(fact), string.Join(' ', now.TracesOf(fact.Id).ToArray().Select(trace => $"{trace}")) }),
            Of(now.Announcements),
            .. now.Plans.Plans.Values.Select(Of),
            .. now.Associations.Select(association => $"{association} {string.Join(',', association.Partners)}"),
            .. now.Journal.ToArray().Select(change => $"{change.Cause.Number} {change.Fact} {Of(change.Old)} → {Of(change.New)}"),
            .. now.Anniversaries(new(new(2020, 1, 1), new(2040, 1, 1)) { Kinds = FactKinds.WithAnniversaries }).Select(a => $"{a.Id} {a.Date} {a.Title} {a.IsSuspended}"),
            .. now.Feed(filter, new(2026, 2, 1), Chronicle.Zone).Select(entry => $"{entry.Uid} {new PartialDate(entry.Start)} {new PartialDate(entry.EndExclusive)} {entry.IsCancelled} {entry.Revision} {entry.ChangedAt}"),
        ];
    }

    public static string Of(Announcements announcements) => string.Join(
        '\n', announcements.ByParty.OrderBy(party => party.Key).SelectMany(party => party.Value.Select(day => $"{party.Key} {new PartialDate(day.Key)} {day.Value.Said.Occasion} {day.Value.Said.Status} {day.Value.IsWithdrawn} {day.Value.ByPerson}")));

    public static string Of(Plan plan) =>
        $"{plan.Id} {plan.Template} {plan.TemplateVersion} {plan.On} {plan.IsOpened} {plan.IsClosed} {plan.Report} {plan.OpenedAt} {string.Join(',', plan.Joined)} "
        + $"{string.Join(';', plan.Celebrations)} {string.Join(';', plan.Tasks.Values.Select(task => $"{task} {string.Join(',', task.Evidence)}"))}";

    public static string Of(Fact fact) =>
        $"{fact.Id} {fact.Kind} {fact.Stream} {string.Join(',', fact.Parties)} {string.Join(';', fact.Claims)} {fact.Preferred.Id} {fact.PreferenceReason} "
        + $"{fact.Title} {fact.Note} {fact.Level} {fact.InForce} {fact.Through} {fact.Ends} {fact.Day} {fact.Commemorated} {fact.Withdrawn} {fact.Ended} "
        + $"{fact.Decided} {fact.Revision} {fact.ChangedAt} {fact.Series} {fact.Replaces} {fact.IsReplaced} {string.Join(',', fact.Waivers)}";
}
