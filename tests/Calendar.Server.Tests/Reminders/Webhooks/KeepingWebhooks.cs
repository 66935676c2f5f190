using System.Text.Json;
using Calendar.Server.Reminders.Webhooks;
using NodaTime;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary><c>/v1/webhooks</c>: by whom they are made, changed, replaced and tested, and what is shown of them.</summary>
[Collection(WebhooksCollection.Name)]
public sealed class KeepingWebhooks(WebhookCalendar calendar)
{
    private const string Collection = "/v1/webhooks";

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task One_is_added_listed_changed_and_removed()
    {
        var association = await calendar.AssociationAsync();
        var made = (await AddAsync(association, """{"name":"Trang web","url":"https://Hooks.example.org/a"}""")).Is(201);
        var id = Member(made, "id")!;
        Assert.Equal($"{Collection}/{id}", made["Location"]);
        Assert.Equal("private, no-store", made["Cache-Control"]);
        Assert.Equal((association, "Trang web", "https://hooks.example.org/a"), (Member(made, "association"), Member(made, "name"), Member(made, "url")));

        var changed = (await _service.PutAsync($"{Collection}/{id}", """{"url":"https://hooks.example.org/b"}""")).Is(200);
        Assert.Equal((null, "https://hooks.example.org/b"), (Member(changed, "name"), Member(changed, "url")));
        Assert.Equal(changed.Text, (await AsAdminAsync("GET", $"{Collection}/{id}")).Is(200).Text);
        Assert.Equal(changed.Text, (await ListAsync(association)).Single().GetRawText());
        Assert.Contains((await AsAdminAsync("GET", Collection + "?limit=500")).Is(200).Items, item => item.GetRawText() == changed.Text);

        (await AsAdminAsync("DELETE", $"{Collection}/{id}")).Is(204);
        foreach (var (method, path, body) in OfOne)
        {
            (await _service.SendAsync(method, $"{Collection}/{id}{path}", body is null ? null : CalendarService.Json(body), CalendarService.Bearer(_service.Admin!))).IsProblem(404, "not-found");
        }

        Assert.Empty(await ListAsync(association));
        Assert.Equal(0, await _service.QueryAsync<long>($"select count(*) from calendar.webhook_secrets where webhook = '{id}'"));
    }

