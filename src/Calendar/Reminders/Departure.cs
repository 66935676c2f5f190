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
/// address book stay as they are. Made for one question.
/// </summary>
/// <param name="almanac">With the plans that will be open by then.</param>
/// <param name="zone">Of the desk.</param>
/// <param name="told">What owners have been told of already.</param>
/// <param name="now">What was to leave until then has left, or is told of as missed.</param>
public sealed class Departures(Almanac almanac, AddressBook addresses, DateTimeZone zone, IReadOnlyList<Told> told, Instant now)
{
    // The longest lead, and two silences of the longest policy with quiet days after them: whatever began before is over.
    private const int _back = ReminderPolicy.LongestLead + (2 * 90) + 31;

    private readonly Reminding _reminding = new(almanac, addresses, zone);
    private readonly Dictionary<Recipient, List<Reminder>> _waiting = [];
    private readonly HashSet<(ReminderSubject Subject, LocalDate Due)> _told = [.. told.Select(one => ((ReminderSubject)one.Subject, one.Due))];

    /// <summary>The messages of a day where each recipient is, in the order in which they leave.</summary>
    public IReadOnlyList<Departure> On(LocalDate day)
    {
        // A day earlier, where a zone is behind.
        var from = LocalDate.Max(now.InZone(zone).Date, day.PlusDays(-_back)).PlusDays(-1);
        Wait(_reminding.Between(from, day.PlusDays(Bundles.LookAhead.Days)).Concat(_reminding.Escalations(told).Where(one => one.Day >= from)).Where(one => one.Moment > now));
        for (var each = from; ; each = each.PlusDays(1))
        {
            var left = _waiting.SelectMany(of => Leave(of.Key, of.Value, each)).ToList();
            if (each >= day)
            {
                return [.. left.OrderBy(one => one.Moment).ThenBy(one => one.To.Association.Value, StringComparer.Ordinal).ThenBy(one => one.To.Id)];
            }

            Wait(_reminding.Escalations(left.SelectMany(FirstTold)));
        }
    }

    private IEnumerable<Told> FirstTold(Departure departure) => departure.Items
        .Where(one => one.Subject is ReminderSubject.OfTask && _told.Add((one.Subject, one.Due)))
        .Select(one => new Told((ReminderSubject.OfTask)one.Subject, one.Due, one.Lead, departure.Moment.InZone(zone).Date));

    // By moment, as the queue is worked off; a weekly message before what leaves with it.
    private void Wait(IEnumerable<Reminder> reminders)
    {
        foreach (var of in reminders.GroupBy(one => one.To))
        {
            var before = _waiting.GetValueOrDefault(of.Key, []);
            _waiting[of.Key] = [.. before.Concat(of).OrderBy(one => one.Moment).ThenBy(one => one.Subject is not ReminderSubject.OfWeek)];
        }
    }

    private List<Departure> Leave(Recipient to, List<Reminder> waiting, LocalDate day)
    {
        var left = new List<Departure>();
        while (waiting is [var next, ..] && next.Day <= day)
        {
            var until = next.Moment + Bundles.LookAhead;
            var others = waiting.Skip(1).TakeWhile(one => one.Moment < until).Select(AsQueued).ToList();
            var bundle = Bundles.Decide(AsQueued(next, -1), others, [], next.Moment, _reminding.ZoneOf(to));
            List<Reminder> carried = bundle is Bundle.Digest digest ? [.. digest.Carried.Select(one => waiting[1 + others.IndexOf(one)])] : [];
            if (bundle is not Bundle.NotNeeded)
            {
                var items = carried.Prepend(next).Where(one => one.Subject is not ReminderSubject.OfWeek);
                left.Add(new Departure(to, next.Moment, [.. items.OrderBy(one => one.Due).ThenBy(one => one.Subject.Text, StringComparer.Ordinal)], bundle is not Bundle.Alone));
            }

            waiting.RemoveAt(0);
            waiting.RemoveAll(carried.Contains);
        }

        return left;
    }

    private static Queued AsQueued(Reminder reminder, int number) => new(new Guid(number, 0, 0, new byte[8]), reminder.Subject, reminder.Due, reminder.Lead, reminder.Moment);
}
