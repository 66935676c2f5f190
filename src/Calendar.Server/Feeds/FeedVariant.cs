using System.Collections.Immutable;
using System.Globalization;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Rules;
using Calendar.Server.Anniversaries;
using Calendar.Server.Http;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Feeds;

/// <summary>One feed among all that can be asked for. Equal variants have equal names, and are rendered once.</summary>
/// <param name="Query">The filters; its days are not part of it, the window moves by itself.</param>
/// <param name="Alarm">How long before the day a reminder sounds; null for none.</param>
/// <param name="Full">Whether entries carry RFC 9253 links and concepts.</param>
internal sealed record FeedVariant(AnniversaryQuery Query, Language Language, Period? Alarm, Imprecise Imprecise, int Ahead, bool Full)
{
    /// <summary>The longest address; some clients cut what is longer.</summary>
    public const int MaxAddress = 255;

    public const string Path = "/feeds/anniversaries.ics";

    /// <summary>For the OpenAPI document of every route that takes them.</summary>
    public static (string Name, string Description)[] Parameters { get; } =
    [
        ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"), AnniversaryEndpoints.Association, ("tier", "round, half, other; round and half when left out"),
        ("kind", "Kinds in commas; national_day only when named"), ("lang", "vi (default) or en"), ("alarm", "Reminder before the day, such as P7D"),
        ("imprecise", "span (default), omit or year"), ("ahead", "1 to 12 years, 7 by default"), ("detail", "full adds RFC 9253 links"),
    ];

    /// <summary>Everything that anniversaries are made of and that is no national day: the same as naming no kind.</summary>
    private static readonly ImmutableHashSet<FactKind> _everyKind = [.. FactKinds.WithAnniversaries.Where(kind => kind != FactKind.NationalDay)];

    /// <summary>Whether it is somebody's own: it does not say where it comes from.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>What the reader of a link that will end is told.</summary>
    public FeedNotice? Notice { get; init; }

    /// <summary>What it is known by in this process: equal for equal feeds.</summary>
    public string Name => (IsPrivate, Notice) switch
    {
        (false, _) => Address,
        (_, null) => "private?" + Filter,
        (_, var notice) => $"private until {LocalDatePattern.Iso.Format(notice.Until)} from {LocalDatePattern.Iso.Format(notice.From)}?{Filter}",
    };

    /// <summary>The parameters, sorted and without defaults.</summary>
    public string Filter => Join(Parts());

    /// <summary>The one public address, from the path on: a feed of its own where a single party, group or tier is all that is asked for.</summary>
    public string Address
    {
        get
        {
            var parts = Parts();
            var named = NamedFeed.All.FirstOrDefault(feed => feed.IsNamedBy(parts));
            var path = named is null ? Path : named.PathOf(parts);
            var filter = Join(parts.Where(part => part.Name != named?.Parameter));
            return filter.Length == 0 ? path : $"{path}?{filter}";
        }
    }

    /// <param name="almanac">Knows which parties, groups and associations there are; null where they were checked before.</param>
    public static FeedVariant Read(QueryReader query, Almanac? almanac)
    {
        var filters = AnniversaryEndpoints.ReadFilters(query, new AnniversaryQuery(default, default), FeedFilter.DefaultTiers, almanac);
        var variant = new FeedVariant(
            _everyKind.SetEquals(filters.Kinds) ? filters with { Kinds = [] } : filters,
            query.Name("lang", Language.Vi), ReadAlarm(query), query.Name("imprecise", Imprecise.Span),
            query.Number("ahead", 1, 12) ?? FeedFilter.DefaultAhead, ReadDetail(query));
        query.Done();
        return variant;
    }

    private List<(string Name, string Value)> Parts()
    {
        var parts = new List<(string Name, string Value)>();
        Add("party", string.Join(',', Query.Parties.Select(party => party.Value).Order(StringComparer.Ordinal)));
        Add("group", string.Join(',', Query.Groups));
        Add("association", string.Join(',', Query.Associations.Select(slug => slug.Value)));
        // National days are of no tier.
        Add("tier", Query.Tiers == FeedFilter.DefaultTiers || Query.Kinds is [FactKind.NationalDay]
            ? ""
            : string.Join(',', Enum.GetValues<Tier>().Where(tier => Query.Tiers.HasFlag((TierSet)(1 << (int)tier))).Select(tier => tier.Name())));
        Add("kind", string.Join(',', Query.Kinds.Select(kind => kind.Name()).Order(StringComparer.Ordinal)));
        Add("lang", Language == Language.Vi ? "" : Language.Name());
        Add("alarm", Alarm is null ? "" : PeriodPattern.NormalizingIso.Format(Alarm));
        Add("imprecise", Imprecise == Imprecise.Span ? "" : Imprecise.Name());
        Add("ahead", Ahead == FeedFilter.DefaultAhead ? "" : Ahead.ToString(CultureInfo.InvariantCulture));
        Add("detail", Full ? "full" : "");
        return parts;

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                parts.Add((name, Uri.EscapeDataString(value).Replace("%2C", ",", StringComparison.Ordinal)));
            }
        }
    }

    private static string Join(IEnumerable<(string Name, string Value)> parts) => string.Join('&', parts.Select(part => $"{part.Name}={part.Value}"));

    internal static Period? ReadAlarm(QueryReader query)
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

/// <summary>A link that has been replaced: shown from one day on until, not including, the day on which it ends.</summary>
internal sealed record FeedNotice(LocalDate From, LocalDate Until);
