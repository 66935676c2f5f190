using System.Collections.Immutable;
using Calendar.Facts;

namespace Calendar.Rules;

/// <summary>How much a number of years counts.</summary>
public enum Tier : byte
{
    /// <summary>Of the first rank; n ends in 0 unless a rule set says otherwise.</summary>
    Round,

    /// <summary>Of the second rank; n ends in 5 unless a rule set says otherwise.</summary>
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

/// <summary>One line of a rule set. Years that are named singly go before <paramref name="Every"/>, and a higher tier before a lower one.</summary>
/// <param name="Every">Every so many years, from 1; null when only single years are named.</param>
/// <param name="Years">Single numbers of years, such as 25 and 75.</param>
/// <param name="Kinds">The kinds it is for; empty for all that no line names. A kind that lines name goes by those alone.</param>
public sealed record TierRule(Tier Tier, int? Every, ImmutableArray<int> Years, ImmutableArray<FactKind> Kinds)
{
    public bool Equals(TierRule? other) => other is not null && Tier == other.Tier && Every == other.Every
        && Years.SequenceEqual(other.Years) && Kinds.SequenceEqual(other.Kinds);

    public override int GetHashCode() => HashCode.Combine(Tier, Every, Years.Length, Kinds.Length);
}

/// <summary>Which years count and how much, and where 29 February falls in common years. Years that no line names are of the tier other.</summary>
/// <param name="Name">Stable; shown where a date explains itself.</param>
public sealed record RuleSet(Slug Name, Text Title, ImmutableArray<TierRule> Lines, LeapDayRule LeapDay)
{
    /// <summary>No series is older than the calendar.</summary>
    public const int MostYears = PartialDate.MaxYear;

    // By kind; the tier of each number of years in the low bits.
    private readonly ImmutableArray<byte[]> _tiers = Tabulate(Lines);

    /// <summary>The split of Viet Nam's Decree 145/2013/NĐ-CP: round years, years ending in 5, other years.</summary>
    public static RuleSet Decree145 { get; } = new(
        Slug.TryParse("decree-145-2013", out var name) ? name : default,
        new Text(
            "Nghị định 145/2013/NĐ-CP: năm tròn (tận cùng là 0), năm lẻ 5 (tận cùng là 5) và năm khác",
            "Decree 145/2013/NĐ-CP: round years (ending in 0), half years (ending in 5) and other years"),
        [new TierRule(Tier.Round, 10, [], []), new TierRule(Tier.Half, 5, [], [])],
        LeapDayRule.LastOfFebruary);

    /// <summary>25, 50, 75, 100 and so on.</summary>
    public static bool IsJubilee(int years) => years % 25 == 0;

    public Tier TierOf(FactKind kind, int years) => (Tier)_tiers[(int)kind][years];

    /// <summary>Whether a number of years is of one of the tiers.</summary>
    public bool Counts(FactKind kind, int years, TierSet tiers) => ((int)tiers & (1 << _tiers[(int)kind][years])) != 0;

    public bool Equals(RuleSet? other) =>
        other is not null && Name == other.Name && Title == other.Title && LeapDay == other.LeapDay && Lines.SequenceEqual(other.Lines);

    public override int GetHashCode() => HashCode.Combine(Name, Title, LeapDay, Lines.Length);

    /// <summary>The tiers of a kind by number of years.</summary>
    internal ReadOnlySpan<byte> TiersOf(FactKind kind) => _tiers[(int)kind];

    private static ImmutableArray<byte[]> Tabulate(ImmutableArray<TierRule> lines)
    {
        var common = Tabulate(lines.Where(line => line.Kinds.IsEmpty));
        return [.. FactKinds.All.Select(kind => lines.Any(line => line.Kinds.Contains(kind)) ? Tabulate(lines.Where(line => line.Kinds.Contains(kind))) : common)];
    }

    private static byte[] Tabulate(IEnumerable<TierRule> lines)
    {
        var tiers = new byte[MostYears + 1];
        Array.Fill(tiers, (byte)Tier.Other);

        // What is written last wins: single years over every so many, a higher tier over a lower one.
        foreach (var line in lines.OrderByDescending(line => line.Tier))
        {
            for (var n = line.Every ?? tiers.Length; n < tiers.Length; n += line.Every ?? 1)
            {
                tiers[n] = (byte)line.Tier;
            }
        }

        foreach (var line in lines.OrderByDescending(line => line.Tier))
        {
            foreach (var n in line.Years)
            {
                tiers[n] = (byte)line.Tier;
            }
        }

        return tiers;
    }
}
