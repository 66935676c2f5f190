using NodaTime;

namespace Calendar.Server.Reminders;

/// <content>What becomes of a mail that was taken over and came back.</content>
internal sealed partial class ReminderTable
{
    // As if the server had refused it at once. When it left stays known: from then on the owner counts as written to.
    private const string _bounce = """
        with bounced as (
          update calendar.reminders set state = 'refused', reason = 'bounced', settled = $3
          where id = $1 and issue = $2 and channel = 'mail' and state = 'delivered'
          returning id, attempts, issue),
        ended as (
          update calendar.attempts a set outcome = 'bounced', code = $4, answer = $5 from bounced where a.reminder = bounced.id and a.number = bounced.attempts),
        carried as (
          update calendar.reminders r set
            state = case when r.state = 'missed' then r.state else 'refused' end,
            reason = case when r.state = 'missed' then r.reason else 'bounced' end,
            settled = case when r.state = 'missed' then r.settled else $3 end,
            carried_by = case when r.state = 'missed' then null else r.carried_by end
          from bounced where r.carried_by = bounced.id and bounced.issue = 0 and (r.state = 'missed' or r.reason = 'carried'))
        select count(*) from bounced
        """;

    /// <summary>Notes that a mail came back, and with it all that it told of; what it told of again has been told before.</summary>
    /// <param name="issue">Of which message; one that was sent since is another.</param>
    /// <param name="code">Of the other side's reply.</param>
    /// <param name="answer">What it said.</param>
    /// <returns>False where that message does not count as delivered: nothing was changed.</returns>
    public async Task<bool> BounceAsync(Guid id, int issue, int? code, string answer, Instant now, CancellationToken ct)
    {
        await using var command = source.Command(_bounce, id, issue, now.ToDateTimeUtc(), Sql.Number(code), answer);
        return (long)(await command.ExecuteScalarAsync(ct))! == 1;
    }
}
