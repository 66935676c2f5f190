using Calendar.Facts;
using Calendar.Parties;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Parties;

public class WhenAPartyIsRegistered
{
    private readonly Chronicle _record = Chronicle.Of();

    [Fact]
    public void It_enters_the_record_as_it_was_given()
    {
        var e = _record.When(new RegisterParty(PartyCode.Of("VN-HN"), PartyKind.Subnational, new("Hà Nội", "Ha Noi"), ["Thăng Long"], ["VN"]))
            .Leads<PartyRegistered>();

        Assert.Equal(("VN-HN", PartyKind.Subnational, "Hà Nội", "Ha Noi"), (e.Party.Value, e.Kind, e.Name.Vi, e.Name.En));
        Assert.Equal("Thăng Long", Assert.Single(e.Aliases));
        Assert.Equal("VN", Assert.Single(e.Groups));
        Assert.Equal("Hà Nội", _record.Now.FindParty(PartyCode.Of("VN-HN"))!.Name.Vi);
    }

    [Fact]
    public void The_same_again_is_nothing_new()
    {
        _record.With(Party("LA", "ASEAN", "UN"));

        _record.When(Party("LA", "UN", "ASEAN")).IsNothingNew();
    }

    [Fact]
    public void Other_groups_bring_it_to_what_is_given()
    {
        _record.With(Party("LA", "ASEAN", "UN"));

        var decision = _record.When(Party("LA", "UN", "OIF"));

        Assert.Equal([new GroupJoined(PartyCode.Of("LA"), "OIF"), new GroupLeft(PartyCode.Of("LA"), "ASEAN")], decision.Events.Cast<IEvent>());
        Assert.Equal(["OIF", "UN"], _record.Now.FindParty(PartyCode.Of("LA"))!.Groups);
    }

    [Fact]
    public void Another_name_kind_or_alias_under_its_code_is_refused()
    {
        _record.With(Party("LA"));

        _record.When(Party("LA") with { Name = Both("Vạn Tượng") }).IsRefused("party-exists", "/name");
        _record.When(Party("LA") with { Kind = PartyKind.Organisation }).IsRefused("party-exists", "/name");
        _record.When(Party("LA") with { Aliases = ["Ai Lao"] }).IsRefused("party-exists", "/name");
    }
}

public class WhenAPartyIsCountedToAGroup
{
    private static readonly PartyCode Laos = PartyCode.Of("LA");
    private readonly Chronicle _record = Chronicle.Of().With(Party("LA", "UN"));

    [Fact]
    public void It_joins_once()
    {
        Assert.Equal(new GroupJoined(Laos, "ASEAN"), _record.When(new JoinGroup(Laos, "ASEAN")).Leads<GroupJoined>());
        _record.When(new JoinGroup(Laos, "ASEAN")).IsNothingNew();
    }

    [Fact]
    public void It_leaves_once()
    {
        Assert.Equal(new GroupLeft(Laos, "UN"), _record.When(new LeaveGroup(Laos, "UN")).Leads<GroupLeft>());
        _record.When(new LeaveGroup(Laos, "UN")).IsNothingNew();
    }

    [Fact]
    public void Groups_are_told_apart_by_case()
    {
        _record.When(new JoinGroup(Laos, "un")).Leads<GroupJoined>();
    }
}

public class WhenAPartyIsRenamed
{
    private static readonly PartyCode Macedonia = PartyCode.Of("MK");
    private readonly Chronicle _record = Chronicle.Of("MK");

    [Fact]
    public void It_bears_the_name_from_that_day()
    {
        var e = _record.When(Renamed("MK", "2019-02-12", "Bắc Macedonia")).Leads<PartyRenamed>();
        var party = _record.Now.FindParty(Macedonia)!;

        Assert.Equal((Day("2019-02-12"), "Bắc Macedonia", Ministry), (e.On, e.Name.Vi, e.Source));
        Assert.Equal("Macedonia", party.NameOn(Day("2019-02-11")).Vi);
        Assert.Equal("Bắc Macedonia", party.NameOn(Day("2019-02-12")).Vi);
        Assert.Equal("Bắc Macedonia", party.NameOn(Day("2034-06-13")).Vi);
        Assert.Equal("Macedonia", party.Name.Vi);
    }

    [Fact]
    public void Names_follow_history_and_not_the_order_of_recording()
    {
        _record.With(Renamed("MK", "2019-02-12", "Bắc Macedonia"), Renamed("MK", "1993-04-08", "FYROM"));
        var party = _record.Now.FindParty(Macedonia)!;

        Assert.Equal(
            ["Macedonia", "FYROM", "Bắc Macedonia"],
            new[] { "1993-04-07", "1993-04-08", "2020" }.Select(day => party.NameOn(Day(day)).Vi));
    }

    [Fact]
    public void A_withdrawn_name_was_never_borne()
    {
        _record.With(Renamed("MK", "2019-02-12", "Bắc Macedonia"), Withdraw("names/MK/2019-02-12"));

        Assert.Equal("Macedonia", _record.Now.FindParty(Macedonia)!.NameOn(Day("2034")).Vi);
    }

    [Fact]
    public void The_same_again_is_nothing_new()
    {
        _record.With(Renamed("MK", "2019-02-12", "Bắc Macedonia"));

        _record.When(Renamed("MK", "2019-02-12", "Bắc Macedonia")).IsNothingNew();
    }
}

