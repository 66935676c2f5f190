using Calendar.EventStore;
using Npgsql;

namespace Calendar.Server;

/// <summary>What the classes that own tables have in common.</summary>
internal static class Sql
{
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value ?? DBNull.Value);
        }

        return command;
    }

    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken ct, params object?[] values)
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task<object?> ScalarAsync(this NpgsqlConnection connection, string sql, CancellationToken ct, params object?[] values)
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteScalarAsync(ct);
    }

    /// <summary>Commits, whoever has given up waiting for it.</summary>
    /// <exception cref="LogUnavailableException">The database went away meanwhile: nobody knows whether it was committed.</exception>
    public static async Task CommitOrUnknownAsync(this NpgsqlTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception lost) when (Database.IsAway(lost))
        {
            throw new LogUnavailableException(LogUnavailableReason.OutcomeUnknown, lost);
        }
    }
}
