using System.Text.Json;
using Calendar.Server.Subscriptions;

namespace Calendar.Server.Tests.Subscriptions;

/// <summary>A subscription as it was answered to who made it.</summary>
internal sealed record Subscribed(string Id, string Url)
{
    /// <summary>Of the feed, on whichever instance.</summary>
    public string Path => Url[CalendarService.PublicUrl.Length..];

    public string Token => Path[PrivateFeedEndpoint.Folder.Length..^".ics".Length];

    public string Self => "/v1/subscriptions/" + Id;
}

internal static class Subscribing
{
    public const string Collection = "/v1/subscriptions";

    public static readonly (string Name, string Value) Browser = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

    public static readonly (string Name, string Value) Navigating = ("Sec-Fetch-Mode", "navigate");

    /// <summary>Makes a subscription.</summary>
    /// <param name="token">Whose; the admin's when left out.</param>
    public static async Task<Subscribed> SubscribeAsync(this CalendarService service, string json = """{"name":"Của tôi"}""", string? token = null) =>
        Read((await service.SendAsync("POST", Collection, CalendarService.Json(json), CalendarService.Bearer(token ?? service.Admin!))).Is(201));

    public static async Task<Subscribed> RotateAsync(this CalendarService service, Subscribed subscription) =>
        Read((await service.PostAsync(subscription.Self + "/rotation", "")).Is(201));

    public static async Task RevokeAsync(this CalendarService service, Subscribed subscription) =>
        (await service.SendAsync("DELETE", subscription.Self, null, CalendarService.Bearer(service.Admin!))).Is(204);

    public static async Task<JsonElement> HealthAsync(this CalendarService service, Subscribed subscription) =>
        (await service.GetAsync(subscription.Self, CalendarService.Bearer(service.Admin!))).Is(200).Json.GetProperty("health");

    /// <summary>Asks until the answer has a status: what another instance did comes with a notification.</summary>
    public static async Task UntilAsync(this CalendarService service, string path, int status)
    {
        Reply answer;
        while ((answer = await service.GetAsync(path)).Status != status)
        {
            Assert.False(service.Soon.IsCancellationRequested, $"{path} stays {answer.Status}");
        }
    }

    public static Subscribed Read(Reply answer) => new(answer.Json.GetProperty("id").GetString()!, answer.Json.GetProperty("url").GetString()!);
}
