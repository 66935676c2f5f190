using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Server.AsOf;
using Calendar.Server.Facts;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Anniversaries;

/// <summary>Why an anniversary is there, or no longer: each point as one sentence in both languages, the fact with its claims, and each event about it.</summary>
/// <param name="Anniversary">Absent when the fact has no such anniversary (any more); the sentences say why.</param>
public sealed record ExplanationView(
    string Id, AnniversaryView? Anniversary, Text Title, IReadOnlyList<Text> Sentences, RuleView Rule, FactView Fact, IReadOnlyList<EventView> Events)
{
    /// <summary>What interrupts the ties on the day.</summary>
    public SuspensionView? Suspension { get; init; }

    public AsOfView? AsOf { get; init; }

    /// <param name="zone">Gives the civil days on which things were recorded.</param>
    public static ExplanationView? Of(Almanac almanac, Fact fact, int number, DateTimeZone zone)
    {
        // A withdrawn or ended one still explains itself: feeds point here for 90 days and longer.
        if (Calendar.Anniversaries.Anniversary.DateOf(fact with { Ended = null }, number, almanac.Rules) is not { } date)
        {
            return null;
        }

        var anniversary = new Anniversary(fact, number, date, almanac);
        var shown = Calendar.Anniversaries.Anniversary.Of(almanac, fact, number) is { } there ? AnniversaryView.Of(there, new Collisions(almanac)) : null;
        var rule = RuleView.Of(anniversary);
        var suspending = Explanation.SuspensionOf(anniversary);
        return new ExplanationView(
            anniversary.Id, shown, anniversary.Title, [.. Explanation.Tell(anniversary, rule, suspending)], rule, FactView.Of(almanac, fact),
            [.. EventSentences.Tell(almanac, fact, zone)])
        {
            Suspension = suspending is null ? null : new SuspensionView(suspending.Id, suspending.On),
        };
    }
}

/// <summary>The rule set that decides the anniversary.</summary>
/// <param name="From">The first civil day whose anniversaries it decides; absent for the set the calendar begins with.</param>
public sealed record RuleView(string Name, Text Title, PartialDate? From)
{
    public static RuleView Of(Anniversary x)
    {
        var adoption = x.Almanac.Rules.AdoptionOn(x.Date.First);
        return new RuleView(adoption.Rules.Name.Value, adoption.Rules.Title, adoption.From is { } from ? new PartialDate(from) : null);
    }
}

/// <param name="Fact">The fact that says so.</param>
public sealed record SuspensionView(FactId Fact, PartialDate Since);

/// <summary>One event about the fact.</summary>
/// <param name="Number">The count of public events up to it.</param>
/// <param name="At">When it was recorded, in UTC.</param>
/// <param name="Role">The recorder's.</param>
public sealed record EventView(long Number, string At, string Event, Role Role, Text? Reason, Text Text)
{
    public static EventView Of(Trace trace, Text text) =>
        new(trace.Number, InstantPattern.General.Format(trace.At), trace.Event, trace.Role, trace.Reason, text);
}

/// <summary>The words for how sure a date is.</summary>
internal static class Confidences
{
    public static Text Of(Confidence confidence) => confidence switch
    {
        Confidence.Confirmed => new Text("đã xác nhận", "confirmed"),
        Confidence.Probable => new Text("nhiều khả năng", "probable"),
        Confidence.Disputed => new Text("các nguồn khác nhau", "disputed"),
        _ => new Text("chưa xác nhận", "unconfirmed"),
    };
}

/// <summary>The words for how much a number of years counts.</summary>
internal static class Tiers
{
    public static Text Of(Tier tier) => tier switch
    {
        Tier.Round => new Text("năm tròn", "round year"),
        Tier.Half => new Text("năm lẻ 5", "half year"),
        _ => new Text("năm khác", "other year"),
    };
}
