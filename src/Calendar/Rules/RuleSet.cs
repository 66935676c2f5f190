using System.Collections.Immutable;

namespace Calendar.Rules;

/// <summary>How much a number of years counts.</summary>
public enum Tier
{
    /// <summary>n ends in 0.</summary>
    Round,

    /// <summary>n ends in 5.</summary>
    Half,
    Other,
}

/// <summary>A set of tiers, one bit each.</summary>
[Flags]
public enum TierSet
{
    None = 0,
    Round = 1 << Tier.Round,
    Half = 1 << Tier.Half,
    Other = 1 << Tier.Other,
    All = Round | Half | Other,
}

/// <summary>Which years count and how much, and where 29 February falls in common years.</summary>
/// <param name="Name">Stable; shown where a date explains itself.</param>
/// <param name="ByLastDigit">The tier of a number of years by its last digit, ten of them.</param>
public sealed record RuleSet(string Name, Text Title, ImmutableArray<Tier> ByLastDigit, LeapDayRule LeapDay)
{
    /// <summary>The split of Viet Nam's Decree 145/2013/NĐ-CP: round years, years ending in 5, other years.</summary>
    public static RuleSet Decree145 { get; } = new(
        "decree-145-2013",
        new Text(
            "Nghị định 145/2013/NĐ-CP: năm tròn (tận cùng là 0), năm lẻ 5 (tận cùng là 5) và năm khác",
            "Decree 145/2013/NĐ-CP: round years (ending in 0), half years (ending in 5) and other years"),
        [Tier.Round, Tier.Other, Tier.Other, Tier.Other, Tier.Other, Tier.Half, Tier.Other, Tier.Other, Tier.Other, Tier.Other],
        LeapDayRule.LastOfFebruary);

    /// <summary>25, 50, 75, 100 and so on.</summary>
    public static bool IsJubilee(int years) => years % 25 == 0;

    public Tier TierOf(int years) => ByLastDigit[years % 10];

    /// <summary>Whether a number of years is of one of the tiers. Only its last digit matters.</summary>
    public bool Counts(int years, TierSet tiers) => tiers.HasFlag((TierSet)(1 << (int)TierOf(years)));
}
