using System.Collections.Immutable;

namespace Calendar.Access;

/// <summary>What somebody may do, as endpoints and decisions ask for it.</summary>
public enum Permission : byte
{
    /// <summary>Read what is public: open to everybody, unless a setting closes it to those without a token.</summary>
    ReadRecord,

    /// <summary>State and correct facts, parties, accords, rules and holidays, and know what is under embargo.</summary>
    RecordFacts,

    /// <summary>Send a file of commands. Each of its lines needs what it asks for besides.</summary>
    Import,

    /// <summary>See everybody's plans and tasks, and what an association has done and left undone.</summary>
    ReadPlans,

    /// <summary>Keep associations, templates, plans, tasks and celebrations.</summary>
    Plan,

    /// <summary>See tasks and say how they stand; an association those it owns.</summary>
    WorkOnTasks,

    /// <summary>Keep the people to write to; an association its own.</summary>
    ManageContacts,

    /// <summary>Keep the webhooks that events are sent to; an association its own.</summary>
    ManageWebhooks,

    /// <summary>See what goes to whom and when, and what became of it; an association its own affairs.</summary>
    ReadReminders,

    /// <summary>Let messages leave again.</summary>
    Deliver,

    /// <summary>Have private feed links of one's own.</summary>
    Subscribe,

    /// <summary>See and end everybody's private feed links.</summary>
    OverseeSubscriptions,

    /// <summary>Give out tokens and take them back.</summary>
    ManageTokens,

    /// <summary>See whom one's own token stands for.</summary>
    KnowOneself,

    /// <summary>See how the service itself fares.</summary>
    Watch,
}

/// <summary>The one table of who may do what. Whatever it does not say is not permitted.</summary>
public static class Permissions
{
    private static readonly ImmutableArray<Permission> _ofEveryToken = [Permission.ReadRecord, Permission.Subscribe, Permission.KnowOneself];

    private static readonly ImmutableDictionary<Role, ImmutableHashSet<Permission>> _of = new Dictionary<Role, ImmutableHashSet<Permission>>
    {
        [Role.Historian] = [.. _ofEveryToken, Permission.RecordFacts, Permission.Import],
        [Role.Planner] = [.. _ofEveryToken, Permission.ReadPlans, Permission.Plan, Permission.WorkOnTasks, Permission.ManageContacts, Permission.ManageWebhooks, Permission.ReadReminders, Permission.Deliver, Permission.Import],
        [Role.Association] = [.. _ofEveryToken, Permission.WorkOnTasks, Permission.ManageContacts, Permission.ManageWebhooks, Permission.ReadReminders],
        [Role.Admin] = [.. Enum.GetValues<Permission>()],
        [Role.Pack] = [Permission.RecordFacts, Permission.Import, Permission.Plan],
        [Role.Round] = [Permission.Plan],
    }.ToImmutableDictionary();

    /// <summary>The roles that a token may have; the others belong to the service itself.</summary>
    public static ImmutableArray<Role> OfTokens { get; } = [Role.Historian, Role.Planner, Role.Association, Role.Admin];

    public static bool May(this Role role, Permission permission) => _of.TryGetValue(role, out var permitted) && permitted.Contains(permission);

    /// <summary>The roles that a token needs one of.</summary>
    public static IEnumerable<Role> TokensThatMay(Permission permission) => OfTokens.Where(role => role.May(permission));

    /// <summary>The same in words.</summary>
    public static Text RolesFor(Permission permission)
    {
        var roles = TokensThatMay(permission).Select(role => role.Name()).ToList();
        return new Text(Join("hoặc"), Join("or"));

        string Join(string or) => roles is [var only] ? only : $"{string.Join(", ", roles[..^1])} {or} {roles[^1]}";
    }
}
