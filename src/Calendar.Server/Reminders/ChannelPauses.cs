using System.Collections.Concurrent;
using Calendar.Reminders;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>Leaves a channel that is away alone for a while, longer each time: one message asks for all that wait.</summary>
internal sealed class ChannelPauses(CivilClock clock)
{
    private static readonly Duration _first = Duration.FromSeconds(5);
    private static readonly Duration _longest = Duration.FromMinutes(5);

    private readonly ConcurrentDictionary<ReminderChannel, (Instant Until, Duration Pause, Instant Since)> _away = [];
    private readonly ConcurrentDictionary<ReminderChannel, Instant> _carried = [];

    /// <summary>A clock that was set back ends a pause.</summary>
    public bool IsAway(ReminderChannel channel) => _away.TryGetValue(channel, out var away) && clock.Now < away.Until && clock.Now >= away.Since;

    /// <summary>Whether it has carried something since.</summary>
    public bool WasOpenSince(ReminderChannel channel, Instant since) => _carried.TryGetValue(channel, out var last) && last >= since;

    public void Away(ReminderChannel channel) => _away.AddOrUpdate(
        channel, _ => Until(_first), (_, before) => clock.Now < before.Until ? before : Until(Duration.Min(before.Pause * 2, _longest)));

    public void Back(ReminderChannel channel)
    {
        _carried[channel] = clock.Now;
        _away.TryRemove(channel, out _);
    }

    private (Instant Until, Duration Pause, Instant Since) Until(Duration pause) => (clock.Now + pause, pause, clock.Now);
}
