using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;

namespace Calendar.Associations;

/// <summary>Which associations are there for a fact's anniversaries: those whose partners are all of its own.</summary>
public static class Coverage
{
    /// <summary>
    /// The open associations that cover a fact: central ones before local ones before those abroad, each with the fewest partners first
    /// (the one for Laos before the one for ASEAN), then by slug.
    /// </summary>
    public static IEnumerable<Association> Of(Almanac almanac, Fact fact) => almanac.Associations
        .Where(association => association.IsOpen && association.Covers(almanac, fact))
        .OrderBy(association => association.Details!.Scope).ThenBy(association => association.Partners.Length);

    /// <summary>Whether all of a fact's partners are its own, and there are any. It may be closed.</summary>
    public static bool Covers(this Association association, Almanac almanac, Fact fact)
    {
        var any = false;
        foreach (var party in fact.Parties)
        {
            if (almanac.CountryOf(party) == almanac.Home)
            {
                continue;
            }

            if (!association.Covers(almanac, party))
            {
                return false;
            }

            any = true;
        }

        return any;
    }

    /// <summary>Whether a partner is its own: the party itself, or the country that a place lies in.</summary>
    public static bool Covers(this Association association, Almanac almanac, PartyCode partner) =>
        association.Partners.Contains(partner) || association.Partners.Contains(almanac.CountryOf(partner));

    /// <summary>The country of a place, told by its code: <c>JP</c> of <c>JP-40</c>, if it is registered; every other party is its own.</summary>
    public static PartyCode CountryOf(this Almanac almanac, PartyCode party) =>
        party.Value.IndexOf('-', StringComparison.Ordinal) is > 0 and var end && PartyCode.TryParse(party.Value[..end], out var country)
        && (country == almanac.Home || almanac.FindParty(country) is not null)
            ? country
            : party;

    /// <summary>The facts that any of these associations covers.</summary>
    internal static FactSet Of(Almanac almanac, IEnumerable<Slug> associations)
    {
        FactSet? all = null;
        foreach (var slug in associations)
        {
            var association = almanac.FindAssociation(slug);
            PartyCode[] covered = [.. (association?.Partners ?? []).SelectMany(partner => almanac.Places[partner].Append(partner)).Distinct().Order()];

            // What is covered depends on these parties and on the facts alone, and the index is of the facts.
            var facts = almanac.Index.Set("only " + string.Join(',', covered), () => Of(almanac, association, covered));
            all = all is null ? facts : all.Or(facts);
        }

        return all ?? FactSet.Of(almanac.Index.FactCount, []);
    }

    private static FactSet Of(Almanac almanac, Association? association, PartyCode[] covered)
    {
        var numbers = new List<int>();
        foreach (var party in covered)
        {
            foreach (var number in almanac.FactsOf(party).Span)
            {
                if (association!.Covers(almanac, almanac.FactAt(number)))
                {
                    numbers.Add(number);
                }
            }
        }

        return FactSet.Of(almanac.Index.FactCount, [numbers.ToArray()]);
    }
}
