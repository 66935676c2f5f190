using System.Text.Json;
using Calendar.Benchmarks;

// Benchmarks [SUBJECT…] [--quick] [--json FILE]: a table on standard output, progress on standard error.
if (args is ["bare", var folder])
{
    await BareEndpoint.RunAsync(folder);
    return 0;
}

var json = Array.IndexOf(args, "--json") is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
var quick = args.Contains("--quick", StringComparer.Ordinal);
var named = args.Where(arg => arg != json && !arg.StartsWith("--", StringComparison.Ordinal)).ToArray();
if (named.Except(Subjects.Names, StringComparer.Ordinal).Any() || args.Any(arg => arg is not ("--quick" or "--json") && arg.StartsWith("--", StringComparison.Ordinal)))
{
    await Console.Error.WriteLineAsync($"usage: bench [--quick] [{string.Join(" | ", Subjects.Names)}]…");
    return 2;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};

var report = new Report(DateTimeOffset.UtcNow, Environment.ProcessorCount, Load.Generator, quick, []);
await using (var databases = await BenchmarkDatabases.StartAsync(interrupted.Token))
{
    foreach (var name in named.Length == 0 ? Subjects.Names : named)
    {
        await Console.Error.WriteLineAsync($"{name} …");
        report.Measures.AddRange(await Subjects.RunAsync(name, databases, quick, interrupted.Token));
    }
}

await Console.Out.WriteAsync(report.Table());
if (json is not null)
{
    await File.WriteAllBytesAsync(json, JsonSerializer.SerializeToUtf8Bytes(report, Report.Json), interrupted.Token);
}

return 0;
