using System.Diagnostics;
using System.Globalization;
using Calendar.EventStore;
using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server.Tests.EventStore;

/// <summary>A cluster of these tests' own, which they may restart, with a migrated template database.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Template = "calendar_template";

    private readonly string folder = Path.Combine(Path.GetTempPath(), "calendar-log-tests-" + Guid.NewGuid().ToString("N"));
    private LocalPostgresServer cluster = null!;
    private int databases;

    public async Task InitializeAsync()
    {
        await StartAsync();
        await ExecuteAsync($"create database {Template}");
        await using var template = NpgsqlDataSource.Create(ConnectionString(Template) + ";Pooling=false");
        await Migrator.MigrateAsync(template, [typeof(Migrator).Assembly], CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await cluster.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Connection string of a fresh, migrated database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "test_" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync($"create database {name} template {Template}");
        return ConnectionString(name);
    }

    /// <param name="mode">fast ends the sessions, immediate leaves the cluster to recover as after a crash.</param>
    public async Task RestartAsync(string mode)
    {
        var pid = (await File.ReadAllLinesAsync(Path.Combine(folder, "postgres", "postmaster.pid")))[0];
        using (var postmaster = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture)))
        {
            using var kill = Process.Start("kill", ["-s", mode == "immediate" ? "QUIT" : "INT", pid]);
            await postmaster.WaitForExitAsync();
        }

        await cluster.DisposeAsync();
        await StartAsync();
    }

    private async Task StartAsync() => cluster = await LocalPostgresServer.StartAsync(new LocalPostgresOptions(folder), CancellationToken.None);

    private string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database, MaxPoolSize = 20 }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgres";
}
