using System.Text.Json.Serialization;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Server.AsOf;

namespace Calendar.Server.Anniversaries;

/// <summary>An anniversary as answers show it.</summary>
/// <param name="Id">Fact and number: <c>{fact}/{n}</c>; for a national day the calendar year.</param>
/// <param name="Years">Null for a national day.</param>
/// <param name="Origin">The fact's own date; null for a national day.</param>
/// <param name="Waived">Whether this year is deliberately not marked.</param>
public sealed record AnniversaryView(
    string Id,
    FactId Fact,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Years,
    PartialDate Date,
    Precision Precision,
    Tier Tier,
    bool Jubilee,
    FactKind Kind,
    IReadOnlyList<PartyCode> Parties,
    IReadOnlyList<PartyCode> Partners,
    Text Title,
    Text FactTitle,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] PartialDate? Origin,
    Confidence Confidence,
    bool Suspended,
    bool Waived,
    IReadOnlyList<Warning> Warnings,
    AnniversaryLinks Links)
{
    public AsOfView? AsOf { get; init; }

    public static AnniversaryView Of(Anniversary x, Collisions collisions)
    {
        var fact = x.Fact;
        return new AnniversaryView(
            x.Id, fact.Id, x.Years, x.Date, x.Date.Precision, x.Tier, x.IsJubilee, fact.Kind, fact.Parties, x.Partners,
            x.Title, Titles.Of(x.Almanac, fact), fact.Day is null ? fact.On : null, fact.Confidence, x.IsSuspended, x.IsWaived, collisions.Of(x),
            AnniversaryLinks.Of(x));
    }
}

/// <summary>Where to go from an anniversary.</summary>
public sealed record AnniversaryLinks(string Explanation, string Fact, string Self)
{
    public static AnniversaryLinks Of(Anniversary x) =>
        new(Server.Facts.Links.Explanation(x), Server.Facts.Links.Fact(x.Fact.Id), Server.Facts.Links.Anniversary(x));
}
