using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>Why deliveries are held.</summary>
internal enum HoldReason
{
    /// <summary>The database lies in another cluster than the one that was delivered from: it was restored, or copied.</summary>
    AnotherCluster,

    /// <summary>The log has another event where deliveries were made.</summary>
    AnotherHistory,

    /// <summary>The database ends before what was delivered.</summary>
    OlderDatabase,
}

/// <summary>Whether deliveries are held, and since when.</summary>
/// <param name="Noted">When it was last noted that all was well: about the time that a backup was made.</param>
internal sealed record DeliveryHold(Instant? Since, HoldReason? Reason, Instant? Noted)
{
    public bool IsHeld => Since is not null;
}

/// <summary>
/// Keeps a restored database from sending what was sent after its backup was made: what has been delivered is noted in the table, which goes back with
/// the database, and in the data folder, which does not. Where they disagree deliveries are held, by all instances, until somebody releases them.
/// </summary>
internal sealed class DeliveryGuard(NpgsqlDataSource source, Settings settings, CivilClock clock)
{
    private const string _look = """
        select (select system_identifier from pg_control_system()), s.system_identifier, s.position, s.event, s.noted, s.held, s.held_reason, s.released,
          (select coalesce(max(seq_id), 0) from calendar.mt_events), (select id from calendar.mt_events order by seq_id desc limit 1),
          (select id from calendar.mt_events where seq_id = s.position), (select id from calendar.mt_events where seq_id = $1),
          (select case when is_called then last_value else 0 end from calendar.delivery_numbers)
        from calendar.delivery_state s
        """;

    private const string _hold = "update calendar.delivery_state set held = $1, held_reason = $2 where held is null";

    // What is older than what is noted already comes from an instance that was slower.
    private const string _note = """
        update calendar.delivery_state set system_identifier = $1, position = $2, event = $3, noted = $4 where held is null and (noted is null or noted < $4)
        """;

    private const string _release = """
        update calendar.delivery_state set held = null, held_reason = null, released = $4, system_identifier = $1, position = $2, event = $3, noted = $4
        """;

    // All that the restored database would send now may have been sent since its backup was made.
    private const string _markPerhapsSent = """
        update calendar.reminders set state = 'missed', reason = 'perhaps_sent', perhaps_sent = true, settled = $1, carried_by = null, holder = null, lease = null, sending = false
        where state in ('queued', 'attempting') and moment <= $1
        """;

    private static readonly Duration _betweenNotes = Duration.FromMinutes(1);

    private DeliveryNote? _last;

    /// <summary>Looks whether the database is the one that was delivered from, and notes how far it has come.</summary>
    public async Task<DeliveryHold> LookAsync(CancellationToken ct)
    {
        var folder = _last ?? await DeliveryNote.ReadAsync(settings.DataFolder, ct);
        var (now, seen) = (clock.Now, await SeeAsync(folder?.Position ?? 0, ct));
        if (seen.Hold.IsHeld)
        {
            _last = null;
            return seen.Hold;
        }

        if (WhyHold(seen, folder is not null && seen.Released is { } released && folder.Noted <= released ? null : folder) is { } reason)
        {
            _last = null;
            await RunAsync(_hold, ct, now.ToDateTimeUtc(), reason.Name());
            return seen.Hold with { Since = now, Reason = reason };
        }

        await NoteAsync(seen, folder, now, ct);
        return seen.Hold;
    }

    /// <summary>Lets deliveries go on from what the database holds now.</summary>
    /// <param name="again">Whether what may have been sent since the backup is sent (again); else it is told of as perhaps sent.</param>
    /// <returns>How many were marked as perhaps sent.</returns>
    public async Task<int> ReleaseAsync(bool again, CancellationToken ct)
    {
        var (now, seen) = (clock.Now, await SeeAsync(0, ct));
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var marked = 0;
        if (!again)
        {
            await using var mark = new NpgsqlCommand(_markPerhapsSent, connection) { Parameters = { new() { Value = now.ToDateTimeUtc() } } };
            marked = await mark.ExecuteNonQueryAsync(ct);
        }

        await using var release = new NpgsqlCommand(_release, connection)
        {
            Parameters =
            {
                new() { Value = seen.SystemIdentifier }, new() { Value = seen.Head }, new() { Value = (object?)seen.HeadEvent ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
                new() { Value = now.ToDateTimeUtc() },
            },
        };
        await release.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return marked;
    }

    /// <summary>Whether deliveries are held, as the database says.</summary>
    public async Task<DeliveryHold> HoldAsync(CancellationToken ct) => (await SeeAsync(0, ct)).Hold;

    private static HoldReason? WhyHold(Seen seen, DeliveryNote? folder) =>
        (seen.NotedIn is { } noted && noted != seen.SystemIdentifier) || (folder is not null && folder.SystemIdentifier != seen.SystemIdentifier) ? HoldReason.AnotherCluster
        : folder is not null && (folder.Position > seen.Head || folder.Delivery > seen.Delivery) ? HoldReason.OlderDatabase
        : (seen.NotedEvent is { } known && known != seen.EventThere) || (folder is { Event: { } own } && own != seen.EventAtFolder) ? HoldReason.AnotherHistory
        : null;

    // At most once a minute, but at once where deliveries were made: what is not noted cannot be missed.
    private async Task NoteAsync(Seen seen, DeliveryNote? folder, Instant now, CancellationToken ct)
    {
        if (seen.Hold.Noted is not { } noted || now - noted >= _betweenNotes)
        {
            await RunAsync(_note, ct, seen.SystemIdentifier, seen.Head, (object?)seen.HeadEvent ?? DBNull.Value, now.ToDateTimeUtc());
        }

        if (folder is null || folder.Delivery != seen.Delivery || now - folder.Noted >= _betweenNotes || now < folder.Noted)
        {
            folder = new DeliveryNote(seen.SystemIdentifier, seen.Head, seen.HeadEvent, seen.Delivery, now);
            await folder.WriteAsync(settings.DataFolder, ct);
        }

        _last = folder;
    }

    private async Task<Seen> SeeAsync(long folderPosition, CancellationToken ct)
    {
        await using var command = source.CreateCommand(_look);
        command.Parameters.AddWithValue(folderPosition);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Seen(
            reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), Id(3), Id(10),
            new DeliveryHold(Time(5), reader.IsDBNull(6) ? null : Names<HoldReason>.TryParse(reader.GetString(6), out var reason) ? reason : null, Time(4)),
            Time(7), reader.GetInt64(8), Id(9), Id(11), reader.GetInt64(12));

        Guid? Id(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

        Instant? Time(int column) => reader.IsDBNull(column) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(column));
    }

    private async Task RunAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DBNull ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid } : new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(ct);
    }

    /// <param name="NotedIn">The cluster that the table has noted.</param>
    /// <param name="NotedEvent">The event that the table has noted; <paramref name="EventThere"/> is the one at its position.</param>
    private sealed record Seen(
        long SystemIdentifier, long? NotedIn, Guid? NotedEvent, Guid? EventThere, DeliveryHold Hold, Instant? Released, long Head, Guid? HeadEvent, Guid? EventAtFolder, long Delivery);
}
