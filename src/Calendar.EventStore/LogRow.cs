using System.Globalization;

namespace Calendar.EventStore;

/// <summary>A row of the log as PostgreSQL returns it: an event and what only its row tells.</summary>
/// <param name="Event">The event.</param>
/// <param name="Microseconds">Its timestamp: microseconds of the Unix epoch.</param>
/// <param name="DotNetType">Marten's name of its type.</param>
/// <param name="Headers">JSON in UTF-8; null if there are none.</param>
/// <param name="StreamType">Marten's name for the kind of stream, with a stream's first event; otherwise null.</param>
public sealed record LogRow(RecordedEvent Event, long Microseconds, string? DotNetType, ReadOnlyMemory<byte>? Headers, string? StreamType);

/// <summary>A place of the log that is not in order, and why.</summary>
/// <param name="Position">The position; null for what concerns a stream or the whole log.</param>
/// <param name="StreamId">The stream, if it is about one.</param>
/// <param name="Version">The event's version, if it is about one.</param>
/// <param name="Message">What is wrong; one sentence.</param>
public sealed record LogFault(long? Position, string? StreamId, long? Version, string Message)
{
    /// <summary>A fault of one row.</summary>
    public static LogFault At(RecordedEvent e, string message) => new(e.Position, e.StreamId, e.Version, message);

    /// <summary>The place, then what is wrong there.</summary>
    public override string ToString()
    {
        var stream = Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{StreamId}, version {version}") : StreamId;
        return (Position, stream) switch
        {
            ({ } position, null) => string.Create(CultureInfo.InvariantCulture, $"Position {position}: {Message}"),
            ({ } position, _) => string.Create(CultureInfo.InvariantCulture, $"Position {position} ({stream}): {Message}"),
            (null, { } name) => $"{name}: {Message}",
            _ => Message,
        };
    }
}
