using Calendar.Associations;
using Calendar.Feeds;
using Calendar.Specs.Feeds;
using Calendar.Years;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Associations;

public class WhenAFeedIsOfAnAssociation
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA").On(2026, 6, 1).With(
        Association("vn-jp", AssociationScope.Central, null, "JP"), Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"));

    [Fact]
    public void It_shows_what_the_association_covers() => Assert.Equal(["2028-09-21 55", "2033-09-21 60"], Feed());

    [Fact]
    public void With_another_partner_it_shows_more_and_no_entry_is_another()
    {
        var before = Entries();

        _record.With(Association("vn-jp", AssociationScope.Central, null, "JP", "LA"));

        Assert.Equal(["2027-09-05 65", "2028-09-21 55", "2032-09-05 70", "2033-09-21 60"], Feed());
        Assert.All(before, entry => Assert.Contains(Entries(), now => (now.Uid, now.Revision, now.ChangedAt) == (entry.Uid, entry.Revision, entry.ChangedAt)));
    }

    [Fact]
    public void What_is_withdrawn_is_cancelled_there_too()
    {
        _record.With(Withdraw("ties/JP~VN"), Withdraw("ties/LA~VN"));

        Assert.Equal(["-2028-09-21 55", "-2033-09-21 60"], Feed());
    }

    [Fact]
    public void Closing_the_association_takes_nothing_from_its_subscribers()
    {
        _record.With(new CloseAssociation(SlugOf("vn-jp"), Because));

        Assert.Equal(["2028-09-21 55", "2033-09-21 60"], Feed());
    }

    [Fact]
    public void Friendship_years_are_those_of_its_partners()
    {
        _record.With(Elevated("JP~VN", "2003-03-01", Calendar.Relationships.PartnershipLevel.Strategic), Elevated("LA~VN", "2003-03-01", Calendar.Relationships.PartnershipLevel.Strategic));

        Assert.Equal(["JP"], YearProgramme.FriendshipYearsOf(_record.Now, 2033, Filter().Query).Select(year => year.Partner.Value));
        Assert.Equal(2, YearProgramme.Of(_record.Now, 2033, Filter().Query, 10).Anniversaries.Count);
        Assert.NotEqual(
            YearProgramme.TallyOf(_record.Now, 2033, Filter().Query).Total,
            YearProgramme.TallyOf(_record.Now, 2033, Filter().Query with { Associations = [] }).Total);
    }

    private IEnumerable<string> Feed() => Entries().Lines();

    private List<FeedEntry> Entries() => _record.Now.Feed(Filter(), _record.Today, Chronicle.Zone);

    private FeedFilter Filter()
    {
        var filter = Subscribing.Filter(_record.Today);
        return filter with { Query = filter.Query with { Associations = [SlugOf("vn-jp")] } };
    }
}
