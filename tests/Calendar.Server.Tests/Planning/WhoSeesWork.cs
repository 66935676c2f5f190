using System.Text.Json;

namespace Calendar.Server.Tests.Planning;

/// <summary>Each role × each operation × its own and another's: the work is the planners', and of an association its own tasks.</summary>
[Collection(PlannedWork.Name)]
public sealed class WhoSeesWork(VietnamCalendar calendar)
{
    private const string _note = """{"note":"n"}""";
    private const string _reason = """{"reason":"r"}""";

    private readonly CalendarService _service = calendar.Service;

    /// <summary>What a planner may; an association gets no further than the role.</summary>
    public static TheoryData<string, string, string> OfPlanners() => new()
    {
        { "POST", "/v1/plans", """{"cadence":2043}""" },
        { "POST", "{plan}/closing", "{}" },
        { "POST", "{plan}/reopening", _reason },
        { "POST", "{plan}/template", "{}" },
        { "POST", "{plan}/joined", """{"anniversary":"3f2504e0-4f89-41d3-9a0c-0305e82c3301/60"}""" },
        { "POST", "{plan}/parting", """{"anniversary":"3f2504e0-4f89-41d3-9a0c-0305e82c3301/60","reason":"r"}""" },
        { "POST", "{plan}/reassignment", """{"from":"hufo","to":"vufo","reason":"r"}""" },
        { "POST", "{plan}/tasks", """{"task":"mine","title":"t","due":"2033-01-04"}""" },
        { "POST", "{plan}/tasks/stamp/day", """{"due":"2033-01-05","reason":"r"}""" },
        { "POST", "{plan}/tasks/stamp/owner", """{"owner":"vn-ar"}""" },
        { "POST", "{plan}/tasks/logo/dropping", _reason },
        { "POST", "{plan}/celebrations", """{"title":"t","on":"2033-10"}""" },
        { "POST", "{plan}/celebrations/3f2504e0-4f89-41d3-9a0c-0305e82c3301/announcement", "{}" },
        { "POST", "{plan}/celebrations/3f2504e0-4f89-41d3-9a0c-0305e82c3301/move", """{"on":"2033-10-24","reason":"r"}""" },
        { "POST", "{plan}/celebrations/3f2504e0-4f89-41d3-9a0c-0305e82c3301/cancellation", _reason },
        { "POST", "/v1/tasks/reassignment", """{"from":"hufo","to":"vufo","reason":"r","party":"AR"}""" },
        { "PUT", "/v1/templates/national-days", """{"title":"t","kinds":[],"tasks":[]}""" },
        { "GET", "/v1/templates", "" },
        { "GET", "/v1/templates/cadence", "" },
    };

    [Theory]
    [MemberData(nameof(OfPlanners))]
    public async Task Planning_is_for_planners(string method, string path, string body)
    {
        path = path.Replace("{plan}", await _service.OpenAsync("ties/AR", 60), StringComparison.Ordinal);
        (await AskAsync(method, path, body, null)).IsProblem(401, "unauthenticated");
        foreach (var (role, association) in new[] { ("historian", "vufo"), ("association", "vn-ar"), ("association", "vn-jp") })
        {
            (await AskAsync(method, path, body, await _service.TokenAsync(role, association))).IsProblem(403, "not-permitted");
        }

        foreach (var role in new[] { "planner", "admin" })
        {
            Assert.DoesNotContain((await AskAsync(method, path, body, await _service.TokenAsync(role))).Status, new[] { 401, 403, 500 });
        }
    }

