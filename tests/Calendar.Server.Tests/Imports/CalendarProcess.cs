using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Calendar.Server.Tests;

/// <summary>The executable of the product as a process of its own, with settings in its environment.</summary>
internal sealed class CalendarProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private CalendarProcess(Process process, string folder) => (_process, _folder) = (process, folder);

    public static Task<(int ExitCode, string Output, string Error)> RunAsync(string connection, CancellationToken ct, params string[] arguments) =>
        RunAsync(connection, [], ct, arguments);

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string connection, (string Name, string Value)[] environment, CancellationToken ct, params string[] arguments)
    {
        await using var run = Start(connection, arguments, environment);
        var (output, error) = (run._process.StandardOutput.ReadToEndAsync(ct), run._process.StandardError.ReadToEndAsync(ct));
        await run._process.WaitForExitAsync(ct);
        return (run._process.ExitCode, await output, await error);
    }

    /// <summary>Serves until disposed of, and returns when it has said how to stop it, which is when it is ready.</summary>
    public static async Task<(CalendarProcess Process, HttpClient Client)> ServeAsync(
        string connection, CancellationToken ct, params (string Name, string Value)[] environment)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var serving = Start(connection, ["serve"], [("CALENDAR_URL", address), .. environment]);
        var error = serving._process.StandardError.ReadToEndAsync(ct);
        var said = new List<string>();
        do
        {
            said.Add(await serving._process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException($"It ended: {string.Join('\n', said)}\n{await error}"));
        }
        while (!said[^1].Contains("Ctrl-C", StringComparison.Ordinal));

        return (serving, new HttpClient { BaseAddress = new Uri(address) });
    }

    /// <summary>Processes that end after seconds do not repay what it costs to count how their code is used: a quarter of a start.</summary>
    public static void LiveShort(ProcessStartInfo start) => start.Environment["DOTNET_TieredPGO"] = "0";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static CalendarProcess Start(string connection, string[] arguments, (string Name, string Value)[] environment)
    {
        var folder = Directory.CreateTempSubdirectory("calendar-process-").FullName;
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Calendar.Server.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["CALENDAR_DATABASE"] = connection, ["CALENDAR_DATA"] = folder, ["CALENDAR_PACK"] = "none", ["CALENDAR_PUBLIC_URL"] = CalendarService.PublicUrl },
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        LiveShort(start);

        return new CalendarProcess(Process.Start(start)!, folder);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
