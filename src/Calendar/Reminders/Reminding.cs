using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Associations;
using Calendar.Planning;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Reminders;

/// <summary>One message that is to reach one recipient.</summary>
/// <param name="Due">The civil day it is about.</param>
/// <param name="Lead">So many days before it.</param>
/// <param name="Day">On which it leaves, where the recipient is: its due day less its lead, or before, where that is quiet.</param>
/// <param name="Moment">When it leaves.</param>
public sealed record Reminder(ReminderSubject Subject, LocalDate Due, int Lead, Recipient To, LocalDate Day, Instant Moment)
{
    /// <summary>What no two may have in common.</summary>
    public ReminderKey Key => new(Subject.Text, Due, Lead, To.Id, To.Channel);
}

/// <summary>See <see cref="Reminder.Key"/>.</summary>
public readonly record struct ReminderKey(string Subject, LocalDate Due, int Lead, Guid Recipient, ReminderChannel Channel);

/// <summary>A task's owner was reminded of it for the first time.</summary>
/// <param name="Due">As it was then.</param>
/// <param name="On">The civil day on which the reminder was delivered.</param>
public sealed record Told(ReminderSubject.OfTask Subject, LocalDate Due, int Lead, LocalDate On)
{
    /// <summary>Those above were told that the owner is silent, and have said that they know: the desk need not be.</summary>
    public bool IsAnswered { get; init; }
}

/// <summary>
/// Who is to be reminded of what, and when: a function of the record, the policies in it and the address book. Made for one question, used by
/// one thread.
/// </summary>
/// <param name="zone">Of the desk.</param>
public sealed class Reminding(Almanac almanac, AddressBook addresses, DateTimeZone zone)
{
    /// <summary>So many days ahead reminders are made.</summary>
    public const int Ahead = 400;

    // A quiet time moves a reminder at most so far.
    private const int _slack = 31;

    private readonly QuietDays _quiet = new(almanac);
    private readonly Dictionary<(Slug Association, LocalDate Day), ImmutableArray<Recipient>> _reach = [];
    private readonly Dictionary<Slug, DateTimeZone> _zones = [];

    /// <summary>What leaves on the days from the first to the day before the second, but for escalations; in no order.</summary>
    public IEnumerable<Reminder> Between(LocalDate from, LocalDate to) => Tasks(from, to).Concat(Anniversaries(from, to)).Concat(Weeks(from, to));

    /// <summary>All that there is to say about one subject, whenever that is; nothing where it needs no reminding (any more). Not for escalations, nor for weeks, which do not end.</summary>
    /// <param name="only">One recipient's; null for all.</param>
    public IEnumerable<Reminder> Of(ReminderSubject subject, Guid? only = null) => subject switch
    {
        ReminderSubject.OfTask about => almanac.Plans.Find(about.Plan, about.Task) is { } task && task.Owner == about.Owner ? Of(task, only) : [],
        ReminderSubject.OfAnniversary about => Find(about.Anniversary) is { Fact.Day: null } anniversary && almanac.FindAssociation(about.Association) is { } association
            && Marking(anniversary).Contains(association) ? Of(anniversary, association, only) : [],
        _ => [],
    };

    /// <summary>The same for one due day; of a weekly message that is its week's.</summary>
    public IEnumerable<Reminder> Of(ReminderSubject subject, LocalDate due, Guid? only = null) => subject is ReminderSubject.OfWeek { Association: var association }
        ? addresses.Of(association).Where(recipient => Is(recipient, only)).Select(recipient => Week(recipient, due)).OfType<Reminder>()
        : Of(subject, only).Where(reminder => reminder.Due == due);

    /// <summary>Who is told that an owner is silent, whenever that is.</summary>
    /// <param name="told">Of each task at most one for a due day.</param>
    public IEnumerable<Reminder> Escalations(IEnumerable<Told> told) => told.SelectMany(Escalations);

    /// <summary>Of which somebody is to hear that their owners are silent, once those were told; see <see cref="IsSilent"/>.</summary>
    /// <param name="today">Of what comes long after it nobody has been told.</param>
    public IEnumerable<(ReminderSubject.OfTask Subject, LocalDate Due)> Silent(LocalDate today) => almanac
        .Tasks(new TaskQuery { States = [TaskState.Open], DueTo = today.PlusDays(ReminderPolicy.LongestLead + _slack) }, today)
        .Select(task => (Subject: new ReminderSubject.OfTask(task.Plan, task.Id, task.Owner), task.Due)).Where(one => IsSilent(one.Subject, one.Due));

