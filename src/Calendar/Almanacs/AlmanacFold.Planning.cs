using Calendar.Planning;
using Calendar.Reminders;

namespace Calendar.Almanacs;

/// <content>What is planned: nobody outside knows of it, but of a celebration that has been announced.</content>
public sealed partial class AlmanacFold
{
    private TemplateState Adopt(TemplateState state, in Recorded recorded)
    {
        Hide(recorded);
        state = state with { Template = PlanTemplate.Evolve(state.Template, recorded.Event, recorded.Role), Version = recorded.Version };
        _plans = _plans.With(state.Template);
        return state;
    }

    private RemindersState Adopt(RemindersState state, in Recorded recorded)
    {
        if (recorded.Event is not (ReminderPolicyAdopted or ReminderPolicyDropped))
        {
            throw new LogBrokenException(recorded.Position, $"{state.Id} holds an event of another kind.");
        }

        Hide(recorded);
        _policies = PolicyBook.Evolve(_policies, recorded.Event);
        return state;
    }

    private PlanState Work(PlanState state, in Recorded recorded)
    {
        if (recorded.Event is not IPlanEvent || recorded.Event is PlanOpened == state.Plan.IsOpened)
        {
            throw new LogBrokenException(recorded.Position, $"{state.Id} holds an event of another kind, or is opened twice or never.");
        }

        var (before, after) = (state.Plan, Plan.Evolve(state.Plan, recorded.Event, recorded.Role, recorded.At));
        if (before.Announced.Select(told => told.Revision).SequenceEqual(after.Announced.Select(told => told.Revision)))
        {
            Hide(recorded);
        }
        else
        {
            _publicNumber++;
            _publicPosition = recorded.Position;
            Changed(recorded.At);
        }

        _plans = _plans.With(before, after);
        return state with { Plan = after, Version = recorded.Version };
    }
}
