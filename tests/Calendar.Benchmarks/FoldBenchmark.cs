using System.Diagnostics;
using Calendar.Almanacs;
using Calendar.Server;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using EventLog = Calendar.EventStore.EventLog;

namespace Calendar.Benchmarks;

/// <summary>
/// The fold at start-up against reading the same rows with <see cref="EventLog.ReadAllAsync"/> and parsing each with the same
/// contracts, nothing kept; and what the almanac weighs.
/// </summary>
internal static class FoldBenchmark
{
    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int events, int rounds, CancellationToken ct)
    {
        var connection = await databases.CreateAsync($"fold_{events}", ct);
        await BenchmarkDatabases.FillAsync(connection, Synthetic.Events().Take(events), ct);
        await using var source = NpgsqlDataSource.Create(connection);
        await using var log = new EventLog(source, NullLogger<EventLog>.Instance);

        // First: what earlier folds left behind would blur it.
        var (bytes, facts) = await WeighAsync(log, ct);
        List<double> parsed = [], folded = [], allocated = [], paused = [];
        for (var round = -1; round < rounds; round++)
        {
            var parse = await TimeAsync(() => ParseAsync(log, ct));
            var before = GC.GetTotalAllocatedBytes();
            var pausedBefore = GC.GetTotalPauseDuration();
            var fold = await TimeAsync(() => AlmanacFollower.FoldAsync(log, new AlmanacFold(Synthetic.Home), ct));
            if (round >= 0)
            {
                parsed.Add(parse);
                folded.Add(fold);
                paused.Add((GC.GetTotalPauseDuration() - pausedBefore).TotalSeconds);
                allocated.Add((GC.GetTotalAllocatedBytes() - before) / (double)events);
            }
        }

        return
        [
            new($"fold of {events:N0} events", folded.Median(), "s", parsed.MedianRatio(folded), "reading and parsing (speed)", Target.RatioAtLeast(0.8)),
            new($"fold of {events:N0} events, time", folded.Median(), "s", null, null, events == 1_000_000 ? Target.AtMost(8) : null),
            new($"reading and parsing {events:N0} events", parsed.Median(), "s"),
            new($"fold of {events:N0} events, stopped by the garbage collector", paused.Median(), "s"),
            new($"fold alone, {events:N0} events already parsed", FoldAlone(events, rounds), "s"),
            new($"fold of {events:N0} events, allocated an event", allocated.Median(), "bytes"),
            new($"almanac of {facts:N0} facts, a fact", bytes / (double)facts, "bytes", null, null, Target.AtMost(400)),
        ];
    }

    private static double FoldAlone(int events, int rounds)
    {
        var parsed = Synthetic.Events().Take(events).ToArray();
        var times = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var fold = new AlmanacFold(Synthetic.Home);
            foreach (var e in parsed)
            {
                fold.Apply(e);
            }

            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return times.Median();
    }

    private static async Task ParseAsync(EventLog log, CancellationToken ct)
    {
        await foreach (var batch in log.ReadAllAsync(0, ct))
        {
            foreach (var e in batch)
            {
                AlmanacFollower.Read(e);
            }
        }
    }

    private static async Task<(long Bytes, int Facts)> WeighAsync(EventLog log, CancellationToken ct)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var fold = new AlmanacFold(Synthetic.Home);
        await AlmanacFollower.FoldAsync(log, fold, ct);
        var almanac = fold.Publish();
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(fold);
        GC.KeepAlive(almanac);
        return (bytes, almanac.FactCount);
    }

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        GC.Collect();
        var started = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
