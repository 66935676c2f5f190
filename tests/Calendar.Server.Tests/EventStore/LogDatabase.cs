using System.Globalization;
using System.Text;
using Calendar.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Calendar.Server.Tests.EventStore;

/// <summary>A fresh database with an event log, one per test class instance, and words for what tests do with it.</summary>
[Collection(PostgresCollection.Name)]
public abstract class LogDatabase(PostgresFixture postgres) : IAsyncLifetime
{
    protected static readonly Envelope By = new("historian-7", "historian", "found in the archive", "request-1", null);

    protected PostgresFixture Postgres { get; } = postgres;

    protected string ConnectionString { get; private set; } = "";

    protected NpgsqlDataSource Source { get; private set; } = null!;

    protected EventLog Log { get; private set; } = null!;

    protected CancellationToken Soon { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public async Task InitializeAsync()
    {
        ConnectionString = await Postgres.CreateDatabaseAsync();
        Source = NpgsqlDataSource.Create(ConnectionString);
        Log = new EventLog(Source, NullLogger<EventLog>.Instance);
    }

    public async Task DisposeAsync()
    {
        await Log.DisposeAsync();
        await Source.DisposeAsync();
    }

    protected static NewEvent Event(string json = """{"on":"1973-09-21"}""", string type = "ties_established") =>
        new(Guid.CreateVersion7(), type, "Calendar.TiesEstablished, Calendar", Encoding.UTF8.GetBytes(json));

    internal static Append Append(string stream, long expected, int events = 1) =>
        new(stream, expected, [.. Enumerable.Range(0, events).Select(_ => Event())], By);

    protected static string Party(int i) => "party-X" + i.ToString(CultureInfo.InvariantCulture);

    protected static Append Append(string stream, long expected, NewEvent e) => new(stream, expected, [e], By);

    protected Task<AppendResult> AppendAsync(Append append) => Log.AppendAsync(append, Soon);

    protected async Task<List<RecordedEvent>> ReadAllAsync()
    {
        var all = new List<RecordedEvent>();
        await foreach (var batch in Log.ReadAllAsync(0, Soon))
            all.AddRange(batch);
        return all;
    }

    protected async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Soon))!;
    }

    protected async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Soon);
    }

    /// <summary>
    /// Makes one group of the appends: the writer is held up by the append lock with an append of its own while they queue up.
    /// </summary>
    protected async Task<Task<AppendResult>[]> AppendAsGroupAsync(params Append[] appends)
    {
        await using var holder = await HoldLockAsync();
        var first = Log.AppendAsync(Append("held-up", await QueryAsync<long>("select count(*) from calendar.mt_events where stream_id = 'held-up'")), Soon);
        await UntilAsync("select exists (select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database()))");
        var answers = appends.Select(append => Log.AppendAsync(append, Soon)).ToArray();
        await holder.DisposeAsync();
        await first;
        await Task.WhenAll(answers).ContinueWith(_ => { }, TaskScheduler.Default);
        return answers;
    }

    /// <summary>A connection that holds the append lock in an open transaction until it is disposed of.</summary>
    protected async Task<NpgsqlConnection> HoldLockAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Application Name=holder");
        await connection.OpenAsync(Soon);
        await using var command = new NpgsqlCommand("begin; select calendar.lock_log()", connection);
        await command.ExecuteNonQueryAsync(Soon);
        return connection;
    }

    protected async Task UntilAsync(string condition)
    {
        while (!await QueryAsync<bool>(condition))
            Soon.ThrowIfCancellationRequested();
    }
}
