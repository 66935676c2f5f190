namespace Calendar.Server.Tests.Planning;

/// <summary>Planners open plans, give out the work and say how it stands.</summary>
[Collection(PlannedWork.Name)]
public sealed class WorkingOnPlans(VietnamCalendar calendar)
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task A_planner_opens_Japans_sixtieth_with_every_task_on_its_day()
    {
        var planner = await _service.TokenAsync("planner");
        var made = (await _service.PostAsAsync(planner, "/v1/plans", $$"""{"anniversary":"{{PlanRequests.Anniversary("ties/JP", 60)}}"}""")).Is(201);

        Assert.Equal("/v1/plans/" + PlanRequests.PlanOf("ties/JP", 60), made["Location"]);
        Assert.StartsWith("\"v20-", made.ETag, StringComparison.Ordinal);
        var plan = made.Json;
        Assert.Equal(
            ("60 years of Viet Nam – Japan diplomatic relations", "2033-09-21", "vn-jp", "open", "2032-03-19"),
            (plan.En("title"), plan.Text("on"), plan.Text("lead"), plan.Text("state"), plan.Text("nextDue")));
        Assert.Equal((19, 0, 0), (plan.Count("open"), plan.Count("overdue"), plan.Count("tooLate")));
        Assert.Equal(
            ["2032-03-19 theme vn-jp lead", "2033-05-20 delegations-vn-jp-hanoi vn-jp-hanoi support", "2033-09-21 ceremony vn-jp lead"],
            new[] { "theme", "delegations-vn-jp-hanoi", "ceremony" }.Select(name => plan.Task(name)).Select(task => $"{task.Text("due")} {task.Text("task")} {task.Text("owner")} {task.Text("role")}"));
        Assert.Equal("Viet Nam – Japan Friendship Association", plan.Task("theme").En("ownerName"));
        Assert.False(plan.TryGetProperty("templateUpdate", out _));

        var shown = await _service.SeeAsync(made["Location"]!);
        Assert.Equal((made.Text, made.ETag), (shown.Text, shown.ETag));
        Assert.Equal("private, no-store", shown["Cache-Control"]);

        // Again, by either of its names, it is open already.
        (await _service.PostAsAsync(planner, "/v1/plans", $$"""{"plan":"{{PlanRequests.PlanOf("ties/JP", 60)}}"}""")).Is(200);
        Assert.Equal(made.ETag, (await _service.SeeAsync(await _service.OpenAsync("ties/JP", 60))).ETag);
    }

    [Fact]
    public async Task The_unions_work_of_a_year_is_opened_by_its_year()
    {
        var made = (await _service.PostAsync("/v1/plans", """{"cadence":2041}""")).Is(201).Json;
        Assert.Equal(("cadence-2041", "2041", "vufo", "The union's yearly work 2041"), (made.Text("id"), made.Text("on"), made.Text("lead"), made.En("title")));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, made.GetProperty("anniversary").ValueKind);
        Assert.Equal("cadence-2041/tet-gathering", made.Task("tet-gathering").Text("id"));
    }

    [Fact]
    public async Task Its_owner_knows_of_a_task_and_shows_that_it_is_done()
    {
        var task = await _service.OpenAsync("ties/FR", 60) + "/tasks/theme";
        Assert.Equal("acknowledged", (await _service.PostAsync(task + "/acknowledgement", "{}")).Is(201).Json.Text("state"));
        (await _service.PostAsync(task + "/acknowledgement", "{}")).Is(200);

        var done = (await _service.PostAsync(task + "/completion", """{"note":"Đã thống nhất với đại sứ quán","url":"https://example.org/minutes"}""")).Is(201);
        Assert.Equal(("/v1/tasks/" + PlanRequests.PlanOf("ties/FR", 60) + "/theme", "done", "2026-12-01"), (done["Location"], done.Json.Text("state"), done.Json.Text("completedOn")));
        (await _service.PostAsync(task + "/evidence", """{"note":"Biên bản"}""")).Is(201);
        (await _service.PostAsync(task + "/completion", """{"on":"2026-12-02"}""")).IsProblem(422, "in-the-future").Names("/on", "in-the-future");

        var shown = await _service.SeeAsync(done["Location"]!);
        Assert.Equal(
            ["2026 admin Đã thống nhất với đại sứ quán https://example.org/minutes", "2026 admin Biên bản "],
            shown.Json.GetProperty("evidence").EnumerateArray().Select(one => $"{one.Text("at")![..4]} {one.Text("role")} {one.Text("note")} {one.Text("url")}"));

        (await _service.PostAsync(task + "/reopening", """{"reason":"Đổi chủ đề"}""")).Is(201);
        Assert.Equal("open", (await _service.SeeAsync(done["Location"]!)).Json.Text("state"));
    }

    [Fact]
    public async Task Of_two_planners_with_the_same_plan_before_them_the_second_is_told_to_look_again()
    {
        var plan = await _service.OpenAsync("ties/AU", 60);
        var seen = (await _service.SeeAsync(plan)).ETag;

        (await _service.PostAsync(plan + "/tasks/theme/owner", """{"owner":"vufo","reason":"Hội chưa đại hội"}""", ("If-Match", seen))).Is(201);
        (await _service.PostAsync(plan + "/tasks/theme/owner", """{"owner":"hufo"}""", ("If-Match", seen))).IsProblem(412, "stale");
        Assert.Equal("vufo", (await _service.SeeAsync(plan)).Json.Task("theme").Text("owner"));

        var again = await _service.SeeAsync("/v1/tasks" + plan["/v1/plans".Length..] + "/theme");
        (await _service.PostAsync(plan + "/tasks/theme/owner", """{"owner":"hufo"}""", ("If-Match", again.ETag))).Is(201);
    }

    [Fact]
    public async Task A_task_of_ones_own_is_added_once_however_often_the_request_comes()
    {
        var plan = await _service.OpenAsync("ties/SG", 60);
        const string Task = """{"title":{"vi":"Triển lãm ảnh","en":"Photographs"},"due":"2033-01-04","owner":"hufo"}""";
        var key = ("Idempotency-Key", "photographs");
        var made = (await _service.PostAsync(plan + "/tasks", Task, key)).Is(201);
        var again = (await _service.PostAsync(plan + "/tasks", Task, key)).Is(201);

        Assert.Equal((made.Json.Text("id"), made["Location"]), (again.Json.Text("id"), again["Location"]));
        Assert.True(Guid.TryParse(made.Json.Text("task"), out _));
        Assert.Equal(18, (await _service.SeeAsync(plan)).Json.GetProperty("tasks").EnumerateArray().Count(task => task.Text("role") == "lead"));
    }

    [Fact]
    public async Task A_day_that_is_no_working_day_is_taken_with_a_warning()
    {
        var plan = await _service.OpenAsync("ties/CA", 60);

        // 1 January 2033 is a Saturday, and New Year.
        var made = (await _service.PostAsync(plan + "/tasks", """{"task":"new-year","title":"Chúc Tết","due":"2033-01-01"}""")).Is(201);
        var warning = Assert.Single(made.Json.GetProperty("warnings").EnumerateArray());
        Assert.Equal(("urn:calendar:problem:not-an-ordinary-day", "/due"), (warning.Text("type"), warning.Text("pointer")));

        var moved = (await _service.PostAsync(plan + "/tasks/new-year/day", """{"due":"2033-01-04","reason":"Ngày làm việc"}""")).Is(201);
        Assert.False(moved.Json.TryGetProperty("warnings", out _));
        Assert.Equal(("2033-01-04", "Ngày làm việc"), (moved.Json.Text("due"), moved.Json.GetProperty("reason").Text("vi")));
        Assert.False((await _service.SeeAsync("/v1/tasks" + plan["/v1/plans".Length..] + "/new-year")).Json.TryGetProperty("warnings", out _));
    }

    [Fact]
    public async Task A_plan_is_closed_when_nothing_is_left_to_do()
    {
        var plan = await _service.OpenAsync("treaties/LA/border", 60);
        (await _service.PostAsync(plan + "/closing", """{"report":"Đã trao đổi thư"}""")).IsProblem(409, "tasks-open");
        foreach (var task in new[] { "proposal", "statement" })
        {
            (await _service.PostAsync($"{plan}/tasks/{task}/dropping", """{"reason":"Không tổ chức"}""")).Is(201);
        }

        var closed = (await _service.PostAsync(plan + "/closing", """{"report":"Đã trao đổi thư"}""")).Is(201).Json;
        Assert.Equal(("closed", "Đã trao đổi thư", 2), (closed.Text("state"), closed.GetProperty("report").Text("vi"), closed.Count("dropped")));
        (await _service.PostAsync(plan + "/tasks/proposal/reopening", """{"reason":"r"}""")).IsProblem(409, "plan-closed");
        Assert.Contains(PlanRequests.PlanOf("treaties/LA/border", 60), (await _service.SeeAsync("/v1/plans?state=closed&party=LA&kind=treaty_signed")).Items.Select(one => one.Text("id")));
        Assert.Equal("open", (await _service.PostAsync(plan + "/reopening", """{"reason":"Tổ chức muộn"}""")).Is(201).Json.Text("state"));
    }

    [Fact]
    public async Task Everything_of_one_owner_goes_to_another_at_once()
    {
        await _service.OpenAsync("ties/GB", 60);
        await _service.OpenAsync("ties/GB", 70);
        const string Body = """{"from":"vn-gb","to":"vufo","reason":"Hội tạm dừng hoạt động","party":"GB"}""";
        var before = await CountAsync("vn-gb");
        Assert.True(before > 30, before.ToString(System.Globalization.CultureInfo.InvariantCulture));

        var moved = (await _service.PostAsync("/v1/tasks/reassignment", Body)).Is(200).Json;
        Assert.Equal((before, 0), (moved.GetProperty("tasks").GetInt32(), moved.GetProperty("refused").GetArrayLength()));
        Assert.True(moved.GetProperty("plans").GetInt32() >= 2);
        Assert.Equal(0, await CountAsync("vn-gb"));

        var again = (await _service.PostAsync("/v1/tasks/reassignment", Body)).Is(200).Json;
        Assert.Equal((0, 0), (again.GetProperty("plans").GetInt32(), again.GetProperty("tasks").GetInt32()));

        async Task<int> CountAsync(string owner) =>
            (await _service.SeeAsync($"/v1/tasks?association={owner}&party=GB&state=open,acknowledged&limit=1&count=true")).Json.GetProperty("count").GetInt32();
    }

    [Theory]
    [InlineData("/v1/plans", "{}", 422, "/plan", "plan-named-once")]
    [InlineData("/v1/plans", """{"plan":"cadence-2042","cadence":2042}""", 422, "/plan", "plan-named-once")]
    [InlineData("/v1/plans", """{"plan":"cadence"}""", 422, "/plan", "malformed-plan")]
    [InlineData("/v1/plans", """{"anniversary":"japan/60"}""", 422, "/anniversary", "malformed-anniversary")]
    [InlineData("/v1/plans", """{"anniversary":"3f2504e0-4f89-41d3-9a0c-0305e82c3301/60"}""", 404, "/anniversary", "unknown-fact")]
    [InlineData("/v1/plans", """{"cadence":2042,"lead":"nobody"}""", 404, "/lead", "unknown-association")]
    [InlineData("/v1/plans", """{"cadence":2142}""", 422, "/cadence", "too-far")]
    [InlineData("/v1/plans/cadence-2099/closing", "{}", 404, "/plan", "unknown-plan")]
    [InlineData("{plan}/tasks", """{"due":"2033-01-03"}""", 422, "/title", "member-required")]
    [InlineData("{plan}/tasks", """{"title":"t","due":"2026-11-30"}""", 422, "/due", "due-in-the-past")]
    [InlineData("{plan}/tasks", """{"title":"t","due":"2033"}""", 422, "/due", "impossible-date")]
    [InlineData("{plan}/tasks", """{"title":"t","due":"2033-01-03","plan":"cadence-2033"}""", 422, "/plan", "unknown-member")]
    [InlineData("{plan}/tasks/theme/owner", """{"owner":"nobody"}""", 404, "/owner", "unknown-association")]
    [InlineData("{plan}/tasks/nothing/acknowledgement", "{}", 404, "/task", "unknown-task")]
    [InlineData("{plan}/tasks/theme/evidence", "{}", 422, "/note", "evidence-empty")]
    [InlineData("{plan}/tasks/theme/evidence", """{"url":"javascript:1"}""", 422, "/url", "malformed-url")]
    [InlineData("{plan}/celebrations", """{"title":"Lễ","on":"2026-11"}""", 422, "/on", "in-the-past")]
    [InlineData("{plan}/joined", """{"anniversary":"{own}"}""", 422, "/anniversary", "joins-itself")]
    [InlineData("/v1/tasks/reassignment", """{"from":"vn-jp","to":"vn-jp","reason":"r"}""", 422, "/to", "same-owner")]
    [InlineData("/v1/tasks/reassignment", """{"from":"vn-jp","to":"nobody","reason":"r"}""", 404, "/to", "unknown-association")]
    [InlineData("/v1/tasks/reassignment", """{"from":"nobody","to":"vn-jp","reason":"r"}""", 404, "/from", "unknown-association")]
    [InlineData("/v1/tasks/reassignment", """{"from":"vn-jp","to":"vufo","reason":"r","party":"XX"}""", 404, "/party", "unknown-party")]
    [InlineData("/v1/tasks/reassignment", """{"from":"vn-jp","to":"vufo"}""", 422, "/reason", "member-required")]
    public async Task What_cannot_be_is_refused_where_it_stands(string path, string body, int status, string pointer, string code)
    {
        var plan = await _service.OpenAsync("ties/NL", 60);
        var before = await _service.CountAsync();
        (await _service.PostAsync(path.Replace("{plan}", plan, StringComparison.Ordinal), body.Replace("{own}", PlanRequests.Anniversary("ties/NL", 60), StringComparison.Ordinal)))
            .IsProblem(status, code).Names(pointer, code);
        Assert.Equal(before, await _service.CountAsync());
    }
}
