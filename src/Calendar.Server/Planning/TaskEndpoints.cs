using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Planning;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Planning;

/// <summary><c>/v1/tasks</c>: what is to be done, by due day, for those who may see plans; of an association's its own. Commands go to the plan that holds a task.</summary>
internal static class TaskEndpoints
{
    // A table has all of it.
    private const int _mostRows = 50_000;

    private static readonly (string Route, string Command, Permission Needed, string Summary)[] _commands =
    [
        ("acknowledgement", "acknowledge_task", Permission.WorkOnTasks, "Its owner knows of it"),
        ("completion", "complete_task", Permission.WorkOnTasks, "It is done, today or on an earlier day"),
        ("evidence", "add_evidence", Permission.WorkOnTasks, "A note or link that shows what was done"),
        ("reopening", "reopen_task", Permission.WorkOnTasks, "It is to be done after all"),
        ("day", "reschedule_task", Permission.Plan, "It is due on another day"),
        ("owner", "assign_task", Permission.Plan, "Somebody else is to do it"),
        ("dropping", "drop_task", Permission.Plan, "It need not be done"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup("/v1/tasks").WithTags("Tasks");
        tasks.MapGet("", List)
            .WithSummary("The tasks by due day, in JSON, CSV or XLSX (Accept, or format)").Needs(Permission.WorkOnTasks)
            .Produces<Page<TaskView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(
                ("association", "Owners in commas"), ("state", "open, acknowledged, done, dropped"), ("dueFrom", "First due day"), ("dueTo", "Day after the last"),
                ("party", "Of the plan's anniversaries: codes in commas"), ("overdue", "true or false"), ("plan", "One plan"),
                ("limit", $"At most {Paging.MaxLimit}; a table has up to {_mostRows} rows"), ("cursor", "From a next link"), ("count", "true adds the total, in JSON"), Negotiation.Parameter)
            .RefusesWith(401, 403);
        tasks.MapGet("{plan}/{task}", ReadOne)
            .WithSummary("One task with its evidence")
            .WithDescription("If-Match takes its ETag, which holds the version of its plan; before an association's token it holds that of the task alone, whatever else happens in the plan.")
            .Needs(Permission.WorkOnTasks).Produces<TaskView>().RefusesWith(401, 403, 404);
        tasks.MapPost("reassignment", (HttpContext context, AlmanacFollower follower, CommandHandler handler, CancellationToken ct) =>
                BulkReassignment.HandleAsync(context, follower, handler, ct))
            .WithSummary("Gives the open tasks of one owner in all open plans to another; repeated, there is nothing left to give").Needs(Permission.Plan)
            .Accepts<ReassignmentBody>("application/json").Produces<ReassignmentView>().RefusesWith(400, 401, 403, 404, 409, 413, 415, 422, 503);
        MapCommands(routes.MapGroup("/v1/plans/{plan}/tasks").WithTags("Tasks"));
    }

    private static void MapCommands(RouteGroupBuilder ofPlan)
    {
        ofPlan.MapPost("", (string plan, HttpContext context, CommandEndpoint endpoint, CivilClock clock, CancellationToken ct) =>
                PlanId.TryParse(plan, out _)
                    ? endpoint.HandleAsync(context, "add_task", [("plan", plan)], Show(context, clock), ct)
                    : Task.FromResult(PlanEndpoints.Missing))
            .WithSummary("Adds a task of one's own").TakesCommand("add_task", "plan").Needs(Permission.Plan)
            .Produces<TaskView>(StatusCodes.Status201Created).Produces<TaskView>();
        foreach (var (route, command, needed, summary) in _commands)
        {
            ofPlan.MapPost("{task}/" + route, (string plan, string task, HttpContext context, CommandEndpoint endpoint, CivilClock clock, CancellationToken ct) =>
                    PlanId.TryParse(plan, out _) && TaskId.TryParse(task, out _)
                        ? endpoint.HandleAsync(context, command, [("plan", plan), ("task", task)], Show(context, clock), ct)
                        : Task.FromResult(PlanEndpoints.Missing))
                .WithSummary(summary).TakesCommand(command, "plan", "task").Needs(needed)
                .Produces<TaskView>(StatusCodes.Status201Created).Produces<TaskView>();
        }
    }

    private static IResult List(HttpContext context, AlmanacFollower follower, CivilClock clock)
    {
        var (almanac, today) = (follower.Current, clock.Today);
        var query = new QueryReader(context.Request);
        var wanted = PlanEndpoints.SightOf(context).Narrow(Read(query, almanac));
        var form = Negotiation.FormOf(context.Request, query);
        var page = form == ListForm.Json ? Paging.Read(query) : Paging.Read(query, _mostRows, _mostRows);
        var after = page.After is { } key ? ReadKey(key) : null;
        if (page.After is not null && after is null)
        {
            Paging.Foreign(query);
        }

        query.Done();

        var found = wanted is null ? [] : almanac.Tasks(wanted, today, after).Take(page.Limit + 1).ToList();
        if (found.Count > page.Limit)
        {
            found.RemoveAt(page.Limit);
            Paging.Link(context, $"{new PartialDate(found[^1].Due)} {found[^1].Plan} {found[^1].Id}");
        }

        var views = new TaskViews(almanac, today);
        var items = found.ConvertAll(task => views.Of(task, withEvidence: form != ListForm.Json));
        return form != ListForm.Json ? PlanTables.Tasks.Answer(form, items)
            : Answers.Tagged(new Page<TaskView>(items, !page.Count ? null : wanted is null ? 0 : almanac.Tasks(wanted, today).Count()));
    }

    private static TaskQuery Read(QueryReader query, Almanac almanac)
    {
        var wanted = new TaskQuery
        {
            Associations = PlanEndpoints.Owners(query, almanac),
            States = query.Names<TaskState>("state"),
            DueFrom = query.Day("dueFrom"),
            DueTo = query.Day("dueTo"),
            Parties = AnniversaryEndpoints.Parties(query, almanac),
            IsOverdue = query.Bool("overdue"),
            Plan = ReadPlan(query),
        };
        if (wanted.DueTo <= wanted.DueFrom)
        {
            query.Wrong("dueTo", "reversed-range", "“dueTo” phải sau “dueFrom” (ngày “dueTo” không được tính).", "\"dueTo\" must lie after \"dueFrom\" (it is exclusive).");
        }

        return wanted;
    }

    private static PlanId? ReadPlan(QueryReader query)
    {
        if (query.One("plan") is not { } text)
        {
            return null;
        }

        if (PlanId.TryParse(text, out var plan))
        {
            return plan;
        }

        query.Unknown("plan", text, "/v1/plans");
        return null;
    }

    private static IResult ReadOne(string plan, string task, HttpContext context, AlmanacFollower follower, CivilClock clock)
    {
        new QueryReader(context.Request).Done();
        return PlanId.TryParse(plan, out var id) && TaskId.TryParse(task, out var of) && Show(follower.Current, PlanEndpoints.SightOf(context), id, of, clock.Today) is { } shown
            ? Answers.Tagged((TaskView)shown.Value, shown.Version)
            : PlanEndpoints.Missing;
    }

    private static Func<Almanac, Command, Shown?> Show(HttpContext context, CivilClock clock) => (almanac, asked) =>
        asked is TaskCommand about ? Show(almanac, PlanEndpoints.SightOf(context), about.Plan, about.Task, clock.Today) : null;

    private static Shown? Show(Almanac almanac, PlanSight sight, PlanId plan, TaskId of, LocalDate today) => sight.Find(almanac.Plans, plan, of) is { } task
        ? new Shown(TaskViews.Address(task), new TaskViews(almanac, today).Of(task, withEvidence: true), sight == PlanSight.Everything ? almanac.VersionOf(plan.Stream) : task.Revision)
        : null;

    // What decides the order is enough of a task to go on behind it.
    private static PlanTask? ReadKey(string key) =>
        key.Split(' ') is [var due, var plan, var task] && PartialDate.TryParse(due, out var day, out _) && day.Precision == Precision.Day
            && PlanId.TryParse(plan, out var of) && TaskId.TryParse(task, out var id)
            ? new PlanTask(of, id, new Text("", ""), day.First, default, default, false, null, null, default, default, 0)
            : null;
}
