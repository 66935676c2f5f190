using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Planning;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Feeds;

/// <summary>What month-precise and year-precise anniversaries do in a feed.</summary>
public enum Imprecise
{
    /// <summary>A month-precise one spans its month; a year-precise one stays out.</summary>
    Span,

    /// <summary>Both stay out.</summary>
    Omit,

    /// <summary>A month-precise one spans its month, a year-precise one its year.</summary>
    Year,
}

/// <summary>What one feed shows, as its address says.</summary>
/// <param name="Query">The filters; its days are the window's.</param>
public sealed record FeedFilter(AnniversaryQuery Query, Imprecise Imprecise)
{
    public const TierSet DefaultTiers = TierSet.Round | TierSet.Half;
    public const int DefaultAhead = 7;

    /// <summary>The calendar years a feed covers: last year to <paramref name="ahead"/> years ahead.</summary>
    public static (LocalDate From, LocalDate To) Window(LocalDate today, int ahead) =>
        (new LocalDate(today.Year - 1, 1, 1), new LocalDate(today.Year + ahead + 1, 1, 1));

    public bool Shows(PartialDate date) => date.Precision switch
    {
        Precision.Day => true,
        Precision.Month => Imprecise != Imprecise.Omit,
        _ => Imprecise == Imprecise.Year,
    };
}

/// <summary>One entry of a feed.</summary>
/// <param name="IsCancelled">It has left the record and is shown as cancelled for a while, at its last date.</param>
/// <param name="ChangedAt">When what it shows last changed.</param>
/// <param name="Revision">Grows with every change; becomes SEQUENCE.</param>
public sealed record FeedEntry(Anniversary Anniversary, bool IsCancelled, Instant ChangedAt, int Revision)
{
    /// <summary>From series and number, never from date, order or host.</summary>
    public string Uid => UidOf(Anniversary.Id);

    public LocalDate Start { get; } = Anniversary.Date.First;

    /// <param name="anniversary">Its id, <c>series/n</c>.</param>
    public static string UidOf(string anniversary) => anniversary.Replace('/', '-') + "@anniversaries.calendar";

    /// <summary>The day after the last; a whole month or year for an imprecise date.</summary>
    public LocalDate EndExclusive => Anniversary.Date.Last.PlusDays(1);
}

public static class FeedEntries
{
    /// <summary>So many civil days what has left the record stays visible as cancelled.</summary>
    public const int CancelledDays = 90;

    // A UID begins with the series' id, whose order is that of its text.
    private static readonly Comparer<FeedEntry> _order = Comparer<FeedEntry>.Create(static (x, y) =>
        x.Start.CompareTo(y.Start) is var byStart and not 0 ? byStart
        : x.Anniversary.Fact.Series.CompareTo(y.Anniversary.Fact.Series) is var byFact and not 0 ? byFact
        : string.CompareOrdinal(x.Uid, y.Uid));

    /// <summary>A feed's entries, by start and UID.</summary>
    /// <param name="zone">Decides on which civil day something was recorded.</param>
    public static List<FeedEntry> Feed(this Almanac almanac, FeedFilter filter, LocalDate today, DateTimeZone zone)
    {
        var anniversaries = almanac.Anniversaries(filter.Query);
        var entries = new List<FeedEntry>(anniversaries.Count);
        foreach (var anniversary in anniversaries)
        {
            if (filter.Shows(anniversary.Date))
            {
                entries.Add(new FeedEntry(anniversary, false, anniversary.Fact.ChangedAt, anniversary.Fact.Revision));
            }
        }

        // By start they come in order, unless some were cancelled.
        var standing = entries.Count;
        entries.AddRange(Cancelled(almanac, filter, today, zone));
        if (entries.Count > standing)
        {
            entries.Sort(_order);
            return entries;
        }

        for (var (first, next) = (0, 1); first < entries.Count; (first, next) = (next, next + 1))
        {
            while (next < entries.Count && entries[next].Start == entries[first].Start)
            {
                next++;
            }

            if (next - first > 1)
            {
                entries.Sort(first, next - first, _order);
            }
        }

        return entries;
    }

    /// <summary>The place in the journal of the first change that is recent enough to show what it took away.</summary>
    public static int FirstRecentChange(this Almanac almanac, LocalDate today, DateTimeZone zone)
    {
        // The journal is in the order of time.
        var (first, end) = (0, almanac.Journal.Length);
        while (first < end)
        {
            var middle = (first + end) / 2;
            (first, end) = Expiry(almanac.Journal.Span[middle], zone) <= today ? (middle + 1, end) : (first, middle);
        }

        return first;
    }

    /// <summary>The civil day on which what a change took away is no longer shown.</summary>
    public static LocalDate Expiry(Change change, DateTimeZone zone) => Expiry(change.At, zone);

    /// <summary>The civil day on which what ended at an instant is no longer shown.</summary>
    public static LocalDate Expiry(Instant ended, DateTimeZone zone) => ended.InZone(zone).Date.PlusDays(CancelledDays + 1);

