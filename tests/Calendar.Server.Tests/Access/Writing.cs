using Calendar.Server.Access;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.Access;

/// <summary>Whoever may read everything may not write anything.</summary>
public sealed class Writing(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private const string Milestone = """{"kind":"milestone_recorded","on":"1999","title":"t","source":{"citation":"c","confidence":"confirmed"}}""";

    private readonly CalendarService _service = calendar.Service;

    public static TheoryData<string, string> Commands() => new()
    {
        { "PUT", "/v1/parties/DE" },
        { "POST", "/v1/parties/JP/party_renamed" },
        { "POST", "/v1/parties/JP/party_ended" },
        { "POST", "/v1/parties/JP/national_day" },
        { "POST", "/v1/relationships/JP~VN/facts" },
        { "POST", "/v1/accords" },
        { "POST", "/v1/accords/asean-charter/joining" },
        { "POST", "/v1/accords/asean-charter/leaving" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/claims" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/preference" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/title" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/withdrawal" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/reinstatement" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/end" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/resumption" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/waiver" },
        { "POST", "/v1/facts/0198c0de-0000-7000-8000-000000000000/waiver/lifting" },
        { "POST", "/v1/rules" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Needs_a_token_that_may(string method, string path)
    {
        var before = await _service.CountAsync();
        var planner = await _service.TokenAsync("planner");

        // What is wrong with the command is told only to who may write: the body is garbage.
        var without = (await _service.SendAsync(method, path, CalendarService.Json("garbage"))).IsProblem(401, "unauthenticated");
        var planning = (await _service.SendAsync(method, path, CalendarService.Json("garbage"), CalendarService.Bearer(planner))).IsProblem(403, "not-permitted");

        Assert.StartsWith("Bearer", without["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.StartsWith("Bearer", planning["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task Is_refused_with_a_token_that_nobody_gave_out()
    {
        var before = await _service.CountAsync();
        string[] headers =
        [
            "Bearer " + Token.New(),
            "Bearer " + _service.Admin![..^1] + (_service.Admin[^1] == '0' ? '1' : '0'),
            "Bearer " + _service.Admin.ToUpperInvariant(),
            "Bearer",
            "Bearer ",
            "Basic " + _service.Admin,
            _service.Admin,
            "Bearer cal_" + new string('0', 3000),
        ];
        foreach (var header in headers)
        {
            (await _service.SendAsync("POST", "/v1/relationships/JP~VN/facts", CalendarService.Json(Milestone), ("Authorization", header)))
                .IsProblem(401, "unauthenticated");
        }

        Assert.Equal(before, await _service.CountAsync());
    }

    [Theory]
    [InlineData("historian")]
    [InlineData("admin")]
    public async Task Is_open_to_a(string role)
    {
        var token = await _service.TokenAsync(role);
        var answer = (await _service.SendAsync("POST", "/v1/relationships/LA~VN/facts", CalendarService.Json(Milestone), CalendarService.Bearer(token))).Is(201);
        Assert.Equal(role, answer.Json.GetProperty("record")[0].GetProperty("role").GetString());
        Assert.DoesNotContain("tok-", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_an_opaque_actor_in_the_log()
    {
        var answer = (await _service.PostAsync("/v1/relationships/LA~VN/facts", Milestone)).Is(201);
        var fact = answer.Json.GetProperty("fact").GetString();
        var headers = await _service.QueryAsync<string>($"select headers::text from calendar.mt_events where data->>'fact' = '{fact}'");
        var id = await _service.QueryAsync<string>("select id from calendar.tokens where role = 'admin' order by created limit 1");
        Assert.Contains($"\"actor\": \"{id}\"", headers, StringComparison.Ordinal);
        Assert.Contains("\"role\": \"admin\"", headers, StringComparison.Ordinal);
        Assert.DoesNotContain(_service.Admin!, headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_to_a_token_are_not_for_caches()
    {
        Assert.Equal("private, no-store", (await _service.GetAsync("/v1/parties/JP", CalendarService.Bearer(_service.Admin!)))["Cache-Control"]);
        Assert.Equal("no-cache", (await _service.GetAsync("/v1/parties/JP"))["Cache-Control"]);
    }
}

public sealed class TheFirstToken
{
    [Fact]
    public async Task Lies_in_a_file_of_its_owner_and_in_the_table_as_a_hash_only()
    {
        await using var service = await CalendarService.StartAsync(Holding.Nothing);
        var path = AdminToken.PathIn(service.DataFolder);

        Assert.Equal(service.Admin, (await File.ReadAllTextAsync(path)).TrimEnd('\n'));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.True(Token.IsWellFormed(service.Admin!));
        Assert.True(await service.QueryAsync<bool>($"select sha256 = sha256(convert_to('{service.Admin}', 'UTF8')) and role = 'admin' from calendar.tokens"));
        Assert.False(await service.QueryAsync<bool>($"select bool_or(t::text like '%{service.Admin![4..20]}%') from calendar.tokens t"));
        Assert.Equal(["admin-token", "deliveries.json"], service.FilesInData());
    }

    [Fact]
    public async Task Is_made_once()
    {
        await using var first = await CalendarService.StartAsync(Holding.Nothing);
        await using var second = await CalendarService.StartAsync(first.Connection);

        Assert.Null(second.Admin);
        Assert.Equal(1, await second.QueryAsync<long>("select count(*) from calendar.tokens"));
        (await second.SendAsync("PUT", "/v1/parties/VN", CalendarService.Json("""{"kind":"state","name":"Việt Nam"}"""), CalendarService.Bearer(first.Admin!))).Is(201);
    }
}

public sealed class ATokenThatIsMistyped
{
    [Fact]
    public async Task Is_refused_without_asking_the_table()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=/nonexistent;Database=none");
        var book = new TokenBook();
        using var follower = new TokenFollower(new TokenTable(nowhere), book, nowhere, NullLogger<TokenFollower>.Instance);
        var tokens = new Tokens(follower, book, new CivilClock(new FixedClock(), DateTimeZone.Utc));
        var token = Token.New();

        Assert.Null(await tokens.FindAsync(token[..^1] + (token[^1] == 'a' ? 'b' : 'a'), CancellationToken.None));
        Assert.Null(await tokens.FindAsync(token[..10] + (token[10] == 'a' ? 'b' : 'a') + token[11..], CancellationToken.None));
        Assert.Null(await tokens.FindAsync("", CancellationToken.None));
        Assert.Null(await tokens.FindAsync("cal_", CancellationToken.None));
        Assert.Equal(0, follower.Looks);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => tokens.FindAsync(token, CancellationToken.None).AsTask());
    }

    [Fact]
    public void Tokens_carry_160_bits_in_words_that_are_easily_read_out()
    {
        var tokens = Enumerable.Range(0, 1000).Select(_ => Token.New()).ToList();
        Assert.Equal(1000, tokens.Distinct(StringComparer.Ordinal).Count());
        Assert.All(tokens, token => Assert.Matches("^cal_[0-9a-hjkmnp-tv-z]{36}$", token));
    }
}
