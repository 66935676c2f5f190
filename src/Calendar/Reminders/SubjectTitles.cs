using Calendar.Almanacs;
using Calendar.Planning;
using NodaTime;

namespace Calendar.Reminders;

/// <summary>What reminders are about, in a few words.</summary>
public static class SubjectTitles
{
    private static readonly Text _week = new("Thư hằng tuần", "The weekly message");
    private static readonly Text _canary = new("Thư kiểm tra đường gửi", "A message that checks the way");

    /// <summary>Of what is no longer on record, too: then the name by which it was known.</summary>
    /// <param name="due">The day it is about.</param>
    public static Text TitleOf(this Almanac almanac, ReminderSubject subject, LocalDate due) => subject switch
    {
        ReminderSubject.OfTask task => TitleOf(almanac, task),
        ReminderSubject.OfSilence silence => Silence(TitleOf(almanac, silence.About)),
        ReminderSubject.OfAnniversary anniversary => almanac.TitleOf(anniversary.Anniversary, new PartialDate(due)),
        ReminderSubject.OfWeek => _week,
        _ => _canary,
    };

    private static Text Silence(Text task) => new($"Chưa được xác nhận: {task.Vi}", $"Not acknowledged: {task.En}");

    private static Text TitleOf(Almanac almanac, ReminderSubject.OfTask about)
    {
        if (almanac.Plans.Find(about.Plan) is not { } plan)
        {
            return new Text($"{about.Plan}/{about.Task}", $"{about.Plan}/{about.Task}");
        }

        var (of, task) = (almanac.TitleOf(plan), plan.Tasks.GetValueOrDefault(about.Task)?.Title ?? new Text(about.Task.Value, about.Task.Value));
        return new Text($"{task.Vi} – {of.Vi}", $"{task.En} – {of.En}");
    }
}
