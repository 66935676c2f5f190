using System.Text.Json;

namespace Calendar.Server.Tests.Planning;

/// <summary>The calendar of the product, in which planners work: each test on plans of its own.</summary>
[CollectionDefinition(Name)]
public sealed class PlannedWork : ICollectionFixture<VietnamCalendar>
{
    public const string Name = "planned work";
}

internal static class PlanRequests
{
    /// <summary>An anniversary of a fact of the pack.</summary>
    public static string Anniversary(string key, int years) => $"{FactId.OfKey("vietnam/" + key)}/{years}";

    public static string PlanOf(string key, int years) => Anniversary(key, years).Replace('/', '-');

    /// <summary>The address of a plan, which a planner opens if it is not open yet.</summary>
    public static async Task<string> OpenAsync(this CalendarService service, string key, int years)
    {
        var answer = await service.PostAsync("/v1/plans", $$"""{"anniversary":"{{Anniversary(key, years)}}"}""");
        Assert.True(answer.Status is 200 or 201, answer.ToString());
        return "/v1/plans/" + PlanOf(key, years);
    }

    /// <summary>As an administrator, who may see everything.</summary>
    public static async Task<Reply> SeeAsync(this CalendarService service, string path) => (await service.GetAsync(path, CalendarService.Bearer(service.Admin!))).Is(200);

    public static Task<Reply> PostAsAsync(this CalendarService service, string token, string path, string json) =>
        service.SendAsync("POST", path, CalendarService.Json(json), CalendarService.Bearer(token));

    public static string? Text(this JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static string? En(this JsonElement of, string name) => of.GetProperty(name).GetProperty("en").GetString();

    public static JsonElement Task(this JsonElement plan, string name) => plan.GetProperty("tasks").EnumerateArray().Single(task => task.Text("task") == name);

    public static int Count(this JsonElement of, string name) => of.GetProperty("counts").GetProperty(name).GetInt32();
}
