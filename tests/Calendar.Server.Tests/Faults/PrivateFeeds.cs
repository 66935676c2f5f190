using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Calendar.Server.Subscriptions;

namespace Calendar.Server.Tests.Faults;

/// <summary>Private links while the database stops and servers are killed.</summary>
[Collection(FaultsCollection.Name)]
public sealed class PrivateFeeds
{
    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task Go_on_from_memory_while_the_database_is_away(string mode)
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync("vietnam");
        var server = await folder.StartAsync();
        var (live, replaced, revoked) = (await SubscribeAsync(server), await SubscribeAsync(server), await SubscribeAsync(server));
        Assert.Equal(201, (await server.PostAsync($"/v1/subscriptions/{replaced.Id}/rotation", "")).Status);
        await RevokeAsync(folder, revoked.Id);
        var feeds = new[] { live.Path, replaced.Path, revoked.Path };
        var before = await Task.WhenAll(feeds.Select(server.GetAsync));
        Assert.Equal([200, 200, 410], before.Select(answer => answer.Status));

        using var enough = new CancellationTokenSource();
        var differing = new ConcurrentQueue<string>();
        var polling = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PollAsync(server, feeds, before, differing, enough.Token)));
        await folder.PgCtlAsync("stop", "-m", mode);
        await server.UntilAsync("/health/write", health => health.Status == 503);

        // Whether a link that is not known was made by another instance only the database could tell; of a mistyped one nobody asks it.
        var unknown = LinkToken.New();
        (await server.GetAsync($"/feeds/s/{unknown}.ics")).IsUnavailable();
        Assert.Equal(404, (await server.GetAsync($"/feeds/s/{unknown[..^4]}0000.ics")).Status);
        (await server.PostAsync("/v1/subscriptions", """{"name":"x"}""")).IsUnavailable();
        foreach (var path in new[] { "/v1/subscriptions/" + live.Id, "/v1/subscriptions" })
        {
            Assert.Contains(live.Id, await AskAsync(folder, HttpMethod.Get, path, 200), StringComparison.Ordinal);
        }

        Assert.Equal(200, (await server.GetAsync("/health/ready")).Status);

        await folder.PgCtlAsync("restart");
        await server.UntilAsync("/health/write", health => health.Status == 200);
        var made = await SubscribeAsync(server);
        Assert.Equal(before[0].Body, (await server.GetAsync(made.Path)).Body);
        await server.UntilAsync($"/feeds/s/{unknown}.ics", answer => answer.Status == 404);
        await enough.CancelAsync();
        await polling;
        Assert.Empty(differing);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Are_there_after_a_kill_before_anybody_has_fetched_them()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync();
        var server = await folder.StartAsync();
        for (var kills = 0; kills < Count.Of(2, 10); kills++)
        {
            var made = await SubscribeAsync(server);
            await server.KillAsync();
            server = await folder.StartAsync();
            Assert.Equal(200, (await server.GetAsync(made.Path)).Status);

            var rotated = await server.PostAsync($"/v1/subscriptions/{made.Id}/rotation", "");
            await RevokeAsync(folder, (await SubscribeAsync(server)).Id);
            await server.KillAsync();
            server = await folder.StartAsync();
            Assert.Equal(200, (await server.GetAsync(new Uri(rotated.Json.GetProperty("url").GetString()!).AbsolutePath)).Status);
            Assert.Equal(200, (await server.GetAsync(made.Path)).Status);
        }
    }

    private static async Task PollAsync(ServerProcess server, string[] feeds, ServerAnswer[] before, ConcurrentQueue<string> differing, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            for (var i = 0; i < feeds.Length; i++)
            {
                var answer = await server.GetAsync(feeds[i]);
                if (answer.Status != before[i].Status || !answer.Body.AsSpan().SequenceEqual(before[i].Body))
                {
                    differing.Enqueue($"{i}: {answer.Status}");
                }
            }
        }
    }

    private static async Task<(string Id, string Path)> SubscribeAsync(ServerProcess server)
    {
        var made = await server.PostAsync("/v1/subscriptions", """{"name":"x","filter":{"party":[]}}""");
        Assert.Equal(201, made.Status);
        return (made.Json.GetProperty("id").GetString()!, new Uri(made.Json.GetProperty("url").GetString()!).AbsolutePath);
    }

    private static Task RevokeAsync(CalendarFolder folder, string id) => AskAsync(folder, HttpMethod.Delete, "/v1/subscriptions/" + id, 204);

    private static async Task<string> AskAsync(CalendarFolder folder, HttpMethod method, string path, int status)
    {
        using var http = new HttpClient { BaseAddress = new Uri(folder.Environment_["CALENDAR_URL"]) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(folder.TokenFile)).Trim());
        using var request = new HttpRequestMessage(method, path);
        using var answer = await http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
