using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Calendar.Benchmarks;

/// <summary>Requests a second that an address answers over 32 kept connections: by <c>wrk</c> where there is one, else by HttpClient.</summary>
internal static partial class Load
{
    private const int _connections = 32;

    public static string Generator { get; } = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "wrk")))
        ? "wrk" : "HttpClient";

    public static Task<double> RunAsync(Uri url, TimeSpan each, CancellationToken ct, params string[] headers) =>
        Generator == "wrk" ? WrkAsync(url, each, headers, ct) : ClientAsync(url, each, headers, ct);

    private static async Task<double> WrkAsync(Uri url, TimeSpan each, string[] headers, CancellationToken ct)
    {
        var start = new ProcessStartInfo(
            "wrk",
            ["-t1", $"-c{_connections}", $"-d{Math.Max(1, (int)each.TotalSeconds)}s", .. headers.SelectMany(header => new[] { "-H", header }), url.AbsoluteUri])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync(ct);
        await wrk.WaitForExitAsync(ct);
        return double.Parse(RequestsPerSecond().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<double> ClientAsync(Uri url, TimeSpan each, string[] headers, CancellationToken ct)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        foreach (var header in headers)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        }

        var answers = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, _connections).Select(_ => Task.Run(
            async () =>
            {
                while (clock.Elapsed < each)
                {
                    using var answer = await client.GetAsync(url, ct);
                    Interlocked.Increment(ref answers);
                }
            },
            ct)));
        return answers / clock.Elapsed.TotalSeconds;
    }

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RequestsPerSecond();
}
