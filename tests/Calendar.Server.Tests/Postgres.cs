using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server.Tests;

/// <summary>One cluster for the test process, started at first use; each test class takes a database of its own from it.</summary>
internal static class Postgres
{
    // Stops the cluster and removes its folder when the pipe to it closes, which is when this process ends, however it does:
    // test hosts are often killed before their exit handlers are through.
    private const string WhenWeEnd = """
        trap '' INT HUP TERM
        cat > /dev/null
        pid=$(head -n 1 "$1/postgres/postmaster.pid") && kill -QUIT "$pid" && while kill -0 "$pid" 2> /dev/null; do sleep 0.05; done
        rm -rf "$1"
        """;

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "calendar-tests-" + Guid.NewGuid().ToString("N"));
    private static readonly Lazy<Task<LocalPostgresServer>> Cluster = new(StartAsync);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new(StringComparer.Ordinal);
    private static int databases;
    private static Process? undertaker;

    /// <summary>A folder that is removed with the cluster.</summary>
    public static async Task<string> FolderAsync()
    {
        await Cluster.Value;
        return Folder;
    }

    /// <returns>The connection string of a new, empty database.</returns>
    public static async Task<string> NewDatabaseAsync(CancellationToken ct) =>
        For(await CreateAsync("template1", await Cluster.Value, ct), await Cluster.Value);

    /// <summary>A copy of a database that is prepared once for all who name the same key.</summary>
    /// <param name="templateKey">Any text.</param>
    /// <param name="prepare">Gets the connection string of the empty template.</param>
    /// <param name="ct">Does not cancel the preparation, which others may wait for.</param>
    public static async Task<string> NewDatabaseAsync(string templateKey, Func<string, Task> prepare, CancellationToken ct)
    {
        var cluster = await Cluster.Value;
        var template = Templates.GetOrAdd(templateKey, _ => new(() => PrepareAsync(cluster, prepare)));
        return For(await CreateAsync(await template.Value.WaitAsync(ct), cluster, ct), cluster);
    }

    private static async Task<string> PrepareAsync(LocalPostgresServer cluster, Func<string, Task> prepare)
    {
        var name = await CreateAsync("template1", cluster, CancellationToken.None);
        await prepare(For(name, cluster));

        // A database with sessions cannot be copied, and pools keep theirs.
        await ExecuteAsync(cluster, $"alter database {name} with allow_connections false", CancellationToken.None);
        await ExecuteAsync(cluster, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'", CancellationToken.None);
        return name;
    }

    private static async Task<string> CreateAsync(string template, LocalPostgresServer cluster, CancellationToken ct)
    {
        var name = "test" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync(cluster, $"create database {name} template {template}", ct);
        return name;
    }

    private static async Task ExecuteAsync(LocalPostgresServer cluster, string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string For(string database, LocalPostgresServer cluster) =>
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database, MaxPoolSize = 20, ConnectionIdleLifetime = 10 }
            .ConnectionString;

    private static async Task<LocalPostgresServer> StartAsync()
    {
        var start = new ProcessStartInfo("sh", ["-c", WhenWeEnd, "sh", Folder]) { UseShellExecute = false, RedirectStandardInput = true };
        undertaker = Process.Start(start);
        await using (var cluster = await LocalPostgresServer.StartAsync(new LocalPostgresOptions(Folder), CancellationToken.None))
        {
            // It is thrown away with this process: only tests of what a crash leaves need the disk, and they have clusters of their own.
            // All test classes together take their connections from it.
            foreach (var setting in new[] { "fsync = off", "full_page_writes = off", "synchronous_commit = off", "max_connections = 400" })
            {
                await ExecuteAsync(cluster, "alter system set " + setting, CancellationToken.None);
            }

            NpgsqlConnection.ClearAllPools();
        }

        return await LocalPostgresServer.StartAsync(new LocalPostgresOptions(Folder), CancellationToken.None);
    }
}
