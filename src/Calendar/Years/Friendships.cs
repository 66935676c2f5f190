using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Calendar.Accords;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;

namespace Calendar.Years;

/// <summary>
/// Whose anniversaries make friendship years. An anniversary counts for a partner when the home party and that partner alone share its
/// fact: facts of their relationship, and accords that nobody else signed or joined. What a hundred parties signed would make a
/// friendship year of each. Facts with a party that has ended by that day count for its successors, unless a successor's own
/// relationship holds the same act: of the same kind, and counted through that party or of the same date.
/// Made for one answer, used by one thread.
/// </summary>
public sealed class Friendships(Almanac almanac)
{
    /// <summary>So many anniversaries of a friendship year are kept.</summary>
    public const int MostListed = 50;

    private const int _enough = 2;

    // What is asked of one partner again and again.
    private readonly Dictionary<PartyCode, Fact?> _ends = [];
    private readonly Dictionary<PartyCode, ImmutableArray<Fact>> _own = [];

    /// <summary>The friendship years of one year: those of most anniversaries first, then of most jubilees, most round ones, by code.</summary>
    public static ImmutableArray<FriendshipYear> In(Almanac almanac, int year) => new Friendships(almanac).Find(year);

    /// <summary>The partners for whom a fact's anniversary on a day counts, and the predecessor that each counts it from.</summary>
    public IEnumerable<(PartyCode Partner, PartyCode? From)> PartnersOf(Fact fact, PartialDate date)
    {
        if (fact.Day is not null || fact.Parties.Length != 2 || !fact.Parties.Contains(almanac.Home) || IsOfOthersToo(fact))
        {
            return [];
        }

        var partner = fact.Parties[0] == almanac.Home ? fact.Parties[1] : fact.Parties[0];
        return EndOf(partner, date) is { } end ? Heirs(fact, partner, end, date, [partner]) : [(partner, fact.Through)];
    }

    private static bool Counts(RuleBook rules, PartialDate date, FactKind kind, int years) =>
        rules.On(date).TierOf(kind, years) != Tier.Other || RuleSet.IsJubilee(years);

    private ImmutableArray<FriendshipYear> Find(int year)
    {
        // In the order of recording, in which facts lie in memory.
        var found = new Dictionary<PartyCode, Gathering>();
        foreach (var number in almanac.FactsOf(almanac.Home).Span)
        {
            if (Look(number, year) is not { } date)
            {
                continue;
            }

            foreach (var (partner, from) in PartnersOf(almanac.FactAt(number), date))
            {
                ref var gathering = ref CollectionsMarshal.GetValueRefOrAddDefault(found, partner, out _);
                (gathering ??= new Gathering(almanac)).Add(number, date, from);
            }
        }

        return
        [
            .. found.Where(one => one.Value.Counts.Total >= _enough).Select(one => one.Value.Make(year, one.Key))
                .OrderByDescending(one => one.Counts.Total).ThenByDescending(one => one.Counts.Jubilees).ThenByDescending(one => one.Counts.Round).ThenBy(one => one.Partner),
        ];
    }

    // The day of an anniversary that counts, by what the index knows of the fact: most facts have none in a year.
    private PartialDate? Look(int number, int year)
    {
        var commemoration = almanac.Index.CommemorationOf(number);
        var (kind, origin) = (Commemoration.Kind(commemoration), Commemoration.Date(commemoration));
        var years = year - origin.Year;
        if (commemoration == 0 || kind == FactKind.NationalDay || years < 1)
        {
            return null;
        }

        var date = origin.In(year, almanac.Rules.LeapDayIn(year));
        return Counts(almanac.Rules, date, kind, years) && (!Commemoration.HasEnd(commemoration) || Anniversary.DateOf(almanac.FactAt(number), years, almanac.Rules) is not null)
            ? date
            : null;
    }

    // An accord of two that others have joined is one of many.
    private bool IsOfOthersToo(Fact fact) =>
        fact.Kind == FactKind.AccordConcluded && Accord.TryParseStream(fact.Stream, out var slug)
        && almanac.LoadAccord(slug).Facts.Values.Any(joined => joined.Kind == FactKind.AccordJoined && joined.Withdrawn is null && !fact.Parties.Contains(joined.Parties[0]));

    // As a commemoration ends: from the first day that may be the end.
    private Fact? EndOf(PartyCode party, PartialDate date)
    {
        if (!_ends.TryGetValue(party, out var end))
        {
            _ends.Add(party, end = almanac.LoadParty(party).End);
        }

        return end?.On.First <= date.Last ? end : null;
    }

    // Successors may have ended too, meet again in one, and name each other in a circle: each is seen once.
    private IEnumerable<(PartyCode Partner, PartyCode? From)> Heirs(Fact fact, PartyCode from, Fact end, PartialDate date, HashSet<PartyCode> seen)
    {
        foreach (var heir in end.Parties.Skip(1).Where(heir => heir != almanac.Home && seen.Add(heir) && !HoldsItself(heir, fact, seen)))
        {
            foreach (var found in EndOf(heir, date) is { } next ? Heirs(fact, from, next, date, seen) : [(heir, from)])
            {
                yield return found;
            }
        }
    }

    private bool HoldsItself(PartyCode heir, Fact fact, HashSet<PartyCode> before)
    {
        if (!_own.TryGetValue(heir, out var own))
        {
            own = almanac.FindRelationship(Pair.Of(almanac.Home, heir)) is { } ties ? [.. ties.Facts.Values.Where(one => one.IsCommemorated)] : [];
            _own.Add(heir, own);
        }

        return own.Any(one => one.Kind == fact.Kind && (one.On == fact.On || (one.Through is { } through && before.Contains(through))));
    }

    /// <summary>What one partner has in a year.</summary>
    private sealed class Gathering(Almanac almanac)
    {
        // Date and number of the fact in one number, which sorts by date, then in the order of recording.
        private readonly List<long> _found = [];
        private readonly HashSet<int> _years = [];

        // Few have one.
        private readonly Dictionary<int, PartyCode> _from = [];

        public TierCounts Counts { get; private set; }

        public void Add(int number, PartialDate date, PartyCode? from)
        {
            var commemoration = almanac.Index.CommemorationOf(number);
            var years = date.Year - Commemoration.Date(commemoration).Year;
            Counts = Counts.With(almanac.Rules.On(date).TierOf(Commemoration.Kind(commemoration), years), years);
            _years.Add(years);
            _found.Add(((long)date.Packed << 32) | (uint)number);
            if (from is { } predecessor)
            {
                _from.Add(number, predecessor);
            }
        }

        public FriendshipYear Make(int year, PartyCode partner)
        {
            _found.Sort();
            return new FriendshipYear(
                year, partner, Counts, [.. _years.OrderDescending()], [.. _found.Take(MostListed).Select(Show)], [.. _from.Values.Distinct().Order()], almanac);
        }

        private FriendshipAnniversary Show(long found)
        {
            var (number, date) = ((int)found, PartialDate.OfPacked((int)(found >> 32)));
            var fact = almanac.FactAt(number);
            return new FriendshipAnniversary(
                new Anniversary(fact, date.Year - fact.On.Year, date, almanac), _from.TryGetValue(number, out var from) ? from : default(PartyCode?));
        }
    }
}