    /// <summary>
    /// The announced celebrations that serve an anniversary which the filter asks for, by day and UID; for a while as cancelled those that are, that were
    /// moved out of the window and that serve no such anniversary any more. A withdrawn fact takes none away: guests are invited, and whether
    /// it is held is for its planners to say.
    /// </summary>
    public static List<Celebration> Celebrations(this Almanac almanac, FeedFilter filter, LocalDate today, DateTimeZone zone)
    {
        var shown = almanac.Plans.Announced.Select(one => Shown(almanac, one, filter, today, zone)).OfType<Celebration>().ToList();
        shown.Sort(static (x, y) => x.On.CompareTo(y.On) is var byDay and not 0 ? byDay : string.CompareOrdinal(x.Uid, y.Uid));
        return shown;
    }

    /// <summary>How many times what celebrations were is no longer shown.</summary>
    public static int ExpiredCelebrations(this Almanac almanac, LocalDate today, DateTimeZone zone)
    {
        // They are in the order of time.
        var cancellations = almanac.Plans.Cancellations.AsSpan();
        var (first, end) = (0, cancellations.Length);
        while (first < end)
        {
            var middle = (first + end) / 2;
            (first, end) = Expiry(cancellations[middle], zone) <= today ? (middle + 1, end) : (first, middle);
        }

        return first;
    }

    // What an old view of a fact showed and its view of today does not; the latest such view, so the journal is read from its end.
    private static IEnumerable<FeedEntry> Cancelled(Almanac almanac, FeedFilter filter, LocalDate today, DateTimeZone zone)
    {
        var gone = new Dictionary<(FactId Series, int Number), FeedEntry>();
        var groups = new GroupsThen(almanac);
        var (setting, then) = (default(Setting), almanac);
        var first = almanac.FirstRecentChange(today, zone);
        for (var i = almanac.Journal.Length - 1; i >= first; i--)
        {
            var change = almanac.Journal.Span[i];
            var now = almanac.Current(almanac.FactAt(change.Fact));
            if (!ReferenceEquals(setting, change.Before))
            {
                // One event may change every fact, under one setting.
                (setting, then) = (change.Before, almanac.In(change.Before));
                groups.GoBackTo(setting);
            }

            foreach (var number in Numbers(change.Old, filter.Query))
            {
                // Withdrawn, ended or no longer of a tier that is asked for: the date of today's view is not shown, the old one is.
                if (!gone.ContainsKey((now.Series, number))
                    && Shown(then, change.Old, number, filter, groups.Of) is { } was && Shown(almanac, now, number, filter, almanac.GroupsOf) is null)
                {
                    gone.Add((now.Series, number), new FeedEntry(was, true, now.ChangedAt, now.Revision));
                }
            }
        }

        return gone.Values;
    }

    private static Anniversary? Shown(Almanac almanac, Fact fact, int number, FeedFilter filter, Func<PartyCode, IReadOnlySet<string>> groupsOf) =>
        Anniversary.Of(almanac, fact, number) is { } anniversary
        && anniversary.Date.Last >= filter.Query.From && anniversary.Date.First < filter.Query.To
        && filter.Shows(anniversary.Date) && filter.Query.Matches(anniversary, groupsOf)
            ? anniversary
            : null;

    // As it is or, where the filter does not show that, as it was last when the filter did. What ended later stands later.
    private static Celebration? Shown(Almanac almanac, Celebration now, FeedFilter filter, LocalDate today, DateTimeZone zone)
    {
        return now.Former.Append(now).Reverse().TakeWhile(IsRecent).FirstOrDefault(Matches) is { } shown
            ? shown with { ChangedAt = now.ChangedAt, Revision = now.Revision }
            : null;

        bool IsRecent(Celebration one) => one.CancelledAt is not { } cancelled || Expiry(cancelled, zone) > today;

        bool Matches(Celebration one) => one.On >= filter.Query.From && one.On < filter.Query.To
            && one.Anniversaries.Any(id => AnniversaryId.TryParse(id, out var served) && filter.Query.Matches(almanac, served.Fact, served.Number));
    }

    /// <summary>The groups of parties at a moment of the journal, which is read from its end: what a party left later it was in.</summary>
    private sealed class GroupsThen(Almanac almanac)
    {
        private readonly Dictionary<PartyCode, IReadOnlySet<string>> _before = [];

        public void GoBackTo(Setting setting)
        {
            if (setting.Party is { } party)
            {
                _before[party.Code] = party.Groups;
            }
        }

        public IReadOnlySet<string> Of(PartyCode party) => _before.TryGetValue(party, out var groups) ? groups : almanac.GroupsOf(party);
    }

    private static IEnumerable<int> Numbers(Fact fact, AnniversaryQuery query)
    {
        var last = query.To.PlusDays(-1).Year;
        for (var year = query.From.Year; year <= last; year++)
        {
            yield return fact.Day is null ? year - fact.On.Year : year;
        }
    }
}
