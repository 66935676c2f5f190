using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Calendar.Server.Tests;

/// <summary>The executable of the product as a process of its own, with settings in its environment.</summary>
internal sealed class CalendarProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private CalendarProcess(Process process, string folder)
    {
        (_process, _folder) = (process, folder);
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string connection, CancellationToken ct, params string[] arguments)
    {
        await using var process = Start(connection, arguments, []);
        await process._process.WaitForExitAsync(ct);
        return (process._process.ExitCode, await process._output, await process._error);
    }

    /// <summary>Serves until disposed of, and returns when it is ready.</summary>
    public static async Task<(CalendarProcess Process, HttpClient Client)> ServeAsync(
        string connection, CancellationToken ct, params (string Name, string Value)[] environment)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var process = Start(connection, ["serve"], [("CALENDAR_URL", address), .. environment]);
        var client = new HttpClient { BaseAddress = new Uri(address) };
        while (true)
        {
            try
            {
                using var ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), ct);
                if (ready.IsSuccessStatusCode)
                {
                    return (process, client);
                }
            }
            catch (HttpRequestException) when (!process._process.HasExited)
            {
                // It does not listen yet.
            }
        }
    }

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

        return new CalendarProcess(Process.Start(start)!, folder);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
