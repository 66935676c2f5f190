using Calendar.Facts;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Facts;

// Slovakia: the ministry counts from 1 January 1993, the friendship association through Czechoslovakia from 2 February 1950.
public class WhenAnotherDateIsClaimed
{
    private const string Slovakia = "ties/SK~VN";
    private readonly Chronicle _record = Chronicle.Of("SK").With(Ties("SK~VN", "1993-01-01"));

    [Fact]
    public void The_claim_is_recorded_and_the_preferred_date_stays()
    {
        var e = _record.When(Claim(Slovakia, "through-czechoslovakia", "1950-02-02")).Leads<DateClaimed>();

        Assert.Equal((Id(Slovakia), ClaimOf("through-czechoslovakia"), Day("1950-02-02"), Ministry), (e.Fact, e.Claim, e.On, e.Source));
        var fact = _record.Fact(Slovakia);
        Assert.Equal(["1993-01-01", "1950-02-02"], fact.Claims.Select(claim => claim.On.ToString()));
        Assert.Equal("1993-01-01", fact.On.ToString());
    }

    [Fact]
    public void The_facts_own_statement_is_its_first_claim_and_bears_its_id() =>
        Assert.Equal(new ClaimId(Id(Slovakia).Value), Assert.Single(_record.Fact(Slovakia).Claims).Id);

    [Fact]
    public void It_may_be_preferred_in_the_same_breath()
    {
        var decision = _record.When(Claim(Slovakia, "through-czechoslovakia", "1950-02-02") with { Prefer = Because });

        Assert.Equal(
            [typeof(DateClaimed), typeof(ClaimPreferred)],
            decision.Events.Select(e => e.GetType()));
        Assert.Equal(("1950-02-02", Because), (_record.Fact(Slovakia).On.ToString(), _record.Fact(Slovakia).PreferenceReason));
    }

    [Fact]
    public void The_same_claim_again_is_nothing_new()
    {
        var claim = Claim(Slovakia, "through-czechoslovakia", "1950-02-02") with { Prefer = Because };
        _record.With(claim);

        _record.When(claim).IsNothingNew();
    }

    [Fact]
    public void A_known_claim_may_be_preferred_by_saying_it_again()
    {
        _record.With(Claim(Slovakia, "through-czechoslovakia", "1950-02-02"));

        _record.When(Claim(Slovakia, "through-czechoslovakia", "1950-02-02") with { Prefer = Because }).Leads<ClaimPreferred>();
    }

    [Fact]
    public void Its_id_cannot_stand_for_a_second_date()
    {
        _record.With(Claim(Slovakia, "through-czechoslovakia", "1950-02-02"));

        _record.When(Claim(Slovakia, "through-czechoslovakia", "1950-02-03")).IsRefused("claim-exists", "/claim");
    }

    [Fact]
    public void A_fact_nobody_recorded_takes_none() =>
        _record.When(Claim("ties/CZ~VN", "any", "1950-02-02")).IsRefused("unknown-fact", "/fact", RejectionKind.NotFound);

    [Fact]
    public void A_national_day_takes_none_for_it_has_no_year()
    {
        _record.With(NationalDay("SK", 9, 1, "Ngày Hiến pháp"));

        _record.When(Claim("days/SK/9-1", "any", "1992-09-01")).IsRefused("no-claims", "/fact", RejectionKind.Invalid);
    }
}

public class WhenAClaimIsPreferred
{
    private const string Slovakia = "ties/SK~VN";
    private readonly Chronicle _record = Chronicle.Of("SK")
        .With(Ties("SK~VN", "1993-01-01"), Claim(Slovakia, "through-czechoslovakia", "1950-02-02"));

    [Fact]
    public void It_dates_the_fact_from_now_on()
    {
        var e = _record.When(Prefer(Slovakia, "through-czechoslovakia")).Leads<ClaimPreferred>();

        Assert.Equal((Id(Slovakia), ClaimOf("through-czechoslovakia"), Because), (e.Fact, e.Claim, e.Reason));
        Assert.Equal("1950-02-02", _record.Fact(Slovakia).On.ToString());
    }

    [Fact]
    public void The_facts_own_statement_can_be_preferred_again()
    {
        _record.With(Prefer(Slovakia, "through-czechoslovakia"));

        _record.When(new PreferClaim(Id(Slovakia), new ClaimId(Id(Slovakia).Value), Because)).Leads<ClaimPreferred>();
        Assert.Equal("1993-01-01", _record.Fact(Slovakia).On.ToString());
    }

