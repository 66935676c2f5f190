using Calendar.Reminders;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <content>What is done every now and then, whoever asks; and what is asked about a recipient or about all.</content>
internal sealed partial class ReminderTable
{
    // Who is gone has left nothing in the middle of being sent but where the lease is over, too: a session may be lost while its process lives.
    private const string _takeOver = """
        with lost as (
          select id, attempts from calendar.reminders r
          where state = 'attempting'
            and case when sending then lease < clock_timestamp() else true end
            and (not exists (select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
                  and ((l.classid::bigint << 32) | l.objid::bigint) = r.holder and l.database = (select oid from pg_database where datname = current_database()))
              or (not sending and lease < clock_timestamp()))
          for update skip locked),
        noted as (
          update calendar.attempts a set ended = $1, outcome = 'lost' from lost where a.reminder = lost.id and a.number = lost.attempts and a.outcome is null)
        update calendar.reminders r set state = 'queued', holder = null, lease = null, sending = false from lost where r.id = lost.id
        """;

    // What is held has not been late by itself.
    private const string _miss = $"""
        update calendar.reminders set state = 'missed', reason = 'too_late', settled = $1
        where state = 'queued' and carried_by is null and channel = $2 and not waited and issue = 0 and next_try < $3 and (attempts = 0 or moment < $4)
          and {DeliveryGuard.IsOpen}
        """;

    private const string _wait = "update calendar.reminders set waited = true where channel = $1 and state = 'queued' and not waited and next_try <= $2";

    // A statement of its own, behind the lock: whatever was claimed since the claim looked for something is seen.
    private const string _crowded = """
        select count(*) > 2 from calendar.reminders a join calendar.webhooks w on w.id = a.recipient
        where a.state = 'attempting' and w.association = (select association from calendar.webhooks where id = $1)
        """;

    private const string _nextOf = "select min(moment) from calendar.reminders where recipient = $1 and state = 'queued' and moment > $2 and kind <> 'week'";
    private const string _refused = "select count(*) from calendar.reminders where state = 'refused' and settled >= $1 and carried_by is null";

    // By the database's clock too: one that is far ahead must not make it forget what is still a key.
    private const string _forget = """
        with old as (delete from calendar.reminders where id in (
          select id from calendar.reminders where state not in ('queued', 'attempting') and due < least($1, current_date - 366) order by due limit 1000) returning 1)
        select count(*) from old
        """;

    /// <summary>Takes over what others have left when they ended.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> TakeOverAsync(Instant now, CancellationToken ct) => source.ExecuteAsync(_takeOver, ct, now.ToDateTimeUtc());

    /// <summary>Gives up what was due long ago when nobody was there to send it.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> MissAsync(ReminderChannel channel, Instant now, CancellationToken ct) => source.ExecuteAsync(_miss, ct, now.ToDateTimeUtc(), channel.Name(), (now - ReminderPolicy.Grace).ToDateTimeUtc(), (now - Retries.LongestMail).ToDateTimeUtc());

    /// <summary>A channel is away: what is due by it waits, however long that takes.</summary>
    public Task WaitAsync(ReminderChannel channel, Instant now, CancellationToken ct) => source.ExecuteAsync(_wait, ct, channel.Name(), now.ToDateTimeUtc());

    // Whether more than two messages to webhooks of one association are under way, the one just claimed among them.
    private static async Task<bool> IsCrowdedAsync(NpgsqlConnection connection, Guid recipient, CancellationToken ct)
    {
        await using var command = connection.Command(_crowded, recipient);
        await command.PrepareAsync(ct);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>When a recipient's next reminder leaves; weekly messages apart.</summary>
    public async Task<Instant?> NextOfAsync(Guid recipient, Instant after, CancellationToken ct)
    {
        await using var command = source.Command(_nextOf, recipient, after.ToDateTimeUtc());
        return await command.ExecuteScalarAsync(ct) is DateTime at ? Instant.FromDateTimeUtc(at) : null;
    }

    /// <summary>How many were refused, to whomever, since a moment.</summary>
    public async Task<int> RefusedAsync(Instant since, CancellationToken ct)
    {
        await using var command = source.Command(_refused, since.ToDateTimeUtc());
        return (int)(long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Removes what is a year past its day, some at a time.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<long> ForgetAsync(LocalDate before, CancellationToken ct)
    {
        await using var command = source.Command(_forget, before.ToDateOnly());
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
