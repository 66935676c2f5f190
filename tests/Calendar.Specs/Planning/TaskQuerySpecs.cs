using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Planning;
using Calendar.Rules;
using NodaTime;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Planning;

public class WhenTasksAreAskedFor
{
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"), Ties("CZ~VN", "1950-02-02")).On(2032, 2, 1);

    public WhenTasksAreAskedFor() => _record.Round();

    [Fact]
    public void They_come_by_due_day_and_pages_leave_none_out()
    {
        var all = Found(new TaskQuery());
        Assert.Equal(_record.Now.Plans.Plans.Values.Sum(plan => plan.Tasks.Count), all.Count);
        Assert.Equal(all.OrderBy(task => task.Due).Select(task => task.Due), all.Select(task => task.Due));

        var paged = new List<PlanTask>();
        while (_record.Now.Tasks(new TaskQuery(), _record.Today, paged.LastOrDefault()).Take(7).ToList() is { Count: > 0 } page)
        {
            paged.AddRange(page);
        }

        Assert.Equal(all, paged);
    }

    [Fact]
    public void Each_filter_leaves_what_a_look_at_all_would()
    {
        var plan = PlanOf("ties/JP~VN", 60);
        _record.Planning(new AcknowledgeTask(plan, TaskOf("logo")), new CompleteTask(plan, TaskOf("theme"), null, null, null)).On(2032, 7, 1);
        var all = Found(new TaskQuery());
        TaskQuery[] queries =
        [
            new() { Associations = [SlugOf("vn-jp")] }, new() { Associations = [SlugOf("vn-jp"), SlugOf("vufo")] }, new() { Associations = [SlugOf("nobody")] },
            new() { States = [TaskState.Acknowledged, TaskState.Done] }, new() { DueFrom = Date("2032-09-21"), DueTo = Date("2032-10-22") }, new() { IsOverdue = true },
            new() { IsOverdue = false }, new() { Parties = [Code("LA")] }, new() { Parties = [Code("JP"), Code("CZ")], IsOverdue = true }, new() { Plan = plan },
            new() { Plan = plan, Associations = [SlugOf("vn-jp-hcmc")], DueTo = Date("2033-06-01") }, new() { Associations = [SlugOf("vufo")], DueFrom = Date("2032-03-01") },
        ];

        Assert.All(queries, query => Assert.Equal(all.Where(task => Fits(query, task)), Found(query)));
        Assert.Equal(["logo-contest"], Found(new TaskQuery { IsOverdue = true, Parties = [Code("JP")] }).Select(task => task.Id.Value));
    }

    [Fact]
    public void A_change_leaves_each_task_in_the_lists_once()
    {
        var plan = PlanOf("ties/JP~VN", 60);
        _record.Planning(
            new RescheduleTask(plan, TaskOf("logo"), Date("2033-01-03"), Because), new AssignTask(plan, TaskOf("logo"), SlugOf("hufo"), null), new DropTask(plan, TaskOf("stamp"), Because));
        _record.With(Claim("ties/JP~VN", "note", "1973-10-03") with { Prefer = Because }).Round();

        var book = _record.Now.Plans;
        var tasks = book.Plans.Values.SelectMany(one => one.Tasks.Values).Order(ByDueDay.Order).ToList();
        Assert.Equal(tasks, book.Tasks.ToList());
        Assert.All(book.Owners, owner => Assert.Equal(tasks.Where(task => task.Owner == owner), book.TasksOf(owner).ToList()));
        Assert.Single(book.TasksOf(SlugOf("hufo")));
    }

    private List<PlanTask> Found(TaskQuery query) => [.. _record.Now.Tasks(query, _record.Today)];

    private bool Fits(TaskQuery query, PlanTask task) =>
        (query.Associations.IsEmpty || query.Associations.Contains(task.Owner)) && (query.States.IsEmpty || query.States.Contains(task.State))
        && (query.DueFrom is not { } from || task.Due >= from) && (query.DueTo is not { } to || task.Due < to)
        && (query.IsOverdue is not { } overdue || task.IsOverdue(_record.Today) == overdue) && (query.Plan is not { } plan || task.Plan == plan)
        && (query.Parties.IsEmpty || (task.Plan.Anniversary is { } of && query.Parties.Any(_record.Now.Find(of.Fact)!.Parties.Contains)));
}

public class WhenTheLoadIsWeighed
{
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1963-09-21"), Milestone("month", "JP~VN", "1993-09", "Tháng hữu nghị"));

    [Fact]
    public void A_round_year_weighs_more_than_a_half_one_and_each_partner_has_its_own()
    {
        var week = Assert.Single(Load.ByWeek(_record.Now, Query("2033-09-21", "2033-09-22") with { Kinds = [FactKind.TiesEstablished] }));

        Assert.Equal(("2033-W38", 8m, 2), (Load.WeekOf(week.From), week.Weight, week.Anniversaries));
        Assert.Equal([(Code("JP"), 4m), (Code("LA"), 4m)], week.ByPartner);
        Assert.Equal((4, 3, 1), (Load.WeightOf(Tier.Round), Load.WeightOf(Tier.Half), Load.WeightOf(Tier.Other)));
    }

    [Fact]
    public void A_month_is_spread_over_its_days_and_nothing_is_lost()
    {
        var weeks = Load.ByWeek(_record.Now, Query("2033-09-01", "2033-10-01") with { Parties = [Code("JP")] });

        Assert.Equal(5, weeks.Count); // 29 August to 2 October
        Assert.Equal(8m, weeks.Sum(week => week.Weight), 1);
        Assert.Equal(decimal.Round(4m * 4 / 30, 2), weeks[0].Weight); // 1 to 4 September
    }

    [Fact]
    public void A_week_weighs_the_same_whatever_day_of_it_is_asked_for()
    {
        var monday = new LocalDate(2033, 8, 29);
        var weeks = Enumerable.Range(0, 7).Select(day => Assert.Single(Load.ByWeek(_record.Now, new AnniversaryQuery(monday.PlusDays(day), monday.PlusDays(day + 1)))));

        Assert.All(weeks, week => Assert.Equal((monday, decimal.Round(4m * 4 / 30, 2), 1), (week.From, week.Weight, week.Anniversaries)));
    }

    [Fact]
    public void Weeks_with_nothing_are_there_too() =>
        Assert.Equal(["2032-W53", "2033-W01"], Load.ByWeek(_record.Now, Query("2033-01-01", "2033-01-04")).Select(week => Load.WeekOf(week.From)));

    private static AnniversaryQuery Query(string from, string to) => new(Date(from), Date(to));
}
