namespace Calendar.Benchmarks;

/// <summary>What can be measured, by name, in the order of a whole run.</summary>
internal static class Subjects
{
    public static IReadOnlyList<string> Names { get; } = ["append", "fold", "query", "search", "render", "get", "poll", "start", "asof", "year", "plan", "remind", "queue", "memory"];

    public static async Task<IReadOnlyList<Measure>> RunAsync(string name, BenchmarkDatabases databases, bool quick, CancellationToken ct) => name switch
    {
        "append" => await AppendBenchmark.RunAsync(
            await databases.CreateAsync("append", ct), quick ? 3 : 9, TimeSpan.FromSeconds(quick ? 0.3 : 0.6), ct),
        "fold" =>
        [
            .. await FoldBenchmark.RunAsync(databases, 100_000, quick ? 3 : 9, ct),
            .. quick ? [] : await FoldBenchmark.RunAsync(databases, 1_000_000, 3, ct),
        ],
        "query" => [.. QueryBenchmark.Run(quick ? 50 : 200), .. await QueryHttpBenchmark.RunAsync(databases, quick ? 20 : 100, ct)],
        "search" => [.. SearchBenchmark.Run(quick ? 5 : 20)],
        "render" => [.. FeedRenderBenchmark.Run(quick ? 11 : 51), .. IcalBenchmark.Run()],
        "get" => await FeedGetBenchmark.RunAsync(databases, quick ? 3 : 5, TimeSpan.FromSeconds(quick ? 1 : 2), ct),
        "poll" => await PollBenchmark.RunAsync(databases, quick ? 2_000 : 10_000, TimeSpan.FromSeconds(quick ? 12 : 60), ct),
        "start" => await StartBenchmark.RunAsync(databases, quick ? 1 : 3, ct),
        "asof" => await AsOfBenchmark.RunAsync(databases, quick ? 50 : 500, ct),
        "year" => await YearBenchmark.RunAsync(databases, quick ? 30 : 100, ct),
        "plan" => await PlanBenchmark.RunAsync(databases, quick ? 20 : 100, ct),
        "remind" => await RemindBenchmark.RunAsync(databases, quick ? 1_000 : 10_000, ct),
        "queue" => await QueueBenchmark.RunAsync(databases, quick ? 100_000 : 1_000_000, ct),
        "memory" => await MemoryBenchmark.RunAsync(databases, ct),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name),
    };
}
