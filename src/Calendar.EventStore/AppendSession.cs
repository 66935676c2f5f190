using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Calendar.EventStore;

/// <summary>The writer's connection, its prepared statements, and the two ways of storing a group of appends.</summary>
internal sealed class AppendSession : IAsyncDisposable
{
    // Above the session's statement_timeout: PostgreSQL gives up first, and a clear error beats a broken connection.
    private const int CommandTimeoutSeconds = 35;

    private readonly NpgsqlConnection connection;
    private readonly AppendPlan plan = new();
    private readonly AppendRows rows = new();
    private readonly NpgsqlBatch store;
    private readonly NpgsqlBatch storeAndCommit;

    private AppendSession(NpgsqlConnection connection)
    {
        this.connection = connection;
        store = NewBatch();
        store.BatchCommands.Add(rows.ToCommand());
        storeAndCommit = NewBatch();
        storeAndCommit.BatchCommands.Add(rows.ToCommand());
        storeAndCommit.BatchCommands.Add(new NpgsqlBatchCommand(LogSql.Commit));
    }

    public static async Task<AppendSession> OpenAsync(NpgsqlDataSource dataSource, CancellationToken ct)
    {
        var session = new AppendSession(await dataSource.OpenConnectionAsync(ct));
        try
        {
            await session.ExecuteAsync(LogSql.AppendSession, ct);
            await session.store.PrepareAsync(ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// One round trip, one transaction, all or nothing, believing every append's expected version.
    /// Raises <see cref="LogSql.StaleState"/> with nothing stored if one of them was wrong.
    /// </summary>
    public async Task StoreAsync(IReadOnlyList<PendingAppend> group, CancellationToken ct)
    {
        plan.Make(group, state: null, rows);
        plan.Resolve(await ExecuteAsync(store, ct));
    }

    /// <summary>
    /// Two round trips: what the log holds is read under the lock and compared here, so that every caller gets his own answer
    /// and only what fits is stored.
    /// </summary>
    public async Task StoreCheckedAsync(IReadOnlyList<PendingAppend> group, CancellationToken ct)
    {
        plan.Make(group, await LockAndReadAsync(group, ct), rows);
        if (plan.Stores)
        {
            plan.Resolve(await ExecuteAsync(storeAndCommit, ct));
        }
        else
        {
            await ExecuteAsync(LogSql.Rollback, ct);
            plan.Resolve([]);
        }
    }

    public Task RollbackAsync(CancellationToken ct) => ExecuteAsync(LogSql.Rollback, ct);

    public Task RemoveOldOutcomesAsync(CancellationToken ct) => ExecuteAsync(LogSql.RemoveOldOutcomes, ct);

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await storeAndCommit.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static async Task<long[]> ExecuteAsync(NpgsqlBatch batch, CancellationToken ct)
    {
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var positions = await reader.GetFieldValueAsync<long[]>(0, ct);

        // PostgreSQL reports a statement complete before it commits. Only when there is no further result is it committed,
        // and only here does an error at commit surface.
        while (await reader.NextResultAsync(ct))
        {
        }

        return positions;
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = CommandTimeoutSeconds };
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<LogState> LockAndReadAsync(IReadOnlyList<PendingAppend> group, CancellationToken ct)
    {
        var guards = group.Select(p => p.Append.Idempotency).OfType<Idempotency>().ToArray();
        var withEvents = group.Where(p => p.Append.Events.Count > 0).ToArray();

        await using var batch = NewBatch();
        Add(batch, LogSql.Begin);
        Add(batch, LogSql.LockLog);
        Add(batch, LogSql.StreamVersions, Texts(group.Select(p => p.Append.StreamId).Concat(group.Select(p => p.Append.Beside?.StreamId).OfType<string>())));
        Add(batch, LogSql.FactStreams, Uuids(group.SelectMany(p => p.Append.NewFacts)));
        Add(batch, LogSql.Outcomes, Texts(guards.Select(g => g.Caller)), Texts(guards.Select(g => g.Key)));
        Add(batch, LogSql.StoredEvents,
            Uuids(withEvents.Select(p => p.Append.Events[^1].Id)),
            Texts(withEvents.Select(p => p.Append.StreamId)),
            new NpgsqlParameter<long[]> { TypedValue = [.. withEvents.Select(p => p.NewVersion)] });

        var state = new LogState();
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct); // the lock's empty row precedes the first real result
        while (await reader.ReadAsync(ct))
            state.Versions[reader.GetString(0)] = reader.GetInt64(1);
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            state.Facts[reader.GetGuid(0)] = reader.GetString(1);
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            state.Outcomes[(reader.GetString(0), reader.GetString(1))] = ReadOutcome(reader, 2);
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            state.Stored[reader.GetGuid(0)] = reader.GetInt64(1);
        await reader.NextResultAsync(ct);
        return state;
    }

    /// <summary>Columns request_hash, status, stream_id, version from <paramref name="first"/> on.</summary>
    internal static StoredOutcome ReadOutcome(DbDataReader reader, int first) => new(
        reader.GetFieldValue<byte[]>(first),
        reader.GetInt32(first + 1),
        reader.IsDBNull(first + 2) ? null : reader.GetString(first + 2),
        reader.GetInt64(first + 3));

    private NpgsqlBatch NewBatch() => new(connection) { Timeout = CommandTimeoutSeconds };

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<string[]> Texts(IEnumerable<string> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlParameter<Guid[]> Uuids(IEnumerable<Guid> values) => new() { TypedValue = [.. values] };
}
