using Calendar.Reminders;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>
/// The table <c>calendar.reminders</c>: claims, the point of no return, and what came of it. A claim is fenced by its number and by a lease of the
/// database's clock: what somebody has taken over since settles nothing. From the point of no return on it is taken over only when the session of
/// whoever held it has ended, and its lease with it: an instance that was stopped in the middle of a mail finds it as it left it.
/// </summary>
/// <remarks>What each delivery asks is prepared: to plan it takes longer than to do it.</remarks>
internal sealed partial class ReminderTable(NpgsqlDataSource source)
{
    /// <summary>So far back the desk is told of refusals, from the moment of the message that tells of them.</summary>
    public static readonly Duration RefusedBefore = Duration.FromDays(7);

    // One message at a time to each recipient: workers that meet at one try again.
    private const int _mostRaces = 20;

    // Of a silence that the desk is to hear of: those above have said that they know.
    private const string _answered = """
        (r.kind = 'escalation' and exists (select from calendar.reminders above
          where above.subject = replace(r.subject, 'escalation/2/', 'escalation/1/') and above.subject <> r.subject and above.due = r.due and above.acknowledged is not null))
        """;

    private const string _columns = $"r.id, r.subject, r.due, r.lead, r.recipient, r.channel, r.moment, r.tries, r.issue, r.perhaps_sent, r.state, {_answered}, r.failing_since, r.reason";

    // Held deliveries, and a database that is not the one delivered from, give nothing away. A recipient gets one message at a time, and one at a time decides
    // which: two that share out what there is would make two digests of one. So it is with an association's webhooks, which keep two workers busy at most: however
    // slow they are, the others go on.
    private const string _claim = $"""
        with due as (
          select id, recipient from calendar.reminders r
          where channel = $1 and state = 'queued' and carried_by is null and next_try <= $2
            and (waited or issue > 0 or next_try >= $5 or (attempts > 0 and moment >= $6))
            and not exists (select from calendar.reminders a where a.recipient = r.recipient and a.state = 'attempting')
            and recipient not in (
              select w.id from calendar.webhooks w where w.association in (
                select b.association from calendar.reminders a join calendar.webhooks b on b.id = a.recipient
                where a.state = 'attempting' and $1 = 'webhook' group by b.association having count(*) >= 2))
            and {DeliveryGuard.IsOpen}
          order by next_try, (kind <> 'week'), id limit 16),
        next as (
          select id from due
          where pg_try_advisory_xact_lock(hashtextextended('calendar.reminders ' || coalesce((select association from calendar.webhooks w where w.id = recipient), recipient::text), 0)) limit 1),
        claimed as (
          update calendar.reminders r set state = 'attempting', claim = claim + 1, attempts = attempts + 1, holder = $3, lease = clock_timestamp() + $4, sending = false
          from next where r.id = next.id and r.state = 'queued' and r.carried_by is null
          returning r.*)
        select {_columns}, r.claim, r.attempts from (select from due limit 1) found left join claimed r on true
        """;

    // What may have arrived by itself is told of by itself.
    private const string _isFree = """
        r.issue = 0 and (r.carried_by = $2 or (r.carried_by is null and not exists (select from calendar.attempts a where a.reminder = r.id and a.delivery is not null)))
        """;

    // While the recipient is ours. A digest that is sent again tells of the same as before.
    private const string _besides = $"""
        select {_columns}, r.carried_by is not null
        from calendar.reminders r
        where r.recipient = $1 and r.id <> $2 and r.state = 'queued' and r.moment < $3 and {_isFree}
        union all
        (select {_columns}, r.carried_by is not null
        from calendar.reminders r
        where r.recipient = $1 and r.id <> $2 and r.state = 'missed' and r.kind not in ('week', 'canary') and {_isFree}
        order by r.carried_by is null, r.moment desc, r.id limit 1000)
        union all
        select {_columns}, true
        from calendar.reminders r
        where r.carried_by = $2 and (r.reason = 'carried' or r.state = 'refused')
        order by 11, 7, 3, 1
        """;

    // What a weekly message must know: whether the recipient has been told of anything since its moment, and whether anything was refused in the week before.
    private const string _lately = """
        select exists (select from calendar.reminders r
            where r.recipient = $1 and r.moment >= $2 and coalesce(r.settled, 'infinity') >= $2 and (r.state <> 'queued' or r.attempts > 0)
              and r.kind not in ('week', 'canary') and (r.state = 'delivered' or r.reason = 'carried')),
          exists (select from calendar.reminders where state = 'refused' and settled >= $3 and carried_by is null)
        """;

    private const string _head = "select coalesce(max(seq_id), 0) from calendar.mt_events";
    private const string _carry = "update calendar.reminders set carried_by = $1 where id = any($2) and state in ('queued', 'missed') and carried_by is null returning id";

