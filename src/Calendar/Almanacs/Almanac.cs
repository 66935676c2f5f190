using System.Collections.Concurrent;
using System.Collections.Immutable;
using Calendar.Accords;
using Calendar.Anniversaries;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Gaps;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;
using Calendar.Search;
using Calendar.Years;
using NodaTime;

namespace Calendar.Almanacs;

/// <summary>The whole log folded into memory, as of one position: what the service answers from. Never changes.</summary>
public sealed class Almanac
{
    private const int _searchesKept = 16;

    private readonly AlmanacTables _tables;
    private readonly Func<int, string> _streamId;
    private readonly Func<int, FactId> _factId;
    private readonly Func<int, PartyCode> _partyCode;
    private readonly ConcurrentDictionary<string, FoundFacts> _searches = new(StringComparer.Ordinal);
    private readonly Setting? _setting;
    private Party[]? _parties;
    private Setting? _plain;
    private KnownGaps? _gaps;
    private KnownYears? _years;
    private ILookup<PartyCode, Plan>? _plansOf;
    private ILookup<PartyCode, PartyCode>? _places;

    internal Almanac(PartyCode home, RuleBook rules, AnniversaryIndex index, AlmanacTables tables, SearchIndex words, Setting? setting = null)
    {
        (Home, Rules, Index, _tables, Words, _setting) = (home, rules, index, tables, words, setting);
        _streamId = i => tables.Streams[i].Id;
        _factId = i => tables.Facts[i].Id;
        _partyCode = i => ((PartyState)tables.Streams[i]).Party.Code;
    }

    /// <summary>The party whose calendar this is.</summary>
    public PartyCode Home { get; }

    public RuleBook Rules { get; }

    /// <summary>Everything that is planned; for those who may see plans.</summary>
    public PlanBook Plans { get; init; } = PlanBook.Empty;

    /// <summary>When whom is reminded, and how.</summary>
    public PolicyBook Policies { get; init; } = PolicyBook.Default;

    /// <summary>The position of the last event folded; never shown in public.</summary>
    public long Position { get; init; }

    /// <summary>The position of the last event that plans may have to follow (<see cref="Planner.Follows"/>); never shown in public.</summary>
    public long PlansFollow { get; init; }

    /// <summary>The count of public events.</summary>
    public long PublicNumber { get; init; }

    /// <summary>The number of the last public event that changed what is shown to subscribers.</summary>
    public long PublicRecordVersion { get; init; }

    /// <summary>When that was recorded; the epoch while nothing has been.</summary>
    public Instant LastChange { get; init; }

    public int FactCount => _tables.Facts.Count;

    public ReadOnlyMemory<Change> Journal => _tables.Journal.Memory;

    internal AnniversaryIndex Index { get; }

    /// <summary>Shared by all snapshots of the fold.</summary>
    internal SearchIndex Words { get; }

    /// <summary>The version of a stream; 0 when there is none.</summary>
    public long VersionOf(string stream) => Find(stream)?.Version ?? 0;

    public Fact? Find(FactId id) => NumberOf(id) is >= 0 and var number ? _tables.Facts[number] : null;

    public Fact FactAt(int number) => _tables.Facts[number];

    /// <summary>The events about a fact, in the order of recording.</summary>
    public ReadOnlySpan<Trace> TracesOf(FactId id)
    {
        var traces = new Stack<Trace>();
        for (var row = NumberOf(id) is >= 0 and var number ? _tables.LastTraces[number] : -1; row >= 0; row = _tables.Traces[row].Previous)
        {
            traces.Push(_tables.Traces[row].Trace);
        }

        return traces.ToArray();
    }

    public Party? FindParty(PartyCode code) => _setting?.Party is { } other && other.Code == code ? other : State(code)?.Party;

    /// <summary>The party, registered or not: what a decision about it starts from.</summary>
    public Party LoadParty(PartyCode code) => FindParty(code) ?? Party.Decider(code).Initial;

    public Relationship? FindRelationship(Pair pair) =>
        Find(Relationship.Stream(pair)) is PairState state ? new Relationship(pair, FactsOf(state)) : null;

    /// <summary>The facts of a relationship, in the order of recording.</summary>
    public IEnumerable<Fact> FactsOf(Pair pair) =>
        Find(Relationship.Stream(pair)) is PairState state ? state.Facts.Memory.ToArray().Select(number => _tables.Facts[number]) : [];

    public Relationship LoadRelationship(Pair pair) => FindRelationship(pair) ?? Relationship.Decider(pair).Initial;

