using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server.Tests.Faults;

/// <summary>The log as its table holds it.</summary>
internal static class LogTable
{
    /// <summary>How many events state each fact.</summary>
    public static async Task<IReadOnlyDictionary<Guid, long>> FactsAsync(CalendarFolder folder)
    {
        await using var local = await LocalPostgresServer.JoinAsync(new LocalPostgresOptions(folder.Path), CalendarFolder.Bounded());
        return await FactsAsync(local.ConnectionString);
    }

    public static async Task<IReadOnlyDictionary<Guid, long>> FactsAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand("""
            select (data->>'fact')::uuid, count(*) from calendar.mt_events where data ? 'fact' and data ? 'source' and not data ? 'claim' group by 1
            """);
        await using var reader = await command.ExecuteReaderAsync(CalendarFolder.Bounded());
        var counts = new Dictionary<Guid, long>();
        while (await reader.ReadAsync(CalendarFolder.Bounded()))
        {
            counts.Add(reader.GetGuid(0), reader.GetInt64(1));
        }

        return counts;
    }
}
