using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Server.Anniversaries;
using Calendar.Server.Planning;
using NodaTime;

namespace Calendar.Server.Reminders.Links;

/// <summary>What somebody who was reminded is shown before they say that they know.</summary>
/// <param name="Due">Null where it is about nothing that is due.</param>
/// <param name="Owner">Whose affair it is.</param>
/// <param name="Since">What has become of it since; null where it is as it was.</param>
/// <param name="Said">When they said so; null where they have not.</param>
/// <param name="CanSay">Whether there is anything to say.</param>
public sealed record AcknowledgeView(Text Title, ReminderDue? Due, Text? Owner, Text? Since, LocalDate? Said, bool CanSay)
{
    internal static AcknowledgeView Of(Almanac almanac, ReminderRow row, DateTimeZone zone)
    {
        var (subject, due) = (row.Subject, row.Reminder.Due);
        var (since, canSay) = SinceOf(almanac, subject, due);
        var said = row.Acknowledged?.InZone(zone).Date;
        return new AcknowledgeView(
            almanac.TitleOf(subject, due),
            subject is ReminderSubject.OfWeek or ReminderSubject.OfCanary ? null : new ReminderDue(due, subject is ReminderSubject.OfAnniversary),
            subject.For is { } owner ? TaskViews.NameOf(almanac, owner) : null, since, said, canSay && said is null);
    }

    private static (Text? Since, bool CanSay) SinceOf(Almanac almanac, ReminderSubject subject, LocalDate due) => subject switch
    {
        ReminderSubject.OfTask about => OfTask(almanac, about, due),
        ReminderSubject.OfSilence silence => OfTask(almanac, silence.About, due),
        ReminderSubject.OfAnniversary about => OfAnniversary(almanac, about, due),
        _ => (null, true),
    };

    private static (Text? Since, bool CanSay) OfTask(Almanac almanac, ReminderSubject.OfTask about, LocalDate due)
    {
        switch (almanac.Plans.Find(about.Plan, about.Task))
        {
            case null:
                return (new Text("Việc này không còn trong kế hoạch.", "This task is no longer in the plan."), false);
            case { Owner: var other } when other != about.Owner:
                var name = TaskViews.NameOf(almanac, other);
                return (new Text($"Việc này nay do đơn vị khác phụ trách: {name.Vi}.", $"Somebody else is in charge of this task now: {name.En}."), false);
            case { State: TaskState.Done, CompletedOn: { } on }:
                var (vi, en) = DateWords.In(new PartialDate(on));
                return (new Text($"Việc này đã hoàn thành {vi}.", $"This task was done {en}."), false);
            case { State: TaskState.Done }:
                return (new Text("Việc này đã hoàn thành.", "This task is done."), false);
            case { State: TaskState.Dropped, Reason: var reason }:
                return (new Text($"Việc này không còn phải làm. {reason?.Vi}".TrimEnd(), $"This task need not be done any more. {reason?.En}".TrimEnd()), false);
            case { State: TaskState.Acknowledged }:
                return (new Text("Đơn vị phụ trách đã xác nhận biết việc này.", "Those in charge have said that they know of this task."), false);
            case { Due: var moved } when moved != due:
                return Moved(new PartialDate(moved));
            default:
                return (null, true);
        }
    }

    private static (Text? Since, bool CanSay) OfAnniversary(Almanac almanac, ReminderSubject.OfAnniversary about, LocalDate due)
    {
        var anniversary = almanac.Find(about.Anniversary.Fact) is { } fact ? Anniversary.Of(almanac, almanac.Current(fact), about.Anniversary.Number) : null;
        return anniversary is null or { IsWaived: true } or { Fact.Withdrawn: not null }
                ? (new Text("Ngày kỷ niệm này không còn được tính nữa.", "This anniversary is not marked any more."), false)
            : anniversary.Date.First != due ? Moved(anniversary.Date)
            : (null, true);
    }

    private static (Text? Since, bool CanSay) Moved(PartialDate to)
    {
        var (vi, en) = DateWords.In(to);
        return (new Text($"Ngày đã thay đổi: nay là {vi}.", $"The day has changed: it is {en} now."), true);
    }
}

/// <param name="Day">As the reminder named it.</param>
/// <param name="IsAnniversary">The anniversary's own day; else that by which something is to be done.</param>
public sealed record ReminderDue(LocalDate Day, bool IsAnniversary);
