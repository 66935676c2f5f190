using Calendar.Server.Access;
using Calendar.Server.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Subscriptions;

/// <summary>Private links, for whoever has a token.</summary>
public sealed class MakingSubscriptions(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private const string Filtered = """
        {"name":"Nhật Bản","filter":{"party":["LA","JP"],"tier":["round"],"kind":["ties_established"]},"lang":"en","alarm":"P1W","imprecise":"omit","ahead":3,"detail":"full"}
        """;

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Answers_the_links_once()
    {
        var made = (await _service.PostAsync(Subscribing.Collection, Filtered)).Is(201);
        var id = made.Json.GetProperty("id").GetString();

        Assert.Equal("private, no-store", made["Cache-Control"]);
        Assert.Equal("/v1/subscriptions/" + id, made["Location"]);
        Assert.Matches("^https://calendar\\.example/feeds/s/cal_feed_[0-9a-hjkmnp-tv-z]{36}\\.ics$", made.Json.GetProperty("url").GetString());
        Assert.Equal("webcal" + made.Json.GetProperty("url").GetString()!["https".Length..], made.Json.GetProperty("webcal").GetString());

        var read = (await _service.GetAsync(made["Location"]!, CalendarService.Bearer(_service.Admin!))).Is(200);
        Assert.Equal("private, no-store", read["Cache-Control"]);
        Assert.DoesNotContain("cal_feed_", read.Text, StringComparison.Ordinal);
        foreach (var json in new[] { made.Json, read.Json })
        {
            Assert.Equal("Nhật Bản", json.GetProperty("name").GetString());
            Assert.Equal(["JP", "LA"], json.GetProperty("filter").GetProperty("party").EnumerateArray().Select(party => party.GetString()));
            Assert.Equal(["round"], json.GetProperty("filter").GetProperty("tier").EnumerateArray().Select(tier => tier.GetString()));
            Assert.Equal(["ties_established"], json.GetProperty("filter").GetProperty("kind").EnumerateArray().Select(kind => kind.GetString()));
            Assert.False(json.GetProperty("filter").TryGetProperty("group", out _));
            Assert.Equal(("en", "P7D", "omit", 3, "full"), (
                json.GetProperty("lang").GetString(), json.GetProperty("alarm").GetString(), json.GetProperty("imprecise").GetString(), json.GetProperty("ahead").GetInt32(), json.GetProperty("detail").GetString()));
            Assert.Equal("2026-12-01T03:00:00Z", json.GetProperty("created").GetString());
        }

        Assert.DoesNotContain("cal_feed_", (await _service.GetAsync(Subscribing.Collection, CalendarService.Bearer(_service.Admin!))).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_nothing_of_a_token_but_its_hash()
    {
        var made = await _service.SubscribeAsync();
        Assert.Equal(1, await _service.QueryAsync<long>($"select count(*) from calendar.subscription_links where sha256 = sha256(convert_to('{made.Token}', 'UTF8'))"));
        foreach (var table in new[] { "subscriptions", "subscription_links", "subscription_requests", "subscription_health", "mt_events", "idempotency" })
        {
            Assert.Equal(0, await _service.QueryAsync<long>($"select count(*) from calendar.{table} t where t::text like '%{made.Token[12..30]}%'"));
        }
    }

    [Fact]
    public async Task Without_a_filter_is_the_default_feed()
    {
        var made = (await _service.PostAsync(Subscribing.Collection, """{"name":"Tất cả"}""")).Is(201).Json;
        Assert.Equal("{}", made.GetProperty("filter").GetRawText());
        Assert.Equal(("vi", "span", 7), (made.GetProperty("lang").GetString(), made.GetProperty("imprecise").GetString(), made.GetProperty("ahead").GetInt32()));
        Assert.False(made.TryGetProperty("alarm", out _));
        Assert.False(made.TryGetProperty("detail", out _));
    }

    [Theory]
    [InlineData("""{"name":"x","filter":{"party":["ZZ"]}}""", "/filter/party", "unknown-value")]
    [InlineData("""{"name":"x","filter":{"party":["JP","XX"]}}""", "/filter/party", "unknown-value")]
    [InlineData("""{"name":"x","filter":{"group":["NATO"]}}""", "/filter/group", "unknown-value")]
    [InlineData("""{"name":"x","filter":{"tier":["square"]}}""", "/filter/tier", "unknown-value")]
    [InlineData("""{"name":"x","filter":{"kind":["party_registered"]}}""", "/filter/kind", "unknown-value")]
    [InlineData("""{"name":"x","filter":{"partie":["JP"]}}""", "/filter/partie", "unknown-member")]
    [InlineData("""{"name":"x","lang":"fr"}""", "/lang", "unknown-value")]
    [InlineData("""{"name":"x","alarm":"soon"}""", "/alarm", "malformed-alarm")]
    [InlineData("""{"name":"x","imprecise":"maybe"}""", "/imprecise", "unknown-value")]
    [InlineData("""{"name":"x","detail":"half"}""", "/detail", "unknown-value")]
    [InlineData("""{"name":"x","ahead":0}""", "/ahead", "out-of-range")]
    [InlineData("""{"name":"x","url":"mine"}""", "/url", "unknown-member")]
    [InlineData("""{"filter":{}}""", "/name", "member-required")]
    [InlineData("""{"name":"hai\ndòng"}""", "/name", "one-line")]
    public async Task Is_refused_where_it_is_wrong(string json, string pointer, string code)
    {
        var before = await _service.QueryAsync<long>("select count(*) from calendar.subscriptions");
        (await _service.PostAsync(Subscribing.Collection, json)).Is(422).Names(pointer, code);
        Assert.Equal(before, await _service.QueryAsync<long>("select count(*) from calendar.subscriptions"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "")]
    [InlineData("GET", "/01900000-0000-7000-8000-000000000000")]
    [InlineData("DELETE", "/01900000-0000-7000-8000-000000000000")]
    [InlineData("POST", "/01900000-0000-7000-8000-000000000000/name")]
    [InlineData("POST", "/01900000-0000-7000-8000-000000000000/rotation")]
    public async Task Needs_a_token_and_a_link_is_none(string method, string path)
    {
        var made = await _service.SubscribeAsync();
        (await _service.SendAsync(method, Subscribing.Collection + path, CalendarService.Json("garbage"))).IsProblem(401, "unauthenticated");
        (await _service.SendAsync(method, Subscribing.Collection + path, CalendarService.Json("garbage"), CalendarService.Bearer(made.Token))).IsProblem(401, "unauthenticated");
        (await _service.GetAsync(PrivateFeedEndpoint.Folder + _service.Admin + ".ics")).IsProblem(404, "not-found");
    }

    [Theory]
    [InlineData("historian")]
    [InlineData("planner")]
    [InlineData("association")]
    [InlineData("admin")]
    public async Task Is_open_to_a(string role)
    {
        var token = await _service.TokenAsync(role);
        var made = await _service.SubscribeAsync(token: token);
        (await _service.GetAsync(made.Path)).Is(200);
        var seen = (await _service.GetAsync(made.Self, CalendarService.Bearer(token))).Is(200).Json;
        Assert.Equal(role == "admin", seen.TryGetProperty("owner", out _));
    }

    [Fact]
    public async Task Somebody_elses_is_as_unknown_as_one_that_never_was()
    {
        var (mine, yours) = (await _service.TokenAsync("planner"), await _service.TokenAsync("historian"));
        var made = await _service.SubscribeAsync("""{"name":"Của tôi"}""", mine);
        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("POST", "/name"), ("POST", "/rotation") })
        {
            var theirs = (await _service.SendAsync(method, made.Self + path, CalendarService.Json("""{"name":"b"}"""), CalendarService.Bearer(yours))).IsProblem(404, "not-found");
            var none = (await _service.SendAsync(method, Subscribing.Collection + "/" + Guid.NewGuid() + path, CalendarService.Json("""{"name":"b"}"""), CalendarService.Bearer(yours))).IsProblem(404, "not-found");
            Assert.Equal(none.Text, theirs.Text);
        }

        Assert.Empty((await _service.GetAsync(Subscribing.Collection, CalendarService.Bearer(yours))).Is(200).Items);
        Assert.Equal(made.Id, Assert.Single((await _service.GetAsync(Subscribing.Collection, CalendarService.Bearer(mine))).Is(200).Items).GetProperty("id").GetString());
        Assert.Contains(made.Id, (await _service.GetAsync(Subscribing.Collection + "?limit=500", CalendarService.Bearer(_service.Admin!))).Is(200).Text, StringComparison.Ordinal);
        (await _service.GetAsync(made.Path)).Is(200);
    }

    [Fact]
    public async Task Somebody_elses_is_looked_for_as_one_that_never_was()
    {
        var (yours, made) = (await _service.TokenAsync("planner"), await _service.SubscribeAsync());
        var follower = _service.Services.GetRequiredService<SubscriptionFollower>();
        foreach (var path in new[] { made.Self, Subscribing.Collection + "/" + Guid.NewGuid() })
        {
            var before = follower.Looks;
            (await _service.GetAsync(path, CalendarService.Bearer(yours))).IsProblem(404, "not-found");
            Assert.Equal(before + 1, follower.Looks);
        }
    }

    [Theory]
    [InlineData("/x")]
    [InlineData("/1")]
    [InlineData("/00000000-0000-0000-0000-00000000000g")]
    [InlineData("/{01900000-0000-7000-8000-000000000000}")]
    public async Task What_is_no_id_is_not_found(string id) =>
        (await _service.GetAsync(Subscribing.Collection + id, CalendarService.Bearer(_service.Admin!))).IsProblem(404, "not-found");

    [Fact]
    public async Task Another_name_is_of_the_same_link()
    {
        var made = await _service.SubscribeAsync();
        var feed = (await _service.GetAsync(made.Path)).Is(200);
        var renamed = (await _service.PostAsync(made.Self + "/name", """{"name":"  Tên mới "}""")).Is(200);

        Assert.Equal("Tên mới", renamed.Json.GetProperty("name").GetString());
        Assert.DoesNotContain("cal_feed_", renamed.Text, StringComparison.Ordinal);
        Assert.Equal("Tên mới", (await _service.GetAsync(made.Self, CalendarService.Bearer(_service.Admin!))).Json.GetProperty("name").GetString());
        Assert.Equal(feed.Body, (await _service.GetAsync(made.Path)).Body);
        (await _service.PostAsync(made.Self + "/name", """{"name":""}""")).Is(422).Names("/name", "text-length");
        (await _service.PostAsync(made.Self + "/name", """{"name":"a","filter":{}}""")).Is(422).Names("/filter", "unknown-member");
    }

    [Fact]
    public async Task Lists_page_by_page_in_the_order_of_making()
    {
        var token = await _service.TokenAsync("planner");
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await _service.SubscribeAsync(token: token)).Id);
        }

        var seen = new List<string>();
        for (var next = Subscribing.Collection + "?limit=2&count=true"; next is not null;)
        {
            var page = (await _service.GetAsync(next, CalendarService.Bearer(token))).Is(200);
            Assert.Equal(5, page.Json.GetProperty("count").GetInt32());
            seen.AddRange(page.Items.Select(item => item.GetProperty("id").GetString()!));
            next = page.Next;
        }

        Assert.Equal(made, seen);
        (await _service.GetAsync(Subscribing.Collection + "?filter=x", CalendarService.Bearer(token))).IsProblem(422, "bad-query");
    }

    [Fact]
    public async Task A_repeat_under_its_key_names_what_it_made_and_not_its_links()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var made = (await _service.PostAsync(Subscribing.Collection, """{"name":"một"}""", key)).Is(201);
        var id = made.Json.GetProperty("id").GetString()!;
        var live = await _service.QueryAsync<long>("select count(*) from calendar.subscriptions");

        var again = (await _service.PostAsync(Subscribing.Collection, """{"name":"một"}""", key)).IsProblem(409, "already-issued");
        Assert.Contains($"/v1/subscriptions/{id}/rotation", again.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("cal_feed_", again.Text, StringComparison.Ordinal);
        (await _service.PostAsync(Subscribing.Collection, """{"name":"hai"}""", key)).IsProblem(422, "idempotency-key-reused");
        Assert.Equal(live, await _service.QueryAsync<long>("select count(*) from calendar.subscriptions"));

        // Of somebody else the key is another one, and so it is two days later.
        (await _service.SendAsync("POST", Subscribing.Collection, CalendarService.Json("""{"name":"hai"}"""), CalendarService.Bearer(await _service.TokenAsync("planner")), key)).Is(201);
        await _service.ExecuteAsync("update calendar.subscription_requests set recorded = recorded - interval '49 hours'");
        await _service.SubscribeAsync();
        (await _service.PostAsync(Subscribing.Collection, """{"name":"ba"}""", ("Idempotency-Key", "another"))).Is(201);
        (await _service.PostAsync(Subscribing.Collection, """{"name":"hai"}""", key)).Is(201);
        (await _service.PostAsync(Subscribing.Collection, """{"name":"x"}""", ("Idempotency-Key", new string('k', 201)))).IsProblem(422, "bad-idempotency-key");
    }

    [Fact]
    public async Task A_repeated_rotation_replaces_nothing_twice()
    {
        var made = await _service.SubscribeAsync();
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var rotated = (await _service.PostAsync(made.Self + "/rotation", "", key)).Is(201).Json.GetProperty("url").GetString()!;
        (await _service.PostAsync(made.Self + "/rotation", "", key)).IsProblem(409, "already-issued");
        (await _service.GetAsync(made.Path)).Is(200);
        (await _service.GetAsync(rotated[CalendarService.PublicUrl.Length..])).Is(200);
    }

    [Fact]
    public async Task One_whose_row_is_gone_is_as_unknown_as_one_that_never_was()
    {
        // The database was restored from before it was made, and this instance has not heard of it yet.
        var made = await _service.SubscribeAsync();
        await _service.ExecuteAsync($"delete from calendar.subscription_links where subscription = '{made.Id}'; delete from calendar.subscriptions where id = '{made.Id}'");
        (await _service.PostAsync(made.Self + "/name", """{"name":"x"}""")).IsProblem(404, "not-found");
        (await _service.PostAsync(made.Self + "/rotation", "")).IsProblem(404, "not-found");
        (await _service.SendAsync("DELETE", made.Self, null, CalendarService.Bearer(_service.Admin!))).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_thousand_at_a_time_are_enough_for_one()
    {
        var token = await _service.TokenAsync("planner");
        var first = await _service.SubscribeAsync(token: token);
        await _service.ExecuteAsync($"""
            with made as (
              insert into calendar.subscriptions (id, owner, name, variant, created, changed)
              select gen_random_uuid(), s.owner, 'n', '', now(), nextval('calendar.subscription_changes')
              from calendar.subscriptions s, generate_series(2, {SubscriptionTable.MostLive}) where s.id = '{first.Id}' returning id
            )
            insert into calendar.subscription_links (sha256, subscription, created) select sha256(id::text::bytea), id, now() from made
            """);

        (await _service.SendAsync("POST", Subscribing.Collection, CalendarService.Json("""{"name":"x"}"""), CalendarService.Bearer(token))).IsProblem(422, "too-many-subscriptions");
        await _service.RevokeAsync(first);
        await _service.SubscribeAsync(token: token);
    }

    [Fact]
    public async Task Made_and_revoked_without_end_they_take_no_more_room()
    {
        var token = await _service.TokenAsync("planner");
        var (oldest, last) = (await RevokedAsync(), await _service.SubscribeAsync(token: token));
        (await _service.GetAsync(oldest.Path)).IsProblem(410, "link-revoked");
        await _service.ExecuteAsync($"""
            with made as (
              insert into calendar.subscriptions (id, owner, created, revoked, changed)
              select gen_random_uuid(), s.owner, now(), now(), nextval('calendar.subscription_changes')
              from calendar.subscriptions s, generate_series(2, {SubscriptionTable.MostRevoked}) where s.id = '{oldest.Id}' returning id
            )
            insert into calendar.subscription_links (sha256, subscription, created) select sha256(id::text::bytea), id, now() from made
            """);
        (await _service.GetAsync($"{PrivateFeedEndpoint.Folder}{LinkToken.New()}.ics")).Is(404);
        (await _service.SendAsync("DELETE", last.Self, null, CalendarService.Bearer(token))).Is(204);

        await using var restarted = await CalendarService.StartAsync(_service.Connection);
        foreach (var service in new[] { _service, restarted })
        {
            (await service.GetAsync(oldest.Path)).IsProblem(404, "not-found");
            (await service.GetAsync(last.Path)).IsProblem(410, "link-revoked");
            var owner = await _service.QueryAsync<string>($"select owner from calendar.subscriptions where id = '{last.Id}'");
            Assert.Equal(SubscriptionTable.MostRevoked, service.Services.GetRequiredService<SubscriptionBook>().All.Count(held => held.Current.Owner == owner));
            Assert.Equal(SubscriptionTable.MostRevoked, await _service.QueryAsync<long>($"select count(*) from calendar.subscriptions where owner = '{owner}'"));
        }

        async Task<Subscribed> RevokedAsync()
        {
            var made = Subscribing.Read((await _service.SendAsync(
                "POST", Subscribing.Collection, CalendarService.Json("""{"name":"x"}"""), CalendarService.Bearer(token), ("Idempotency-Key", "first"))).Is(201));
            (await _service.SendAsync("DELETE", made.Self, null, CalendarService.Bearer(token))).Is(204);
            return made;
        }
    }

    [Fact]
    public async Task What_comes_at_once_is_made_each_for_itself()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _service.SubscribeAsync()));
        Assert.Equal(40, made.Select(one => one.Token).Distinct(StringComparer.Ordinal).Count());
        Assert.All(await Task.WhenAll(made.Select(one => _service.GetAsync(one.Path))), feed => feed.Is(200));

        // Forty changes, forty numbers in a row of all there are.
        Assert.True(await _service.QueryAsync<bool>("select count(distinct changed) = count(*) from calendar.subscriptions"));
    }

    [Fact]
    public async Task Is_described_for_programs()
    {
        var described = (await _service.GetAsync("/openapi/v1.json")).Is(200).Json.GetProperty("paths");
        Assert.True(described.GetProperty("/v1/subscriptions").GetProperty("post").GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.True(described.TryGetProperty("/v1/subscriptions/{id}/rotation", out _));
        Assert.True(described.TryGetProperty("/feeds/s/{link}.ics", out _));
        (await _service.SendAsync("POST", Subscribing.Collection, new StringContent("name=x"), CalendarService.Bearer(_service.Admin!))).IsProblem(415, "unsupported-media-type");
        (await _service.PostAsync(Subscribing.Collection, "{")).IsProblem(400, "not-json");
    }

    [Fact]
    public void Its_tokens_are_of_a_kind_of_their_own()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.False(Token.IsWellFormed(LinkToken.New()));
            Assert.False(LinkToken.IsWellFormed(Token.New()));
            Assert.True(LinkToken.IsWellFormed(LinkToken.New()));
        }
    }
}
