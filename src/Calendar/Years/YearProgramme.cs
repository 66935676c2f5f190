using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Planning;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Years;

/// <summary>What one year has to remember.</summary>
/// <param name="Tally">Of all that the filters leave.</param>
/// <param name="Anniversaries">The first of them, in the order of lists; those of which only the year is known first.</param>
/// <param name="FriendshipYears">Of the partners that the filters by party, group and association name. What is listed by kind and tier does not change what a friendship year is.</param>
public sealed record YearProgramme(
    int Year, YearTally Tally, IReadOnlyList<Anniversary> Anniversaries, IReadOnlyList<FriendshipYear> FriendshipYears)
{
    /// <summary>The first and the last year there is a programme for.</summary>
    public const int First = PartialDate.MinYear;
    public const int Last = PartialDate.MaxYear - 1;

    /// <summary>Whether there are more than are listed.</summary>
    public bool HasMore => Tally.Total.Total > Anniversaries.Count;

    /// <param name="query">Its filters; its range is the year.</param>
    /// <param name="limit">At most so many anniversaries are listed.</param>
    public static YearProgramme Of(Almanac almanac, int year, AnniversaryQuery query, int limit)
    {
        query = query with { From = new LocalDate(year, 1, 1), To = new LocalDate(year + 1, 1, 1) };
        return new YearProgramme(year, TallyOf(almanac, year, query), almanac.Anniversaries(query, limit: limit), FriendshipYearsOf(almanac, year, query));
    }

    /// <summary>How many anniversaries a query's filters leave of a year.</summary>
    public static YearTally TallyOf(Almanac almanac, int year, AnniversaryQuery query) => almanac.Years.Tally(query, year);

    /// <summary>The friendship years with the partners that a query's filters by party, group and association name; a predecessor stands for its successors.</summary>
    public static IReadOnlyList<FriendshipYear> FriendshipYearsOf(Almanac almanac, int year, AnniversaryQuery query)
    {
        var all = almanac.Years.FriendshipYears(year);
        return query.Parties.IsEmpty && query.Groups.IsEmpty && query.Associations.IsEmpty ? all : [.. all.Where(IsNamed)];

        bool IsNamed(FriendshipYear one) =>
            (query.Parties.IsEmpty || query.Parties.Contains(almanac.Home) || query.Parties.Contains(one.Partner) || one.Predecessors.Any(query.Parties.Contains))
            && (query.Groups.IsEmpty || query.Groups.Any(almanac.LoadParty(one.Partner).Groups.Contains))
            && (query.Associations.IsEmpty || query.Associations.Any(slug => almanac.FindAssociation(slug)?.Covers(almanac, one.Partner) == true));
    }

    /// <summary>The announced celebrations of a year, by day, that serve an anniversary which a query's filters leave; of whichever tier it is.</summary>
    public static IEnumerable<Celebration> CelebrationsOf(Almanac almanac, int year, AnniversaryQuery query)
    {
        var wanted = query with { Tiers = TierSet.All, Kinds = query.Kinds.IsEmpty ? FactKinds.WithAnniversaries : query.Kinds };
        return almanac.Plans.Announced.Where(one => one.On.Year == year && one.Anniversaries.Any(id => IsNamed(id, one))).OrderBy(one => one.On).ThenBy(one => one.Id);

        bool IsNamed(string id, Celebration one) =>
            AnniversaryId.TryParse(id, out var known) && almanac.Find(known.Fact) is { } fact
            && wanted.Matches(new Anniversary(almanac.Current(fact), known.Number, new PartialDate(one.On), almanac));
    }
}
