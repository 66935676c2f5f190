using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Calendar.EventStore;

/// <summary>
/// Follows the log. Woken by PostgreSQL's notifications, by this instance's own commits and, should both fail, by a slow poll.
/// Positions are handed out under the append lock, so nothing ever appears behind a position already read.
/// </summary>
public sealed class LogTail(NpgsqlDataSource dataSource, EventLog log, ILogger<LogTail> logger)
{
    private const int BatchRows = 2048;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(2);

    private volatile bool connected;

    /// <summary>Whether the log was reached when last tried.</summary>
    public bool Connected => connected;

    /// <summary>
    /// Yields all events after a position, in order, in batches that are never empty, for ever. Outages are waited out.
    /// </summary>
    /// <param name="after">0 or the position of an event of this log.</param>
    /// <param name="ct">Ends the following.</param>
    /// <exception cref="LogReplacedException">
    /// After a connection was lost, or at the start, the log turned out not to be the one followed: fold anew.
    /// </exception>
    public async IAsyncEnumerable<IReadOnlyList<RecordedEvent>> FollowAsync(long after, [EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var place = new Place(dataSource, after);

        // Holds one signal at most: any number of commits while a batch is read are one reason to read again.
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void OnCommitted(object? sender, EventArgs e) => wake.Writer.TryWrite(true);

        log.Committed += OnCommitted;
        var listening = ListenAsync(place, wake.Writer, stop.Token);
        try
        {
            while (true)
            {
                var batch = await ReadOrWaitOutAsync(place, ct);
                if (batch.Count > 0)
                    yield return batch;
                else
                    await wake.Reader.ReadAsync(ct);
            }
        }
        finally
        {
            log.Committed -= OnCommitted;
            connected = false;
            await stop.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<IReadOnlyList<RecordedEvent>> ReadOrWaitOutAsync(Place place, CancellationToken ct)
    {
        for (var backoff = FirstBackoff; ; backoff = Longer(backoff))
        {
            try
            {
                if (await place.ConnectAsync(ct))
                    logger.TailConnected(place.Position);
                var batch = await place.ReadAsync(BatchRows, ct);
                connected = true;
                return batch;
            }
            catch (Exception e) when (e is PostgresException || Outage.Is(e))
            {
                if (connected)
                    logger.TailLost(place.Position, e);
                connected = false;
                await place.DisconnectAsync();
                await Task.Delay(backoff, ct);
            }
        }
    }

    /// <summary>
    /// Turns notifications into signals, on a connection of its own: it may wait in peace while the other one reads.
    /// Each reconnect signals too, for what was committed unheard.
    /// </summary>
    private async Task ListenAsync(Place place, ChannelWriter<bool> wake, CancellationToken ct)
    {
        for (var backoff = FirstBackoff; ; backoff = Longer(backoff))
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(ct);
                connection.Notification += (_, e) =>
                {
                    // Own commits signal sooner than PostgreSQL does: what is read already needs no second look.
                    if (!long.TryParse(e.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var position) || position > place.Position)
                        wake.TryWrite(true);
                };
                await using (var listen = new NpgsqlCommand(LogSql.Listen, connection))
                    await listen.ExecuteNonQueryAsync(ct);
                wake.TryWrite(true);
                backoff = FirstBackoff;

                while (true)
                {
                    if (!await connection.WaitAsync(Poll, ct))
                        wake.TryWrite(true);
                }
            }
            catch (Exception e) when (e is PostgresException || Outage.Is(e))
            {
                // The reader meets the same outage and says so.
                wake.TryWrite(true);
                await Task.Delay(backoff, ct);
            }
        }
    }

    private static TimeSpan Longer(TimeSpan backoff) => backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;

    /// <summary>A position in one certain log, and the connection it is read on.</summary>
    private sealed class Place(NpgsqlDataSource dataSource, long after) : IAsyncDisposable
    {
        private readonly EventReader events = new();
        private NpgsqlConnection? connection;
        private NpgsqlCommand? read;
        private LogIdentity? identity;
        private Guid? lastEvent;
        private long position = after;

        // Read by the listener's thread.
        public long Position => Volatile.Read(ref position);

        /// <summary>Connects if need be; true if it did.</summary>
        public async Task<bool> ConnectAsync(CancellationToken ct)
        {
            if (connection is not null)
                return false;

            connection = await dataSource.OpenConnectionAsync(ct);
            await CompareAsync(connection, ct);
            read = EventReader.ReadAfterCommand(connection);
            await read.PrepareAsync(ct);
            return true;
        }

        public async Task<IReadOnlyList<RecordedEvent>> ReadAsync(int limit, CancellationToken ct)
        {
            var batch = await events.ReadAfterAsync(read!, position, limit, ct);
            if (batch.Count > 0)
            {
                lastEvent = batch[^1].Id;
                Volatile.Write(ref position, batch[^1].Position);
            }

            return batch;
        }

        public async Task DisconnectAsync()
        {
            if (read is not null)
                await read.DisposeAsync();
            if (connection is not null)
                await connection.DisposeAsync();
            read = null;
            connection = null;
        }

        public async ValueTask DisposeAsync() => await DisconnectAsync();

        private async Task CompareAsync(NpgsqlConnection open, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand(LogSql.LogIdentity, open);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
            await using var reader = await command.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            var now = new LogIdentity(reader.GetInt64(0), reader.GetString(1));
            Guid? eventNow = await reader.IsDBNullAsync(2, ct) ? null : reader.GetGuid(2);

            // At the first connect all that is known of the log is that it has an event at this position.
            var replaced = identity is null ? position > 0 && eventNow is null : identity != now || eventNow != lastEvent;
            if (replaced)
                throw new LogReplacedException(position);
            identity = now;
            lastEvent = eventNow;
        }
    }

    /// <param name="System">PostgreSQL's system identifier.</param>
    /// <param name="Timeline">Another one after a failover or a restore to a point in time.</param>
    private sealed record LogIdentity(long System, string Timeline);
}
