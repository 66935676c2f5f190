using System.Collections.Immutable;
using Calendar.Facts;

namespace Calendar.Accords;

/// <summary>Several parties signed one text.</summary>
/// <param name="Parties">Those known to have signed that day; others and other days are <see cref="AccordJoined"/>.</param>
public sealed record AccordConcluded(
    FactId Fact, PartialDate On, Source Source, bool Commemorated, Text Title, ImmutableArray<PartyCode> Parties, PartialDate? InForce, Text? Note,
    FactId? Replaces = null)
    : IFactEvent;

/// <summary>A party joined the accord on a day of its own.</summary>
public sealed record AccordJoined(FactId Fact, PartialDate On, Source Source, bool Commemorated, PartyCode Party, FactId? Replaces = null) : IFactEvent;

/// <summary>A party left the accord.</summary>
/// <param name="Ends">The fact by which it was a party: the conclusion or its joining.</param>
public sealed record AccordLeft(FactId Fact, PartialDate On, Source Source, PartyCode Party, FactId Ends) : IFactEvent;
