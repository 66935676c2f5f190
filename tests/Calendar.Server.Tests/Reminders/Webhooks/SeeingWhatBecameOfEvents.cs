using System.Text.Json;
using Calendar.Server.Reminders.Webhooks;
using Calendar.Server.Tests.Planning;

namespace Calendar.Server.Tests.Reminders.Webhooks;

public sealed class SeeingWhatBecameOfEvents
{
    // A name that nobody knows, networks that are not public, a port at which nobody listens.
    private static readonly string[] _unreached = ["https://nobody-knows.invalid/", "https://10.0.0.1/", "https://localhost/", "https://127.0.0.1:1/"];

    [Fact]
    public async Task An_association_is_not_told_which_names_and_machines_there_are()
    {
        await using var calendar = await Reminded.StartAsync(Holding.Nothing, settings => settings with { WebhookHosts = WebhookCalendar.Named("127.0.0.1") });
        var service = calendar.Service;
        await calendar.WebhooksAsync([.. Enumerable.Range(1, _unreached.Length).Select(n => ("own", $"https://hooks.example.org/{n}"))]);
        for (var n = 1; n <= _unreached.Length; n++)
        {
            await service.ExecuteAsync($"update calendar.webhooks set url = '{_unreached[n - 1]}' where url like '%org/{n}'");
        }

        await calendar.CheckAsync("2027-01-08 08:00");
        await calendar.AtAsync("2027-01-08 08:00");

        var own = CalendarService.Bearer(await service.TokenAsync("association", "own"));
        var ids = await service.QueryAsync<Guid[]>("select array_agg(id) from calendar.reminders where kind = 'canary'");
        var seen = new List<string>();
        foreach (var id in ids)
        {
            var shown = (await service.GetAsync("/v1/deliveries/" + id, own)).Is(200).Json;
            var attempt = AttemptOf(shown);
            seen.Add($"{shown.Text("state")} {attempt.Text("outcome")} {attempt.Text("answer")} {attempt.Text("begun") == attempt.Text("ended")}");
        }

        Assert.Equal($"queued deferred {WebhookAnswers.Unreached} True", Assert.Single(seen.Distinct(StringComparer.Ordinal)));
        var rows = (await service.GetAsync("/v1/deliveries?format=csv", own)).Is(200).Text.Split("\r\n").Where(row => row.Contains(",canary,", StringComparison.Ordinal)).ToList();
        Assert.Equal(_unreached.Length, rows.Count);
        Assert.All(rows, row => Assert.Contains(WebhookAnswers.Unreached, row, StringComparison.Ordinal));

        // Whoever runs the calendar is told.
        var known = await Task.WhenAll(ids.Select(async id => AttemptOf((await service.SeeAsync("/v1/deliveries/" + id)).Json).Text("answer")));
        Assert.Equal(new[] { "No connection", WebhookAnswers.Unfit.Answer, WebhookAnswers.Unfit.Answer, "The host's name is not known" }, known.Order(StringComparer.Ordinal));
    }

    private static JsonElement AttemptOf(JsonElement delivery) => Assert.Single(delivery.GetProperty("delivery").GetProperty("attempts").EnumerateArray().ToList());
}
