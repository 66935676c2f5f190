using Calendar.Server.Reminders;
using Calendar.Server.Tests.Planning;

namespace Calendar.Server.Tests.Reminders;

/// <summary>The links in mails: whoever has one opens what it names, and what programs do with it changes nothing.</summary>
[Collection(RemindedAsked.Name)]
public sealed class OpeningSignedLinks(RemindedCalendar calendar)
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task That_one_knows_is_said_by_a_button_and_by_nothing_else()
    {
        var (_, contact, task, link) = await TaskAsync();
        var events = await _service.CountAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains("We know", await calendar.PageAsync(link + "?lang=en"), StringComparison.Ordinal);
            (await _service.SendAsync("HEAD", link, null)).Is(200);
        }

        Assert.Equal(events, await _service.CountAsync());
        Assert.Equal("open", await StateAsync(task));

        var said = (await calendar.PostFormAsync(link + "?lang=en")).Is(303);
        Assert.Equal("?lang=en", said["Location"]);
        Assert.Equal("acknowledged", await StateAsync(task));
        Assert.Contains("You said on 1 December 2026 that you know", await calendar.PageAsync(link + "?lang=en"), StringComparison.Ordinal);
        Assert.Equal($"contact:{contact}", await _service.QueryAsync<string>("select headers ->> 'actor' from calendar.mt_events order by seq_id desc limit 1"));

        // Twice is once, and all reminders of the same to the same person say so.
        (await calendar.PostFormAsync(link)).Is(303);
        Assert.Equal(events + 1, await _service.CountAsync());
        Assert.Equal(0, await _service.QueryAsync<long>($"select count(*) from calendar.reminders where recipient = '{contact}' and kind = 'task' and acknowledged is null"));
    }

    [Fact]
    public async Task What_has_become_of_it_since_is_told_kindly()
    {
        var (_, _, task, link) = await TaskAsync();
        (await _service.PostAsync(task + "/owner", """{"owner":"vufo"}""")).Is(201);
        var page = await calendar.PageAsync(link + "?lang=en");
        Assert.Contains("Somebody else is in charge of this task now: Viet Nam Union of Friendship Organizations", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<button", page, StringComparison.Ordinal);

        (await calendar.PostFormAsync(link)).Is(303);
        Assert.Equal("open", await StateAsync(task));
    }

    [Fact]
    public async Task A_link_that_is_not_quite_one_opens_nothing()
    {
        var (association, contact, task, link) = await TaskAsync();
        var unknown = (await _service.GetAsync("/r/nothing")).Is(404);
        var erase = await calendar.LinkAsync(LinkPurpose.Unsubscribe, contact);
        string[] forged =
        [
            link[..^1] + (link[^1] == '0' ? '1' : '0'), link[..30] + (char)(link[30] ^ 1) + link[31..], link.Replace("cal_mail_a", "cal_mail_u", StringComparison.Ordinal),
            erase.Replace("cal_mail_u", "cal_mail_h", StringComparison.Ordinal), link + "0", link[..^1], link.ToUpperInvariant().Replace("/R/", "/r/", StringComparison.Ordinal), "/r/cal_mail_",
            "/r/" + link, "/r/x" + link[3..], await calendar.LinkAsync(LinkPurpose.Acknowledge, Guid.NewGuid()), await calendar.LinkAsync(LinkPurpose.History, Guid.NewGuid()),
        ];
        Assert.All(await Task.WhenAll(forged.Select(one => _service.GetAsync(one))), answer => Assert.True(answer.Status == 404));
        Assert.All(await Task.WhenAll(forged[..8].Select(one => _service.GetAsync(one))), answer => Assert.Equal(unknown.Text, answer.Text));
        Assert.All(await Task.WhenAll(forged.Select(one => calendar.PostFormAsync(one, ("mails", "stop")))), answer => Assert.True(answer.Status is 404));
        Assert.Equal("open", await StateAsync(task));
        Assert.False(await _service.QueryAsync<bool>($"select unsubscribed is not null from calendar.contacts where id = '{contact}'"));

        // Nor does one of somebody who has been erased.
        var history = await calendar.LinkAsync(LinkPurpose.History, contact);
        (await calendar.AsAsync("admin", "DELETE", $"/v1/associations/{association}/contacts/{contact}")).Is(204);
        foreach (var gone in new[] { link, erase, history })
        {
            Assert.Equal(unknown.Text, (await _service.GetAsync(gone)).Is(404).Text);
            (await calendar.PostFormAsync(gone, ("mails", "resume"))).Is(404);
        }
    }

    [Fact]
    public async Task Whoever_stops_the_mails_gets_none_and_may_have_them_again()
    {
        var (association, contact, _, _) = await TaskAsync();
        var above = await calendar.Reminded.ContactAsync("vufo", "above@example.org");
        var link = await calendar.LinkAsync(LinkPurpose.Unsubscribe, contact);
        Assert.Contains("Ngừng gửi thư cho tôi", await calendar.PageAsync(link), StringComparison.Ordinal);
        (await calendar.PostFormAsync(link)).IsProblem(422, "no-choice");
        Assert.Equal(3, await QueuedAsync(contact));

        (await calendar.PostFormAsync(link, ("mails", "stop"))).Is(303);
        await calendar.Reminded.MakeAsync();
        Assert.Equal((0, 3), (await QueuedAsync(contact), await QueuedAsync(above, association)));
        Assert.Contains("Nhận lại thư", await calendar.PageAsync(link), StringComparison.Ordinal);
        var view = (await calendar.AsAsync("planner", "GET", $"/v1/associations/{association}/contacts")).Is(200).Items.Single();
        Assert.Equal("2026-12-01T03:00:00Z", view.GetProperty("unsubscribed").GetString());

        (await calendar.PostFormAsync(link, ("mails", "resume"))).Is(303);
        await calendar.Reminded.MakeAsync();
        Assert.Equal((3, 0), (await QueuedAsync(contact), await QueuedAsync(above, association)));
    }

    [Fact]
    public async Task Where_somebody_else_is_written_to_the_links_of_the_one_before_open_nothing()
    {
        var (association, contact, _, _) = await TaskAsync();
        string[] before = [await calendar.LinkAsync(LinkPurpose.Unsubscribe, contact), await calendar.LinkAsync(LinkPurpose.History, contact)];
        (await calendar.PostFormAsync(before[0], ("mails", "stop"))).Is(303);
        var address = $"/v1/associations/{association}/contacts/{contact}";

        // A new name, or the same address in capitals, is the same person.
        Assert.True((await _service.PutAsync(address, Body("Mai", association.ToUpperInvariant() + "@example.org"))).Is(200).Json.TryGetProperty("unsubscribed", out _));
        Assert.All(await Task.WhenAll(before.Select(link => _service.GetAsync(link))), answer => Assert.Equal(200, answer.Status));

        Assert.False((await _service.PutAsync(address, Body("Lan", "lan@example.org"))).Is(200).Json.TryGetProperty("unsubscribed", out _));
        Assert.All(await Task.WhenAll(before.Select(link => _service.GetAsync(link))), answer => Assert.Equal(404, answer.Status));
        Assert.All(await Task.WhenAll(before.Select(link => calendar.PostFormAsync(link, ("mails", "stop")))), answer => Assert.Equal(404, answer.Status));
        Assert.Contains("Ngừng gửi thư cho tôi", await calendar.PageAsync(await calendar.LinkAsync(LinkPurpose.Unsubscribe, contact)), StringComparison.Ordinal);

        // The first one still wants none.
        Assert.True((await _service.PutAsync(address, Body("Mai", association + "@example.org"))).Is(200).Json.TryGetProperty("unsubscribed", out _));

        static string Body(string name, string mail) => $$"""{"name":"{{name}}","mail":"{{mail}}","language":"vi"}""";
    }

    [Fact]
    public async Task Who_wants_no_mails_is_not_written_to_again_by_being_erased_and_added_and_has_the_same_links()
    {
        var (association, contact, _, _) = await TaskAsync();
        var link = await calendar.LinkAsync(LinkPurpose.Unsubscribe, contact);
        (await calendar.PostFormAsync(link, ("mails", "stop"))).Is(303);
        var contacts = $"/v1/associations/{association}/contacts";
        (await calendar.AsAsync("admin", "DELETE", $"{contacts}/{contact}")).Is(204);
        Assert.Equal(0, await _service.QueryAsync<long>($"select count(*) from calendar.unsubscribed u where u::text ilike '%{association}%'"));

        var body = $$"""{"name":"Mai","mail":"{{association}}@example.org","language":"vi"}""";
        var again = (await _service.PostAsync(contacts, body)).Is(201);
        Assert.Equal((contact, "2026-12-01T03:00:00Z"), (again.Json.GetProperty("id").GetGuid(), again.Json.Text("unsubscribed")));
        (await calendar.PostFormAsync(link, ("mails", "resume"))).Is(303);
        await calendar.Reminded.MakeAsync();
        Assert.Equal(3, await QueuedAsync(contact));

        // Another association is another matter, and who wants them again is not remembered.
        (await calendar.AsAsync("admin", "DELETE", $"{contacts}/{contact}")).Is(204);
        Assert.False((await _service.PostAsync(contacts, body)).Is(201).Json.TryGetProperty("unsubscribed", out _));
    }

    [Fact]
    public async Task A_mail_program_stops_them_with_one_click()
    {
        var (_, contact, _, _) = await TaskAsync();
        var link = await calendar.LinkAsync(LinkPurpose.Unsubscribe, contact);
        using var multipart = new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } };
        foreach (var body in new HttpContent[] { new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]), multipart })
        {
            // It may not be sent elsewhere.
            (await _service.SendAsync("POST", link, body)).Is(200);
            Assert.True(await _service.QueryAsync<bool>($"select unsubscribed is not null from calendar.contacts where id = '{contact}'"));
            await _service.ExecuteAsync($"update calendar.contacts set unsubscribed = null where id = '{contact}'");
        }
    }

    [Fact]
    public async Task What_was_sent_to_somebody_is_one_page_for_that_person()
    {
        var (_, contact, _, _) = await TaskAsync();
        var link = await calendar.LinkAsync(LinkPurpose.History, contact);
        Assert.Contains("Chưa có thư nào", await calendar.PageAsync(link), StringComparison.Ordinal);
        await _service.ExecuteAsync($"""
            insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, moment, state, reason, next_try, attempts, made, settled, perhaps_sent)
            select gen_random_uuid(), 'canary', 'canary', '2026-12-01', n, '{contact}', 'mail', now(), case when n % 2 = 0 then 'delivered' else 'refused' end, null, now(), 1, now(),
              '2026-11-01T00:00:00Z'::timestamptz + n * interval '1 minute', n = 230 from generate_series(1, 230) n
            """);

        var page = await calendar.PageAsync(link + "?lang=en");
        Assert.Equal((50, 1), (Rows(page), page.Split("perhaps sent").Length - 1));
        Assert.Contains("came back", page, StringComparison.Ordinal);
        Assert.Contains("?lang=en&page=4", page, StringComparison.Ordinal);
        Assert.DoesNotContain("page=5", page, StringComparison.Ordinal);
        Assert.Equal(50, Rows(await calendar.PageAsync(link + "?page=4")));

        static int Rows(string page) => page.Split("<td><time").Length - 1;
    }

    [Fact]
    public async Task Pages_speak_the_readers_language_and_are_kept_by_nobody()
    {
        var association = await calendar.AssociationAsync();
        var contact = await calendar.Reminded.ContactAsync(association, "en@example.org", "en");
        await calendar.TaskAsync(association);
        foreach (var link in new[]
        {
            await calendar.LinkAsync(LinkPurpose.Acknowledge, await calendar.RowAsync(contact)), await calendar.LinkAsync(LinkPurpose.Unsubscribe, contact),
            await calendar.LinkAsync(LinkPurpose.History, contact),
        })
        {
            var page = (await _service.GetAsync(link, ("Accept-Language", "vi"))).Is(200);
            Assert.Contains("<html lang=\"en\">", page.Text, StringComparison.Ordinal);
            Assert.Contains("<html lang=\"vi\">", (await _service.GetAsync(link + "?lang=vi")).Text, StringComparison.Ordinal);
            Assert.Equal(("private, no-store", "noindex", "no-referrer"), (page["Cache-Control"], page["X-Robots-Tag"], page["Referrer-Policy"]));
            Assert.DoesNotContain("cal_mail_", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private async Task<(string Association, Guid Contact, string Task, string Link)> TaskAsync()
    {
        var association = await calendar.AssociationAsync();
        var contact = await calendar.Reminded.ContactAsync(association, association + "@example.org");
        var task = await calendar.TaskAsync(association);
        return (association, contact, task, await calendar.LinkAsync(LinkPurpose.Acknowledge, await calendar.RowAsync(contact)));
    }

    private async Task<string?> StateAsync(string task) =>
        (await _service.GetAsync(task.Replace("/v1/plans/", "/v1/tasks/", StringComparison.Ordinal).Replace("/tasks/task-", "/task-", StringComparison.Ordinal), CalendarService.Bearer(_service.Admin!)))
        .Is(200).Json.GetProperty("state").GetString();

    private async Task<long> QueuedAsync(Guid recipient, string? association = null) => await _service.QueryAsync<long>(
        $"select count(*) from calendar.reminders where recipient = '{recipient}' and kind = 'task' and state = 'queued'" + (association is null ? "" : $" and association = '{association}'"));
}
