using Microsoft.Extensions.Logging;

namespace Calendar.EventStore;

/// <summary>Every log text of this library: ids, positions and counts, never payloads.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Warning, "Connection lost while storing {Count} appends; looking for them before storing again")]
    public static partial void AppendConnectionLost(this ILogger logger, int count, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Outcome of {Count} appends is unknown")]
    public static partial void AppendOutcomeUnknown(this ILogger logger, int count, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Nothing stored of {Count} appends: PostgreSQL cannot be reached or would not serve")]
    public static partial void AppendUnreachable(this ILogger logger, int count, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "Append to stream {StreamId} refused with SQLSTATE {SqlState}")]
    public static partial void AppendRefused(this ILogger logger, string streamId, string sqlState);

    [LoggerMessage(5, LogLevel.Critical, "The writer failed with {Count} appends in hand")]
    public static partial void WriterFailed(this ILogger logger, int count, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Old idempotency rows were not removed")]
    public static partial void CleaningFailed(this ILogger logger, Exception exception);

    [LoggerMessage(7, LogLevel.Information, "Following the log from position {Position}")]
    public static partial void TailConnected(this ILogger logger, long position);

    [LoggerMessage(8, LogLevel.Warning, "Lost the log at position {Position}; trying again")]
    public static partial void TailLost(this ILogger logger, long position, Exception exception);
}
