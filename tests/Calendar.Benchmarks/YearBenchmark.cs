using System.Diagnostics;
using Calendar.Anniversaries;
using Calendar.Rules;
using Calendar.Years;

namespace Calendar.Benchmarks;

/// <summary>Year programmes and ten-year views of a log with 500,000 facts over HTTP, and what their counts and friendship years take in process.</summary>
internal static class YearBenchmark
{
    private const int _events = 700_000;
    private const int _facts = 500_000;

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int rounds, CancellationToken ct) =>
        [.. InProcess(rounds), .. await OverHttpAsync(databases, rounds, ct)];

    private static List<Measure> InProcess(int rounds)
    {
        var almanac = QueryBenchmark.Fold(_facts);
        var query = new AnniversaryQuery(default, default) { Tiers = TierSet.Round | TierSet.Half };
        var (tallies, friendships) = (new List<double>(), new List<double>());
        for (var round = -rounds; round < rounds; round++)
        {
            var year = 2027 + (round & 15);
            var tally = Time(() => _ = new YearTally(almanac, query, year));
            var found = Time(() => _ = Friendships.In(almanac, year));
            if (round >= 0)
            {
                tallies.Add(tally);
                friendships.Add(found);
            }
        }

        return
        [
            new("counts of a year among 500,000 facts, processor time, p50", tallies.Median(), "ms"),
            new("friendship years of a year, processor time, p50", friendships.Median(), "ms"),
        ];

        static double Time(Action action)
        {
            var started = ThreadClock.Microseconds();
            action();
            return (ThreadClock.Microseconds() - started) / 1000.0;
        }
    }

    private static async Task<List<Measure>> OverHttpAsync(BenchmarkDatabases databases, int rounds, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("year", ct);
        await BenchmarkDatabases.FillAsync(connection, Synthetic.Events().Take(_events), ct);
        using var data = new TemporaryFolder();
        await using var service = await ServerProcess.ServeAsync(ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path), ("CALENDAR_PACK", "none"));
        using var client = new HttpClient { BaseAddress = service.Url };
        var first = await TimeAsync("/v1/years/2027");
        var (years, few, decades, pages) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -rounds; round < rounds; round++)
        {
            var year = 2027 + (round & 15);
            var (one, filtered, ten) = (
                await TimeAsync($"/v1/years/{year}"), await TimeAsync($"/v1/years/{year}?party={Synthetic.Parties[^1]}"), await TimeAsync($"/v1/years?from={year}&to={year + 10}"));
            var page = await TimeAsync($"/v1/anniversaries?year={year}&tier=round,half&limit=500");
            if (round >= 0)
            {
                pages.Add(page);
                years.Add(one);
                few.Add(filtered);
                decades.Add(ten);
            }
        }

        return
        [
            new("the first year programme over HTTP", first, "ms"),
            new("a year programme over HTTP, 500 listed, p50", years.Median(), "ms", years.MedianRatio(pages), "the same 500 as a page", Target.AtMost(20)),
            new("a year programme over HTTP, 500 listed, p99", years.Quantile(0.99), "ms"),
            new("a year programme of one partner over HTTP, p50", few.Median(), "ms", null, null, Target.AtMost(20)),
            new("ten years over HTTP, p50", decades.Median(), "ms"),
            new("ten years over HTTP, p99", decades.Quantile(0.99), "ms"),
        ];

        async Task<double> TimeAsync(string path)
        {
            var started = Stopwatch.GetTimestamp();
            await client.GetByteArrayAsync(path, ct);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
    }
}
