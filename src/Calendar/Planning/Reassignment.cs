using System.Collections.Immutable;
using System.Text.Json;
using Calendar.Almanacs;
using Calendar.Commands;

namespace Calendar.Planning;

/// <summary>Gives the open tasks of one owner to another in all plans: a desk has moved, an association has taken over from another.</summary>
/// <param name="Party">Only in plans for an anniversary of this party.</param>
public sealed record Reassignment(Slug From, Slug To, Text Reason, PartyCode? Party)
{
    private const int _reason = 1000;

    public static (Reassignment? Asked, IReadOnlyList<Rejection> Errors) Read(JsonElement body)
    {
        var members = new Members(body, "", []);
        var asked = new Reassignment(
            Owner(members, "from"), Owner(members, "to"), members.Text("reason", _reason),
            members.OptionalId<PartyCode>("party", PartyCode.TryParse, "mã bên như JP", "a party's code such as JP", out var party) ? party : null);
        members.Done();
        return members.Errors.Count == 0 ? (asked, []) : (null, members.Errors);
    }

    /// <summary>What stands against all of it.</summary>
    public Rejection? Refuse(Almanac almanac)
    {
        if (From == To)
        {
            return Rejection.Invalid(
                "same-owner", "/to", "“from” và “to” là một: nêu hội nhận việc.", "\"from\" and \"to\" are the same: name who is to take the work over.");
        }

        if (Party is { } party && almanac.FindParty(party) is null)
        {
            return Rejection.NotFound(
                "unknown-party", "/party",
                $"Chưa có bên “{party}” trong sổ: xem /v1/parties.", $"The record holds no party \"{party}\": see /v1/parties.");
        }

        return almanac.FindAssociation(From) is null && almanac.Plans.TasksOf(From).IsEmpty
            ? Associations.Association.Unknown(From, "/from")
            : PlanDecisions.CannotOwn(almanac, To, "/to");
    }

    /// <summary>One command of each open plan that it changes: repeated, there is none left.</summary>
    public ImmutableArray<ReassignTasks> Commands(Almanac almanac) =>
    [
        .. almanac.Plans.TasksOf(From).Where(task => task.IsOrMayBeLive).Select(task => task.Plan).Distinct().Select(plan => almanac.Plans.Plans[plan])
            .Where(plan => !plan.IsClosed && (Party is not { } party || plan.Concerns(almanac, [party])))
            .Select(plan => new ReassignTasks(plan.Id, From, To, Reason)),
    ];

    private static Slug Owner(Members members, string name) => members.Id<Slug>(name, Slug.TryParse, "tên hội như vn-jp", "an association's name such as vn-jp");
}
