using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Calendar.Server.Access;
using Calendar.Server.Feeds;
using Calendar.Server.Subscriptions;
using NodaTime;
using Npgsql;

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

    private static readonly IReadOnlyList<Variant> _variants =
    [
        .. from filter in new (string Name, string Value)[]
               { ("", ""), ("group", "ASEAN"), ("group", "EU"), ("group", "G20"), ("party", "JP"), ("party", "LA"), ("party", "US"), ("tier", "round"), ("kind", "partnership_elevated"), ("kind", "milestone_recorded") }
           from language in new[] { "vi", "en" }
           from alarm in new[] { null, "P7D", "PT12H" }
           select new Variant(filter.Name, filter.Value, language, alarm),
    ];

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int subscriptions, TimeSpan minute, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("poll", ct);
        var owners = await OwnersAsync(connection, subscriptions, ct);
        using var data = new TemporaryFolder();
        await using var service = await ServerProcess.CountedAsync(ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path));

        var random = new Random(1);
        List<Uri> links = [.. Enumerable.Range(0, subscriptions).Select(_ => new Uri(service.Url, Any(random).Address))];
        var open = await PollAsync("public", links, service, owners[0], minute, ct);
        List<Variant> wanted = [.. Enumerable.Range(0, subscriptions).Select(_ => Any(random))];
        var clock = Stopwatch.StartNew();
        var made = await SubscribeAsync(service, owners, wanted, ct);
        var each = clock.Elapsed / subscriptions;
        return
        [
            .. open,
            new($"a subscription made, of {owners.Count} owners at once", each.TotalMilliseconds, "ms"),
            .. await PollAsync("private", made, service, owners[0], minute, ct),
        ];
    }

    // The first ones have the most subscribers.
    private static Variant Any(Random random) => _variants[Math.Min(random.Next(_variants.Count), random.Next(_variants.Count))];

    // Each may have so many subscriptions; the first one also keeps the record.
    private static async Task<IReadOnlyList<string>> OwnersAsync(string connection, int subscriptions, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        var owners = Enumerable.Range(0, (subscriptions + SubscriptionTable.MostLive - 1) / SubscriptionTable.MostLive).Select(_ => Token.New()).ToList();
        foreach (var owner in owners)
        {
            await new TokenTable(source).AddAsync(new NewToken(owner, Role.Historian, SystemClock.Instance.GetCurrentInstant()), null, ct);
        }

        return owners;
    }

    private static async Task<IReadOnlyList<Uri>> SubscribeAsync(ServerProcess service, IReadOnlyList<string> owners, IReadOnlyList<Variant> wanted, CancellationToken ct)
    {
        var links = await Task.WhenAll(wanted.Chunk(SubscriptionTable.MostLive).Select((each, owner) => Task.Run(
            async () =>
            {
                using var client = As(owners[owner], service);
                var made = new List<Uri>();
                foreach (var variant in each)
                {
                    using var answer = await client.PostAsJsonAsync("/v1/subscriptions", variant.Body, ct);
                    made.Add(new Uri(JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct)).GetProperty("url").GetString()!));
                }

                return made;
            },
            ct)));
        return [.. links.SelectMany(link => link)];
    }

    private static HttpClient As(string token, ServerProcess service) => new()
    {
        BaseAddress = service.Url,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <param name="links">One a subscriber.</param>
    private static async Task<IReadOnlyList<Measure>> PollAsync(
        string what, IReadOnlyList<Uri> links, ServerProcess service, string historian, TimeSpan minute, CancellationToken ct)
    {
        using var editor = As(historian, service);
        using var clients = new Clients(_connections, minute / 3);
        var polls = await PlanAsync(links, minute, ct);
        var before = await editor.GetFromJsonAsync<long>(CountedService.Renders, ct);
        var (cpu, clock) = (service.Cpu(), Stopwatch.StartNew());
        var changing = ChangeAsync(editor, what, clock, minute, ct);
        var outcomes = await Task.WhenAll(polls.Select((poll, i) => PollAsync(clients[i], poll, clock, ct)));
        await changing;
        var seconds = (service.Cpu() - cpu) / 1e6;
        var renders = await editor.GetFromJsonAsync<long>(CountedService.Renders, ct) - before;

        foreach (var error in outcomes.Where(outcome => outcome.Error is not null).GroupBy(outcome => outcome.Error, StringComparer.Ordinal))
        {
            await Console.Error.WriteLineAsync($"{error.Count()} × {error.Key}");
        }

        var name = $"{links.Count:N0} {what} subscriptions polling within {minute.TotalSeconds:0} s";
        var times = outcomes.Select(outcome => outcome.Time.TotalMilliseconds).ToList();
        return
        [
            new($"{name}: errors", outcomes.Count(outcome => outcome.Error is not null), "", Target: Target.AtMost(0)),
            new($"renderings of {_variants.Count} {what} variants after {_changes} changes", renders, "", Target: Target.AtMost(_variants.Count * _changes)),
            new($"answer to a {what} poll, p50", times.Median(), "ms"),
            new($"answer to a {what} poll, p99", times.Quantile(0.99), "ms"),
            new($"answer to a {what} poll, slowest", times.Max(), "ms"),
            new($"{what} polls answered 304", 100.0 * outcomes.Count(outcome => outcome.IsUnchanged) / outcomes.Length, "%"),
            new($"bodies sent to {what} polls", outcomes.Sum(outcome => (double)outcome.Octets) / (1 << 20), "MiB"),
            new($"connections opened by {what} polls", clients.Opened, ""),
            new($"processor time of the service for {what} polls", seconds, "s"),
        ];
    }

    // Each has polled before: 95 % ask with the tag they were given then.
    private static async Task<IReadOnlyList<Poll>> PlanAsync(IReadOnlyList<Uri> links, TimeSpan minute, CancellationToken ct)
    {
        var random = new Random(2);
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
        var tags = new Dictionary<(Uri, string?), string>();
        var polls = new List<Poll>(links.Count);
        foreach (var link in links)
        {
            var coding = _codings[random.Next(_codings.Length)];
            if (!tags.TryGetValue((link, coding), out var tag))
            {
                using var request = Request(link, coding, null);
                using var answer = await client.SendAsync(request, ct);
                tags[(link, coding)] = tag = answer.EnsureSuccessStatusCode().Headers.ETag!.Tag;
            }

            polls.Add(new Poll(link, coding, random.Next(100) < 95 ? tag : null, minute * random.NextDouble()));
        }

        return polls;
    }

    // A title, in the first and the second third: one event each.
    private static async Task ChangeAsync(HttpClient editor, string what, Stopwatch clock, TimeSpan minute, CancellationToken ct)
    {
        for (var change = 1; change <= _changes; change++)
        {
            await UntilAsync(minute * change / (_changes + 1), clock, ct);
            var title = string.Create(CultureInfo.InvariantCulture, $"{what} {change}");
            using var answer = await editor.PostAsJsonAsync($"/v1/facts/{FactId.OfKey("vietnam/ties/JP")}/title", new { title, reason = "bench" }, ct);
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

    private sealed record Variant(string Filter, string Value, string Language, string? Alarm)
    {
        public string Address => $"{FeedVariant.Path}?lang={Language}{(Filter.Length > 0 ? $"&{Filter}={Value}" : "")}{(Alarm is null ? "" : $"&alarm={Alarm}")}";

        public object Body => new
        {
            name = "bench",
            filter = Filter.Length == 0 ? [] : new Dictionary<string, string[]>(StringComparer.Ordinal) { [Filter] = [Value] },
            lang = Language,
            alarm = Alarm,
        };
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