    /// <summary>Whether an owner has still to say that they know of a task, and somebody is to hear of that.</summary>
    public bool IsSilent(ReminderSubject.OfTask about, LocalDate due) =>
        almanac.Plans.Find(about.Plan, about.Task) is { State: TaskState.Open, IsLate: false } task && task.Owner == about.Owner && task.Due == due
        && almanac.Plans.Find(about.Plan) is { IsClosed: false } && Addressee(about.Owner) is not null && almanac.Policies.Of(about.Owner).EscalateAfter is not null;

    /// <summary>How many tasks and anniversaries are looked at for an association; for the umbrella union the anniversaries that are nobody else's.</summary>
    public int Watched(Slug association, LocalDate today)
    {
        var query = new AnniversaryQuery(today, today.PlusDays(Ahead));
        var anniversaries = almanac.Umbrella?.Slug == association
            ? almanac.Anniversaries(query).Count(anniversary => Marking(anniversary).Any(one => one.Slug == association))
            : almanac.Anniversaries(query with { Associations = [association] }).Count;
        return almanac.Plans.TasksOf(association).Count(task => task.IsLive) + anniversaries;
    }

    /// <summary>What leaves about tasks on the days from the first to the day before the second.</summary>
    public IEnumerable<Reminder> Tasks(LocalDate from, LocalDate to)
    {
        var query = new TaskQuery { States = [TaskState.Open, TaskState.Acknowledged], DueFrom = from, DueTo = to.PlusDays(ReminderPolicy.LongestLead + _slack) };
        return almanac.Tasks(query, from).SelectMany(task => Of(task)).Where(reminder => reminder.Day >= from && reminder.Day < to);
    }

    // What nobody could have done in time is no reason to press anybody.
    private IEnumerable<Reminder> Of(PlanTask task, Guid? only = null)
    {
        if (!task.IsLive || task.IsLate || almanac.Plans.Find(task.Plan) is not { IsClosed: false } || Addressee(task.Owner) is not { } owner)
        {
            return [];
        }

        var tier = task.Plan.Anniversary is { } id && Find(id) is { } anniversary ? anniversary.Tier : Tier.Other;
        return Of(new ReminderSubject.OfTask(task.Plan, task.Id, task.Owner), task.Due, almanac.Policies.Of(task.Owner).Tasks.Of(tier), owner, only);
    }

    private IEnumerable<Reminder> Anniversaries(LocalDate from, LocalDate to)
    {
        var query = new AnniversaryQuery(from, to.PlusDays(ReminderPolicy.LongestLead + _slack)) { Tiers = Tiers() };
        if (query.Tiers == TierSet.None)
        {
            return [];
        }

        return almanac.Anniversaries(query, limit: int.MaxValue)
            .SelectMany(anniversary => Marking(anniversary).SelectMany(association => Of(anniversary, association)))
            .Where(reminder => reminder.Day >= from && reminder.Day < to);
    }

    private IEnumerable<Reminder> Of(Anniversary anniversary, Association association, Guid? only = null) =>
        anniversary.IsWaived || anniversary.IsSuspended || anniversary.Fact.Withdrawn is not null || Addressee(association.Slug) is not { } known
            ? []
            : Of(
                new ReminderSubject.OfAnniversary(new AnniversaryId(anniversary.Fact.Series, anniversary.Number), association.Slug), anniversary.Date.First,
                almanac.Policies.Of(association.Slug).Anniversaries.Of(anniversary.Tier), known, only);

    // Those whose own it is; what is nobody's is the umbrella union's.
    private IEnumerable<Association> Marking(Anniversary anniversary) =>
        Coverage.Of(almanac, anniversary.Fact).ToList() is { Count: > 0 } covering ? covering : almanac.Umbrella is { } umbrella ? [umbrella] : [];

    private Anniversary? Find(AnniversaryId id) =>
        almanac.Find(id.Fact) is { } first && almanac.Current(first) is { Withdrawn: null } fact ? Anniversary.Of(almanac, fact, id.Number) : null;

    private TierSet Tiers()
    {
        var all = almanac.Policies.Own.Values.Append(almanac.Policies.General).Select(policy => policy.Anniversaries).ToList();
        return Enum.GetValues<Tier>().Where(tier => all.Exists(leads => !leads.Of(tier).IsEmpty)).Aggregate(TierSet.None, (set, tier) => set | (TierSet)(1 << (int)tier));
    }

    // Leads that a quiet time moves onto one day are one message: the last of them.
    private IEnumerable<Reminder> Of(ReminderSubject subject, LocalDate due, ImmutableArray<int> leads, Association association, Guid? only)
    {
        var made = new HashSet<(Guid, ReminderChannel, LocalDate)>();
        foreach (var lead in leads.Order())
        {
            foreach (var recipient in Reach(association, due.PlusDays(-lead)))
            {
                if (!Is(recipient, only))
                {
                    continue;
                }

                var (day, moment) = Leaving(recipient, due.PlusDays(-lead), _quiet.OnOrBefore);
                if (made.Add((recipient.Id, recipient.Channel, day)))
                {
                    yield return new Reminder(subject, due, lead, recipient, day, moment);
                }
            }
        }
    }

