using System.Diagnostics;
using System.Runtime.CompilerServices;
using Calendar.LocalPostgres;

namespace Calendar.Server.Tests.LocalPostgres;

/// <summary>A server in a process of its own, to be killed: this assembly, run with a data folder in its environment.</summary>
public sealed class ChildServer : IDisposable
{
    private const string Variable = "CALENDAR_TEST_CHILD_SERVER";
    private const string Started = "started";

    private readonly Process process;

    private ChildServer(Process process) => this.process = process;

    /// <summary>When it has started its cluster.</summary>
    public static Task<ChildServer> StartedAsync(string folder) => UntilAsync(folder, Started);

    /// <summary>When it has told a step that begins like this.</summary>
    public static async Task<ChildServer> UntilAsync(string folder, string step)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ChildServer).Assembly.Location])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [Variable] = folder },
        };
        var child = new ChildServer(Process.Start(start)!);
        var told = "";
        while (!told.StartsWith(step, StringComparison.Ordinal))
        {
            told = await child.process.StandardOutput.ReadLineAsync(DataFolder.Bounded())
                ?? throw new InvalidOperationException($"The child ended before it told '{step}'.");
        }

        return child;
    }

    /// <summary>As <c>kill -9</c> does: the process alone, without a chance to tidy up.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: false);
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    // The test SDK owns Main.
    [ModuleInitializer]
    internal static void BecomeServer()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } folder)
        {
            var options = new LocalPostgresOptions(folder) { Progress = Console.WriteLine };
            using var server = new ManualResetEventSlim();
            var kept = LocalPostgresServer.StartAsync(options, CancellationToken.None).GetAwaiter().GetResult();
            Console.WriteLine(Started);
            server.Wait();
            GC.KeepAlive(kept);
        }
    }
}
