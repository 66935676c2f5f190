using System.Collections.Immutable;
using Calendar.Accords;
using Calendar.Anniversaries;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;
using Calendar.Search;
using NodaTime;

namespace Calendar.Almanacs;

/// <summary>
/// Folds the log into an <see cref="Almanac"/>. One writer; <see cref="Publish"/> gives readers a snapshot that never changes.
/// At start-up it writes in place; after a snapshot it copies what it touches.
/// </summary>
public sealed partial class AlmanacFold
{
    private readonly Chunked<StreamState> _streams = new();
    private readonly Chunked<Fact> _facts = new();
    private readonly Chunked<TraceRow> _traces = new();
    private readonly Chunked<int> _lastTraces = new();
    private readonly Chunked<Growing<int>> _byParty = new();
    private readonly IdIndex<string> _streamIds = new();
    private readonly IdIndex<FactId> _factIds = new();
    private readonly IdIndex<PartyCode> _partyCodes = new();
    private readonly Func<int, string> _streamId;
    private readonly Func<int, PartyCode> _partyCode;
    private readonly Func<int, FactId> _factId;
    private readonly Dictionary<Source, Source> _sources = [];
    private readonly Growing<int>[] _byKind = new Growing<int>[FactKinds.All.Length];
    private readonly Chunked<int> _commemorations = new();
    private readonly Chunked<int> _firstChanges = new();
    private readonly Dictionary<int, Fact> _moved = [];
    private readonly SearchIndex _words = new();

    private ImmutableDictionary<FactId, ImmutableArray<int>> _series = ImmutableDictionary<FactId, ImmutableArray<int>>.Empty;
    private ImmutableSortedDictionary<FactId, SealedState> _sealed = ImmutableSortedDictionary<FactId, SealedState>.Empty;

    private ImmutableHashSet<string> _groups = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private AssociationBook _associations = AssociationBook.Empty;

    // Every event that is not public, with the position of the last public one before it.
    private Growing<(long Position, long Public)> _hidden;
    private Growing<int> _parties, _pairs;
    private Growing<Change> _journal;
    private AnniversaryIndex _index = AnniversaryIndex.Empty;
    private Setting _setting = new(RuleBook.Default);
    private PlanBook _plans = PlanBook.Empty;
    private PolicyBook _policies = PolicyBook.Default;
    private Trace? _cause;
    private long _position, _plansFollow, _publicPosition, _publicNumber, _publicRecordVersion;
    private Instant _lastChange = Instant.FromUnixTimeSeconds(0);

    public AlmanacFold(PartyCode home)
    {
        Home = home;
        _streamId = i => _streams[i].Id;
        _factId = i => _facts[i].Id;
        _partyCode = i => ((PartyState)_streams[i]).Party.Code;
    }

    public PartyCode Home { get; }

    public long Position => _position;

    /// <summary>Folds one event. Events come in the order of the log, each stream's versions without a gap.</summary>
    /// <exception cref="LogBrokenException">They do not, or the stream's name means nothing.</exception>
    public void Apply(in Recorded recorded)
    {
        var number = _streamIds.Find(recorded.Stream, _streams.Count, _streamId);
        var version = number < 0 ? 0 : _streams[number].Version;
        if (recorded.Version != version + 1 || recorded.Position <= _position)
        {
            throw new LogBrokenException(
                recorded.Position, $"{recorded.Stream} is at version {version}, and this event has version {recorded.Version}.");
        }

        // Only now: what is broken leaves no trace.
        if (number < 0)
        {
            number = Begin(recorded);
        }

        var stream = _streams[number];
        _cause = null;
        var next = stream switch
        {
            SealedState hidden => Hide(hidden, recorded),
            TemplateState template => Adopt(template, recorded),
            PlanState plan => Work(plan, recorded),
            AssociationState association => Evolve(association, recorded),
            RemindersState reminders => Adopt(reminders, recorded),
            _ => Open(stream, recorded),
        };
        _streams[number] = next.Version == recorded.Version ? next : next with { Version = recorded.Version };
        _position = recorded.Position;
        _plansFollow = next is not SealedState && Planner.Follows(recorded.Event) ? recorded.Position : _plansFollow;
        if (next is not PartyState party)
        {
            return;
        }

        var before = ((PartyState)stream).Party;
        switch (recorded.Event)
        {
            case PartyRenamed or IAboutFact:
                Renamed(before, party, recorded);
                break;
            case PartyRegistered or GroupJoined or GroupLeft:
                Regrouped(before, party, recorded);
                break;
        }
    }

    // What everybody may know of.
    private StreamState Open(StreamState stream, in Recorded recorded)
    {
        if (recorded.Event is FactSealed)
        {
            throw new LogBrokenException(recorded.Position, $"a fact under embargo lies in {stream.Id}.");
        }

        _publicNumber++;
        _publicPosition = recorded.Position;
        var next = recorded.Event switch
        {
            IFactEvent stated => State(stated, stream, recorded),
            IAboutFact about => About(about, stream, recorded),
            RuleSetAdopted adopted => Adopt(adopted, stream, recorded),
            _ when stream is HolidaysState holidays => holidays with { Announcements = Announcements.Evolve(holidays.Announcements, recorded.Event, recorded.Role) },
            _ => stream,
        };
        if (next is PartyState party)
        {
            next = party with { Party = Party.Evolve(party.Party, recorded.Event, recorded.Role) };
            Changed(recorded.At);
        }

        return next;
    }

