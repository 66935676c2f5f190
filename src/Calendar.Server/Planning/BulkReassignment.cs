using Calendar.Planning;
using Calendar.Server.Access;
using Calendar.Server.Http;

namespace Calendar.Server.Planning;

/// <summary>For the OpenAPI document; what is read is <see cref="Reassignment"/>.</summary>
/// <param name="Party">Only in plans for an anniversary of this party.</param>
internal sealed record ReassignmentBody(Slug From, Slug To, Text Reason, PartyCode? Party);

/// <summary>What came of it.</summary>
/// <param name="Plans">In how many plans tasks changed hands, and <paramref name="Tasks"/> how many.</param>
/// <param name="Refused">The plans in which they did not, and why.</param>
internal sealed record ReassignmentView(int Plans, int Tasks, IReadOnlyList<RefusedPlan> Refused);

internal sealed record RefusedPlan(PlanId Plan, ProblemError Why);

/// <summary>Gives an owner's open tasks in all open plans to another: one command of each plan, in any order, each harmless when it is repeated.</summary>
internal static class BulkReassignment
{
    // Appends that wait at the same time are stored together.
    private const int _atOnce = 16;

    public static async Task<IResult> HandleAsync(HttpContext context, AlmanacFollower follower, CommandHandler handler, CancellationToken ct)
    {
        var (asked, errors) = Reassignment.Read((await Body.ReadAsync(context.Request, ct)).Json);
        if (asked is null)
        {
            return Problems.Of(errors);
        }

        var almanac = follower.Current;
        if (asked.Refuse(almanac) is { } refused)
        {
            return Problems.Of(refused);
        }

        var actor = TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);
        var commands = asked.Commands(almanac);
        var outcomes = new Outcome[commands.Length];
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = _atOnce, CancellationToken = ct };
        await Parallel.ForAsync(0, commands.Length, atOnce, async (i, each) => outcomes[i] = await handler.HandleAsync(commands[i], actor, null, null, each));

        var done = outcomes.OfType<Outcome.Done>().Where(one => one.Changed).ToList();
        return Answers.Tagged(new ReassignmentView(
            done.Count, done.Sum(one => one.Events),
            [.. commands.Zip(outcomes).Where(one => one.Second is Outcome.Refused).Select(one => new RefusedPlan(one.First.Plan, Problems.Error(((Outcome.Refused)one.Second).Why)))]));
    }
}
