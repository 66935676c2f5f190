using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Almanacs;

/// <content>What events change of facts that are there: each change a new revision, and a line of the journal.</content>
public sealed partial class AlmanacFold
{
    // A fact that replaces another goes on with its series, and its entries are newer than those of the other.
    private Fact Continue(Fact fact)
    {
        var replaced = fact.Replaces is { } id ? _factIds.Find(id, _facts.Count, _factId) : -1;
        return replaced < 0 ? fact : fact with { Series = _facts[replaced].Series, Revision = NextRevision(replaced) };
    }

    private void Join(int number, in Recorded recorded)
    {
        var fact = _facts[number];
        if (fact.Series != fact.Id)
        {
            var members = _series.TryGetValue(fact.Series, out var known) ? known : [_factIds.Find(fact.Series, _facts.Count, _factId)];
            _series = _series.SetItem(fact.Series, members.Add(number));
            Settle(fact.Series, recorded);
        }
    }

    // Of the facts of one series the last that stands is the one shown; while none stands, the one that did: its revision is the newest.
    private void Settle(FactId series, in Recorded recorded)
    {
        var members = _series[series];
        var shown = members.LastOrDefault(number => _facts[number].Withdrawn is null, members.First(number => !_facts[number].IsReplaced));
        foreach (var number in members)
        {
            var fact = _facts[number];
            Replace(number, fact, fact with { IsReplaced = number != shown }, recorded);
        }
    }

    private int NextRevision(int number) => _series.TryGetValue(_facts[number].Series, out var members)
        ? members.Max(member => _facts[member].Revision) + 1
        : _facts[number].Revision + 1;

    // Every fact that has an entry of another tier or on another day under the new set.
    private StreamState Adopt(RuleSetAdopted adopted, StreamState stream, in Recorded recorded)
    {
        var (before, adoption) = (_setting, adopted.Adoption);
        _setting = before with { Rules = before.Rules.With(adoption) };
        var change = new RuleChange(before.Rules, _setting.Rules, adoption);
        for (var number = 0; number < _facts.Count; number++)
        {
            if (_facts[number] is { Commemorated: true, Day: null } fact && change.Concerns(fact.Kind, fact.On))
            {
                Step(number, fact, fact, recorded, before, _setting);
            }
        }

        return stream;
    }

    // A view that differs is a new revision: subscribers' entries carry it as SEQUENCE.
    private void Replace(int number, Fact old, Fact next, in Recorded recorded)
    {
        if (FactView.Of(old) == FactView.Of(next))
        {
            _facts[number] = next;
            return;
        }

        Step(number, old, next, recorded, _setting, _setting);
        _commemorations[number] = Commemoration.Of(next);
        if (number < _index.FactCount)
        {
            _moved.TryAdd(number, old);
        }
    }

    private void Step(int number, Fact old, Fact next, in Recorded recorded, Setting before, Setting after)
    {
        next = next with { Revision = NextRevision(number), ChangedAt = recorded.At };
        _facts[number] = next;
        Changed(recorded.At);
        if (_firstChanges[number] < 0)
        {
            _firstChanges[number] = _journal.Count;
        }

        _journal = _journal.Add(new Change(Cause(recorded), number, old, next, before, after));
    }

    // One object for everything that an event changes.
    private Trace Cause(in Recorded recorded) => _cause ??= Trace.Of(recorded, _publicNumber);

    private void Changed(Instant at)
    {
        _publicRecordVersion = _publicNumber;
        _lastChange = Instant.Max(_lastChange, at);
    }

    // What a suspension says stands in every entry of the relationship, cancelled ones included.
    private PairState Resuspend(PairState pair, in Recorded recorded)
    {
        var suspensions = Suspensions.Of(FactsOf(pair));
        if (suspensions == pair.Suspensions)
        {
            return pair;
        }

        var (before, after) = (_setting with { Ties = (pair.Pair, pair.Suspensions) }, _setting with { Ties = (pair.Pair, suspensions) });
        foreach (var number in pair.Facts.Items)
        {
            if (_facts[number] is { Commemorated: true } fact)
            {
                Step(number, fact, fact, recorded, before, after);
            }
        }

        return pair with { Suspensions = suspensions };
    }

    // Which groups' feeds show its facts; the home party's own groups decide nothing.
    private void Regrouped(Party before, PartyState party, in Recorded recorded)
    {
        _groups = _groups.Union(party.Party.Groups);
        if (recorded.Event is GroupJoined or GroupLeft && party.Party.Code != Home)
        {
            StepAll(before, party, recorded);
        }
    }

    // A party's name stands in the entries of all its facts, cancelled ones included.
    private void Renamed(Party before, PartyState party, in Recorded recorded)
    {
        if (recorded.Event is IAboutFact about
            && (before.Facts[about.Fact].Kind != FactKind.PartyRenamed || Name(before.Facts[about.Fact]) == Name(party.Party.Facts[about.Fact])))
        {
            return;
        }

        StepAll(before, party, recorded);

        static (PartialDate, Text?, bool) Name(Fact fact) => (fact.On, fact.Title, fact.Withdrawn is null);
    }

    private void StepAll(Party before, PartyState party, in Recorded recorded)
    {
        var (was, isNow) = (_setting with { Party = before }, _setting with { Party = party.Party });
        foreach (var number in _byParty[party.Number].Items)
        {
            if (_facts[number] is { Commemorated: true } fact)
            {
                Step(number, fact, fact, recorded, was, isNow);
            }
        }
    }
}
