using Calendar.Associations;
using Calendar.Ical.Checking;
using Calendar.Planning;
using Calendar.Server.Feeds;
using Calendar.Server.Tests.Feeds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using static Calendar.Server.Tests.Feeds.PlansOfASmallLog;

namespace Calendar.Server.Tests.Subscriptions;

/// <summary>Japan's association and its plan.</summary>
public sealed class PlannedCalendar : IAsyncLifetime
{
    public CalendarService Service { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Service = await CalendarService.StartAsync(Holding.SmallLog);
        await Service.OpenPlanAsync();
    }

    public async Task DisposeAsync() => await Service.DisposeAsync();
}

/// <summary>Private feeds of an association's tasks.</summary>
public sealed class TasksBehindALink(PlannedCalendar calendar) : IClassFixture<PlannedCalendar>
{
    private const string Todo = """{"name":"Việc","tasks":{"association":"vn-jp","as":"todo"}}""";
    private const string Event = """{"name":"Tasks","tasks":{"association":"vn-jp","as":"event"},"lang":"en","alarm":"P7D"}""";

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Are_shown_to_their_owner_as_what_he_asked_for()
    {
        var made = (await _service.PostAsync(Subscribing.Collection, Event)).Is(201);
        Assert.Equal("""{"association":"vn-jp","as":"event"}""", made.Json.GetProperty("tasks").GetRawText());
        Assert.Equal(("en", "P7D"), (made.Json.GetProperty("lang").GetString(), made.Json.GetProperty("alarm").GetString()));
        foreach (var other in new[] { "filter", "imprecise", "ahead", "detail" })
        {
            Assert.False(made.Json.TryGetProperty(other, out _), other);
        }

        var feed = (await _service.GetAsync(Subscribing.Read(made).Path)).Is(200);
        Assert.Equal("text/calendar; charset=utf-8", feed["Content-Type"]);
        Assert.Equal("inline; filename=\"tasks.ics\"", feed["Content-Disposition"]);
        Assert.Contains("NAME;LANGUAGE=en:Tasks of Viet Nam – Japan Association\r\n", feed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("VTODO", feed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/feeds/", feed.Text, StringComparison.Ordinal);
        Assert.Contains("BEGIN:VTODO", (await _service.GetAsync((await _service.SubscribeAsync(Todo)).Path)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("admin", null, "vn-jp", 201, null, null)]
    [InlineData("planner", null, "vn-jp", 201, null, null)]
    [InlineData("planner", null, "vn-xx", 404, "unknown-association", "/tasks/association")]
    [InlineData("association", "vn-jp", "vn-jp", 201, null, null)]
    [InlineData("association", "vn-jp", "vufo", 404, "unknown-association", "/tasks/association")]
    [InlineData("association", "vn-jp", "vn-xx", 404, "unknown-association", "/tasks/association")]
    [InlineData("historian", null, "vn-jp", 403, "not-permitted", "")]
    [InlineData("historian", null, "vn-xx", 403, "not-permitted", "")]
    public async Task Are_for_planners_and_the_association_itself(string role, string? of, string association, int status, string? code, string? pointer)
    {
        var token = await _service.TokenAsync(role, of ?? "vufo");
        var body = $$$"""{"name":"x","tasks":{"association":"{{{association}}}"}}""";
        var answer = (await _service.SendAsync("POST", Subscribing.Collection, CalendarService.Json(body), CalendarService.Bearer(token))).Is(status);
        if (code is not null)
        {
            answer.IsProblem(status, code);
            Assert.Equal(pointer, answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        }
    }

    [Theory]
    [InlineData("""{"name":"x","filter":{},"tasks":{"association":"vn-jp"}}""", "filter-or-tasks", "/tasks")]
    [InlineData("""{"name":"x","tasks":{}}""", "member-required", "/tasks/association")]
    [InlineData("""{"name":"x","tasks":{"association":"vn-jp"},"imprecise":"omit"}""", "unknown-member", "/imprecise")]
    [InlineData("""{"name":"x","tasks":{"association":"vn-jp","as":"table"}}""", "bad-query", "/tasks/as")]
    [InlineData("""{"name":"x","tasks":{"association":"vn-jp"},"alarm":"P1M"}""", "bad-query", "/alarm")]
    [InlineData("""{"name":"x","tasks":{"association":"vn-jp"},"lang":"fr"}""", "bad-query", "/lang")]
    public async Task Are_refused_where_the_body_means_nothing(string body, string code, string pointer)
    {
        var answer = (await _service.PostAsync(Subscribing.Collection, body)).IsProblem(422, code);
        Assert.Contains(pointer, answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Are_for_nobody_in_between_and_asked_for_by_their_tag(string? coding)
    {
        var path = (await _service.SubscribeAsync(Todo)).Path;
        var accepting = coding is null ? [] : new[] { ("Accept-Encoding", coding) };
        var get = (await _service.GetAsync(path, accepting)).Is(200);
        var head = (await _service.SendAsync("HEAD", path, null, accepting)).Is(200);

        Assert.Equal((coding, "private, max-age=3600", "noindex", "no-referrer"), (get["Content-Encoding"], get["Cache-Control"], get["X-Robots-Tag"], get["Referrer-Policy"]));
        Assert.Empty(head.Body);
        Assert.Equal((get.ETag, get["Content-Length"], get["Last-Modified"]), (head.ETag, head["Content-Length"], head["Last-Modified"]));
        foreach (var known in new[] { ("If-None-Match", get.ETag), ("If-Modified-Since", get["Last-Modified"]!) })
        {
            Assert.Empty((await _service.GetAsync(path, [.. accepting, known])).Is(304).Body);
        }

        (await _service.GetAsync(path, [.. accepting, ("If-None-Match", "\"other\"")])).Is(200);
    }

    [Fact]
    public async Task Are_rotated_renamed_counted_and_revoked_as_others_are()
    {
        var made = await _service.SubscribeAsync(Todo);
        var rotated = await _service.RotateAsync(made);
        var (old, now) = ((await _service.GetAsync(made.Path)).Is(200), (await _service.GetAsync(rotated.Path)).Is(200));
        Assert.Contains("link-ends@anniversaries.calendar", old.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("link-ends", now.Text, StringComparison.Ordinal);
        Assert.Empty(IcalChecker.Check(old.Body).Findings);

        var renamed = (await _service.PostAsync(made.Self + "/name", """{"name":"Khác"}""")).Is(200);
        Assert.Equal(("Khác", "todo"), (renamed.Json.GetProperty("name").GetString(), renamed.Json.GetProperty("tasks").GetProperty("as").GetString()));
        var health = await _service.HealthAsync(made);
        Assert.Equal((2, true), (health.GetProperty("fetches").GetInt32(), health.GetProperty("current").GetBoolean()));

        await _service.RevokeAsync(made);
        (await _service.GetAsync(rotated.Path)).IsProblem(410, "link-revoked");
        (await _service.GetAsync(made.Path)).IsProblem(410, "link-revoked");
    }

    [Fact]
    public async Task End_with_the_token_that_made_them()
    {
        var token = await _service.TokenAsync("association", "vn-jp");
        var (tasks, anniversaries) = (await _service.SubscribeAsync(Todo, token), await _service.SubscribeAsync(token: token));
        (await _service.GetAsync(tasks.Path)).Is(200);
        var id = (await _service.GetAsync("/v1/tokens/self", CalendarService.Bearer(token))).Is(200).Json.GetProperty("id").GetString();
        (await _service.SendAsync("DELETE", "/v1/tokens/" + id, null, CalendarService.Bearer(_service.Admin!))).Is(204);

        (await _service.GetAsync(tasks.Path)).IsProblem(410, "token-revoked");
        var page = (await _service.GetAsync(tasks.Path, Subscribing.Browser, Subscribing.Navigating)).Is(410);
        Assert.Contains("Mã truy cập đã tạo liên kết này đã bị thu hồi", page.Text, StringComparison.Ordinal);

        // What is public anyway goes on.
        (await _service.GetAsync(anniversaries.Path)).Is(200);
    }

    [Fact]
    public async Task Have_a_page_for_people()
    {
        var made = await _service.SubscribeAsync(Todo);
        var page = (await _service.GetAsync(made.Path, Subscribing.Browser, Subscribing.Navigating)).Is(200);
        Assert.Contains("Việc của Hội hữu nghị Việt – Nhật", page.Text, StringComparison.Ordinal);
        Assert.Contains("Lịch này là việc nội bộ của hội.", page.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await _service.HealthAsync(made)).GetProperty("fetches").GetInt32());
    }

    [Fact]
    public async Task Are_described_for_programs()
    {
        var body = (await _service.GetAsync("/openapi/v1.json")).Is(200).Text;
        Assert.Contains("\"tasks\"", body, StringComparison.Ordinal);
        Assert.Contains("association", body, StringComparison.Ordinal);
    }
}

/// <summary>What work does to a feed of tasks.</summary>
public sealed class TasksAsTheyAreDone(PlannedCalendar calendar) : IClassFixture<PlannedCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Are_read_by_others_as_they_stand_and_rendered_anew_only_for_themselves()
    {
        var feeds = _service.Services.GetRequiredService<TaskFeeds>();
        var (todo, mirror, union) = (
            await _service.SubscribeAsync("""{"name":"a","tasks":{"association":"vn-jp","as":"todo"},"alarm":"P7D"}"""),
            await _service.SubscribeAsync("""{"name":"b","tasks":{"association":"vn-jp","as":"event"},"lang":"en","alarm":"P7D"}"""),
            await _service.SubscribeAsync("""{"name":"c","tasks":{"association":"vufo"}}"""));
        var before = (await _service.GetAsync(todo.Path)).Is(200);
        (await _service.GetAsync(mirror.Path)).Is(200);
        (await _service.GetAsync(union.Path)).Is(200);
        var renders = feeds.Renders;

        // Something else of the record, and somebody else's work.
        (await _service.PostAsync("/v1/relationships/LA~VN/facts", """{"kind":"milestone_recorded","on":"2017-03-01","title":"t","source":{"citation":"c","confidence":"confirmed"}}""")).Is(201);
        Assert.Equal(before.ETag, (await _service.GetAsync(todo.Path)).ETag);
        await _service.PlanAsync(new AddTask(Japan, TaskOf("union"), new Text("Việc của liên hiệp", "Of the union"), new(2033, 1, 5), OwnerRole.Lead, Slug.Of("vufo")));
        Assert.Equal(before.ETag, (await _service.GetAsync(todo.Path)).ETag);
        Assert.Equal(renders, feeds.Renders);

        await _service.PlanAsync(
            new AcknowledgeTask(Japan, TaskOf("report")), new CompleteTask(Japan, TaskOf("theme"), null, "Xong", null), new AssignTask(Japan, TaskOf("guests"), Slug.Of("vufo"), Because));
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _service.GetAsync(todo.Path, ("If-None-Match", before.ETag))));
        Assert.Single(all.Select(one => one.Is(200).ETag).Distinct(StringComparer.Ordinal));
        Assert.Equal(renders + 1, feeds.Renders);
        Assert.False((await _service.HealthAsync(mirror)).GetProperty("current").GetBoolean());

        byte[][] bodies = [all[0].Body, (await _service.GetAsync(mirror.Path)).Is(200).Body, (await _service.GetAsync(union.Path)).Is(200).Body];
        Assert.All(bodies, body => Assert.Empty(IcalChecker.Check(body).Findings));
        var read = await FeedReader.ReadAsync(bodies, _service.Soon);
        Assert.Equal(
            ["2032-03-19 COMPLETED Chọn chủ đề, khẩu hiệu", "2033-05-20 CANCELLED Mời khách", "2033-10-21 IN-PROCESS Báo cáo -604800"],
            read[0].Todos.Select(entry => $"{entry.Due} {entry.Status} {entry.Summary}{(entry.Alarms is [var alarm] ? $" {alarm}" : "")}"));
        Assert.All(read[0].Todos, entry => Assert.Equal((true, "vi", $"{Japan}@anniversaries.calendar"), (entry.WholeDay, entry.Language, entry.RelatedTo)));
        Assert.Equal(
            ["2032-03-19 CONFIRMED ✓ Choose a theme; a slogan", "2033-05-20 CANCELLED Invite guests", "2033-10-21 CONFIRMED Report -604800"],
            read[1].Events.Select(entry => $"{entry.Start} {entry.Status} {entry.Summary}{(entry.Alarms is [var alarm] ? $" {alarm}" : "")}"));
        Assert.Equal(["2033-01-05 NEEDS-ACTION", "2033-05-20 NEEDS-ACTION"], read[2].Todos.Select(entry => $"{entry.Due} {entry.Status}"));
        Assert.Empty(read[1].Todos);

        // Another instance makes the same octets of it.
        await using var fresh = await CalendarService.StartAsync(_service.Connection);
        var other = (await fresh.GetAsync(todo.Path)).Is(200);
        Assert.Equal((all[0].Text, all[0].ETag, all[0]["Last-Modified"]), (other.Text, other.ETag, other["Last-Modified"]));
    }
}

/// <summary>What time and failures do to a feed of tasks.</summary>
public sealed class TasksThatAreOver
{
    [Fact]
    public async Task Stay_for_ninety_days_in_every_instance_alike_and_their_association_says_when_it_has_closed()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        await service.OpenPlanAsync();
        await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-11-01T00:00:00Z'");
        await service.PlanAsync(new DropTask(Japan, TaskOf("theme"), Because));
        await service.DateLastAsync("2026-11-30T17:00:00Z");
        await service.PlanAsync(new AssignTask(Japan, TaskOf("guests"), Slug.Of("vufo"), null));
        await service.DateLastAsync("2026-12-10T17:00:00Z");
        var path = (await service.SubscribeAsync("""{"name":"a","tasks":{"association":"vn-jp"}}""")).Path;
        await using var kept = await CalendarService.StartAsync(service.Connection);
        foreach (var (day, cancelled) in new[] { ("2027-03-01", 2), ("2027-03-02", 1), ("2027-03-12", 0) })
        {
            var noon = NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value.At(new LocalTime(5, 0)).InUtc().ToInstant();
            kept.Clock.Set(noon);
            var clock = new FixedClock();
            clock.Set(noon);
            await using var fresh = await CalendarService.StartAsync(service.Connection, clock);
            var (answer, other) = ((await kept.GetAsync(path)).Is(200), (await fresh.GetAsync(path)).Is(200));
            Assert.Equal(cancelled, answer.Text.Split("STATUS:CANCELLED").Length - 1);
            Assert.Equal((other.Text, other.ETag, other["Last-Modified"]), (answer.Text, answer.ETag, answer["Last-Modified"]));
        }

        await service.PlanAsync(new CloseAssociation(Slug.Of("vn-jp"), Because));
        Assert.Contains("ngừng hoạt động", (await service.GetAsync(path)).Text.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_served_as_they_were_last_while_rendering_fails()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        await service.OpenPlanAsync();
        var (fails, writer) = (false, service.Services.GetRequiredService<TaskWriter>());
        using var feeds = new TaskFeeds(service.Services.GetRequiredService<AlmanacFollower>(), service.Services.GetRequiredService<CivilClock>(), writer, NullLogger<TaskFeeds>.Instance)
        {
            Render = (almanac, variant, entries, today) => fails ? throw new InvalidOperationException("as if") : writer.Write(almanac, variant, entries, today),
        };
        var variant = new TaskVariant(Slug.Of("vn-jp"), TaskForm.Todo, Language.Vi, null);
        var good = await feeds.GetAsync(variant, service.Soon);
        fails = true;
        await service.PlanAsync(new AcknowledgeTask(Japan, TaskOf("theme")));
        Assert.Same(good, await feeds.GetAsync(variant, service.Soon));
        Assert.Same(good, await feeds.GetAsync(variant, service.Soon));
        Assert.Equal(2, feeds.Renders);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await feeds.GetAsync(variant with { Language = Language.En }, service.Soon));

        fails = false;
        service.Clock.Set(service.Clock.GetCurrentInstant() + Duration.FromMinutes(1));
        Assert.NotSame(good, await feeds.GetAsync(variant, service.Soon));
        Assert.NotNull(await feeds.GetAsync(variant with { Language = Language.En }, service.Soon));
    }

    [Fact]
    public async Task Give_way_in_memory_to_those_that_are_used_more()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        await service.OpenPlanAsync();
        using var feeds = new TaskFeeds(
            service.Services.GetRequiredService<AlmanacFollower>(), service.Services.GetRequiredService<CivilClock>(), service.Services.GetRequiredService<TaskWriter>(), NullLogger<TaskFeeds>.Instance)
        {
            Render = (_, _, _, _) => new byte[9_000],
            Capacity = 50_000,
        };
        var often = await feeds.GetAsync(Variant(1), service.Soon);
        foreach (var days in Enumerable.Range(2, 20))
        {
            await feeds.GetAsync(Variant(days), service.Soon);
            Assert.Same(often, await feeds.GetAsync(Variant(1), service.Soon));
        }

        var renders = feeds.Renders;
        await feeds.GetAsync(Variant(2), service.Soon);
        Assert.Equal(renders + 1, feeds.Renders);

        static TaskVariant Variant(int days) => new(Slug.Of("vn-jp"), TaskForm.Todo, Language.Vi, Period.FromDays(days));
    }
}
