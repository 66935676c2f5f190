using System.Text;
using Calendar.Anniversaries;
using Calendar.Feeds;
using Calendar.Rules;
using Calendar.Server.Anniversaries;
using Calendar.Server.Facts;

namespace Calendar.Server.Feeds;

/// <summary>What an entry says, in both languages.</summary>
/// <param name="Explanation">The path of the page that explains it.</param>
internal sealed record EntryTexts(string Uid, Text Title, Text Description, Text Category, string Explanation)
{
    public static EntryTexts Of(FeedEntry entry)
    {
        var x = entry.Anniversary;
        return new EntryTexts(entry.Uid, x.Title, Describe(x), CategoryOf(x), Links.Explanation(x));
    }

    // What one would otherwise have to look up: with whom, since when, from where, how sure.
    private static Text Describe(Anniversary x)
    {
        var (almanac, fact) = (x.Almanac, x.Fact);
        var (vi, en) = (new StringBuilder(256), new StringBuilder(256));
        if (x.Partners is { Length: > 0 } partners)
        {
            var names = Titles.Names(almanac, partners, x.Date);
            Line(new Text($"Đối tác: {names.Vi}", $"{(partners.Length == 1 ? "Partner" : "Partners")}: {names.En}"));
        }

        if (fact.Day is null)
        {
            var title = Titles.Of(almanac, fact);
            Line(new Text($"Sự kiện: {title.Vi}, {fact.On}", $"Event: {title.En}, {fact.On}"));
        }

        var confidence = Confidences.Of(fact.Confidence);
        Line(new Text($"Nguồn: {fact.Source.Citation} ({confidence.Vi})", $"Source: {fact.Source.Citation} ({confidence.En})"));
        switch (x.Date.Precision)
        {
            case Precision.Month:
                Line(new Text("Chỉ biết tháng.", "Only the month is known."));
                break;
            case Precision.Year:
                Line(new Text("Chỉ biết năm.", "Only the year is known."));
                break;
        }

        if (x.IsSuspended)
        {
            Line(new Text("Quan hệ đang gián đoạn.", "Ties are suspended."));
        }

        if (fact.WaiverOf(x.Number) is { } waiver)
        {
            Line(new Text($"Lần này không tổ chức: {waiver.Reason.Vi}", $"Deliberately not marked this time: {waiver.Reason.En}"));
        }

        return new Text(vi.ToString(), en.ToString());

        void Line(Text line)
        {
            vi.Append(vi.Length == 0 ? "" : "\n").Append(line.Vi);
            en.Append(en.Length == 0 ? "" : "\n").Append(line.En);
        }
    }

    private static Text CategoryOf(Anniversary x) => x.Fact.Day is not null
        ? new Text("Quốc khánh", "National day")
        : x.Tier switch
        {
            Tier.Round => new Text("Năm tròn", "Round year"),
            Tier.Half => new Text("Năm lẻ 5", "Year ending in 5"),
            _ => new Text("Năm khác", "Other year"),
        };
}
