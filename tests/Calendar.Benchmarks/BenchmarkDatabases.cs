using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.LocalPostgres;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Calendar.Benchmarks;

/// <summary>A private PostgreSQL in a temporary folder, with databases for the asking; all gone afterwards.</summary>
internal sealed class BenchmarkDatabases : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly LocalPostgresServer _server;

    private BenchmarkDatabases(TemporaryFolder folder, LocalPostgresServer server) => (_folder, _server) = (folder, server);

    public static async Task<BenchmarkDatabases> StartAsync(CancellationToken ct)
    {
        var folder = new TemporaryFolder();
        try
        {
            return new BenchmarkDatabases(folder, await LocalPostgresServer.StartAsync(new LocalPostgresOptions(folder.Path), ct));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>A new, migrated database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateAsync(string name, CancellationToken ct)
    {
        await ExecuteAsync(_server.ConnectionString, $"create database {name}", ct);
        var connection = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = name }.ConnectionString;
        await using var source = NpgsqlDataSource.Create(connection);
        await Migrator.MigrateAsync(source, [typeof(EventLog).Assembly, typeof(Server.Settings).Assembly], ct);
        return connection;
    }

    /// <summary>Writes events as the log would hold them, by COPY.</summary>
    public static async Task FillAsync(string connectionString, IEnumerable<Recorded> events, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);

        // Streams come after their events: their versions are known then.
        await ExecuteAsync(connection, "set session_replication_role = replica", ct);
        await using (var copy = await connection.BeginBinaryImportAsync(
            "copy calendar.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, headers) from stdin (format binary)", ct))
        {
            foreach (var e in events)
            {
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(e.Position, NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(e.Stream, NpgsqlDbType.Varchar, ct);
                await copy.WriteAsync(e.Version, NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(EventContracts.Write(e.Event), NpgsqlDbType.Jsonb, ct);
                await copy.WriteAsync(EventContracts.NameOf(e.Event), NpgsqlDbType.Varchar, ct);
                await copy.WriteAsync(e.At.ToDateTimeUtc(), NpgsqlDbType.TimestampTz, ct);
                await copy.WriteAsync($"{e.Event.GetType().FullName}, Calendar", NpgsqlDbType.Varchar, ct);
                await copy.WriteAsync(Headers(e), NpgsqlDbType.Jsonb, ct);
            }

            await copy.CompleteAsync(ct);
        }

        await ExecuteAsync(connection, "insert into calendar.mt_streams (id, version) select stream_id, max(version) from calendar.mt_events group by stream_id", ct);
        await ExecuteAsync(connection, "select setval('calendar.mt_events_sequence', (select max(seq_id) from calendar.mt_events))", ct);
        await ExecuteAsync(connection, "vacuum analyze calendar.mt_events", ct);

        // A log that grew in service is sealed already; otherwise the server would do it while it is measured.
        await using (var source = NpgsqlDataSource.Create(connectionString))
        {
            await new Seals(source).SealAsync(Duration.Zero, ct);
        }

        await ExecuteAsync(connection, "checkpoint", ct);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static string Headers(Recorded e) => e.Reason is { } reason
        ? $$"""{"actor":"benchmark","role":"{{e.Role.Name()}}","reason":"{{reason}}"}"""
        : $$"""{"actor":"benchmark","role":"{{e.Role.Name()}}"}""";

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await ExecuteAsync(connection, sql, ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
