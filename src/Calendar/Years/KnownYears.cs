using System.Collections.Concurrent;
using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Anniversaries;

namespace Calendar.Years;

/// <summary>What was found out about the years of one almanac, as long as it is not too much: overviews and programmes ask again and again.</summary>
internal sealed class KnownYears(Almanac almanac)
{
    private const int _mostYears = 128;
    private const int _mostTallies = 1024;

    private readonly ConcurrentDictionary<int, ImmutableArray<FriendshipYear>> _friendshipYears = new();
    private readonly ConcurrentDictionary<string, YearTally> _tallies = new(StringComparer.Ordinal);

    /// <summary>With all partners.</summary>
    public ImmutableArray<FriendshipYear> FriendshipYears(int year) =>
        Find(_friendshipYears, year, _mostYears, () => Friendships.In(almanac, year));

    /// <param name="query">Its filters; its range says nothing here.</param>
    public YearTally Tally(AnniversaryQuery query, int year) => query.Among is not null
        ? new YearTally(almanac, query, year)
        : Find(
            _tallies, $"{year} {query.Tiers:D} {string.Join(',', query.Kinds)} {string.Join(',', query.Precisions)} {string.Join(',', query.Parties)} {string.Join(',', query.Groups)} {string.Join(',', query.Associations)}",
            _mostTallies, () => new YearTally(almanac, query, year));

    // Two who ask at once may both find it out: they find the same.
    private static T Find<TKey, T>(ConcurrentDictionary<TKey, T> known, TKey key, int most, Func<T> find)
        where TKey : notnull
    {
        if (known.TryGetValue(key, out var found))
        {
            return found;
        }

        if (known.Count >= most)
        {
            known.Clear();
        }

        return known.GetOrAdd(key, find());
    }
}
