using System.Text.Json;
using Calendar.Server.Access;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.Access;

internal static class TokenRequests
{
    public const string Collection = "/v1/tokens";

    public static async Task<(string Id, string Token)> IssueAsync(this CalendarService service, string json, string? admin = null)
    {
        var made = (await service.SendAsync("POST", Collection, CalendarService.Json(json), CalendarService.Bearer(admin ?? service.Admin!))).Is(201).Json;
        return (made.GetProperty("id").GetString()!, made.GetProperty("token").GetString()!);
    }

    public static Task<Reply> SelfAsync(this CalendarService service, string token) => service.GetAsync(Collection + "/self", CalendarService.Bearer(token));

    public static Task<Reply> RevokeAsync(this CalendarService service, string id, string? admin = null) =>
        service.SendAsync("DELETE", $"{Collection}/{id}", null, CalendarService.Bearer(admin ?? service.Admin!));

    public static async Task RegisterUmbrellaAsync(this CalendarService service)
    {
        const string Line = """{"key":"tests/vufo","do":"register_association","association":"vufo","name":"Liên hiệp","scope":"umbrella","language":"vi","zone":"Asia/Ho_Chi_Minh","source":{"citation":"c","confidence":"confirmed"}}""";
        var report = (await service.SendAsync("POST", "/v1/imports", new StringContent(Line, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-ndjson")), CalendarService.Bearer(service.Admin!))).Is(200);
        Assert.Equal(0, report.Json.GetProperty("counts").GetProperty("refused").GetInt32());
    }
}

public sealed class GivingOutTokens(EmptyCalendar calendar) : IClassFixture<EmptyCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task It_is_shown_once_and_stands_for_whom_it_was_made()
    {
        await _service.RegisterUmbrellaAsync();
        var answer = (await _service.PostAsync(TokenRequests.Collection, """{"role":"association","association":"vufo","label":"Chị Hoa","expires":"2027-12-31"}""")).Is(201);
        var (id, token) = (answer.Json.GetProperty("id").GetString()!, answer.Json.GetProperty("token").GetString()!);
        Assert.True(Token.IsWellFormed(token));
        Assert.Equal("private, no-store", answer["Cache-Control"]);
        Assert.Equal($"/v1/tokens/{id}", answer["Location"]);

        var self = (await _service.SelfAsync(token)).Is(200).Json;
        Assert.Equal(
            (id, "association", "vufo", "Chị Hoa", "2027-12-31T17:00:00Z"),
            (Member(self, "id"), Member(self, "role"), Member(self, "association"), Member(self, "label"), Member(self, "expires")));
        var listed = (await _service.GetAsync(TokenRequests.Collection, CalendarService.Bearer(_service.Admin!))).Is(200);
        Assert.Contains(listed.Items, item => Member(item, "id") == id);
        Assert.DoesNotContain(token[10..30], listed.Text, StringComparison.Ordinal);
        Assert.Equal("2026-12-01T03:00:00Z", Member((await _service.GetAsync(answer["Location"]!, CalendarService.Bearer(_service.Admin!))).Is(200).Json, "lastUsed"));
        Assert.False(await _service.QueryAsync<bool>($"select bool_or(t::text like '%{token[10..30]}%') from calendar.tokens t"));

        var open = Assert.IsType<Actor>(await CallerAsync(token));
        Assert.Equal(new Caller(Role.Association, Slug.Of("vufo")), open.Caller);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_by_name()
    {
        (await _service.PostAsync(TokenRequests.Collection, """{"role":"king"}""")).IsProblem(422, "unknown-value").Names("/role", "unknown-value");
        (await _service.PostAsync(TokenRequests.Collection, """{"role":"association","association":"nobody"}""")).IsProblem(422, "unknown-association");
        (await _service.PostAsync(TokenRequests.Collection, """{"role":"planner","expires":"2026-11-30"}""")).IsProblem(422, "in-the-past").Names("/expires", "in-the-past");
    }

    [Fact]
    public async Task A_repeat_under_its_key_is_told_so_and_makes_no_other()
    {
        var key = ("Idempotency-Key", "one");
        var made = (await _service.PostAsync(TokenRequests.Collection, """{"role":"planner"}""", key)).Is(201);
        var again = (await _service.PostAsync(TokenRequests.Collection, """{"role":"planner"}""", key)).IsProblem(409, "already-issued");
        Assert.Contains(Member(made.Json, "id")!, again.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await _service.PostAsync(TokenRequests.Collection, """{"role":"historian"}""", key)).IsProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task They_are_listed_a_page_at_a_time()
    {
        await _service.IssueAsync("""{"role":"planner"}""");
        await _service.IssueAsync("""{"role":"planner"}""");
        var first = (await _service.GetAsync(TokenRequests.Collection + "?limit=1", CalendarService.Bearer(_service.Admin!))).Is(200);
        var second = (await _service.GetAsync(first.Next!, CalendarService.Bearer(_service.Admin!))).Is(200);
        Assert.True(string.CompareOrdinal(Member(first.Items.Single(), "id"), Member(second.Items[0], "id")) < 0);
    }

    [Fact]
    public async Task One_that_is_revoked_opens_nothing_and_what_was_written_about_it_is_gone()
    {
        var (id, token) = await _service.IssueAsync("""{"role":"planner","label":"Anh Nam"}""");
        (await _service.SelfAsync(token)).Is(200);
        (await _service.RevokeAsync(id)).Is(204);
        var dead = (await _service.SelfAsync(token)).IsProblem(401, "unauthenticated");
        Assert.Equal("Bearer error=\"invalid_token\"", dead["WWW-Authenticate"]);
        (await _service.RevokeAsync(id)).Is(204);
        (await _service.GetAsync($"{TokenRequests.Collection}/{id}", CalendarService.Bearer(_service.Admin!))).IsProblem(404, "not-found");
        Assert.True(_service.Services.GetRequiredService<Tokens>().IsRevoked(id));
        Assert.False(_service.Services.GetRequiredService<Tokens>().IsRevoked("nobody"));
        Assert.Equal(1, await _service.QueryAsync<long>($"select count(*) from calendar.tokens where id = '{id}' and label is null and sha256 = sha256('{token}')"));
        (await _service.RevokeAsync("tok-nobody")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task An_address_that_is_open_knows_who_asks_and_refuses_a_dead_token()
    {
        var (id, token) = await _service.IssueAsync("""{"role":"planner"}""");
        Assert.Equal((id, Role.Planner), await CallerAsync(token) is { } known ? (known.Id, known.Role) : default);
        Assert.Null(await CallerAsync(null));
        await _service.RevokeAsync(id);
        await Assert.ThrowsAsync<Calendar.Server.Http.RefusedRequestException>(() => CallerAsync(token));
    }

    private async Task<Actor?> CallerAsync(string? token)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = _service.Services };
        context.Request.Headers.Authorization = token is null ? default : new("Bearer " + token);
        return await _service.Services.GetRequiredService<Callers>().FindAsync(context);
    }

    private static string? Member(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <summary>Tokens over time, on several instances, through restarts.</summary>
public sealed class TokensThroughTheirLife : IAsyncLifetime
{
    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.Nothing);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task One_opens_nothing_from_the_instant_that_it_expires()
    {
        var (_, token) = await _service.IssueAsync("""{"role":"planner","expires":"2026-12-31"}""");
        var end = Instant.FromUtc(2026, 12, 31, 17, 0);
        _service.Clock.Set(end - Duration.FromSeconds(1));
        (await _service.SelfAsync(token)).Is(200);
        _service.Clock.Set(end);
        (await _service.SelfAsync(token)).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task The_last_administrator_stays_and_nobody_revokes_the_token_he_uses()
    {
        var admin = await _service.QueryAsync<string>("select id from calendar.tokens");
        (await _service.RevokeAsync(admin)).IsProblem(409, "last-admin");
        var (id, second) = await _service.IssueAsync("""{"role":"admin","expires":"2026-12-31"}""");
        (await _service.RevokeAsync(admin)).IsProblem(409, "own-token");
        (await _service.RevokeAsync(admin, second)).Is(204);
        (await _service.SelfAsync(_service.Admin!)).Is(401);
        (await _service.RevokeAsync(id, second)).IsProblem(409, "last-admin");
    }

    [Fact]
    public async Task What_one_instance_gives_out_and_takes_back_the_other_follows()
    {
        await using var other = await CalendarService.StartAsync(_service.Connection);
        for (var i = 0; i < 5; i++)
        {
            var (id, token) = await _service.IssueAsync("""{"role":"planner"}""");
            (await other.SelfAsync(token)).Is(200);
            (await _service.RevokeAsync(id)).Is(204);
            (await _service.SelfAsync(token)).Is(401);
            while ((await other.SelfAsync(token)).Status != 401)
            {
                Assert.False(other.Soon.IsCancellationRequested, "It is never told.");
            }
        }
    }

    [Fact]
    public async Task A_restart_changes_nothing()
    {
        var (live, revoked) = (await _service.IssueAsync("""{"role":"planner","label":"Nam"}"""), await _service.IssueAsync("""{"role":"historian"}"""));
        (await _service.RevokeAsync(revoked.Id)).Is(204);
        await using var restarted = await CalendarService.StartAsync(_service.Connection);
        Assert.Equal("Nam", (await restarted.SelfAsync(live.Token)).Is(200).Json.GetProperty("label").GetString());
        (await restarted.SelfAsync(revoked.Token)).Is(401);
        Assert.Equal(0, restarted.Services.GetRequiredService<TokenFollower>().Looks);
    }

    [Fact]
    public async Task Whoever_has_one_is_known_without_the_table_even_at_first_use()
    {
        var (_, token) = await _service.IssueAsync("""{"role":"planner"}""");
        await using var restarted = await CalendarService.StartAsync(_service.Connection);
        await using var holder = new NpgsqlConnection(_service.Connection + ";Pooling=false");
        await holder.OpenAsync(_service.Soon);
        await using var hold = new NpgsqlCommand("begin; lock table calendar.tokens in access exclusive mode", holder);
        await hold.ExecuteNonQueryAsync(_service.Soon);

        (await restarted.SelfAsync(token)).Is(200);

        // Of one that nobody knows only the table could tell.
        (await restarted.SelfAsync(Token.New())).IsProblem(503, "unavailable");
        (await restarted.SelfAsync(token[..^1] + (token[^1] == '0' ? '1' : '0'))).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task When_it_was_last_used_is_stored_now_and_then_and_told_everywhere()
    {
        var (id, token) = await _service.IssueAsync("""{"role":"planner"}""");
        await using var other = await CalendarService.StartAsync(_service.Connection);
        _service.Clock.Set(FixedClock.Start + Duration.FromHours(1));
        (await _service.SelfAsync(token)).Is(200);
        Assert.True(await _service.QueryAsync<bool>($"select last_used is null from calendar.tokens where id = '{id}'"));

        await _service.Services.GetRequiredService<TokenUse>().StoreAsync(_service.Soon);
        Assert.True(await _service.QueryAsync<bool>($"select last_used = '2026-12-01T04:00:00Z' from calendar.tokens where id = '{id}'"));
        while (other.Services.GetRequiredService<TokenBook>().Find(id)?.LastUsed != FixedClock.Start + Duration.FromHours(1))
        {
            Assert.False(other.Soon.IsCancellationRequested, "It is never told.");
            (await other.GetAsync("/health/live")).Is(200);
        }
    }

    [Fact]
    public async Task At_its_end_an_instance_stores_what_was_used()
    {
        var (id, token) = await _service.IssueAsync("""{"role":"planner"}""");
        await using (var other = await CalendarService.StartAsync(_service.Connection))
        {
            (await other.SelfAsync(token)).Is(200);
        }

        Assert.True(await _service.QueryAsync<bool>($"select last_used = '2026-12-01T03:00:00Z' from calendar.tokens where id = '{id}'"));
    }

    [Fact]
    public async Task There_are_only_so_many()
    {
        await _service.ExecuteAsync($"""
            insert into calendar.tokens (id, sha256, role, changed)
            select 'many-' || i, sha256(i::text::bytea), 'planner', nextval('calendar.token_changes') from generate_series(1, {TokenTable.MostLive}) i
            """);
        (await _service.PostAsync(TokenRequests.Collection, """{"role":"planner"}""")).IsProblem(422, "too-many-tokens");
    }
}
