using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Rules;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.AsOf;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Rules;

/// <summary>A rule set as answers show it.</summary>
/// <param name="From">The first civil day whose anniversaries it decides; absent for the set the calendar begins with.</param>
/// <param name="Until">The first day that a later set decides.</param>
/// <param name="Decides">False when a set that was adopted later decides all of its days.</param>
internal sealed record RuleSetView(
    Slug Name, Text Title, IReadOnlyList<TierRuleView> Lines, LeapDayRule LeapDay, LocalDate? From, LocalDate? Until, bool Decides, Source? Source)
{
    public static RuleSetView Of(RuleBook book, Adoption adoption)
    {
        var (rules, decides) = (adoption.Rules, book.InForce.Contains(adoption));
        return new RuleSetView(
            rules.Name, rules.Title, [.. rules.Lines.Select(line => new TierRuleView(line.Tier, line.Every, line.Years, line.Kinds))], rules.LeapDay,
            adoption.From, decides ? book.EndOf(adoption) : null, decides, adoption.Source);
    }
}

/// <param name="Every">Every so many years.</param>
/// <param name="Years">Single numbers of years.</param>
/// <param name="Kinds">Empty for all kinds that no line names.</param>
internal sealed record TierRuleView(Tier Tier, int? Every, IReadOnlyList<int> Years, IReadOnlyList<FactKind> Kinds);

/// <summary>What a rule set would change.</summary>
/// <param name="Counts">All of them; the lists hold the first ones.</param>
internal sealed record TrialView(
    TrialCounts Counts, IReadOnlyList<AnniversaryView> Comes, IReadOnlyList<AnniversaryView> Goes, IReadOnlyList<TierChangeView> Changes);

internal sealed record TrialCounts(int Comes, int Goes, int Changes);

/// <param name="Tier">As it would be.</param>
/// <param name="Date">As it would be.</param>
internal sealed record TierChangeView(AnniversaryView Anniversary, Tier Tier, PartialDate Date);

/// <summary><c>/v1/rules</c>: which years count, since when, and what another set would change.</summary>
internal static class RuleEndpoints
{
    private const int _mostYears = 20;
    private const int _mostAYear = 20_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/v1/rules").WithTags("Rules").Needs(Permission.ReadRecord);
        rules.MapGet("", async (HttpContext context, Records records, CancellationToken ct) =>
                {
                    var reading = await records.ReadAsync(context, ct);
                    return Answers.Tagged(View(reading.Almanac) with { AsOf = reading.AsOf }, reading.Almanac.VersionOf(RuleDecisions.Stream));
                })
            .WithSummary("The rule sets in the order of adoption, with the days that each decides").Produces<Page<RuleSetView>>().TakesQuery(Records.Parameter).RefusesWith(401, 503);
        rules.MapPost("", (HttpContext context, CommandEndpoint endpoint, CancellationToken ct) => endpoint.HandleAsync(
                context, "adopt_rules", [], (almanac, _) => new Shown("/v1/rules", View(almanac), almanac.VersionOf(RuleDecisions.Stream)), ct))
            .WithSummary("Adopts a rule set from a day on").TakesCommand("adopt_rules")
            .Produces<Page<RuleSetView>>(StatusCodes.Status201Created).Produces<Page<RuleSetView>>()
            .Needs(Permission.RecordFacts);
        rules.MapPost("trial", Try)
            .WithSummary("Which round and half anniversaries of a range would come, go or change under a rule set; nothing is recorded").TakesCommand("adopt_rules")
            .Produces<TrialView>()
            .TakesQuery(
                ("from", "First day; today when left out"), ("to", "Day after the last; ten years later when left out, at most 20 years"), ("party", "Codes in commas"),
                ("group", "Groups of a partner, in commas"), AnniversaryEndpoints.Association, ("kind", "Kinds in commas"), ("limit", "So many in each list, at most 500; 100 when left out"))
            .RefusesWith(422);
    }

    private static Page<RuleSetView> View(Almanac almanac) =>
        new([.. almanac.Rules.Adopted.Select(adoption => RuleSetView.Of(almanac.Rules, adoption))], null);

    private static async Task<IResult> Try(HttpContext context, AlmanacFollower follower, CivilClock clock, CancellationToken ct)
    {
        var almanac = follower.Current;
        var query = new QueryReader(context.Request);
        var (from, to) = query.Range(clock.Today, months: 120, _mostYears);
        var range = AnniversaryEndpoints.ReadFilters(query, new AnniversaryQuery(from, to), TierSet.All, almanac, withTiers: false);
        var limit = query.Number("limit", 1, 500) ?? 100;
        query.Done();
        var read = CommandReader.Read((await Body.ReadAsync(context.Request, ct)).Json, "adopt_rules");
        if (read.Command is not AdoptRules adopt)
        {
            return Problems.Of(read.Errors);
        }

        if (RuleDecisions.Contradiction(adopt.Lines) is { } contradiction)
        {
            return Problems.Of(contradiction);
        }

        return RuleTrial.Of(almanac, almanac.Rules.With(adopt.Adoption), range, _mostAYear) is { } trial
            ? Answers.Tagged(View(trial, almanac, limit))
            : Problems.Answer(StatusCodes.Status422UnprocessableEntity, "too-many-anniversaries", new Text(
                $"Có năm có hơn {_mostAYear} ngày kỷ niệm: thu hẹp bằng party, group hoặc kind.",
                $"A year of the range has more than {_mostAYear} anniversaries: narrow it by party, group or kind."));
    }

    private static TrialView View(RuleTrial trial, Almanac almanac, int limit)
    {
        var collisions = new Collisions(almanac);
        return new TrialView(
            new TrialCounts(trial.Comes.Count, trial.Goes.Count, trial.Changes.Count),
            [.. trial.Comes.Take(limit).Select(x => AnniversaryView.Of(x, collisions))],
            [.. trial.Goes.Take(limit).Select(x => AnniversaryView.Of(x, collisions))],
            [.. trial.Changes.Take(limit).Select(x => new TierChangeView(AnniversaryView.Of(x.Now, collisions), x.Then.Tier, x.Then.Date))]);
    }
}
