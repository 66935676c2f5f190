using Calendar.Facts;
using Calendar.Relationships;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Relationships;

public class WhenTiesAreEstablished
{
    private readonly Chronicle _record = Chronicle.Of("JP", "CZ", "CS");

    [Fact]
    public void They_are_recorded_with_their_source_and_commemorated()
    {
        var e = _record.When(Ties("JP~VN", "1973-09-21") with { Note = Both("Trao đổi công hàm tại Paris.") }).Leads<TiesEstablished>();

        Assert.Equal(new TiesEstablished(Id("ties/JP~VN"), Day("1973-09-21"), Ministry, true, null, Both("Trao đổi công hàm tại Paris.")), e);
        Assert.Equal("JP VN", string.Join(' ', _record.Fact("ties/JP~VN").Parties));
    }

    [Fact]
    public void A_successor_holds_them_through_its_predecessor()
    {
        var e = _record.When(Ties("CZ~VN", "1950-02-02") with { Through = PartyCode.Of("CS") }).Leads<TiesEstablished>();

        Assert.Equal("CS", e.Through!.Value.Value);
        Assert.Equal("CS", _record.Fact("ties/CZ~VN").Through!.Value.Value);
    }

    [Fact]
    public void A_predecessors_ties_are_history_without_commemoration()
    {
        _record.With(Ties("CS~VN", "1950-02-02") with { Commemorated = false });

        Assert.False(_record.Fact("ties/CS~VN").IsCommemorated);
    }

    [Fact]
    public void Ties_that_others_have_replaced_cannot_be_reinstated_beside_them()
    {
        _record.With(Ties("JP~VN", "1973-10-11"), Withdraw("ties/JP~VN"), Ties("JP~VN", "1973-09-21") with { Fact = Id("ties/JP~VN/again") });

        _record.When(Reinstate("ties/JP~VN")).IsRefused("ties-already-established", "/kind");
    }