    [Fact]
    public void What_is_preferred_already_is_nothing_new()
    {
        _record.When(new PreferClaim(Id(Slovakia), new ClaimId(Id(Slovakia).Value), Because)).IsNothingNew();
    }

    [Fact]
    public void A_claim_nobody_made_cannot_be() =>
        _record.When(Prefer(Slovakia, "by-hearsay")).IsRefused("unknown-claim", "/claim", RejectionKind.NotFound);
}

public class WhenAFactIsRetitled
{
    private const string Border = "treaties/LA/border";
    private readonly Chronicle _record = Chronicle.Of("LA").With(Treaty(Border, "LA~VN", "1977-07-18", "Hiệp ước biên giới"));

    [Fact]
    public void It_is_called_by_the_new_title()
    {
        var e = _record.When(Retitle(Border, "Hiệp ước hoạch định biên giới")).Leads<FactRetitled>();

        Assert.Equal((Id(Border), Both("Hiệp ước hoạch định biên giới"), Because), (e.Fact, e.Title, e.Reason));
        Assert.Equal("Hiệp ước hoạch định biên giới", _record.Fact(Border).Title!.Vi);
    }

    [Fact]
    public void The_title_it_has_is_nothing_new() => _record.When(Retitle(Border, "Hiệp ước biên giới")).IsNothingNew();
}

public class WhenAFactIsWithdrawn
{
    private const string Border = "treaties/LA/border";
    private readonly Chronicle _record = Chronicle.Of("LA")
        .With(Treaty(Border, "LA~VN", "1977-07-18", "Hiệp ước biên giới"), Claim(Border, "gazette", "1977-07-19"));

    [Fact]
    public void It_no_longer_stands_but_is_still_known()
    {
        var e = _record.When(Withdraw(Border)).Leads<FactWithdrawn>();

        Assert.Equal((Id(Border), Because), (e.Fact, e.Reason));
        Assert.Equal((Because, false), (_record.Fact(Border).Withdrawn, _record.Fact(Border).IsCommemorated));
    }

    [Fact]
    public void To_withdraw_it_again_is_nothing_new()
    {
        _record.With(Withdraw(Border));

        _record.When(Withdraw(Border)).IsNothingNew();
    }

    [Fact]
    public void Nothing_more_is_said_about_it()
    {
        _record.With(Withdraw(Border));
        Command[] about =
        [
            Claim(Border, "archive", "1977-07-20"), Claim(Border, "gazette", "1977-07-19"), Prefer(Border, "gazette"), Retitle(Border, "Hiệp ước"),
            EndMarking(Border, "2030"), ResumeMarking(Border),
        ];

        Assert.All(about, command => _record.When(command).IsRefused("fact-withdrawn", "/fact"));
    }

    [Fact]
    public void It_can_be_reinstated_with_everything_that_was_said()
    {
        _record.With(Prefer(Border, "gazette"), Withdraw(Border));

        Assert.Equal(Because, _record.When(Reinstate(Border)).Leads<FactReinstated>().Reason);
        Assert.Equal(("1977-07-19", true), (_record.Fact(Border).On.ToString(), _record.Fact(Border).IsCommemorated));
    }

    [Fact]
    public void What_stands_is_not_reinstated() => _record.When(Reinstate(Border)).IsNothingNew();
}

// The treaty of 1978 with the Soviet Union was replaced; the day is marked no more.
public class WhenACommemorationEnds
{
    private const string Friendship = "treaties/SU/friendship";
    private readonly Chronicle _record = Chronicle.Of("SU").With(Treaty(Friendship, "SU~VN", "1978-11-03", "Hiệp ước Hữu nghị và Hợp tác"));

    [Fact]
    public void It_says_since_when_and_why()
    {
        var e = _record.When(EndMarking(Friendship, "1991-12-26")).Leads<CommemorationEnded>();

        Assert.Equal((Id(Friendship), Day("1991-12-26"), Because), (e.Fact, e.On, e.Reason));
        Assert.Equal(new Ending(Day("1991-12-26"), Because), _record.Fact(Friendship).Ended);
    }

    [Fact]
    public void The_same_end_again_is_nothing_new()
    {
        _record.With(EndMarking(Friendship, "1991-12-26"));

        _record.When(EndMarking(Friendship, "1991-12-26")).IsNothingNew();
    }

