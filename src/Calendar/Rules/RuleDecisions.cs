using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Rules;

/// <summary>Adopts a rule set. Without an adoption the product's own goes on.</summary>
public sealed record AdoptRules(Slug Name, Text Title, ImmutableArray<TierRule> Lines, LeapDayRule LeapDay, LocalDate From, Source Source) : Command
{
    public Adoption Adoption => new(new RuleSet(Name, Title, Lines, LeapDay), From, Source);
}

/// <summary>What may be adopted: the stream <c>rules</c>.</summary>
public static class RuleDecisions
{
    public const string Stream = "rules";

    public static Decision Decide(AdoptRules command, RuleBook state)
    {
        if (Contradiction(command.Lines) is { } contradiction)
        {
            return contradiction;
        }

        // The last one from a day decides: adopting it again changes nothing.
        return state.Adopted.LastOrDefault(adoption => adoption.From == command.From) is { } last && last.Equals(command.Adoption)
            ? Decision.Nothing
            : Decision.Of(new RuleSetAdopted(command.Name, command.Title, command.Lines, command.LeapDay, command.From, command.Source));
    }

    /// <summary>Whether two lines give the same years of one kind different tiers; the words say which.</summary>
    public static Rejection? Contradiction(ImmutableArray<TierRule> lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (line, other) = (lines[i], lines[j]);
                if (line.Tier == other.Tier || !SameKind(line, other))
                {
                    continue;
                }

                if (line.Every is { } every && line.Every == other.Every)
                {
                    return Twice(i, "every", $"{every}", line, other);
                }

                if (line.Years.Intersect(other.Years).ToImmutableArray() is [var year, ..])
                {
                    return Twice(i, "years", $"{year}", line, other);
                }
            }
        }

        return null;
    }

    private static bool SameKind(TierRule x, TierRule y) => (x.Kinds.IsEmpty && y.Kinds.IsEmpty) || x.Kinds.Any(y.Kinds.Contains);

    private static Rejection Twice(int line, string member, string years, TierRule x, TierRule y) => Rejection.Invalid(
        "contradictory-rules", $"/lines/{line}/{member}",
        $"“{years}” vừa thuộc hạng {x.Tier.Name()} vừa thuộc hạng {y.Tier.Name()}: chỉ giữ một dòng.",
        $"\"{years}\" is given both the tier {x.Tier.Name()} and the tier {y.Tier.Name()}: keep one of the lines.");
}
