using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Relationships;
using Calendar.Rules;

namespace Calendar.Server.Anniversaries;

/// <summary>Why an anniversary falls where it falls, one sentence a point.</summary>
internal static class Explanation
{
    public static IEnumerable<Text> Tell(Anniversary x, RuleView rule, Fact? suspending) =>
        [.. TellFact(x), .. TellDay(x, rule), .. TellState(x, suspending)];

    /// <summary>The fact that interrupted the ties that are broken on the day; null while they stand.</summary>
    public static Fact? SuspensionOf(Anniversary x) =>
        x.IsSuspended && Relationship.TryParseStream(x.Fact.Stream, out var pair)
            ? x.Almanac.FactsOf(pair)
                .Where(fact => fact.Kind == FactKind.TiesSuspended && fact.Withdrawn is null && fact.On.First <= x.Date.First)
                .MaxBy(fact => (fact.On, fact.Id))
            : null;

    // What happened, who says so and who says otherwise.
    private static IEnumerable<Text> TellFact(Anniversary x)
    {
        var fact = x.Fact;
        var (vi, en) = fact.Day is { } day ? DateWords.In(day) : DateWords.In(fact.On);
        var title = Titles.Of(x.Almanac, fact);
        yield return new Text($"{title.Vi}: {vi}.", $"{title.En}: {en}.");

        var source = Words(fact.Source);
        yield return new Text($"Nguồn: {source.Vi}.", $"Source: {source.En}.");
        foreach (var claim in fact.Claims.Where(claim => claim.Id != fact.Preferred.Id))
        {
            var (on, other) = (DateWords.Of(claim.On), Words(claim.Source));
            yield return claim.On == fact.On
                ? new Text($"Nguồn khác cũng ghi {on.Vi}: {other.Vi}.", $"Another source states {on.En} too: {other.En}.")
                : new Text($"Nguồn khác ghi {on.Vi}: {other.Vi}.", $"Another source states {on.En}: {other.En}.");
        }

        if (fact.PreferenceReason is { } why)
        {
            yield return Sentence(new Text($"Lý do chọn ngày này: {why.Vi}", $"Why this date is preferred: {why.En}"));
        }

        if (fact.Through is { } through)
        {
            yield return TellPredecessor(x, through);
        }

        if (fact.Note is { } note)
        {
            yield return note;
        }

        if (fact.InForce is { } inForce)
        {
            var since = DateWords.In(inForce);
            yield return new Text($"Có hiệu lực từ {since.Vi}.", $"In force since {DateWords.Of(inForce).En}.");
        }

        if (UpgradeOf(x) is { } upgrade)
        {
            var (on, level) = (DateWords.In(upgrade.On), Titles.Of(x.Almanac, upgrade));
            yield return new Text(
                $"Quan hệ sau đó được nâng lên “{level.Vi}” ({on.Vi}); mốc cũ vẫn được kỷ niệm.",
                $"The relationship was later raised to \"{level.En}\" ({on.En}); the older level goes on being marked.");
        }

        foreach (var code in fact.Day is null ? fact.Parties : [])
        {
            var party = x.Almanac.LoadParty(code);
            var (then, name) = (party.NameOn(fact.On), party.NameOn(x.Date));
            if (then != name)
            {
                yield return new Text($"{name.Vi} khi đó mang tên {then.Vi}.", $"{name.En} was then called {then.En}.");
            }
        }
    }

    // The next level that was entered; it ends nothing by itself.
    private static Fact? UpgradeOf(Anniversary x) =>
        x.Fact is { Kind: FactKind.PartnershipElevated, Ended: null } fact && Relationship.TryParseStream(fact.Stream, out var pair)
            ? x.Almanac.FactsOf(pair)
                .Where(other => other.Kind == FactKind.PartnershipElevated && other.Withdrawn is null && other.On > fact.On)
                .MinBy(other => (other.On, other.Id))
            : null;

    // The predecessor's relations are kept as history and have no anniversaries of their own.
    private static Text TellPredecessor(Anniversary x, PartyCode code)
    {
        var party = x.Almanac.LoadParty(code);
        var name = party.NameOn(x.Fact.On);
        var end = party.End is { } ended ? DateWords.In(ended.On) : null;
        return new Text(
            $"Ngày được tính từ quan hệ với {name.Vi}{(end is null ? "" : $", bên đã chấm dứt {end.Vi}")}.",
            $"The date is counted from the relations with {name.En}{(end is null ? "" : $", which ended {end.En}")}.");
    }