    // A sealed fact leaves no trace in anything public, counts included, until its own event is in its stream.
    private SealedState Hide(SealedState stream, in Recorded recorded)
    {
        stream = stream.Evolve(recorded) with { Version = recorded.Version };
        Hide(recorded);
        _sealed = _factIds.Find(stream.Fact, _facts.Count, _factId) < 0 ? _sealed.SetItem(stream.Fact, stream) : _sealed;
        return stream;
    }

    private void Hide(in Recorded recorded) => _hidden = _hidden.Add((recorded.Position, _publicPosition));

    /// <summary>A snapshot of everything folded so far.</summary>
    public Almanac Publish()
    {
        if (_moved.Count > 0 || _index.FactCount < _facts.Count)
        {
            _index = _index.With(_moved, _facts.Snapshot(), _commemorations.Snapshot());
            _moved.Clear();
        }

        var tables = new AlmanacTables(
            _streams.Snapshot(), _facts.Snapshot(), _traces.Snapshot(), _lastTraces.Snapshot(), _byParty.Snapshot(), [.. _byKind],
            _streamIds, _factIds, _partyCodes, _parties, _pairs, _journal, _firstChanges.Snapshot(), _series, _sealed, _hidden, _groups, _associations);
        return new Almanac(Home, _setting.Rules, _index, tables, _words)
        {
            Position = _position,
            PlansFollow = _plansFollow,
            PublicNumber = _publicNumber,
            PublicRecordVersion = _publicRecordVersion,
            LastChange = _lastChange,
            Plans = _plans,
            Policies = _policies,
        };
    }

    private StreamState State(IFactEvent stated, StreamState stream, in Recorded recorded)
    {
        var fact = stream switch
        {
            PairState pair => Relationship.NewFact(stated, pair.Id, pair.Parties),
            PartyState party => Party.NewFact(stated, party.Id, [party.Party.Code]),
            AccordState accord => Accord.NewFact(stated, accord.Id, Accord.ConclusionOf(FactsOf(accord))?.Title),
            _ => null,
        } ?? throw new LogBrokenException(recorded.Position, $"an event of another kind of stream lies in {stream.Id}.");

        if (_factIds.Find(fact.Id, _facts.Count, _factId) >= 0)
        {
            throw new LogBrokenException(recorded.Position, $"{stream.Id} states the fact {fact.Id}, which has been stated before.");
        }

        fact = Continue(fact);
        fact.Settle(Shared(fact.StatedBy), recorded.At);
        var number = _facts.Add(fact);
        _firstChanges.Add(-1);
        _sealed = _sealed.Remove(fact.Id);
        _commemorations.Add(Commemoration.Of(fact));
        _factIds.Add(fact.Id, number, _factId);
        _lastTraces.Add(_traces.Add(TraceRow.Of(Cause(recorded), number, -1)));
        _byKind[(int)fact.Kind] = _byKind[(int)fact.Kind].Add(number);
        foreach (var code in fact.Parties)
        {
            if (PartyNumber(code) is >= 0 and var party)
            {
                _byParty[party] = _byParty[party].Add(number);
            }
        }

        Changed(recorded.At);
        Join(number, recorded);
        stream = stream with { Facts = stream.Facts.Add(number), Version = recorded.Version };
        return stream switch
        {
            PairState pair when fact.Kind is FactKind.TiesSuspended or FactKind.TiesResumed => Resuspend(pair, recorded),
            _ => stream,
        };
    }

    private StreamState About(IAboutFact about, StreamState stream, in Recorded recorded)
    {
        var number = _factIds.Find(about.Fact, _facts.Count, _factId);
        if (number < 0 || !string.Equals(_facts[number].Stream, stream.Id, StringComparison.Ordinal))
        {
            throw new LogBrokenException(recorded.Position, $"{stream.Id} speaks of the fact {about.Fact}, which it does not hold.");
        }

        var old = _facts[number];
        _lastTraces[number] = _traces.Add(TraceRow.Of(Cause(recorded), number, _lastTraces[number]));
        Replace(number, old, old.Evolve(about, recorded.Role), recorded);
        if (_series.ContainsKey(old.Series))
        {
            Settle(old.Series, recorded);
        }

        return stream is PairState pair && (old.Kind is FactKind.TiesSuspended or FactKind.TiesResumed) ? Resuspend(pair, recorded) : stream;
    }

    private List<Fact> FactsOf(StreamState stream)
    {
        var facts = new List<Fact>(stream.Facts.Count);
        foreach (var number in stream.Facts.Items)
        {
            facts.Add(_facts[number]);
        }

        return facts;
    }

    private int PartyNumber(PartyCode code)
    {
        var number = _partyCodes.Find(code, _streams.Count, _partyCode);
        return number < 0 ? -1 : ((PartyState)_streams[number]).Number;
    }

    // Hundreds of facts cite the same list: one object for all of them.
    private Source Shared(Source source)
    {
        if (_sources.TryGetValue(source, out var shared))
        {
            return shared;
        }

        if (_sources.Count < 10_000)
        {
            _sources.Add(source, source);
        }

        return source;
    }
}