    public Accord LoadAccord(Slug slug) =>
        Find(Accord.Stream(slug)) is AccordState state ? new Accord(slug, FactsOf(state)) : Accord.Decider(slug).Initial;

    /// <summary>The holidays that were announced.</summary>
    public Announcements Announcements => Find(Announcements.Stream) is HolidaysState state ? state.Announcements : Announcements.None;

    /// <summary>The associations that are registered, closed ones included, by slug.</summary>
    public IReadOnlyList<Association> Associations => AssociationBook.All;

    /// <summary>The open union above all others.</summary>
    public Association? Umbrella => AssociationBook.Umbrella;

    public AssociationBook AssociationBook => _tables.Associations;

    public Association? FindAssociation(Slug slug) => AssociationBook.Find(slug);

    public Suspensions SuspensionsOf(Pair pair) => Find(Relationship.Stream(pair)) is PairState state ? SuspensionsOf(state) : Suspensions.None;

    /// <summary>Suspensions that bear on a fact: those of the relationship it belongs to.</summary>
    public Suspensions SuspensionsOf(Fact fact) => Find(fact.Stream) is PairState state ? SuspensionsOf(state) : Suspensions.None;

    /// <summary>The fact that carries a series on: for a fact that was replaced the one that stands in its place.</summary>
    public Fact Current(Fact fact) =>
        _tables.Series.TryGetValue(fact.Series, out var members) ? _tables.Facts[members.First(number => !_tables.Facts[number].IsReplaced)] : fact;

    /// <summary>The facts under embargo, for those who may know of them; those that were withdrawn before their time included. By id.</summary>
    public IEnumerable<SealedFact> Sealed => _tables.Sealed.Values.Select(SealedFact.Of);

    /// <summary>One of them.</summary>
    public SealedFact? FindSealed(FactId id) => _tables.Sealed.TryGetValue(id, out var state) ? SealedFact.Of(state) : null;

    /// <summary>The position of the last public event up to the event at a position; 0 when there is none.</summary>
    public long PublicPosition(long position) =>
        HiddenUpTo(position) is > 0 and var hidden && _tables.Hidden.Items[hidden - 1] is var last && last.Position == position ? last.Public : position;

    /// <summary>How many public events there are up to a position, those counted that failed to be stored.</summary>
    public long PublicNumberAt(long position) => position - HiddenUpTo(position);

    /// <summary>The same record with other rules, or with what the journal says that names and suspensions were.</summary>
    public Almanac In(Setting setting) => new(Home, setting.Rules, Index, _tables, Words, setting)
    {
        Position = Position,
        PlansFollow = PlansFollow,
        PublicNumber = PublicNumber,
        PublicRecordVersion = PublicRecordVersion,
        LastChange = LastChange,
        Plans = Plans,
        Policies = Policies,
    };

    /// <summary>All parties, by code.</summary>
    public IReadOnlyList<Party> Parties =>
        _parties ??= [.. _tables.Parties.Memory.ToArray().Select(number => ((PartyState)_tables.Streams[number]).Party).OrderBy(party => party.Code)];

    public IReadOnlySet<string> GroupsOf(PartyCode code) => LoadParty(code).Groups;

    /// <summary>Whether any party is in the group, or ever was.</summary>
    public bool KnowsGroup(string group) => _tables.Groups.Contains(group);

    /// <summary>All pairs that have a relationship on record, in order.</summary>
    public IEnumerable<Pair> Pairs => _tables.Pairs.Memory.ToArray().Select(number => ((PairState)_tables.Streams[number]).Pair)
        .OrderBy(pair => pair.A).ThenBy(pair => pair.B);

    /// <summary>The facts of accords to which both of a pair are parties.</summary>
    public IEnumerable<Fact> AccordsOf(Pair pair)
    {
        foreach (var number in FactsOf(pair.A).ToArray())
        {
            if (_tables.Facts[number] is { Kind: FactKind.AccordConcluded } fact && fact.Parties.Contains(pair.B))
            {
                yield return fact;
            }
        }
    }

    /// <summary>The registered parties by their countries; a country is not its own place.</summary>
    internal ILookup<PartyCode, PartyCode> Places => LazyInitializer.EnsureInitialized(
        ref _places, () => Parties.Select(party => party.Code).Where(party => this.CountryOf(party) != party).ToLookup(this.CountryOf));

    internal KnownGaps KnownGaps => LazyInitializer.EnsureInitialized(ref _gaps, () => new KnownGaps(this));

