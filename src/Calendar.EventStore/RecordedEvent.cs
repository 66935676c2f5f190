using NodaTime;

namespace Calendar.EventStore;

/// <summary>An event as the log holds it.</summary>
/// <param name="Position">Its place in the log: positions grow in commit order and have gaps.</param>
/// <param name="Id">The id it was stored under.</param>
/// <param name="StreamId">Its stream.</param>
/// <param name="Version">Its place in the stream, dense from 1.</param>
/// <param name="Type">The stored name, snake case.</param>
/// <param name="Data">JSON in UTF-8 as PostgreSQL returns it: members and spaces may differ from what was sent.</param>
/// <param name="Timestamp">The moment of storing, to the microsecond; never earlier than that of an earlier position.</param>
/// <param name="Envelope">Who, in which role, why. Actor and role are empty if another program stored none.</param>
public sealed record RecordedEvent(
    long Position,
    Guid Id,
    string StreamId,
    long Version,
    string Type,
    ReadOnlyMemory<byte> Data,
    Instant Timestamp,
    Envelope Envelope);
