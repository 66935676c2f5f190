using System.Collections.Immutable;
using Calendar.Almanacs;
using NodaTime;

namespace Calendar.Reminders;

/// <summary>One message that would leave.</summary>
/// <param name="Items">What it tells of; none in a weekly message that only says so.</param>
/// <param name="IsDigest">It stands for several messages, or for a week.</param>
public sealed record Departure(Recipient To, Instant Moment, ImmutableArray<Reminder> Items, bool IsDigest);

/// <summary>
/// What would leave on a day: as if all that is due before it is delivered at its moment, nobody acknowledges anything, and the record, the policies and the
/// address book stay as they are.
/// </summary>
/// <param name="almanac">With the plans that will be open by then.</param>
/// <param name="told">What owners have been told of already.</param>
/// <param name="now">What was to leave until then has left, or is told of as missed.</param>
public sealed class Departures(Almanac almanac, AddressBook addresses, DateTimeZone zone, IReadOnlyList<Told> told, Instant now)
{
    // A week's digest carries what leaves until the next one, in whatever zone.
    private const int _week = 9;

    // Two silences of the longest policy, and quiet days after them.
    private const int _longestSilence = 2 * 90 + 31;

    // A day earlier where some zone is behind.
    private readonly LocalDate _today = now.InZone(zone).Date.PlusDays(-1);
    private readonly Reminding _reminding = new(almanac, addresses, zone);

    /// <summary>The messages of a day where each recipient is, in the order in which they leave.</summary>
    public IReadOnlyList<Departure> On(LocalDate day)
    {
        // What left with the digest of the week before is not sent again.
        var from = LocalDate.Max(_today, day.PlusDays(-_week));
        var all = _reminding.Between(from, day.PlusDays(_week)).Concat(Escalations(from, day.PlusDays(_week))).Where(reminder => reminder.Moment > now);
        return [.. all.GroupBy(reminder => reminder.To).SelectMany(of => Leave(of.Key, of, day)).OrderBy(one => one.Moment).ThenBy(one => one.To.Association.Value, StringComparer.Ordinal).ThenBy(one => one.To.Id)];
    }

    private IEnumerable<Reminder> Escalations(LocalDate from, LocalDate to)
    {
        var known = told.Select(one => (one.Subject, one.Due)).ToHashSet();
        var coming = _reminding.Tasks(LocalDate.Max(_today, from.PlusDays(-_longestSilence)), to).Select(reminder => (Subject: (ReminderSubject.OfTask)reminder.Subject, reminder.Due)).Distinct()
            .Where(one => !known.Contains(one))
            .Select(one => _reminding.Of(one.Subject).Where(reminder => reminder.Due == one.Due && reminder.Moment > now).MinBy(reminder => (reminder.Day, -reminder.Lead)))
            .OfType<Reminder>().Select(first => new Told((ReminderSubject.OfTask)first.Subject, first.Due, first.Lead, first.Day));
        return _reminding.Escalations(told.Concat(coming)).Where(reminder => reminder.Day >= from && reminder.Day < to);
    }

    // As the queue is worked off: by moment, a weekly message before what leaves with it.
    private IEnumerable<Departure> Leave(Recipient to, IEnumerable<Reminder> reminders, LocalDate day)
    {
        var waiting = reminders.OrderBy(one => one.Moment).ThenBy(one => one.Subject is not ReminderSubject.OfWeek)
            .Select((one, number) => (Reminder: one, Queued: new Queued(new Guid(number, 0, 0, new byte[8]), one.Subject, one.Due, one.Lead, one.Moment))).ToList();
        while (waiting is [var next, ..] && next.Reminder.Day <= day)
        {
            waiting.RemoveAt(0);
            var others = waiting.Select(one => one.Queued).Where(one => one.Moment < next.Reminder.Moment + Duration.FromDays(_week)).ToList();
            var bundle = Bundles.Decide(next.Queued, others, [], next.Reminder.Moment, _reminding.ZoneOf(to));
            var carried = bundle is Bundle.Digest digest ? digest.Carried.Select(one => one.Id).ToHashSet() : [];
            if (next.Reminder.Day == day && bundle is not Bundle.NotNeeded)
            {
                var items = waiting.Where(one => carried.Contains(one.Queued.Id)).Prepend(next).Select(one => one.Reminder).Where(one => one.Subject is not ReminderSubject.OfWeek);
                yield return new Departure(to, next.Reminder.Moment, [.. items.OrderBy(one => one.Due).ThenBy(one => one.Subject.Text, StringComparer.Ordinal)], bundle is not Bundle.Alone);
            }

            waiting.RemoveAll(one => carried.Contains(one.Queued.Id));
        }
    }
}
