using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Calendar.Benchmarks;

/// <summary>Questions as of an instant over a log with 500,000 facts: the first one folds the log up to it, the next ones find that fold.</summary>
internal static class AsOfBenchmark
{
    private const int _events = 700_000;

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int rounds, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("asof", ct);
        await BenchmarkDatabases.FillAsync(connection, Synthetic.Events().Take(_events), ct);
        var instants = Synthetic.Events().Take(_events).Where((_, i) => i is (_events * 95 / 100) or (_events * 90 / 100)).Select(e => e.At).ToList();
        using var data = new TemporaryFolder();
        await using var service = await ServerProcess.ServeAsync(
            ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path), ("CALENDAR_PACK", "none"));
        using var client = new HttpClient { BaseAddress = service.Url, Timeout = TimeSpan.FromMinutes(2) };
        var token = await File.ReadAllTextAsync(Path.Combine(data.Path, "admin-token"), ct);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        await TimeAsync("/v1/anniversaries");

        var first = await TimeAsync(Page(0));
        var one = service.Memory("VmRSS:");
        var later = new List<double>(rounds);
        for (var i = 0; i < rounds; i++)
        {
            later.Add(await TimeAsync(Page(0)));
        }

        var second = await TimeAsync(Page(1));
        return
        [
            new("first question as of an instant, 700,000 events", first / 1000, "s", first / service.Ready.TotalMilliseconds, "time until ready"),
            new("as of another instant", second / 1000, "s"),
            new("later questions as of that instant, p50", later.Median(), "ms"),
            new("later questions as of that instant, p99", later.Quantile(0.99), "ms", null, null, Target.AtMost(10)),
            new("memory with one earlier almanac", one / (1 << 20), "MiB", null, null, Target.AtMost(1536)),
            new("the most it took with two", service.Memory("VmHWM:") / (1 << 20), "MiB"),
        ];

        string Page(int i) => string.Create(CultureInfo.InvariantCulture, $"/v1/anniversaries?limit=100&tier=round&from=2030-01-01&asOf={instants[i]}");

        async Task<double> TimeAsync(string page)
        {
            var started = Stopwatch.GetTimestamp();
            await client.GetByteArrayAsync(page, ct);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
    }
}
