using System.Diagnostics;
using System.Globalization;
using Calendar.EventStore;
using Calendar.Server.Tests.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using EventLog = Calendar.EventStore.EventLog;

/// <summary>
/// A second process for tests: this assembly run by <c>dotnet</c>, with its own startup hook in place of the generated Main.
/// The runtime prescribes the name and the missing namespace.
/// </summary>
#pragma warning disable MA0047
internal static class StartupHook
#pragma warning restore MA0047
{
    public static void Initialize()
    {
        var arguments = Environment.GetEnvironmentVariable(ChildProcess.Variable)?.Split('|');
        if (arguments is null)
            return;
        ChildProcess.RunAsync(arguments[0], arguments[1]).GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}

namespace Calendar.Server.Tests.EventStore
{
    /// <summary>Another instance of the service as far as the log can tell.</summary>
    internal sealed class ChildProcess : IDisposable
    {
        public const string Variable = "CALENDAR_TEST_CHILD";
        public const int Writers = 4;
        public const int AppendsPerWriter = 500;
        public const int EventsPerAppend = 5;

        private readonly Process process;

        private ChildProcess(Process process) => this.process = process;

        /// <summary>Work is <c>append</c>: so many appends by so many writers; or <c>collide</c>: right and wrong appends for ever.</summary>
        public static ChildProcess Start(string work, string connectionString)
        {
            var assembly = typeof(ChildProcess).Assembly.Location;
            var start = new ProcessStartInfo("dotnet", ["exec", assembly])
            {
                Environment = { [Variable] = $"{work}|{connectionString}", ["DOTNET_STARTUP_HOOKS"] = assembly },
            };
            return new ChildProcess(Process.Start(start)!);
        }

        public async Task<int> EndAsync(CancellationToken ct)
        {
            await process.WaitForExitAsync(ct);
            return process.ExitCode;
        }

        public async Task SignalAsync(string signal, CancellationToken ct)
        {
            using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(ct);
        }

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }

        public static async Task RunAsync(string work, string connectionString)
        {
            await using var source = NpgsqlDataSource.Create(connectionString);
            await using var log = new EventLog(source, NullLogger<EventLog>.Instance);
            if (work is "append")
                await AppendAsync(log, "child", CancellationToken.None);
            else
                await CollideAsync(log);
        }

        public static Task AppendAsync(EventLog log, string name, CancellationToken ct) =>
            Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
            {
                for (var i = 0L; i < AppendsPerWriter; i++)
                {
                    var stream = string.Create(CultureInfo.InvariantCulture, $"{name}-{writer}-{i / 10}");
                    var answer = await log.AppendAsync(LogDatabase.Append(stream, i % 10 * EventsPerAppend, EventsPerAppend), ct);
                    if (answer is not AppendResult.Appended)
                        throw new InvalidOperationException(answer.ToString());
                }
            }));

        private static async Task CollideAsync(EventLog log)
        {
            for (var version = 0L; ;)
            {
                try
                {
                    await log.AppendAsync(LogDatabase.Append("colliding", version + 7), CancellationToken.None);
                    if (await log.AppendAsync(LogDatabase.Append("colliding", version), CancellationToken.None) is AppendResult.Appended appended)
                        version = appended.Version;
                }
                catch (LogUnavailableException)
                {
                    version = (await log.ReadStreamAsync("colliding", CancellationToken.None)).Count;
                }
            }
        }
    }
}