    // Why it falls on this day and counts so much.
    private static IEnumerable<Text> TellDay(Anniversary x, RuleView rule)
    {
        if (x.Years is { } years)
        {
            // Another rule set may give the second rank to other years than those ending in 5.
            var tier = x.Tier switch
            {
                Tier.Round => new Text("năm tròn", "a round year"),
                Tier.Half when years % 10 == 5 => new Text("năm lẻ 5", "a year ending in 5"),
                Tier.Half => new Text("năm hạng hai", "a year of the second rank"),
                _ => new Text("năm khác", "neither a round nor a half year"),
            };
            var jubilee = x.IsJubilee ? new Text(", cũng là mốc lớn (bội số của 25)", ", and a jubilee (a multiple of 25)") : new Text("", "");
            var date = DateWords.Of(x.Date);
            yield return new Text(
                $"{years} năm sau là {DateWords.In(x.Date).Vi}: {tier.Vi}{jubilee.Vi}.",
                $"{years} {(years == 1 ? "year" : "years")} later is {date.En}: {tier.En}{jubilee.En}.");
            yield return TellRule(rule);
        }

        switch (x.Date.Precision)
        {
            case Precision.Month:
                var month = DateWords.In(x.Date);
                yield return new Text($"Chỉ biết tháng, không biết ngày: kỷ niệm trong {month.Vi}.", $"Only the month is known, not the day: the anniversary is {month.En}.");
                break;
            case Precision.Year:
                var year = DateWords.In(x.Date);
                yield return new Text($"Chỉ biết năm: kỷ niệm trong {year.Vi}.", $"Only the year is known: the anniversary is {year.En}.");
                break;
            case Precision.Day when x.Fact.On.IsLeapDay:
                yield return TellLeapDay(x);
                break;
        }
    }

    private static Text TellRule(RuleView rule)
    {
        var since = rule.From is { } from ? DateWords.Of(from) : null;
        return new Text(
            $"Quy tắc năm: {rule.Title.Vi}{(since is null ? "" : $", áp dụng từ {since.Vi}")}.",
            $"Rule set: {rule.Title.En}{(since is null ? "" : $", adopted from {since.En}")}.");
    }

    // The leap day was asked of the rules when the date was made; it shows in the date.
    private static Text TellLeapDay(Anniversary x) => (x.Date.IsLeapDay, x.Date.Month) switch
    {
        (true, _) => new Text(
            $"Năm {x.Date.Year} là năm nhuận, có ngày 29/2: kỷ niệm đúng ngày đó.",
            $"{x.Date.Year} is a leap year and has a 29 February: it is kept on the day itself."),
        (_, 2) => new Text(
            $"Ngày 29/2 được kỷ niệm vào ngày 28/2 trong các năm không nhuận; năm {x.Date.Year} không nhuận.",
            $"29 February is kept on 28 February in common years, and {x.Date.Year} is one."),
        _ => new Text(
            $"Ngày 29/2 được kỷ niệm vào ngày 1/3 trong các năm không nhuận; năm {x.Date.Year} không nhuận.",
            $"29 February is kept on 1 March in common years, and {x.Date.Year} is one."),
    };

    // What takes it away, or weighs on it.
    private static IEnumerable<Text> TellState(Anniversary x, Fact? suspending)
    {
        var fact = x.Fact;
        if (suspending is not null)
        {
            var source = Words(suspending.Source);
            yield return new Text(
                $"Quan hệ gián đoạn từ {DateWords.In(suspending.On).Vi} và đến ngày này chưa được nối lại; nguồn: {source.Vi}.",
                $"Ties have been suspended since {DateWords.Of(suspending.On).En} and not resumed by that day; source: {source.En}.");
        }

        if (fact.WaiverOf(x.Number) is { } waiver)
        {
            yield return Sentence(new Text($"Lần này không tổ chức kỷ niệm: {waiver.Reason.Vi}", $"This one is deliberately not marked: {waiver.Reason.En}"));
        }

        if (fact.Replaces is { } replaced)
        {
            yield return new Text(
                $"Sự kiện này thay thế một sự kiện đã ghi nhầm ({replaced}) và tiếp tục mục lịch của sự kiện đó.",
                $"This fact takes the place of one that was mis-filed ({replaced}) and goes on with its calendar entries.");
        }

        if (fact.Withdrawn is { } withdrawn)
        {
            yield return Sentence(new Text($"Sự kiện đã bị rút: {withdrawn.Vi}", $"The fact has been withdrawn: {withdrawn.En}"));
        }
        else if (!fact.Commemorated)
        {
            yield return new Text("Sự kiện này không được kỷ niệm.", "This fact is not commemorated.");
        }

        if (fact.Ended is { } ended)
        {
            yield return Sentence(new Text(
                $"Không kỷ niệm nữa từ {DateWords.In(ended.On).Vi}: {ended.Reason.Vi}", $"No longer marked from {DateWords.Of(ended.On).En} on: {ended.Reason.En}"));
        }
    }

    /// <summary>A source with how sure it is.</summary>
    public static Text Words(Source source)
    {
        var sure = Confidences.Of(source.Confidence);
        return new Text($"{source.Citation} ({sure.Vi})", $"{source.Citation} ({sure.En})");
    }

    /// <summary>With a full stop, unless whoever gave the reason has set one.</summary>
    public static Text Sentence(Text text)
    {
        return new Text(End(text.Vi), End(text.En));

        static string End(string text) => text.Length > 0 && text[^1] is '.' or '!' or '?' or '…' ? text : text + ".";
    }
}