    [Fact]
    public void They_are_established_once()
    {
        _record.With(Ties("JP~VN", "1973-09-21"));

        var refused = _record.When(Ties("JP~VN", "1973-10-11") with { Fact = Id("ties/JP~VN/again") });

        refused.IsRefused("ties-already-established", "/kind");
        Assert.Contains(Id("ties/JP~VN").ToString(), refused.Rejection!.Detail.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Once_withdrawn_they_can_be_recorded_anew()
    {
        _record.With(Ties("JP~VN", "1973-09-21"), Withdraw("ties/JP~VN"));

        _record.When(Ties("JP~VN", "1973-10-11") with { Fact = Id("ties/JP~VN/again") }).Leads<TiesEstablished>();
    }
}

// Cambodia broke off relations on 31 December 1977; they were taken up again in January 1979.
public class WhenTiesAreSuspendedAndResumed
{
    private static readonly Pair Cambodia = PairOf("KH~VN");
    private readonly Chronicle _record = Chronicle.Of("KH").With(Ties("KH~VN", "1967-06-24"));

    [Fact]
    public void Neither_is_commemorated()
    {
        Assert.Equal(Day("1977-12-31"), _record.When(Suspended("KH~VN", "1977-12-31")).Leads<TiesSuspended>().On);
        Assert.Equal(Day("1979-01"), _record.When(Resumed("KH~VN", "1979-01")).Leads<TiesResumed>().On);
        Assert.False(_record.Fact("suspended/KH~VN/1977-12-31").IsCommemorated || _record.Fact("resumed/KH~VN/1979-01").IsCommemorated);
    }

    [Fact]
    public void Resumption_after_a_suspension_warns_of_nothing()
    {
        _record.With(Suspended("KH~VN", "1977-12-31"));

        Assert.Empty(_record.When(Resumed("KH~VN", "1979-01")).Warnings);
    }

    [Fact]
    public void Resumption_without_a_suspension_is_recorded_with_a_warning()
    {
        var decision = _record.When(Resumed("KH~VN", "1979-01"));

        decision.Leads<TiesResumed>();
        Assert.Equal(("resumed-without-suspension", "/kind"), (Assert.Single(decision.Warnings).Code, decision.Warnings[0].Pointer));
    }

    [Fact]
    public void A_later_suspension_does_not_explain_the_resumption()
    {
        _record.With(Suspended("KH~VN", "1990"));

        Assert.Single(_record.When(Resumed("KH~VN", "1979-01")).Warnings);
    }

    [Fact]
    public void A_withdrawn_suspension_does_not_explain_the_resumption()
    {
        _record.With(Suspended("KH~VN", "1977-12-31"), Withdraw("suspended/KH~VN/1977-12-31"));

        Assert.Single(_record.When(Resumed("KH~VN", "1979-01")).Warnings);
    }

    [Fact]
    public void The_order_of_recording_is_free()
    {
        _record.With(Resumed("KH~VN", "1979-01"), Suspended("KH~VN", "1977-12-31"));
        var suspensions = _record.Now.SuspensionsOf(Cambodia);

        Assert.Equal(
            [false, true, true, false],
            new[] { "1977-12-30", "1977-12-31", "1978-06-24", "1979-01" }.Select(day => suspensions.On(Day(day))));
    }

    [Fact]
    public void Each_is_recorded_once()
    {
        _record.With(Suspended("KH~VN", "1977-12-31"), Resumed("KH~VN", "1979-01"));

        _record.When(Suspended("KH~VN", "1977-12-31")).IsNothingNew();
        _record.When(Resumed("KH~VN", "1979-01")).IsNothingNew();
    }
}

public class WhenAPartnershipIsElevated
{
    private readonly Chronicle _record = Chronicle.Of("US", "LA");

    [Fact]
    public void The_level_is_recorded_and_commemorated()
    {
        var e = _record.When(Elevated("US~VN", "2013-07-25", PartnershipLevel.Comprehensive)).Leads<PartnershipElevated>();

        Assert.Equal((PartnershipLevel.Comprehensive, true, null), (e.Level, e.Commemorated, e.Title));
    }

    [Fact]
    public void A_higher_level_leaves_the_older_one_commemorated()
    {
        _record.With(
            Elevated("US~VN", "2013-07-25", PartnershipLevel.Comprehensive),
            Elevated("US~VN", "2023-09-10", PartnershipLevel.ComprehensiveStrategic));

        Assert.True(_record.Fact("partnerships/US~VN/comprehensive").IsCommemorated);
    }

    [Fact]
    public void Levels_may_be_recorded_in_any_order()
    {
        _record.With(
            Elevated("US~VN", "2023-09-10", PartnershipLevel.ComprehensiveStrategic),
            Elevated("US~VN", "2013-07-25", PartnershipLevel.Comprehensive));

        Assert.Equal(2, _record.Now.FindRelationship(PairOf("US~VN"))!.Facts.Count);
    }

    [Fact]
    public void A_level_is_needed() =>
        _record.When(Record(FactKind.PartnershipElevated, "x", "US~VN", "2013")).IsRefused("member-required", "/level", RejectionKind.Invalid);

    [Theory]
    [InlineData(PartnershipLevel.Special)]
    [InlineData(PartnershipLevel.Enhanced)]
    public void A_level_of_its_own_kind_needs_a_title(PartnershipLevel level)
    {
        _record.When(Elevated("LA~VN", "2025-12", level)).IsRefused("member-required", "/title", RejectionKind.Invalid);
        _record.When(Elevated("LA~VN", "2025-12", level) with { Title = Both("Gắn kết chiến lược") }).Leads<PartnershipElevated>();
    }
}

public class WhenATreatyIsRecorded
{
    private readonly Chronicle _record = Chronicle.Of("CN", "LA")
        .With(Treaty("treaties/CN/land-border", "CN~VN", "1999-12-30", "Hiệp ước biên giới trên đất liền") with { InForce = Day("2000-07-06") });

    [Fact]
    public void Its_entry_into_force_is_kept_beside_the_day_it_was_signed()
    {
        var fact = _record.Fact("treaties/CN/land-border");

        Assert.Equal((Day("1999-12-30"), Day("2000-07-06"), true), (fact.On, fact.InForce, fact.IsCommemorated));
    }

    [Fact]
    public void Its_end_names_it_and_is_not_commemorated()
    {
        var e = _record.When(End("treaties/CN/land-border")).Leads<TreatyEnded>();

        Assert.Equal(Id("treaties/CN/land-border"), e.Ends);
        Assert.False(_record.Fact("treaties/end").IsCommemorated);
        Assert.True(_record.Fact("treaties/CN/land-border").IsCommemorated, "Whether the day is still marked is another question.");
    }

    [Fact]
    public void An_end_without_its_treaty_is_refused()
    {
        _record.When(Record(FactKind.TreatyEnded, "treaties/end", "CN~VN", "2020")).IsRefused("member-required", "/ends", RejectionKind.Invalid);
        _record.When(End("treaties/nobody-knows")).IsRefused("unknown-treaty", "/ends", RejectionKind.NotFound);
    }

    [Fact]
    public void Only_a_treaty_of_the_same_relationship_can_be_ended()
    {
        _record.With(Ties("CN~VN", "1950-01-18"), Treaty("treaties/LA/border", "LA~VN", "1977-07-18", "Hiệp ước biên giới"));

        _record.When(End("ties/CN~VN")).IsRefused("unknown-treaty", "/ends", RejectionKind.NotFound);
        _record.When(End("treaties/LA/border")).IsRefused("unknown-treaty", "/ends", RejectionKind.NotFound);
    }

    [Fact]
    public void A_title_is_needed() =>
        _record.When(Record(FactKind.TreatySigned, "x", "CN~VN", "2000")).IsRefused("member-required", "/title", RejectionKind.Invalid);

    private static RecordFact End(string treaty) => Record(FactKind.TreatyEnded, "treaties/end", "CN~VN", "2020") with { Ends = Id(treaty) };
}

public class WhenAMilestoneIsRecorded
{
    private readonly Chronicle _record = Chronicle.Of("CN");

    [Fact]
    public void It_is_commemorated_under_its_title()
    {
        var e = _record.When(Milestone("normalisation", "CN~VN", "1991-11", "Bình thường hóa quan hệ")).Leads<MilestoneRecorded>();

        Assert.Equal(("1991-11", "Bình thường hóa quan hệ", true), (e.On.ToString(), e.Title.Vi, e.Commemorated));
    }

    [Fact]
    public void It_may_be_history_only() =>
        Assert.False(_record.When(Milestone("visit", "CN~VN", "1991-11", "Chuyến thăm") with { Commemorated = false }).Leads<MilestoneRecorded>().Commemorated);

    [Fact]
    public void A_title_is_needed() =>
        _record.When(Record(FactKind.MilestoneRecorded, "x", "CN~VN", "1991")).IsRefused("member-required", "/title", RejectionKind.Invalid);
}

public class WhenAMemberDoesNotFitTheKind
{
    private readonly Chronicle _record = Chronicle.Of("JP");

    public static TheoryData<string, RecordFact> Misfits => new()
    {
        { "/title", Ties("JP~VN", "1973") with { Title = Both("Quan hệ") } },
        { "/title", Suspended("JP~VN", "1973") with { Title = Both("Gián đoạn") } },
        { "/level", Ties("JP~VN", "1973") with { Level = PartnershipLevel.Strategic } },
        { "/inForce", Milestone("m", "JP~VN", "1973", "Chuyến thăm") with { InForce = Day("1974") } },
        { "/through", Milestone("m", "JP~VN", "1973", "Chuyến thăm") with { Through = VN } },
        { "/ends", Treaty("t", "JP~VN", "1973", "Hiệp định") with { Ends = Id("t") } },
        { "/commemorated", Suspended("JP~VN", "1973") with { Commemorated = true } },
        { "/commemorated", Resumed("JP~VN", "1973") with { Commemorated = true } },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void It_is_refused_by_name(string pointer, RecordFact command) =>
        _record.When(command).IsRefused("member-not-for-kind", pointer, RejectionKind.Invalid);

    [Theory]
    [InlineData(FactKind.AccordConcluded)]
    [InlineData(FactKind.AccordJoined)]
    [InlineData(FactKind.AccordLeft)]
    [InlineData(FactKind.PartyRenamed)]
    [InlineData(FactKind.PartyEnded)]
    [InlineData(FactKind.NationalDay)]
    public void Facts_of_parties_and_accords_are_none_of_a_relationship(FactKind kind) =>
        _record.When(Record(kind, "x", "JP~VN", "1973")).IsRefused("kind-of-another-stream", "/kind", RejectionKind.Invalid);
}