    [Fact]
    public async Task Its_secret_is_shown_once()
    {
        var association = await calendar.AssociationAsync();
        var made = (await AddAsync(association, Body("a"), ("Idempotency-Key", association))).Is(201);
        var (id, secret) = (Member(made, "id")!, Member(made, "secret")!);
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);
        foreach (var answer in new[]
        {
            await AsAdminAsync("GET", $"{Collection}/{id}"), await AsAdminAsync("GET", $"{Collection}?association={association}"), await _service.PutAsync($"{Collection}/{id}", Body("b")),
            await AsAdminAsync("POST", $"{Collection}/{id}/enabling"), await AsAdminAsync("POST", $"{Collection}/{id}/rotation"),
        })
        {
            Assert.InRange(answer.Status, 200, 201);
            Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal);
        }

        // A repeat makes no other, and says where a new secret comes from.
        var again = (await AddAsync(association, Body("a"), ("Idempotency-Key", association))).IsProblem(409, "already-issued");
        Assert.Contains($"{Collection}/{id}/rotation", Member(again, "detail"), StringComparison.Ordinal);
        (await AddAsync(association, Body("c"), ("Idempotency-Key", association))).IsProblem(422, "idempotency-key-reused");
        Assert.Single(await ListAsync(association));
    }

    [Fact]
    public async Task While_its_secret_is_replaced_both_sign()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 200 OK");
        var association = await calendar.AssociationAsync();
        var made = (await AddAsync(association, $$"""{"url":"{{receiver.Url}}"}""")).Is(201);
        var (id, former) = (Member(made, "id")!, Member(made, "secret")!);
        Assert.Null(Member(made, "formerUntil"));

        var rotated = (await AsAdminAsync("POST", $"{Collection}/{id}/rotation", ("Idempotency-Key", id))).Is(201);
        var current = Member(rotated, "secret")!;
        Assert.NotEqual(former, current);
        Assert.Equal("2026-12-02T03:00:00Z", Member(rotated, "formerUntil"));
        (await AsAdminAsync("POST", $"{Collection}/{id}/rotation", ("Idempotency-Key", id))).IsProblem(409, "already-issued");

        var webhook = (await calendar.Table.FindAsync(Guid.Parse(id), _service.Soon))!;
        var clock = new FixedClock();
        using var channel = calendar.Channel(clock: clock);
        foreach (var (hours, count) in new[] { (0, 2), (23, 2), (24, 1) })
        {
            clock.Set(FixedClock.Start + Duration.FromHours(hours));
            await channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, _service.Soon);
            var received = receiver.Received[^1];
            Assert.Equal(count, received.Signatures.Length);
            Assert.True(received.IsSignedWith(current));
            Assert.Equal(count == 2, received.IsSignedWith(former));
            Assert.False(received.IsSignedWith(WebhookSecret.Show(WebhookSecret.NewKey())));
        }
    }

    [Fact]
    public async Task Replaced_again_the_one_that_the_receiver_has_still_signs()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 200 OK");
        var made = (await AddAsync(await calendar.AssociationAsync(), $$"""{"url":"{{receiver.Url}}"}""")).Is(201);
        var (id, known) = (Member(made, "id")!, Member(made, "secret")!);
        var lost = Member((await AsAdminAsync("POST", $"{Collection}/{id}/rotation")).Is(201), "secret")!;
        var current = Member((await AsAdminAsync("POST", $"{Collection}/{id}/rotation")).Is(201), "secret")!;
        (await AsAdminAsync("POST", $"{Collection}/{id}/test")).Is(200);
        Assert.Equal([known, lost, current], new[] { known, lost, current }.Where(receiver.Received[^1].IsSignedWith));

        // But somebody who replaces it without end makes no request longer and longer.
        for (var i = 0; i < 10; i++)
        {
            (await AsAdminAsync("POST", $"{Collection}/{id}/rotation")).Is(201);
        }

        (await AsAdminAsync("POST", $"{Collection}/{id}/test")).Is(200);
        Assert.Equal(4, receiver.Received[^1].Signatures.Length);
    }

    [Fact]
    public async Task A_test_tells_what_came_of_it_and_nothing_of_what_was_answered()
    {
        var answer = "";
        await using var receiver = new Receiver((stream, ct) => Receiver.WriteAsync(stream, answer, ct));
        var id = Member((await AddAsync(await calendar.AssociationAsync(), $$"""{"url":"{{receiver.Url}}"}""")).Is(201), "id")!;
        foreach (var (code, outcome) in new[] { (200, "delivered"), (302, "deferred"), (500, "deferred"), (410, "refused") })
        {
            answer = $"HTTP/1.1 {code} Needle\r\nX-Needle: needle\r\nLocation: http://needle.example/\r\nContent-Length: 6\r\n\r\nneedle";
            var test = (await AsAdminAsync("POST", $"{Collection}/{id}/test")).Is(200);
            Assert.Equal((outcome, code), (Member(test, "outcome"), test.Json.GetProperty("code").GetInt32()));
            Assert.DoesNotContain("needle", test.Text, StringComparison.OrdinalIgnoreCase);
            var received = receiver.Received[^1];
            Assert.Equal(("calendar.webhook.test", Member(test, "event")), (received.Json.GetProperty("type").GetString(), received.Headers["webhook-id"]));
            Assert.Equal(id, received.Json.GetProperty("data").GetProperty("webhook").GetString());
        }

        // It is gone now.
        var disabled = (await AsAdminAsync("GET", $"{Collection}/{id}")).Is(200).Json.GetProperty("disabled");
        Assert.Equal(("gone", "2026-12-01T03:00:00Z"), (disabled.GetProperty("why").GetString(), disabled.GetProperty("since").GetString()));
        (await AsAdminAsync("POST", $"{Collection}/{id}/test")).IsProblem(422, "webhook-disabled");
        Assert.Equal(4, receiver.Connections);

        answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        var enabled = (await AsAdminAsync("POST", $"{Collection}/{id}/enabling")).Is(200);
        Assert.False(enabled.Json.TryGetProperty("disabled", out _));
        Assert.Equal(enabled.Text, (await AsAdminAsync("POST", $"{Collection}/{id}/enabling")).Is(200).Text);
        Assert.Equal("delivered", Member((await AsAdminAsync("POST", $"{Collection}/{id}/test")).Is(200), "outcome"));
    }

    [Fact]
    public async Task Only_so_many_tests_of_an_association_are_under_way_at_once()
    {
        var (all, let) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var waiting = 0;
        await using var receiver = new Receiver(async (stream, ct) =>
        {
            if (Interlocked.Increment(ref waiting) == 4)
            {
                all.SetResult();
            }

            await let.Task.WaitAsync(ct);
            await Receiver.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ct);
        });
        var test = $"{Collection}/{(await calendar.WebhookAsync(receiver.Url)).Id}/test";
        var tests = Enumerable.Range(0, 4).Select(_ => AsAdminAsync("POST", test)).ToList();
        await all.Task.WaitAsync(_service.Soon);
        Assert.Equal("30", (await AsAdminAsync("POST", test)).IsProblem(503, "tests-busy")["Retry-After"]);

        // Another association's test is held up by none of them.
        await using var other = new Receiver((stream, ct) => Receiver.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ct));
        Assert.Equal("delivered", Member((await AsAdminAsync("POST", $"{Collection}/{(await calendar.WebhookAsync(other.Url)).Id}/test")).Is(200), "outcome"));

        let.SetResult();
        Assert.All(await Task.WhenAll(tests), answer => Assert.Equal("delivered", Member(answer.Is(200), "outcome")));
        Assert.Equal("delivered", Member((await AsAdminAsync("POST", test)).Is(200), "outcome"));
    }

    [Fact]
    public async Task Of_a_receiver_that_was_not_reached_an_association_is_told_no_more()
    {
        var webhook = await calendar.WebhookAsync("https://x.invalid/");
        var answers = new List<string>();

        // A name that nobody knows, a network that is not public, a port at which nobody listens.
        foreach (var url in new[] { "https://nobody-knows.invalid/", "https://10.0.0.1/", "https://127.0.0.1:1/" })
        {
            await calendar.Service.ExecuteAsync($"update calendar.webhooks set url = '{url}' where id = '{webhook.Id}'");
            var test = (await _service.SendAsync("POST", $"{Collection}/{webhook.Id}/test", null, CalendarService.Bearer(await _service.TokenAsync("association", webhook.Association.Value)))).Is(200);
            answers.Add(test.Text.Replace(Member(test, "event")!, "", StringComparison.Ordinal));
            Assert.NotEqual("unreached", Member((await AsAdminAsync("POST", $"{Collection}/{webhook.Id}/test")).Is(200), "outcome"));
        }

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Assert.Contains("\"unreached\"", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_of_a_name_that_leads_nowhere_public_says_what_to_do()
    {
        var webhook = await calendar.WebhookAsync("https://localhost.example.invalid/");
        await calendar.Service.ExecuteAsync($"update calendar.webhooks set url = 'https://10.0.0.1/' where id = '{webhook.Id}'");
        var test = (await AsAdminAsync("POST", $"{Collection}/{webhook.Id}/test")).Is(200);
        Assert.Equal("deferred", Member(test, "outcome"));
        Assert.All(["vi", "en"], language => Assert.Contains("CALENDAR_WEBHOOK_HOSTS", test.Json.GetProperty("text").GetProperty(language).GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_another_address_one_that_was_gone_is_enabled()
    {
        var webhook = await calendar.WebhookAsync("https://gone.example.org/");
        await calendar.Table.DisableAsync(webhook.Id, "https://gone.example.org/", WebhookEnd.Gone, FixedClock.Start, _service.Soon);
        Assert.True((await _service.PutAsync($"{Collection}/{webhook.Id}", """{"name":"A","url":"https://gone.example.org/"}""")).Is(200).Json.TryGetProperty("disabled", out _));
        Assert.False((await _service.PutAsync($"{Collection}/{webhook.Id}", """{"name":"A","url":"https://here.example.org/"}""")).Is(200).Json.TryGetProperty("disabled", out _));
    }

    [Fact]
    public async Task An_address_is_there_once()
    {
        var association = await calendar.AssociationAsync();
        var id = Member((await AddAsync(association, Body("a"))).Is(201), "id")!;
        var other = Member((await AddAsync(association, Body("b"))).Is(201), "id")!;
        Assert.Contains(id, Member((await AddAsync(association, Body("a"))).IsProblem(422, "webhook-exists"), "detail"), StringComparison.Ordinal);
        (await _service.PutAsync($"{Collection}/{other}", Body("a"))).IsProblem(422, "webhook-exists");
        (await AddAsync(await calendar.AssociationAsync(), Body("a"))).Is(201);
    }

    [Fact]
    public async Task An_association_has_twenty_however_many_ask_at_once()
    {
        var association = await calendar.AssociationAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(i => AddAsync(association, Body($"{i}"))));
        Assert.Equal(20, answers.Count(answer => answer.Status == 201));
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.IsProblem(422, "too-many-webhooks"));
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        var association = await calendar.AssociationAsync();
        (await AddAsync(association, """{"url":"https://169.254.169.254/"}""")).IsProblem(422, "malformed-webhook").Names("/url", "malformed-webhook");
        (await AddAsync(association, """{"url":"https://hooks.example.org/","secret":"x"}""")).IsProblem(422, "unknown-member").Names("/secret", "unknown-member");
        (await AddAsync("nobody", Body("a"))).IsProblem(404, "not-found");
        (await _service.PostAsync(Collection, Body("a"))).IsProblem(422, "bad-query").Names("association", "parameter-required");
        (await _service.PostAsync(Collection + "?asociation=vufo", Body("a"))).IsProblem(422, "bad-query").Names("asociation", "unknown-parameter");
        (await AsAdminAsync("GET", Collection + "/7")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task They_are_listed_a_page_at_a_time()
    {
        var association = await calendar.AssociationAsync();
        var made = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            made.Add(Member((await AddAsync(association, Body($"{i}"))).Is(201), "id"));
        }

        var first = (await AsAdminAsync("GET", $"{Collection}?association={association}&limit=2&count=true")).Is(200);
        Assert.Equal(3, first.Json.GetProperty("count").GetInt32());
        var second = (await AsAdminAsync("GET", first.Next!)).Is(200);
        Assert.Equal(made.Order(StringComparer.Ordinal), first.Items.Concat(second.Items).Select(item => item.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_associations_token_keeps_its_own_and_no_others()
    {
        var (own, others) = (await calendar.AssociationAsync(), await calendar.AssociationAsync());
        var token = CalendarService.Bearer(await _service.TokenAsync("association", own));
        var theirs = Member((await AddAsync(others, Body("theirs"))).Is(201), "id");

        var made = (await _service.SendAsync("POST", Collection, CalendarService.Json(Body("mine")), token)).Is(201);
        Assert.Equal(own, Member(made, "association"));
        Assert.Equal(Member(made, "id"), (await _service.GetAsync(Collection, token)).Is(200).Items.Single().GetProperty("id").GetString());
        (await _service.SendAsync("POST", made["Location"] + "/rotation", null, token)).Is(201);
        (await _service.SendAsync("PUT", made["Location"]!, CalendarService.Json(Body("changed")), token)).Is(200);
        (await _service.SendAsync("DELETE", made["Location"]!, null, token)).Is(204);

        // Another's are as those of one that never was.
        foreach (var (method, path, body) in OfOne)
        {
            var another = await SendAsync(method, $"{Collection}/{theirs}{path}", body);
            Assert.Equal((await SendAsync(method, $"{Collection}/{Guid.NewGuid()}{path}", body)).Text, another.IsProblem(404, "not-found").Text);
        }

        var unknown = (await SendAsync("GET", Collection + "?association=nobody", null)).IsProblem(404, "not-found");
        Assert.Equal(unknown.Text.Replace("nobody", others, StringComparison.Ordinal), (await SendAsync("GET", $"{Collection}?association={others}", null)).Text);
        (await SendAsync("POST", $"{Collection}?association={others}", Body("b"))).IsProblem(404, "not-found");
        Assert.Single(await ListAsync(others));

        Task<Reply> SendAsync(string method, string path, string? body) => _service.SendAsync(method, path, body is null ? null : CalendarService.Json(body), token);
    }

    [Fact]
    public async Task Nobody_sees_them_without_a_token_that_may()
    {
        (await _service.GetAsync(Collection)).Is(401);
        (await _service.GetAsync(Collection, CalendarService.Bearer(await _service.TokenAsync("historian")))).Is(403);
        (await _service.GetAsync(Collection, CalendarService.Bearer(await _service.TokenAsync("planner")))).Is(200);
    }

    private static IEnumerable<(string Method, string Path, string? Body)> OfOne =>
        [("GET", "", null), ("PUT", "", Body("x")), ("DELETE", "", null), ("POST", "/rotation", null), ("POST", "/enabling", null), ("POST", "/test", null)];

    private static string Body(string path) => $$"""{"url":"https://hooks.example.org/{{path}}"}""";

    private static string? Member(Reply reply, string name) => reply.Json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private Task<Reply> AddAsync(string association, string body, params (string Name, string Value)[] headers) => _service.PostAsync($"{Collection}?association={association}", body, headers);

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string association) => (await AsAdminAsync("GET", $"{Collection}?association={association}")).Is(200).Items;

    private Task<Reply> AsAdminAsync(string method, string path, params (string Name, string Value)[] headers) =>
        _service.SendAsync(method, path, null, [CalendarService.Bearer(_service.Admin!), .. headers]);
}
