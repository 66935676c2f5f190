namespace Calendar.Benchmarks;

/// <summary>From the start of the real process to its first "ready".</summary>
internal static class StartBenchmark
{
    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int rounds, CancellationToken ct)
    {
        List<double> first = [], killed = [], again = [];
        for (var round = 0; round < rounds; round++)
        {
            using var data = new TemporaryFolder();
            await using (var service = await ServerProcess.ServeAsync(ct, ("CALENDAR_DATA", data.Path)))
            {
                first.Add(service.Ready.TotalSeconds);
                await service.KillAsync(ct);
            }

            await using (var service = await ServerProcess.ServeAsync(ct, ("CALENDAR_DATA", data.Path)))
            {
                killed.Add(service.Ready.TotalSeconds);
            }

            await using (var service = await ServerProcess.ServeAsync(ct, ("CALENDAR_DATA", data.Path)))
            {
                again.Add(service.Ready.TotalSeconds);
            }
        }

        var (loaded, idle) = await LoadedAsync(databases, rounds, ct);
        return
        [
            new("ready, Viet Nam pack loaded, PostgreSQL up", loaded, "s", null, null, Target.AtMost(1.5)),
            new("ready after kill -9", killed.Median(), "s", null, null, Target.AtMost(5)),
            new("ready at first start with the pack", first.Median(), "s", null, null, Target.AtMost(15)),
            new("ready, starting its own PostgreSQL too", again.Median(), "s"),
            new("memory of the idle service with the pack", idle, "MiB"),
        ];
    }

    private static async Task<(double Seconds, double MiB)> LoadedAsync(BenchmarkDatabases databases, int rounds, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("start", ct);
        using var data = new TemporaryFolder();
        List<double> times = [], memory = [];
        for (var round = -1; round < rounds; round++)
        {
            await using var service = await ServerProcess.ServeAsync(ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path));
            if (round >= 0)
            {
                times.Add(service.Ready.TotalSeconds);
                await Task.Delay(TimeSpan.FromSeconds(2), ct);
                memory.Add(service.Memory("VmRSS:") / (1 << 20));
            }
        }

        return (times.Median(), memory.Median());
    }
}
