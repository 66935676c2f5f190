using System.Text;
using Calendar.Access;
using Calendar.Server.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Access;

/// <summary>Every operation there is, and who may call it: a new one needs a row.</summary>
public sealed class WhoMayCallWhat(WhoMayCallWhat.WithTokens calendar) : IClassFixture<WhoMayCallWhat.WithTokens>
{
    private const string Everybody = "";
    private const string AnyToken = "historian planner association admin";
    private const string Record = "historian admin";
    private const string Planning = "planner admin";
    private const string Working = "planner association admin";
    private const string Admin = "admin";

    // What stands in the places of a route.
    private static readonly Dictionary<string, string> _places = new(StringComparer.Ordinal)
    {
        ["{code}"] = "JP",
        ["{pair}"] = "JP~VN",
        ["{fact}"] = "0198c0de-0000-7000-8000-000000000000",
        ["{accord}"] = "asean-charter",
        ["{number:int}"] = "10",
        ["{year:int}"] = "2027",
        ["{value}"] = "JP",
        ["{link}"] = "x",
        ["{slug}"] = "vufo",
        ["{id}"] = "0198c0de-0000-7000-8000-000000000000",
        ["{**name}"] = "x",
        ["{plan}"] = "cadence-2099",
        ["{task}"] = "annual-review",
        ["{celebration}"] = "0198c0de-0000-7000-8000-000000000000",
        ["{template}"] = "cadence",
    };

    private readonly CalendarService _service = calendar.Service;

