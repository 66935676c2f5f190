using Calendar.Reminders;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>A reminder as it lies in the table, as far as making others needs it.</summary>
/// <param name="IsTaken">A digest tells of it, or somebody has asked for it again: a round leaves it alone.</param>
/// <param name="WasTried">Whether it still stands is asked when it is tried again.</param>
internal readonly record struct MadeReminder(Guid Id, ReminderKey Key, ReminderState State, ReminderReason? Reason, Instant Moment, bool IsTaken, bool WasTried = false)
{
    /// <summary>It waits for its moment, and nothing has been done about it.</summary>
    public bool IsUntouched => State == ReminderState.Queued && !IsTaken && !WasTried;
}

/// <summary>What a round changes.</summary>
/// <param name="New">To be made; what is due already is missed.</param>
/// <param name="Moved">Queued ones that leave at another moment.</param>
/// <param name="Back">Settled without having been sent, and to be sent after all, at their moment.</param>
/// <param name="Gone">Queued ones that are due no more.</param>
internal sealed record ReminderChanges(
    IReadOnlyList<Reminder> New, IReadOnlyList<(Guid Id, Instant Moment)> Moved, IReadOnlyList<(Guid Id, Instant Moment)> Back, IReadOnlyList<Guid> Gone)
{
    public bool IsEmpty => New.Count + Moved.Count + Back.Count + Gone.Count == 0;
}

/// <content>How the queue is filled: by rounds, each of which ends what an older one may still be at.</content>
internal sealed partial class ReminderTable
{
    private const int _atATime = 5_000;

    private const string _beginRound = "update calendar.delivery_state set round = round + 1 returning round";
    private const string _isRound = "select round = $1 from calendar.delivery_state for update";

    private const string _made = """
        select id, subject, due, lead, recipient, channel, state, reason, moment, carried_by is not null or issue > 0, attempts > 0
        from calendar.reminders where moment >= $1
        """;

    // Also one that was refused: nobody has heard of it, and somebody above should. By the queue's key: of a year's deliveries only what is about those few tasks is read.
    private const string _told = """
        select r.subject, r.due, r.lead, min(coalesce(r.first_told, r.settled)), exists (select from calendar.reminders above
          where above.subject = 'escalation/1/' || substr(r.subject, 6) and above.due = r.due and above.acknowledged is not null)
        from unnest($1::text[], $2::date[]) silent (subject, due) join calendar.reminders r on r.subject = silent.subject and r.due = silent.due
        where r.first_told is not null or r.state in ('delivered', 'refused') or r.reason = 'carried'
        group by r.subject, r.due, r.lead
        """;

    private const string _make = """
        insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, association, moment, next_try, made, state, reason, settled)
        select id, kind, subject, due, lead, recipient, channel, association, moment, moment, $10,
          case when moment < $10 then 'missed' else 'queued' end, case when moment < $10 then 'made_late' end, case when moment < $10 then $10 end
        from unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::smallint[], $6::uuid[], $7::text[], $8::text[], $9::timestamptz[])
          as new (id, kind, subject, due, lead, recipient, channel, association, moment)
        on conflict (subject, due, lead, recipient, channel) do nothing
        """;

    // One whose moment is in the past by now leaves at once: nobody was late with it.
    private const string _move = """
        update calendar.reminders r set moment = new.moment, next_try = greatest(new.moment, $3) from unnest($1::uuid[], $2::timestamptz[]) as new (id, moment)
        where r.id = new.id and r.state = 'queued' and r.carried_by is null and r.attempts = 0
        """;

    private const string _back = """
        update calendar.reminders r set state = 'queued', reason = null, settled = null, moment = new.moment, next_try = new.moment, tries = 0, failing_since = null, waited = false
        from unnest($1::uuid[], $2::timestamptz[]) as new (id, moment)
        where r.id = new.id and r.carried_by is null and (r.state = 'missed' or (r.state = 'superseded' and r.reason in ('no_longer_due', 'no_recipient')))
        """;

    // One that was tried may carry others: whether it still stands is asked when it is tried again.
    private const string _gone = """
        update calendar.reminders set state = 'superseded', reason = 'no_longer_due', settled = $2
        where id = any($1) and state = 'queued' and carried_by is null and attempts = 0
        """;

    // Whatever became of the message that was to tell of them.
    private const string _orphans = """
        update calendar.reminders r set carried_by = null
        where state in ('queued', 'missed') and carried_by is not null and case state
          when 'queued' then not exists (select from calendar.reminders head where head.id = r.carried_by and head.state in ('queued', 'attempting'))
          else exists (select from calendar.reminders head where head.id = r.carried_by and head.state in ('missed', 'refused', 'superseded') and (head.issue = 0 or r.first_told is null)) end
        """;

