using NodaTime;

namespace Calendar.Almanacs;

/// <summary>An event as the log holds it.</summary>
/// <param name="Position">Its place in the log; ordered, not dense, never shown in public.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Role">The recorder's role at that moment.</param>
/// <param name="Reason">The reason given with the command, if any.</param>
public readonly record struct Recorded(long Position, string Stream, long Version, Instant At, Role Role, string? Reason, IEvent Event);

/// <summary>The log does not follow the rules of its own making: the fold stops at the position.</summary>
public sealed class LogBrokenException(long position, string message) : Exception($"Position {position}: {message}")
{
    public long Position { get; } = position;

    /// <summary>What is wrong there.</summary>
    public string Reason { get; } = message;
}
