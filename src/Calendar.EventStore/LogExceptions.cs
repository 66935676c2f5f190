using System.Globalization;

namespace Calendar.EventStore;

/// <summary>Why the log gave no answer.</summary>
public enum LogUnavailableReason
{
    /// <summary>Too many appends are waiting; nothing was stored.</summary>
    Busy,

    /// <summary>PostgreSQL cannot be reached or would not serve; nothing was stored.</summary>
    Unreachable,

    /// <summary>The connection was lost around the commit and did not come back in time: stored once or not at all.</summary>
    OutcomeUnknown,
}

/// <summary>The log gave no answer. <see cref="Reason"/> says whether something may have been stored.</summary>
public sealed class LogUnavailableException(LogUnavailableReason reason, Exception? inner = null)
    : Exception($"The event log is not available: {reason}.", inner)
{
    /// <summary>Why.</summary>
    public LogUnavailableReason Reason { get; } = reason;
}

/// <summary>An append that the log can never store; nothing of it was stored.</summary>
public sealed class EventRefusedException(string reason, Exception? inner = null)
    : Exception($"The event log refuses this append: {reason}.", inner)
{
    /// <summary>
    /// A stable code: <c>not-json</c> (data is not one JSON object in valid UTF-8), <c>nul</c> (U+0000, escaped or not),
    /// <c>surrogate</c> (half a surrogate pair, escaped or not), <c>too-large</c> (over 1 MiB), or what PostgreSQL
    /// refused: <c>data</c> (SQLSTATE 22, for example a number out of range), <c>constraint</c> (23), <c>limit</c> (54).
    /// </summary>
    public string Reason { get; } = reason;
}

/// <summary>The log now served is not the one followed so far (restored, failed over or edited): fold it anew.</summary>
public sealed class LogReplacedException(long position)
    : Exception($"The log is another one than was followed up to position {position.ToString(CultureInfo.InvariantCulture)}.")
{
    /// <summary>The position up to which the former log was followed.</summary>
    public long Position { get; } = position;
}

/// <summary>A migration script cannot be applied; the message names it.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
