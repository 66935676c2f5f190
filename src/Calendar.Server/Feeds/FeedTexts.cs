using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Server.Anniversaries;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>What people read in a feed, in both languages.</summary>
internal static class FeedTexts
{
    // So many partners, groups or associations fit into a calendar's name.
    private const int _named = 3;

    public static Text EmptyTitle { get; } = new("Không có ngày kỷ niệm nào theo bộ lọc này", "No anniversaries match this filter");

    public static Text Celebration { get; } = new("Hoạt động kỷ niệm", "Celebration");

    public static Text EmptyDescription { get; } = new(
        "Lịch vẫn hoạt động: mục mới sẽ tự xuất hiện. Hãy mở rộng bộ lọc nếu đây không phải điều bạn muốn.",
        "The calendar works: new entries will appear by themselves. Widen the filter if this is not what you wanted.");

    /// <summary>The calendar's name, which tells several subscriptions of one person apart.</summary>
    public static Text Name(Almanac almanac, FeedVariant variant, LocalDate today)
    {
        // By the year: a rendered feed is kept for as long as the year and the record stay the same.
        var year = PartialDate.OfYear(today.Year);
        var query = variant.Query;
        var what = query.Kinds is [FactKind.NationalDay] ? new Text("Ngày quốc khánh", "National days") : new Text("Ngày kỷ niệm đối ngoại", "Diplomatic anniversaries");
        var home = almanac.LoadParty(almanac.Home).NameOn(year);
        Text[] partners =
        [
            .. query.Parties.Where(code => code != almanac.Home).Select(code => almanac.LoadParty(code).NameOn(year)),
            .. query.Groups.Select(group => new Text(group, group)),
            .. query.Associations.Select(slug => almanac.FindAssociation(slug)?.Name).OfType<Text>(),
        ];
        var (vi, en) = (With(partners.Select(partner => partner.Vi)), With(partners.Select(partner => partner.En)));
        var tier = query.Kinds is [FactKind.NationalDay] ? null : TierOf(query.Tiers);
        return new Text(
            $"{what.Vi}: {home.Vi}{vi}{(tier is null ? "" : $" ({tier.Vi})")}", $"{what.En}: {home.En}{en}{(tier is null ? "" : $" ({tier.En})")}");

        string With(IEnumerable<string> names) =>
            partners.Length == 0 ? "" : " – " + string.Join(", ", names.Take(_named)) + (partners.Length > _named ? " …" : "");
    }

    /// <param name="lastYearHeld">The last year, where later ones were left out for the size.</param>
    public static Text Description(FeedNotice? notice, int? lastYearHeld)
    {
        var text = new Text("Các ngày kỷ niệm quan hệ sắp tới; mỗi mục tự giải thích nguồn và quy tắc.", "Coming anniversaries of relations; each entry explains its source and rule.");
        if (lastYearHeld is { } year)
        {
            text = new Text(
                $"{text.Vi} Lịch này dừng ở năm {year} vì giới hạn dung lượng: lọc hẹp lại để xem xa hơn.",
                $"{text.En} For its size this calendar ends with {year}: narrow the filter to see further.");
        }

        return notice is null ? text : new Text($"{NoticeTitle(notice).Vi} {text.Vi}", $"{NoticeTitle(notice).En} {text.En}");
    }

    public static Text NoticeTitle(FeedNotice notice)
    {
        var until = DateWords.Of(new PartialDate(notice.Until));
        return new Text(
            $"Liên kết lịch này đã được thay và ngừng từ {until.Vi}: hãy đăng ký lại bằng liên kết mới.",
            $"This calendar link has been replaced and ends on {until.En}: please subscribe again with the new link.");
    }

    public static Text NoticeDescription { get; } = new(
        "Người đã đưa bạn liên kết này có liên kết mới. Thêm lịch mới xong thì xóa lịch này; các ngày kỷ niệm giữ nguyên.",
        "Whoever gave you this link has the new one. Add the new calendar, then remove this one; the anniversaries are the same.");

    private static Text? TierOf(TierSet tiers) => tiers switch
    {
        TierSet.Round => new Text("năm tròn", "round years"),
        TierSet.Half => new Text("năm lẻ 5", "years ending in 5"),
        TierSet.All => new Text("mọi năm", "every year"),
        _ => null,
    };
}
