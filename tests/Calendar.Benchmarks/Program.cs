using System.Runtime.InteropServices;
using System.Text.Json;
using Calendar.Benchmarks;

// Benchmarks [SUBJECT…] [--quick] [--json FILE]: a table on standard output, progress on standard error.
if (args is ["bare", var folder])
{
    await BareEndpoint.RunAsync(folder);
    return 0;
}

if (args is [CountedService.Verb])
{
    await CountedService.RunAsync(CancellationToken.None);
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

// Ctrl-C and SIGTERM end it in order: what was started is stopped, what was written is removed.
using var interrupted = new CancellationTokenSource();
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}

using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
var report = new Report(DateTimeOffset.UtcNow, Environment.ProcessorCount, Load.Generator, quick, []);
await using (var databases = await BenchmarkDatabases.StartAsync(interrupted.Token))
{
    foreach (var name in named.Length == 0 ? Subjects.Names : named)
    {
        await Console.Error.WriteLineAsync($"{name} …");
        try
        {
            report.Measures.AddRange(await Subjects.RunAsync(name, databases, quick, interrupted.Token));
        }
        catch (Exception) when (interrupted.IsCancellationRequested)
        {
            break;
        }

        if (json is not null)
        {
            await File.WriteAllBytesAsync(json, JsonSerializer.SerializeToUtf8Bytes(report, Report.Json));
        }
    }
}

await Console.Out.WriteAsync(report.Table());
return interrupted.IsCancellationRequested ? 130 : 0;