    // One statement: the note that an attempt has begun lasts as long as the fence itself.
    private const string _fence = """
        with fenced as (
          update calendar.reminders set sending = true, lease = clock_timestamp() + $4 where id = $1 and claim = $2 and state = 'attempting' and lease > clock_timestamp() returning id, attempts),
        noted as (
          insert into calendar.attempts (reminder, number, begun, delivery) select id, attempts, $3, nextval('calendar.delivery_numbers') from fenced
          on conflict (reminder, number) do nothing)
        select 1 from fenced
        """;

    // A statement of its own behind the fence: whatever was answered before the delivery's number was drawn is seen.
    private const string _lastSeen = $"""
        select (select coalesce(max(seq_id), 0) from calendar.mt_events),
          (select coalesce(array_agg(r.id), '{"{}"}') from calendar.reminders r where (r.id = $1 or r.carried_by = $1) and {_answered})
        """;

    // A delivery counts also where the row has been taken over, as long as nobody has claimed it since. What was settled with a digest that is sent again stays so.
    private const string _settle = """
        with settled as (
          update calendar.reminders set
            state = $3, reason = $4, settled = case when $3 = 'queued' then null else $5 end, next_try = coalesce($6, next_try), tries = tries + $7, failing_since = case when $7 > 0 then coalesce(failing_since, $5) else failing_since end,
            first_told = case when $3 in ('delivered', 'refused') then coalesce(first_told, $5) else first_told end,
            holder = null, lease = null, sending = false
          where id = $1 and claim = $2 and (state = 'attempting' or (state = 'queued' and $3 = 'delivered'))
          returning id, attempts, issue),
        ended as (
          insert into calendar.attempts (reminder, number, begun, ended, outcome, code, answer)
          select id, attempts, $5, $5, $8, $9, $10 from settled where $8 is not null
          on conflict (reminder, number) do update set ended = excluded.ended, outcome = excluded.outcome, code = excluded.code, answer = excluded.answer),
        gone as (
          update calendar.reminders r set state = 'superseded', reason = 'no_longer_due', settled = $5, carried_by = null
          from settled where r.carried_by = settled.id and $3 <> 'queued' and r.id = any($11) and r.state in ('queued', 'missed')),
        told as (
          update calendar.reminders r set
            state = case when r.state = 'missed' then 'missed' when $3 = 'delivered' then 'superseded' else 'refused' end,
            reason = case when r.state = 'missed' then r.reason when $3 = 'delivered' then 'carried' else $4 end,
            settled = case when r.state = 'missed' then r.settled else $5 end, first_told = coalesce(r.first_told, $5)
          from settled where r.carried_by = settled.id and r.id <> all($11) and $3 in ('delivered', 'refused')
            and (r.state = 'queued' or ($3 = 'delivered' and r.state in ('missed', 'refused')))),
        freed as (
          update calendar.reminders r set carried_by = null
          from settled where r.carried_by = settled.id and r.id <> all($11) and settled.issue = 0
            and (($3 = 'superseded' and r.state in ('queued', 'missed')) or ($3 = 'refused' and r.state = 'missed')))
        select count(*) from settled
        """;

