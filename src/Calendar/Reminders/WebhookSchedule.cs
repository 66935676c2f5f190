using NodaTime;

namespace Calendar.Reminders;

/// <summary>When an event that a webhook did not take is sent again: over a little more than three days, as Standard Webhooks recommends.</summary>
public static class WebhookSchedule
{
    private static readonly Duration[] _delays =
    [
        Duration.Zero, Duration.FromSeconds(5), Duration.FromMinutes(5), Duration.FromMinutes(30), Duration.FromHours(2), Duration.FromHours(5),
        Duration.FromHours(10), Duration.FromHours(14), Duration.FromHours(20), Duration.FromHours(24),
    ];

    /// <summary>So often one event is tried.</summary>
    public static int Tries => _delays.Length;

    /// <summary>How long to wait before a try.</summary>
    /// <param name="number">Of the try, from 1.</param>
    /// <param name="chance">From 0 to 1: moves the try by up to a tenth either way, so that what failed together does not come back together.</param>
    /// <param name="after">How long the receiver wants to be left alone: heeded where it is longer.</param>
    /// <returns>Null when there is no such try any more.</returns>
    public static Duration? DelayBefore(int number, double chance, Duration? after = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        if (number > _delays.Length)
        {
            return null;
        }

        var delay = _delays[number - 1] * (0.9 + (0.2 * Math.Clamp(chance, 0, 1)));
        return after is { } wanted ? Duration.Max(delay, wanted) : delay;
    }
}
