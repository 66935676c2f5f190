using Calendar.Anniversaries;
using Calendar.Associations;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Associations;

public class WhenAnniversariesHaveTheirAssociations
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA", "KH", "JP-40", "VN-HN", "XX-1").With(
        Association("vufo", AssociationScope.Umbrella),
        Association("jp-vn", AssociationScope.Abroad, null, "JP"),
        Association("vn-jp-hanoi", AssociationScope.Local, "vufo", "JP"),
        Association("vn-jp", AssociationScope.Central, "vufo", "JP"),
        Association("vn-mekong", AssociationScope.Central, "vufo", "LA", "KH"),
        Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"), Ties("KH~VN", "1967-06-24"));

    [Fact]
    public void Central_ones_come_before_local_ones_and_those_abroad_last() =>
        Assert.Equal(["vn-jp", "vn-jp-hanoi", "jp-vn"], Of("ties/JP~VN"));

    [Fact]
    public void The_one_with_fewer_partners_comes_first()
    {
        _record.With(Association("vn-x-la", AssociationScope.Central, "vufo", "LA"));

        Assert.Equal(["vn-x-la", "vn-mekong"], Of("ties/LA~VN"));
    }

    [Fact]
    public void One_with_several_partners_covers_each_of_them_and_all_together()
    {
        _record.With(Accord("mekong-1995", "1995-04-05", "Hiệp định Mê Công", "KH", "LA", "VN"));

        Assert.Equal(["vn-mekong"], Of("ties/LA~VN"));
        Assert.Equal(["vn-mekong"], Of("accords/mekong-1995"));
    }

    [Fact]
    public void None_covers_what_has_a_partner_that_is_not_its_own()
    {
        _record.With(Accord("many", "1995-04-05", "Hiệp định nhiều bên", "JP", "LA", "VN"));

        Assert.Empty(Of("accords/many"));
    }

    [Fact]
    public void A_place_counts_as_its_country_and_a_place_at_home_as_nobody()
    {
        _record.With(Milestone("sister-cities", "JP-40~VN-HN", "2008-02", "Kết nghĩa Fukuoka – Hà Nội"));

        Assert.Equal(["vn-jp", "vn-jp-hanoi", "jp-vn"], Of("sister-cities"));
    }

    [Fact]
    public void A_place_whose_country_is_not_registered_stands_for_itself()
    {
        _record.With(Milestone("place", "VN~XX-1", "2008", "Kết nghĩa"), Association("vn-xx", AssociationScope.Central, null, "XX-1"));

        Assert.Equal(["vn-xx"], Of("place"));
    }

    [Fact]
    public void What_the_home_party_and_its_places_did_among_themselves_nobody_covers()
    {
        _record.With(Milestone("at-home", "VN~VN-HN", "2010-10-10", "Đại lễ"));

        Assert.Empty(Of("at-home"));
    }

    [Fact]
    public void A_closed_one_is_there_for_nothing_any_more()
    {
        _record.With(new CloseAssociation(SlugOf("vn-jp"), Because));

        Assert.Equal(["vn-jp-hanoi", "jp-vn"], Of("ties/JP~VN"));
    }

    [Theory]
    [InlineData("vn-jp", "JP~VN")]
    [InlineData("vn-mekong", "LA~VN KH~VN")]
    [InlineData("vn-jp,vn-mekong", "JP~VN LA~VN KH~VN")]
    [InlineData("vufo", "")]
    [InlineData("nobody", "")]
    public void Lists_by_association_hold_what_it_covers(string associations, string pairs) => Assert.Equal(
        pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => Id($"ties/{pair}")).Order(),
        Find(associations).Select(one => one.Fact.Id).Order());

    [Fact]
    public void Such_a_list_changes_with_the_association_though_no_fact_has()
    {
        Assert.Single(Find("vn-jp"));

        _record.With(Association("vn-jp", AssociationScope.Central, "vufo", "LA"));

        Assert.Equal([Id("ties/LA~VN")], Find("vn-jp").Select(one => one.Fact.Id));
    }

    [Fact]
    public void Filters_of_other_kinds_narrow_it() =>
        Assert.Equal([Id("ties/LA~VN")], _record.Now.Anniversaries(Query("vn-mekong") with { Parties = [Code("LA")] }).Select(one => one.Fact.Id));

    [Fact]
    public void A_list_holds_what_its_filter_says_of_each_anniversary() => Assert.All(
        _record.Now.Anniversaries(new AnniversaryQuery(new LocalDate(2027, 1, 1), new LocalDate(2028, 1, 1))),
        one => Assert.Equal(Find("vn-mekong").Contains(one), Query("vn-mekong").Matches(one)));

    private IEnumerable<string> Of(string fact) => Coverage.Of(_record.Now, _record.Fact(fact)).Select(association => association.Slug.Value);

    private List<Anniversary> Find(string associations) => _record.Now.Anniversaries(Query(associations));

    private static AnniversaryQuery Query(string associations) =>
        new(new LocalDate(2027, 1, 1), new LocalDate(2028, 1, 1)) { Associations = [.. associations.Split(',').Select(SlugOf)] };
}
