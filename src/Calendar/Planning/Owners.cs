using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Facts;

namespace Calendar.Planning;

/// <summary>Who does the work: the partner's central association leads, local ones support, the umbrella union stands in for whoever there is not.</summary>
public static class Owners
{
    /// <summary>Of several central associations the one with the fewest partners leads: the partner's own before that of a whole region.</summary>
    /// <param name="fact">Null for the union's yearly work.</param>
    /// <returns>Null where not even an umbrella union is registered.</returns>
    public static Slug? Lead(Almanac almanac, Fact? fact) =>
        Covering(almanac, fact, AssociationScope.Central).OrderBy(one => one.Partners.Length).ThenBy(one => one.Slug.Value, StringComparer.Ordinal)
            .Select(one => (Slug?)one.Slug).FirstOrDefault() ?? almanac.Umbrella?.Slug;

    /// <summary>By name.</summary>
    public static ImmutableArray<Slug> Supporters(Almanac almanac, Fact? fact) =>
        Covering(almanac, fact, AssociationScope.Local).Select(one => one.Slug).OrderBy(slug => slug.Value, StringComparer.Ordinal).ToImmutableArray() is { IsEmpty: false } local ? local
        : almanac.Umbrella is { } umbrella ? [umbrella.Slug] : [];

    /// <summary>Whether an association can be given work.</summary>
    public static bool IsOpen(Almanac almanac, Slug owner) => almanac.FindAssociation(owner) is { IsOpen: true };

    private static IEnumerable<Association> Covering(Almanac almanac, Fact? fact, AssociationScope scope) =>
        fact is null ? [] : Coverage.Of(almanac, fact).Where(one => one.Details!.Scope == scope);
}
