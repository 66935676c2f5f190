using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Server.Anniversaries;
using Calendar.Server.Feeds;
using Calendar.Server.Planning;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>What a letter says about one thing, in both languages.</summary>
/// <param name="When">How long there is until then, or when it is; the beginning of a subject.</param>
/// <param name="Details">Lines.</param>
/// <param name="Explanation">The path of the page that explains the anniversary; null where there is none.</param>
/// <param name="Asks">Whether the reader is still to say that they know.</param>
internal sealed record ItemText(Text Title, Text When, ImmutableArray<Text> Details, string? Explanation, bool Asks);

/// <summary>Words for what letters are about. Keeps what it has worked out: made for one letter, used by one thread.</summary>
internal sealed class ItemTexts(Almanac almanac, Recipient to, LocalDate today)
{
    private readonly Collisions _collisions = new(almanac);

    /// <returns>Null for what is about nothing: a week, a canary.</returns>
    public ItemText? Of(MessageItem item) => item.Subject switch
    {
        ReminderSubject.OfTask about => OfTask(about, item.Due, isSilence: false),
        ReminderSubject.OfSilence { About: var about } => OfTask(about, item.Due, isSilence: true),
        ReminderSubject.OfAnniversary about => OfAnniversary(about, item.Due),
        _ => null,
    };

    /// <summary>What people wrote, on one line and in the direction of all the rest, whatever they wrote.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // What turns the direction of writing could make one text look like another.
            var isBlank = Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
            line.Append(isBlank ? " " : rune.ToString());
        }

        return string.Join(' ', line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private ItemText OfTask(ReminderSubject.OfTask about, LocalDate due, bool isSilence)
    {
        var (task, plan) = (almanac.Plans.Find(about.Plan, about.Task), almanac.Plans.Find(about.Plan));
        var (date, name) = (DateWords.Of(new PartialDate(due)), TaskViews.NameOf(almanac, about.Owner));
        var left = Left(due, static days => new Text($"còn {days} ngày", $"{days} days left"), new Text("quá hạn", "overdue"));
        var details = new List<Text> { new($"Hạn: {date.Vi} ({left.Vi})", $"Due: {date.En} ({left.En})") };
        if (plan is not null)
        {
            details.Add(Purpose(plan));
        }

        var knows = task is { State: TaskState.Acknowledged };
        if (isSilence)
        {
            details.Add(new Text($"Đơn vị được giao: {name.Vi}", $"Given to: {name.En}"));
        }
        else if (to.Association != about.Owner)
        {
            details.Add(InPlaceOf(name));
        }
        else if (knows)
        {
            details.Add(new Text("Hội đã xác nhận biết việc này.", "The association has said that it knows of this."));
        }

        var title = task is null ? new Text(about.Task.Value, about.Task.Value) : new Text(TaskTexts.TitleOf(task, Language.Vi), TaskTexts.TitleOf(task, Language.En));
        return new ItemText(title, Capitalized(left), [.. details], about.Plan.Anniversary is { } id ? Explanation(id) : null, Asks: !knows);
    }

    private Text Purpose(Plan plan)
    {
        if (plan.Id.CadenceYear is { } year)
        {
            return new Text($"Việc hằng năm của năm {year}", $"Yearly work of {year}");
        }

        var (title, on) = (almanac.TitleOf(plan), DateWords.Of(plan.On));
        return new Text($"Kỷ niệm: {title.Vi}, {on.Vi}", $"Anniversary: {title.En}, {on.En}");
    }

    private ItemText OfAnniversary(ReminderSubject.OfAnniversary about, LocalDate due)
    {
        if (almanac.Find(about.Anniversary.Fact) is not { } first || Anniversary.Of(almanac, almanac.Current(first), about.Anniversary.Number) is not { } x)
        {
            var (was, day) = (almanac.TitleOf(about.Anniversary, new PartialDate(due)), DateWords.Of(new PartialDate(due)));
            return new ItemText(was, day, [new Text("Không còn trong sổ.", "No longer on record.")], null, Asks: false);
        }

        var (date, left) = (DateWords.Of(x.Date), Left(due, static days => new Text($"còn {days} ngày", $"in {days} days"), new Text("đã qua", "ago")));
        var (detail, when) = x.Date.Precision switch
        {
            Precision.Day => (new Text($"Ngày: {date.Vi} ({left.Vi})", $"Date: {date.En} ({left.En})"), left),
            Precision.Month => (new Text($"Thời gian: {date.Vi} (chỉ biết tháng)", $"Date: {date.En} (only the month is known)"), date),
            _ => (new Text($"Thời gian: năm {date.Vi} (chỉ biết năm)", $"Date: {date.En} (only the year is known)"), new Text($"năm {date.Vi}", date.En)),
        };
        return new ItemText(x.Title, Capitalized(when), [detail, .. Background(x), .. InPlace(about)], Explanation(about.Anniversary), Asks: true);
    }

    private IEnumerable<Text> Background(Anniversary x)
    {
        var fact = x.Fact;
        var (title, on) = (Titles.Of(almanac, fact), DateWords.Of(fact.On));
        yield return new Text($"Sự kiện: {title.Vi}, {on.Vi}", $"Event: {title.En}, {on.En}");
        if (fact.Confidence != Confidence.Confirmed)
        {
            var confidence = Confidences.Of(fact.Confidence);
            yield return new Text($"Nguồn: {fact.Source.Citation} ({confidence.Vi})", $"Source: {fact.Source.Citation} ({confidence.En})");
        }

        // That the source is not confirmed is said above.
        var warnings = _collisions.Of(x).Where(warning => warning.Code != WarningCode.Unconfirmed).ToList();
        foreach (var warning in warnings)
        {
            yield return new Text($"Lưu ý: {warning.Title.Vi}", $"Note: {warning.Title.En}");
        }

        if (warnings.Find(warning => warning.Proposed.Count > 0) is { Proposed: var proposed })
        {
            var days = proposed.Select(day => DateWords.Of(new PartialDate(day))).ToList();
            yield return new Text(
                $"Ngày gần đó không vướng: {string.Join(", ", days.Select(day => day.Vi))}", $"Days nearby without such conflicts: {string.Join(", ", days.Select(day => day.En))}");
        }
    }

    private IEnumerable<Text> InPlace(ReminderSubject.OfAnniversary about) =>
        to.Association == about.Association ? [] : [InPlaceOf(TaskViews.NameOf(almanac, about.Association))];

    private static Text InPlaceOf(Text name) => new(
        $"Gửi đến bạn vì {name.Vi} hiện chưa có ai nhận thư nhắc.", $"This comes to you because {name.En} has nobody to be reminded at the moment.");

    private static string Explanation(AnniversaryId id) => $"/v1/anniversaries/{id}/explanation";

    private Text Left(LocalDate due, Func<int, Text> ahead, Text over) => Period.DaysBetween(today, due) switch
    {
        0 => new Text("hôm nay", "today"),
        1 => new Text("ngày mai", "tomorrow"),
        > 1 and var days => ahead(days),
        -1 => new Text($"{over.Vi} 1 ngày", $"1 day {over.En}"),
        var days => new Text($"{over.Vi} {-days} ngày", $"{-days} days {over.En}"),
    };

    private static Text Capitalized(Text text) => new(Capitalized(text.Vi), Capitalized(text.En));

    private static string Capitalized(string text) => char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];
}
