using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server.Tests.Faults;

/// <summary>How many times, how much: a small count by default, the full one with <c>CALENDAR_LONG=1</c>.</summary>
internal static class Count
{
    public static int Of(int usual, int whole) => Environment.GetEnvironmentVariable("CALENDAR_LONG") is "1" ? whole : usual;
}

/// <summary>How a program ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error)
{
    public string All => Output + Error;
}

/// <summary>A data folder and the processes that work on it; at the end nothing of either is left.</summary>
internal sealed class CalendarFolder
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Prepared = new(StringComparer.Ordinal);

    private readonly string _parent = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "calendar-faults-" + Guid.NewGuid().ToString("N")[..12]);
    private readonly List<ServerProcess> _servers = [];

    public CalendarFolder(string pack = "none", string? database = null)
    {
        Directory.CreateDirectory(_parent);
        Environment_ = new(StringComparer.Ordinal) { ["CALENDAR_DATA"] = Path, ["CALENDAR_PACK"] = pack, ["CALENDAR_URL"] = FreeAddress() };
        if (database is not null)
        {
            Environment_["CALENDAR_DATABASE"] = database;
        }
    }

    /// <summary>A folder on which a server has run and ended: its cluster is made, the pack loaded, the token given out. For tests of what comes later.</summary>
    public static async Task<CalendarFolder> StartedBeforeAsync(string pack = "none")
    {
        var prepared = await Prepared.GetOrAdd(pack, _ => new(() => PrepareAsync(pack))).Value;
        var folder = new CalendarFolder(pack);
        using var copy = Process.Start("cp", ["-a", prepared, folder.Path]);
        await copy.WaitForExitAsync(Bounded());
        Assert.Equal(0, copy.ExitCode);
        return folder;
    }

    public Dictionary<string, string> Environment_ { get; }

    public string Path => System.IO.Path.Combine(_parent, "data");

    public string TokenFile => System.IO.Path.Combine(Path, "admin-token");

    public bool PostgresRuns => File.Exists(System.IO.Path.Combine(Path, "postgres", "postmaster.pid"));

    public static CancellationToken Bounded() => new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    /// <summary>An address of this machine that nobody listens on.</summary>
    public static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    public string Write(string name, params string[] lines)
    {
        var file = System.IO.Path.Combine(_parent, name);
        File.WriteAllLines(file, lines);
        return file;
    }

    /// <summary>A server that is ready.</summary>
    public async Task<ServerProcess> StartAsync()
    {
        var server = Launch();
        await server.WelcomedAsync();
        return server;
    }

    /// <summary>A server that has just been started.</summary>
    public ServerProcess Launch()
    {
        var server = new ServerProcess(StartInfo("serve"), Environment_["CALENDAR_URL"], TokenFile);
        _servers.Add(server);
        return server;
    }

    /// <summary>Runs a verb to its end.</summary>
    public async Task<Ended> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(Bounded()), process.StandardError.ReadToEndAsync(Bounded()));
            await process.WaitForExitAsync(Bounded());
            return new Ended(process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>Asks the cluster, which is started for it if it does not run.</summary>
    public Task<T> QueryAsync<T>(string sql) => WithAsync(sql, async command => (T)(await command.ExecuteScalarAsync(Bounded()))!);

    /// <summary>As <see cref="QueryAsync"/>, for statements that answer nothing.</summary>
    public Task ExecuteAsync(string sql) => WithAsync(sql, command => command.ExecuteNonQueryAsync(Bounded()));

    /// <summary><c>pg_ctl</c> on the cluster, as its user.</summary>
    public async Task PgCtlAsync(params string[] arguments)
    {
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin";
        string[] asPostgres = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : [];

        // What pg_ctl starts keeps its output open for as long as it lives.
        string[] run = ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", .. asPostgres, binaries + "/pg_ctl", "-D", "postgres", "-w", "-l", "postgres.log", .. arguments];
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", run) { WorkingDirectory = Path })!;
        await process.WaitForExitAsync(Bounded());
        Assert.Equal(0, process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.Dispose();
        }

        if (PostgresRuns)
        {
            await (await LocalPostgresServer.StartAsync(new LocalPostgresOptions(Path), Bounded())).DisposeAsync();
        }

        Directory.Delete(_parent, recursive: true);
    }

    private static async Task<string> PrepareAsync(string pack)
    {
        await using var folder = new CalendarFolder(pack);
        Assert.Equal(0, await (await folder.StartAsync()).StopAsync());
        var prepared = System.IO.Path.Combine(await Postgres.FolderAsync(), "started-with-" + pack);
        Directory.Move(folder.Path, prepared);
        return prepared;
    }

    private async Task<T> WithAsync<T>(string sql, Func<NpgsqlCommand, Task<T>> work)
    {
        await using var local = await LocalPostgresServer.JoinAsync(new LocalPostgresOptions(Path), Bounded());
        await using var source = NpgsqlDataSource.Create(local.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await work(command);
    }

    private ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", System.IO.Path.Combine(AppContext.BaseDirectory, "Calendar.Server.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("CALENDAR_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in Environment_)
        {
            start.Environment[name] = value;
        }

        CalendarProcess.LiveShort(start);

        return start;
    }
}

/// <summary>Tests that start servers take turns: each loads the machine.</summary>
[CollectionDefinition(Name)]
public sealed class FaultsCollection
{
    public const string Name = "faults";
}
