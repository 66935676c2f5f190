using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Associations;
using Calendar.Parties;

namespace Calendar.Search;

/// <summary>Where a page of found anniversaries ends.</summary>
public readonly record struct FoundKey(SearchRank Rank, AnniversaryKey Anniversary);

/// <summary>Searching in the record.</summary>
public static class Searches
{
    private static readonly SearchRank[] _ranks = Enum.GetValues<SearchRank>();

    /// <summary>The anniversaries among those of a query that fit, the best first, then in their usual order.</summary>
    public static List<(SearchRank Rank, Anniversary Anniversary)> Anniversaries(
        this Almanac almanac, AnniversaryQuery query, SearchQuery search, FoundKey? after = null, int limit = int.MaxValue)
    {
        var found = new List<(SearchRank, Anniversary)>();
        var facts = almanac.Search(search);
        foreach (var rank in _ranks.Where(rank => after is null || rank >= after.Value.Rank))
        {
            AnniversaryKey? from = after is { } key && key.Rank == rank ? key.Anniversary : null;
            found.AddRange(almanac.Anniversaries(query with { Among = facts[rank] }, from, limit - found.Count).Select(anniversary => (rank, anniversary)));
        }

        return found;
    }

    /// <summary>How many anniversaries of a query fit.</summary>
    public static int Count(this Almanac almanac, AnniversaryQuery query, SearchQuery search)
    {
        var facts = almanac.Search(search);
        return _ranks.Sum(rank => almanac.Count(query with { Among = facts[rank] }));
    }

    /// <summary>How well a party's names fit; null if they do not.</summary>
    public static SearchRank? RankOf(this Almanac almanac, Party party, SearchQuery search)
    {
        Wording[] names = [almanac.Words.Of(party)];
        return search.RankOf(names, names);
    }

    /// <summary>How well the names of the two fit; null if they do not.</summary>
    public static SearchRank? RankOf(this Almanac almanac, Pair pair, SearchQuery search)
    {
        Wording[] names = [.. almanac.NamesOf([pair.A, pair.B]), Wording.Of(pair)];
        return search.RankOf(names, names);
    }

    /// <summary>How well an association's names fit; null if they do not.</summary>
    public static SearchRank? RankOf(this Association association, SearchQuery search)
    {
        Wording[] names = [new(association.Slug.Value, association.Name.Vi, association.Name.En)];
        return search.RankOf(names, names);
    }

    internal static IEnumerable<Wording> NamesOf(this Almanac almanac, IEnumerable<PartyCode> parties) =>
        parties.Select(almanac.FindParty).OfType<Party>().Select(almanac.Words.Of);
}

/// <summary>The facts of one almanac that fit a search, by rank; each in one rank only.</summary>
internal sealed class FoundFacts
{
    private readonly FactSet[] _byRank;

    private FoundFacts(FactSet[] byRank) => _byRank = byRank;

    public FactSet this[SearchRank rank] => _byRank[(int)rank];

    public static FoundFacts Of(Almanac almanac, SearchQuery search)
    {
        var words = almanac.Words.Covering(almanac);
        var parties = almanac.Parties.Select(party => (party.Code, Names: almanac.Words.Of(party))).ToList();
        var fitting = All(search.Words.Select(word => Saying(words.WithPrefix(word), texts => texts.HasPrefix(word))));
        var whole = All(search.Words.Select(word => Saying(words.With(word), texts => texts.Has(word)))).And(fitting);
        var inOrder = search.Neighbours.Aggregate(whole, (set, two) => set.And(Saying(words.With(two.First, two.Second), texts => texts.Has(two.First, two.Second))));
        var named = Set(parties.Where(party => party.Names.Is(search.Words)).Select(party => almanac.FactsOf(party.Code)));
        var byRank = new[] { named, inOrder.Except(named), whole.Except(named).Except(inOrder), fitting.Except(named).Except(whole) };
        return new FoundFacts(Reconsider(almanac, search, words, fitting, byRank));

        FactSet Saying(IEnumerable<ReadOnlyMemory<int>> titles, Func<Wording, bool> fits) => Set(titles
            .Concat(words.Phrases.Where(phrase => fits(phrase.Wording)).Select(phrase => phrase.Facts.Memory))
            .Concat(parties.Where(party => fits(party.Names)).Select(party => almanac.FactsOf(party.Code))));

        FactSet Set(IEnumerable<ReadOnlyMemory<int>> lists) => FactSet.Of(almanac.FactCount, lists);

        static FactSet All(IEnumerable<FactSet> sets) => sets.Aggregate((all, set) => all.And(set));
    }

    // The index also knows titles that the almanac's facts no longer bear, or do not bear yet.
    private static FactSet[] Reconsider(Almanac almanac, SearchQuery search, SearchWords words, FactSet fitting, FactSet[] byRank)
    {
        var doubtful = words.Retitled.Items.ToArray().Where(number => number < almanac.FactCount && fitting.Has(number)).ToArray();
        if (doubtful.Length == 0)
        {
            return byRank;
        }

        var reconsidered = Array.ConvertAll(byRank, _ => new List<int>());
        foreach (var number in doubtful)
        {
            var fact = almanac.FactAt(number);
            Wording[] names = [.. almanac.NamesOf(fact.Parties)];
            if (search.RankOf([.. names, Wording.Of(fact)], names) is { } rank)
            {
                reconsidered[(int)rank].Add(number);
            }
        }

        var all = FactSet.Of(almanac.FactCount, [doubtful]);
        return [.. byRank.Zip(reconsidered, (set, right) => set.Except(all).Or(FactSet.Of(almanac.FactCount, [right.ToArray()])))];
    }
}
