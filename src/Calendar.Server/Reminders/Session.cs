using System.Security.Cryptography;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>
/// The session by which others see that this instance lives: it holds an advisory lock under a number of its own, and asks the server to look for a
/// peer that is gone without a word.
/// </summary>
internal sealed class Session : IAsyncDisposable
{
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(2);

    private readonly NpgsqlConnection _connection;

    private Session(NpgsqlConnection connection, long holder) => (_connection, Holder) = (connection, holder);

    /// <summary>The advisory lock.</summary>
    public long Holder { get; }

    public static async Task<Session> BeginAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            var holder = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
            await using var command = new NpgsqlCommand(
                "set tcp_keepalives_idle = 20; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4; set tcp_user_timeout = 40000", connection);
            await command.ExecuteNonQueryAsync(ct);
            await using var take = new NpgsqlCommand("select pg_advisory_lock($1)", connection) { Parameters = { new() { Value = holder } } };
            await take.ExecuteNonQueryAsync(ct);
            return new Session(connection, holder);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the session is lost.</summary>
    /// <exception cref="NpgsqlException">It is.</exception>
    public async Task EndedAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(_betweenLooks, ct);
            await using var command = new NpgsqlCommand("select 1", _connection);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>At once: given back to the pool it would hold its lock until somebody uses it again.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", _connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (Database.IsAway(e) || e is InvalidOperationException)
        {
            // The lock went with the connection.
        }
        finally
        {
            await _connection.DisposeAsync();
        }
    }
}
