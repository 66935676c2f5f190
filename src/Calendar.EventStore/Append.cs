namespace Calendar.EventStore;

/// <summary>An event to store.</summary>
/// <param name="Id">A fresh UUID, version 7 by preference.</param>
/// <param name="Type">The stored name, snake case: <c>ties_established</c>. At most 500 characters.</param>
/// <param name="DotNetType"><c>Namespace.Type, Assembly</c>; written for Marten, never read here.</param>
/// <param name="Data">One JSON object in UTF-8. Must not change until the append is answered.</param>
public sealed record NewEvent(Guid Id, string Type, string DotNetType, ReadOnlyMemory<byte> Data);

/// <summary>Who recorded something, in which role and why. Never personal data: actors are opaque ids.</summary>
/// <param name="Actor">An opaque id.</param>
/// <param name="Role">The role as held at that moment.</param>
/// <param name="Reason">Why, in the actor's words.</param>
/// <param name="CorrelationId">What belongs together, for example one request.</param>
/// <param name="CausationId">What led to it, for example an event's id.</param>
public sealed record Envelope(string Actor, string Role, string? Reason, string? CorrelationId, string? CausationId);

/// <summary>A request's retry guard, stored in the transaction of its append and kept for 48 hours.</summary>
/// <param name="Caller">Whose key it is; keys of different callers never meet.</param>
/// <param name="Key">The caller's own key.</param>
/// <param name="RequestHash">SHA-256 of method, path and body.</param>
/// <param name="Status">The status the request was answered with.</param>
public sealed record Idempotency(string Caller, string Key, ReadOnlyMemory<byte> RequestHash, int Status);

/// <summary>What an earlier request under the same key came to.</summary>
/// <param name="RequestHash">The earlier request's hash: another one means another request under the same key.</param>
/// <param name="Status">The status it was answered with.</param>
/// <param name="StreamId">The stream it was about, or null if none.</param>
/// <param name="Version">The version that it left.</param>
public sealed record StoredOutcome(ReadOnlyMemory<byte> RequestHash, int Status, string? StreamId, long Version);

/// <summary>Events for one stream, stored together or not at all.</summary>
/// <param name="StreamId">The stream. Empty only when there are no events and the outcome is about no stream.</param>
/// <param name="ExpectedVersion">The version the decision was made on; 0 = the stream must not exist yet.</param>
/// <param name="Events">At most 1 MiB of data in all. Empty only with an <see cref="Idempotency"/>: then the version is checked
/// and the outcome stored.</param>
/// <param name="Envelope">Who, in which role, why.</param>
public sealed record Append(string StreamId, long ExpectedVersion, IReadOnlyList<NewEvent> Events, Envelope Envelope)
{
    /// <summary>Ids that no other append in the whole log may have named.</summary>
    public IReadOnlyList<Guid> NewFacts { get; init; } = [];

    /// <summary>Ids already in the log that belong to this stream from now on. An unknown one is passed over.</summary>
    public IReadOnlyList<Guid> MovedFacts { get; init; } = [];

    /// <summary>Another stream that the decision was made on: nothing is stored unless it is at this version still.</summary>
    public (string StreamId, long Version)? Beside { get; init; }

    /// <summary>The retry guard, if the request had one.</summary>
    public Idempotency? Idempotency { get; init; }

    /// <summary>Marten's name for the kind of stream; kept from the stream's first append.</summary>
    public string? StreamType { get; init; }
}

/// <summary>What became of an append. Only <see cref="Appended"/> stored anything.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>Stored and durable.</summary>
    /// <param name="Version">The stream's version after the last event.</param>
    /// <param name="Position">The last event's position in the log; 0 when there were no events.</param>
    public sealed record Appended(long Version, long Position) : AppendResult;

    /// <summary>The stream is at another version than expected.</summary>
    /// <param name="ActualVersion">The version it is at; 0 = it does not exist.</param>
    /// <param name="Beside">The stream, if it is that of <see cref="Append.Beside"/>; null for the append's own.</param>
    public sealed record Conflict(long ActualVersion, string? Beside = null) : AppendResult;

    /// <summary>A new fact's id is in the log already.</summary>
    /// <param name="Fact">The id.</param>
    /// <param name="StreamId">The stream that holds it.</param>
    public sealed record FactTaken(Guid Fact, string StreamId) : AppendResult;

    /// <summary>The caller's key was used before.</summary>
    /// <param name="Outcome">What came of it then.</param>
    public sealed record Repeated(StoredOutcome Outcome) : AppendResult;
}
