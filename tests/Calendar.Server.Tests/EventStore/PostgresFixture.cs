using System.Diagnostics;
using System.Globalization;
using Calendar.EventStore;
using Npgsql;

namespace Calendar.Server.Tests.EventStore;

/// <summary>A private cluster with fsync on and a migrated template database. Stands in until LocalPostgres can be used here.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Template = "calendar_template";
    private static readonly string Binaries = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin";

    private readonly string folder = Directory.CreateTempSubdirectory("calendar-test-").FullName;
    private int databases;

    public async Task InitializeAsync()
    {
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "postgres", folder);
        await RunAsPostgresAsync("initdb", "-D", $"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await StartAsync();

        await ExecuteAsync("postgres", $"create database {Template}");
        await using var template = NpgsqlDataSource.Create(ConnectionString(Template) + ";Pooling=false");
        await Migrator.MigrateAsync(template, [typeof(Migrator).Assembly], CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await RunAsPostgresAsync("pg_ctl", "-D", $"{folder}/data", "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Connection string of a fresh, migrated database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "test_" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync("postgres", $"create database {name} template {Template}");
        return ConnectionString(name);
    }

    public async Task RestartAsync(string mode)
    {
        await RunAsPostgresAsync("pg_ctl", "-D", $"{folder}/data", "-m", mode, "-w", "stop");
        await StartAsync();
    }

    private Task StartAsync() => RunAsPostgresAsync(
        "pg_ctl", "-D", $"{folder}/data", "-w", "-l", $"{folder}/log", "-o",
        $"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60", "start");

    private string ConnectionString(string database) => $"Host={folder};Username=postgres;Database={database};Maximum Pool Size=20";

    private async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static Task RunAsPostgresAsync(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? RunAsync("runuser", ["-u", "postgres", "--", $"{Binaries}/{program}", .. arguments])
        : RunAsync($"{Binaries}/{program}", arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // Errors only: what pg_ctl starts keeps standard output open for as long as it lives.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode.ToString(CultureInfo.InvariantCulture)}");
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgres";
}
