using NodaTime;

namespace Calendar;

/// <summary>Who asks, as far as a decision depends on it.</summary>
/// <param name="Association">The one that an association's token speaks for; null for every other role.</param>
public sealed record Caller(Role Role, Slug? Association = null);

/// <summary>When something is decided. The clock is read once, at the edge.</summary>
/// <param name="Day">The civil day in the calendar's zone.</param>
public readonly record struct Moment(Instant Instant, LocalDate Day);