    /// <summary>Claims the next reminder that is due on a channel and lets it be decided what it carries, in one transaction.</summary>
    /// <param name="holder">The advisory lock of this instance's session.</param>
    /// <param name="until">How far the recipient's other reminders are looked at.</param>
    /// <param name="carry">Which of the others it tells of.</param>
    /// <returns>Null where nothing is due, or deliveries are held.</returns>
    public async Task<ClaimedReminder?> ClaimAsync(
        ReminderChannel channel, Instant now, long holder, TimeSpan lease, Instant until, Func<ClaimedReminder, ValueTask<IReadOnlyList<Guid>>> carry, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                var (isRaced, claimed) = await TryClaimAsync(channel, now, holder, lease, until, carry, ct);
                if (!isRaced || tried == _mostRaces)
                {
                    return claimed;
                }
            }
            catch (PostgresException taken) when (taken.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected && tried < _mostRaces)
            {
                // Somebody is at the same recipient since a moment ago, or a round at the same rows: now it shows.
            }
        }
    }

    private async Task<(bool IsRaced, ClaimedReminder? Claimed)> TryClaimAsync(
        ReminderChannel channel, Instant now, long holder, TimeSpan lease, Instant until, Func<ClaimedReminder, ValueTask<IReadOnlyList<Guid>>> carry, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, ct);
        var (isRaced, next) = await ClaimAsync(connection, channel, now, holder, lease, ct);
        if (next is not { } claimed)
        {
            return (isRaced, null);
        }

        if (channel == ReminderChannel.Webhook && await IsCrowdedAsync(connection, claimed.Reminder.Recipient, ct))
        {
            return (true, null);
        }

        claimed = await WithBesidesAsync(connection, claimed, until, ct);
        if (await carry(claimed) is { Count: > 0 } carried)
        {
            // What has been superseded since a moment ago is not told of.
            var told = new HashSet<Guid>();
            await using (var command = connection.Command(_carry, claimed.Reminder.Id, carried.ToArray()))
            await using (var reader = await command.ExecuteReaderAsync(ct))
            {
                while (await reader.ReadAsync(ct))
                {
                    told.Add(reader.GetGuid(0));
                }
            }

            claimed = claimed with { Carried = [.. claimed.Others.Concat(claimed.Missed).Where(one => told.Contains(one.Id))] };
        }

        await transaction.CommitAsync(ct);
        return (false, claimed);
    }

    /// <summary>The point of no return: from here on the message counts as perhaps delivered.</summary>
    /// <returns>What can be known then; null where the claim is not ours any more.</returns>
    public async Task<LastSeen?> BeginSendingAsync(Guid id, long claim, Instant now, TimeSpan lease, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Sql.Batched(_fence, id, claim, now.ToDateTimeUtc(), lease), Sql.Batched(_lastSeen, id) } };
        await batch.PrepareAsync(ct);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var isOurs = await reader.ReadAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return isOurs ? new LastSeen(reader.GetInt64(0), reader.GetFieldValue<Guid[]>(1)) : null;
    }

    /// <returns>False where somebody has claimed it since: nothing was changed.</returns>
    public async Task<bool> SettleAsync(Guid id, long claim, Settlement settlement, AttemptEnd? attempt, Instant now, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = connection.Command(
            _settle, id, claim, settlement.State.Name(), Sql.Text(settlement.Reason?.Name()), now.ToDateTimeUtc(), Sql.Time(settlement.NextTry), settlement.IsOwnFailure ? 1 : 0,
            Sql.Text(attempt?.Outcome), Sql.Number(attempt?.Code), Sql.Text(attempt?.Answer), settlement.NoLongerDue.ToArray());
        await command.PrepareAsync(ct);
        return (long)(await command.ExecuteScalarAsync(ct))! == 1;
    }

    // What was found may be about to become somebody else's, or have become so since the question was asked.
    private static async Task<(bool IsRaced, ClaimedReminder? Claimed)> ClaimAsync(
        NpgsqlConnection connection, ReminderChannel channel, Instant now, long holder, TimeSpan lease, CancellationToken ct)
    {
        await using var command = connection.Command(_claim, channel.Name(), now.ToDateTimeUtc(), holder, lease, (now - ReminderPolicy.Grace).ToDateTimeUtc(), (now - Retries.LongestMail).ToDateTimeUtc());
        await command.PrepareAsync(ct);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return !await reader.ReadAsync(ct) ? (false, null)
            : await reader.IsDBNullAsync(0, ct) ? (true, null)
            : (false, new ClaimedReminder(Read(reader), reader.GetInt64(14), reader.GetInt32(15), [], [], [], 0));
    }

    private static async Task<ClaimedReminder> WithBesidesAsync(NpgsqlConnection connection, ClaimedReminder claimed, Instant until, CancellationToken ct)
    {
        var reminder = claimed.Reminder;
        var (others, missed, carried) = (new List<QueuedReminder>(), new List<QueuedReminder>(), new List<QueuedReminder>());
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Sql.Batched(_besides, reminder.Recipient, reminder.Id, until.ToDateTimeUtc()),
                Sql.Batched(_lately, reminder.Recipient, reminder.Moment.ToDateTimeUtc(), (reminder.Moment - RefusedBefore).ToDateTimeUtc()),
                Sql.Batched(_head),
            },
        };
        await batch.PrepareAsync(ct);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var one = Read(reader);
            (reader.GetBoolean(14) ? carried : one.State == ReminderState.Missed ? missed : others).Add(one);
        }

        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        var (toldSince, refusedBefore) = (reader.GetBoolean(0), reader.GetBoolean(1));
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return claimed with { Others = others, Missed = missed, Carried = carried, ToldSince = toldSince, RefusedBefore = refusedBefore, Head = reader.GetInt64(0) };
    }

    private static QueuedReminder Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        ReminderSubject.TryParse(reader.GetString(1), out var subject) ? subject! : new ReminderSubject.Unknown(reader.GetString(1)),
        LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(2)), reader.GetInt16(3), reader.GetGuid(4),
        Names<ReminderChannel>.TryParse(reader.GetString(5), out var channel) ? channel : throw new InvalidDataException($"The reminder {reader.GetGuid(0)} has a channel of another build."),
        Instant.FromDateTimeUtc(reader.GetDateTime(6)), reader.GetInt32(7), reader.GetInt32(8), reader.GetBoolean(9))
    {
        State = Names<ReminderState>.TryParse(reader.GetString(10), out var state) ? state : default,
        IsAnswered = reader.GetBoolean(11),
        FailingSince = reader.IsDBNull(12) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(12)),
        Reason = !reader.IsDBNull(13) && Names<ReminderReason>.TryParse(reader.GetString(13), out var reason) ? reason : null,
    };
}
