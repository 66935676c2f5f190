using System.Collections.Immutable;
using System.Globalization;
using Calendar.Almanacs;
using Calendar.Anniversaries;

namespace Calendar.Years;

/// <summary>One of the anniversaries that make a friendship year.</summary>
/// <param name="From">The predecessor that the date is counted from; null for the partner's own.</param>
public sealed record FriendshipAnniversary(Anniversary Anniversary, PartyCode? From);

/// <summary>
/// A year in which the home party's relationship with one partner has two or more anniversaries that are round, half or jubilees.
/// Suspended and waived ones count: they say so themselves.
/// </summary>
/// <param name="Counts">Of all of them.</param>
/// <param name="Years">Their numbers of years, the greatest first.</param>
/// <param name="Anniversaries">The first <see cref="Friendships.MostListed"/>, by date; of one date in the order of recording.</param>
/// <param name="Predecessors">Those that some are counted from, in order.</param>
public sealed record FriendshipYear(
    int Year, PartyCode Partner, TierCounts Counts, ImmutableArray<int> Years, ImmutableArray<FriendshipAnniversary> Anniversaries,
    ImmutableArray<PartyCode> Predecessors, Almanac Almanac)
{
    private const int _mostNumbers = 5;

    /// <summary>The name the partner bears at the end of the year.</summary>
    public Text Name => Almanac.LoadParty(Partner).NameOn(PartialDate.OfYear(Year));

    /// <summary>The numbers of years, "60 + 45".</summary>
    public string Sum =>
        string.Join(" + ", Years.Take(_mostNumbers).Select(years => years.ToString(CultureInfo.InvariantCulture))) + (Years.Length > _mostNumbers ? " + …" : "");

    public Text Title
    {
        get
        {
            var names = Titles.Names(Almanac, [Almanac.Home, Partner], PartialDate.OfYear(Year));
            return new Text($"Năm hữu nghị {names.Vi} {Year}: {Sum}", $"{names.En} friendship year {Year}: {Sum}");
        }
    }

    public IEnumerable<Text> Notes => Predecessors.Select(predecessor =>
    {
        var name = Almanac.LoadParty(predecessor).Name;
        return new Text($"Có ngày kỷ niệm tính từ {name.Vi}", $"With anniversaries counted from {name.En}");
    });
}
