using Npgsql;

namespace Calendar.LocalPostgres;

/// <summary>
/// A private PostgreSQL in the data folder: reached over a socket that only its user (and root) can open, in a process session of its own,
/// so that it outlives the process that started it until that one stops it, or a later one adopts it.
/// </summary>
/// <remarks>
/// Whoever has a duty to stop it (the server, and whoever started it) does so on leaving, unless others still use it: then the duty stays
/// behind, and the last of them stops it.
/// </remarks>
public sealed class LocalPostgresServer : IAsyncDisposable
{
    // Files of the data folder. Owner: held by the one server. Turn: held while the cluster is made, started or stopped.
    // Users: shared by all who use the cluster; it holds a byte while a duty to stop was left behind.
    private const string OwnerFile = "server.lock";
    private const string TurnFile = "postgres.lock";
    private const string UsersFile = "postgres.users";

    private readonly Cluster cluster;
    private readonly string folder;
    private readonly FileStream? owner;
    private readonly FileStream users;
    private bool stopped;

    private LocalPostgresServer(Cluster cluster, string folder, FileStream? owner, FileStream users, string connectionString, bool adopted)
    {
        (this.cluster, this.folder, this.owner, this.users) = (cluster, folder, owner, users);
        (ConnectionString, Adopted) = (connectionString, adopted);
    }

    /// <summary>For Npgsql: the socket, user <c>postgres</c>, the database of the options.</summary>
    public string ConnectionString { get; }

    /// <summary>The cluster was running already.</summary>
    public bool Adopted { get; }

    /// <summary>For the one server of a data folder: adopts the cluster if it runs, else makes it at first use and starts it.</summary>
    /// <exception cref="LocalPostgresException">It cannot be had; <see cref="LocalPostgresProblem.FolderInUse"/>: another server has it.</exception>
    public static async Task<LocalPostgresServer> StartAsync(LocalPostgresOptions options, CancellationToken ct)
    {
        var path = Folders.MakeDataFolder(options.Folder);
        var taken = FolderLock.TryTake(Path.Combine(path, OwnerFile)) ?? throw new LocalPostgresException(
            LocalPostgresProblem.FolderInUse,
            $"Another Calendar server uses the data folder {path}. Stop it first, or give this one a folder of its own (CALENDAR_DATA).");
        try
        {
            return await OpenAsync(options, path, taken, ct);
        }
        catch
        {
            await taken.DisposeAsync();
            throw;
        }
    }

    /// <summary>For all others, such as a command beside the server: uses the cluster that runs, else starts one for as long as it is used.</summary>
    /// <exception cref="LocalPostgresException">It cannot be had.</exception>
    public static Task<LocalPostgresServer> JoinAsync(LocalPostgresOptions options, CancellationToken ct) =>
        OpenAsync(options, Folders.MakeDataFolder(options.Folder), taken: null, ct);

    /// <summary>The line for a shell that puts a dump in the place of the database, while no Calendar uses the data folder.</summary>
    /// <param name="dump">A file of <see cref="DatabaseDump"/>.</param>
    /// <param name="ct">Ends it.</param>
    public Task<string> LoadLineAsync(DatabaseDump dump, CancellationToken ct) => cluster.LoadLineAsync(dump.LoadLine, ct);

    /// <summary>Leaves the cluster, and stops it (fast: open transactions are rolled back) where that is ours to do. Repeats do nothing.</summary>
    /// <exception cref="LocalPostgresException">It did not stop in time.</exception>
    public async Task StopAsync(CancellationToken ct)
    {
        if (stopped)
        {
            return;
        }

        await using var turn = await FolderLock.TakeAsync(Path.Combine(folder, TurnFile), ct);
        stopped = true;
        await users.DisposeAsync();
        try
        {
            await LeaveAsync(ct);
        }
        finally
        {
            if (owner is not null)
            {
                await owner.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static async Task<LocalPostgresServer> OpenAsync(
        LocalPostgresOptions options, string path, FileStream? taken, CancellationToken ct)
    {
        var found = new Cluster(options, path, await Programs.InAsync(path, ct));
        await using var turn = await FolderLock.TakeAsync(Path.Combine(path, TurnFile), ct);
        var shared = FolderLock.TryShare(Path.Combine(path, UsersFile))!; // it is taken alone only by who has the turn
        var started = false;
        try
        {
            var (socketFolder, adopted) = await found.RunAsync(ct);
            started = !adopted;
            if (started)
            {
                shared.SetLength(0);
            }

            await CreateDatabaseAsync(SocketFolder.ConnectionString(socketFolder, "postgres", pooling: false), options.Database, ct);
            return new LocalPostgresServer(
                found, path, taken, shared, SocketFolder.ConnectionString(socketFolder, options.Database), adopted);
        }
        catch
        {
            if (started)
            {
                await found.StopAsync(CancellationToken.None);
            }

            await shared.DisposeAsync();
            throw;
        }
    }

    private async Task LeaveAsync(CancellationToken ct)
    {
        var path = Path.Combine(folder, UsersFile);
        var ours = owner is not null || !Adopted;
        await using var alone = FolderLock.TryTake(path);
        if (alone is null)
        {
            if (ours)
            {
                await using var shared = FolderLock.TryShare(path);
                shared!.SetLength(1);
            }
        }
        else if (ours || alone.Length > 0)
        {
            await cluster.StopAsync(ct);
            alone.SetLength(0);
        }
    }

    private static async Task CreateDatabaseAsync(string connectionString, string name, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = name } } };
        if (await exists.ExecuteScalarAsync(ct) is not null)
        {
            return;
        }

        var quoted = name.Replace("\"", "\"\"", StringComparison.Ordinal);
        await using var create = new NpgsqlCommand($"create database \"{quoted}\"", connection);
        await create.ExecuteNonQueryAsync(ct);
    }
}
