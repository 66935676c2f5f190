using System.Collections.Immutable;
using System.Security.Cryptography;
using Calendar.Reminders;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>When a message that could not be delivered is tried again.</summary>
internal static class Retries
{
    // RFC 5321, 4.5.4.1: for four or five days, half an hour apart or more. At first sooner: greylisting lets through what comes again after minutes.
    private static readonly ImmutableArray<Duration> _mail =
        [Duration.FromMinutes(5), Duration.FromMinutes(15), Duration.FromMinutes(30), Duration.FromHours(1), Duration.FromHours(2), Duration.FromHours(4)];

    /// <summary>So long a mail is tried, and at least until the waits have grown to their longest: an outage in between does not use up its time.</summary>
    public static readonly Duration LongestMail = Duration.FromDays(5);

    /// <summary>A channel that has carried something this short a while ago is not away.</summary>
    public static readonly Duration StillOpen = Duration.FromHours(1);

    /// <param name="after">How long the other side wants to be left alone.</param>
    /// <returns>Null where it is given up.</returns>
    public static Instant? Next(QueuedReminder reminder, Instant now, Duration? after)
    {
        if (reminder.Channel == ReminderChannel.Mail)
        {
            var isGivenUp = reminder.Tries >= _mail.Length && now >= (reminder.FailingSince ?? now) + LongestMail;
            return isGivenUp ? null : now + Duration.Max(Delay(reminder), after ?? Duration.Zero);
        }

        return WebhookSchedule.DelayBefore(reminder.Tries + 2, RandomNumberGenerator.GetInt32(1001) / 1000.0, after) is { } delay ? now + delay : null;
    }

    /// <summary>How long a mail waits for its next try.</summary>
    public static Duration Delay(QueuedReminder reminder) => _mail[Math.Min(reminder.Tries, _mail.Length - 1)];
}
