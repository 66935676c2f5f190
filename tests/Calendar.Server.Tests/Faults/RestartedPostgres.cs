using System.Collections.Concurrent;

namespace Calendar.Server.Tests.Faults;

[Collection(FaultsCollection.Name)]
public sealed class RestartedPostgres
{
    private static readonly string[] Reads =
        ["/feeds/anniversaries.ics?party=JP", "/v1/anniversaries?party=JP&year=2033", "/v1/relationships/JP~VN", "/v1/parties?limit=500", "/"];

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task Under_load_takes_no_read_away_and_loses_nothing_that_was_acknowledged(string mode)
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync("vietnam");
        var server = await folder.StartAsync();
        var before = await Task.WhenAll(Reads.Select(server.GetAsync));
        Assert.All(before, answer => Assert.Equal(200, answer.Status));

        using var enough = new CancellationTokenSource();
        var differing = new ConcurrentQueue<string>();
        var load = new Load();
        var writing = load.RunAsync(server, clients: 4, enough.Token);
        var reading = ReadAsync(server, before, differing, enough.Token);
        for (var restarts = 0; restarts < Count.Of(1, 5); restarts++)
        {
            await server.UntilAsync("/health/live", _ => load.Acknowledged.Count > 50 * (restarts + 1));
            await folder.PgCtlAsync("stop", "-m", mode);

            await server.UntilAsync("/health/write", health => health.Status == 503);
            (await new Posted(0, Guid.NewGuid(), "FR~VN", IsBad: false).SendAsync(server)).IsUnavailable();
            var ready = await server.GetAsync("/health/ready");
            Assert.Equal((200, true), (ready.Status, ready.Json.GetProperty("degraded").GetBoolean()));
            Assert.Equal(before[0].Body, (await server.GetAsync(Reads[0])).Body);

            await folder.PgCtlAsync("restart");
            await server.UntilAsync("/health/write", health => health.Status == 200);
            Assert.False((await server.GetAsync("/health/ready")).Json.GetProperty("degraded").GetBoolean());
            var acknowledged = load.Acknowledged.Count;
            await server.UntilAsync("/health/live", _ => load.Acknowledged.Count > acknowledged + 50);
        }

        await enough.CancelAsync();
        await Task.WhenAll(writing, reading);
        Assert.Empty(differing);
        load.AssertOnce(await LogTable.FactsAsync(folder));
        await load.SettleAsync(server);
        load.AssertOnce(await LogTable.FactsAsync(folder));
        Assert.Equal(0, await server.StopAsync());
    }

    private static async Task ReadAsync(ServerProcess server, ServerAnswer[] before, ConcurrentQueue<string> differing, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            for (var i = 0; i < Reads.Length; i++)
            {
                var answer = await server.GetAsync(Reads[i]);
                if (answer.Status != 200 || !answer.Body.AsSpan().SequenceEqual(before[i].Body))
                {
                    differing.Enqueue($"{Reads[i]} {answer.Status}");
                }
            }
        }
    }
}
