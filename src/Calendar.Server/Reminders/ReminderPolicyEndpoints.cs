using System.Text.Json.Serialization;
using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Reminders;
using Calendar.Server.Access;
using Calendar.Server.Associations;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>When whom is reminded of what.</summary>
/// <param name="Association">Whose reminders go by it; absent of the general one.</param>
/// <param name="Own">Whether the association has one of its own; absent of the general one.</param>
/// <param name="Tasks">So many days before a task is due, by the tier of its anniversary; other also for the yearly work.</param>
/// <param name="Anniversaries">So many days before the first day of an anniversary.</param>
/// <param name="At">When messages leave, where the recipient is.</param>
/// <param name="DigestDay">The day of the weekly message; null for none.</param>
/// <param name="QuietDays">On which nothing leaves.</param>
/// <param name="QuietHolidays">Whether holidays of the home party and Tết are as quiet.</param>
/// <param name="EscalateAfter">So many days after a task's first reminder the union above is told of a silence, and after as many again the desk; null for never.</param>
internal sealed record ReminderPolicyView(
    Slug? Association, bool? Own, LeadsView Tasks, LeadsView Anniversaries, LocalTime At, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Weekday? DigestDay,
    IReadOnlyList<Weekday> QuietDays, bool QuietHolidays, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? EscalateAfter, IReadOnlyList<ReminderChannel> Channels)
{
    public static ReminderPolicyView Of(PolicyBook book, Slug? association)
    {
        var policy = association is { } named ? book.Of(named) : book.General;
        return new ReminderPolicyView(
            association, association is { } of ? book.Own.ContainsKey(of.Value) : null, LeadsView.Of(policy.Tasks), LeadsView.Of(policy.Anniversaries), policy.At, policy.DigestDay,
            policy.QuietDays, policy.QuietHolidays, policy.EscalateAfter, policy.Channels);
    }
}

/// <summary>Days, the longest lead first.</summary>
internal sealed record LeadsView(IReadOnlyList<int> Round, IReadOnlyList<int> Half, IReadOnlyList<int> Other)
{
    public static LeadsView Of(Leads leads) => new(leads.Round, leads.Half, leads.Other);
}

/// <summary><c>/v1/reminders/policy</c>, and an association's own.</summary>
internal static class ReminderPolicyEndpoints
{
    private const string _address = "/v1/reminders/policy";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(_address, Read).WithTags("Reminders").Needs(Permission.ReadReminders)
            .WithSummary("When whom is reminded of what: the general policy, or the one an association goes by").Produces<ReminderPolicyView>()
            .TakesQuery(("association", "One association; absent for the general policy, of an association's token its own")).RefusesWith(401, 403, 404);
        routes.MapPut(_address, (HttpContext context, CommandEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(context, "adopt_reminder_policy", [], Show, ct))
            .WithTags("Reminders").WithSummary("Makes this the general policy, or that of the association it names; what is left out is as in the policy that the calendar begins with, and null is none, as it is shown")
            .TakesCommand("adopt_reminder_policy").Needs(Permission.Plan).Produces<ReminderPolicyView>(StatusCodes.Status201Created).Produces<ReminderPolicyView>();
        const string Own = "/v1/associations/{slug}/reminder-policy";
        routes.MapPut(Own, (string slug, HttpContext context, CommandEndpoint endpoint, AlmanacFollower follower, CancellationToken ct) =>
                HandleAsync(slug, "adopt_reminder_policy", context, endpoint, follower, ct))
            .WithTags("Associations").WithSummary("Makes this the policy by which an association is reminded").TakesCommand("adopt_reminder_policy", "association")
            .Needs(Permission.Plan).Produces<ReminderPolicyView>(StatusCodes.Status201Created).Produces<ReminderPolicyView>();
        routes.MapDelete(Own, (string slug, HttpContext context, CommandEndpoint endpoint, AlmanacFollower follower, CancellationToken ct) =>
                HandleAsync(slug, "drop_reminder_policy", context, endpoint, follower, ct))
            .WithTags("Associations").WithSummary("Lets an association be reminded by the general policy again").Needs(Permission.Plan).Produces<ReminderPolicyView>()
            .RefusesWith(401, 403, 404, 409, 412, 503);
    }

    private static Task<IResult> HandleAsync(string slug, string command, HttpContext context, CommandEndpoint endpoint, AlmanacFollower follower, CancellationToken ct) =>
        Slug.TryParse(slug, out var association) && follower.Current.FindAssociation(association) is not null
            ? endpoint.HandleAsync(context, command, [("association", slug)], Show, ct)
            : Task.FromResult(AssociationEndpoints.Missing(slug));

    // To one that speaks for another it is as one that never was.
    private static IResult Read(HttpContext context, AlmanacFollower follower)
    {
        var (query, almanac) = (new QueryReader(context.Request), follower.Current);
        var named = query.One("association");
        query.Done();
        var caller = TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier).Caller;
        if (named is null)
        {
            return Answer(almanac, caller.Association, caller);
        }

        return Slug.TryParse(named, out var association) && almanac.FindAssociation(association) is not null && Authority.SpeaksFor(caller, association)
            ? Answer(almanac, association, caller)
            : AssociationEndpoints.Missing(named);
    }

    // The version tells of others' policies, too.
    private static IResult Answer(Almanac almanac, Slug? association, Caller caller) => Answers.Tagged(
        ReminderPolicyView.Of(almanac.Policies, association), caller.Role == Role.Association ? null : almanac.VersionOf(PolicyBook.Stream));

    private static Shown? Show(Almanac almanac, Command asked)
    {
        var association = asked is AdoptReminderPolicy adopt ? adopt.Association : ((DropReminderPolicy)asked).Association;
        return new Shown(
            association is { } own ? $"{_address}?association={own}" : _address, ReminderPolicyView.Of(almanac.Policies, association), almanac.VersionOf(PolicyBook.Stream));
    }
}