    private static bool Is(Recipient recipient, Guid? only) => only is null || recipient.Id == only;

    private IEnumerable<Reminder> Escalations(Told told)
    {
        if (!IsSilent(told.Subject, told.Due) || Addressee(told.Subject.Owner) is not { } owner || almanac.Policies.Of(owner.Slug).EscalateAfter is not { } days)
        {
            return [];
        }

        var (first, second) = (told.On.PlusDays(days), told.On.PlusDays(2 * days));
        var above = addresses.Above(almanac, owner, policy => _quiet.OnOrAfter(policy, first));
        return Step(1, above, first).Concat(Step(2, told.IsAnswered ? [] : addresses.DeskOn(almanac, policy => _quiet.OnOrAfter(policy, second)).Except(above), second));

        // Nobody is told of their own silence; the desk's own address is nobody's.
        IEnumerable<Reminder> Step(int step, IEnumerable<Recipient> recipients, LocalDate on) => recipients.Where(one => one == addresses.Desk || one.Association != owner.Slug).Select(recipient =>
        {
            var (day, moment) = Leaving(recipient, on, _quiet.OnOrAfter);
            return new Reminder(new ReminderSubject.OfSilence(step, told.Subject), told.Due, told.Lead, recipient, day, moment);
        });
    }

    private IEnumerable<Reminder> Weeks(LocalDate from, LocalDate to)
    {
        foreach (var recipient in addresses.All)
        {
            if (PolicyOf(recipient).DigestDay is not { } weekday)
            {
                continue;
            }

            // A quiet time moves one by less than a week.
            for (var week = from.PlusDays(-7).Next((IsoDayOfWeek)weekday); week < to; week = week.PlusDays(7))
            {
                if (Week(recipient, week) is { } reminder && reminder.Day >= from && reminder.Day < to)
                {
                    yield return reminder;
                }
            }
        }
    }

    // None where the whole week is quiet, or the recipient is away or only stands in. The desk's own address hears of others than the umbrella union, muted or not.
    private Reminder? Week(Recipient recipient, LocalDate week)
    {
        var policy = PolicyOf(recipient);
        if (recipient.IsClosed || recipient.OnlyStandsIn || policy.DigestDay is not { } weekday || week.DayOfWeek != (IsoDayOfWeek)weekday || !policy.Channels.Contains(recipient.Channel)
            || (recipient != addresses.Desk && Addressee(recipient.Association) is null))
        {
            return null;
        }

        var (day, moment) = Leaving(recipient, week, _quiet.OnOrAfter);
        return day < week.PlusDays(7) && recipient.IsThere(day) ? new Reminder(new ReminderSubject.OfWeek(recipient.Association), week, 0, recipient, day, moment) : null;
    }

    private (LocalDate Day, Instant Moment) Leaving(Recipient recipient, LocalDate wanted, Func<ReminderPolicy, LocalDate, LocalDate> around)
    {
        var policy = PolicyOf(recipient);
        var day = around(policy, wanted);
        return (day, ZoneOf(recipient).AtLeniently(day + policy.At).ToInstant());
    }

    private ReminderPolicy PolicyOf(Recipient recipient) => recipient == addresses.Desk ? almanac.Policies.General : almanac.Policies.Of(recipient.Association);

    /// <summary>Where a recipient's mornings are.</summary>
    public DateTimeZone ZoneOf(Recipient recipient)
    {
        if (recipient == addresses.Desk || almanac.FindAssociation(recipient.Association)?.Details?.Zone is not { } name)
        {
            return zone;
        }

        if (!_zones.TryGetValue(recipient.Association, out var known))
        {
            _zones.Add(recipient.Association, known = DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) ?? zone);
        }

        return known;
    }

    // An association that is muted, or closed, is told nothing of its own affairs, nor is anybody in its place.
    private Association? Addressee(Slug slug) => almanac.FindAssociation(slug) is { IsOpen: true, IsMuted: false } association ? association : null;

    private ImmutableArray<Recipient> Reach(Association association, LocalDate day)
    {
        if (!_reach.TryGetValue((association.Slug, day), out var reached))
        {
            _reach.Add((association.Slug, day), reached = addresses.Reach(almanac, association, policy => _quiet.OnOrBefore(policy, day)));
        }

        return reached;
    }
}
