using System.Text.Json;
using Calendar.Server.Planning;
using Calendar.Server.Tests.Planning;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Tests.Reminders;

/// <summary>What goes to whom and when, as planners and associations see it over HTTP.</summary>
[Collection(RemindedAsked.Name)]
public sealed class SeeingReminders(RemindedCalendar calendar)
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task What_is_to_come_is_listed_by_moment()
    {
        var (association, contact) = await ContactAsync();
        var task = await calendar.TaskAsync(association);
        var listed = await ListAsync($"/v1/reminders?association={association}&kind=task");

        // 30, 7 and 1 days before 1 March 2027, on the working day before.
        Assert.Equal(["2027-01-29T01:00:00Z", "2027-02-22T01:00:00Z", "2027-02-26T01:00:00Z"], listed.Select(one => one.Text("moment")));
        Assert.All(listed, one => Assert.Equal(("task", "queued", association, "2027-03-01"), (one.Text("kind"), one.Text("state"), one.Text("association"), one.Text("due"))));
        Assert.StartsWith("Work of " + association, listed[0].En("title"), StringComparison.Ordinal);
        Assert.Equal((contact.ToString(), "mail", "Văn phòng " + association), (listed[0].GetProperty("recipient").Text("id"), listed[0].GetProperty("recipient").Text("channel"), listed[0].GetProperty("recipient").Text("name")));
        Assert.Equal(task.Replace("/v1/plans/", "/v1/tasks/", StringComparison.Ordinal).Replace("/tasks/task-", "/task-", StringComparison.Ordinal), listed[0].GetProperty("links").Text("task"));
        (await _service.SeeAsync(listed[0].GetProperty("links").Text("task")!)).Is(200);

        Assert.Equal(listed.Skip(1).Take(1).Select(Id), (await ListAsync($"/v1/reminders?association={association}&kind=task&from=2027-02-01&to=2027-02-23")).Select(Id));
        var first = await _service.SeeAsync($"/v1/reminders?association={association}&kind=task&limit=2");
        Assert.Equal(listed.Select(Id), first.Items.Concat((await _service.SeeAsync(first.Next!)).Items).Select(Id));
        Assert.Equal(4, (await _service.SeeAsync($"/v1/reminders?association={association}&kind=task&format=csv")).Text.TrimEnd().Split("\r\n").Length);
        (await calendar.AsAsync("planner", "GET", "/v1/reminders?association=nobody&kind=x&from=2027-01-02&to=2027-01-01&when=1")).IsProblem(422, "bad-query").Names("kind", "unknown-value").Names("to", "reversed-range").Names("when", "unknown-parameter");

        static string? Id(JsonElement one) => one.Text("id");
    }

    [Fact]
    public async Task An_association_sees_its_own_affairs_and_no_others()
    {
        var ((own, contact), (other, _)) = (await ContactAsync(), await ContactAsync());
        await calendar.TaskAsync(own);
        await calendar.TaskAsync(other);
        var seen = (await calendar.AsAsync("association", "GET", "/v1/reminders?kind=task", own)).Is(200).Items;
        Assert.Equal([own], seen.Select(one => one.Text("association")).Distinct());
        Assert.Empty((await calendar.AsAsync("association", "GET", $"/v1/reminders?association={other}", own)).Is(200).Items);
        Assert.Empty((await calendar.AsAsync("association", "GET", $"/v1/reminders?association={other}&simulate=2027-01-29", own)).Is(200).Items);
        Assert.All((await calendar.AsAsync("association", "GET", "/v1/reminders?simulate=2027-01-29", own)).Is(200).Items, one => Assert.Equal(own, one.Text("association")));

        var row = await calendar.RowAsync(contact);
        var unknown = (await calendar.AsAsync("association", "GET", "/v1/deliveries/" + Guid.NewGuid(), other)).IsProblem(404, "not-found");
        Assert.Equal(unknown.Text, (await calendar.AsAsync("association", "GET", "/v1/deliveries/" + row, other)).IsProblem(404, "not-found").Text);
        (await calendar.AsAsync("association", "GET", "/v1/deliveries/" + row, own)).Is(200);
        (await calendar.AsAsync("association", "POST", $"/v1/deliveries/{row}/resend", own)).IsProblem(403, "not-permitted");
        (await calendar.AsAsync("historian", "GET", "/v1/reminders")).IsProblem(403, "not-permitted");
        (await _service.GetAsync("/v1/deliveries")).IsProblem(401, "unauthenticated");
        (await calendar.AsAsync("association", "GET", "/v1/reminders/policy?association=" + other, own)).IsProblem(404, "not-found");
        Assert.Equal(own, (await calendar.AsAsync("association", "GET", "/v1/reminders/policy", own)).Is(200).Json.Text("association"));
    }

    [Fact]
    public async Task Whoever_is_away_has_a_stand_in_of_the_same_association()
    {
        var (association, away) = await ContactAsync();
        var there = await calendar.Reminded.ContactAsync(association, "there@example.org");
        var (_, foreign) = await ContactAsync();
        await calendar.TaskAsync(association);
        var contacts = $"/v1/associations/{association}/contacts";
        foreach (var nobody in new[] { away, foreign, Guid.NewGuid() })
        {
            (await _service.PutAsync($"{contacts}/{away}", Body(nobody))).IsProblem(422, "unknown-stand-in").Names("/standIn", "unknown-stand-in");
        }

        // The first of three reminders falls into the time.
        (await _service.PutAsync($"{contacts}/{away}", Body(there))).Is(200);
        await calendar.Reminded.MakeAsync();
        Assert.Equal((2, 3), (await QueuedAsync(away), await QueuedAsync(there)));

        // One who only stands in gets the first only.
        (await _service.PutAsync($"{contacts}/{there}", """{"name":"B","mail":"there@example.org","language":"vi","onlyStandsIn":true}""")).Is(200);
        await calendar.Reminded.MakeAsync();
        Assert.Equal((2, 1), (await QueuedAsync(away), await QueuedAsync(there)));

        (await calendar.AsAsync("admin", "DELETE", $"{contacts}/{there}")).Is(204);
        var view = (await _service.SeeAsync(contacts)).Items.Single();
        Assert.Equal(("2027-02-05", false), (view.Text("awayUntil"), view.TryGetProperty("standIn", out _)));

        static string Body(Guid standIn) => $$"""{"name":"A","mail":"a@example.org","language":"vi","awayUntil":"2027-02-05","standIn":"{{standIn}}"}""";
    }

    [Fact]
    public async Task Somebody_of_the_union_above_can_stand_in()
    {
        var (association, away) = await ContactAsync();
        var secretary = await calendar.Reminded.ContactAsync("vufo", association + "-secretary@example.org");
        await calendar.TaskAsync(association);
        (await _service.PutAsync(
            $"/v1/associations/{association}/contacts/{away}",
            $$"""{"name":"A","mail":"a@example.org","language":"vi","awayUntil":"2027-02-05","standIn":"{{secretary}}"}""")).Is(200);
        await calendar.Reminded.MakeAsync();
        Assert.Equal(2, await QueuedAsync(away));
        Assert.Equal(1, await _service.QueryAsync<long>(
            $"select count(*) from calendar.reminders where recipient = '{secretary}' and kind = 'task' and state = 'queued' and association = '{association}'"));
    }

    [Fact]
    public async Task A_policy_of_its_own_changes_what_is_to_come()
    {
        var (association, contact) = await ContactAsync();
        await calendar.TaskAsync(association);
        var general = await _service.SeeAsync("/v1/reminders/policy");
        Assert.Equal(("08:00", "monday", false), (general.Json.Text("at"), general.Json.Text("digestDay"), general.Json.TryGetProperty("own", out _)));
        var path = $"/v1/associations/{association}/reminder-policy";

        var own = (await _service.PutAsync(path, """{"tasks":{"round":[10]},"at":"09:30","digestDay":null}""")).Is(201);
        Assert.Equal((association, true, "09:30", JsonValueKind.Null), (own.Json.Text("association"), own.Json.GetProperty("own").GetBoolean(), own.Json.Text("at"), own.Json.GetProperty("digestDay").ValueKind));
        (await _service.PutAsync(path, """{"tasks":{"round":[10]},"at":"09:30","digestDay":null}""")).Is(200);
        Assert.Equal(own.Text, (await _service.SeeAsync(own["Location"]!)).Text);
        await calendar.Reminded.MakeAsync();
        Assert.Equal(["2027-02-19T02:30:00Z"], (await ListAsync($"/v1/reminders?association={association}&kind=task")).Select(one => one.Text("moment")));

        // As it is shown it can be put back: nothing changes.
        var shown = System.Text.Json.Nodes.JsonNode.Parse(own.Text)!.AsObject();
        Assert.True(shown.Remove("association") && shown.Remove("own"));
        Assert.Equal(own.Text, (await _service.PutAsync(path, shown.ToJsonString())).Is(200).Text);
        Assert.Equal(general.Text, (await _service.PutAsync("/v1/reminders/policy", general.Text)).Is(200).Text);

        (await _service.PutAsync(path, """{"quietDays":["monday"]}""")).IsProblem(422, "quiet-digest-day").Names("/digestDay", "quiet-digest-day");
        (await calendar.AsAsync("association", "PUT", path, "{}", association)).IsProblem(403, "not-permitted");
        (await _service.PutAsync("/v1/associations/nobody/reminder-policy", "{}")).IsProblem(404, "not-found");
        (await _service.PutAsync("/v1/reminders/policy", "{}", ("If-Match", "\"v0-x\""))).IsProblem(412, "stale");
        Assert.False((await calendar.AsAsync("planner", "DELETE", path)).Is(200).Json.GetProperty("own").GetBoolean());
        (await calendar.AsAsync("planner", "DELETE", path)).Is(200);
        await calendar.Reminded.MakeAsync();
        Assert.Equal(3, await QueuedAsync(contact));
    }

    private async Task<(string Association, Guid Contact)> ContactAsync()
    {
        var association = await calendar.AssociationAsync();
        return (association, await calendar.Reminded.ContactAsync(association, association + "@example.org"));
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string path) => (await _service.SeeAsync(path)).Items;

    private Task<long> QueuedAsync(Guid recipient) => _service.QueryAsync<long>($"select count(*) from calendar.reminders where recipient = '{recipient}' and kind = 'task' and state = 'queued'");
}

