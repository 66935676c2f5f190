using Npgsql;
using NpgsqlTypes;

namespace Calendar.EventStore;

/// <summary>
/// The arguments of <c>calendar.append_events</c>, one column a list. Commands refer to the lists themselves:
/// they are filled anew for each group and never replaced, so a group costs no arrays.
/// </summary>
internal sealed class AppendRows
{
    private readonly List<string> checkedStreams = [];
    private readonly List<long> checkedVersions = [];
    private readonly Dictionary<string, StreamRow> streams = new(StringComparer.Ordinal);
    private readonly List<string> newStreams = [];
    private readonly List<long> newStreamVersions = [];
    private readonly List<string?> newStreamTypes = [];
    private readonly List<string> grownStreams = [];
    private readonly List<long> grownStreamVersions = [];
    private readonly List<Guid> eventIds = [];
    private readonly List<string> eventStreams = [];
    private readonly List<long> eventVersions = [];
    private readonly List<string> eventTypes = [];
    private readonly List<string> dotNetTypes = [];
    private readonly List<ReadOnlyMemory<byte>> bodies = [];
    private readonly List<string?> correlations = [];
    private readonly List<string?> causations = [];
    private readonly List<ReadOnlyMemory<byte>> envelopes = [];
    private readonly List<Guid> newFacts = [];
    private readonly List<string> newFactStreams = [];
    private readonly List<Guid> movedFacts = [];
    private readonly List<string> movedFactStreams = [];
    private readonly List<string> callers = [];
    private readonly List<string> keys = [];
    private readonly List<ReadOnlyMemory<byte>> requestHashes = [];
    private readonly List<int> statuses = [];
    private readonly List<string?> outcomeStreams = [];
    private readonly List<long> outcomeVersions = [];

    /// <summary>How many events the rows hold; the next one's place in the answered positions.</summary>
    public int EventCount => eventIds.Count;

    /// <summary>A command over these rows: what they hold when it is executed is what is stored.</summary>
    public NpgsqlBatchCommand ToCommand() => new(LogSql.AppendEvents)
    {
        Parameters =
        {
            Column(checkedStreams, NpgsqlDbType.Text), Column(checkedVersions, NpgsqlDbType.Bigint),
            Column(newStreams, NpgsqlDbType.Text), Column(newStreamVersions, NpgsqlDbType.Bigint), Column(newStreamTypes, NpgsqlDbType.Text),
            Column(grownStreams, NpgsqlDbType.Text), Column(grownStreamVersions, NpgsqlDbType.Bigint),
            Column(eventIds, NpgsqlDbType.Uuid), Column(eventStreams, NpgsqlDbType.Text), Column(eventVersions, NpgsqlDbType.Bigint),
            Column(eventTypes, NpgsqlDbType.Text), Column(dotNetTypes, NpgsqlDbType.Text), Column(bodies, NpgsqlDbType.Jsonb),
            Column(correlations, NpgsqlDbType.Text), Column(causations, NpgsqlDbType.Text), Column(envelopes, NpgsqlDbType.Jsonb),
            Column(newFacts, NpgsqlDbType.Uuid), Column(newFactStreams, NpgsqlDbType.Text),
            Column(movedFacts, NpgsqlDbType.Uuid), Column(movedFactStreams, NpgsqlDbType.Text),
            Column(callers, NpgsqlDbType.Text), Column(keys, NpgsqlDbType.Text), Column(requestHashes, NpgsqlDbType.Bytea),
            Column(statuses, NpgsqlDbType.Integer), Column(outcomeStreams, NpgsqlDbType.Text), Column(outcomeVersions, NpgsqlDbType.Bigint),
        },
    };

    public void Add(PendingAppend pending)
    {
        var append = pending.Append;
        AddStream(append, pending.NewVersion);
        if (append.Beside is { } beside && streams.TryAdd(beside.StreamId, default))
        {
            checkedStreams.Add(beside.StreamId);
            checkedVersions.Add(beside.Version);
        }

        var version = append.ExpectedVersion;
        foreach (var e in append.Events)
        {
            eventIds.Add(e.Id);
            eventStreams.Add(append.StreamId);
            eventVersions.Add(++version);
            eventTypes.Add(e.Type);
            dotNetTypes.Add(e.DotNetType);
            bodies.Add(e.Data);
            correlations.Add(append.Envelope.CorrelationId);
            causations.Add(append.Envelope.CausationId);
            envelopes.Add(pending.Headers);
        }

        foreach (var fact in append.NewFacts)
        {
            newFacts.Add(fact);
            newFactStreams.Add(append.StreamId);
        }

        foreach (var fact in append.MovedFacts)
        {
            movedFacts.Add(fact);
            movedFactStreams.Add(append.StreamId);
        }

        if (append.Idempotency is { } guard)
        {
            callers.Add(guard.Caller);
            keys.Add(guard.Key);
            requestHashes.Add(guard.RequestHash);
            statuses.Add(guard.Status);
            outcomeStreams.Add(append.StreamId.Length == 0 ? null : append.StreamId);
            outcomeVersions.Add(pending.NewVersion);
        }
    }

    public void Clear()
    {
        checkedStreams.Clear();
        checkedVersions.Clear();
        streams.Clear();
        newStreams.Clear();
        newStreamVersions.Clear();
        newStreamTypes.Clear();
        grownStreams.Clear();
        grownStreamVersions.Clear();
        eventIds.Clear();
        eventStreams.Clear();
        eventVersions.Clear();
        eventTypes.Clear();
        dotNetTypes.Clear();
        bodies.Clear();
        correlations.Clear();
        causations.Clear();
        envelopes.Clear();
        newFacts.Clear();
        newFactStreams.Clear();
        movedFacts.Clear();
        movedFactStreams.Clear();
        callers.Clear();
        keys.Clear();
        requestHashes.Clear();
        statuses.Clear();
        outcomeStreams.Clear();
        outcomeVersions.Clear();
    }

    /// <summary>A stream is checked at its first append's version and written once, at its last one's.</summary>
    private void AddStream(Append append, long newVersion)
    {
        var seen = streams.TryGetValue(append.StreamId, out var row);
        if (!seen)
        {
            checkedStreams.Add(append.StreamId);
            checkedVersions.Add(append.ExpectedVersion);
        }

        if (row.Versions is { } versions)
        {
            versions[row.Index] = newVersion;
        }
        else if (append.Events.Count == 0)
        {
            streams[append.StreamId] = default;
        }
        else if (append.ExpectedVersion == 0)
        {
            streams[append.StreamId] = new StreamRow(newStreamVersions, newStreams.Count);
            newStreams.Add(append.StreamId);
            newStreamVersions.Add(newVersion);
            newStreamTypes.Add(append.StreamType);
        }
        else
        {
            streams[append.StreamId] = new StreamRow(grownStreamVersions, grownStreams.Count);
            grownStreams.Add(append.StreamId);
            grownStreamVersions.Add(newVersion);
        }
    }

    private static NpgsqlParameter<List<T>> Column<T>(List<T> rows, NpgsqlDbType type) =>
        new() { TypedValue = rows, NpgsqlDbType = NpgsqlDbType.Array | type };

    /// <param name="Versions">Where the stream's new version stands; null while nothing but a check is wanted of it.</param>
    /// <param name="Index">At which index.</param>
    private readonly record struct StreamRow(List<long>? Versions, int Index);
}
