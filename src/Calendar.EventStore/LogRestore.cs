using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Calendar.EventStore;

/// <summary>What is to be restored is refused; nothing of it is stored.</summary>
public sealed class RestoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Takes events back into an empty log as they were: ids, positions, versions, moments, envelopes. One transaction under the append lock,
/// all or nothing. Rows come in position order, then ids and seals; memory stays flat.
/// </summary>
public sealed class LogRestore : IAsyncDisposable
{
    private const int ChunkRows = 2000;
    private const int ChunkBytes = 4 << 20;

    private readonly NpgsqlTransaction transaction;
    private readonly List<LogRow> chunk = [];
    private int chunkBytes;
    private RecordedEvent? last;
    private readonly (Guid Id, string Stream)[] facts = new (Guid, string)[ChunkRows];
    private int factCount;
    private long sealedUpTo;

    private LogRestore(NpgsqlConnection connection, NpgsqlTransaction transaction) => (Connection, this.transaction) = (connection, transaction);

    /// <summary>For what else belongs to the same transaction.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Takes the append lock and looks under it whether the log is empty.</summary>
    /// <exception cref="RestoreRefusedException">It is not.</exception>
    public static async Task<LogRestore> BeginAsync(NpgsqlDataSource dataSource, CancellationToken ct)
    {
        var connection = await dataSource.OpenConnectionAsync(ct);
        var restore = new LogRestore(connection, await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct));
        try
        {
            await restore.ExecuteAsync(LogSql.LockLog, ct);
            await using var held = restore.Command(LogSql.HeldRows);
            return (long)(await held.ExecuteScalarAsync(ct))! == 0 ? restore : throw new RestoreRefusedException(
                "the log is not empty. Events are restored into an empty one only: choose another CALENDAR_DATA, or an empty database in CALENDAR_DATABASE.");
        }
        catch
        {
            await restore.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next row.</summary>
    /// <exception cref="RestoreRefusedException">It does not follow, or cannot be stored.</exception>
    public async Task AddAsync(LogRow row, CancellationToken ct)
    {
        var e = row.Event;
        if (e.Position <= (last?.Position ?? 0))
            throw Refuse(e, FormattableString.Invariant($"it comes after position {last?.Position ?? 0}; positions grow."));
        if (e.Timestamp < last?.Timestamp)
            throw Refuse(e, "its moment is before that of the event before it.");
        try
        {
            AppendCheck.Check(row);
        }
        catch (EventRefusedException refused)
        {
            throw Refuse(e, $"it cannot be stored ({refused.Reason}).");
        }

        last = e;
        chunk.Add(row);
        chunkBytes += e.Data.Length + (row.Headers?.Length ?? 0);
        if (chunk.Count == ChunkRows || chunkBytes > ChunkBytes)
            await StoreChunkAsync(ct);
    }

    /// <summary>An id that is unique in the log and the stream that holds it.</summary>
    public async Task AddFactAsync(Guid fact, string streamId, CancellationToken ct)
    {
        await StoreChunkAsync(ct);
        facts[factCount++] = (fact, streamId);
        if (factCount == facts.Length)
            await StoreFactsAsync(ct);
    }

    /// <summary>The next seal of the chain. Whether it is right is what verifying tells.</summary>
    /// <exception cref="RestoreRefusedException">It does not follow the one before, or seals what there is not.</exception>
    public async Task AddSealAsync(Seal seal, CancellationToken ct)
    {
        await StoreChunkAsync(ct);
        if (seal.Previous != sealedUpTo || seal.UpTo <= seal.Previous || seal.UpTo > (last?.Position ?? 0))
            throw new RestoreRefusedException(FormattableString.Invariant($"the seal up to position {seal.UpTo} does not follow one up to position {sealedUpTo}."));

        sealedUpTo = seal.UpTo;
        await using var command = Seals.AddCommand(Connection, seal);
        await RefuseWhatPostgresDoesAsync(() => command.ExecuteNonQueryAsync(ct), FormattableString.Invariant($"the seal up to position {seal.UpTo}"));
    }

    /// <summary>Makes it so, and wakes whoever follows the log.</summary>
    /// <exception cref="RestoreRefusedException">A stream's versions are not dense.</exception>
    public async Task CommitAsync(CancellationToken ct)
    {
        await StoreChunkAsync(ct);
        await StoreFactsAsync(ct);
        await RefuseGapsAsync(ct);
        await ExecuteAsync(LogSql.RestoreVersions, ct);
        await using (var finish = Command(LogSql.FinishRestore))
        {
            finish.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last?.Position ?? 0 });
            await finish.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Takes everything back unless it was committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private async Task StoreChunkAsync(CancellationToken ct)
    {
        if (chunk.Count == 0)
            return;

        var place = FormattableString.Invariant($"positions {chunk[0].Event.Position} to {chunk[^1].Event.Position}");
        await RefuseWhatPostgresDoesAsync(
            async () =>
            {
                await StoreStreamsAsync(ct);
                await CopyAsync(ct);
                return 0;
            },
            place);
        chunk.Clear();
        chunkBytes = 0;
    }

    /// <summary>Streams first, as their rows refer to them.</summary>
    private async Task StoreStreamsAsync(CancellationToken ct)
    {
        var firstRows = chunk.DistinctBy(row => row.Event.StreamId, StringComparer.Ordinal).ToArray();
        await using var command = Command(LogSql.RestoreStreams);
        command.Parameters.Add(Texts(firstRows.Select(row => row.Event.StreamId)));
        command.Parameters.Add(Texts(firstRows.Select(row => row.StreamType)));
        command.Parameters.Add(new NpgsqlParameter<long[]>
        {
            TypedValue = [.. firstRows.Select(row => row.Microseconds - EventReader.PostgresEpochMicroseconds)],
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
        });
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task RefuseGapsAsync(CancellationToken ct)
    {
        await using var command = Command(LogSql.FirstVersionGap);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (await reader.ReadAsync(ct))
        {
            var message = FormattableString.Invariant($"version {reader.GetInt64(3)} of its stream is due.");
            throw new RestoreRefusedException(new LogFault(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), message).ToString());
        }
    }

    private async Task CopyAsync(CancellationToken ct)
    {
        await using var copy = await Connection.BeginBinaryImportAsync(LogSql.CopyEvents, ct);
        foreach (var row in chunk)
        {
            var e = row.Event;
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(e.Position, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(e.Id, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(e.StreamId, NpgsqlDbType.Varchar, ct);
            await copy.WriteAsync(e.Version, NpgsqlDbType.Bigint, ct);
            await copy.WriteAsync(e.Data.ToArray(), NpgsqlDbType.Jsonb, ct);
            await copy.WriteAsync(e.Type, NpgsqlDbType.Varchar, ct);
            await copy.WriteAsync(row.Microseconds - EventReader.PostgresEpochMicroseconds, NpgsqlDbType.TimestampTz, ct);
            await WriteAsync(copy, row.DotNetType, NpgsqlDbType.Varchar, ct);
            await WriteAsync(copy, e.Envelope.CorrelationId, NpgsqlDbType.Varchar, ct);
            await WriteAsync(copy, e.Envelope.CausationId, NpgsqlDbType.Varchar, ct);
            await WriteAsync(copy, row.Headers?.ToArray(), NpgsqlDbType.Jsonb, ct);
        }

        await copy.CompleteAsync(ct);
    }

    private async Task StoreFactsAsync(CancellationToken ct)
    {
        await using var command = Command(LogSql.RestoreFacts);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. facts.Take(factCount).Select(f => f.Id)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. facts.Take(factCount).Select(f => f.Stream)] });
        await RefuseWhatPostgresDoesAsync(() => command.ExecuteNonQueryAsync(ct), "the ids of facts");
        factCount = 0;
    }

    private static async Task RefuseWhatPostgresDoesAsync(Func<Task<int>> store, string what)
    {
        try
        {
            await store();
        }
        catch (PostgresException e) when (e.SqlState[..2] is "22" or "23" or "54")
        {
            throw new RestoreRefusedException($"PostgreSQL refuses {what}: {e.MessageText} ({e.SqlState}).", e);
        }
    }

    private static Task WriteAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type, CancellationToken ct)
        where T : class => value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, type, ct);

    private static NpgsqlParameter<string?[]> Texts(IEnumerable<string?> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static RestoreRefusedException Refuse(RecordedEvent e, string message) => new(LogFault.At(e, message).ToString());

    private NpgsqlCommand Command(string sql) => new(sql, Connection, transaction) { CommandTimeout = 0 };

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = Command(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
