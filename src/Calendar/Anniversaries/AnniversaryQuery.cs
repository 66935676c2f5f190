using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Anniversaries;

/// <summary>Which anniversaries. Several values of one filter mean or, different filters mean and; an empty one means any.</summary>
/// <param name="From">First day, inclusive.</param>
/// <param name="To">Day after the last; an anniversary matches when its span overlaps.</param>
public sealed record AnniversaryQuery(LocalDate From, LocalDate To)
{
    public ImmutableArray<PartyCode> Parties { get; init; } = [];

    /// <summary>Groups of a partner, such as ASEAN or Asia.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Associations that cover them.</summary>
    public ImmutableArray<Slug> Associations { get; init; } = [];

    /// <summary>Without <see cref="FactKind.NationalDay"/> here there are no national days.</summary>
    public ImmutableArray<FactKind> Kinds { get; init; } = [];

    public TierSet Tiers { get; init; } = TierSet.All;

    public ImmutableArray<Precision> Precisions { get; init; } = [];

    /// <summary>Only of these facts; null means of any.</summary>
    internal FactSet? Among { get; init; }
}

/// <summary>Where a page of anniversaries ends: the sort key of its last one.</summary>
public readonly record struct AnniversaryKey(PartialDate Date, FactId Fact, int Number) : IComparable<AnniversaryKey>
{
    public int CompareTo(AnniversaryKey other)
    {
        var order = Date.CompareTo(other.Date);
        order = order != 0 ? order : Fact.CompareTo(other.Fact);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }

    public static bool operator <(AnniversaryKey left, AnniversaryKey right) => left.CompareTo(right) < 0;

    public static bool operator >(AnniversaryKey left, AnniversaryKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(AnniversaryKey left, AnniversaryKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(AnniversaryKey left, AnniversaryKey right) => left.CompareTo(right) >= 0;
}

public static class AnniversaryQueries
{
    // So many facts are looked at one by one, and so many of their anniversaries sorted, before walking the days is cheaper.
    private const int _mostFacts = 30_000;
    private const int _mostFinds = 6_000;

    private static readonly PartialDate _leapDay = PartialDate.OfDay(2000, 2, 29);

    /// <summary>Whether one anniversary passes the filters, its day apart.</summary>
    public static bool Matches(this AnniversaryQuery query, Anniversary anniversary) => query.Matches(anniversary, anniversary.Almanac.GroupsOf);

    /// <summary>The same with the groups that parties were in at another time.</summary>
    internal static bool Matches(this AnniversaryQuery query, Anniversary anniversary, Func<PartyCode, IReadOnlySet<string>> groupsOf)
    {
        var (almanac, fact) = (anniversary.Almanac, anniversary.Fact);
        return (query.Parties.IsEmpty || query.Parties.Any(fact.Parties.Contains))
            && (query.Groups.IsEmpty || anniversary.Partners.Any(partner => query.Groups.Any(groupsOf(partner).Contains)))
            && (query.Associations.IsEmpty || query.Associations.Any(slug => almanac.FindAssociation(slug)?.Covers(almanac, fact) == true))
            && (query.Kinds.IsEmpty ? fact.Day is null : query.Kinds.Contains(fact.Kind))
            && (fact.Day is not null || almanac.Rules.On(anniversary.Date).Counts(fact.Kind, anniversary.Number, query.Tiers))
            && query.Wants(anniversary.Date.Precision);
    }

    /// <summary>Whether an anniversary passes them by its number alone, whatever has become of its fact since.</summary>
    /// <param name="series">Of the fact.</param>
    internal static bool Matches(this AnniversaryQuery query, Almanac almanac, FactId series, int number)
    {
        if (almanac.Find(series) is not { } known)
        {
            return false;
        }

        var fact = almanac.Current(known);
        var date = Anniversary.DateOf(fact, number, almanac.Rules)
            ?? PartialDate.OfYear(Math.Clamp(fact.Day is null ? fact.On.Year + number : number, PartialDate.MinYear, PartialDate.MaxYear));
        return query.Matches(new Anniversary(fact, number, date, almanac));
    }

    /// <summary>The anniversaries that match, in order: first day of the span, coarse before fine, fact, number.</summary>
    /// <param name="after">Only those behind this one.</param>
    /// <param name="limit">At most so many.</param>
    public static List<Anniversary> Anniversaries(this Almanac almanac, AnniversaryQuery query, AnniversaryKey? after = null, int limit = int.MaxValue)
    {
        var found = new List<Anniversary>();
        if (query.From >= query.To || limit == 0)
        {
            return found;
        }

        var run = new Run(almanac, query, after, limit, found);
        if (!run.OfFacts())
        {
            run.OfDates();
        }

        return found;
    }

    /// <summary>How many match. Each lies in one calendar year, and memory holds one year at a time.</summary>
    public static int Count(this Almanac almanac, AnniversaryQuery query)
    {
        var count = 0;
        for (var from = query.From; from < query.To;)
        {
            var to = from.Year < query.To.Year ? new LocalDate(from.Year + 1, 1, 1) : query.To;
            count += almanac.Anniversaries(query with { From = from, To = to }).Count;
            from = to;
        }

        return count;
    }

    public static AnniversaryKey Key(this Anniversary anniversary) => new(anniversary.Date, anniversary.Fact.Id, anniversary.Number);

    /// <summary>The kinds that a query wants, one bit each.</summary>
    internal static int KindBits(this AnniversaryQuery query) =>
        query.Kinds.IsEmpty ? ~(1 << (int)FactKind.NationalDay) : query.Kinds.Aggregate(0, (kinds, kind) => kinds | (1 << (int)kind));

    /// <summary>The facts that pass the filters by party, group and association; null for all.</summary>
    internal static FactSet? FactsIn(this AnniversaryQuery query, Almanac almanac)
    {
        var facts = And(OfParties(), query.Among);
        return query.Associations.IsEmpty ? facts : And(facts, Coverage.Of(almanac, query.Associations));

        static FactSet? And(FactSet? one, FactSet? other) => one is not null && other is not null ? one.And(other) : one ?? other;

        FactSet? OfParties()
        {
            if (query.Groups.IsEmpty)
            {
                return query.Parties.IsEmpty ? null : Of([.. query.Parties]);
            }

            // The home party's own groups say nothing about a partner.
            PartyCode[] members = [.. almanac.Parties.Where(party => party.Code != almanac.Home && query.Groups.Any(party.Groups.Contains)).Select(party => party.Code)];
            return query.Parties.IsEmpty
                ? Of(members)
                : almanac.Index.Set($"{string.Join(',', query.Parties)}&{string.Join(',', members)}", () => Of([.. query.Parties]).And(Of(members)));
        }

        FactSet Of(PartyCode[] parties) => almanac.Index.Set(
            string.Join(',', parties), () => FactSet.Of(almanac.Index.FactCount, parties.Select(almanac.FactsOf)));
    }

    /// <summary>Whether a common year keeps 29 February on this day.</summary>
    internal static bool IsLeapDayOf(this PartialDate date, LeapDayRule rule) =>
        !CalendarSystem.Iso.IsLeapYear(date.Year)
        && (rule == LeapDayRule.FirstOfMarch ? date is { Month: 3, Day: 1 } : date is { Month: 2, Day: 28 });

    internal static bool Wants(this AnniversaryQuery query, Precision precision) => query.Precisions.IsEmpty || query.Precisions.Contains(precision);

    /// <summary>One query under way.</summary>
    private sealed class Run
    {
        private readonly Almanac _almanac;
        private readonly AnniversaryQuery _query;
        private readonly AnniversaryKey? _after;
        private readonly int _limit;
        private readonly List<Anniversary> _found;
        private readonly Func<int, FactId> _factId;
        private readonly int _kinds;

        // The set that decides every day; null when there are several.
        private readonly RuleSet? _onlyRules;

        private readonly FactSet? _set;
        private readonly PartialDate _first;
        private readonly PartialDate _last;
        private readonly int _firstYear;
        private readonly int _earliest;

        public Run(Almanac almanac, AnniversaryQuery query, AnniversaryKey? after, int limit, List<Anniversary> found)
        {
            (_almanac, _query, _after, _limit, _found) = (almanac, query, after, limit, found);
            _factId = number => almanac.FactAt(number).Id;
            _kinds = query.KindBits();
            (_first, _last) = (new PartialDate(query.From), new PartialDate(query.To.PlusDays(-1)));
            _firstYear = Math.Max(_first.Year, PartialDate.MinYear);
            _earliest = after is { } key ? key.Date.Packed : 0;
            _onlyRules = almanac.Rules.InForce is [var only] ? only.Rules : null;
            _set = query.FactsIn(almanac);
        }

        private bool WantsNationalDays => (_kinds & (1 << (int)FactKind.NationalDay)) != 0;

        private AnniversaryIndex Index => _almanac.Index;

        /// <summary>Looks at fact after fact that can match, by the filter that leaves the fewest.</summary>
        /// <returns>False if there are too many of them, or of their anniversaries.</returns>
        public bool OfFacts()
        {
            var ofKinds = _query.Kinds.IsEmpty ? int.MaxValue : _query.Kinds.Sum(kind => _almanac.FactsOf(kind).Length);
            var ofParties = _set?.Count ?? int.MaxValue;
            if (Math.Min(ofKinds, ofParties) > _mostFacts)
            {
                return false;
            }

            // Date and fact in one number, which sorts as they do.
            var finds = new List<long>();
            if (!(ofParties <= ofKinds ? LookAtSet(_set!, finds) : LookAtKinds(finds)))
            {
                return false;
            }

            finds.Sort();
            for (var i = 0; i < finds.Count && _found.Count < _limit;)
            {
                var (start, date) = (_found.Count, PartialDate.OfPacked((int)(finds[i] >> 32)));
                for (; i < finds.Count && finds[i] >> 32 == date.Packed; i++)
                {
                    Take((int)finds[i], date);
                }

                Sort(start);
            }

            return true;
        }

        /// <summary>Walks the dates of the range in the order of lists: the year itself, then each month, then its days.</summary>
        public void OfDates()
        {
            var last = _last;
            var (years, months, days) = (_query.Wants(Precision.Year), _query.Wants(Precision.Month), _query.Wants(Precision.Day));
            for (var year = Math.Max(_query.From.Year, PartialDate.MinYear); year <= last.Year; year++)
            {
                if (years && !On(PartialDate.OfYear(year)))
                {
                    return;
                }

                var (firstMonth, lastMonth) = (year == _query.From.Year ? _query.From.Month : 1, year == last.Year ? last.Month : 12);
                for (var month = firstMonth; month <= lastMonth; month++)
                {
                    if (months && !On(PartialDate.OfMonth(year, month)))
                    {
                        return;
                    }

                    var firstDay = year == _query.From.Year && month == _query.From.Month ? _query.From.Day : 1;
                    var lastDay = year == last.Year && month == last.Month ? last.Day : CalendarSystem.Iso.GetDaysInMonth(year, month);
                    for (var day = firstDay; days && day <= lastDay; day++)
                    {
                        if (!On(PartialDate.OfDay(year, month, day)))
                        {
                            return;
                        }
                    }
                }
            }
        }

        // False when the page is full.
        private bool On(PartialDate date)
        {
            if (_after is { } after && date < after.Date)
            {
                return true;
            }

            var rules = _almanac.Rules.On(date);
            var start = _found.Count;
            var room = _limit - start;
            var lists = Take(Index.At(date), date, rules, room);
            lists += date.IsLeapDayOf(_almanac.Rules.LeapDayIn(date.Year)) ? Take(Index.At(_leapDay), date, rules, room) : 0;
            if (WantsNationalDays && date.Precision == Precision.Day)
            {
                lists += Take(Index.NationalDaysAt(date), date, null, room);
                lists += date.IsLeapDayOf(LeapDayRule.LastOfFebruary) ? Take(Index.NationalDaysAt(_leapDay), date, null, room) : 0;
            }

            if (lists > 1)
            {
                Sort(start);
            }

            return _found.Count < _limit;
        }

        // Of one list, which is sorted by fact, no more than still fit; national days go by no rules. Returns 1 if there were any.
        private int Take(ReadOnlySpan<AnniversaryIndex.Entry> entries, PartialDate date, RuleSet? rules, int room)
        {
            var start = _found.Count;
            for (var i = _after is { } after && after.Date == date ? AnniversaryIndex.FirstFrom(entries, after.Fact, _factId) : 0; i < entries.Length; i++)
            {
                var entry = entries[i];
                if ((_kinds & (1 << (int)entry.Kind)) != 0 && entry.Year < date.Year
                    && rules?.Counts(entry.Kind, date.Year - entry.Year, _query.Tiers) != false && _set?.Has(entry.Number) != false)
                {
                    Take(entry.Number, date);
                    if (_found.Count - start == room)
                    {
                        break;
                    }
                }
            }

            return _found.Count > start ? 1 : 0;
        }

        private void Take(int number, PartialDate date)
        {
            var fact = _almanac.FactAt(number);
            var n = fact.Day is null ? date.Year - fact.On.Year : date.Year;
            if (Anniversary.DateOf(fact, n, _almanac.Rules) is { } on && (_after is null || new AnniversaryKey(on, fact.Id, n) > _after))
            {
                _found.Add(new Anniversary(fact, n, on, _almanac));
            }
        }

        // Those of one date, by fact; then as many as fit.
        private void Sort(int start)
        {
            if (_found.Count - start > 1)
            {
                _found.Sort(start, _found.Count - start, Comparer<Anniversary>.Create(static (x, y) =>
                    x.Fact.Id.CompareTo(y.Fact.Id) is var order and not 0 ? order : x.Number.CompareTo(y.Number)));
            }

            if (_found.Count > _limit)
            {
                _found.RemoveRange(_limit, _found.Count - _limit);
            }
        }

        private bool LookAtSet(FactSet set, List<long> finds)
        {
            var words = set.Words;
            for (var word = 0; word < words.Length && finds.Count <= _mostFinds; word++)
            {
                for (var rest = words[word]; rest != 0; rest &= rest - 1)
                {
                    LookAt((word << 6) + System.Numerics.BitOperations.TrailingZeroCount(rest), finds);
                }
            }

            return finds.Count <= _mostFinds;
        }

        private bool LookAtKinds(List<long> finds)
        {
            foreach (var kind in _query.Kinds)
            {
                foreach (var number in _almanac.FactsOf(kind).Span)
                {
                    if (number < Index.FactCount && _set?.Has(number) != false)
                    {
                        LookAt(number, finds);
                    }

                    if (finds.Count > _mostFinds)
                    {
                        return false;
                    }
                }
            }

            return true;
        }

        private void LookAt(int number, List<long> finds)
        {
            var commemoration = Index.CommemorationOf(number);
            var (kind, origin) = (Commemoration.Kind(commemoration), Commemoration.Date(commemoration));
            if (commemoration == 0 || (_kinds & (1 << (int)kind)) == 0 || !_query.Wants(origin.Precision))
            {
                return;
            }

            var (isNationalDay, isLeapDay) = (kind == FactKind.NationalDay, origin.IsLeapDay);
            var unknown = PartialDate.UnknownBits(origin.Precision);
            for (var year = isNationalDay ? _firstYear : Math.Max(_firstYear, origin.Year + 1); year <= _last.Year; year++)
            {
                // Most years are not of a tier that is asked for: with one set for all days that is known before the day.
                if (!isNationalDay && _onlyRules is { } only && !only.Counts(kind, year - origin.Year, _query.Tiers))
                {
                    continue;
                }

                var date = isLeapDay ? origin.In(year, isNationalDay ? LeapDayRule.LastOfFebruary : _almanac.Rules.LeapDayIn(year)).Packed : origin.PackedIn(year);
                if (!isNationalDay && _onlyRules is null && !_almanac.Rules.On(PartialDate.OfPacked(date)).Counts(kind, year - origin.Year, _query.Tiers))
                {
                    continue;
                }

                if (date >= _earliest && date >> unknown >= _first.Packed >> unknown && date >> unknown <= _last.Packed >> unknown)
                {
                    finds.Add(((long)date << 32) | (uint)number);
                }
            }
        }
    }
}