public class WhenAPartyEnds
{
    private readonly Chronicle _record = Chronicle.Of("CS", "CZ", "SK");

    [Fact]
    public void It_names_its_successors()
    {
        var e = _record.When(Ended("CS", "1992-12-31", "CZ", "SK")).Leads<PartyEnded>();

        Assert.Equal((Day("1992-12-31"), "CZ SK"), (e.On, string.Join(' ', e.Successors)));
        Assert.Equal(Id("ends/CS"), _record.Now.FindParty(PartyCode.Of("CS"))!.End!.Id);
    }

    [Fact]
    public void The_same_again_is_nothing_new()
    {
        _record.With(Ended("CS", "1992-12-31", "CZ", "SK"));

        _record.When(Ended("CS", "1992-12-31", "CZ", "SK")).IsNothingNew();
    }

    [Fact]
    public void An_end_that_another_has_replaced_cannot_be_reinstated_beside_it()
    {
        _record.With(Ended("CS", "1993-01-01"), Withdraw("ends/CS"), Ended("CS", "1992-12-31", "CZ", "SK") with { Fact = Id("ends/CS/again") });

        _record.When(Reinstate("ends/CS")).IsRefused("party-ended", "/party");
    }

    [Fact]
    public void It_cannot_end_twice()
    {
        _record.With(Ended("CS", "1992-12-31", "CZ", "SK"));

        _record.When(Ended("CS", "1993-01-01") with { Fact = Id("ends/CS/again") }).IsRefused("party-ended", "/party");
    }

    [Fact]
    public void Once_the_end_is_withdrawn_another_can_be_recorded()
    {
        _record.With(Ended("CS", "1992-12-31", "CZ", "SK"), Withdraw("ends/CS"));

        _record.When(Ended("CS", "1993-01-01") with { Fact = Id("ends/CS/again") }).Leads<PartyEnded>();
    }

    [Fact]
    public void It_cannot_succeed_itself() =>
        _record.When(Ended("CS", "1992-12-31", "CZ", "CS")).IsRefused("own-successor", "/successors", RejectionKind.Invalid);

    [Fact]
    public void Successors_are_parties_of_the_record() =>
        _record.When(Ended("CS", "1992-12-31", "CZ", "XX")).IsRefused("unknown-party", "/successors/1", RejectionKind.NotFound);
}

public class WhenANationalDayIsDeclared
{
    private readonly Chronicle _record = Chronicle.Of("LA").With(NationalDay("VN", 9, 2, "Ngày Quốc khánh"));

    [Fact]
    public void It_has_a_month_and_a_day_and_no_year()
    {
        var e = _record.When(NationalDay("LA", 12, 2, "Ngày Quốc khánh")).Leads<NationalDayDeclared>();

        Assert.Equal(("--12-02", "Ngày Quốc khánh"), (MonthDay.Format(e.Day), e.Name.Vi));
        Assert.Equal((FactKind.NationalDay, true), (_record.Fact("days/LA/12-2").Kind, _record.Fact("days/LA/12-2").IsCommemorated));
    }

    [Fact]
    public void The_same_again_is_nothing_new() => _record.When(NationalDay("VN", 9, 2, "Ngày Quốc khánh")).IsNothingNew();

    [Fact]
    public void The_same_day_twice_is_refused() =>
        _record.When(NationalDay("VN", 9, 2, "Tết Độc lập") with { Fact = Id("another") }).IsRefused("national-day-exists", "/day");

    [Fact]
    public void A_party_may_have_two_days() => _record.When(NationalDay("VN", 4, 30, "Ngày Thống nhất")).Leads<NationalDayDeclared>();

    [Fact]
    public void Once_withdrawn_the_day_is_free_again()
    {
        _record.With(Withdraw("days/VN/9-2"));

        _record.When(NationalDay("VN", 9, 2, "Tết Độc lập") with { Fact = Id("another") }).Leads<NationalDayDeclared>();
    }
}

public class WhenAPartyIsUnknown
{
    private readonly Chronicle _record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"));

    public static TheoryData<string, Command> Naming => new()
    {
        { "/party", Renamed("XX", "2019", "Tên mới") },
        { "/party", Ended("XX", "2019") },
        { "/party", new JoinGroup(PartyCode.Of("XX"), "UN") },
        { "/party", new LeaveGroup(PartyCode.Of("XX"), "UN") },
        { "/party", NationalDay("XX", 9, 2, "Ngày Quốc khánh") },
        { "/relationship", Ties("VN~XX", "1973-09-21") },
        { "/through", Ties("JP~VN", "1973-09-21") with { Through = PartyCode.Of("XX") } },
        { "/parties/1", Accord("paris", "1991", "Hiệp định Paris", "VN", "XX") },
        { "/party", Joins("XX", "paris", "1991") },
        { "/party", Leaves("XX", "paris", "1991", "accords/paris") },
    };

    [Theory]
    [MemberData(nameof(Naming))]
    public void A_command_that_names_it_is_refused_and_says_where(string pointer, Command command) =>
        _record.When(command).IsRefused("unknown-party", pointer, RejectionKind.NotFound);

    [Fact]
    public void It_is_told_by_its_code() =>
        Assert.Contains("\"XX\"", _record.When(Ties("VN~XX", "1973")).Rejection!.Detail.En, StringComparison.Ordinal);
}
