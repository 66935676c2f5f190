using System.Diagnostics;
using System.Globalization;
using System.Text;
using Calendar.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using EventLog = Calendar.EventStore.EventLog;

namespace Calendar.Benchmarks;

/// <summary>
/// Appends of new streams of five events by <see cref="EventLog"/> and by plain Npgsql into the same tables, one after the other in
/// every round, so that a slow moment of the machine hits all of them.
/// </summary>
public static class AppendBenchmark
{
    private const int EventsPerStream = 5;
    private static readonly Envelope By = new("benchmark", "historian", null, null, null);
    private static readonly byte[] Data = Encoding.UTF8.GetBytes(
        """{"fact":"0b4f4b1e-7a39-5d0c-9d53-3a8f4f1d2c11","on":"1973-09-21","level":"ambassador","source":{"citation":"Joint communiqué","confidence":"confirmed"}}""");

    /// <summary>Measures in a migrated database, which grows by some hundred thousand events.</summary>
    public static async Task<IReadOnlyList<Measure>> RunAsync(string connectionString, int rounds, TimeSpan each, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var log = new EventLog(source, NullLogger<EventLog>.Instance);
        await using var raw = await RawAppends.OpenAsync(connectionString, ct);

        var latencies = new List<double>();
        (string Name, Func<CancellationToken, Task<double>> Run)[] runs =
        [
            ("raw, 1 stream a commit", c => raw.InsertAsync(1, each, c)),
            ("EventLog, 1 writer", c => AppendAsync(log, 1, each, latencies, c)),
            ("EventLog, 4 writers", c => AppendAsync(log, 4, each, null, c)),
            ("raw, 16 streams a commit", c => raw.InsertAsync(16, each, c)),
            ("EventLog, 16 writers", c => AppendAsync(log, 16, each, null, c)),
            ("raw, 100 streams a commit", c => raw.InsertAsync(100, each, c)),
            ("EventLog, 64 writers", c => AppendAsync(log, 64, each, null, c)),
            ("raw binary COPY, 100 streams a commit", c => raw.CopyAsync(100, each, c)),
        ];

        foreach (var run in runs)
            await run.Run(ct);
        latencies.Clear();

        var rates = runs.ToDictionary(run => run.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, run) in runs)
                rates[name].Add(await run(ct));
        }

        var (events, seconds) = await ReadAllAsync(log, ct);
        return
        [
            Report("EventLog, 1 writer", "raw, 1 stream a commit", 0.85),
            Report("EventLog, 4 writers", "raw, 1 stream a commit", null),
            Report("EventLog, 16 writers", "raw, 16 streams a commit", 0.85),
            Report("EventLog, 64 writers", "raw, 100 streams a commit", 0.8),
            Report("raw, 1 stream a commit", null, null),
            Report("raw, 16 streams a commit", null, null),
            Report("raw, 100 streams a commit", null, null),
            Report("raw binary COPY, 100 streams a commit", null, null),
            new("EventLog, read of the whole log", events / seconds, "events/s"),
            new("EventLog, read of 1,000,000 events", 1_000_000 * seconds / events, "s"),
            new("EventLog, 1 writer, one append, p50", latencies.Median(), "ms"),
            new("EventLog, 1 writer, one append, p99", latencies.Quantile(0.99), "ms"),
        ];

        Measure Report(string name, string? against, double? target) => new(
            name,
            rates[name].Median(),
            "events/s",
            against is null ? null : rates[name].MedianRatio(rates[against]),
            against,
            target is { } bound ? Target.RatioAtLeast(bound) : null);
    }

    /// <summary>Events a second, appended by writers that each wait for their answer.</summary>
    private static async Task<double> AppendAsync(EventLog log, int writers, TimeSpan each, List<double>? latencies, CancellationToken ct)
    {
        var appended = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(WriteAsync, ct)));
        return appended * EventsPerStream / clock.Elapsed.TotalSeconds;

        async Task WriteAsync()
        {
            while (clock.Elapsed < each)
            {
                var started = Stopwatch.GetTimestamp();
                var events = new NewEvent[EventsPerStream];
                for (var i = 0; i < events.Length; i++)
                    events[i] = new NewEvent(Guid.CreateVersion7(), "ties_established", "Calendar.TiesEstablished, Calendar", Data);
                var answer = await log.AppendAsync(new Append(NewStream(), 0, events, By), ct);
                if (answer is not AppendResult.Appended)
                    throw new InvalidOperationException(answer.ToString());
                Interlocked.Increment(ref appended);
                latencies?.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }
    }

    private static async Task<(long Events, double Seconds)> ReadAllAsync(EventLog log, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var events = 0L;
        await foreach (var batch in log.ReadAllAsync(0, ct))
            events += batch.Count;
        return (events, clock.Elapsed.TotalSeconds);
    }

    private static string NewStream() => "ties-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    /// <summary>What a careful programmer would write without an event log: prepared, unnest, one round trip a transaction.</summary>
    private sealed class RawAppends(NpgsqlConnection connection) : IAsyncDisposable
    {
        private const string InsertStreams = """
            insert into calendar.mt_streams (id, version) select id, 5 from unnest($1) as s (id)
            """;

        private const string InsertEvents = """
            insert into calendar.mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type, headers)
            select nextval('calendar.mt_events_sequence'), e.* from unnest($1, $2, $3, $4, $5, $6, $7) as e
            """;

        private static readonly byte[] Headers = """{"actor":"benchmark","role":"historian"}"""u8.ToArray();

        public static async Task<RawAppends> OpenAsync(string connectionString, CancellationToken ct)
        {
            var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Max Auto Prepare=10;Auto Prepare Min Usages=2");
            await connection.OpenAsync(ct);
            return new RawAppends(connection);
        }

        public async Task<double> InsertAsync(int streamsPerCommit, TimeSpan each, CancellationToken ct)
        {
            var clock = Stopwatch.StartNew();
            var streams = 0;
            for (; clock.Elapsed < each; streams += streamsPerCommit)
            {
                var ids = Enumerable.Range(0, streamsPerCommit).Select(_ => NewStream()).ToArray();
                var count = streamsPerCommit * EventsPerStream;
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        new NpgsqlBatchCommand("begin"),
                        new NpgsqlBatchCommand(InsertStreams) { Parameters = { new NpgsqlParameter<string[]>("", ids) } },
                        new NpgsqlBatchCommand(InsertEvents)
                        {
                            Parameters =
                            {
                                new NpgsqlParameter<Guid[]>("", [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())]),
                                new NpgsqlParameter<string[]>("", [.. ids.SelectMany(id => Enumerable.Repeat(id, EventsPerStream))]),
                                new NpgsqlParameter<long[]>("", [.. Enumerable.Range(0, count).Select(i => (long)(i % EventsPerStream) + 1)]),
                                Jsonb(Enumerable.Repeat(Data, count)),
                                new NpgsqlParameter<string[]>("", [.. Enumerable.Repeat("ties_established", count)]),
                                new NpgsqlParameter<string[]>("", [.. Enumerable.Repeat("Calendar.TiesEstablished, Calendar", count)]),
                                Jsonb(Enumerable.Repeat(Headers, count)),
                            },
                        },
                        new NpgsqlBatchCommand("commit"),
                    },
                };
                await batch.ExecuteNonQueryAsync(ct);
            }

            return streams * EventsPerStream / clock.Elapsed.TotalSeconds;
        }

        public async Task<double> CopyAsync(int streamsPerCommit, TimeSpan each, CancellationToken ct)
        {
            var clock = Stopwatch.StartNew();
            var streams = 0;
            for (; clock.Elapsed < each; streams += streamsPerCommit)
            {
                var ids = Enumerable.Range(0, streamsPerCommit).Select(_ => NewStream()).ToArray();
                await using var transaction = await connection.BeginTransactionAsync(ct);
                await using (var insert = new NpgsqlCommand(InsertStreams, connection, transaction))
                {
                    insert.Parameters.Add(new NpgsqlParameter<string[]>("", ids));
                    await insert.ExecuteNonQueryAsync(ct);
                }

                await using var numbers = new NpgsqlCommand(
                    "select array(select nextval('calendar.mt_events_sequence') from generate_series(1, $1))", connection, transaction);
                numbers.Parameters.Add(new NpgsqlParameter<int>("", streamsPerCommit * EventsPerStream));
                var positions = (long[])(await numbers.ExecuteScalarAsync(ct))!;
                await CopyAsync(ids, positions, ct);
                await transaction.CommitAsync(ct);
            }

            return streams * EventsPerStream / clock.Elapsed.TotalSeconds;
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private async Task CopyAsync(string[] ids, long[] positions, CancellationToken ct)
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                "copy calendar.mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type, headers) from stdin (format binary)", ct);
            for (var i = 0; i < positions.Length; i++)
            {
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(positions[i], ct);
                await copy.WriteAsync(Guid.CreateVersion7(), ct);
                await copy.WriteAsync(ids[i / EventsPerStream], ct);
                await copy.WriteAsync((long)(i % EventsPerStream) + 1, ct);
                await copy.WriteAsync(Data, NpgsqlTypes.NpgsqlDbType.Jsonb, ct);
                await copy.WriteAsync("ties_established", ct);
                await copy.WriteAsync("Calendar.TiesEstablished, Calendar", ct);
                await copy.WriteAsync(Headers, NpgsqlTypes.NpgsqlDbType.Jsonb, ct);
            }

            await copy.CompleteAsync(ct);
        }

        private static NpgsqlParameter<byte[][]> Jsonb(IEnumerable<byte[]> values) =>
            new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Jsonb };
    }
}
