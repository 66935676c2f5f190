using Calendar.Almanacs;
using Calendar.Rules;

namespace Calendar.Server.Feeds;

/// <summary>
/// A feed whose path says its main filter: <c>/feeds/parties/JP.ics</c>. Its other parameters are those of
/// <c>/feeds/anniversaries.ics</c>, whose short form it is.
/// </summary>
/// <param name="Route">The path, with the filter's value as its parameter, if it has one.</param>
/// <param name="Parameter">The filter.</param>
/// <param name="Fixed">The filter's value, where the path names none.</param>
/// <param name="Exists">Whether there is such a feed; others are not found.</param>
internal sealed record NamedFeed(string Route, string Parameter, string? Fixed, Func<Almanac, string, bool> Exists, string Summary)
{
    // The first that fits names a feed.
    public static IReadOnlyList<NamedFeed> All { get; } =
    [
        new("/feeds/parties/{value}.ics", "party", null, (almanac, value) => PartyCode.TryParse(value, out var code) && almanac.FindParty(code) is not null, "The feed of one party"),
        new("/feeds/groups/{value}.ics", "group", null, (almanac, value) => almanac.KnowsGroup(value), "The feed of one group of partners"),
        new("/feeds/national-days.ics", "kind", "national_day", (_, _) => true, "The national days of all parties"),
        new("/feeds/tiers/{value}.ics", "tier", null, (_, value) => Names<Tier>.All.Contains(value, StringComparer.Ordinal), "The feed of one tier: round, half or other years"),
    ];

    /// <summary>Whether a variant with these parameters is this feed: the filter has one value, and one that a path can hold.</summary>
    public bool IsNamedBy(IReadOnlyList<(string Name, string Value)> parts) =>
        parts.FirstOrDefault(part => part.Name == Parameter).Value is { } value
        && !value.Contains(',', StringComparison.Ordinal) && !value.Contains("%2F", StringComparison.Ordinal) && (Fixed is null || Fixed == value);

    public string PathOf(IReadOnlyList<(string Name, string Value)> parts) =>
        Route.Replace("{value}", parts.First(part => part.Name == Parameter).Value, StringComparison.Ordinal);
}
