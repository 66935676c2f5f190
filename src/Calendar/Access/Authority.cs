using Calendar.Accords;
using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;

namespace Calendar.Access;

/// <summary>Decides whether whoever asks may ask that, before anything else is looked at. A command that it does not know is refused to everybody.</summary>
public static class Authority
{
    /// <returns>Null for what is permitted.</returns>
    public static Rejection? Refuse(Almanac almanac, Command command, Caller caller) => Needed(command) switch
    {
        null => Rejection.Forbidden("not-permitted", "", "Không ai được phép ra lệnh này.", "Nobody may ask for this."),
        { } needed when !caller.Role.May(needed) => NotPermitted(needed, caller.Role),

        // What belongs to another is as unknown as what never was, and so is whatever plan it is in.
        _ when caller.Role == Role.Association && command is TaskCommand about && !(almanac.Plans.Find(about.Plan, about.Task) is { Owner: var owner } && SpeaksFor(caller, owner)) =>
            PlanDecisions.Unknown(about),
        _ => null,
    };

    /// <summary>Whether the caller may see and do what belongs to an association: one that speaks for another may not.</summary>
    public static bool SpeaksFor(Caller caller, Slug association) => caller.Role != Role.Association || caller.Association == association;

    /// <summary>Says which role it takes.</summary>
    public static Rejection NotPermitted(Permission needed, Role held)
    {
        var roles = Permissions.RolesFor(needed);
        return Rejection.Forbidden(
            "not-permitted", "",
            $"Việc này cần vai trò {roles.Vi}; mã truy cập của bạn có vai trò {held.Name()}.",
            $"This takes the role {roles.En}; your token has the role {held.Name()}.");
    }

    private static Permission? Needed(Command command) => command switch
    {
        SealFact seal => Needed(seal.States),
        RecordFact or PartyCommand or AccordCommand or FactCommand or HolidayCommand or AdoptRules => Permission.RecordFacts,
        AcknowledgeTask or CompleteTask or AddEvidence or ReopenTask => Permission.WorkOnTasks,
        PlanningCommand or AssociationCommand or ReminderCommand => Permission.Plan,
        LeaveOut => Permission.Import,
        _ => null,
    };
}
