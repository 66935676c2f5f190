using System.Globalization;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Feeds;
using Calendar.Rules;
using Calendar.Server.Anniversaries;
using Calendar.Server.Http;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Feeds;

/// <summary>One feed among all that can be asked for. Equal variants have equal canonical addresses, and are rendered once.</summary>
/// <param name="Query">The filters; its days are not part of the address, the window moves by itself.</param>
/// <param name="Alarm">How long before the day a reminder sounds; null for none.</param>
/// <param name="Full">Whether entries carry RFC 9253 links and concepts.</param>
internal sealed record FeedVariant(AnniversaryQuery Query, Language Language, Period? Alarm, Imprecise Imprecise, int Ahead, bool Full)
{
    public const string Path = "/feeds/anniversaries.ics";

    public static FeedVariant Read(HttpRequest request, Almanac almanac)
    {
        var query = new QueryReader(request);
        var variant = new FeedVariant(
            AnniversaryEndpoints.ReadFilters(query, new AnniversaryQuery(default, default), FeedFilter.DefaultTiers, almanac),
            query.Name("lang", Language.Vi), ReadAlarm(query), query.Name("imprecise", Imprecise.Span),
            query.Number("ahead", 1, 12) ?? FeedFilter.DefaultAhead, ReadDetail(query));
        query.Done();
        return variant;
    }

    /// <summary>The address with sorted values and without defaults, from the path on.</summary>
    public string Canonical()
    {
        var parts = new List<string>();
        Add("party", string.Join(',', Query.Parties.Select(party => party.Value).Order(StringComparer.Ordinal)));
        Add("group", string.Join(',', Query.Groups));
        Add("tier", Query.Tiers == FeedFilter.DefaultTiers
            ? ""
            : string.Join(',', Enum.GetValues<Tier>().Where(tier => Query.Tiers.HasFlag((TierSet)(1 << (int)tier))).Select(tier => tier.Name())));
        Add("kind", string.Join(',', Query.Kinds.Select(kind => kind.Name()).Order(StringComparer.Ordinal)));
        Add("lang", Language == Language.Vi ? "" : Language.Name());
        Add("alarm", Alarm is null ? "" : PeriodPattern.NormalizingIso.Format(Alarm));
        Add("imprecise", Imprecise == Imprecise.Span ? "" : Imprecise.Name());
        Add("ahead", Ahead == FeedFilter.DefaultAhead ? "" : Ahead.ToString(CultureInfo.InvariantCulture));
        Add("detail", Full ? "full" : "");
        return parts.Count == 0 ? Path : $"{Path}?{string.Join('&', parts)}";

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                parts.Add($"{name}={Uri.EscapeDataString(value).Replace("%2C", ",", StringComparison.Ordinal)}");
            }
        }
    }

    private static Period? ReadAlarm(QueryReader query)
    {
        if (query.One("alarm") is not { } text)
        {
            return null;
        }

        // Whole hours before the day, a year at most: months would differ from entry to entry.
        if (PeriodPattern.Roundtrip.Parse(text) is
            {
                Success: true,
                Value: { Years: 0, Months: 0, Weeks: >= 0 and <= 52, Days: >= 0 and <= 366, Seconds: 0, Milliseconds: 0, Ticks: 0, Nanoseconds: 0 } period,
            }
            && period is { Hours: >= 0 and <= 366 * 24, Minutes: 0 }
            && period.ToDuration() is var before && before > Duration.Zero && before <= Duration.FromDays(366))
        {
            return period;
        }

        query.Wrong("alarm", "malformed-alarm", "“alarm” viết như P7D (bảy ngày trước), nhiều nhất P366D.", "\"alarm\" is written like P7D (seven days before), at most P366D.");
        return null;
    }

    private static bool ReadDetail(QueryReader query)
    {
        var detail = query.One("detail");
        if (detail is not (null or "full"))
        {
            query.Wrong("detail", "unknown-value", "“detail” chỉ nhận “full”.", "\"detail\" takes \"full\" only.");
        }

        return detail is "full";
    }
}
