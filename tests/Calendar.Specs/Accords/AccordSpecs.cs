using Calendar.Accords;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Accords;

public class WhenAnAccordIsConcluded
{
    private readonly Chronicle _record = Chronicle.Of("KH", "LA", "TH");

    [Fact]
    public void Those_who_signed_that_day_are_its_parties()
    {
        var e = _record.When(Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "KH", "LA", "TH", "VN") with { InForce = Day("1995-04-05") })
            .Leads<AccordConcluded>();

        Assert.Equal(("1995-04-05", "1995-04-05", true), (e.On.ToString(), e.InForce.ToString(), e.Commemorated));
        Assert.Equal("KH LA TH VN", string.Join(' ', e.Parties));
        Assert.Equal("KH LA TH VN", string.Join(' ', _record.Fact("accords/mekong").Parties));
    }

    [Fact]
    public void Every_pair_of_its_parties_finds_it()
    {
        _record.With(Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "KH", "LA", "VN"));

        Assert.Equal(Id("accords/mekong"), Assert.Single(_record.Now.AccordsOf(PairOf("KH~LA"))).Id);
        Assert.Empty(_record.Now.AccordsOf(PairOf("TH~VN")));
    }

    [Fact]
    public void The_same_again_is_nothing_new()
    {
        _record.With(Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "LA", "VN"));

        _record.When(Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "LA", "VN")).IsNothingNew();
    }

    [Fact]
    public void A_conclusion_that_another_has_replaced_cannot_be_reinstated_beside_it()
    {
        _record.With(
            Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "LA", "VN"), Withdraw("accords/mekong"),
            Accord("mekong", "1995-04-05", "Hiệp định sông Mê Công", "LA", "VN") with { Fact = Id("accords/mekong/again") });

        _record.When(Reinstate("accords/mekong")).IsRefused("accord-exists", "/accord");
    }

    [Fact]
    public void Its_name_is_taken_until_it_is_withdrawn()
    {
        var another = Accord("mekong", "2010", "Tuyên bố Hua Hin", "LA", "VN") with { Fact = Id("hua-hin") };
        _record.With(Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "LA", "VN"));

        _record.When(another).IsRefused("accord-exists", "/accord");
        _record.With(Withdraw("accords/mekong"));
        _record.When(another).Leads<AccordConcluded>();
    }
}

public class WhenAPartyJoinsAnAccord
{
    private readonly Chronicle _record = Chronicle.Of("CN", "KH", "LA").With(Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "LA", "VN"));

    [Fact]
    public void It_has_a_day_of_its_own_under_the_accords_title()
    {
        var e = _record.When(Joins("KH", "mekong", "1996-07")).Leads<AccordJoined>();

        Assert.Equal(("KH", "1996-07", true), (e.Party.Value, e.On.ToString(), e.Commemorated));
        Assert.Equal("Hiệp định Mê Công", _record.Fact("accords/mekong/joined/KH/1996-07").Title!.Vi);
    }

    [Fact]
    public void The_same_again_is_nothing_new()
    {
        _record.With(Joins("KH", "mekong", "1996-07"));

        _record.When(Joins("KH", "mekong", "1996-07")).IsNothingNew();
    }

    [Fact]
    public void It_joins_under_the_title_the_accord_has_by_then()
    {
        _record.With(Retitle("accords/mekong", "Hiệp định phát triển bền vững lưu vực sông Mê Công"), Joins("KH", "mekong", "1996-07"));

        Assert.Equal("Hiệp định phát triển bền vững lưu vực sông Mê Công", _record.Fact("accords/mekong/joined/KH/1996-07").Title!.Vi);
    }

    [Fact]
    public void The_fact_of_another_party_is_not_its_own()
    {
        _record.With(Joins("KH", "mekong", "1996-07"));

        _record.When(Joins("CN", "mekong", "1996-07") with { Fact = Id("accords/mekong/joined/KH/1996-07") }).IsRefused("fact-exists", "/fact");
    }

    [Fact]
    public void An_accord_nobody_recorded_cannot_be_joined() =>
        _record.When(Joins("KH", "paris", "1991")).IsRefused("unknown-accord", "/accord", RejectionKind.NotFound);

    [Fact]
    public void A_withdrawn_accord_cannot_be_joined()
    {
        _record.With(Withdraw("accords/mekong"));

        _record.When(Joins("KH", "mekong", "1996")).IsRefused("unknown-accord", "/accord", RejectionKind.NotFound);
    }

    [Fact]
    public void Who_signed_or_joined_it_does_not_join_again()
    {
        _record.With(Joins("KH", "mekong", "1996-07"));

        _record.When(Joins("LA", "mekong", "1996")).IsRefused("already-a-party", "/party");
        _record.When(Joins("KH", "mekong", "1997")).IsRefused("already-a-party", "/party");
    }

    [Fact]
    public void Who_left_it_can_come_back()
    {
        _record.With(Leaves("LA", "mekong", "2000", "accords/mekong"));

        _record.When(Joins("LA", "mekong", "2010")).Leads<AccordJoined>();
    }
}

public class WhenAPartyLeavesAnAccord
{
    private readonly Chronicle _record = Chronicle.Of("KH", "LA")
        .With(Accord("mekong", "1995-04-05", "Hiệp định Mê Công", "LA", "VN"), Joins("KH", "mekong", "1996-07"));

    [Theory]
    [InlineData("LA", "accords/mekong")]
    [InlineData("KH", "accords/mekong/joined/KH/1996-07")]
    public void It_names_the_fact_by_which_it_was_a_party(string party, string ends)
    {
        var e = _record.When(Leaves(party, "mekong", "2000-01-01", ends)).Leads<AccordLeft>();

        Assert.Equal((party, Id(ends)), (e.Party.Value, e.Ends));
        Assert.False(_record.Fact($"accords/mekong/left/{party}/2000-01-01").IsCommemorated);
    }

    [Fact]
    public void The_same_again_is_nothing_new()
    {
        _record.With(Leaves("LA", "mekong", "2000", "accords/mekong"));

        _record.When(Leaves("LA", "mekong", "2000", "accords/mekong")).IsNothingNew();
    }

    [Theory]
    [InlineData("KH", "accords/mekong")]
    [InlineData("LA", "accords/mekong/joined/KH/1996-07")]
    [InlineData("LA", "nothing-known")]
    public void A_fact_that_does_not_make_it_a_party_is_refused(string party, string ends) =>
        _record.When(Leaves(party, "mekong", "2000", ends)).IsRefused("not-a-party", "/ends", RejectionKind.NotFound);

    [Fact]
    public void An_accord_nobody_recorded_cannot_be_left() =>
        _record.When(Leaves("LA", "paris", "2000", "accords/mekong")).IsRefused("unknown-accord", "/accord", RejectionKind.NotFound);
}
