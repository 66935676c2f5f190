using Calendar.Facts;

namespace Calendar.Relationships;

public enum PartnershipLevel : byte
{
    Comprehensive,
    Strategic,
    ComprehensiveStrategic,

    /// <summary>A relationship of a kind of its own; its title says which.</summary>
    Special,

    /// <summary>Between two regular levels; its title says which.</summary>
    Enhanced,
}

/// <summary>The two parties have had relations since <paramref name="On"/>.</summary>
/// <param name="Through">The predecessor state with which they were established, when the successor counts from its date.</param>
public sealed record TiesEstablished(FactId Fact, PartialDate On, Source Source, bool Commemorated, PartyCode? Through, Text? Note, FactId? Replaces = null) : IFactEvent;

/// <summary>Relations were broken off or interrupted.</summary>
public sealed record TiesSuspended(FactId Fact, PartialDate On, Source Source, Text? Note) : IFactEvent;

/// <summary>Relations were taken up again.</summary>
public sealed record TiesResumed(FactId Fact, PartialDate On, Source Source, Text? Note) : IFactEvent;

/// <summary>The relationship was raised to a level; an older level's commemoration goes on.</summary>
/// <param name="Title">The partnership's own name; always there for the levels special and enhanced.</param>
public sealed record PartnershipElevated(
    FactId Fact, PartialDate On, Source Source, bool Commemorated, PartnershipLevel Level, Text? Title, Text? Note, FactId? Replaces = null) : IFactEvent;

/// <summary>A text between the two was signed.</summary>
public sealed record TreatySigned(
    FactId Fact, PartialDate On, Source Source, bool Commemorated, Text Title, PartialDate? InForce, Text? Note, FactId? Replaces = null) : IFactEvent;

/// <summary>A treaty ceased to apply. Whether its day is still marked is another question (commemoration_ended).</summary>
/// <param name="Ends">The treaty_signed fact.</param>
public sealed record TreatyEnded(FactId Fact, PartialDate On, Source Source, FactId Ends, Text? Note) : IFactEvent;

/// <summary>Anything else between the two that people remember: a visit, an admission, a normalisation.</summary>
public sealed record MilestoneRecorded(FactId Fact, PartialDate On, Source Source, bool Commemorated, Text Title, Text? Note, FactId? Replaces = null) : IFactEvent;