    [Fact]
    public void The_end_can_be_corrected()
    {
        _record.With(EndMarking(Friendship, "1991-12-26"));

        _record.When(EndMarking(Friendship, "1994-06-16")).Leads<CommemorationEnded>();
        Assert.Equal("1994-06-16", _record.Fact(Friendship).Ended!.On.ToString());
    }

    [Fact]
    public void It_cannot_end_before_it_began() =>
        _record.When(EndMarking(Friendship, "1978-11-02")).IsRefused("ends-before-it-began", "/on", RejectionKind.Invalid);

    [Fact]
    public void What_was_never_marked_has_no_end()
    {
        _record.With(Suspended("SU~VN", "1980"));

        _record.When(EndMarking("suspended/SU~VN/1980", "1991")).IsRefused("not-commemorated", "/fact");
    }

    [Fact]
    public void It_can_be_resumed()
    {
        _record.With(EndMarking(Friendship, "1991-12-26"));

        Assert.Equal(Because, _record.When(ResumeMarking(Friendship)).Leads<CommemorationResumed>().Reason);
        Assert.Null(_record.Fact(Friendship).Ended);
    }

    [Fact]
    public void What_has_not_ended_is_not_resumed() => _record.When(ResumeMarking(Friendship)).IsNothingNew();

    [Fact]
    public void A_national_day_may_end_in_any_year()
    {
        _record.With(NationalDay("SU", 11, 7, "Cách mạng Tháng Mười"));

        _record.When(EndMarking("days/SU/11-7", "1991-12-26")).Leads<CommemorationEnded>();
    }
}

public class WhenAPackSpeaksOfWhatAPersonDecided
{
    private const string Slovakia = "ties/SK~VN";
    private const string Border = "treaties/LA/border";
    private readonly Chronicle _record = new Chronicle();

    public WhenAPackSpeaksOfWhatAPersonDecided()
    {
        foreach (var command in Pack)
        {
            Assert.NotEmpty(_record.When(command, Role.Pack).Events);
        }
    }

    private static Command[] Pack =>
    [
        Party("VN"), Party("LA", "ASEAN"), Party("SK", "EU"),
        Ties("SK~VN", "1993-01-01"),
        Claim(Slovakia, "through-czechoslovakia", "1950-02-02") with { Prefer = Because },
        Treaty(Border, "LA~VN", "1977-07-18", "Hiệp ước biên giới"),
        Claim(Border, "gazette", "1977-07-19"),
        EndMarking(Border, "2030"),
        NationalDay("LA", 12, 2, "Ngày Quốc khánh"),
        Renamed("SK", "1993", "Cộng hòa Slovakia"),
        Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "LA", "VN"),
    ];

    [Fact]
    public void Loading_it_again_adds_nothing() => Reload();

    [Fact]
    public void A_preference_stands()
    {
        _record.With(new PreferClaim(Id(Slovakia), new ClaimId(Id(Slovakia).Value), Because));

        Reload();
        _record.When(Prefer(Slovakia, "through-czechoslovakia"), Role.Pack).IsNothingNew();
        Assert.Equal("1993-01-01", _record.Fact(Slovakia).On.ToString());
    }

    [Fact]
    public void A_newer_claim_is_added_but_not_preferred_to_a_persons_choice()
    {
        _record.With(new PreferClaim(Id(Slovakia), new ClaimId(Id(Slovakia).Value), Because));

        _record.When(Claim(Slovakia, "archive", "1950-02-03") with { Prefer = Because }, Role.Pack).Leads<DateClaimed>();
        Assert.Equal("1993-01-01", _record.Fact(Slovakia).On.ToString());
    }

    [Fact]
    public void A_newer_claim_is_preferred_where_only_packs_chose()
    {
        var decision = _record.When(Claim(Slovakia, "archive", "1950-02-03") with { Prefer = Because }, Role.Pack);

        Assert.Equal([typeof(DateClaimed), typeof(ClaimPreferred)], decision.Events.Select(e => e.GetType()));
        Assert.Equal("1950-02-03", _record.Fact(Slovakia).On.ToString());
    }

    [Fact]
    public void A_title_stands()
    {
        _record.With(Retitle(Border, "Hiệp ước hoạch định biên giới quốc gia"));

        Reload();
        _record.When(Retitle(Border, "Hiệp ước biên giới"), Role.Pack).IsNothingNew();
        Assert.Equal("Hiệp ước hoạch định biên giới quốc gia", _record.Fact(Border).Title!.Vi);
    }

    [Fact]
    public void A_withdrawal_stands_and_the_packs_lines_about_the_fact_are_passed_over()
    {
        _record.With(Withdraw(Border), Withdraw(Slovakia), Withdraw("days/LA/12-2"), Withdraw("accords/mekong"), Withdraw("names/SK/1993"));

        Reload();
        _record.When(Reinstate(Border), Role.Pack).IsNothingNew();
        _record.When(Claim(Border, "newer", "1977-07-20"), Role.Pack).IsNothingNew();
        Assert.NotNull(_record.Fact(Border).Withdrawn);
    }

    [Fact]
    public void A_reinstatement_stands()
    {
        _record.With(Withdraw(Border), Reinstate(Border));

        _record.When(Withdraw(Border), Role.Pack).IsNothingNew();
        Assert.Null(_record.Fact(Border).Withdrawn);
    }

    [Fact]
    public void A_commemoration_taken_up_again_stays_so()
    {
        _record.With(ResumeMarking(Border));

        Reload();
        Assert.Null(_record.Fact(Border).Ended);
    }

    [Fact]
    public void Another_end_of_a_commemoration_stands()
    {
        _record.With(EndMarking(Border, "2040"));

        Reload();
        _record.When(ResumeMarking(Border), Role.Pack).IsNothingNew();
        Assert.Equal("2040", _record.Fact(Border).Ended!.On.ToString());
    }

    [Fact]
    public void Groups_a_person_changed_stand()
    {
        _record.With(new Calendar.Parties.LeaveGroup(PartyCode.Of("LA"), "ASEAN"));

        Reload();
        Assert.Empty(_record.Now.FindParty(PartyCode.Of("LA"))!.Groups);
    }

    private void Reload() => Assert.All(Pack, command => _record.When(command, Role.Pack).IsNothingNew());
}

