using System.Data;
using System.Runtime.CompilerServices;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Calendar.EventStore;

/// <summary>
/// The log and what lies beside it as of one moment, whatever is written meanwhile: what verifying, sealing and exporting read. Under the
/// append lock positions are handed out in commit order, so it holds all events up to a position and none after. For one reader at a time.
/// </summary>
public sealed class LogSnapshot : IAsyncDisposable
{
    private const int BatchRows = 1024;

    private readonly NpgsqlTransaction transaction;

    private LogSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, Instant moment) =>
        (Connection, this.transaction, Moment) = (connection, transaction, moment);

    /// <summary>For what else belongs to the same moment. Read only.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>When it was taken, by the database's clock.</summary>
    public Instant Moment { get; }

    /// <summary>Takes the snapshot.</summary>
    public static async Task<LogSnapshot> OpenAsync(NpgsqlDataSource dataSource, CancellationToken ct)
    {
        var connection = await dataSource.OpenConnectionAsync(ct);
        try
        {
            var begun = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            await using (var readOnly = new NpgsqlCommand("set transaction read only", connection))
                await readOnly.ExecuteNonQueryAsync(ct);

            // The first query takes it, not the transaction's begin.
            await using var clock = new NpgsqlCommand("select clock_timestamp()", connection);
            await using var reader = await clock.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            return new LogSnapshot(connection, begun, EventReader.At(reader.GetFieldValue<long>(0)));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>How many events there are, and the last one's position (0 while there is none).</summary>
    public async Task<(long Events, long LastPosition)> MeasureAsync(CancellationToken ct)
    {
        await using var command = Command(LogSql.Measure);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>All rows after a position, in position order, in batches that are never empty.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogRow>> RowsAsync(long after, [EnumeratorCancellation] CancellationToken ct)
    {
        var events = new EventReader();
        await using var command = Command(LogSql.RowsAfter);
        command.Parameters.Add(new NpgsqlParameter<long>());
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchRows });
        while (true)
        {
            ((NpgsqlParameter<long>)command.Parameters[0]).TypedValue = after;
            var batch = await events.ReadRowsAsync(command, ct);
            if (batch.Count > 0)
            {
                after = batch[^1].Event.Position;
                yield return batch;
            }

            if (batch.Count < BatchRows)
                yield break;
        }
    }

    /// <summary>The chain of seals, first to last.</summary>
    public async IAsyncEnumerable<Seal> SealsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Command(LogSql.Seals);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return Seals.Read(reader);
    }

    /// <summary>All ids that are unique in the log and the stream that holds each, by id.</summary>
    public async IAsyncEnumerable<(Guid Fact, string StreamId)> FactsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = Command(LogSql.Facts);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return (reader.GetGuid(0), reader.GetString(1));
    }

    /// <summary>The streams noted for these ids; those that are not noted are missing.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> StreamsOfAsync(Guid[] facts, CancellationToken ct)
    {
        var streams = new Dictionary<Guid, string>();
        await using var command = Command(LogSql.FactStreams);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = facts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            streams.Add(reader.GetGuid(0), reader.GetString(1));
        return streams;
    }

    /// <summary>The first stream whose noted version is not that of its last event: each event that is missing at an end shows here.</summary>
    public async Task<LogFault?> FindUnevenStreamAsync(CancellationToken ct)
    {
        await using var command = Command(LogSql.UnevenStream);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new LogFault(
                null, reader.GetString(0), null, FormattableString.Invariant(
                    $"version {reader.GetInt64(1)} is noted for it, and its last event has version {reader.GetInt64(2)}."))
            : null;
    }

    /// <summary>A fault if the next number would be one that is in the log already.</summary>
    public async Task<LogFault?> FindShortSequenceAsync(CancellationToken ct)
    {
        await using var command = Command(LogSql.NextPosition);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (next, last) = (reader.GetInt64(0), reader.GetInt64(1));
        return next > last ? null : new LogFault(
            last, null, null, FormattableString.Invariant($"the sequence would give the next event position {next}: appends would fail."));
    }

    /// <summary>Ends the transaction and gives the connection back.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private NpgsqlCommand Command(string sql) => new(sql, Connection, transaction) { CommandTimeout = 0 };
}
