using Calendar.Accords;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Relationships;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Almanacs;

/// <summary>
/// Folds the log into an <see cref="Almanac"/>. One writer; <see cref="Publish"/> gives readers a snapshot that never changes.
/// At start-up it writes in place; after a snapshot it copies what it touches.
/// </summary>
public sealed class AlmanacFold
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
    private readonly Dictionary<int, Fact> _moved = [];

    private Growing<int> _parties, _pairs;
    private Growing<Change> _journal;
    private AnniversaryIndex _index = AnniversaryIndex.Empty;
    private long _position, _publicNumber, _publicRecordVersion;
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
            number = Open(recorded);
        }

        var stream = _streams[number];
        _publicNumber++;
        var next = recorded.Event switch
        {
            IFactEvent stated => State(stated, stream, recorded),
            IAboutFact about => About(about, stream, recorded),
            _ when stream is HolidaysState holidays => holidays with { Announcements = Announcements.Evolve(holidays.Announcements, recorded.Event, recorded.Role) },
            _ => stream,
        };
        if (next is PartyState party)
        {
            next = party with { Party = Party.Evolve(party.Party, recorded.Event, recorded.Role) };
            Changed(recorded.At);
        }

        _streams[number] = next.Version == recorded.Version ? next : next with { Version = recorded.Version };
        _position = recorded.Position;
        if (recorded.Event is PartyRenamed or IAboutFact && next is PartyState renamed)
        {
            Renamed(((PartyState)stream).Party, renamed, recorded);
        }
    }

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
            _streamIds, _factIds, _partyCodes, _parties, _pairs, _journal);
        return new Almanac(Home, RuleSet.Decree145, _index, tables)
        {
            Position = _position,
            PublicNumber = _publicNumber,
            PublicRecordVersion = _publicRecordVersion,
            LastChange = _lastChange,
        };
    }

    private int Open(in Recorded recorded)
    {
        var id = recorded.Stream;
        int number;
        if (Relationship.TryParseStream(id, out var pair))
        {
            number = _streams.Add(new PairState(id, pair, [pair.A, pair.B]));
            _pairs = _pairs.Add(number);
        }
        else if (Party.TryParseStream(id, out var code))
        {
            number = _streams.Add(new PartyState(id, Party.Decider(code).Initial, _byParty.Count));
            _byParty.Add(default);
            _parties = _parties.Add(number);
            _partyCodes.Add(code, number, _partyCode);
        }
        else if (Accord.TryParseStream(id, out var slug))
        {
            number = _streams.Add(new AccordState(id, slug));
        }
        else if (id is Announcements.Stream)
        {
            number = _streams.Add(new HolidaysState(id));
        }
        else
        {
            throw new LogBrokenException(recorded.Position, $"this build does not know streams like '{id}'.");
        }

        _streamIds.Add(id, number, _streamId);
        return number;
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

        fact.Settle(Shared(fact.StatedBy), recorded.At);
        var number = _facts.Add(fact);
        _commemorations.Add(Commemoration.Of(fact));
        _factIds.Add(fact.Id, number, _factId);
        _lastTraces.Add(_traces.Add(TraceRow.Of(recorded, _publicNumber, -1)));
        _byKind[(int)fact.Kind] = _byKind[(int)fact.Kind].Add(number);
        foreach (var code in fact.Parties)
        {
            if (PartyNumber(code) is >= 0 and var party)
            {
                _byParty[party] = _byParty[party].Add(number);
            }
        }

        Changed(recorded.At);
        stream = stream with { Facts = stream.Facts.Add(number), Version = recorded.Version };
        return stream switch
        {
            PairState pair when fact.Kind is FactKind.TiesSuspended or FactKind.TiesResumed => Resuspend(pair, recorded.At),
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
        Replace(number, old, old.Evolve(about, recorded.Role), recorded.At);
        _lastTraces[number] = _traces.Add(TraceRow.Of(recorded, _publicNumber, _lastTraces[number]));
        return stream is PairState pair && (old.Kind is FactKind.TiesSuspended or FactKind.TiesResumed) ? Resuspend(pair, recorded.At) : stream;
    }

    // A view that differs is a new revision: subscribers' entries carry it as SEQUENCE.
    private void Replace(int number, Fact old, Fact next, Instant at)
    {
        if (FactView.Of(old) == FactView.Of(next))
        {
            _facts[number] = next;
            return;
        }

        Step(number, old, next, at);
        _commemorations[number] = Commemoration.Of(next);
        if (number < _index.FactCount)
        {
            _moved.TryAdd(number, old);
        }
    }

    private void Step(int number, Fact old, Fact next, Instant at)
    {
        next = next with { Revision = old.Revision + 1, ChangedAt = at };
        _facts[number] = next;
        Changed(at);
        _journal = _journal.Add(new Change(_publicNumber, at, number, old, next));
    }

    private void Changed(Instant at)
    {
        _publicRecordVersion = _publicNumber;
        _lastChange = Instant.Max(_lastChange, at);
    }

    // What a suspension says stands in every entry of the relationship, cancelled ones included.
    private PairState Resuspend(PairState pair, Instant at)
    {
        var suspensions = Suspensions.Of(FactsOf(pair));
        if (suspensions == pair.Suspensions)
        {
            return pair;
        }

        foreach (var number in pair.Facts.Items)
        {
            if (_facts[number] is { Commemorated: true } fact)
            {
                Step(number, fact, fact, at);
            }
        }

        return pair with { Suspensions = suspensions };
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

    // A party's name stands in the entries of all its facts, cancelled ones included.
    private void Renamed(Party before, PartyState party, in Recorded recorded)
    {
        if (recorded.Event is IAboutFact about
            && (before.Facts[about.Fact].Kind != FactKind.PartyRenamed || Name(before.Facts[about.Fact]) == Name(party.Party.Facts[about.Fact])))
        {
            return;
        }

        static (PartialDate, Text?, bool) Name(Fact fact) => (fact.On, fact.Title, fact.Withdrawn is null);

        foreach (var number in _byParty[party.Number].Items)
        {
            if (_facts[number] is { Commemorated: true } fact)
            {
                Step(number, fact, fact, recorded.At);
            }
        }
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

/// <summary>One event about a fact, as an explanation tells it.</summary>
/// <param name="Number">The count of public events up to it.</param>
public sealed record Trace(long Number, Instant At, string Event, Role Role, Text? Reason);

/// <summary>A <see cref="Trace"/> as it is kept: in one list for all facts.</summary>
/// <param name="Ticks">Of the Unix epoch.</param>
/// <param name="Previous">The place of the fact's trace before this one; -1 for its first.</param>
internal readonly record struct TraceRow(long Number, long Ticks, string Event, Text? Reason, int Previous, Role Role)
{
    public Trace Trace => new(Number, Instant.FromUnixTimeTicks(Ticks), Event, Role, Reason);

    public static TraceRow Of(in Recorded recorded, long number, int previous) =>
        new(number, recorded.At.ToUnixTimeTicks(), EventContracts.NameOf(recorded.Event), ReasonOf(recorded), previous, recorded.Role);

    private static Text? ReasonOf(in Recorded recorded) =>
        (recorded.Event as IReasoned)?.Reason ?? (recorded.Reason is { } given ? new Text(given, given) : null);
}

/// <summary>A change of what subscribers see of a fact.</summary>
/// <param name="Number">The count of public events up to the one that caused it.</param>
/// <param name="Fact">The fact's number.</param>
public sealed record Change(long Number, Instant At, int Fact, Fact Old, Fact New);

/// <summary>What subscribers see of a fact itself; names of parties and suspensions come on top.</summary>
internal readonly record struct FactView(
    PartialDate On, Text? Title, Source Source, PartialDate? InForce, PartyCode? Through, bool IsCommemorated, PartialDate? EndedOn)
{
    public static FactView Of(Fact fact) =>
        new(fact.On, fact.Title, fact.Source, fact.InForce, fact.Through, fact.IsCommemorated, fact.Ended?.On);
}
