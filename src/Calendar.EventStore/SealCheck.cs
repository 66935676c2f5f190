namespace Calendar.EventStore;

/// <summary>Compares the log's rows, in order, with its seals, and names the first row that is no longer what was sealed.</summary>
/// <param name="seals">The chain, first to last.</param>
public sealed class SealCheck(IReadOnlyList<Seal> seals) : IDisposable
{
    private readonly SealHash hash = new(null);
    private int next;

    /// <summary>The position up to which the rows are those that were sealed.</summary>
    public long UpTo { get; private set; }

    /// <summary>Looks at the next row.</summary>
    /// <returns>What is wrong; null for a row that is in order or not sealed yet.</returns>
    public LogFault? Add(LogRow row)
    {
        if (next == seals.Count)
            return null;

        var (seal, e) = (seals[next], row.Event);
        if (seal.Previous != UpTo)
            return Missing(seal);
        if (e.Position > seal.UpTo)
            return LogFault.At(e, FormattableString.Invariant($"{Left(seal)} before it, up to position {seal.UpTo}, {Are(Left(seal))} sealed and missing."));
        if (hash.Events >= seal.Events)
            return LogFault.At(e, FormattableString.Invariant($"it was not there when the log was sealed up to position {seal.UpTo}."));

        var expected = seal.Marks[(hash.Events * SealHash.MarkBytes)..].Span;
        var mark = hash.Add(row);
        if (!expected.StartsWith(mark))
            return LogFault.At(e, Tell(expected, mark));
        return e.Position == seal.UpTo ? Close(seal, e) : null;
    }

    /// <summary>After the last row.</summary>
    /// <returns>What is wrong: sealed rows that are no longer there.</returns>
    public LogFault? End()
    {
        if (next == seals.Count)
            return null;
        var seal = seals[next];
        return seal.Previous != UpTo ? Missing(seal) : new LogFault(
            seal.UpTo, null, null, FormattableString.Invariant($"the log is sealed up to here, and the last {Left(seal)} of the sealed events {Are(Left(seal))} missing."));
    }

    /// <summary>Frees the hash.</summary>
    public void Dispose() => hash.Dispose();

    private LogFault? Close(Seal seal, RecordedEvent e)
    {
        var made = hash.Close();
        if (made.Events != seal.Events || !made.Sha256.Span.SequenceEqual(seal.Sha256.Span))
            return LogFault.At(e, "the seal up to here is not that of the events it covers and of the seal before it.");
        next++;
        UpTo = seal.UpTo;
        return null;
    }

    // Marks of four octets: among a thousand rows a chance likeness is rarer than one in a million.
    private static string Tell(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> mark)
    {
        for (var missing = 1; missing * SealHash.MarkBytes < expected.Length; missing++)
        {
            if (expected[(missing * SealHash.MarkBytes)..].StartsWith(mark))
                return FormattableString.Invariant($"{missing} sealed {(missing == 1 ? "event is" : "events are")} missing before it.");
        }

        return "it is not as it was sealed: changed, added or moved.";
    }

    private long Left(Seal seal) => seal.Events - hash.Events;

    private static string Are(long events) => events == 1 ? "is" : "are";

    private LogFault Missing(Seal seal) => new(
        seal.UpTo, null, null, FormattableString.Invariant(
            $"the seal up to here follows one up to position {seal.Previous}, and the last one before it is up to position {UpTo}: a seal is missing."));
}
