using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>Why deliveries are held.</summary>
internal enum HoldReason
{
    /// <summary>The database is not the one that was delivered from: it was restored or copied, or the data folder belongs to another.</summary>
    AnotherDatabase,

    /// <summary>The database ends before what was delivered.</summary>
    OlderDatabase,

    /// <summary>The log has another event where deliveries were made.</summary>
    AnotherHistory,

    /// <summary>What was noted in the data folder cannot be read.</summary>
    UnreadableNote,
}

/// <summary>Whether deliveries are held, and since when.</summary>
/// <param name="Noted">When it was last noted that all was well: about the time that a backup was made.</param>
internal sealed record DeliveryHold(Instant? Since, HoldReason? Reason, Instant? Noted)
{
    public bool IsHeld => Since is not null;
}

/// <summary>
/// Keeps a restored database from sending what was sent after its backup was made: what has been delivered is noted in the table, which goes back with
/// the database, and in the data folder, which does not. The table also says where it lies: whatever is restored or copied lies elsewhere. Where they
/// disagree deliveries are held, by all instances, until somebody releases them.
/// </summary>
internal sealed class DeliveryGuard(NpgsqlDataSource source, Settings settings, CivilClock clock)
{
    /// <summary>SQL: that deliveries are not held, nor about to be.</summary>
    public const string IsOpen = $"exists (select from calendar.delivery_state s where s.held is null and (s.place is null or s.place = {_place}))";

    // pg_restore makes tables anew, a copy of a database has another number, a cluster that is copied block by block, such as a standby, has them all.
    private const string _place = "(select system_identifier || '/' || (select oid from pg_database where datname = current_database()) || '/' || s.tableoid from pg_control_system())";

    private const string _look = $"""
        select {_place}, s.place, s.event, s.delivery, s.noted, s.held, s.held_reason, s.released,
          (select coalesce(max(seq_id), 0) from calendar.mt_events), (select id from calendar.mt_events order by seq_id desc limit 1),
          (select id from calendar.mt_events where seq_id = s.position), (select id from calendar.mt_events where seq_id = $1),
          (select case when is_called then last_value else 0 end from calendar.delivery_numbers)
        from calendar.delivery_state s
        """;

    // Whoever looked before a release does not hold anew what was released, nor note what was so before.
    private const string _hold = "update calendar.delivery_state set held = $1, held_reason = $2 where held is null and released is not distinct from $3";

    private const string _note = """
        update calendar.delivery_state set place = $1, position = $2, event = $3, delivery = greatest(delivery, $4), noted = $5 where held is null and released is not distinct from $6
        """;

    // Later than any other, whatever the clock says: by this it is known what was noted before.
    private const string _release = """
        update calendar.delivery_state
        set held = null, held_reason = null, place = $1, position = $2, event = $3, delivery = $4, noted = $5, released = greatest($5, released + interval '1 microsecond')
        """;

    // What was due when deliveries were held may have been sent since the backup was made, and so may what has been made anew since and was late by then; of
    // what was missed a digest may have told.
    // What a message was to tell of besides is told of by another, at its own moment.
    private const string _markPerhapsSent = """
        with marked as (
          update calendar.reminders
          set state = 'missed', reason = 'perhaps_sent', perhaps_sent = true, settled = $1, carried_by = null, holder = null, lease = null, sending = false
          where (state in ('queued', 'attempting') and moment <= $2)
            or (state = 'missed' and kind not in ('week', 'canary') and (reason = 'too_late' or (reason = 'made_late' and made > $3))
              and (carried_by is null or exists (
                select from calendar.reminders head where head.id = reminders.carried_by and head.state in ('queued', 'attempting') and head.moment <= $2)))
          returning id),
        freed as (
          update calendar.reminders set carried_by = null
          where carried_by in (select id from marked) and state in ('queued', 'missed') and id not in (select id from marked))
        select count(*) from marked
        """;

    // Late on purpose; the message says that it may have come before.
    private const string _sendAgain = """
        with marked as (
          update calendar.reminders set perhaps_sent = true, waited = true where state in ('queued', 'attempting') and moment <= $1 returning id)
        select count(*) from marked
        """;

    private static readonly Duration _betweenNotes = Duration.FromMinutes(1);

    private DeliveryNote? _last;
    private volatile bool _isHeld;

    /// <summary>As of the last look.</summary>
    public bool IsHeld => _isHeld;

    /// <summary>Looks whether the database is the one that was delivered from; where it is not deliveries are held, else it is noted how far it has come.</summary>
    public async Task<DeliveryHold> LookAsync(CancellationToken ct)
    {
        var (folder, isReadable) = await ReadNoteAsync(ct);
        var (now, seen) = (clock.Now, await SeeAsync(folder?.Position ?? 0, ct));
        var hold = HoldOf(seen, folder, isReadable, now);
        _isHeld = hold.IsHeld;
        if (!hold.IsHeld)
        {
            await NoteAsync(seen, folder, now, ct);
            return hold;
        }

        _last = null;
        if (!seen.Hold.IsHeld)
        {
            await source.ExecuteAsync(_hold, ct, now.ToDateTimeUtc(), hold.Reason!.Value.Name(), Sql.Time(seen.Released));
        }

        if (!isReadable)
        {
            DeliveryNote.SetAside(settings.DataFolder);
        }

        return hold;
    }

