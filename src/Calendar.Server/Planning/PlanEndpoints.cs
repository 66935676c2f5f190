using System.Collections.Immutable;
using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Planning;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Planning;

/// <summary><c>/v1/plans</c>: the work towards anniversaries, for those who may see plans; of an association's those that hold a task of its own.</summary>
internal static class PlanEndpoints
{
    private static readonly (string Route, string Command, string Summary)[] _commands =
    [
        ("closing", "close_plan", "Closes a plan in which nothing is left to do"),
        ("reopening", "reopen_plan", "Goes on with a closed plan"),
        ("template", "take_template", "Goes by the newest version of its template; templateUpdate of the plan shows what that changes"),
        ("joined", "join_plan", "Covers another anniversary, which needs no plan of its own then"),
        ("parting", "part_plan", "Covers an anniversary no more"),
        ("reassignment", "reassign_tasks", "Gives all open tasks of one owner in the plan to another"),
    ];

    private static readonly (string Route, string Command, string Summary)[] _ofCelebrations =
    [
        ("announcement", "announce_celebration", "Announces a celebration: it is public from then on"),
        ("move", "move_celebration", "Moves a celebration to another day or place"),
        ("cancellation", "cancel_celebration", "Cancels a celebration; where it was announced that is public, too"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var plans = routes.MapGroup("/v1/plans").WithTags("Plans");
        plans.MapGet("", List)
            .WithSummary("The plans by date, in JSON, CSV or XLSX (Accept, or format)").Needs(Permission.WorkOnTasks)
            .Produces<Page<PlanView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(
                ("association", "Owners of a task in it, in commas"), ("state", "open or closed"), ("year", "One calendar year, instead of from and to"),
                ("from", "First day of what it counts from"), ("to", "Day after the last"), ("party", "Codes in commas"), ("kind", "Kinds of facts in commas"),
                ("overdue", "true: with an overdue task; false: without"), ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"), Negotiation.Parameter)
            .RefusesWith(401, 403);
        plans.MapGet("{plan}", Read)
            .WithSummary("One plan with its tasks and celebrations, in JSON; one row a task as CSV or XLSX")
            .WithDescription("If-Match takes its ETag; not the one before an association's token, which holds no version: a task's own does.")
            .Needs(Permission.WorkOnTasks)
            .Produces<PlanView>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx).TakesQuery(Negotiation.Parameter).RefusesWith(401, 403, 404);
        plans.MapGet("{plan}/celebrations/{celebration}", ReadCelebration)
            .WithSummary("One celebration of a plan").Needs(Permission.WorkOnTasks).Produces<CelebrationView>().RefusesWith(401, 403, 404);
        MapCommands(plans);
    }

    private static void MapCommands(RouteGroupBuilder plans)
    {
        plans.MapPost("", (HttpContext context, CommandEndpoint endpoint, CivilClock clock, CancellationToken ct) =>
                endpoint.HandleAsync(context, "open_plan", [], (almanac, asked) => Show(almanac, ((OpenPlan)asked).Plan, clock.Today), ct))
            .WithSummary("Opens a plan that does not open by itself, or before it does: of an anniversary, or of a year of the union's yearly work")
            .TakesCommand("open_plan").Needs(Permission.Plan).Produces<PlanView>(StatusCodes.Status201Created).Produces<PlanView>();
        foreach (var (route, command, summary) in _commands)
        {
            plans.MapPost("{plan}/" + route, (string plan, HttpContext context, CommandEndpoint endpoint, CivilClock clock, CancellationToken ct) =>
                    PlanId.TryParse(plan, out var id)
                        ? endpoint.HandleAsync(context, command, [("plan", plan)], (almanac, _) => Show(almanac, id, clock.Today), ct)
                        : Task.FromResult(Missing))
                .WithSummary(summary).TakesCommand(command, "plan").Needs(Permission.Plan).Produces<PlanView>(StatusCodes.Status201Created).Produces<PlanView>();
        }

        plans.MapPost("{plan}/celebrations", (string plan, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                PlanId.TryParse(plan, out _)
                    ? endpoint.HandleAsync(context, "schedule_celebration", [("plan", plan)], ShowCelebration, ct)
                    : Task.FromResult(Missing))
            .WithSummary("Schedules a celebration; nobody outside knows of it").TakesCommand("schedule_celebration", "plan").Needs(Permission.Plan)
            .Produces<CelebrationView>(StatusCodes.Status201Created).Produces<CelebrationView>();
        foreach (var (route, command, summary) in _ofCelebrations)
        {
            plans.MapPost("{plan}/celebrations/{celebration}/" + route, (string plan, string celebration, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                    PlanId.TryParse(plan, out _) && CelebrationId.TryParse(celebration, out var id)
                        ? endpoint.HandleAsync(context, command, [("plan", plan), ("celebration", id.ToString())], ShowCelebration, ct)
                        : Task.FromResult(Missing))
                .WithSummary(summary).TakesCommand(command, "plan", "celebration").Needs(Permission.Plan)
                .Produces<CelebrationView>(StatusCodes.Status201Created).Produces<CelebrationView>();
        }
    }

    private static IResult List(HttpContext context, AlmanacFollower follower, CivilClock clock)
    {
        var (almanac, today) = (follower.Current, clock.Today);
        var query = new QueryReader(context.Request);
        var (from, to) = Range(query);
        var wanted = new PlanQuery
        {
            Associations = Owners(query, almanac),
            IsClosed = query.Names<PlanProgress>("state") is [var only] ? only == PlanProgress.Closed : null,
            From = from,
            To = to,
            Parties = AnniversaryEndpoints.Parties(query, almanac),
            Kinds = query.Names<FactKind>("kind"),
            IsOverdue = query.Bool("overdue"),
        };
        var (page, form) = (Paging.Read(query), Negotiation.FormOf(context.Request, query));
        query.Done();

        // Dates sort as their texts do, coarse before fine.
        var (plans, all) = page.Cut(context, almanac.Plans(wanted, SightOf(context), today), plan => $"{plan.On} {plan.Id}");
        IReadOnlyList<PlanView> views = [.. plans.Select(plan => PlanView.Of(almanac, plan, today))];
        return form == ListForm.Json ? Answers.Tagged(new Page<PlanView>(views, page.Count ? all : null)) : PlanTables.Plans.Answer(form, views);
    }

    private static IResult Read(string plan, HttpContext context, AlmanacFollower follower, CivilClock clock)
    {
        var query = new QueryReader(context.Request);
        var form = Negotiation.FormOf(context.Request, query);
        query.Done();
        var (almanac, sight) = (follower.Current, SightOf(context));
        if (!PlanId.TryParse(plan, out var id) || sight.Find(almanac.Plans, id) is not { } found)
        {
            return Missing;
        }

        var view = PlanView.Whole(almanac, found, sight, clock.Today);
        return form == ListForm.Json ? Answers.Tagged(view, VersionOf(almanac, found, sight)) : PlanTables.Plan.Answer(form, view.Tasks!);
    }

    private static IResult ReadCelebration(string plan, string celebration, HttpContext context, AlmanacFollower follower)
    {
        var (almanac, sight) = (follower.Current, SightOf(context));
        return PlanId.TryParse(plan, out var id) && CelebrationId.TryParse(celebration, out var of) && sight.Find(almanac.Plans, id) is { } found && found.Find(of) is { } known
            ? Answers.Tagged(CelebrationView.Of(found, known), VersionOf(almanac, found, sight))
            : Missing;
    }

    // The version grows with what is hidden, too: who sees a part has a tag of what is shown alone.
    private static long? VersionOf(Almanac almanac, Plan plan, PlanSight sight) => sight == PlanSight.Everything ? almanac.VersionOf(plan.Id.Stream) : null;

    // Whoever may command a plan may see all of it.
    private static Shown? Show(Almanac almanac, PlanId id, LocalDate today) => almanac.Plans.Find(id) is { } plan
        ? new Shown(PlanView.Address(id), PlanView.Whole(almanac, plan, PlanSight.Everything, today), almanac.VersionOf(id.Stream))
        : null;

    private static Shown? ShowCelebration(Almanac almanac, Command asked)
    {
        var about = (CelebrationCommand)asked;
        return almanac.Plans.Find(about.Plan) is { } plan && plan.Find(about.Celebration) is { } celebration
            ? new Shown(CelebrationView.Address(plan.Id, celebration.Id), CelebrationView.Of(plan, celebration), almanac.VersionOf(plan.Id.Stream))
            : null;
    }

    /// <summary>What the caller may see.</summary>
    public static PlanSight SightOf(HttpContext context) => PlanSight.Of(TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier).Caller);

    /// <summary>The associations that a filter names.</summary>
    public static ImmutableArray<Slug> Owners(QueryReader query, Almanac almanac) => query.Many<Slug>(
        "association", text => Slug.TryParse(text, out var slug) && almanac.FindAssociation(slug) is not null ? slug : null, "/v1/associations");

    private static (LocalDate? From, LocalDate? To) Range(QueryReader query)
    {
        var (year, from, to) = (query.Number("year", 1, PartialDate.MaxYear - 1), query.Day("from"), query.Day("to"));
        if (year is not null && (from is not null || to is not null))
        {
            query.Wrong("year", "year-or-range", "Chỉ dùng “year”, hoặc “from” và “to”.", "Use either \"year\", or \"from\" and \"to\".");
        }

        if (to <= from)
        {
            query.Wrong("to", "reversed-range", "“to” phải sau “from” (ngày “to” không được tính).", "\"to\" must lie after \"from\" (it is exclusive).");
        }

        return year is { } whole ? (new LocalDate(whole, 1, 1), new LocalDate(whole + 1, 1, 1)) : (from, to);
    }

    /// <summary>There is none, or none that whoever asks may know of.</summary>
    public static IResult Missing { get; } = Problems.NotFound("Không có kế hoạch, việc hay hoạt động nào như vậy.", "There is no such plan, task or celebration.");
}
