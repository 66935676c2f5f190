using System.Data.Common;
using NodaTime;
using Npgsql;

namespace Calendar.EventStore;

/// <summary>A hash over some rows of the log and over the seal before it.</summary>
/// <param name="UpTo">The position of the last row it covers.</param>
/// <param name="Previous">That of the seal before it; 0 for the first.</param>
/// <param name="Events">How many rows it covers.</param>
/// <param name="Sha256">See <see cref="SealHash"/>.</param>
/// <param name="Marks">The first four octets of each row's own hash, in order: they tell which row is no longer what it was.</param>
public sealed record Seal(long UpTo, long Previous, long Events, ReadOnlyMemory<byte> Sha256, ReadOnlyMemory<byte> Marks);

/// <summary>
/// The table <c>calendar.seals</c>: a chain of hashes over the rows as PostgreSQL returns them (jsonb rewrites text, so a hash of what was
/// sent would never match). It finds accidents and meddlers, not the database's owner, who can make seals of his own.
/// </summary>
public sealed class Seals(NpgsqlDataSource dataSource)
{
    /// <summary>As many events fill a seal.</summary>
    public const int Full = 1000;

    /// <summary>Seals every full thousand of what is not sealed yet, and the rest as soon as its first event is so old.</summary>
    /// <returns>How many events were sealed. Fewer than there were when another instance seals at the same time.</returns>
    public async Task<long> SealAsync(Duration patience, CancellationToken ct)
    {
        await using var snapshot = await LogSnapshot.OpenAsync(dataSource, ct);
        var last = await LastAsync(snapshot.Connection, ct);
        using var hash = new SealHash(last);
        var (sealedEvents, oldest) = (0L, snapshot.Moment);
        await foreach (var batch in snapshot.RowsAsync(last?.UpTo ?? 0, ct))
        {
            foreach (var row in batch)
            {
                oldest = hash.Events == 0 ? row.Event.Timestamp : oldest;
                hash.Add(row);
                if (hash.Events < Full)
                    continue;
                if (!await AddAsync(hash.Close(), ct))
                    return sealedEvents;
                sealedEvents += Full;
            }
        }

        var rest = hash.Events;
        return rest > 0 && snapshot.Moment - oldest >= patience && await AddAsync(hash.Close(), ct) ? sealedEvents + rest : sealedEvents;
    }

    internal static Seal Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4));

    internal static NpgsqlCommand AddCommand(NpgsqlConnection connection, Seal seal) => new(LogSql.AddSeal, connection)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = seal.UpTo },
            new NpgsqlParameter<long> { TypedValue = seal.Previous },
            new NpgsqlParameter<long> { TypedValue = seal.Events },
            new NpgsqlParameter<byte[]> { TypedValue = seal.Sha256.ToArray() },
            new NpgsqlParameter<byte[]> { TypedValue = seal.Marks.ToArray() },
        },
    };

    private static async Task<Seal?> LastAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LogSql.LastSeal, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    // Each seal is a transaction of its own: a crash leaves a shorter chain, never half a seal.
    private async Task<bool> AddAsync(Seal seal, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var command = AddCommand(connection, seal);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