    public static TheoryData<string, string, string> Operations => new()
    {
        { "GET", "/", Everybody },
        { "GET", "/openapi/v1.json", Everybody },
        { "GET", "/health/live", Everybody },
        { "GET", "/health/ready", Everybody },
        { "GET", "/health/write", Everybody },
        { "GET", "/metrics", Everybody }, // from this machine
        { "GET", "/feeds/anniversaries.ics", Everybody },
        { "GET", "/feeds/parties/{value}.ics", Everybody },
        { "GET", "/feeds/groups/{value}.ics", Everybody },
        { "GET", "/feeds/tiers/{value}.ics", Everybody },
        { "GET", "/feeds/national-days.ics", Everybody },
        { "GET", "/feeds/changes.atom", Everybody },
        { "GET", "/feeds/s/{link}.ics", Everybody },
        { "GET", "/feeds/{**name}", Everybody },
        { "POST", "/v1/feeds/check", Everybody },
        { "GET", "/v1/parties", Everybody },
        { "GET", "/v1/parties/{code}", Everybody },
        { "PUT", "/v1/parties/{code}", Record },
        { "POST", "/v1/parties/{code}/party_renamed", Record },
        { "POST", "/v1/parties/{code}/party_ended", Record },
        { "POST", "/v1/parties/{code}/national_day", Record },
        { "GET", "/v1/relationships", Everybody },
        { "GET", "/v1/relationships/{pair}", Everybody },
        { "GET", "/v1/relationships/{pair}/history", Everybody },
        { "POST", "/v1/relationships/{pair}/facts", Record },
        { "POST", "/v1/accords", Record },
        { "POST", "/v1/accords/{accord}/joining", Record },
        { "POST", "/v1/accords/{accord}/leaving", Record },
        { "GET", "/v1/facts", Everybody },
        { "GET", "/v1/facts/{fact}", Everybody },
        { "POST", "/v1/facts/{fact}/claims", Record },
        { "POST", "/v1/facts/{fact}/preference", Record },
        { "POST", "/v1/facts/{fact}/title", Record },
        { "POST", "/v1/facts/{fact}/withdrawal", Record },
        { "POST", "/v1/facts/{fact}/reinstatement", Record },
        { "POST", "/v1/facts/{fact}/end", Record },
        { "POST", "/v1/facts/{fact}/resumption", Record },
        { "POST", "/v1/facts/{fact}/waiver", Record },
        { "POST", "/v1/facts/{fact}/waiver/lifting", Record },
        { "GET", "/v1/sealed", Record },
        { "GET", "/v1/sealed/{fact}", Record },
        { "GET", "/v1/rules", Everybody },
        { "POST", "/v1/rules", Record },
        { "POST", "/v1/rules/trial", Everybody },
        { "GET", "/v1/anniversaries", Everybody },
        { "GET", "/v1/anniversaries/{fact}/{number:int}", Everybody },
        { "GET", "/v1/anniversaries/{fact}/{number:int}/explanation", Everybody },
        { "GET", "/v1/changes", Everybody },
        { "GET", "/v1/years", Everybody },
        { "GET", "/v1/years/{year:int}", Everybody },
        { "GET", "/v1/gaps", Everybody },
        { "GET", "/v1/holidays", Everybody },
        { "POST", "/v1/holidays", Record },
        { "POST", "/v1/holidays/withdrawal", Record },
        { "GET", "/v1/associations", Everybody },
        { "GET", "/v1/associations/{slug}", Everybody },
        { "PUT", "/v1/associations/{slug}", Planning },
        { "POST", "/v1/associations/{slug}/muting", Planning },
        { "POST", "/v1/associations/{slug}/unmuting", Planning },
        { "POST", "/v1/associations/{slug}/closing", Planning },
        { "POST", "/v1/associations/{slug}/reopening", Planning },
        { "GET", "/v1/associations/{slug}/contacts", Working },
        { "POST", "/v1/associations/{slug}/contacts", Working },
        { "PUT", "/v1/associations/{slug}/contacts/{id}", Working },
        { "DELETE", "/v1/associations/{slug}/contacts/{id}", Working },
        { "PUT", "/v1/associations/{slug}/reminder-policy", Planning },
        { "DELETE", "/v1/associations/{slug}/reminder-policy", Planning },
        { "GET", "/v1/reminders", Working },
        { "GET", "/v1/reminders/policy", Working },
        { "PUT", "/v1/reminders/policy", Planning },
        { "GET", "/v1/deliveries", Working },
        { "GET", "/v1/deliveries/{id}", Working },
        { "POST", "/v1/deliveries/{id}/resend", Planning },
        { "POST", "/v1/bounces", Planning },
        { "GET", "/r/{link}", Everybody },
        { "POST", "/r/{link}", Everybody },
        { "GET", "/v1/webhooks", Working },
        { "POST", "/v1/webhooks", Working },
        { "GET", "/v1/webhooks/{id}", Working },
        { "PUT", "/v1/webhooks/{id}", Working },
        { "DELETE", "/v1/webhooks/{id}", Working },
        { "POST", "/v1/webhooks/{id}/rotation", Working },
        { "POST", "/v1/webhooks/{id}/enabling", Working },
        { "POST", "/v1/webhooks/{id}/test", Working },
        { "POST", "/v1/imports", "historian planner admin" },
        { "POST", "/v1/subscriptions", AnyToken },
        { "GET", "/v1/subscriptions", AnyToken },
        { "GET", "/v1/subscriptions/{id}", AnyToken },
        { "POST", "/v1/subscriptions/{id}/name", AnyToken },
        { "POST", "/v1/subscriptions/{id}/rotation", AnyToken },
        { "DELETE", "/v1/subscriptions/{id}", AnyToken },
        { "GET", "/v1/tokens", Admin },
        { "POST", "/v1/tokens", Admin },
        { "GET", "/v1/tokens/self", AnyToken },
        { "GET", "/v1/tokens/{id}", Admin },
        { "DELETE", "/v1/tokens/{id}", Admin },
        { "GET", "/v1/load", Everybody },
        { "GET", "/v1/plans", Working },
        { "POST", "/v1/plans", Planning },
        { "GET", "/v1/plans/{plan}", Working },
        { "POST", "/v1/plans/{plan}/closing", Planning },
        { "POST", "/v1/plans/{plan}/reopening", Planning },
        { "POST", "/v1/plans/{plan}/template", Planning },
        { "POST", "/v1/plans/{plan}/joined", Planning },
        { "POST", "/v1/plans/{plan}/parting", Planning },
        { "POST", "/v1/plans/{plan}/reassignment", Planning },
        { "POST", "/v1/plans/{plan}/tasks", Planning },
        { "POST", "/v1/plans/{plan}/tasks/{task}/acknowledgement", Working },
        { "POST", "/v1/plans/{plan}/tasks/{task}/completion", Working },
        { "POST", "/v1/plans/{plan}/tasks/{task}/evidence", Working },
        { "POST", "/v1/plans/{plan}/tasks/{task}/reopening", Working },
        { "POST", "/v1/plans/{plan}/tasks/{task}/day", Planning },
        { "POST", "/v1/plans/{plan}/tasks/{task}/owner", Planning },
        { "POST", "/v1/plans/{plan}/tasks/{task}/dropping", Planning },
        { "POST", "/v1/plans/{plan}/celebrations", Planning },
        { "GET", "/v1/plans/{plan}/celebrations/{celebration}", Working },
        { "POST", "/v1/plans/{plan}/celebrations/{celebration}/announcement", Planning },
        { "POST", "/v1/plans/{plan}/celebrations/{celebration}/move", Planning },
        { "POST", "/v1/plans/{plan}/celebrations/{celebration}/cancellation", Planning },
        { "GET", "/v1/tasks", Working },
        { "GET", "/v1/tasks/{plan}/{task}", Working },
        { "POST", "/v1/tasks/reassignment", Planning },
        { "GET", "/v1/templates", Planning },
        { "GET", "/v1/templates/{template}", Planning },
        { "PUT", "/v1/templates/{template}", Planning },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task It_is_open_to_these_and_to_no_others(string method, string route, string roles)
    {
        var anybody = await AskAsync(method, route, null);
        if (roles == Everybody)
        {
            Assert.NotInRange(anybody.Status, 401, 403);
            return;
        }

        Assert.StartsWith("Bearer", anybody.IsProblem(401, "unauthenticated")["WWW-Authenticate"], StringComparison.Ordinal);
        var answers = await Task.WhenAll(calendar.Tokens.Select(async held => (held.Role, await AskAsync(method, route, held.Token))));
        foreach (var (role, answer) in answers)
        {
            Assert.Equal("private, no-store", answer["Cache-Control"]);
            Assert.Contains("Authorization", answer["Vary"], StringComparison.Ordinal);
            if (roles.Split(' ').Contains(role, StringComparer.Ordinal))
            {
                Assert.NotInRange(answer.Status, 401, 403);
            }
            else
            {
                // It says which role it takes, in both languages and to programs.
                answer.IsProblem(403, "not-permitted");
                Assert.Equal($"Bearer error=\"insufficient_scope\" scope=\"{roles}\"", answer["WWW-Authenticate"]);
                Assert.All(["vi", "en"], language => Assert.Contains(roles.Split(' ')[^1], answer.Json.GetProperty("text").GetProperty(language).GetString(), StringComparison.Ordinal));
            }
        }
    }

    /// <summary>A small calendar, and a token of each role.</summary>
    public sealed class WithTokens : IAsyncLifetime
    {
        public CalendarService Service { get; private set; } = null!;

        public IReadOnlyList<(string Role, string Token)> Tokens { get; private set; } = [];

        public async Task InitializeAsync()
        {
            Service = await CalendarService.StartAsync(Holding.SmallLog);
            Tokens = await Task.WhenAll(Permissions.OfTokens.Select(async role => (role.Name(), await Service.TokenAsync(role.Name()))));
        }

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }

    [Fact]
    public void None_is_left_out() => Assert.Equal(
        Operations.Select(row => $"{row[0]} {row[1]}").Order(StringComparer.Ordinal),
        Endpoints.SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Each_says_what_its_callers_must_be_permitted() =>
        Assert.All(Endpoints, endpoint => Assert.True(endpoint.Metadata.OfType<INeeded>().Count() == 1, $"{endpoint.DisplayName} says nothing, or too much, of its callers: end its route with .Needs(…)."));

    private IEnumerable<RouteEndpoint> Endpoints => _service.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    // What is wrong with a command is told only to who may give it: the body is garbage.
    private Task<Reply> AskAsync(string method, string route, string? token)
    {
        var path = _places.Aggregate(route, (path, place) => path.Replace(place.Key, place.Value, StringComparison.Ordinal));
        var body = method is "POST" or "PUT" ? new StringContent("garbage", Encoding.UTF8, path.EndsWith("check", StringComparison.Ordinal) ? "text/calendar" : "application/json") : null;
        return _service.SendAsync(method, path, body, token is null ? [] : [CalendarService.Bearer(token)]);
    }
}
