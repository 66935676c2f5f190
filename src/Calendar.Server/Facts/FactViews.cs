using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Relationships;
using Calendar.Server.AsOf;
using NodaTime.Text;

namespace Calendar.Server.Facts;

/// <summary>A fact as answers show it.</summary>
/// <param name="On">Partial date; null for a national day, which has <c>day</c>.</param>
public sealed record FactView(
    FactId Fact, FactKind Kind, PartialDate? On, string? Day, Text Title, IReadOnlyList<PartyCode> Parties, Confidence Confidence, bool Commemorated,
    IReadOnlyList<ClaimView> Claims, IReadOnlyList<RecordView> Record, IReadOnlyDictionary<string, string> Links)
{
    public PartnershipLevel? Level { get; init; }

    public PartialDate? InForce { get; init; }

    public PartyCode? Through { get; init; }

    public FactId? Ends { get; init; }

    /// <summary>The withdrawn fact whose place this one has taken.</summary>
    public FactId? Replaces { get; init; }

    /// <summary>The fact that stands in this one's place.</summary>
    public FactId? ReplacedBy { get; init; }

    /// <summary>The years that are deliberately not marked.</summary>
    public IReadOnlyList<WaiverView>? Waivers { get; init; }

    public Text? Note { get; init; }

    public Text? Withdrawn { get; init; }

    public EndingView? Ended { get; init; }

    public AsOfView? AsOf { get; init; }

    public static FactView Of(Almanac almanac, Fact fact) => new(
        fact.Id, fact.Kind, fact.Day is null ? fact.On : null, fact.Day is { } day ? MonthDay.Format(day) : null, Titles.Of(almanac, fact),
        fact.Parties, fact.Confidence, fact.IsCommemorated,
        [.. fact.Claims.Select(claim => ClaimView.Of(fact, claim))],
        [.. almanac.TracesOf(fact.Id).ToArray().Select(trace => new RecordView(trace.Number, InstantPattern.General.Format(trace.At), trace.Event, trace.Role, trace.Reason))],
        Server.Facts.Links.Of(fact))
    {
        Level = fact.Level,
        InForce = fact.InForce,
        Through = fact.Through,
        Ends = fact.Ends,
        Replaces = fact.Replaces,
        ReplacedBy = fact.IsReplaced ? almanac.Current(fact).Id : null,
        Waivers = fact.Waivers.IsEmpty ? null : [.. fact.Waivers.OrderBy(waiver => waiver.N).Select(waiver => new WaiverView(waiver.N, waiver.Reason))],
        Note = fact.Note,
        Withdrawn = fact.Withdrawn,
        Ended = fact.Ended is { } ended ? new EndingView(ended.On, ended.Reason) : null,
    };
}

/// <summary>One statement of the date.</summary>
public sealed record ClaimView(ClaimId Claim, PartialDate? On, Source Source, bool Preferred, Text? Reason)
{
    public static ClaimView Of(Fact fact, Claim claim)
    {
        var preferred = claim.Id == fact.Preferred.Id;
        return new ClaimView(claim.Id, fact.Day is null ? claim.On : null, claim.Source, preferred, preferred ? fact.PreferenceReason : null);
    }
}

/// <summary>One event about the fact: which, when and under which role it was recorded.</summary>
/// <param name="Number">The count of public events up to it.</param>
public sealed record RecordView(long Number, string RecordedAt, string Event, Role Role, Text? Reason);

/// <param name="N">The number of years; the calendar year for a national day.</param>
public sealed record WaiverView(int N, Text Reason);

public sealed record EndingView(PartialDate On, Text Reason);

/// <summary>Addresses of resources, relative to the public address.</summary>
internal static class Links
{
    public static string Fact(FactId fact) => $"/v1/facts/{fact}";

    public static string Anniversary(Anniversary anniversary) => $"/v1/anniversaries/{anniversary.Id}";

    public static string Explanation(Anniversary anniversary) => $"{Anniversary(anniversary)}/explanation";

    public static string Relationship(Pair pair) => $"/v1/relationships/{pair}";

    public static IReadOnlyDictionary<string, string> Of(Fact fact)
    {
        var links = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["self"] = Fact(fact.Id) };
        if (Calendar.Relationships.Relationship.TryParseStream(fact.Stream, out var pair))
        {
            links["relationship"] = Relationship(pair);
        }
        else if (Calendar.Parties.Party.TryParseStream(fact.Stream, out var party))
        {
            links["party"] = $"/v1/parties/{party}";
        }

        return links;
    }
}
