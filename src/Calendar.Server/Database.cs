using System.Reflection;
using Calendar.EventStore;
using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server;

/// <summary>The database: the embedded PostgreSQL of the data folder, or the one a connection string names.</summary>
internal sealed class Database : IAsyncDisposable
{
    // Of PostgreSQL's own limit of 100, so that two instances and the commands beside them find room. What the connection string says comes later and counts.
    private const string _pool = "Maximum Pool Size=40;";

    private readonly LocalPostgresServer? _local;

    private Database(NpgsqlDataSource source, string connectionString, LocalPostgresServer? local) =>
        (Source, ConnectionString, _local) = (source, connectionString, local);

    public NpgsqlDataSource Source { get; }

    /// <summary>With the password: not for logs.</summary>
    public string ConnectionString { get; }

    /// <param name="owner">Whether this is the server of the data folder; CLI verbs join a running one.</param>
    /// <param name="progress">Told what takes long.</param>
    public static async Task<Database> OpenAsync(Settings settings, bool owner, Action<string> progress, CancellationToken ct)
    {
        if (settings.Database is { } connection)
        {
            return new Database(Connect(connection, "primary"), connection, null);
        }

        var options = new LocalPostgresOptions(settings.DataFolder) { BinariesFolder = settings.PostgresBinaries, Progress = progress };
        var local = owner ? await LocalPostgresServer.StartAsync(options, ct) : await LocalPostgresServer.JoinAsync(options, ct);
        return new Database(Connect(local.ConnectionString, null), local.ConnectionString, local);
    }

    public Task MigrateAsync(CancellationToken ct) =>
        Migrator.MigrateAsync(Source, [typeof(EventLog).Assembly, Assembly.GetExecutingAssembly()], ct);

    /// <summary>Whether a commit waits for a second machine.</summary>
    public async Task<bool> HasSynchronousStandbyAsync(CancellationToken ct)
    {
        await using var command = Source.CreateCommand("select current_setting('synchronous_standby_names') <> ''");
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Whether there is a log, however old its tables are.</summary>
    public async Task<bool> HasLogAsync(CancellationToken ct)
    {
        await using var command = Source.CreateCommand("select to_regclass('calendar.mt_events') is not null");
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The line for a shell that puts a dump in the place of what the database holds.</summary>
    public Task<string> LoadLineAsync(DatabaseDump dump, CancellationToken ct) =>
        _local is null ? Task.FromResult(dump.LoadLine) : _local.LoadLineAsync(dump, ct);

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_local is not null)
        {
            await _local.DisposeAsync();
        }
    }

    /// <summary>Whether an exception says that PostgreSQL is away, not that it answered with an error; a fatal error ends the connection.</summary>
    public static bool IsAway(Exception e) => e switch
    {
        PostgresException answer => answer.InvariantSeverity is "FATAL" or "PANIC",
        NpgsqlException or TimeoutException => true,
        _ => false,
    };

    private static NpgsqlDataSource Connect(string connection, string? target)
    {
        var builder = new NpgsqlConnectionStringBuilder(_pool + connection) { ApplicationName = "calendar" };
        if (target is not null && builder.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            // The data source chooses the primary; in the string it would be refused.
            builder.TargetSessionAttributes = null;
            return new NpgsqlDataSourceBuilder(builder.ConnectionString).BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
        }

        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }
}
