using System.Text.Json;
using Calendar.Server.Feeds;

namespace Calendar.Server.Tests.Associations;

/// <summary>What planners do with associations, and what others see of it.</summary>
public sealed class KeepingAssociations(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private const string Because = """{"reason":"Theo đề nghị của hội"}""";

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task One_is_registered_changed_and_left_as_it_is()
    {
        var made = (await PutAsync("vn-jp", Body("Việt Nam – Nhật Bản", "central", partners: "JP"))).Is(201);
        Assert.Equal("/v1/associations/vn-jp", made["Location"]);
        Assert.StartsWith("\"v1-", made.ETag, StringComparison.Ordinal);
        Assert.False(made.Json.GetProperty("muted").GetBoolean());

        (await PutAsync("vn-jp", Body("Việt Nam – Nhật Bản", "central", partners: "JP"))).Is(200);
        var changed = (await PutAsync("vn-jp", Body("Việt – Nhật", "central", partners: "JP"), ("If-Match", made.ETag))).Is(201);
        Assert.StartsWith("\"v2-", changed.ETag, StringComparison.Ordinal);
        (await PutAsync("vn-jp", Body("Nhật – Việt", "central", partners: "JP"), ("If-Match", made.ETag))).IsProblem(412, "stale");
        Assert.Equal(changed.ETag, (await _service.GetAsync("/v1/associations/vn-jp", CalendarService.Bearer(_service.Admin!))).Is(200).ETag);
        Assert.Equal("Việt – Nhật", (await _service.GetAsync("/v1/associations/vn-jp")).Is(200).Json.GetProperty("name").GetProperty("vi").GetString());
    }

    [Theory]
    [InlineData("own", """{"parent":"own"}""", 422, "own-parent", "/parent")]
    [InlineData("below", """{"parent":"nobody"}""", 404, "unknown-parent", "/parent")]
    [InlineData("zone", """{"zone":"Mars/Olympus"}""", 422, "unknown-zone", "/zone")]
    [InlineData("partner", """{"partners":["XX"]}""", 404, "unknown-party", "/partners/0")]
    [InlineData("home", """{"partners":["VN"]}""", 422, "home-partner", "/partners")]
    [InlineData("extra", """{"contact":"x"}""", 422, "unknown-member", "/contact")]
    [InlineData("twice", """{"association":"twice"}""", 422, "unknown-member", "/association")]
    public async Task What_cannot_be_is_refused_by_name(string slug, string with, int status, string code, string pointer)
    {
        var members = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Body("Hội", "local"))!;
        foreach (var member in JsonElement.Parse(with).EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        (await PutAsync(slug, JsonSerializer.Serialize(members))).IsProblem(status, code).Names(pointer, code);
        (await _service.GetAsync("/v1/associations/" + slug)).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task One_is_closed_when_nothing_below_it_is_open()
    {
        (await PutAsync("closing-union", Body("Liên hiệp", "local"))).Is(201);
        (await PutAsync("closing-chapter", Body("Chi hội", "local", "closing-union"))).Is(201);
        (await PostAsync("closing-union/closing", Because)).IsProblem(409, "children-open").Names("/association", "children-open");

        (await PostAsync("closing-chapter/closing", Because)).Is(201);
        Assert.True((await PostAsync("closing-union/closing", Because)).Is(201).Json.GetProperty("closed").GetBoolean());
        (await PutAsync("closing-chapter", Body("Tên mới", "local"))).IsProblem(409, "association-closed");
        (await PostAsync("closing-union/reopening", Because)).Is(201);
        (await PostAsync("closing-union/reopening", Because)).Is(200);
        (await PostAsync("nobody/closing", Because)).IsProblem(404, "unknown-association");
    }

    [Fact]
    public async Task Muting_is_told_to_who_mutes_and_leaves_no_trace_in_public()
    {
        (await PutAsync("quiet", Body("Hội lặng lẽ", "central", partners: "LA"))).Is(201);
        string[] addresses =
        [
            "/v1/associations/quiet", "/v1/associations?limit=500", "/v1/changes", FeedVariant.Path + "?association=quiet", "/v1/anniversaries?association=quiet&asOf=2026-12-01T03:00:00Z",
        ];
        var before = await ReadAsync();

        Assert.True((await PostAsync("quiet/muting", Because)).Is(201).Json.GetProperty("muted").GetBoolean());
        Assert.Equal(before, await ReadAsync());
        Assert.True((await _service.GetAsync("/v1/associations/quiet", CalendarService.Bearer(await _service.TokenAsync("planner")))).Is(200).Json.GetProperty("muted").GetBoolean());
        Assert.False((await _service.GetAsync("/v1/associations/quiet", CalendarService.Bearer(await _service.TokenAsync("historian")))).Is(200).Json.TryGetProperty("muted", out _));
        Assert.False((await PostAsync("quiet/unmuting", Because)).Is(201).Json.GetProperty("muted").GetBoolean());
        Assert.Equal(before, await ReadAsync());

        async Task<List<string>> ReadAsync()
        {
            var answers = new List<string>();
            foreach (var address in addresses)
            {
                var answer = (await _service.GetAsync(address)).Is(200);
                answers.Add($"{answer.Text} {string.Join('\n', answer.Headers.Where(header => header.Key is not "Date").Select(header => $"{header.Key}: {header.Value}"))}");
            }

            return answers;
        }
    }

    [Fact]
    public async Task A_feed_follows_its_association_at_once()
    {
        (await PutAsync("following", Body("Hội", "central", partners: "JP"))).Is(201);
        var feed = (await _service.GetAsync(FeedVariant.Path + "?association=following&lang=en")).Is(200);
        Assert.DoesNotContain("Laos", feed.Text, StringComparison.Ordinal);

        (await PutAsync("following", Body("Hội", "central", "", "JP", "LA"))).Is(201);
        Assert.Contains("Laos", (await _service.GetAsync(FeedVariant.Path + "?association=following&lang=en")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_can_be_of_one()
    {
        (await PutAsync("subscribed", Body("Hội", "central", partners: "JP"))).Is(201);
        var made = (await _service.PostAsync("/v1/subscriptions", """{"name":"Của hội","filter":{"association":["subscribed"]}}""")).Is(201);

        Assert.Equal("subscribed", made.Json.GetProperty("filter").GetProperty("association")[0].GetString());
        var path = new Uri(made.Json.GetProperty("url").GetString()!).AbsolutePath;
        Assert.DoesNotContain("Lào", (await _service.GetAsync(path)).Is(200).Text, StringComparison.Ordinal);
        (await _service.PostAsync("/v1/subscriptions", """{"name":"x","filter":{"association":["nobody"]}}""")).IsProblem(422, "bad-query").Names("/filter/association", "unknown-value");
    }

    [Fact]
    public async Task Only_planners_and_administrators_keep_them()
    {
        var body = Body("Hội", "local");
        (await _service.SendAsync("PUT", "/v1/associations/mine", CalendarService.Json(body))).Is(401);
        foreach (var role in new[] { "historian", "association" })
        {
            (await _service.SendAsync("PUT", "/v1/associations/mine", CalendarService.Json(body), CalendarService.Bearer(await _service.TokenAsync(role)))).Is(403);
        }

        (await _service.SendAsync("PUT", "/v1/associations/mine", CalendarService.Json(body), CalendarService.Bearer(await _service.TokenAsync("planner")))).Is(201);
    }

    internal static string Body(string name, string scope, string parent = "", params string[] partners) => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["name"] = new { vi = name, en = name + " (en)" },
        ["scope"] = scope,
        ["parent"] = parent.Length > 0 ? parent : null,
        ["partners"] = partners,
        ["language"] = "vi",
        ["zone"] = "Asia/Ho_Chi_Minh",
        ["source"] = new { citation = "Điều lệ", confidence = "confirmed" },
    });

    private Task<Reply> PutAsync(string slug, string body, params (string, string)[] headers) => _service.PutAsync("/v1/associations/" + slug, body, headers);

    private Task<Reply> PostAsync(string path, string body) => _service.PostAsync("/v1/associations/" + path, body);
}
