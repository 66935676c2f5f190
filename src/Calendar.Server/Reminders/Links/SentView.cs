using Calendar.Almanacs;
using Calendar.Reminders;
using NodaTime;

namespace Calendar.Server.Reminders.Links;

/// <summary>One line of what was sent to somebody.</summary>
/// <param name="Day">On which it was sent, or was to be.</param>
/// <param name="State">In words.</param>
/// <param name="IsDoubtful">It did not arrive, or perhaps not.</param>
public sealed record SentView(LocalDate Day, Text Title, Text State, bool IsDoubtful, LocalDate? Said)
{
    internal static SentView Of(Almanac almanac, ReminderRow row, DateTimeZone zone)
    {
        var (state, isDoubtful) = StateOf(row);
        return new SentView(
            (row.Settled ?? row.Reminder.Moment).InZone(zone).Date, almanac.TitleOf(row.Subject, row.Reminder.Due), state, isDoubtful, row.Acknowledged?.InZone(zone).Date);
    }

    private static (Text State, bool IsDoubtful) StateOf(ReminderRow row) => row.Reminder switch
    {
        { PerhapsSent: true } => (new Text("có thể đã gửi", "perhaps sent"), true),
        { State: ReminderState.Delivered } => (new Text("đã gửi", "sent"), false),
        { State: ReminderState.Refused } => (new Text("bị trả lại", "came back"), true),
        { State: ReminderState.Missed } when row.CarriedBy is not null => (new Text("gửi không kịp, đã báo sau trong thư tổng hợp", "not sent in time, told of later in a digest"), false),
        { State: ReminderState.Missed } => (new Text("gửi không kịp", "not sent in time"), true),
        { State: ReminderState.Superseded } when row.Reason == ReminderReason.Carried => (new Text("đã gửi trong thư tổng hợp", "sent in a digest"), false),
        { State: ReminderState.Superseded } => (new Text("không cần gửi nữa", "need not be sent any more"), false),
        _ => (new Text("đang gửi", "under way"), false),
    };
}
