using System.Diagnostics;
using System.Text.Json;
using NodaTime;

namespace Calendar.Benchmarks;

/// <summary>
/// The same question over HTTP, on a kept loopback connection: pages of a log with 500,000 facts, first and following, and what such a
/// service weighs.
/// </summary>
internal static class QueryHttpBenchmark
{
    private const int _events = 700_000;
    private static readonly string[] _filters =
    [
        "", "party=VN", "party=" + "{rare}", "group=ASEAN", "kind=ties_established", "kind=national_day", "tier=round", "tier=other", "precision=year",
        "party=VN&kind=ties_established&tier=round", "group=ASEAN&kind=treaty_signed&tier=half,round", "party={rare}&precision=month",
    ];

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int rounds, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("query", ct);
        await BenchmarkDatabases.FillAsync(connection, Synthetic.Events().Take(_events), ct);
        using var data = new TemporaryFolder();
        await using var service = await ServerProcess.ServeAsync(
            ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path), ("CALENDAR_PACK", "none"));
        using var client = new HttpClient { BaseAddress = service.Url };

        var pages = new List<string>();
        foreach (var filter in _filters.Select(filter => filter.Replace("{rare}", Synthetic.Parties[^1].Value, StringComparison.Ordinal)))
        {
            foreach (var limit in new[] { 100, 500 })
            {
                var page = $"/v1/anniversaries?limit={limit}&{filter}";
                pages.Add(page);
                using var first = await client.GetAsync(page, ct);
                if (first.EnsureSuccessStatusCode().Headers.TryGetValues("Link", out var link))
                {
                    pages.Add(link.Single().Split('<', '>')[1]);
                }
            }
        }

        for (var warming = Stopwatch.StartNew(); warming.Elapsed < TimeSpan.FromSeconds(5);)
        {
            foreach (var page in pages)
            {
                await client.GetByteArrayAsync(page, ct);
            }
        }

        var times = pages.ToDictionary(page => page, _ => new List<double>(rounds), StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var page in pages)
            {
                var started = Stopwatch.GetTimestamp();
                await client.GetByteArrayAsync(page, ct);
                times[page].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        var explanations = await ExplainAsync(client, rounds, ct);
        var changes = await ChangesAsync(client, rounds, ct);
        var slowest = times.MaxBy(time => time.Value.Quantile(0.99));
        return
        [
            new($"query over HTTP, {pages.Count} pages, p50", times.Values.SelectMany(time => time).Median(), "ms"),
            new($"query over HTTP, {pages.Count} pages, p99", times.Values.SelectMany(time => time).Quantile(0.99), "ms", null, null, Target.AtMost(5)),
            new("those of 100 rows, p99", times.Where(time => time.Key.Contains("limit=100", StringComparison.Ordinal)).SelectMany(time => time.Value).Quantile(0.99), "ms", null, null, Target.AtMost(5)),
            new($"slowest page over HTTP: {slowest.Key.Split("&cursor")[0]}, p99", slowest.Value.Quantile(0.99), "ms", null, null, Target.AtMost(5)),
            new($"slowest page over HTTP: {slowest.Key.Split("&cursor")[0]}, p50", slowest.Value.Median(), "ms"),
            new("explanation over HTTP, p50", explanations.Median(), "ms"),
            new("explanation over HTTP, p99", explanations.Quantile(0.99), "ms", null, null, Target.AtMost(5)),
            new("changes of a year over HTTP, p50", changes.Median(), "ms"),
            new("changes of a year over HTTP, p99", changes.Quantile(0.99), "ms", null, null, Target.AtMost(100)),
        ];
    }

    // First pages and following ones, of everybody and of a party with few facts: the latter looks at all that was recorded in the year.
    private static async Task<List<double>> ChangesAsync(HttpClient client, int rounds, CancellationToken ct)
    {
        var rare = Synthetic.Parties[^1].Value;
        var last = Synthetic.Events().Take(_events).Last().At;
        var year = $"/v1/changes?from={last - Duration.FromDays(365)}&to={last}&within=2027-01-01/2029-01-01&limit=100";
        var pages = new List<string> { year, $"{year}&party={rare}", $"{year}&tier=half,other,round&limit=500".Replace("&limit=100", "", StringComparison.Ordinal) };
        using (var first = await client.GetAsync(year, ct))
        {
            if (first.EnsureSuccessStatusCode().Headers.TryGetValues("Link", out var link))
            {
                pages.Add(link.Single().Split('<', '>')[1]);
            }
        }

        var times = new List<double>();
        for (var round = -5; round < rounds; round++)
        {
            foreach (var page in pages)
            {
                var started = Stopwatch.GetTimestamp();
                await client.GetByteArrayAsync(page, ct);
                if (round >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }
        }

        return times;
    }

    // Partnerships ask most: for the levels that came later.
    private static async Task<List<double>> ExplainAsync(HttpClient client, int rounds, CancellationToken ct)
    {
        using var page = JsonDocument.Parse(await client.GetByteArrayAsync("/v1/anniversaries?limit=50&kind=partnership_elevated,ties_established&party=VN", ct));
        var addresses = page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("links").GetProperty("explanation").GetString()!).ToList();
        var times = new List<double>(rounds * addresses.Count);
        for (var round = -10; round < rounds; round++)
        {
            foreach (var address in addresses)
            {
                var started = Stopwatch.GetTimestamp();
                await client.GetByteArrayAsync(address, ct);
                if (round >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }
        }

        return times;
    }
}
