using Calendar.Almanacs;
using Calendar.Planning;
using Calendar.Server.Imports;
using Calendar.Server.Planning;
using Calendar.Server.Rounds;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Calendar.Server.Tests.Planning;

/// <summary>What the round leaves in the log of Viet Nam's calendar, on 1 December 2026 and after changes of the record.</summary>
public sealed class PlanningRounds : IAsyncLifetime
{
    private const string Source = """{"citation":"Công báo","confidence":"confirmed"}""";

    // Every relation's anniversaries of the ten years to come have a first task that is due soon.
    private const string FarAhead = """
        {"key":"tests/far","do":"adopt_template","template":"relations","title":"Kỷ niệm quan hệ","kinds":["ties_established"],"tasks":[
        {"line":"archive","offset":"P-118M","title":"Tìm tư liệu","role":"lead"},{"line":"ceremony","offset":"P0D","title":"Lễ kỷ niệm","role":"lead"}]}
        """;

    private CalendarService _service = null!;

    private Almanac Now => _service.Services.GetRequiredService<AlmanacFollower>().Current;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.Vietnam);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public void After_the_first_start_every_plan_whose_time_has_come_is_open()
    {
        var plans = Now.Plans.Plans.Values;

        Assert.Empty(new Planner(Now, Today).Round());
        Assert.Equal(["cadence 2", "partnerships 10", "relations 47"], plans.GroupBy(plan => plan.Template).Select(of => $"{of.Key} {of.Count()}").Order(StringComparer.Ordinal));
        Assert.All(plans, plan => Assert.NotEmpty(plan.LiveTasks));

        // Laos, 65 years: 5 September 2027 is a Sunday behind two days off for National Day.
        Assert.Equal(new LocalDate(2027, 9, 1), TaskOf("vietnam/ties/LA", 65, "ceremony").Due);
        Assert.Equal("vn-la", TaskOf("vietnam/ties/LA", 65, "ceremony").Owner.Value);

        // Japan's next one is the 55th, in 2028: eleven months before it the half years begin.
        Assert.Null(Now.Plans.Find(PlanOf("vietnam/ties/JP", 55)));
    }

    [Fact]
    public async Task Another_pass_adds_nothing_here_or_on_another_instance_though_its_clock_is_a_day_ahead_or_behind()
    {
        var events = await _service.CountAsync();
        await PassAsync(_service);
        Assert.Equal(events, await _service.CountAsync());

        await using var ahead = await CalendarService.StartAsync(_service.Connection, ClockOf(FixedClock.Start + Duration.FromDays(1)));
        await using var behind = await CalendarService.StartAsync(_service.Connection, ClockOf(FixedClock.Start - Duration.FromDays(1)));
        await PassAsync(ahead);
        events = await _service.CountAsync();
        foreach (var service in new[] { behind, _service, ahead, behind })
        {
            await service.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(await service.QueryAsync<long>("select max(seq_id) from calendar.mt_events"), service.Soon);
            await PassAsync(service);
            Assert.Equal(events, await _service.CountAsync());
        }
    }

    [Fact]
    public async Task Each_midnight_the_plans_of_the_new_day_open_and_no_day_is_left_out()
    {
        // Sixty days without service, and the same days week by week.
        var database = await CalendarService.DatabaseAsync(Holding.Vietnam);
        await using var service = await CalendarService.StartAsync(database, ClockOf(FixedClock.Start + Duration.FromDays(60)));
        await PassAsync(service);
        for (var day = 4; day <= 60; day += 7)
        {
            _service.Clock.Set(FixedClock.Start + Duration.FromDays(day));
            await PassAsync(_service);
        }

        var late = service.Services.GetRequiredService<AlmanacFollower>().Current.Plans;
        Assert.Contains(late.Tasks, task => task.IsLate);
        Assert.Equal(late.Plans.Keys, Now.Plans.Plans.Keys);
        Assert.Equal(late.Tasks.Select(task => (task.Key, task.Due, task.Owner)), Now.Plans.Tasks.Select(task => (task.Key, task.Due, task.Owner)));
    }

    [Fact]
    public async Task A_template_that_begins_ten_years_ahead_opens_hundreds_of_plans_and_the_public_sees_none()
    {
        string[] addresses = ["/feeds/anniversaries.ics", "/v1/anniversaries?year=2033&count=true", "/v1/relationships/JP~VN/history", "/v1/changes?from=2026-11-01&to=2026-12-01", "/health/ready"];
        var before = await Task.WhenAll(addresses.Select(address => _service.GetAsync(address)));
        var plans = Now.Plans.Plans.Count;

        await ImportAsync(FarAhead);
        await PassAsync(_service);

        Assert.InRange(Now.Plans.Plans.Count, plans + 300, plans + 500);
        Assert.Equal(Now.Plans.Plans.Count, await _service.QueryAsync<long>("select count(*) from calendar.mt_events where type = 'plan_opened'"));
        Assert.Equal(Now.Plans.Tasks.Count, await _service.QueryAsync<long>("select count(*) from calendar.mt_events where type = 'task_added'"));
        Assert.Equal(0, await _service.QueryAsync<long>("select count(*) from (select 1 from calendar.mt_events where stream_id like 'plan-%' group by stream_id having bool_or(headers->>'role' <> 'round')) as others"));
        Assert.Equal(before.Select(answer => (answer["ETag"], answer.Text)), (await Task.WhenAll(addresses.Select(address => _service.GetAsync(address)))).Select(answer => (answer["ETag"], answer.Text)));
    }

    [Fact]
    public async Task A_holiday_that_is_announced_moves_open_tasks_and_its_withdrawal_moves_them_back()
    {
        var due = TaskOf("vietnam/ties/LA", 65, "ceremony").Due;
        await ImportAsync($$"""{"key":"tests/holiday","do":"announce_holiday","party":"VN","date":"{{new PartialDate(due)}}","occasion":"state-visit","name":"Nghỉ bù","status":"announced","source":{{Source}}}""");
        await PassAsync(_service);
        Assert.Equal(due.PlusDays(-1), TaskOf("vietnam/ties/LA", 65, "ceremony").Due);

        await ImportAsync($$"""{"key":"tests/no-holiday","do":"withdraw_holiday","party":"VN","date":"{{new PartialDate(due)}}","reason":"Không nghỉ nữa"}""");
        await PassAsync(_service);
        Assert.Equal(due, TaskOf("vietnam/ties/LA", 65, "ceremony").Due);
    }

    [Fact]
    public async Task An_association_that_closes_hands_its_tasks_on_to_the_next_that_covers_the_partner_and_last_to_the_union()
    {
        await ImportAsync("""{"key":"tests/closed","do":"close_association","association":"vn-la","reason":"Hợp nhất"}""");
        await PassAsync(_service);

        Assert.DoesNotContain(Now.Plans.TasksOf(Slug.Of("vn-la")), task => task.IsLive);
        Assert.Equal("vn-asean", TaskOf("vietnam/ties/LA", 65, "ceremony").Owner.Value);

        await ImportAsync("""{"key":"tests/closed-too","do":"close_association","association":"vn-asean","reason":"Hợp nhất"}""");
        await PassAsync(_service);
        Assert.Equal("vufo", TaskOf("vietnam/ties/LA", 65, "ceremony").Owner.Value);
    }

    [Fact]
    public async Task Open_tasks_follow_a_fact_that_is_corrected_withdrawn_and_reinstated()
    {
        var plan = PlanOf("vietnam/ties/LA", 65);
        var live = Now.Plans.Find(plan)!.LiveTasks.Count();
        await ImportAsync("""{"key":"tests/withdrawn","do":"withdraw_fact","fact":"vietnam/ties/LA","reason":"Nhầm"}""");
        await PassAsync(_service);
        Assert.Empty(Now.Plans.Find(plan)!.LiveTasks);

        await ImportAsync(
            """{"key":"tests/reinstated","do":"reinstate_fact","fact":"vietnam/ties/LA","reason":"Không nhầm"}""",
            $$"""{"key":"tests/claim","do":"claim_date","fact":"vietnam/ties/LA","on":"1962-10-05","prefer":"Theo bản gốc","source":{{Source}}}""");
        await PassAsync(_service);
        Assert.Equal(live, Now.Plans.Find(plan)!.LiveTasks.Count());
        Assert.Equal(new LocalDate(2027, 10, 5), TaskOf("vietnam/ties/LA", 65, "ceremony").Due);
    }

    [Fact]
    public async Task A_change_wakes_the_round_and_a_ticked_task_does_not()
    {
        var stream = PlanOf("vietnam/ties/LA", 65).Stream;
        var version = Now.VersionOf(stream);
        await ImportAsync("""{"key":"tests/closed","do":"close_association","association":"vn-la","reason":"Hợp nhất"}""");
        await _service.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(stream, version + 1, _service.Soon);
        Assert.Equal("vn-asean", TaskOf("vietnam/ties/LA", 65, "ceremony").Owner.Value);

        await PassAsync(_service);
        var follows = Now.PlansFollow;
        await ImportAsync($$"""{"key":"tests/done","do":"complete_task","plan":"{{PlanOf("vietnam/ties/LA", 65)}}","task":"ceremony"}""");
        Assert.Equal(follows, Now.PlansFollow);
    }

    [Fact]
    public async Task Two_passes_at_once_that_know_of_no_lock_open_each_plan_once()
    {
        await using var other = await CalendarService.StartAsync(_service.Connection);
        await ImportAsync(FarAhead);
        var wanted = new Planner(Now, Today).Openings().Select(opening => opening.Stream).Concat(Now.Plans.Plans.Keys.Select(plan => plan.Stream)).ToHashSet(StringComparer.Ordinal);
        await other.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(Now.Position, other.Soon);

        await Task.WhenAll(new[] { _service, other }.Select(service => ActivatorUtilities.CreateInstance<PlanningRound>(service.Services).PassAsync(service.Soon)));

        Assert.Equal(wanted.Count, await _service.QueryAsync<long>("select count(*) from calendar.mt_events where type = 'plan_opened'"));
        Assert.Equal(wanted, Now.Plans.Plans.Keys.Select(plan => plan.Stream).ToHashSet(StringComparer.Ordinal));
        Assert.Empty(new Planner(Now, Today).Round());
    }

    private LocalDate Today => _service.Services.GetRequiredService<CivilClock>().Today;

    private static FixedClock ClockOf(Instant now)
    {
        var clock = new FixedClock();
        clock.Set(now);
        return clock;
    }

    /// <summary>When no pass is under way any more, and one has found nothing left.</summary>
    private static async Task PassAsync(CalendarService service)
    {
        while (!await RoundRunner.PassAsync(service.Services.GetRequiredService<PlanningRound>(), service.Source, service.Soon))
        {
            // The service is at it.
        }
    }

    private async Task ImportAsync(params string[] lines)
    {
        var file = Path.Combine(_service.DataFolder, "lines.jsonl");
        await File.WriteAllLinesAsync(file, lines.Select(line => line.ReplaceLineEndings("")), _service.Soon);
        var report = await _service.Services.GetRequiredService<Importer>().ImportAsync([file], new Actor("tests", Role.Admin), dryRun: false, _ => { }, _service.Soon);
        Assert.Equal((lines.Length, 0), (report.Recorded, report.Refused.Count));
        await _service.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(await _service.QueryAsync<long>("select max(seq_id) from calendar.mt_events"), _service.Soon);
    }

    private static PlanId PlanOf(string key, int number) => PlanId.Of(new AnniversaryId(FactId.OfKey(key), number));

    private PlanTask TaskOf(string key, int number, string task) => Now.Plans.Find(PlanOf(key, number))!.Tasks.Values.Single(one => one.Id.Value == task);
}
