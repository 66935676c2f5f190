using System.Net;
using Calendar.Server.Feeds;

namespace Calendar.Benchmarks;

/// <summary>
/// GET of a cached feed of the Viet Nam pack from the real service against a bare Kestrel endpoint with the same bytes, each in its own
/// process, in turns; and beside nginx with the same files, where there is one.
/// </summary>
internal static class FeedGetBenchmark
{
    private static readonly string[] _gzip = ["Accept-Encoding: gzip"];

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int rounds, TimeSpan each, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("feed", ct);
        using var data = new TemporaryFolder();
        using var bodies = new TemporaryFolder();
        await using var service = await ServerProcess.ServeAsync(ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path));

        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
        var (large, small) = (new Uri(service.Url, FeedVariant.Path), new Uri(service.Url, FeedVariant.Path + "?party=JP&lang=en"));
        var etag = await TagAsync(client, large, ct);
        var largeSize = await SaveAsync(client, large, [], bodies.Path, "large", ct);
        var zippedSize = await SaveAsync(client, large, _gzip, bodies.Path, "large.gz", ct);
        var smallSize = await SaveAsync(client, small, [], bodies.Path, "small", ct);
        await using var bare = await ServerProcess.BareAsync(bodies.Path, ct);
        using var scratch = new TemporaryFolder();
        await using var nginx = Nginx.Program is null ? null : await Nginx.ServeAsync(bodies.Path, scratch.Path, "small", ct);
        string[] unchanged = [$"If-None-Match: {(nginx is null ? "" : await TagAsync(client, new Uri(nginx.Url, "large"), ct))}"];

        (string Name, Uri Url, string Route, string[] Headers, string File, string[] FileHeaders, double Target)[] cases =
        [
            ($"feed GET 200, {largeSize:N0} bytes", large, "large", [], "large", [], Wanted(largeSize)),
            ($"feed GET 200 gzip, {zippedSize:N0} bytes", large, "large.gz", _gzip, "large", _gzip, Wanted(zippedSize)),
            ($"feed GET 200, {smallSize:N0} bytes", small, "small", [], "small", [], Wanted(smallSize)),
            ("feed GET 304", large, "304", [$"If-None-Match: {etag}"], "large", unchanged, 0.95),
        ];
        var measures = new List<Measure>();
        foreach (var (name, url, route, headers, file, fileHeaders, target) in cases)
        {
            List<double> rates = [], other = [], ownCpu = [], otherCpu = [], files = [];
            for (var round = -1; round < rounds; round++)
            {
                var (x, xCpu) = await RunAsync(service, url, headers);
                var (y, yCpu) = await RunAsync(bare, new Uri(bare.Url, route), headers);
                var z = nginx is null ? 0 : await Load.RunAsync(new Uri(nginx.Url, file), each, ct, fileHeaders);
                if (round >= 0)
                {
                    rates.Add(x);
                    other.Add(y);
                    files.Add(z);
                    ownCpu.Add(xCpu);
                    otherCpu.Add(yCpu);
                }
            }

            measures.Add(new(name, rates.Median(), "requests/s", rates.MedianRatio(other), "bare Kestrel, same bytes", Target.RatioAtLeast(target)));
            measures.Add(new("bare Kestrel beside " + name, other.Median(), "requests/s"));
            if (nginx is not null)
            {
                measures.Add(new("nginx beside " + name, files.Median(), "requests/s", rates.MedianRatio(files), "the feed against it"));
            }

            measures.Add(new(name + ", processor time a request", ownCpu.Median(), "µs", otherCpu.MedianRatio(ownCpu), "bare Kestrel (speed)"));
        }

        measures.Add(new("memory of the service after that load", service.Memory("VmRSS:") / (1 << 20), "MiB"));
        return measures;

        // Processor time too: it hardly depends on what else the machine does.
        async Task<(double Rate, double Cpu)> RunAsync(ServerProcess server, Uri url, string[] headers)
        {
            var before = server.Cpu();
            var rate = await Load.RunAsync(url, each, ct, headers);
            return (rate, (server.Cpu() - before) / (rate * each.TotalSeconds));
        }
    }

    private static async Task<string> TagAsync(HttpClient client, Uri url, CancellationToken ct)
    {
        using var answer = await client.GetAsync(url, ct);
        return answer.EnsureSuccessStatusCode().Headers.ETag!.ToString();
    }

    private static double Wanted(long size) => size > 100_000 ? 1.2 : 0.95;

    private static async Task<long> SaveAsync(HttpClient client, Uri url, string[] headers, string folder, string name, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var header in headers)
        {
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        }

        using var answer = await client.SendAsync(request, ct);
        var body = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct);
        await File.WriteAllBytesAsync(Path.Combine(folder, name), body, ct);
        return body.Length;
    }
}