/// <summary>Days are simulated, and then they come.</summary>
public sealed class SimulatingADay
{
    [Fact]
    public async Task What_was_foretold_is_what_leaves_and_can_leave_again()
    {
        await using var calendar = await Reminded.StartAsync();
        var service = calendar.Service;
        await calendar.ContactAsync("vufo", "vufo@example.org");
        await calendar.ContactAsync("vn-la", "vn-la@example.org");
        await calendar.ContactAsync("vn-jp", "vn-jp@example.org", "en");
        string[] days = ["2026-12-07", "2026-12-09", "2026-12-14", "2026-12-16", "2026-12-21"];
        var foretold = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var day in days)
        {
            foretold[day] = Told((await service.SeeAsync("/v1/reminders?simulate=" + day)).Items);
        }

        for (var day = new LocalDate(2026, 12, 1); day <= new LocalDate(2026, 12, 21); day = day.PlusDays(1))
        {
            // Plans open just after midnight.
            calendar.SetClock(LocalDatePattern.Iso.Format(day) + (day == new LocalDate(2026, 12, 1) ? " 10:01" : " 00:01"));
            await service.Services.GetRequiredService<PlanningRound>().PassAsync(service.Soon);
            await calendar.MakeAsync();
            await calendar.AtAsync(LocalDatePattern.Iso.Format(day) + " 10:02");
        }

