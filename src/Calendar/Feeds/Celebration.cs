using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Feeds;

/// <summary>An announced celebration as feeds show it: what is actually held, on a day and at a place of its own.</summary>
/// <param name="Anniversaries">The ids (<c>fact/n</c>) of the anniversaries that it serves, at least one.</param>
/// <param name="IsCancelled">It was announced and will not be held.</param>
/// <param name="ChangedAt">When what it shows last changed.</param>
/// <param name="Revision">Grows with every change; becomes SEQUENCE.</param>
public sealed record Celebration(
    Guid Id, Text Title, LocalDate On, Text? Place, ImmutableArray<string> Anniversaries, bool IsCancelled, Instant ChangedAt, int Revision)
{
    /// <summary>When that was made known; null while it is to be held.</summary>
    public Instant? CancelledAt { get; init; }

    /// <summary>What it was to the public before, each as cancelled, in the order of time: feeds that showed that and do not show it now say so for a while.</summary>
    public ImmutableArray<Celebration> Former { get; init; } = [];

    /// <summary>Its own: neither the day nor what it serves changes it.</summary>
    public string Uid => $"celebration-{Id}@anniversaries.calendar";
}
