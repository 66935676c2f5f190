using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Server.AsOf;
using Calendar.Server.Facts;

namespace Calendar.Server.Anniversaries;

/// <summary>Why an anniversary is there, or no longer: each point as one sentence in both languages, and the fact with its claims.</summary>
/// <param name="Anniversary">Absent when the fact has no such anniversary (any more); the sentences say why.</param>
public sealed record ExplanationView(
    string Id, AnniversaryView? Anniversary, Text Title, IReadOnlyList<Text> Sentences, RuleView Rule, FactView Fact)
{
    public AsOfView? AsOf { get; init; }

    public static ExplanationView? Of(Almanac almanac, Fact fact, int number)
    {
        // A withdrawn or ended one still explains itself: feeds point here for 90 days and longer.
        if (Calendar.Anniversaries.Anniversary.DateOf(fact with { Ended = null }, number, almanac.Rules) is not { } date)
        {
            return null;
        }

        var anniversary = new Anniversary(fact, number, date, almanac);
        var shown = Calendar.Anniversaries.Anniversary.Of(almanac, fact, number) is { } there ? AnniversaryView.Of(there, new Collisions(almanac)) : null;
        return new ExplanationView(
            anniversary.Id, shown, anniversary.Title, [.. Tell(anniversary)], new RuleView(almanac.Rules.On(date).Name.Value, almanac.Rules.On(date).Title), FactView.Of(almanac, fact));
    }

    private static IEnumerable<Text> Tell(Anniversary x)
    {
        var fact = x.Fact;
        var title = Titles.Of(x.Almanac, fact);
        var source = fact.Source;
        var sure = Confidences.Of(source.Confidence);
        yield return fact.Day is { } day
            ? new Text($"{title.Vi}: ngày {MonthDay.Format(day)} hằng năm.", $"{title.En}: every year on {MonthDay.Format(day)}.")
            : new Text($"{title.Vi}: {fact.On}.", $"{title.En}: {fact.On}.");
        yield return new Text($"Nguồn: {source.Citation} ({sure.Vi}).", $"Source: {source.Citation} ({sure.En}).");

        foreach (var claim in fact.Claims.Where(claim => claim.Id != fact.Preferred.Id))
        {
            var other = Confidences.Of(claim.Source.Confidence);
            yield return new Text(
                $"Nguồn khác ghi {claim.On}: {claim.Source.Citation} ({other.Vi}).", $"Another source states {claim.On}: {claim.Source.Citation} ({other.En}).");
        }

        if (fact.PreferenceReason is { } why)
        {
            yield return new Text($"Lý do chọn ngày này: {why.Vi}", $"Why this date is preferred: {why.En}");
        }

        if (fact.Through is { } through)
        {
            var name = x.Almanac.LoadParty(through).Name;
            yield return new Text($"Ngày được tính từ quan hệ với {name.Vi}.", $"The date is counted from the relations with {name.En}.");
        }

        if (fact.Note is { } note)
        {
            yield return note;
        }

        if (fact.InForce is { } inForce)
        {
            yield return new Text($"Có hiệu lực từ {inForce}.", $"In force since {inForce}.");
        }

        if (fact.Day is null)
        {
            yield return TellRule(x);
        }

        switch (x.Date.Precision)
        {
            case Precision.Month:
                yield return new Text("Chỉ biết tháng, không biết ngày: kỷ niệm trong cả tháng.", "Only the month is known, not the day: it is remembered in that month.");
                break;
            case Precision.Year:
                yield return new Text("Chỉ biết năm: kỷ niệm trong cả năm.", "Only the year is known: it is remembered in that year.");
                break;
            case Precision.Day when fact.On.IsLeapDay && !x.Date.IsLeapDay:
                yield return new Text($"Năm {x.Date.Year} không có ngày 29 tháng 2: kỷ niệm ngày {x.Date}.", $"{x.Date.Year} has no 29 February: it is kept on {x.Date}.");
                break;
        }

        if (x.IsSuspended)
        {
            yield return new Text("Quan hệ đang gián đoạn vào ngày này.", "Ties are suspended on that day.");
        }

        if (fact.Withdrawn is { } withdrawn)
        {
            yield return new Text($"Sự kiện đã bị rút: {withdrawn.Vi}", $"The fact has been withdrawn: {withdrawn.En}");
        }
        else if (!fact.Commemorated)
        {
            yield return new Text("Sự kiện này không được kỷ niệm.", "This fact is not commemorated.");
        }

        if (fact.Ended is { } ended)
        {
            yield return new Text($"Không kỷ niệm nữa từ {ended.On}: {ended.Reason.Vi}", $"No longer marked since {ended.On}: {ended.Reason.En}");
        }
    }

    private static Text TellRule(Anniversary x)
    {
        var tier = x.Tier switch
        {
            Calendar.Rules.Tier.Round => new Text("năm tròn", "a round year"),
            Calendar.Rules.Tier.Half => new Text("năm lẻ 5", "a year ending in 5"),
            _ => new Text("không phải năm tròn hay năm lẻ 5", "neither a round year nor one ending in 5"),
        };
        var rules = x.Almanac.Rules.On(x.Date).Title;
        return new Text($"Tròn {x.Number} năm: {tier.Vi} ({rules.Vi}).", $"{x.Number} {(x.Number == 1 ? "year" : "years")}: {tier.En} ({rules.En}).");
    }
}

public sealed record RuleView(string Name, Text Title);

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