        foreach (var day in days)
        {
            var next = LocalDatePattern.Iso.Format(LocalDatePattern.Iso.Parse(day).Value.PlusDays(1));
            Assert.Equal(string.Join('\n', foretold[day]), string.Join('\n', Left((await service.SeeAsync($"/v1/deliveries?from={day}&to={next}")).Items)));
        }

        Assert.NotEmpty(foretold.Values.SelectMany(told => told));
        (await service.GetAsync("/v1/reminders?simulate=2026-12-20", CalendarService.Bearer(service.Admin!))).IsProblem(422, "bad-query").Names("simulate", "in-the-past");
        Assert.NotEmpty((await service.SeeAsync("/v1/reminders?simulate=2030-03-04")).Json.GetProperty("items").EnumerateArray().ToList());
        await ResendAsync(calendar);
    }

    // Another message, with all that the first one told.
    private static async Task ResendAsync(Reminded calendar)
    {
        var service = calendar.Service;
        var mails = (await calendar.Server.MailsAsync()).Count;
        var id = await service.QueryAsync<Guid>("select carried_by from calendar.reminders where reason = 'carried' order by settled desc limit 1");
        var before = (await service.SeeAsync("/v1/deliveries/" + id)).Json;
        Assert.Equal((id.ToString(), "delivered", 1), (before.GetProperty("delivery").Text("messageId"), before.Text("state"), before.GetProperty("delivery").GetProperty("attempts").GetArrayLength()));

        // The answer was lost, and the same request comes again.
        for (var asked = 0; asked < 2; asked++)
        {
            (await service.PostAsync($"/v1/deliveries/{id}/resend", "", ("Idempotency-Key", "k1"))).Is(202);
            await calendar.SettledAsync();
        }

        var after = (await service.SeeAsync("/v1/deliveries/" + id)).Json;
        Assert.Equal((id + ".1", "delivered", 2), (after.GetProperty("delivery").Text("messageId"), after.Text("state"), after.GetProperty("delivery").GetProperty("attempts").GetArrayLength()));
        var sent = (await calendar.Server.MailsAsync()).Skip(mails);
        Assert.StartsWith(id + ".1@", Assert.Single(sent).Message().MessageId, StringComparison.Ordinal);
        await calendar.MakeAsync();
        Assert.Equal(0, await service.QueryAsync<long>($"select count(*) from calendar.reminders where carried_by = '{id}' and state = 'queued'"));

        var waiting = await service.QueryAsync<Guid>("select id from calendar.reminders where state = 'queued' and kind = 'task' limit 1");
        (await service.PostAsync($"/v1/deliveries/{waiting}/resend", "")).IsProblem(422, "not-settled");
        (await service.PostAsync($"/v1/deliveries/{Guid.NewGuid()}/resend", "")).IsProblem(404, "not-found");
        await service.ExecuteAsync("update calendar.contacts set unsubscribed = now()");
        (await service.PostAsync($"/v1/deliveries/{id}/resend", "")).IsProblem(422, "recipient-gone");
    }

    private static List<string> Told(IReadOnlyList<JsonElement> departures) => Sorted(departures.Select(one =>
        Line(one, one.TryGetProperty("items", out var items) ? [.. items.EnumerateArray()] : [one])));

    // What a digest carried belongs to it; a weekly message is about nothing itself.
    private static List<string> Left(IReadOnlyList<JsonElement> deliveries) => Sorted(deliveries
        .Where(one => one.Text("state") == "delivered")
        .Select(one => Line(one, [.. deliveries.Where(other => other.GetProperty("delivery").Text("carriedBy") == one.Text("id")).Append(one).Where(item => item.Text("kind") != "week")])));

    private static string Line(JsonElement message, IReadOnlyList<JsonElement> items) =>
        $"{message.GetProperty("recipient").Text("id")}: {string.Join(", ", items.Select(item => $"{item.Text("due")} {item.GetProperty("lead")} {item.En("title")}").Order(StringComparer.Ordinal))}";

    private static List<string> Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}
