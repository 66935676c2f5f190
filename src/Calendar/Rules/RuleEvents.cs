using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Rules;

/// <summary>Another split of the years is in force for anniversaries from a day on.</summary>
/// <param name="Name">A slug; a set that is adopted again under its name replaces nothing by itself, its days do.</param>
/// <param name="Lines">Which years are of which tier; years that no line names are of the tier other.</param>
/// <param name="LeapDay">Where 29 February is kept in common years.</param>
/// <param name="From">The first civil day whose anniversaries it decides.</param>
public sealed record RuleSetAdopted(Slug Name, Text Title, ImmutableArray<TierRule> Lines, LeapDayRule LeapDay, LocalDate From, Source Source) : IEvent
{
    internal Adoption Adoption => new(new RuleSet(Name, Title, Lines, LeapDay), From, Source);
}
