using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Calendar.Benchmarks;

/// <summary>The real service, or the bare endpoint beside it, in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly Process _process;

    private ServerProcess(Process process, Uri url, TimeSpan ready) => (_process, Url, Ready) = (process, url, ready);

    public Uri Url { get; }

    /// <summary>From the start of the process to the first good answer.</summary>
    public TimeSpan Ready { get; }

    /// <summary><c>serve</c>, until it says that it is ready.</summary>
    public static Task<ServerProcess> ServeAsync(CancellationToken ct, params (string Name, string Value)[] settings) =>
        StartAsync("Calendar.Server", _ => ["serve"], "/health/ready", settings, ct);

    /// <summary>The same in this program, which counts what it renders, see <see cref="CountedService"/>.</summary>
    public static Task<ServerProcess> CountedAsync(CancellationToken ct, params (string Name, string Value)[] settings) =>
        StartAsync("Calendar.Benchmarks", _ => [CountedService.Verb], "/health/ready", settings, ct);

    /// <summary>This program as a bare endpoint, see <see cref="BareEndpoint"/>.</summary>
    public static Task<ServerProcess> BareAsync(string folder, CancellationToken ct) =>
        StartAsync("Calendar.Benchmarks", _ => ["bare", folder], "/304", [], ct);

    /// <param name="program">A program beside this one, or a path.</param>
    /// <param name="arguments">For the address it is to listen on.</param>
    /// <param name="probe">What it answers as soon as it is ready.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="ct">Ends the waiting and the process.</param>
    public static async Task<ServerProcess> StartAsync(
        string program, Func<Uri, string[]> arguments, string probe, (string Name, string Value)[] settings, CancellationToken ct)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), arguments(url))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CALENDAR_URL"] = url.AbsoluteUri;

        // What one client may ask for in a minute is not what is measured.
        start.Environment["CALENDAR_RATE_TOKEN"] = start.Environment["CALENDAR_RATE_ADDRESS"] = "0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, e) => Console.Error.Write(e.Data is null ? "" : e.Data + "\n");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await AnswersAsync(new Uri(url, probe), ct))
            {
                if (process.HasExited)
                {
                    throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(5), ct);
            }
        }
        catch
        {
            await new ServerProcess(process, url, default).DisposeAsync();
            throw;
        }

        return new ServerProcess(process, url, clock.Elapsed);
    }

    /// <summary>A line of <c>/proc/PID/status</c> in bytes: VmRSS now, VmHWM at most.</summary>
    public double Memory(string line) => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(text => text.StartsWith(line, StringComparison.Ordinal))
        .Select(text => 1024 * double.Parse(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .FirstOrDefault(double.NaN);

    /// <summary>Processor time used so far, in microseconds.</summary>
    public double Cpu()
    {
        _process.Refresh();
        return _process.TotalProcessorTime.TotalMicroseconds;
    }

    public async Task KillAsync(CancellationToken ct)
    {
        _process.Kill();
        await _process.WaitForExitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var term = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(Uri url, CancellationToken ct)
    {
        try
        {
            using var answer = await _client.GetAsync(url, ct);
            return (int)answer.StatusCode is >= 200 and < 400;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