public class WhenAFactsIdIsTaken
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA")
        .With(Ties("JP~VN", "1973-09-21"), Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "LA", "VN"), NationalDay("LA", 12, 2, "Ngày Quốc khánh"));

    [Fact]
    public void The_same_fact_again_is_nothing_new() => _record.When(Ties("JP~VN", "1973-09-21")).IsNothingNew();

    [Fact]
    public void Another_date_under_it_is_refused() => _record.When(Ties("JP~VN", "1973-09-22")).IsRefused("fact-exists", "/fact");

    [Fact]
    public void The_date_that_a_preferred_claim_gave_it_is_nothing_new()
    {
        _record.With(Claim("ties/JP~VN", "gazette", "1973-09-22") with { Prefer = Because });

        _record.When(Ties("JP~VN", "1973-09-22")).IsNothingNew();
        _record.When(Ties("JP~VN", "1973-09-21")).IsNothingNew();
        _record.When(Ties("JP~VN", "1973-09-23")).IsRefused("fact-exists", "/fact");
    }

    [Fact]
    public void Another_kind_under_it_is_refused() =>
        _record.When(Suspended("JP~VN", "1973-09-21") with { Fact = Id("ties/JP~VN") }).IsRefused("fact-exists", "/fact");

    [Fact]
    public void Another_day_under_a_national_days_id_is_refused() =>
        _record.When(NationalDay("LA", 12, 3, "Ngày Quốc khánh") with { Fact = Id("days/LA/12-2") }).IsRefused("fact-exists", "/fact");

    [Theory]
    [InlineData("ties/JP~VN")]
    [InlineData("accords/mekong")]
    [InlineData("days/LA/12-2")]
    public void Another_stream_cannot_use_it_be_it_person_or_pack(string taken)
    {
        Command[] elsewhere =
        [
            Ties("LA~VN", "1962-09-05") with { Fact = Id(taken) },
            Accord("paris", "1991-10-23", "Hiệp định Paris", "LA", "VN") with { Fact = Id(taken) },
            NationalDay("JP", 2, 23, "Sinh nhật Nhật hoàng") with { Fact = Id(taken) },
        ];

        Assert.All(elsewhere, command => _record.When(command).IsRefused("fact-exists", "/fact"));
        Assert.All(elsewhere, command => _record.When(command, Role.Pack).IsRefused("fact-exists", "/fact"));
    }
}
