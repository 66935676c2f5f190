using System.Collections.Immutable;
using Calendar.Almanacs;

namespace Calendar.Facts;

/// <summary>Which facts a list holds; an empty filter lets everything pass.</summary>
public sealed record FactQuery(ImmutableArray<PartyCode> Parties, ImmutableArray<FactKind> Kinds);

public static class FactQueries
{
    /// <summary>
    /// The facts in the order of their recording, withdrawn ones included: what a fact refers to stands before it, and whoever reads
    /// page by page misses nothing that is added meanwhile.
    /// </summary>
    /// <param name="after">The last fact of the page before; null from the first on.</param>
    public static IEnumerable<Fact> Facts(this Almanac almanac, FactQuery query, FactId? after)
    {
        var from = after is { } last ? almanac.NumberOf(last) + 1 : 0;
        var numbers = query.Parties.IsEmpty
            ? Enumerable.Range(from, almanac.FactCount - from)
            : query.Parties.SelectMany(party => almanac.FactsOf(party).ToArray()).Where(number => number >= from).Distinct().Order();
        return numbers.Select(almanac.FactAt).Where(fact => query.Kinds.IsEmpty || query.Kinds.Contains(fact.Kind));
    }
}