    [Theory]
    [InlineData("messages", "acknowledgement", "{}")]
    [InlineData("guests", "evidence", """{"note":"n"}""")]
    [InlineData("stamp", "completion", """{"on":"2026-11-30"}""")]
    [InlineData("logo", "reopening", """{"reason":"r"}""")]
    public async Task How_a_task_stands_is_for_its_owner_to_say(string task, string what, string body)
    {
        var plan = await _service.OpenAsync("ties/IR", 60);
        (await _service.PostAsync($"{plan}/tasks/{task}/owner", """{"owner":"hufo"}""")).Is(201);
        var path = $"{plan}/tasks/{task}/{what}";

        (await AskAsync("POST", path, body, null)).IsProblem(401, "unauthenticated");
        (await AskAsync("POST", path, body, await _service.TokenAsync("historian"))).IsProblem(403, "not-permitted");
        foreach (var own in new[] { await _service.TokenAsync("association", "hufo"), await _service.TokenAsync("planner") })
        {
            Assert.InRange((await AskAsync("POST", path, body, own)).Status, 200, 201);
        }

        // Another's task is as one that never was, and so is one of a plan that never was.
        var other = await _service.TokenAsync("association", "vn-jp");
        var before = await _service.CountAsync();
        var hidden = (await AskAsync("POST", path, body, other)).IsProblem(404, "unknown-task");
        var nothing = (await AskAsync("POST", $"{plan}/tasks/nothing/{what}", body, other)).IsProblem(404, "unknown-task");
        Assert.Equal(nothing.Text.Replace("nothing", task, StringComparison.Ordinal), hidden.Text);
        (await AskAsync("POST", $"/v1/plans/cadence-2098/tasks/{task}/{what}", body, other)).IsProblem(404, "unknown-task");
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task An_association_sees_its_own_tasks_and_no_trace_of_others()
    {
        var plan = await _service.OpenAsync("ties/FI", 60);
        var id = plan["/v1/plans/".Length..];
        (await _service.PostAsync(plan + "/tasks/guests/owner", """{"owner":"haufo"}""")).Is(201);
        var (own, other) = (await _service.TokenAsync("association", "haufo"), await _service.TokenAsync("association", "vn-jp"));

        Assert.Equal(["guests"], (await ItemsAsync(own, $"/v1/tasks?plan={id}")).Select(task => task.Text("task")));
        Assert.Empty(await ItemsAsync(other, $"/v1/tasks?plan={id}"));
        Assert.Empty(await ItemsAsync(own, $"/v1/tasks?plan={id}&association=vufo"));
        Assert.Equal(0, (await AsAsync(other, $"/v1/tasks?plan={id}&count=true")).Is(200).Json.GetProperty("count").GetInt32());
        Assert.All(await ItemsAsync(own, "/v1/tasks"), task => Assert.Equal("haufo", task.Text("owner")));

        var seen = (await AsAsync(own, plan)).Is(200).Json;
        Assert.Equal((1, 0), (seen.Count("open"), seen.Count("done")));
        Assert.Equal(["guests"], seen.GetProperty("tasks").EnumerateArray().Select(task => task.Text("task")));
        Assert.Contains(id, (await ItemsAsync(own, "/v1/plans")).Select(one => one.Text("id")));
        Assert.DoesNotContain(id, (await ItemsAsync(other, "/v1/plans?party=FI")).Select(one => one.Text("id")));
        (await AsAsync(own, $"/v1/tasks/{id}/guests")).Is(200);
        var hidden = (await AsAsync(own, $"/v1/tasks/{id}/theme")).IsProblem(404, "not-found");
        Assert.Equal((await AsAsync(own, $"/v1/tasks/{id}/nothing")).Text, hidden.Text);
        Assert.Equal((await AsAsync(other, "/v1/plans/cadence-2098")).IsProblem(404, "not-found").Text, (await AsAsync(other, plan)).IsProblem(404, "not-found").Text);
        Assert.Single((await AsAsync(own, plan + "?format=csv")).Is(200).Text.TrimEnd().Split("\r\n")[1..]);

        // A celebration that nobody has been told of is the planners'.
        var celebration = (await _service.PostAsync(plan + "/celebrations", """{"title":"Lễ","on":"2033-01-25"}""")).Is(201)["Location"]!;
        (await AsAsync(own, celebration)).IsProblem(404, "not-found");
        Assert.Empty((await AsAsync(own, plan)).Json.GetProperty("celebrations").EnumerateArray());
        (await _service.PostAsync(celebration + "/announcement", "{}")).Is(201);
        (await AsAsync(own, celebration)).Is(200);

        foreach (var path in new[] { "/v1/plans", plan, "/v1/tasks", $"/v1/tasks/{id}/theme", celebration })
        {
            (await _service.GetAsync(path)).IsProblem(401, "unauthenticated");
            (await AsAsync(await _service.TokenAsync("historian"), path)).IsProblem(403, "not-permitted");
            (await AsAsync(await _service.TokenAsync("planner"), path)).Is(200);
        }
    }

    [Fact]
    public async Task A_request_that_comes_again_shows_nothing_of_what_has_become_anothers()
    {
        const string Theirs = "Biên bản của hội khác";
        var plan = await _service.OpenAsync("ties/AT", 60);
        var (path, key) = (plan + "/tasks/theme", ("Idempotency-Key", "known-before"));
        var (own, other) = (await _service.TokenAsync("association", "vn-jp"), await _service.TokenAsync("association", "vn-la"));
        (await _service.PostAsync(path + "/owner", """{"owner":"vn-jp"}""")).Is(201);
        var made = (await AcknowledgeAsync()).Is(201);
        Assert.Equal(made.Text, (await AcknowledgeAsync()).Is(201).Text);

        (await _service.PostAsync(path + "/owner", """{"owner":"vn-la"}""")).Is(201);
        (await _service.PostAsAsync(other, path + "/evidence", $$"""{"note":"{{Theirs}}"}""")).Is(201);
        var hidden = (await AcknowledgeAsync()).IsProblem(404, "unknown-task");
        Assert.Equal((await AskAsync("POST", plan + "/tasks/nothing/acknowledgement", "{}", own)).Text.Replace("nothing", "theme", StringComparison.Ordinal), hidden.Text);
        Assert.Equal((null, null), (hidden["Location"], hidden["ETag"]));

        // Given back it is theirs again, with all that was done.
        (await _service.PostAsync(path + "/owner", """{"owner":"vn-jp"}""")).Is(201);
        Assert.Equal(Theirs, Assert.Single((await AcknowledgeAsync()).Is(201).Json.GetProperty("evidence").EnumerateArray()).Text("note"));

        Task<Reply> AcknowledgeAsync() => _service.SendAsync("POST", path + "/acknowledgement", CalendarService.Json("{}"), CalendarService.Bearer(own), key);
    }

    [Fact]
    public async Task A_tag_tells_an_association_nothing_of_others_and_their_work_does_not_make_it_stale()
    {
        var plan = await _service.OpenAsync("ties/DK", 60);
        var task = $"/v1/tasks{plan["/v1/plans".Length..]}/guests";
        (await _service.PostAsync(plan + "/tasks/guests/owner", """{"owner":"hufo"}""")).Is(201);
        var own = await _service.TokenAsync("association", "hufo");
        var celebration = (await _service.PostAsync(plan + "/celebrations", """{"title":"Lễ","on":"2032-01-25"}""")).Is(201)["Location"]!;
        (await _service.PostAsync(celebration + "/announcement", "{}")).Is(201);
        string[] seen = [plan, task, celebration];
        var before = await TagsAsync();

        (await _service.PostAsync(plan + "/tasks/theme/completion", "{}")).Is(201);
        (await _service.PostAsync(plan + "/celebrations", """{"title":"Kín","on":"2032-02"}""")).Is(201);
        Assert.Equal(before, await TagsAsync());
        Assert.Equal([false, true, false], before.Select(tag => tag.StartsWith("\"v", StringComparison.Ordinal)));

        // If-Match takes the task's, until the task itself changes.
        var made = (await PostAsync("acknowledgement", "{}", before[1])).Is(201);
        Assert.Equal((await AsAsync(own, task)).ETag, made.ETag);
        (await PostAsync("evidence", _note, before[1])).IsProblem(412, "stale");
        (await PostAsync("evidence", _note, before[0])).IsProblem(412, "stale");
        (await PostAsync("evidence", _note, made.ETag)).Is(201);

        async Task<List<string>> TagsAsync()
        {
            var tags = new List<string>();
            foreach (var path in seen)
            {
                tags.Add((await AsAsync(own, path)).Is(200).ETag);
            }

            return tags;
        }

        Task<Reply> PostAsync(string what, string body, string tag) =>
            _service.SendAsync("POST", $"{plan}/tasks/guests/{what}", CalendarService.Json(body), CalendarService.Bearer(own), ("If-Match", tag));
    }

    [Fact]
    public async Task What_an_association_has_done_is_told_to_itself_and_to_planners()
    {
        var plan = await _service.OpenAsync("ties/BI", 60);
        foreach (var task in new[] { "theme", "guests" })
        {
            (await _service.PostAsync($"{plan}/tasks/{task}/owner", """{"owner":"comingo"}""")).Is(201);
        }

        (await _service.PostAsync(plan + "/tasks/theme/completion", "{}")).Is(201);
        foreach (var token in new[] { await _service.TokenAsync("association", "comingo"), await _service.TokenAsync("planner") })
        {
            var record = (await AsAsync(token, "/v1/associations/comingo")).Is(200).Json.GetProperty("record");
            Assert.Equal(
                (1, 1, 1, 0, 0),
                (Number(record, "open"), Number(record, "done"), Number(record, "doneInTime"), Number(record, "doneLate"), Number(record, "overdue")));
            Assert.Equal("guests", Assert.Single(record.GetProperty("next").EnumerateArray()).Text("task"));
        }

        var open = (await _service.GetAsync("/v1/associations/comingo")).Is(200);
        Assert.False(open.Json.TryGetProperty("record", out _));
        Assert.False((await AsAsync(await _service.TokenAsync("association", "vn-jp"), "/v1/associations/comingo")).Is(200).Json.TryGetProperty("record", out _));
        Assert.Equal(open.Text, (await AsAsync(await _service.TokenAsync("historian"), "/v1/associations/comingo")).Is(200).Text);

        static int Number(JsonElement of, string name) => of.GetProperty(name).GetInt32();
    }

    private async Task<IReadOnlyList<JsonElement>> ItemsAsync(string token, string path) => (await AsAsync(token, path)).Is(200).Items;

    private Task<Reply> AsAsync(string token, string path) => _service.GetAsync(path, CalendarService.Bearer(token));

    private Task<Reply> AskAsync(string method, string path, string body, string? token) => _service.SendAsync(
        method, path, method == "GET" ? null : CalendarService.Json(body), token is null ? [] : [CalendarService.Bearer(token)]);
}
