using System.Text.Json;
using Calendar.Server.Tests.Imports;

namespace Calendar.Server.Tests.Planning;

/// <summary>Plans, tasks, templates and the load as lists and tables.</summary>
[Collection(PlannedWork.Name)]
public sealed class ListingWork(VietnamCalendar calendar)
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Tasks_come_by_due_day_a_page_at_a_time()
    {
        var plan = (await _service.OpenAsync("ties/IT", 60))["/v1/plans/".Length..];
        var whole = (await _service.SeeAsync($"/v1/tasks?plan={plan}&count=true")).Json;
        var all = whole.GetProperty("items").EnumerateArray().Select(task => $"{task.Text("due")} {task.Text("id")}").ToList();
        Assert.Equal(all.Count, whole.GetProperty("count").GetInt32());
        Assert.Equal(all.Order(StringComparer.Ordinal), all);
        Assert.Equal("2031-09-23", all[0][..10]);

        var paged = new List<string>();
        for (string? next = $"/v1/tasks?plan={plan}&limit=5"; next is not null;)
        {
            var page = await _service.SeeAsync(next);
            Assert.InRange(page.Items.Count, 1, 5);
            paged.AddRange(page.Items.Select(task => $"{task.Text("due")} {task.Text("id")}"));
            next = page.Next;
        }

        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task A_task_of_a_list_says_whose_it_is_and_what_for()
    {
        var plan = (await _service.OpenAsync("ties/MY", 60))["/v1/plans/".Length..];
        var task = Assert.Single((await _service.SeeAsync($"/v1/tasks?plan={plan}&dueFrom=2033-03-30&dueTo=2033-03-31")).Items);
        Assert.Equal(
            ($"{plan}/ceremony", plan, "ceremony", "2033-03-30", "open", "lead", PlanRequests.Anniversary("ties/MY", 60)),
            (task.Text("id"), task.Text("plan"), task.Text("task"), task.Text("due"), task.Text("state"), task.Text("role"), task.Text("anniversary")));
        Assert.False(task.GetProperty("overdue").GetBoolean() || task.GetProperty("tooLate").GetBoolean());
        Assert.Equal("60 years of Viet Nam – Malaysia diplomatic relations", task.En("planTitle"));
        Assert.False(task.TryGetProperty("evidence", out _));
        Assert.Equal(task.GetRawText()[..200], (await _service.SeeAsync("/v1/tasks/" + task.Text("id"))).Text[..200]);
    }

    [Fact]
    public async Task What_was_to_be_done_before_today_and_was_not_is_overdue()
    {
        var plan = await _service.OpenAsync("ties/LU", 60);
        var id = plan["/v1/plans/".Length..];
        (await _service.PostAsync(plan + "/tasks", """{"task":"today","title":"Hôm nay","due":"2026-12-01"}""")).Is(201);
        Assert.Empty((await _service.SeeAsync($"/v1/tasks?plan={id}&overdue=true")).Items);

        _service.Clock.Set(FixedClock.Start + NodaTime.Duration.FromDays(1));
        try
        {
            Assert.Equal("today", Assert.Single((await _service.SeeAsync($"/v1/tasks?plan={id}&overdue=true")).Items).Text("task"));
            Assert.Contains(id, (await _service.SeeAsync("/v1/plans?overdue=true&party=LU")).Items.Select(one => one.Text("id")));
            Assert.DoesNotContain("today", (await _service.SeeAsync($"/v1/tasks?plan={id}&overdue=false")).Items.Select(one => one.Text("task")));
        }
        finally
        {
            _service.Clock.Set(FixedClock.Start);
        }
    }

    [Fact]
    public async Task A_plan_is_printed_one_row_a_task()
    {
        var plan = await _service.OpenAsync("ties/BE", 60);
        (await _service.PostAsync(plan + "/tasks/theme/evidence", """{"note":"=1+1"}""")).Is(201);
        var json = (await _service.SeeAsync(plan)).Json.GetProperty("tasks").EnumerateArray().ToList();

        var csv = await _service.SeeAsync(plan + "?format=csv");
        Assert.Equal(("text/csv; charset=utf-8", "attachment; filename=\"plan.csv\""), (csv["Content-Type"], csv["Content-Disposition"]));
        var lines = csv.Text.TrimEnd().Split("\r\n");
        Assert.StartsWith("\uFEFFdue,state,overdue,too_late,title_vi,title_en,owner,owner_vi,owner_en,role,completed_on,evidence,", lines[0], StringComparison.Ordinal);
        Assert.Equal(json.Count, lines.Length - 1);
        Assert.Contains(",'=1+1,", lines[1], StringComparison.Ordinal);

        var rows = Spreadsheet.Read((await _service.SeeAsync(plan + "?format=xlsx")).Body);
        Assert.Equal(
            json.Select(task => $"{task.Text("due")} {task.GetProperty("title").Text("vi")} {task.Text("owner")} {task.Text("id")}"),
            rows.Select(row => $"{row["due"]} {row["title_vi"]} {row["owner"]} {row["id"]}"));
        Assert.Equal("60 years of Viet Nam – Belgium diplomatic relations", rows[0]["plan_title_en"]);
        var listed = Spreadsheet.Read((await _service.SeeAsync("/v1/tasks?plan=" + plan["/v1/plans/".Length..] + "&format=xlsx")).Body);
        Assert.Equal(rows.Select(row => row["id"]), listed.Select(row => row["id"]));
    }

    [Fact]
    public async Task Plans_are_listed_by_what_they_are_for()
    {
        var plan = (await _service.OpenAsync("ties/IS", 60))["/v1/plans/".Length..];
        await _service.OpenAsync("ties/IS", 70);
        Assert.Equal([plan], await IdsAsync("year=2033&party=IS"));
        Assert.Equal([plan], await IdsAsync("from=2033-08-05&to=2033-08-06&kind=ties_established&party=IS"));
        Assert.Empty(await IdsAsync("from=2033-08-06&to=2034-01-01&party=IS"));
        Assert.Empty(await IdsAsync("year=2033&party=IS&kind=treaty_signed"));
        Assert.Empty(await IdsAsync("year=2033&party=IS&association=vn-jp"));
        Assert.Equal(2, (await IdsAsync("from=2033-01-01&to=2044-01-01&party=IS")).Count);

        var first = await _service.SeeAsync("/v1/plans?from=2033-01-01&to=2044-01-01&party=IS&limit=1&count=true");
        Assert.Equal(2, first.Json.GetProperty("count").GetInt32());
        var second = Assert.Single((await _service.SeeAsync(first.Next!)).Items);
        Assert.Equal(("2043-08-05", PlanRequests.PlanOf("ties/IS", 70)), (second.Text("on"), second.Text("id")));

        async Task<List<string?>> IdsAsync(string query) => [.. (await _service.SeeAsync("/v1/plans?" + query)).Items.Select(one => one.Text("id"))];
    }

    [Fact]
    public async Task A_plan_shows_what_the_newest_template_would_change_and_takes_it_on_request()
    {
        var plan = await _service.OpenAsync("national-days/JP", 2035);
        var template = await _service.SeeAsync("/v1/templates/national-days");
        Assert.Equal((1, "national_day"), (template.Json.GetProperty("version").GetInt32(), template.Json.GetProperty("kinds")[0].GetString()));
        Assert.True(template.Json.GetProperty("openPlans").GetProperty("all").GetInt32() >= 1);

        // The greeting a month earlier, no message any more, and a reception.
        var adopted = (await _service.PutAsync("/v1/templates/national-days", """
            {"title":{"vi":"Quốc khánh","en":"National days"},"kinds":["national_day"],"tasks":[
              {"line":"greeting","offset":"P-2M","title":{"vi":"Thư chúc mừng","en":"Letter of congratulation"},"role":"lead"},
              {"line":"reception","offset":"P0D","title":{"vi":"Dự chiêu đãi","en":"Attend the reception"},"role":"lead"}]}
            """, ("If-Match", template.ETag))).Is(201).Json;
        Assert.Equal(2, adopted.GetProperty("version").GetInt32());
        Assert.Equal(adopted.GetProperty("openPlans").GetProperty("all").GetInt32(), adopted.GetProperty("openPlans").GetProperty("behind").GetInt32());

        var update = (await _service.SeeAsync(plan)).Json.GetProperty("templateUpdate");
        Assert.Equal((2, "reception", "message"), (update.GetProperty("version").GetInt32(), update.GetProperty("added")[0].Text("task"), update.GetProperty("dropped")[0].GetString()));
        Assert.Equal(("2035-01-23", "2034-12-22"), (update.GetProperty("moved")[0].Text("from"), update.GetProperty("moved")[0].Text("to")));

        var taken = (await _service.PostAsync(plan + "/template", "{}")).Is(201).Json;
        Assert.False(taken.TryGetProperty("templateUpdate", out _));
        Assert.Equal(("2034-12-22", "dropped", "template"), (taken.Task("greeting").Text("due"), taken.Task("message").Text("state"), taken.Task("message").Text("cause")));
        (await _service.PostAsync(plan + "/template", "{}")).Is(200);
    }

    [Fact]
    public async Task A_template_that_contradicts_itself_is_refused()
    {
        const string Twice = """{"title":"t","kinds":["national_day"],"tasks":[{"line":"a","offset":"P-1M","title":"x","role":"lead"},{"line":"a","offset":"P-2M","title":"y","role":"lead"}]}""";
        (await _service.PutAsync("/v1/templates/national-days", Twice)).IsProblem(422, "repeated-line").Names("/tasks/1/line", "repeated-line");
        (await _service.PutAsync("/v1/templates/other", Twice.Replace("\"a\",\"offset\":\"P-2M\"", "\"b\",\"offset\":\"P-2M\"", StringComparison.Ordinal))).IsProblem(409, "kind-has-template");
        (await _service.PutAsync("/v1/templates/national-days", """{"title":"t","kinds":["national_day"],"tasks":[{"line":"a","offset":"tomorrow","title":"x","role":"lead"}]}"""))
            .IsProblem(422, "malformed-offset").Names("/tasks/0/offset", "malformed-offset");
    }

    [Fact]
    public async Task The_load_weighs_the_weeks_for_everybody_alike()
    {
        // Japan's 60th falls on Wednesday, 21 September 2033.
        var load = (await _service.GetAsync("/v1/load?from=2033-09-19&to=2033-10-03&party=JP&kind=ties_established")).Is(200);
        Assert.Equal(["2033-W38 2033-09-19 2033-09-26 4 1 JP:4", "2033-W39 2033-09-26 2033-10-03 0 0 "], load.Items.Select(Week));
        Assert.Equal("""{"round":4,"half":3,"other":1}""", load.Json.GetProperty("weights").GetRawText());
        Assert.Equal(load.ETag, (await _service.SeeAsync("/v1/load?from=2033-09-19&to=2033-10-03&party=JP&kind=ties_established&by=week")).ETag);

        // A week is whole, whatever day of it is asked for.
        var thursday = (await _service.GetAsync("/v1/load?from=2033-09-22&to=2033-09-23&party=JP&kind=ties_established")).Is(200);
        Assert.Equal(Week(load.Items[0]), Week(Assert.Single(thursday.Items)));

        Assert.InRange((await _service.GetAsync("/v1/load?from=2027-01-01&to=2037-01-01")).Is(200).Items.Count, 522, 524);
        var csv = (await _service.GetAsync("/v1/load?from=2033-09-19&to=2033-09-26&party=JP&kind=ties_established&format=csv")).Is(200).Text;
        Assert.Equal("\uFEFFweek,from,to,weight,anniversaries,partners\r\n2033-W38,2033-09-19,2033-09-26,4,1,JP:4\r\n", csv);

        static string Week(JsonElement x) =>
            $"{x.Text("week")} {x.Text("from")} {x.Text("to")} {x.GetProperty("weight")} {x.GetProperty("anniversaries")} {string.Join(' ', x.GetProperty("partners").EnumerateArray().Select(one => $"{one.Text("party")}:{one.GetProperty("weight")}"))}";
    }

    [Theory]
    [InlineData("/v1/load?by=month", "by", "unknown-value")]
    [InlineData("/v1/load?from=2027-01-01&to=2037-01-02", "to", "range-too-long")]
    [InlineData("/v1/load?from=9998-06-01&to=9999-12-31", "to", "out-of-range")]
    [InlineData("/v1/plans?state=late", "state", "unknown-value")]
    [InlineData("/v1/plans?overdue=yes", "overdue", "unknown-value")]
    [InlineData("/v1/plans?year=2033&from=2033-01-01", "year", "year-or-range")]
    [InlineData("/v1/plans?from=2033-01-01&to=2033-01-01", "to", "reversed-range")]
    [InlineData("/v1/plans?association=nobody", "association", "unknown-value")]
    [InlineData("/v1/tasks?association=nobody", "association", "unknown-value")]
    [InlineData("/v1/tasks?state=late", "state", "unknown-value")]
    [InlineData("/v1/tasks?dueFrom=2033-01-02&dueTo=2033-01-01", "dueTo", "reversed-range")]
    [InlineData("/v1/tasks?plan=japan", "plan", "unknown-value")]
    [InlineData("/v1/tasks?party=XX", "party", "unknown-value")]
    [InlineData("/v1/tasks?owner=vufo", "owner", "unknown-parameter")]
    [InlineData("/v1/tasks?limit=501", "limit", "out-of-range")]
    [InlineData("/v1/tasks?cursor=abc", "cursor", "wrong-cursor")]
    public async Task What_cannot_be_used_is_refused_by_name(string path, string parameter, string code) =>
        (await _service.GetAsync(path, CalendarService.Bearer(_service.Admin!))).IsProblem(422, "bad-query").Names(parameter, code);
}