    /// <summary>The facts that fit; the latest searches are kept, since pages follow each other.</summary>
    internal FoundFacts Search(SearchQuery search)
    {
        if (_searches.TryGetValue(search.Text, out var known))
        {
            return known;
        }

        if (_searches.Count >= _searchesKept)
        {
            _searches.Clear();
        }

        return _searches.GetOrAdd(search.Text, FoundFacts.Of(this, search));
    }

    /// <summary>The plans for an anniversary of a party, by name.</summary>
    internal IEnumerable<Plan> PlansOf(PartyCode party) => LazyInitializer.EnsureInitialized(ref _plansOf, () =>
        Plans.Plans.Values.SelectMany(plan => plan.PartiesIn(this).Select(of => (Party: of, Plan: plan))).ToLookup(one => one.Party, one => one.Plan))[party];

    /// <summary>What was found out about years.</summary>
    internal KnownYears Years => LazyInitializer.EnsureInitialized(ref _years, () => new KnownYears(this));

    internal ReadOnlyMemory<int> FactsOf(PartyCode party) => State(party) is { } state ? _tables.ByParty[state.Number].Memory : default;

    internal ReadOnlyMemory<int> FactsOf(FactKind kind) => _tables.ByKind[(int)kind].Memory;

    /// <summary>A fact as its own event stated it, under the rules of that time or others that mean the same to it.</summary>
    internal (Fact Fact, Setting Setting) AsStated(int number)
    {
        if (_tables.FirstChanges[number] is not (>= 0 and var place) || place >= Journal.Length)
        {
            return (_tables.Facts[number], _plain ??= new Setting(Rules));
        }

        var change = Journal.Span[place];
        return (change.Old, change.Before is { Party: null, Ties: null } plain ? plain : new Setting(change.Before.Rules));
    }

    /// <summary>The events about facts, in the order of recording.</summary>
    internal Frozen<TraceRow> Traces => _tables.Traces;

    private Suspensions SuspensionsOf(PairState state) => _setting?.Ties is { } other && other.Pair == state.Pair ? other.Suspensions : state.Suspensions;

    private PartyState? State(PartyCode code) =>
        _tables.PartyCodes.Find(code, _tables.Streams.Count, _partyCode) is >= 0 and var number ? (PartyState)_tables.Streams[number] : null;

    internal int NumberOf(FactId id) => _tables.FactIds.Find(id, _tables.Facts.Count, _factId);

    private int HiddenUpTo(long position)
    {
        var (from, to) = (0, _tables.Hidden.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = _tables.Hidden.Items[middle].Position <= position ? (middle + 1, to) : (from, middle);
        }

        return from;
    }

    private StreamState? Find(string stream) => _tables.StreamIds.Find(stream, _tables.Streams.Count, _streamId) is >= 0 and var number ? _tables.Streams[number] : null;

    private ImmutableDictionary<FactId, Fact> FactsOf(StreamState state)
    {
        var facts = ImmutableDictionary.CreateBuilder<FactId, Fact>();
        foreach (var number in state.Facts.Items)
        {
            facts.Add(_tables.Facts[number].Id, _tables.Facts[number]);
        }

        return facts.ToImmutable();
    }
}

/// <summary>The fold's lists as one snapshot holds them. Numbers of streams and facts are their places in the lists.</summary>
internal sealed record AlmanacTables(
    Frozen<StreamState> Streams,
    Frozen<Fact> Facts,
    Frozen<TraceRow> Traces,
    Frozen<int> LastTraces,
    Frozen<Growing<int>> ByParty,
    ImmutableArray<Growing<int>> ByKind,
    IdIndex<string> StreamIds,
    IdIndex<FactId> FactIds,
    IdIndex<PartyCode> PartyCodes,
    Growing<int> Parties,
    Growing<int> Pairs,
    Growing<Change> Journal,
    Frozen<int> FirstChanges,
    ImmutableDictionary<FactId, ImmutableArray<int>> Series,
    ImmutableSortedDictionary<FactId, SealedState> Sealed,
    Growing<(long Position, long Public)> Hidden, ImmutableHashSet<string> Groups,
    AssociationBook Associations);

/// <summary>A fact that nobody may see yet.</summary>
/// <param name="Stream">The stream that holds it until then, at <paramref name="Version"/>.</param>
/// <param name="Role">Of whoever recorded it.</param>
/// <param name="Withdrawn">Why it is never to be published; null while it is to be.</param>
public sealed record SealedFact(string Stream, long Version, FactSealed Event, Role Role, Text? Withdrawn)
{
    internal static SealedFact Of(SealedState state) => new(state.Id, state.Version, state.Sealed!, state.Role, state.Withdrawn);
}
