using System.Text.Json;
using Calendar.Almanacs;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
using Calendar.Server.Planning;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>What a webhook gets of a message: the data of a CloudEvent, told as of when it leaves: another attempt at the same message may say what has changed since.</summary>
internal static class MessageJson
{
    private const string _prefix = "calendar.reminder.";

    /// <summary>The CloudEvent's type.</summary>
    public static string TypeOf(Message message)
    {
        var first = message.Items.Concat(message.Missed).FirstOrDefault(item => item.Subject is not ReminderSubject.OfWeek);
        return _prefix + (first is null ? "week" : message.IsDigest ? "digest" : KindOf(first.Subject));
    }

    /// <param name="publicUrl">Without a slash at its end.</param>
    public static byte[] Write(Almanac almanac, Message message, string publicUrl) => JsonSerializer.SerializeToUtf8Bytes(
        Of(almanac, message.To.Association, [.. message.Items.Select(item => View(almanac, item, publicUrl)).OfType<MessageItemView>()]) with
        {
            Missed = message.Missed.IsEmpty ? null : [.. message.Missed.Select(item => View(almanac, item, publicUrl)).OfType<MessageItemView>()],
            Watched = message.IsDigest ? message.Watched : null,
            Next = message.Next,
            Refused = message.Refused == 0 ? null : message.Refused,
        },
        Json.Options);

    private static MessageView Of(Almanac almanac, Slug association, IReadOnlyList<MessageItemView> items) =>
        association == default ? new MessageView(null, null, items) : new MessageView(association, TaskViews.NameOf(almanac, association), items);

    private static string KindOf(ReminderSubject subject) => subject switch
    {
        ReminderSubject.OfTask => "task",
        ReminderSubject.OfAnniversary => "anniversary",
        ReminderSubject.OfSilence => "escalation",
        _ => "canary",
    };

    private static MessageItemView? View(Almanac almanac, MessageItem item, string publicUrl) => item.Subject switch
    {
        ReminderSubject.OfTask about => View(almanac, item, about, null, publicUrl),
        ReminderSubject.OfSilence silence => View(almanac, item, silence.About, silence.Step, publicUrl),
        ReminderSubject.OfAnniversary about => View(almanac, item, about, publicUrl),
        _ => null,
    };

    private static MessageItemView View(Almanac almanac, MessageItem item, ReminderSubject.OfTask about, int? step, string publicUrl)
    {
        var task = almanac.Plans.Find(about.Plan, about.Task);
        var title = task is null ? new Text(about.Task.Value, about.Task.Value) : new Text(TaskTexts.TitleOf(task, Language.Vi), TaskTexts.TitleOf(task, Language.En));
        return new MessageItemView(
            KindOf(item.Subject), $"{about.Plan}/{about.Task}", title, about.Owner, TaskViews.NameOf(almanac, about.Owner), item.Due, item.Lead,
            new MessageLinks($"{publicUrl}/v1/tasks/{about.Plan}/{about.Task}", about.Plan.Anniversary is { } id ? Explanation(id, publicUrl) : null))
        {
            Step = step,
            State = task?.State,
            Anniversary = about.Plan.Anniversary,
            AcknowledgeUrl = task is { State: TaskState.Acknowledged } ? null : item.AcknowledgeUrl,
            PerhapsSent = item.WasPerhapsSent ? true : null,
        };
    }

    private static MessageItemView View(Almanac almanac, MessageItem item, ReminderSubject.OfAnniversary about, string publicUrl)
    {
        var date = almanac.Find(about.Anniversary.Fact) is { } first
            ? Calendar.Anniversaries.Anniversary.DateOf(almanac.Current(first), about.Anniversary.Number, almanac.Rules) : null;
        return new MessageItemView(
            KindOf(item.Subject), about.Anniversary.ToString(), almanac.TitleOf(about.Anniversary, date ?? new PartialDate(item.Due)), about.Association,
            TaskViews.NameOf(almanac, about.Association), item.Due, item.Lead,
            new MessageLinks($"{publicUrl}/v1/anniversaries/{about.Anniversary}", Explanation(about.Anniversary, publicUrl)))
        {
            Date = date,
            Anniversary = about.Anniversary,
            AcknowledgeUrl = item.AcknowledgeUrl,
            PerhapsSent = item.WasPerhapsSent ? true : null,
        };
    }

    private static string Explanation(AnniversaryId id, string publicUrl) => $"{publicUrl}/v1/anniversaries/{id}/explanation";
}

/// <param name="Association">The recipient's; absent for the calendar's own, where a canary goes.</param>
/// <param name="Items">By due day; none in a weekly message that only says so, and in a canary.</param>
internal sealed record MessageView(Slug? Association, Text? AssociationName, IReadOnlyList<MessageItemView> Items)
{
    /// <summary>What should have been told of before.</summary>
    public IReadOnlyList<MessageItemView>? Missed { get; init; }

    /// <summary>How many tasks and anniversaries are looked at.</summary>
    public int? Watched { get; init; }

    /// <summary>When the next reminder leaves.</summary>
    public LocalDate? Next { get; init; }

    /// <summary>How many messages to anybody were refused in the week before it.</summary>
    public int? Refused { get; init; }
}

/// <param name="Kind">task, anniversary or escalation.</param>
/// <param name="Id">Of the task, <c>{plan}/{task}</c>, or of the anniversary.</param>
/// <param name="Association">Whose affair it is.</param>
/// <param name="Due">The first day of an anniversary.</param>
/// <param name="Lead">So many days before it this was to leave.</param>
internal sealed record MessageItemView(string Kind, string Id, Text Title, Slug Association, Text AssociationName, LocalDate Due, int Lead, MessageLinks Links)
{
    /// <summary>Of an anniversary, as precise as it is known.</summary>
    public PartialDate? Date { get; init; }

    /// <summary>Of an escalation: 1 for the union above, 2 for the desk.</summary>
    public int? Step { get; init; }

    /// <summary>Of a task.</summary>
    public TaskState? State { get; init; }

    /// <summary>What a task is for.</summary>
    public AnniversaryId? Anniversary { get; init; }

    /// <summary>A backup was restored, and this may have been sent before.</summary>
    public bool? PerhapsSent { get; init; }

    /// <summary>A signed page for people: opening it changes nothing, its button does.</summary>
    public string? AcknowledgeUrl { get; init; }
}

/// <param name="Self">In the API.</param>
/// <param name="Explanation">A page in either language (<c>?lang=</c>); absent for yearly work.</param>
internal sealed record MessageLinks(string Self, string? Explanation);
