using System.Globalization;
using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server.Tests.LocalPostgres;

/// <summary>A data folder that does not exist yet; a cluster left in it is stopped at the end.</summary>
public sealed class DataFolder(string name = "data") : IAsyncDisposable
{
    private readonly string parent = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "calendar-lp-" + Guid.NewGuid().ToString("N")[..12]);

    public string Path => System.IO.Path.Combine(parent, name);

    public string ClusterFolder => System.IO.Path.Combine(Path, "postgres");

    public string PidFile => System.IO.Path.Combine(ClusterFolder, "postmaster.pid");

    public LocalPostgresOptions Options => new(Path);

    public int Postmaster => int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture);

    public Task<LocalPostgresServer> StartAsync() => LocalPostgresServer.StartAsync(Options, Bounded());

    public Task<LocalPostgresServer> JoinAsync() => LocalPostgresServer.JoinAsync(Options, Bounded());

    public async Task<LocalPostgresException> RefusalAsync() => await Assert.ThrowsAsync<LocalPostgresException>(StartAsync);

    public static CancellationToken Bounded() => new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    public static async Task<object?> AskAsync(LocalPostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Bounded());
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Bounded());
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(PidFile))
        {
            await (await StartAsync()).DisposeAsync();
        }

        if (Directory.Exists(parent))
        {
            Directory.Delete(parent, recursive: true);
        }
    }
}
