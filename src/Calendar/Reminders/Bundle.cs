using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Reminders;

/// <summary>A reminder that waits, or did, for its moment.</summary>
/// <param name="Id">Of the row.</param>
public sealed record Queued(Guid Id, ReminderSubject Subject, LocalDate Due, int Lead, Instant Moment);

/// <summary>What becomes of a reminder that is about to leave, seen with all that its recipient is to be told.</summary>
public abstract record Bundle
{
    private Bundle()
    {
    }

    /// <summary>It leaves by itself.</summary>
    public sealed record Alone : Bundle;

    /// <summary>It leaves as one message with others, and with all that was missed.</summary>
    /// <param name="Carried">The others, by due day: settled with it. A weekly message among them has no line of its own.</param>
    public sealed record Digest(ImmutableArray<Queued> Carried) : Bundle
    {
        public bool Equals(Digest? other) => other is not null && Carried.SequenceEqual(other.Carried);

        public override int GetHashCode() => Carried.Length;
    }

    /// <summary>Only the weekly message: all was looked at and nothing is due.</summary>
    public sealed record NothingDue : Bundle;

    /// <summary>Only the weekly message: what is due tells of itself.</summary>
    public sealed record NotNeeded : Bundle;
}

/// <summary>Few messages are read, many are not: more than three of a day, or of a week, are one.</summary>
public static class Bundles
{
    /// <summary>So many leave one by one.</summary>
    public const int MostAlone = 3;

    /// <summary>So far ahead of a moment others have a say: a week and what leaves before its digest, across zones.</summary>
    public static readonly Duration LookAhead = Duration.FromDays(9);

    private static readonly Bundle.Alone _alone = new();

    /// <param name="leaving">Its moment has come.</param>
    /// <param name="others">What else is queued for the recipient, at least until a week from now; in any order.</param>
    /// <param name="missed">What the recipient should have been told and has not heard of since.</param>
    /// <param name="zone">The recipient's.</param>
    /// <param name="toldThisWeek">Whether one of the reminders of this week has left already: then it is not a week with nothing due.</param>
    /// <param name="hasNews">Whether the weekly message says more than what is due: then there is one in every week.</param>
    public static Bundle Decide(
        Queued leaving, IReadOnlyList<Queued> others, IReadOnlyList<Queued> missed, Instant now, DateTimeZone zone, bool toldThisWeek = false, bool hasNews = false)
    {
        if (leaving.Subject is ReminderSubject.OfCanary)
        {
            return _alone;
        }

        var anyMissed = missed.Any(one => one.Subject.IsAboutSomething);
        return leaving.Subject is ReminderSubject.OfWeek
            ? Week(leaving, others, anyMissed, now, zone, toldThisWeek, hasNews)
            : Day(leaving, others, anyMissed, now, zone, hasNews);
    }

    // What still waits from before leaves now as well: it counts with the week's own.
    private static Bundle Week(Queued week, IReadOnlyList<Queued> others, bool anyMissed, Instant now, DateTimeZone zone, bool toldThisWeek, bool hasNews)
    {
        if (others.Any(other => other.Subject is ReminderSubject.OfWeek && other.Due > week.Due && other.Moment <= now))
        {
            return new Bundle.NotNeeded();
        }

        var due = Until(zone.AtStartOfDay(week.Due.PlusDays(7)).ToInstant(), others);
        return due.Length > MostAlone || anyMissed || (hasNews && !due.IsEmpty) ? new Bundle.Digest(due)
            : due.IsEmpty && (hasNews || !toldThisWeek) ? new Bundle.NothingDue()
            : new Bundle.NotNeeded();
    }

    // Whichever of a day's reminders comes first, the recipient gets the same: where the weekly message is a digest, it is that one.
    private static Bundle Day(Queued leaving, IReadOnlyList<Queued> others, bool anyMissed, Instant now, DateTimeZone zone, bool hasNews)
    {
        var weeks = others.Where(other => other.Subject is ReminderSubject.OfWeek).OrderByDescending(other => other.Due).ToList();
        if (weeks.Find(week => week.Moment <= now) is { } week
            && Week(week, [.. others.Where(other => other != week), leaving], anyMissed, now, zone, toldThisWeek: true, hasNews) is Bundle.Digest { Carried: var whole })
        {
            return new Bundle.Digest([.. whole.Where(one => one != leaving), week]);
        }

        var today = Until(zone.AtStartOfDay(now.InZone(zone).Date.PlusDays(1)).ToInstant(), others);
        return today.Length + 1 > MostAlone || (anyMissed && weeks.Count == 0) ? new Bundle.Digest(today) : _alone;
    }

    private static ImmutableArray<Queued> Until(Instant end, IReadOnlyList<Queued> others) =>
    [
        .. others.Where(other => other.Subject.IsAboutSomething && other.Moment < end)
            .OrderBy(other => other.Due).ThenBy(other => other.Moment).ThenBy(other => other.Subject.Text, StringComparer.Ordinal).ThenBy(other => other.Lead),
    ];
}
