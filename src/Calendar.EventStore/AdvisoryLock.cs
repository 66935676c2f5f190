using Npgsql;

namespace Calendar.EventStore;

/// <summary>
/// A named lock in the database, for work that one instance does at a time. It lives and dies with its own connection: losing that
/// frees the lock for others without notice here, so what must not be done twice needs a fence of its own.
/// </summary>
public sealed class AdvisoryLock : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly string name;

    private AdvisoryLock(NpgsqlConnection connection, string name)
    {
        this.connection = connection;
        this.name = name;
    }

    /// <summary>Waits for the lock until it is ours or the token ends the waiting.</summary>
    public static async Task<AdvisoryLock> AcquireAsync(NpgsqlDataSource dataSource, string name, CancellationToken ct) =>
        (await TakeAsync(dataSource, "select true from pg_advisory_lock(hashtextextended($1, 0))", name, ct))!;

    /// <summary>The lock if it is free now, or null: somebody else holds it.</summary>
    public static Task<AdvisoryLock?> TryAcquireAsync(NpgsqlDataSource dataSource, string name, CancellationToken ct) =>
        TakeAsync(dataSource, "select pg_try_advisory_lock(hashtextextended($1, 0))", name, ct);

    /// <summary>Frees the lock and gives the connection back.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // Not left to the pool: it may be set not to reset what is given back.
            await AskAsync(connection, "select pg_advisory_unlock(hashtextextended($1, 0))", name, CancellationToken.None);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            // The lock went with the connection.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    private static async Task<AdvisoryLock?> TakeAsync(NpgsqlDataSource dataSource, string sql, string name, CancellationToken ct)
    {
        var held = await dataSource.OpenConnectionAsync(ct);
        var taken = false;
        try
        {
            taken = await AskAsync(held, sql, name, ct);
            return taken ? new AdvisoryLock(held, name) : null;
        }
        finally
        {
            if (!taken)
                await held.DisposeAsync();
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection on, string sql, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, on) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }
}
