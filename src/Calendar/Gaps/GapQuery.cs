using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Parties;

namespace Calendar.Gaps;

/// <summary>Which gaps. Several values of one filter mean or, different filters mean and; an empty one means any.</summary>
public sealed record GapQuery
{
    public ImmutableArray<GapCode> Codes { get; init; } = [];

    public ImmutableArray<PartyCode> Parties { get; init; } = [];

    /// <summary>Groups of a partner.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];
}

public static class GapQueries
{
    private static readonly GapCode[] _codes = Enum.GetValues<GapCode>();

    /// <summary>The gaps that match, by code; those of facts in the order of recording, those of parties by their codes.</summary>
    /// <param name="after">Only those behind this one.</param>
    public static IEnumerable<Gap> Gaps(this Almanac almanac, GapQuery query, GapKey? after = null)
    {
        var facts = FactsOf(almanac, query);
        foreach (var code in Codes(query).Where(code => after is null || code >= after.Value.Code))
        {
            var from = after?.Code == code ? after : null;
            var gaps = code.IsOfParty()
                ? PartiesOf(almanac, query, code).Where(party => from is null || party.Code > from.Value.Party).Select(party => new Gap(code, null, party, almanac))
                : OfFacts(almanac, code, from?.Fact, facts);
            foreach (var gap in gaps)
            {
                yield return gap;
            }
        }
    }

    /// <summary>How many gaps of each code match.</summary>
    public static IReadOnlyDictionary<GapCode, int> GapCounts(this Almanac almanac, GapQuery query)
    {
        var facts = FactsOf(almanac, query);
        return Codes(query).ToDictionary(code => code, code => code.IsOfParty()
            ? PartiesOf(almanac, query, code).Count()
            : almanac.KnownGaps.Facts(code).Count(number => facts?.Has(number) != false));
    }

    /// <summary>Whether a party lacks it, and not a fact.</summary>
    public static bool IsOfParty(this GapCode code) => code is GapCode.NoNationalDay or GapCode.NoAssociation;

    private static IEnumerable<GapCode> Codes(GapQuery query) => _codes.Where(code => query.Codes.IsEmpty || query.Codes.Contains(code));

    private static IEnumerable<Gap> OfFacts(Almanac almanac, GapCode code, FactId? after, FactSet? among)
    {
        var numbers = almanac.KnownGaps.Facts(code);
        var start = 0;
        if (after is { } last)
        {
            var at = numbers.BinarySearch(almanac.NumberOf(last));
            start = at < 0 ? ~at : at + 1;
        }

        return numbers.Skip(start).Where(number => among?.Has(number) != false).Select(number => new Gap(code, almanac.FactAt(number), null, almanac));
    }

    // Null for all.
    private static FactSet? FactsOf(Almanac almanac, GapQuery query)
    {
        var ofParties = query.Parties.IsEmpty ? null : Of(query.Parties);
        var ofMembers = query.Groups.IsEmpty ? null : Of(almanac.Parties.Where(party => IsMember(almanac, query, party)).Select(party => party.Code));
        return ofParties is null || ofMembers is null ? ofParties ?? ofMembers : ofParties.And(ofMembers);

        FactSet Of(IEnumerable<PartyCode> parties) => FactSet.Of(almanac.FactCount, parties.Select(almanac.FactsOf));
    }

    private static IEnumerable<Party> PartiesOf(Almanac almanac, GapQuery query, GapCode code) => almanac.KnownGaps.Parties(code)
        .Where(party => (query.Parties.IsEmpty || query.Parties.Contains(party.Code)) && (query.Groups.IsEmpty || IsMember(almanac, query, party)));

    // The home party's own groups say nothing about a partner.
    private static bool IsMember(Almanac almanac, GapQuery query, Party party) => party.Code != almanac.Home && query.Groups.Any(party.Groups.Contains);
}

/// <summary>The gaps of one almanac, found once by looking at everything. Never changes.</summary>
internal sealed class KnownGaps
{
    private readonly List<int>[] _facts = [.. Enum.GetValues<GapCode>().Select(_ => new List<int>())];
    private readonly ImmutableArray<Party> _withoutNationalDay;
    private readonly ImmutableArray<Party> _withoutAssociation;

    public KnownGaps(Almanac almanac)
    {
        for (var number = 0; number < almanac.FactCount; number++)
        {
            foreach (var code in Gap.Of(almanac.FactAt(number)))
            {
                _facts[(int)code].Add(number);
            }
        }

        Party[] partners = [.. almanac.Parties.Where(party => HasTies(almanac, party))];
        _withoutNationalDay = [.. partners.Where(party => !party.Facts.Values.Any(fact => fact.Kind == FactKind.NationalDay && fact.Withdrawn is null))];
        _withoutAssociation = [.. partners.Where(party => !almanac.Associations.Any(association => IsFor(association, almanac, party)))];
    }

    /// <summary>Those that lack it, by code.</summary>
    public ImmutableArray<Party> Parties(GapCode code) => code == GapCode.NoAssociation ? _withoutAssociation : _withoutNationalDay;

    /// <summary>Numbers, in the order of recording.</summary>
    public List<int> Facts(GapCode code) => _facts[(int)code];

    // The partner's own association does none of the home party's work.
    private static bool IsFor(Association association, Almanac almanac, Party party) =>
        association is { IsOpen: true, Details.Scope: not AssociationScope.Abroad } && association.Covers(almanac, party.Code);

    private static bool HasTies(Almanac almanac, Party party) =>
        party is { Registered.Kind: PartyKind.State, End: null } && party.Code != almanac.Home
        && almanac.FindRelationship(Pair.Of(party.Code, almanac.Home)) is { } relationship
        && relationship.Facts.Values.Any(fact => fact.Kind == FactKind.TiesEstablished && fact.Withdrawn is null);
}
