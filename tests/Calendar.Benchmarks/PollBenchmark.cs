using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Calendar.Server.Feeds;

namespace Calendar.Benchmarks;

/// <summary>
/// Subscribers who poll at random moments of a minute, most of them asking whether anything is new, while the record changes twice in it.
/// Every variant is rendered once for each state of the record, whoever asks; nobody meets an error, and nobody is sent again what he has.
/// </summary>
internal static class PollBenchmark
{
    private const int _connections = 300;
    private const int _changes = 2;
    private static readonly string?[] _codings = [null, "gzip", "gzip, deflate, br"];

    private static readonly IReadOnlyList<string> _variants =
    [
        .. from filter in new[] { "", "group=ASEAN", "group=EU", "group=G20", "party=JP", "party=LA", "party=US", "tier=round", "kind=partnership_elevated", "kind=national_day&ahead=2" }
           from language in new[] { "lang=vi", "lang=en" }
           from alarm in new[] { "", "alarm=P7D", "alarm=PT12H" }
           select $"{FeedVariant.Path}?{string.Join('&', new[] { filter, language, alarm }.Where(part => part.Length > 0))}",
    ];

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int subscriptions, TimeSpan minute, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("poll", ct);
        using var data = new TemporaryFolder();
        await using var service = await ServerProcess.CountedAsync(ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path));
        using var admin = new HttpClient { BaseAddress = service.Url };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(data.Path, "admin-token"), ct)).Trim());
        return await PollAsync("public", _variants.Select(variant => new Uri(service.Url, variant)).ToList(), _variants.Count, service, admin, subscriptions, minute, ct);
    }

    /// <param name="variants">How many feeds the addresses lead to.</param>
    private static async Task<IReadOnlyList<Measure>> PollAsync(
        string what, IReadOnlyList<Uri> addresses, int variants, ServerProcess service, HttpClient admin, int subscriptions, TimeSpan minute, CancellationToken ct)
    {
        var polls = await PlanAsync(addresses, subscriptions, minute, ct);
        var before = await admin.GetFromJsonAsync<long>(CountedService.Renders, ct) - variants;
        var (cpu, clock) = (service.Cpu(), Stopwatch.StartNew());
        using var clients = new Clients(_connections, minute / 3);
        var changing = ChangeAsync(admin, what, clock, minute, ct);
        var outcomes = await Task.WhenAll(polls.Select((poll, i) => PollAsync(clients[i], poll, clock, ct)));
        await changing;
        var seconds = (service.Cpu() - cpu) / 1e6;
        var renders = await admin.GetFromJsonAsync<long>(CountedService.Renders, ct) - before;

        foreach (var error in outcomes.Where(outcome => outcome.Error is not null).GroupBy(outcome => outcome.Error, StringComparer.Ordinal))
        {
            await Console.Error.WriteLineAsync($"{error.Count()} × {error.Key}");
        }

        var name = $"{subscriptions:N0} {what} subscriptions polling within {minute.TotalSeconds:0} s";
        var times = outcomes.Select(outcome => outcome.Time.TotalMilliseconds).ToList();
        return
        [
            new($"{name}: errors", outcomes.Count(outcome => outcome.Error is not null), "", Target: Target.AtMost(0)),
            new($"renderings of {variants} variants in {_changes + 1} states of the record", renders, "", Target: Target.AtMost(variants * (_changes + 1))),
            new("answer to a poll, p50", times.Median(), "ms"),
            new("answer to a poll, p99", times.Quantile(0.99), "ms"),
            new("answer to a poll, slowest", times.Max(), "ms"),
            new("polls answered 304", 100.0 * outcomes.Count(outcome => outcome.IsUnchanged) / outcomes.Length, "%"),
            new("bodies sent", outcomes.Sum(outcome => (double)outcome.Octets) / (1 << 20), "MiB"),
            new("connections opened", clients.Opened, ""),
            new("processor time of the service", seconds, "s"),
        ];
    }

    // Each has polled before: 95 % ask with the tag they were given, and the first addresses have the most subscribers.
    private static async Task<IReadOnlyList<Poll>> PlanAsync(IReadOnlyList<Uri> addresses, int subscriptions, TimeSpan minute, CancellationToken ct)
    {
        var random = new Random(10_000);
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
        var tags = new Dictionary<(Uri, string?), string>();
        var polls = new List<Poll>(subscriptions);
        for (var i = 0; i < subscriptions; i++)
        {
            var url = addresses.Count == subscriptions ? addresses[i] : addresses[Math.Min(random.Next(addresses.Count), random.Next(addresses.Count))];
            var coding = _codings[random.Next(_codings.Length)];
            if (!tags.TryGetValue((url, coding), out var tag))
            {
                using var request = Request(url, coding, null);
                using var answer = await client.SendAsync(request, ct);
                tags[(url, coding)] = tag = answer.EnsureSuccessStatusCode().Headers.ETag!.Tag;
            }

            polls.Add(new Poll(url, coding, random.Next(100) < 95 ? tag : null, minute * random.NextDouble()));
        }

        return polls;
    }

    // A title, in the first and the second third: one event each.
    private static async Task ChangeAsync(HttpClient admin, string what, Stopwatch clock, TimeSpan minute, CancellationToken ct)
    {
        for (var change = 1; change <= _changes; change++)
        {
            await UntilAsync(minute * change / (_changes + 1), clock, ct);
            var title = string.Create(CultureInfo.InvariantCulture, $"{what} {change}");
            using var answer = await admin.PostAsJsonAsync($"/v1/facts/{FactId.OfKey("vietnam/ties/JP")}/title", new { title, reason = "bench" }, ct);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static async Task<Outcome> PollAsync(HttpClient client, Poll poll, Stopwatch clock, CancellationToken ct)
    {
        await UntilAsync(poll.At, clock, ct);
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var request = Request(poll.Url, poll.Coding, poll.Tag);
            using var answer = await client.SendAsync(request, ct);
            var body = await answer.Content.ReadAsByteArrayAsync(ct);
            var time = Stopwatch.GetElapsedTime(began);
            var tag = answer.Headers.ETag?.Tag;
            var error = (answer.StatusCode, poll.Tag) switch
            {
                (HttpStatusCode.NotModified, { } known) when tag == known => null,
                (HttpStatusCode.OK, var known) when tag is not null && tag != known && body.Length > 500 => null,
                _ => $"{(int)answer.StatusCode}, {body.Length} octets, tag {tag} for {poll.Url} with {poll.Tag}",
            };
            return new Outcome(time, body.Length, answer.StatusCode == HttpStatusCode.NotModified, error);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return new Outcome(Stopwatch.GetElapsedTime(began), 0, false, e.Message);
        }
    }

    private static Task UntilAsync(TimeSpan at, Stopwatch clock, CancellationToken ct) =>
        at - clock.Elapsed is { Ticks: > 0 } rest ? Task.Delay(rest, ct) : Task.CompletedTask;

    private static HttpRequestMessage Request(Uri url, string? coding, string? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (coding is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", coding);
        }

        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        return request;
    }

    /// <param name="Tag">What the subscriber has; null for one who does not say.</param>
    private sealed record Poll(Uri Url, string? Coding, string? Tag, TimeSpan At);

    private readonly record struct Outcome(TimeSpan Time, int Octets, bool IsUnchanged, string? Error);

    /// <summary>As many clients as connections are kept; each opens its own anew when it has had it for a while.</summary>
    private sealed class Clients : IDisposable
    {
        private readonly HttpClient[] _clients;
        private int _opened;

        public Clients(int count, TimeSpan lifetime) => _clients = [.. Enumerable.Range(0, count).Select(_ => new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            PooledConnectionLifetime = lifetime,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = async (context, ct) =>
            {
                Interlocked.Increment(ref _opened);
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, ct);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        }))];

        public int Opened => _opened;

        public HttpClient this[int i] => _clients[i % _clients.Length];

        public void Dispose() => Array.ForEach(_clients, client => client.Dispose());
    }
}