    /// <summary>Begins a round; what older ones are about to write is refused from now on.</summary>
    public async Task<long> BeginRoundAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(_beginRound);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Lets those leave by themselves whose digest has come to an end without them.</summary>
    public Task FreeOrphansAsync(CancellationToken ct) => source.ExecuteAsync(_orphans, ct);

    /// <summary>What there is from a moment on.</summary>
    public async Task<IReadOnlyList<MadeReminder>> MadeAsync(Instant from, CancellationToken ct)
    {
        await using var command = source.Command(_made, from.ToDateTimeUtc());
        var made = new List<MadeReminder>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var key = new ReminderKey(
                reader.GetString(1), LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(2)), reader.GetInt16(3), reader.GetGuid(4),
                Names<ReminderChannel>.TryParse(reader.GetString(5), out var channel) ? channel : default);
            ReminderReason? reason = !await reader.IsDBNullAsync(7, ct) && Names<ReminderReason>.TryParse(reader.GetString(7), out var named) ? named : null;
            made.Add(new MadeReminder(
                reader.GetGuid(0), key, Names<ReminderState>.TryParse(reader.GetString(6), out var state) ? state : default, reason,
                Instant.FromDateTimeUtc(reader.GetDateTime(8)), reader.GetBoolean(9), reader.GetBoolean(10)));
        }

        return made;
    }

    /// <summary>Of which of these tasks owners were told, and when for the first time.</summary>
    /// <param name="zone">In which the days are reckoned.</param>
    public async Task<IReadOnlyList<Told>> ToldAsync(
        IEnumerable<(ReminderSubject.OfTask Subject, LocalDate Due)> silent, DateTimeZone zone, CancellationToken ct)
    {
        var (subjects, days) = (new List<string>(), new List<DateOnly>());
        foreach (var (subject, due) in silent)
        {
            subjects.Add(subject.Text);
            days.Add(due.ToDateOnly());
        }

        if (subjects.Count == 0)
        {
            return [];
        }

        await using var command = source.Command(_told, subjects.ToArray(), days.ToArray());
        var told = new List<Told>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (ReminderSubject.TryParse(reader.GetString(0), out var subject) && subject is ReminderSubject.OfTask task)
            {
                told.Add(new Told(
                    task, LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(1)), reader.GetInt16(2), Instant.FromDateTimeUtc(reader.GetDateTime(3)).InZone(zone).Date)
                {
                    IsAnswered = reader.GetBoolean(4),
                });
            }
        }

        // The first time counts, whatever came after.
        return [.. told.GroupBy(one => (one.Subject, one.Due)).Select(same => same.MinBy(one => (one.On, -one.Lead))!)];
    }

    /// <returns>False where a younger round has begun: nothing was changed.</returns>
    public async Task<bool> ChangeAsync(long round, ReminderChanges changes, Instant now, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, ct);
        await using (var own = connection.Command(_isRound, round))
        {
            if (!(bool)(await own.ExecuteScalarAsync(ct))!)
            {
                return false;
            }
        }

        foreach (var some in changes.New.Chunk(_atATime))
        {
            await MakeAsync(connection, some, now, ct);
        }

        await RunAsync(_move, changes.Moved, now.ToDateTimeUtc());
        await RunAsync(_back, changes.Back);
        await using (var gone = connection.Command(_gone, changes.Gone.ToArray(), now.ToDateTimeUtc()))
        {
            await gone.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return true;

        async Task RunAsync(string sql, IReadOnlyList<(Guid Id, Instant Moment)> rows, params object[] more)
        {
            await using var command = connection.Command(sql, [rows.Select(one => one.Id).ToArray(), rows.Select(one => one.Moment.ToDateTimeUtc()).ToArray(), .. more]);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private static async Task MakeAsync(NpgsqlConnection connection, Reminder[] reminders, Instant now, CancellationToken ct)
    {
        await using var command = connection.Command(
            _make,
            Array.ConvertAll(reminders, _ => Guid.CreateVersion7()),
            Array.ConvertAll(reminders, one => one.Subject.Text[..(one.Subject.Text + "/").IndexOf('/', StringComparison.Ordinal)]),
            Array.ConvertAll(reminders, one => one.Subject.Text),
            Array.ConvertAll(reminders, one => one.Due.ToDateOnly()),
            Array.ConvertAll(reminders, one => (short)one.Lead),
            Array.ConvertAll(reminders, one => one.To.Id),
            Array.ConvertAll(reminders, one => one.To.Channel.Name()),
            Array.ConvertAll(reminders, one => one.Subject.For?.Value),
            Array.ConvertAll(reminders, one => one.Moment.ToDateTimeUtc()),
            now.ToDateTimeUtc());
        await command.ExecuteNonQueryAsync(ct);
    }
}
