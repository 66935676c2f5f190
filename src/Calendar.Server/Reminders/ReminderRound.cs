using Calendar.Reminders;
using Calendar.Server.Health;
using Calendar.Server.Rounds;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>
/// Fills the queue for as long as is looked ahead, and brings it up to date with the record, the policies and the address book. What is in the queue is
/// looked at again when it leaves, so that a round that comes late sends nothing wrong; and the queue's key keeps anything from being made twice.
/// </summary>
internal sealed class ReminderRound : Round
{
    private static readonly Duration _untilAgain = Duration.FromMinutes(1);

    private readonly AlmanacFollower _follower;
    private readonly ReminderTable _table;
    private readonly Recipients _recipients;
    private readonly Dispatcher _dispatcher;
    private readonly CivilClock _clock;
    private readonly Readiness _readiness;
    private readonly ILogger<ReminderRound> _logger;

    public ReminderRound(
        AlmanacFollower follower, ReminderTable table, Recipients recipients, Dispatcher dispatcher, CivilClock clock, Readiness readiness, ILogger<ReminderRound> logger)
        : base("reminders")
    {
        (_follower, _table, _recipients, _dispatcher, _clock, _readiness, _logger) = (follower, table, recipients, dispatcher, clock, readiness, logger);
        follower.Published += (_, _) => Wake();
        readiness.PackLoaded += (_, _) => Wake();
    }

    /// <summary>An import changes the record in thousands of batches.</summary>
    public override TimeSpan Rest => TimeSpan.FromSeconds(2);

    public override async Task PassAsync(CancellationToken ct)
    {
        // Half a pack would make reminders that the other half takes back.
        if (!_readiness.IsPackLoaded || _follower.State != FoldState.Following)
        {
            return;
        }

        var round = await _table.BeginRoundAsync(ct);
        var (almanac, now) = (_follower.Current, _clock.Now);
        var today = now.InZone(_clock.Zone).Date;
        await _table.ForgetAsync(today.PlusYears(-1), ct);
        await _table.FreeOrphansAsync(ct);
        var from = today.PlusDays(-ReminderPolicy.Grace.Days);
        var reminding = new Reminding(almanac, await _recipients.BookAsync(almanac, ct), _clock.Zone);
        var told = await _table.ToldAsync(reminding.Silent(today), _clock.Zone, ct);
        var wanted = reminding.Between(from, today.PlusDays(Reminding.Ahead)).Concat(reminding.Escalations(told).Where(one => one.Day >= from));

        // A day of any zone that begins where ours has not.
        var since = _clock.Zone.AtStartOfDay(from.PlusDays(-2)).ToInstant();
        var changes = Compare(
            [.. wanted], await _table.MadeAsync(since, ct), _clock.Zone.AtStartOfDay(from.PlusDays(2)).ToInstant(), now,
            one => ReminderSubject.TryParse(one.Subject, out var about) ? reminding.Of(about!, one.Due, one.Recipient).FirstOrDefault(still => still.Key == one) : null);
        if (changes.IsEmpty)
        {
            return;
        }

        if (await _table.ChangeAsync(round, changes, now, ct))
        {
            _logger.RemindersMade(changes.New.Count, changes.Moved.Count + changes.Back.Count, changes.Gone.Count);
            _dispatcher.Wake();
        }
    }

    public override Instant NextAfter(Instant pass) => pass + _untilAgain;

    /// <param name="settled">What is older is nobody's any more to take back.</param>
    /// <param name="find">One that is not wanted on the days ahead: its policy may have called its moment back behind them.</param>
    internal static ReminderChanges Compare(
        IReadOnlyList<Reminder> wanted, IReadOnlyList<MadeReminder> made, Instant settled, Instant now, Func<ReminderKey, Reminder?> find)
    {
        var known = made.ToDictionary(one => one.Key);
        var keys = new HashSet<ReminderKey>();
        List<Reminder> add = [];
        List<(Guid Id, Instant Moment)> moved = [], back = [];
        List<Guid> gone = [];
        foreach (var reminder in wanted)
        {
            keys.Add(reminder.Key);
            if (!known.TryGetValue(reminder.Key, out var one))
            {
                // Of a week that has begun nobody need be told, nor a newcomer of what was before.
                if (reminder.Moment >= now || (reminder.Subject is not ReminderSubject.OfWeek && reminder.Moment >= reminder.To.Since))
                {
                    add.Add(reminder);
                }
            }
            else if (one.IsUntouched && one.Moment != reminder.Moment)
            {
                moved.Add((one.Id, reminder.Moment));
            }
            else if (IsBack(one, reminder.Moment, now))
            {
                back.Add((one.Id, reminder.Moment));
            }
        }

        foreach (var one in made.Where(one => one.IsUntouched && one.Moment >= settled && one.Key.Subject != "canary" && !keys.Contains(one.Key)))
        {
            if (find(one.Key) is not { } still)
            {
                gone.Add(one.Id);
            }
            else if (still.Moment != one.Moment)
            {
                moved.Add((one.Id, still.Moment));
            }
        }

        return new ReminderChanges(add, moved, back, gone);
    }

    // The record has come back to what it was, within the time in which it may still leave; or a clock that was ahead.
    private static bool IsBack(MadeReminder one, Instant moment, Instant now) => !one.IsTaken
        && ((one.State == ReminderState.Missed && moment > now)
            || (one is { State: ReminderState.Superseded, Reason: ReminderReason.NoLongerDue or ReminderReason.NoRecipient } && moment > now - ReminderPolicy.Grace));
}
