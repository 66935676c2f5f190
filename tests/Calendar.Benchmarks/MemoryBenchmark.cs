namespace Calendar.Benchmarks;

/// <summary>What the service weighs with a million events, and how long its start takes then.</summary>
internal static class MemoryBenchmark
{
    private const int _events = 1_000_000;

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("memory", ct);
        await BenchmarkDatabases.FillAsync(connection, Synthetic.Events().Take(_events), ct);
        using var data = new TemporaryFolder();
        await using var service = await ServerProcess.ServeAsync(
            ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path), ("CALENDAR_PACK", "none"));
        await Task.Delay(TimeSpan.FromSeconds(2), ct);
        return
        [
            new("memory of the service at 1,000,000 events", service.Memory("VmRSS:") / (1 << 20), "MiB", null, null, Target.AtMost(1024)),
            new("the most it ever took", service.Memory("VmHWM:") / (1 << 20), "MiB", null, null, Target.AtMost(1024)),
            new("ready at 1,000,000 events", service.Ready.TotalSeconds, "s"),
        ];
    }
}
