using System.Collections.Immutable;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Parties;

public enum PartyKind
{
    State,

    /// <summary>A city, province, region or district.</summary>
    Subnational,
    Organisation,
    PoliticalParty,
}

/// <summary>A party enters the record under its earliest known name.</summary>
/// <param name="Groups">What filters go by: organisations it belongs to, its region.</param>
public sealed record PartyRegistered(
    PartyCode Party, PartyKind Kind, Text Name, ImmutableArray<string> Aliases, ImmutableArray<string> Groups) : IEvent;

/// <summary>From <paramref name="On"/> the party bears this name.</summary>
public sealed record PartyRenamed(FactId Fact, PartialDate On, Source Source, Text Name) : IFactEvent;

/// <summary>The party ceased to exist.</summary>
/// <param name="Successors">The parties that came after it.</param>
public sealed record PartyEnded(FactId Fact, PartialDate On, Source Source, ImmutableArray<PartyCode> Successors) : IFactEvent;

/// <summary>The party is counted to a group; feeds filters, never commemorated.</summary>
public sealed record GroupJoined(PartyCode Party, string Group) : IEvent;

/// <summary>The party is no longer counted to a group.</summary>
public sealed record GroupLeft(PartyCode Party, string Group) : IEvent;

/// <summary>The day a party celebrates every year. Movable days are left out.</summary>
/// <param name="Day">Month and day, <c>--09-02</c>.</param>
public sealed record NationalDayDeclared(FactId Fact, AnnualDate Day, Source Source, Text Name, FactId? Replaces = null) : IFactEvent;
