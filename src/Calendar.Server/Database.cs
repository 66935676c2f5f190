using System.Reflection;
using Calendar.EventStore;
using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server;

/// <summary>The database: the embedded PostgreSQL of the data folder, or the one a connection string names.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly LocalPostgresServer? _local;

    private Database(NpgsqlDataSource source, LocalPostgresServer? local) => (Source, _local) = (source, local);

    public NpgsqlDataSource Source { get; }

    /// <param name="owner">Whether this is the server of the data folder; CLI verbs join a running one.</param>
    /// <param name="progress">Told what takes long.</param>
    public static async Task<Database> OpenAsync(Settings settings, bool owner, Action<string> progress, CancellationToken ct)
    {
        if (settings.Database is { } connection)
        {
            return new Database(Connect(connection, "primary"), null);
        }

        var options = new LocalPostgresOptions(settings.DataFolder) { BinariesFolder = settings.PostgresBinaries, Progress = progress };
        var local = owner ? await LocalPostgresServer.StartAsync(options, ct) : await LocalPostgresServer.JoinAsync(options, ct);
        return new Database(Connect(local.ConnectionString, null), local);
    }

    public Task MigrateAsync(CancellationToken ct) =>
        Migrator.MigrateAsync(Source, [typeof(EventLog).Assembly, Assembly.GetExecutingAssembly()], ct);

    /// <summary>Whether a commit waits for a second machine.</summary>
    public async Task<bool> HasSynchronousStandbyAsync(CancellationToken ct)
    {
        await using var command = Source.CreateCommand("select current_setting('synchronous_standby_names') <> ''");
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_local is not null)
        {
            await _local.DisposeAsync();
        }
    }

    private static NpgsqlDataSource Connect(string connection, string? target)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "calendar" };
        if (target is not null && builder.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            // The data source chooses the primary; in the string it would be refused.
            builder.TargetSessionAttributes = null;
            return new NpgsqlDataSourceBuilder(builder.ConnectionString).BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
        }

        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }
}
