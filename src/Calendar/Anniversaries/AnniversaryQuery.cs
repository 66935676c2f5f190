using System.Collections.Immutable;
using Calendar.Almanacs;
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

    /// <summary>Without <see cref="FactKind.NationalDay"/> here there are no national days.</summary>
    public ImmutableArray<FactKind> Kinds { get; init; } = [];

    public TierSet Tiers { get; init; } = TierSet.All;

    public ImmutableArray<Precision> Precisions { get; init; } = [];
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
    // Up to so many facts it is cheaper to look at each than to walk the days.
    private const int _few = 2_000;

    /// <summary>Whether one anniversary passes the filters, its day apart.</summary>
    public static bool Matches(this AnniversaryQuery query, Anniversary anniversary)
    {
        var (almanac, fact) = (anniversary.Almanac, anniversary.Fact);
        return (query.Parties.IsEmpty || query.Parties.Any(fact.Parties.Contains))
            && (query.Groups.IsEmpty || anniversary.Partners.Any(partner => query.Groups.Any(almanac.LoadParty(partner).Groups.Contains)))
            && (query.Kinds.IsEmpty ? fact.Day is null : query.Kinds.Contains(fact.Kind))
            && (fact.Day is not null || almanac.Rules.Counts(anniversary.Number, query.Tiers))
            && HasPrecision(query, anniversary.Date.Precision);
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

        var set = Filter(almanac, query);
        if (set is { Count: 0 })
        {
            return found;
        }

        if (set is { Count: <= _few })
        {
            OfFacts(almanac, query, set, after, found);
            return found.Count <= limit ? found : found[..limit];
        }

        foreach (var date in Dates(query, after))
        {
            OnDate(almanac, query, set, date, after, found);
            if (found.Count >= limit)
            {
                return found[..limit];
            }
        }

        return found;
    }

    public static AnniversaryKey Key(this Anniversary anniversary) => new(anniversary.Date, anniversary.Fact.Id, anniversary.Number);

    private static void OfFacts(Almanac almanac, AnniversaryQuery query, FactSet set, AnniversaryKey? after, List<Anniversary> found)
    {
        var lastYear = query.To.PlusDays(-1).Year;
        foreach (var number in set.Numbers())
        {
            var fact = almanac.FactAt(number);
            var wanted = fact.Day is null ? HasPrecision(query, fact.On.Precision) : HasPrecision(query, Precision.Day) && query.Kinds.Contains(fact.Kind);
            if (!fact.IsCommemorated || !wanted)
            {
                continue;
            }

            for (var year = query.From.Year; year <= lastYear; year++)
            {
                var n = fact.Day is null ? year - fact.On.Year : year;
                if (Find(almanac, query, fact, n) is { } date && date.First < query.To && date.Last >= query.From
                    && (after is null || new AnniversaryKey(date, fact.Id, n) > after))
                {
                    found.Add(new Anniversary(fact, n, date, almanac));
                }
            }
        }

        found.Sort(static (x, y) => x.Key().CompareTo(y.Key()));
    }

    // The dates of the range in the order of lists: the year itself, then each month, then its days.
    private static IEnumerable<PartialDate> Dates(AnniversaryQuery query, AnniversaryKey? after)
    {
        var last = query.To.PlusDays(-1);
        for (var year = Math.Max(query.From.Year, PartialDate.MinYear); year <= last.Year; year++)
        {
            if (Wanted(Precision.Year, PartialDate.OfYear(year)))
            {
                yield return PartialDate.OfYear(year);
            }

            for (var month = year == query.From.Year ? query.From.Month : 1; month <= (year == last.Year ? last.Month : 12); month++)
            {
                if (Wanted(Precision.Month, PartialDate.OfMonth(year, month)))
                {
                    yield return PartialDate.OfMonth(year, month);
                }

                var first = new LocalDate(year, month, 1);
                for (var day = LocalDate.Max(first, query.From); day.Month == month && day <= last; day = day.PlusDays(1))
                {
                    if (Wanted(Precision.Day, new PartialDate(day)))
                    {
                        yield return new PartialDate(day);
                    }

                    if (day == new LocalDate(PartialDate.MaxYear, 12, 31))
                    {
                        yield break;
                    }
                }
            }
        }

        bool Wanted(Precision precision, PartialDate date) => HasPrecision(query, precision) && (after is null || date >= after.Value.Date);
    }

    private static void OnDate(Almanac almanac, AnniversaryQuery query, FactSet? set, PartialDate date, AnniversaryKey? after, List<Anniversary> found)
    {
        var start = found.Count;
        var place = AnniversaryIndex.Place(date);
        for (var remainder = 0; remainder < 10; remainder++)
        {
            if (!almanac.Rules.Counts(remainder, query.Tiers))
            {
                continue;
            }

            var digit = ((date.Year - remainder) % 10 + 10) % 10;
            Take(almanac.Index.At(place, digit));
            if (FallsHere(almanac.Rules.LeapDay, date))
            {
                Take(almanac.Index.At(AnniversaryIndex.Place(PartialDate.OfDay(2000, 2, 29)), digit));
            }
        }

        if (date.Precision == Precision.Day && query.Kinds.Contains(FactKind.NationalDay))
        {
            Take(almanac.Index.NationalDaysAt(place));
            if (FallsHere(LeapDayRule.LastOfFebruary, date))
            {
                Take(almanac.Index.NationalDaysAt(AnniversaryIndex.Place(PartialDate.OfDay(2000, 2, 29))));
            }
        }

        if (found.Count - start > 1)
        {
            found.Sort(start, found.Count - start, Comparer<Anniversary>.Create(static (x, y) => x.Key().CompareTo(y.Key())));
        }

        void Take(ReadOnlySpan<int> numbers)
        {
            foreach (var number in numbers)
            {
                if (set is not null && !set.Has(number))
                {
                    continue;
                }

                var fact = almanac.FactAt(number);
                var n = fact.Day is null ? date.Year - fact.On.Year : date.Year;
                if (Find(almanac, query, fact, n) is { } on && (after is null || new AnniversaryKey(on, fact.Id, n) > after))
                {
                    found.Add(new Anniversary(fact, n, on, almanac));
                }
            }
        }
    }

    private static PartialDate? Find(Almanac almanac, AnniversaryQuery query, Fact fact, int n) =>
        fact.Day is not null || (n >= 1 && almanac.Rules.Counts(n, query.Tiers)) ? Anniversary.DateOf(fact, n, almanac.Rules.LeapDay) : null;

    // Whether 29 February is kept on this day.
    private static bool FallsHere(LeapDayRule rule, PartialDate date) =>
        !CalendarSystem.Iso.IsLeapYear(date.Year)
        && (rule == LeapDayRule.FirstOfMarch ? date is { Month: 3, Day: 1 } : date is { Month: 2, Day: 28 });

    private static bool HasPrecision(AnniversaryQuery query, Precision precision) => query.Precisions.IsEmpty || query.Precisions.Contains(precision);

    // The facts that pass the filters; null for all.
    private static FactSet? Filter(Almanac almanac, AnniversaryQuery query)
    {
        FactSet? set = null;
        if (!query.Parties.IsEmpty)
        {
            And("party:" + string.Join(',', query.Parties), () => OfParties(query.Parties));
        }

        if (!query.Groups.IsEmpty)
        {
            // The home party's own groups say nothing about a partner.
            var members = almanac.Parties.Where(party => party.Code != almanac.Home && query.Groups.Any(party.Groups.Contains))
                .Select(party => party.Code).ToArray();
            And("party:" + string.Join(',', members), () => OfParties(members));
        }

        if (!query.Kinds.IsEmpty)
        {
            And("kind:" + string.Join(',', query.Kinds), () => FactSet.Of(almanac.Index.FactCount, query.Kinds.Select(kind => almanac.FactsOf(kind))));
        }

        return set;

        void And(string name, Func<FactSet> make)
        {
            var other = almanac.Index.Set(name, make);
            set = set is null ? other : set.And(other);
        }

        FactSet OfParties(IEnumerable<PartyCode> parties) =>
            FactSet.Of(almanac.Index.FactCount, parties.Select(party => almanac.FactsOf(party)));
    }
}
