using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Calendar.EventStore;

/// <summary>
/// The log of one database: appends and reads. All appends of an instance go through one writer, which stores what waits in
/// one transaction under the log's lock (group commit); any number of instances may append to one log. Safe for concurrent use.
/// </summary>
public sealed class EventLog : IAsyncDisposable
{
    private const int MaxWaiting = 4096;

    // Few: all that is read but not yet folded is moved about by the garbage collector.
    private const int ReadAheadRows = 1024;

    private readonly NpgsqlDataSource dataSource;
    private readonly AppendWriter writer;

    // No synchronous continuations, tempting as a thread switch less is: the writer's awaits would then be tied to
    // the synchronization context of whichever caller happened to wake it.
    private readonly Channel<PendingAppend> queue =
        Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly Task writing;

    /// <summary>Starts the writer. It connects with the first append and then keeps its connection.</summary>
    public EventLog(NpgsqlDataSource dataSource, ILogger<EventLog> logger)
    {
        this.dataSource = dataSource;
        writer = new AppendWriter(dataSource, logger, () => Committed?.Invoke(this, EventArgs.Empty));
        writing = Task.Run(() => writer.RunAsync(queue.Reader));
    }

    /// <summary>Raised after each group of appends of this instance, on the writer's thread: only wake something.</summary>
    public event EventHandler? Committed;

    /// <summary>
    /// Stores the append, durably, or says why not. An append is never stored twice, whatever happens to the connection.
    /// </summary>
    /// <param name="append">What to store and on what condition.</param>
    /// <param name="ct">
    /// Ends the waiting. An append that has not been begun is dropped; one that has may be stored all the same.
    /// </param>
    /// <exception cref="EventRefusedException">It can never be stored.</exception>
    /// <exception cref="LogUnavailableException">The log is overloaded or away; its reason says whether the append may be stored.</exception>
    /// <exception cref="ArgumentException">A mistake of the calling program.</exception>
    public Task<AppendResult> AppendAsync(Append append, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var pending = new PendingAppend(append, AppendCheck.Check(append), ct);
        if (!queue.Writer.TryWrite(pending))
        {
            ObjectDisposedException.ThrowIf(queue.Reader.Completion.IsCompleted || writing.IsCompleted, this);
            throw new LogUnavailableException(LogUnavailableReason.Busy);
        }

        return pending.Answer.WaitAsync(ct);
    }

    /// <summary>The whole stream in version order; empty if it does not exist.</summary>
    /// <exception cref="LogUnavailableException">PostgreSQL cannot be reached.</exception>
    public Task<IReadOnlyList<RecordedEvent>> ReadStreamAsync(string streamId, CancellationToken ct) =>
        ReadAsync<IReadOnlyList<RecordedEvent>>(
            async connection =>
            {
                await using var command = new NpgsqlCommand(LogSql.ReadStream, connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = streamId });
                return await new EventReader().ReadAsync(command, ct);
            },
            ct);

    /// <summary>
    /// All events after a position, in position order, in batches that are read ahead of the consumer. Ends at the end of the log.
    /// </summary>
    /// <exception cref="LogUnavailableException">PostgreSQL cannot be reached.</exception>
    public IAsyncEnumerable<IReadOnlyList<RecordedEvent>> ReadAllAsync(long after, CancellationToken ct) => ReadRangeAsync(after, long.MaxValue, ct);

    /// <summary>The events after a position up to another one and with it, as above.</summary>
    /// <exception cref="LogUnavailableException">PostgreSQL cannot be reached.</exception>
    public async IAsyncEnumerable<IReadOnlyList<RecordedEvent>> ReadRangeAsync(long after, long upTo, [EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var batches = Channel.CreateBounded<IReadOnlyList<RecordedEvent>>(1);
        var reading = Task.Run(() => ReadAheadAsync(after, upTo, batches.Writer, stop.Token), stop.Token);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(ct))
                yield return batch;
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The position of the last event; 0 while there is none.</summary>
    /// <exception cref="LogUnavailableException">PostgreSQL cannot be reached.</exception>
    public Task<long> LastPositionAsync(CancellationToken ct) =>
        ReadAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(LogSql.LastPosition, connection);
                return (long)(await command.ExecuteScalarAsync(ct))!;
            },
            ct);

    /// <summary>Where the log was at an instant: the longest prefix whose last event had been recorded by then.</summary>
    /// <exception cref="LogUnavailableException">PostgreSQL cannot be reached.</exception>
    public Task<PlaceInLog> PositionAtAsync(Instant at, CancellationToken ct) =>
        ReadAsync(
            async connection =>
            {
                // No log is older than the epoch, but instants may be older than PostgreSQL's calendar.
                var moment = Instant.Max(at, Instant.FromUnixTimeTicks(0)).ToDateTimeUtc();
                await using var command = new NpgsqlCommand(LogSql.PositionAt, connection);
                command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = moment });
                await using var reader = await command.ExecuteReaderAsync(ct);
                await reader.ReadAsync(ct);
                return new PlaceInLog(reader.GetInt64(0), reader.GetBoolean(1));
            },
            ct);

    /// <summary>What the request under this key came to, or null if there was none in the last 48 hours.</summary>
    /// <exception cref="LogUnavailableException">PostgreSQL cannot be reached.</exception>
    public Task<StoredOutcome?> FindOutcomeAsync(string caller, string key, CancellationToken ct) =>
        ReadAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(LogSql.Outcome, connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = caller });
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
                await using var reader = await command.ExecuteReaderAsync(ct);
                return await reader.ReadAsync(ct) ? AppendSession.ReadOutcome(reader, 0) : null;
            },
            ct);

    /// <summary>Takes no more appends, stores those that wait, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        await writer.DisposeAsync();
    }

    private async Task ReadAheadAsync(long after, long upTo, ChannelWriter<IReadOnlyList<RecordedEvent>> batches, CancellationToken ct)
    {
        try
        {
            var events = new EventReader();
            while (true)
            {
                var batch = await ReadAsync(
                    async connection =>
                    {
                        await using var command = EventReader.ReadAfterCommand(connection);
                        return await events.ReadAfterAsync(command, after, ReadAheadRows, ct);
                    },
                    ct);
                if (batch.Count > 0 && batch[^1].Position > upTo)
                    batch = [.. batch.TakeWhile(e => e.Position <= upTo)];
                if (batch.Count > 0)
                {
                    await batches.WriteAsync(batch, ct);
                    after = batch[^1].Position;
                }

                if (batch.Count < ReadAheadRows)
                    break;
            }

            batches.Complete();
        }
        catch (Exception e)
        {
            // The consumer's to see, whatever it is.
            batches.Complete(e);
        }
    }

    /// <summary>
    /// Reads on a pooled connection. One that PostgreSQL has closed in the meantime (restart) is no reason to fail: once more.
    /// </summary>
    private async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(ct);
                return await read(connection);
            }
            catch (Exception e) when (Outage.Is(e))
            {
                if (attempt == 2)
                    throw new LogUnavailableException(LogUnavailableReason.Unreachable, e);
            }
        }
    }
}

/// <summary>The end of a prefix of the log.</summary>
/// <param name="Position">That of its last event; 0 when there is none.</param>
/// <param name="Settled">Whether an event lies behind it: no event to come can then belong to the prefix.</param>
public sealed record PlaceInLog(long Position, bool Settled);
