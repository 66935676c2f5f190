using Calendar.Accords;
using Calendar.Associations;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;

namespace Calendar.Almanacs;

/// <content>What a stream's name says it is.</content>
public sealed partial class AlmanacFold
{
    private int Begin(in Recorded recorded)
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
        else if (id == RuleDecisions.Stream)
        {
            number = _streams.Add(new RulesState());
        }
        else if (SealedState.TryParseStream(id, out var hidden))
        {
            number = _streams.Add(new SealedState(id, hidden));
        }
        else if (PlanTemplate.TryParseStream(id, out var template))
        {
            number = _streams.Add(new TemplateState(id, _plans.TemplateOf(template)));
        }
        else if (PlanId.TryParseStream(id, out var plan))
        {
            number = _streams.Add(new PlanState(id, Plan.Initial(plan)));
        }
        else if (Association.TryParseStream(id, out var association))
        {
            number = _streams.Add(new AssociationState(id, association));
        }
        else if (id is PolicyBook.Stream)
        {
            number = _streams.Add(new RemindersState());
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
}
