using Calendar.Almanacs;
using Calendar.Feeds;
using Calendar.Ical;
using Calendar.Planning;
using Calendar.Server.Facts;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>From tasks to iCalendar: the same almanac, day, variant and public address give the same octets.</summary>
internal sealed class TaskWriter(string publicUrl, DateTimeZone zone)
{
    private static readonly Duration _refresh = Duration.FromHours(1);

    /// <summary>Renders a variant within the byte budget: whole far years are left out until both languages fit.</summary>
    /// <param name="entries">Of the variant's association, by due day and UID.</param>
    /// <returns>Null if what is due until the end of next year does not fit.</returns>
    public byte[]? Write(Almanac almanac, TaskVariant variant, IReadOnlyList<TaskEntry> entries, LocalDate today, int budget = FeedWriter.Budget)
    {
        var pen = new Pen();
        var pieces = new List<Piece>(entries.Count + 2);
        foreach (var entry in entries)
        {
            var description = TaskTexts.Describe(entry);
            pieces.Add(new Piece(entry.Task.Due, null, 0, pen.Write(language => In(variant.As, ToTodo(entry, description, language, variant.Alarm)))));
        }

        if (entries.Count == 0)
        {
            pieces.Add(new Piece(NewYear(today), null, 0, pen.Write(language => In(variant.As, Empty(today, language)))));
        }

        if (variant.Notice is { } notice)
        {
            // Before the tasks of its day, by its UID. It has an end, which a to-do has not.
            var place = pieces.FindIndex(piece => piece.Start >= notice.From);
            pieces.Insert(place < 0 ? pieces.Count : place, new Piece(notice.From, null, 0, pen.Write(language => Ending(notice, language))));
        }

        var most = Math.Max(today.Year + 1, pieces[^1].Start.Year);
        return FittedFeed.Of(
            pieces, variant.Language, budget, most, (today.Year + 1, most),
            (language, last) => IcalWriter.Write(ToCalendar(almanac, variant with { Language = language }, last)))?.Octets;
    }

    /// <summary>The calendar without its entries.</summary>
    /// <param name="lastYearHeld">The last year, where later ones were left out for the size.</param>
    public static VCalendar ToCalendar(Almanac almanac, TaskVariant variant, int? lastYearHeld)
    {
        var association = almanac.FindAssociation(variant.Association);
        return new VCalendar(FeedWriter.Product)
        {
            Name = TaskTexts.Name(association, variant.Association).In(variant.Language),
            Language = variant.Language.Name(),
            Description = TaskTexts.Description(association, variant.Notice, lastYearHeld).In(variant.Language),
            Color = "teal",
            AppleColor = "#008080",
            RefreshInterval = _refresh,
        };
    }

    /// <summary>A task as calendars that know no to-dos show it, without an alarm.</summary>
    public VEvent ToEvent(TaskEntry entry, Language language) => ToTodo(entry, TaskTexts.Describe(entry), language, null).ToEvent(TaskTexts.Done);

    private VTodo ToTodo(TaskEntry entry, Text description, Language language, Period? alarm)
    {
        var (task, title) = (entry.Task, TaskTexts.TitleOf(entry.Task, language));
        return new VTodo(
            entry.Uid, task.Due, Instant.Max(entry.ChangedAt, FeedFormat.Released), entry.Revision + FeedFormat.Number, new IcalText(title, language.Name()))
        {
            Description = description.In(language),
            Url = entry.Anniversary is { } anniversary ? publicUrl + Links.Explanation(anniversary) : null,
            Categories = [TaskTexts.CategoryOf(task.Role).In(language)],
            RelatedTo = task.Plan.Anniversary is { } served ? [new IcalRelation(FeedEntry.UidOf(served.ToString()))] : [],
            Status = StatusOf(entry),
            Completed = StatusOf(entry) == TodoStatus.Completed ? Completed(task) : null,
            Alarms = alarm is null ? [] : [new DisplayAlarm(alarm.ToDuration(), title)],
        };
    }

    private static TodoStatus StatusOf(TaskEntry entry) => entry.IsCancelled ? TodoStatus.Cancelled : entry.Task.State switch
    {
        TaskState.Acknowledged => TodoStatus.InProcess,
        TaskState.Done => TodoStatus.Completed,
        _ => TodoStatus.NeedsAction,
    };

    // When it was recorded. What was done on another day has no time of its own: noon is on that day in nearly every zone.
    private Instant? Completed(PlanTask task) =>
        task is { EndedAt: { } recorded, CompletedOn: { } on } && recorded.InZone(zone).Date != on ? (on + new LocalTime(12, 0)).InZoneLeniently(zone).ToInstant() : task.EndedAt;

    // A client shows an empty calendar as a broken one.
    private VTodo Empty(LocalDate today, Language language)
    {
        var since = NewYear(today).AtStartOfDayInZone(zone).ToInstant();
        return new VTodo(
            "no-tasks@anniversaries.calendar", NewYear(today), Instant.Max(since, FeedFormat.Released), FeedFormat.Number + today.Year,
            new IcalText(TaskTexts.EmptyTitle.In(language), language.Name()))
        {
            Description = TaskTexts.EmptyDescription.In(language),
            Status = TodoStatus.Completed,
            Completed = since,
        };
    }

    private VEvent Ending(FeedNotice notice, Language language) => new(
        "link-ends@anniversaries.calendar", notice.From, notice.Until, Instant.Max(notice.From.AtStartOfDayInZone(zone).ToInstant(), FeedFormat.Released),
        FeedFormat.Number, new IcalText(FeedTexts.NoticeTitle(notice).In(language), language.Name()))
    {
        Description = TaskTexts.NoticeDescription.In(language),
    };

    private static IcalEntry In(TaskForm form, VTodo todo) => form == TaskForm.Todo ? todo : todo.ToEvent(TaskTexts.Done);

    private static LocalDate NewYear(LocalDate today) => new(today.Year, 1, 1);
}