    /// <summary>Whether deliveries are held, or would be at the next look; changes nothing.</summary>
    public async Task<DeliveryHold> FindAsync(CancellationToken ct)
    {
        var (folder, isReadable) = await ReadNoteAsync(ct);
        return HoldOf(await SeeAsync(folder?.Position ?? 0, ct), folder, isReadable, clock.Now);
    }

    /// <summary>Lets deliveries go on from what the database holds now.</summary>
    /// <param name="hold">As it was found.</param>
    /// <param name="again">Whether what may have been sent since the backup is sent (again); else it is told of as perhaps sent.</param>
    /// <returns>Of how many that is so.</returns>
    public async Task<long> ReleaseAsync(DeliveryHold hold, bool again, CancellationToken ct)
    {
        var (now, seen) = (clock.Now, await SeeAsync(0, ct));
        var since = Sql.Time(seen.Hold.Since ?? hold.Since ?? now);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, ct);

        // Before the rows, as rounds do.
        await connection.ExecuteAsync("select from calendar.delivery_state for update", ct);
        await using var mark = again
            ? connection.Command(_sendAgain, since)
            : connection.Command(_markPerhapsSent, Sql.Time(now), since, Sql.Time(seen.Hold.Noted ?? Instant.FromUnixTimeTicks(0)));
        var marked = (long)(await mark.ExecuteScalarAsync(ct))!;
        await connection.ExecuteAsync(_release, ct, seen.Place, seen.Head, Sql.Id(seen.HeadEvent), seen.Delivery, Sql.Time(now));
        await transaction.CommitAsync(ct);
        if (!(await ReadNoteAsync(ct)).IsReadable)
        {
            DeliveryNote.SetAside(settings.DataFolder);
        }

        return marked;
    }

    private async Task<(DeliveryNote? Note, bool IsReadable)> ReadNoteAsync(CancellationToken ct)
    {
        try
        {
            return (_last ?? await DeliveryNote.ReadAsync(settings.DataFolder, ct), true);
        }
        catch (InvalidDataException)
        {
            return (null, false);
        }
    }

    private static DeliveryHold HoldOf(Seen seen, DeliveryNote? folder, bool isReadable, Instant now) =>
        seen.Hold.IsHeld || WhyHold(seen, folder, isReadable) is not { } reason ? seen.Hold : seen.Hold with { Since = now, Reason = reason };

    private static HoldReason? WhyHold(Seen seen, DeliveryNote? folder, bool isReadable)
    {
        // Noted before the last release, by whichever instance: of no account any more. Noted after one that the database knows nothing of, it is the younger.
        var own = folder is null || IsBefore(folder.Released, seen.Released) ? null : folder;
        return !isReadable ? HoldReason.UnreadableNote
            : own is not null && (IsBefore(seen.Released, own.Released) || own.Position > seen.Head || own.Delivery > seen.NotedDelivery) ? HoldReason.OlderDatabase
            : (seen.NotedPlace is { } noted && noted != seen.Place) || (own is not null && own.Place != seen.Place) ? HoldReason.AnotherDatabase
            : (seen.NotedEvent is { } known && known != seen.EventThere) || (own is { Event: { } last } && last != seen.EventAtFolder) ? HoldReason.AnotherHistory
            : null;

        static bool IsBefore(Instant? one, Instant? other) => other is not null && (one is null || one < other);
    }

    // At most once a minute, but at once where deliveries were made: what is not noted cannot be missed. First where it goes back, so that
    // the folder never knows more than a database that has lost nothing.
    private async Task NoteAsync(Seen seen, DeliveryNote? folder, Instant now, CancellationToken ct)
    {
        if (seen.NotedPlace is null || seen.NotedDelivery < seen.Delivery || seen.Hold.Noted is not { } noted || now - noted >= _betweenNotes || now < noted)
        {
            if (await source.ExecuteAsync(_note, ct, seen.Place, seen.Head, Sql.Id(seen.HeadEvent), seen.Delivery, Sql.Time(now), Sql.Time(seen.Released)) == 0)
            {
                return;
            }
        }

        if (folder is null || folder.Released != seen.Released || folder.Delivery != seen.Delivery || now - folder.Noted >= _betweenNotes || now < folder.Noted)
        {
            folder = new DeliveryNote(seen.Place, seen.Head, seen.Delivery, now, seen.HeadEvent, seen.Released);
            await folder.WriteAsync(settings.DataFolder, ct);
        }

        _last = folder;
    }

    private async Task<Seen> SeeAsync(long folderPosition, CancellationToken ct)
    {
        await using var command = source.Command(_look, folderPosition);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Seen(
            reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), Id(2), reader.GetInt64(3),
            new DeliveryHold(At(5), reader.IsDBNull(6) ? null : Names<HoldReason>.TryParse(reader.GetString(6), out var reason) ? reason : null, At(4)),
            At(7), reader.GetInt64(8), Id(9), Id(10), Id(11), reader.GetInt64(12));

        Guid? Id(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

        Instant? At(int column) => reader.IsDBNull(column) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(column));
    }

    /// <param name="Place">Where the database lies; <paramref name="NotedPlace"/> is what the table has noted.</param>
    /// <param name="NotedEvent">The event that the table has noted; <paramref name="EventThere"/> is the one at its position.</param>
    /// <param name="NotedDelivery">The last delivery that the table has noted; <paramref name="Delivery"/> is the last there was.</param>
    private sealed record Seen(
        string Place, string? NotedPlace, Guid? NotedEvent, long NotedDelivery, DeliveryHold Hold, Instant? Released,
        long Head, Guid? HeadEvent, Guid? EventThere, Guid? EventAtFolder, long Delivery);
}
