using Calendar.Server.Feeds;

namespace Calendar.Server.Tests.Feeds;

/// <summary>The public feed in many variants: each value of each filter at least once, and together where they meet in an entry.</summary>
public static class EveryVariant
{
    /// <summary>Queries of the feed over the pack of Viet Nam, each of which has entries.</summary>
    public static IReadOnlyList<string> OfVietnam { get; } =
    [
        "",
        "lang=en",
        "tier=round",
        "tier=half&lang=en",
        "tier=other&ahead=2",
        "tier=round,half,other&ahead=3&lang=en",
        "party=JP",
        "party=JP,LA&tier=round,half,other&lang=en&alarm=P7D",
        "party=US&tier=round,half,other&detail=full&alarm=P1DT12H",
        "group=ASEAN&imprecise=omit",
        "group=ASEAN&tier=round,half,other&ahead=2&detail=full&lang=en",
        "imprecise=span&tier=other&ahead=1",
        "imprecise=year&tier=round,half,other&ahead=1&lang=en",
        "imprecise=year&kind=partnership_elevated,treaty_signed&detail=full",
        "kind=national_day&ahead=2&lang=en",
        "kind=national_day&ahead=2&alarm=PT8H",
        "kind=ties_established&tier=round",
        "kind=partnership_elevated&tier=round,half,other&ahead=1",
        "kind=milestone_recorded&tier=round,half,other&lang=en",
        "kind=accord_concluded,accord_joined&tier=round,half,other",
        "ahead=12&tier=round&lang=en",
        "ahead=1",
        "alarm=P7D&tier=round",
        "alarm=P366D&tier=half&lang=en",
        "alarm=PT1H&detail=full&tier=round&lang=en",
        "detail=full&tier=round",
    ];

    /// <summary>Queries of the feed over the small log, which holds what has been corrected, withdrawn, ended and is imprecise.</summary>
    public static IReadOnlyList<string> OfTheSmallLog { get; } =
    [
        "",
        "lang=en",
        "party=AQ",
        "party=AQ&lang=en&alarm=P7D&detail=full",
        "lang=en&imprecise=year&alarm=P7D&detail=full&ahead=12&tier=half,other,round&kind=accord_concluded,accord_joined,milestone_recorded,national_day,partnership_elevated,ties_established,treaty_signed",
        "imprecise=year&alarm=PT8H&tier=half,other,round&kind=accord_concluded,accord_joined,milestone_recorded,national_day,partnership_elevated,ties_established,treaty_signed",
        "imprecise=omit&tier=half,other,round",
    ];

    /// <summary>The address of a query.</summary>
    public static string Address(string query) => query.Length == 0 ? FeedVariant.Path : $"{FeedVariant.Path}?{query}";
}
