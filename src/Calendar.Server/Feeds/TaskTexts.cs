using System.Text;
using Calendar.Associations;
using Calendar.Feeds;
using Calendar.Planning;
using Calendar.Server.Anniversaries;

namespace Calendar.Server.Feeds;

/// <summary>What people read in a feed of tasks, in both languages.</summary>
internal static class TaskTexts
{
    public static Text EmptyTitle { get; } = new("Không có việc nào được giao", "No tasks");

    public static Text EmptyDescription { get; } = new(
        "Lịch vẫn hoạt động: việc mới sẽ tự xuất hiện.", "The calendar works: new tasks will appear by themselves.");

    public static Text NoticeDescription { get; } = new(
        "Người đã đưa bạn liên kết này có liên kết mới. Thêm lịch mới xong thì xóa lịch này; các việc giữ nguyên.",
        "Whoever gave you this link has the new one. Add the new calendar, then remove this one; the tasks are the same.");

    /// <summary>The calendar's name.</summary>
    /// <param name="association">Null for one that the record does not hold (any more).</param>
    public static Text Name(Association? association, Slug slug)
    {
        var name = association?.Name ?? new Text(slug.Value, slug.Value);
        return new Text($"Việc của {name.Vi}", $"Tasks of {name.En}");
    }

    /// <param name="lastYearHeld">The last year, where later ones were left out for the size.</param>
    public static Text Description(Association? association, FeedNotice? notice, int? lastYearHeld)
    {
        var text = new Text(
            $"Các việc được giao, theo ngày đến hạn. Việc đã xong, đã bỏ hoặc đã giao cho nơi khác còn hiện {FeedEntries.CancelledDays} ngày.",
            $"What there is to do, by the day on which it is due. What is done, dropped or given to others stays for {FeedEntries.CancelledDays} days.");
        if (association is not { IsClosed: false })
        {
            text = new Text(
                $"{text.Vi} Hội này đã ngừng hoạt động: sẽ không có việc mới.",
                $"{text.En} The association has closed: there will be no new tasks.");
        }

        if (lastYearHeld is { } year)
        {
            text = new Text(
                $"{text.Vi} Lịch này dừng ở năm {year} vì giới hạn dung lượng.",
                $"{text.En} For its size this calendar ends with {year}.");
        }

        return notice is null ? text : new Text($"{FeedTexts.NoticeTitle(notice).Vi} {text.Vi}", $"{FeedTexts.NoticeTitle(notice).En} {text.En}");
    }

    /// <summary>A task in words, even one that nobody has given a title in a language.</summary>
    public static string TitleOf(PlanTask task, Language language)
    {
        var title = task.Title.In(language);
        return !string.IsNullOrWhiteSpace(title) ? title : new Text($"Việc “{task.Id}”", $"Task \"{task.Id}\"").In(language);
    }

    /// <summary>The title of one that is done, where there is no other way to say so.</summary>
    public static string Done(string title) => "✓ " + title;

    public static Text CategoryOf(OwnerRole role) => role == OwnerRole.Lead ? new Text("Chủ trì", "Lead") : new Text("Phối hợp", "Support");

    /// <summary>What one would otherwise have to look up: what it is for, in which role, and why it is not to be done.</summary>
    public static Text Describe(TaskEntry entry)
    {
        var (vi, en) = (new StringBuilder(200), new StringBuilder(200));
        Line(Purpose(entry));
        var role = CategoryOf(entry.Task.Role);
        Line(new Text($"Vai trò: {role.Vi}", $"Role: {role.En}"));
        if (entry.Task is { IsLive: true, IsLate: true } && entry.Handover is null)
        {
            Line(new Text("Ngày đến hạn đã qua trước khi việc được giao.", "The day on which it is due was over before it was given out."));
        }

        if (Ended(entry) is { } ended)
        {
            Line(ended);
        }

        return new Text(vi.ToString(), en.ToString());

        void Line(Text line)
        {
            vi.Append(vi.Length == 0 ? "" : "\n").Append(line.Vi);
            en.Append(en.Length == 0 ? "" : "\n").Append(line.En);
        }
    }

    private static Text Purpose(TaskEntry entry)
    {
        if (entry.Anniversary is { } anniversary)
        {
            var (title, on) = (anniversary.Title, DateWords.Of(anniversary.Date));
            return new Text($"Kỷ niệm: {title.Vi}, {on.Vi}", $"Anniversary: {title.En}, {on.En}");
        }

        return entry.Task.Plan.CadenceYear is { } year
            ? new Text($"Việc hằng năm của năm {year}", $"Yearly work of {year}")
            : new Text("Kỷ niệm không còn trong sổ", "The anniversary is no longer on record");
    }

    private static Text? Ended(TaskEntry entry)
    {
        if (entry.Handover is { } handover)
        {
            var (vi, en) = ("Đã giao cho đơn vị khác", "Given to another owner");
            return handover.Reason is { } why ? new Text($"{vi}: {why.Vi}", $"{en}: {why.En}") : new Text(vi + ".", en + ".");
        }

        return entry.Task is { State: TaskState.Dropped, Reason: { } reason } ? new Text($"Đã bỏ: {reason.Vi}", $"Dropped: {reason.En}") : null;
    }
}
