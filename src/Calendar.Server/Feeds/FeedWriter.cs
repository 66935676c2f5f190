using System.Text;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Feeds;
using Calendar.Ical;
using Calendar.Server.Anniversaries;
using Calendar.Server.Facts;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>From feed entries to iCalendar: a pure function of the almanac, the day, the variant and the public address.</summary>
internal static class FeedWriter
{
    /// <summary>A large client drops what is longer, in silence.</summary>
    public const int Budget = 1_000_000;

    private const string _product = "-//Calendar//Diplomatic anniversaries//EN";
    private static readonly Duration _refresh = Duration.FromHours(12);

    /// <summary>Renders a variant within the byte budget: whole far years are left out until both languages fit.</summary>
    /// <returns>Null if this and next year alone do not fit.</returns>
    public static byte[]? Write(Almanac almanac, FeedVariant variant, LocalDate today, DateTimeZone zone, string publicUrl, int budget = Budget)
    {
        var (from, to) = FeedFilter.Window(today, variant.Ahead);
        var entries = almanac.Feed(new FeedFilter(variant.Query with { From = from, To = to }, variant.Imprecise), today, zone);
        for (var last = today.Year + variant.Ahead; last > today.Year; last--)
        {
            int? lastYearHeld = last < today.Year + variant.Ahead ? last : null;
            var kept = lastYearHeld is null ? entries : entries.FindAll(entry => entry.Start.Year <= last);
            var feed = Render(variant);
            if (feed.Length <= budget && Render(variant with { Language = variant.Language == Language.Vi ? Language.En : Language.Vi }).Length <= budget)
            {
                return feed;
            }

            byte[] Render(FeedVariant language) => IcalWriter.Write(ToCalendar(almanac, language, kept, lastYearHeld, today, publicUrl));
        }

        return null;
    }

    public static VCalendar ToCalendar(Almanac almanac, FeedVariant variant, List<FeedEntry> entries, int? lastYearHeld, LocalDate today, string publicUrl)
    {
        var (language, tag) = (variant.Language, variant.Language.Name());

        // By the year: a rendered feed is kept for as long as the year and the record stay the same.
        var home = almanac.LoadParty(almanac.Home).NameOn(PartialDate.OfYear(today.Year));
        var name = new Text($"Ngày kỷ niệm đối ngoại: {home.Vi}", $"Diplomatic anniversaries: {home.En}");
        var description = new Text("Các ngày kỷ niệm quan hệ sắp tới; mỗi mục tự giải thích nguồn và quy tắc.", "Coming anniversaries of relations; each entry explains its source and rule.");
        if (lastYearHeld is { } year)
        {
            description = new Text(
                $"{description.Vi} Lịch này dừng ở năm {year} vì giới hạn dung lượng: lọc hẹp lại để xem xa hơn.",
                $"{description.En} For its size this calendar ends with {year}: narrow the filter to see further.");
        }

        return new VCalendar(_product)
        {
            Name = name.In(language),
            Language = tag,
            Description = description.In(language),
            Color = "crimson",
            AppleColor = "#DC143C",
            Source = publicUrl + variant.Canonical(),
            RefreshInterval = _refresh,
            Events = entries.Count == 0 ? [Nothing(variant, today)] : [.. entries.Select(entry => ToEvent(entry, variant, publicUrl))],
        };
    }

    public static VEvent ToEvent(FeedEntry entry, FeedVariant variant, string publicUrl)
    {
        var (anniversary, language) = (entry.Anniversary, variant.Language);
        var fact = anniversary.Fact;
        var url = publicUrl + Links.Explanation(anniversary);
        var title = anniversary.Title.In(language);
        return new VEvent(
            entry.Uid, entry.Start, entry.EndExclusive, Instant.Max(entry.ChangedAt, FeedFormat.Released), entry.Revision + FeedFormat.Number,
            new IcalText(title, language.Name()))
        {
            Description = Describe(anniversary, language),
            Url = url,
            Categories = Categories(anniversary, language),
            Status = entry.IsCancelled ? EventStatus.Cancelled : EventStatus.Confirmed,
            Alarms = variant.Alarm is { } alarm ? [new DisplayAlarm(alarm.ToDuration(), title)] : [],
            Links = variant.Full ? [new IcalLink(publicUrl + Links.Fact(fact.Id), "describedby") { MediaType = "application/json" }] : [],
            Concepts = variant.Full ? [$"{publicUrl}/v1/anniversaries?kind={fact.Kind.Name()}"] : [],
        };
    }

    // What one would otherwise have to look up: with whom, since when, from where, how sure.
    private static string Describe(Anniversary x, Language language)
    {
        var (almanac, fact) = (x.Almanac, x.Fact);
        var isVi = language == Language.Vi;
        var text = new StringBuilder(256);
        if (x.Partners is { Length: > 0 } partners)
        {
            Line(isVi ? "Đối tác: " : "Partner: ", Titles.Names(almanac, partners, x.Date).In(language), "");
        }

        if (fact.Day is null)
        {
            Line(isVi ? "Sự kiện: " : "Event: ", Titles.Of(almanac, fact).In(language), $", {fact.On}");
        }

        Line(isVi ? "Nguồn: " : "Source: ", fact.Source.Citation, $" ({Confidences.Of(fact.Confidence).In(language)})");
        switch (x.Date.Precision)
        {
            case Precision.Month:
                Line(isVi ? "Chỉ biết tháng." : "Only the month is known.", "", "");
                break;
            case Precision.Year:
                Line(isVi ? "Chỉ biết năm." : "Only the year is known.", "", "");
                break;
        }

        if (x.IsSuspended)
        {
            Line(isVi ? "Quan hệ đang gián đoạn." : "Ties are suspended.", "", "");
        }

        if (fact.WaiverOf(x.Number) is { } waiver)
        {
            Line(isVi ? "Lần này không tổ chức: " : "Deliberately not marked this time: ", waiver.Reason.In(language), "");
        }

        return text.ToString();

        void Line(string label, string value, string rest)
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }

            text.Append(label).Append(value).Append(rest);
        }
    }

    private static string[] Categories(Anniversary x, Language language)
    {
        if (x.Fact.Day is not null)
        {
            return [new Text("Quốc khánh", "National day").In(language)];
        }

        var tier = x.Tier switch
        {
            Calendar.Rules.Tier.Round => new Text("Năm tròn", "Round year"),
            Calendar.Rules.Tier.Half => new Text("Năm lẻ 5", "Year ending in 5"),
            _ => new Text("Năm khác", "Other year"),
        };
        return [tier.In(language)];
    }

    // A client shows an empty calendar as a broken one.
    private static VEvent Nothing(FeedVariant variant, LocalDate today)
    {
        var title = new Text("Không có ngày kỷ niệm nào theo bộ lọc này", "No anniversaries match this filter");
        var description = new Text("Lịch vẫn hoạt động: mục mới sẽ tự xuất hiện. Hãy mở rộng bộ lọc nếu đây không phải điều bạn muốn.", "The calendar works: new entries will appear by themselves. Widen the filter if this is not what you wanted.");
        var day = new LocalDate(today.Year, 1, 1);
        return new VEvent("empty@anniversaries.calendar", day, day.PlusDays(1), FeedFormat.Released, FeedFormat.Number + today.Year, new IcalText(title.In(variant.Language), variant.Language.Name()))
        {
            Description = description.In(variant.Language),
        };
    }
}
