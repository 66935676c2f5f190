using Calendar.Server.Associations;
using Calendar.Server.Http;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <content>What people are shown of the queue, and what they do with single rows of it.</content>
internal sealed partial class ReminderTable
{
    private const string _row = $"{_columns}, r.association, r.next_try, r.attempts, r.settled, r.carried_by, r.acknowledged";
    private const string _find = $"select {_row} from calendar.reminders r where r.id = $1";

    private const string _matches = """
        ($1::text[] is null or r.association = any($1)) and ($2::text[] is null or r.kind = any($2)) and ($3::text[] is null or r.state = any($3))
          and ($4::text[] is null or r.channel = any($4)) and ($5::uuid is null or r.recipient = $5)
        """;

    private const string _coming = $"""
        select {_row} from calendar.reminders r
        where {_matches} and ($6::timestamptz is null or r.moment >= $6) and ($7::timestamptz is null or r.moment < $7)
          and ($8::timestamptz is null or (r.moment, r.id) > ($8, $9))
        order by r.moment, r.id limit $10
        """;

    // What is under way comes before everything that is settled. What was never to leave is shown only to who asks for it.
    private const string _when = "coalesce(r.settled, 'infinity'::timestamptz)";

    private const string _sent = $"""
        select {_row} from calendar.reminders r
        where (r.state <> 'queued' or r.attempts > 0) and {_matches}
          and ($3::text[] is not null or r.state <> 'superseded' or r.reason = 'carried' or r.attempts > 0)
          and ($6::timestamptz is null or {_when} >= $6) and ($7::timestamptz is null or r.settled < $7)
          and ($8::timestamptz is null or ({_when}, r.id) < ($8, $9))
        order by {_when} desc, r.id desc limit $10
        """;

    private const string _attempts = """
        select reminder, number, begun, ended, outcome, code, answer from calendar.attempts where reminder = any($1) order by reminder, number
        """;

    // Each canary answers for itself.
    private const string _acknowledge = """
        update calendar.reminders known set acknowledged = $2 from calendar.reminders r
        where r.id = $1 and known.subject = r.subject and known.due = r.due and known.recipient = r.recipient and known.acknowledged is null
          and (r.kind <> 'canary' or known.id = r.id)
        """;

    // What is put off leaves now; what is under way is let alone.
    private const string _resend = """
        with resent as (
          update calendar.reminders set state = 'queued', reason = null, settled = null, next_try = $2, tries = 0, failing_since = null, issue = issue + 1, carried_by = null, perhaps_sent = false,
            first_told = coalesce(first_told, case when state in ('delivered', 'refused') or reason = 'carried' then settled end), resend_key = $3
          where id = $1 and state not in ('queued', 'attempting') and ($3::text is null or resend_key is distinct from $3) returning id),
        hurried as (update calendar.reminders set next_try = $2 where id = $1 and state = 'queued' and attempts > 0 and carried_by is null returning id)
        select (select count(*) from resent) + (select count(*) from hurried) + (select count(*) from calendar.reminders where id = $1 and resend_key = $3)
        """;

    private const string _refusals = """
        select distinct on (r.recipient) r.recipient, r.settled, a.code, a.answer
        from calendar.reminders r left join calendar.attempts a on a.reminder = r.id and a.number = r.attempts
        where r.recipient = any($1) and r.state = 'refused' and r.carried_by is null
        order by r.recipient, r.settled desc
        """;

    public async Task<ReminderRow?> FindAsync(Guid id, CancellationToken ct) => (await RowsAsync(source.Command(_find, id), ct)).SingleOrDefault();

    /// <summary>By moment.</summary>
    public Task<IReadOnlyList<ReminderRow>> ComingAsync(ReminderQuery query, CancellationToken ct) => RowsAsync(Asked(_coming, query), ct);

    /// <summary>What was sent or tried, the newest first, by when it was settled.</summary>
    public Task<IReadOnlyList<ReminderRow>> SentAsync(ReminderQuery query, CancellationToken ct) => RowsAsync(Asked(_sent, query), ct);

    /// <summary>The attempts of these, the first one first.</summary>
    public async Task<ILookup<Guid, Attempt>> AttemptsAsync(IEnumerable<Guid> reminders, CancellationToken ct)
    {
        await using var command = source.Command(_attempts, reminders.ToArray());
        var attempts = new List<Attempt>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            attempts.Add(new Attempt(
                reader.GetGuid(0), reader.GetInt32(1), At(reader, 2)!.Value, At(reader, 3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetInt32(5),
                reader.IsDBNull(6) ? null : reader.GetString(6)));
        }

        return attempts.ToLookup(attempt => attempt.Reminder);
    }

    /// <summary>Notes that the recipient knows: on this one and on all others to them about the same.</summary>
    public Task AcknowledgeAsync(Guid id, Instant now, CancellationToken ct) => source.ExecuteAsync(_acknowledge, ct, id, now.ToDateTimeUtc());

    /// <summary>Lets a settled one leave again, as another message; one that could not be delivered so far is tried at once.</summary>
    /// <param name="request">When it was the last to ask for this one, it has been heard.</param>
    /// <returns>False where it waits for its moment or is under way.</returns>
    public async Task<bool> ResendAsync(Guid id, KeyedRequest? request, Instant now, CancellationToken ct)
    {
        await using var command = source.Command(_resend, id, now.ToDateTimeUtc(), Sql.Text(request is null ? null : $"{request.Caller} {request.Key}"));
        return (long)(await command.ExecuteScalarAsync(ct))! > 0;
    }

    /// <summary>The last mail to each of these contacts that was refused.</summary>
    public async Task<IReadOnlyDictionary<Guid, RefusedMailView>> RefusalsAsync(Guid[] contacts, CancellationToken ct)
    {
        await using var command = source.Command(_refusals, contacts);
        var refused = new Dictionary<Guid, RefusedMailView>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            refused.Add(reader.GetGuid(0), new RefusedMailView(
                At(reader, 1)!.Value, reader.IsDBNull(2) ? null : reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        }

        return refused;
    }

    private NpgsqlCommand Asked(string sql, ReminderQuery query) => source.Command(
        sql, Any(query.Associations.Select(one => one.Value)), Any(query.Kinds.Select(one => one.Name())), Any(query.States.Select(one => one.Name())),
        Any(query.Channels.Select(one => one.Name())), Sql.Id(query.Recipient), Sql.Time(query.From), Sql.Time(query.To), Sql.Time(query.After?.At), query.After?.Id ?? Guid.Empty, query.Limit);

    private static NpgsqlParameter Any(IEnumerable<string> texts) => Sql.Texts(texts.Any() ? texts : null);

    private static async Task<IReadOnlyList<ReminderRow>> RowsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        {
            var rows = new List<ReminderRow>();
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                rows.Add(new ReminderRow(
                    Read(reader), !reader.IsDBNull(14) && Slug.TryParse(reader.GetString(14), out var association) ? association : null, At(reader, 15)!.Value, reader.GetInt32(16),
                    At(reader, 17), reader.IsDBNull(18) ? null : reader.GetGuid(18), At(reader, 19)));
            }

            return rows;
        }
    }

    private static Instant? At(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(column));
}
