using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Server.Integrity;

/// <summary>What a look at the whole log found.</summary>
/// <param name="Fault">The first place that is not in order; null if all is.</param>
/// <param name="Events">How many events were read.</param>
/// <param name="SealedUpTo">The position up to which the log is as it was sealed.</param>
/// <param name="Almanac">What the events read come to.</param>
internal sealed record LogCheckResult(LogFault? Fault, long Events, long SealedUpTo, Almanac Almanac);

/// <summary>
/// Reads a log from its first event to its last and stops at the first that is not in order: seals, order of moments, dense versions, readable events, the
/// notes on facts; then what is noted of streams and ids beside the log.
/// </summary>
internal sealed class LogCheck : IDisposable
{
    private readonly LogSnapshot _snapshot;
    private readonly SealCheck _seals;
    private readonly AlmanacFold _fold;
    private readonly Dictionary<Guid, RecordedEvent> _hidden = [];
    private Instant _last = Instant.MinValue;
    private long _events;

    private LogCheck(LogSnapshot snapshot, PartyCode home, IReadOnlyList<Seal> seals) =>
        (_snapshot, _fold, _seals) = (snapshot, new AlmanacFold(home), new SealCheck(seals));

    public static async Task<LogCheckResult> RunAsync(LogSnapshot snapshot, PartyCode home, Action<int> progress, CancellationToken ct)
    {
        var seals = new List<Seal>();
        await foreach (var seal in snapshot.SealsAsync(ct))
        {
            seals.Add(seal);
        }

        using var check = new LogCheck(snapshot, home, seals);
        var fault = await check.FindFaultAsync(progress, ct);
        return new LogCheckResult(fault, check._events, check._seals.UpTo, check._fold.Publish());
    }

    public void Dispose() => _seals.Dispose();

    private async Task<LogFault?> FindFaultAsync(Action<int> progress, CancellationToken ct)
    {
        var stated = new List<(Guid Fact, RecordedEvent By)>();
        await foreach (var batch in _snapshot.RowsAsync(0, ct))
        {
            stated.Clear();
            LogFault? fault = null;
            foreach (var row in batch)
            {
                fault = Check(row, stated);
                if (fault is not null)
                {
                    break;
                }
            }

            // Facts of rows before the fault come first.
            fault = await FindUnnotedFactAsync(stated, ct) ?? fault;
            if (fault is not null)
            {
                return fault;
            }

            progress(batch.Count);
        }

        // Until it is public a sealed fact's id is noted for the stream that hides it.
        return _seals.End()
            ?? await FindUnnotedFactAsync([.. _hidden.Select(one => (one.Key, one.Value))], ct)
            ?? await _snapshot.FindUnevenStreamAsync(ct)
            ?? await FindNoteOfNothingAsync(ct)
            ?? await _snapshot.FindShortSequenceAsync(ct);
    }

    private LogFault? Check(LogRow row, List<(Guid Fact, RecordedEvent By)> stated)
    {
        var e = row.Event;
        if (_seals.Add(row) is { } broken)
        {
            return broken;
        }

        if (e.Timestamp < _last)
        {
            return LogFault.At(e, "its moment is before that of the event before it.");
        }

        try
        {
            var recorded = AlmanacFollower.Read(e);
            _fold.Apply(recorded);
            if (recorded.Event is FactSealed hidden)
            {
                _hidden.Add(hidden.Fact.Value, e);
            }
            else if (recorded.Event is IFactEvent fact)
            {
                _hidden.Remove(fact.Fact.Value);
                stated.Add((fact.Fact.Value, e));
            }
        }
        catch (LogBrokenException unreadable)
        {
            return LogFault.At(e, unreadable.Reason);
        }

        _last = e.Timestamp;
        _events++;
        return null;
    }

    private async Task<LogFault?> FindUnnotedFactAsync(List<(Guid Fact, RecordedEvent By)> stated, CancellationToken ct)
    {
        if (stated.Count == 0)
        {
            return null;
        }

        var streams = await _snapshot.StreamsOfAsync([.. stated.Select(one => one.Fact)], ct);
        var (fact, by) = stated.Find(one => !string.Equals(streams.GetValueOrDefault(one.Fact), one.By.StreamId, StringComparison.Ordinal));
        return by is null
            ? null
            : LogFault.At(by, $"it states the fact {fact}, which is noted {(streams.TryGetValue(fact, out var other) ? $"for {other}" : "nowhere")} (calendar.fact_ids).");
    }

    // An id that is noted and stated nowhere could never be recorded again.
    private async Task<LogFault?> FindNoteOfNothingAsync(CancellationToken ct)
    {
        var almanac = _fold.Publish();
        await foreach (var (fact, stream) in _snapshot.FactsAsync(ct))
        {
            if (almanac.Find(new FactId(fact)) is null && !_hidden.ContainsKey(fact))
            {
                return new LogFault(null, stream, null, $"the fact {fact} is noted for it (calendar.fact_ids), and no event states it.");
            }
        }

        return null;
    }
}
