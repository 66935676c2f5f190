using System.Diagnostics;
using System.Globalization;
using Calendar.Almanacs;
using Calendar.Planning;
using Calendar.Server;
using Calendar.Server.Health;
using Calendar.Server.Imports;
using Calendar.Server.Planning;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using EventLog = Calendar.EventStore.EventLog;

namespace Calendar.Benchmarks;

/// <summary>
/// Planning rounds over a real database on 1 December 2026: all of Viet Nam's plans of ten years, and a synthetic 2,500 with 35,000 tasks; beside them plain inserts of the same
/// rows. Then a round with nothing to do, and what tasks are due.
/// </summary>
internal static class PlanBenchmark
{
    private static readonly LocalDate _today = new(2026, 12, 1);

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int rounds, CancellationToken ct) =>
    [
        .. await RunAsync(databases, "vietnam", "Viet Nam's plans of ten years", rounds, ct),
        .. await RunAsync(databases, "synthetic", "2,500 plans", rounds, ct),
        .. await OverHttpAsync(databases, rounds, ct),
    ];

    private static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, string name, string what, int rounds, CancellationToken ct)
    {
        var (connection, raw) = (await databases.CreateAsync("plan_" + name, ct), await databases.CreateAsync("plan_raw_" + name, ct));
        await BenchmarkDatabases.FillAsync(connection, await EventsAsync(databases, name, ct), ct);
        await using var first = await PlanningService.StartAsync(connection, ct);
        var seconds = await first.FirstRoundAsync(ct);
        var almanac = first.Almanac;
        var limit = await InsertAsync(connection, raw, ct);
        var nothing = new List<double>();
        for (var round = -3; round < rounds; round++)
        {
            var idle = await first.RoundAsync(ct);
            if (round >= 0)
            {
                nothing.Add(idle);
            }
        }

        var (plans, tasks) = (almanac.Plans.Plans.Count, almanac.Plans.Tasks.Count);
        var size = string.Create(CultureInfo.InvariantCulture, $"{what} ({plans:N0} with {tasks:N0} tasks)");
        return
        [
            new($"{size} opened in one round", seconds, "s", seconds / limit, "the same rows in plain inserts", Target.AtMost(60)),
            new("the same rows in plain inserts, 128 plans a commit", limit, "s"),
            new($"a round with nothing to do over {plans:N0} plans, p50", nothing.Median(), "ms", null, null, Target.AtMost(200)),
            new($"a round with nothing to do over {plans:N0} plans, p99", nothing.Quantile(0.99), "ms", null, null, Target.AtMost(200)),
            .. name == "synthetic" ? Queries(almanac, rounds) : [],
        ];
    }

    // What the service takes at most from its start until all is planned, and how fast it then answers what is to be done.
    private static async Task<IReadOnlyList<Measure>> OverHttpAsync(BenchmarkDatabases databases, int rounds, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("plan_http", ct);
        await BenchmarkDatabases.FillAsync(connection, SyntheticPlans.Events(SystemClock.Instance.GetCurrentInstant().InUtc().Date), ct);
        using var data = new TemporaryFolder();
        await using var service = await ServerProcess.ServeAsync(
            ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data.Path), ("CALENDAR_PACK", "none"));
        var most = service.Memory("VmHWM:") / (1 << 20);
        using var client = new HttpClient { BaseAddress = service.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(data.Path, "admin-token"), ct)).Trim());
        string[] filters = ["", "association=vufo", "association=vn-aa,hanoi-aa", "state=open", "state=done", "dueFrom=2027-01-01&dueTo=2027-02-01", "overdue=true", $"party={Synthetic.Parties[7]}", $"party={Synthetic.Parties[7]}&state=open&dueFrom=2026-12-01"];
        var times = new List<double>();
        for (var round = -rounds; round < rounds; round++)
        {
            foreach (var filter in filters)
            {
                var started = Stopwatch.GetTimestamp();
                await client.GetByteArrayAsync($"/v1/tasks?limit=100&{filter}".TrimEnd('&'), ct);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            if (round < 0)
            {
                times.Clear();
            }
        }

        return
        [
            new("the most memory of the service that opens 2,500 plans", most, "MiB", null, null, Target.AtMost(1024)),
            new("ready, 2,500 plans opened", service.Ready.TotalSeconds, "s"),
            new("100 of 35,000 tasks over HTTP, p50", times.Median(), "ms"),
            new("100 of 35,000 tasks over HTTP, p99", times.Quantile(0.99), "ms", null, null, Target.AtMost(5)),
        ];
    }

    // By association, state, due days and partner; the first page and one in the middle.
    private static List<Measure> Queries(Almanac almanac, int rounds)
    {
        var owners = almanac.Plans.Owners.OrderBy(owner => owner.Value, StringComparer.Ordinal).ToList();
        var (from, to) = (_today, _today.PlusMonths(1));
        TaskQuery[] queries =
        [
            new(), new() { Associations = [owners[0]] }, new() { Associations = [owners[3], owners[^1]] }, new() { States = [TaskState.Open] }, new() { States = [TaskState.Done] },
            new() { DueFrom = from, DueTo = to }, new() { IsOverdue = true }, new() { Parties = [Synthetic.Parties[7]] }, new() { Parties = [Synthetic.Parties[7]], DueFrom = from, States = [TaskState.Open] },
            new() { Associations = [owners[1]], States = [TaskState.Open, TaskState.Acknowledged], DueFrom = from },
        ];
        var middle = almanac.Plans.Tasks[almanac.Plans.Tasks.Count / 2];
        var times = new List<double>();
        for (var round = -rounds; round < 10 * rounds; round++)
        {
            foreach (var query in queries)
            {
                foreach (var after in new[] { null, middle })
                {
                    var started = Stopwatch.GetTimestamp();
                    _ = almanac.Tasks(query, _today, after).Take(101).Count();
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }

            if (round < 0)
            {
                times.Clear();
            }
        }

        return
        [
            new($"tasks by association, state, due day, partner among {almanac.Plans.Tasks.Count:N0}, p50", times.Median(), "ms"),
            new($"tasks by association, state, due day, partner among {almanac.Plans.Tasks.Count:N0}, p99", times.Quantile(0.99), "ms", null, null, Target.AtMost(5)),
        ];
    }

    private static async Task<IEnumerable<Recorded>> EventsAsync(BenchmarkDatabases databases, string name, CancellationToken ct)
    {
        if (name == "synthetic")
        {
            return SyntheticPlans.Events(_today);
        }

        // The pack, and in place of its template of relations and partnerships one whose first task precedes the day by ten years.
        var connection = await databases.CreateAsync("plan_pack", ct);
        await using (var service = await PlanningService.StartAsync(connection, ct, "vietnam"))
        {
            await service.FirstRoundAsync(ct);
        }

        await using var source = NpgsqlDataSource.Create(connection);
        await using var log = new EventLog(source, Microsoft.Extensions.Logging.Abstractions.NullLogger<EventLog>.Instance);
        var events = new List<Recorded>();
        await foreach (var batch in log.ReadAllAsync(0, ct))
        {
            events.AddRange(batch.Where(e => !e.StreamId.StartsWith("plan-", StringComparison.Ordinal)).Select(AlmanacFollower.Read));
        }

        return events.Select(e => e with { Event = SyntheticPlans.FarAhead(e.Event) });
    }

    /// <returns>How long it takes to write the plans of one database into another one.</returns>
    private static async Task<double> InsertAsync(string from, string to, CancellationToken ct)
    {
        var streams = new List<(string Stream, List<(Guid Id, long Version, byte[] Data, string Type, string DotNetType, byte[] Headers)> Events)>();
        await using var source = NpgsqlDataSource.Create(from);
        await using (var command = source.CreateCommand("select stream_id, id, version, data::text, type, mt_dotnet_type, headers::text from calendar.mt_events where stream_id like 'plan-%' order by seq_id"))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                if (streams.Count == 0 || streams[^1].Stream != reader.GetString(0))
                {
                    streams.Add((reader.GetString(0), []));
                }

                streams[^1].Events.Add((reader.GetGuid(1), reader.GetInt64(2), Utf8(3), reader.GetString(4), reader.GetString(5), Utf8(6)));

                byte[] Utf8(int column) => System.Text.Encoding.UTF8.GetBytes(reader.GetString(column));
            }
        }

        await using var connection = new NpgsqlConnection(to + ";Pooling=false;Max Auto Prepare=10;Auto Prepare Min Usages=2");
        await connection.OpenAsync(ct);
        var clock = Stopwatch.StartNew();
        foreach (var chunk in streams.Chunk(128))
        {
            var events = chunk.SelectMany(stream => stream.Events.Select(e => (stream.Stream, e))).ToList();
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new NpgsqlBatchCommand("begin"),
                    new NpgsqlBatchCommand("insert into calendar.mt_streams (id, version) select * from unnest($1, $2)")
                    {
                        Parameters = { new NpgsqlParameter<string[]>("", [.. chunk.Select(stream => stream.Stream)]), new NpgsqlParameter<long[]>("", [.. chunk.Select(stream => (long)stream.Events.Count)]) },
                    },
                    new NpgsqlBatchCommand("""
                        insert into calendar.mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type, headers)
                        select nextval('calendar.mt_events_sequence'), e.* from unnest($1, $2, $3, $4, $5, $6, $7) as e
                        """)
                    {
                        Parameters =
                        {
                            new NpgsqlParameter<Guid[]>("", [.. events.Select(one => one.e.Id)]),
                            new NpgsqlParameter<string[]>("", [.. events.Select(one => one.Stream)]),
                            new NpgsqlParameter<long[]>("", [.. events.Select(one => one.e.Version)]),
                            Jsonb(events.Select(one => one.e.Data)),
                            new NpgsqlParameter<string[]>("", [.. events.Select(one => one.e.Type)]),
                            new NpgsqlParameter<string[]>("", [.. events.Select(one => one.e.DotNetType)]),
                            Jsonb(events.Select(one => one.e.Headers)),
                        },
                    },
                    new NpgsqlBatchCommand("commit"),
                },
            };
            await batch.ExecuteNonQueryAsync(ct);
        }

        return clock.Elapsed.TotalSeconds;

        static NpgsqlParameter<byte[][]> Jsonb(IEnumerable<byte[]> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };
    }

    /// <summary>The service in this process, on a day that stands still.</summary>
    private sealed class PlanningService(WebApplication app, NpgsqlDataSource source, TemporaryFolder data) : IAsyncDisposable
    {
        public Almanac Almanac => app.Services.GetRequiredService<AlmanacFollower>().Current;

        public static async Task<PlanningService> StartAsync(string connection, CancellationToken ct, string? pack = null)
        {
            var (source, data) = (NpgsqlDataSource.Create(connection), new TemporaryFolder());
            var settings = new Settings(
                new Uri("http://127.0.0.1:0"), "https://calendar.example", data.Path, connection, null, pack, Synthetic.Home, DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]);
            var service = new PlanningService(CalendarApp.Create(settings, source, new Noon()), source, data);
            await service.StartAsync(ct);
            return service;
        }

        /// <returns>Seconds.</returns>
        public async Task<double> FirstRoundAsync(CancellationToken ct)
        {
            // Whatever there is to plan is planned when the pack is whole.
            var clock = Stopwatch.StartNew();
            await app.Services.GetRequiredService<PackLoader>().LoadAsync(_ => { }, ct);
            await app.Services.GetRequiredService<Readiness>().Planned.WaitAsync(ct);
            return clock.Elapsed.TotalSeconds;
        }

        /// <summary>A pass that has seen none before.</summary>
        /// <returns>Milliseconds.</returns>
        public async Task<double> RoundAsync(CancellationToken ct)
        {
            var (round, position) = (ActivatorUtilities.CreateInstance<PlanningRound>(app.Services), Almanac.Position);
            var clock = Stopwatch.StartNew();
            await round.PassAsync(ct);
            var elapsed = clock.Elapsed.TotalMilliseconds;
            return Almanac.Position == position ? elapsed : throw new InvalidOperationException("There was something to do.");
        }

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
            await source.DisposeAsync();
            data.Dispose();
        }

        private async Task StartAsync(CancellationToken ct)
        {
            await app.StartAsync(ct);
            await app.Services.GetRequiredService<AlmanacFollower>().Folded.WaitAsync(ct);
        }
    }

    private sealed class Noon : IClock
    {
        public Instant GetCurrentInstant() => _today.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant() + Duration.FromHours(5);
    }
}
