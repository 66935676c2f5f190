using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Calendar.Server.Tests.Faults;

[Collection(FaultsCollection.Name)]
public sealed class KilledServer(ITestOutputHelper output)
{
    private const string Untouched = "/feeds/anniversaries.ics?party=JP&lang=en";

    [Fact]
    public async Task Under_load_has_kept_every_acknowledged_command_once_and_settles_the_unanswered_ones_when_it_is_back()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync("vietnam");
        var server = await folder.StartAsync();
        var feed = (await server.GetAsync(Untouched)).Body;
        var load = new Load();
        for (var kills = 0; kills < Count.Of(3, 20); kills++)
        {
            using var enough = new CancellationTokenSource();
            var known = load.Acknowledged.Count;
            var running = load.RunAsync(server, clients: 6, enough.Token);
            while (load.Acknowledged.Count < known + 100 + (kills * 7))
            {
                await server.GetAsync("/health/live");
            }

            await server.SignalAsync("KILL");
            await enough.CancelAsync();
            await running;
            await server.KillAsync();
            load.AssertOnce(await LogTable.FactsAsync(folder));

            var clock = Stopwatch.StartNew();
            server = await folder.StartAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ready {clock.Elapsed.TotalSeconds:0.00} s after the kill, {load.Unanswered.Count} unanswered"));
            Assert.Equal(200, (await server.GetAsync("/health/ready")).Status);
            await load.SettleAsync(server);
            Assert.Equal(feed, (await server.GetAsync(Untouched)).Body);
        }

        load.AssertOnce(await LogTable.FactsAsync(folder));
        foreach (var posted in load.Acknowledged)
        {
            Assert.Equal(200, (await server.GetAsync($"/v1/facts/{posted.Fact}")).Status);
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.False(folder.PostgresRuns);
    }

    [Fact]
    public async Task Repeats_an_answer_under_its_key_as_it_was_first_given()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync("vietnam");
        var server = await folder.StartAsync();
        var recorded = new Posted(1, Guid.NewGuid(), "FR~VN", IsBad: false);
        var first = await recorded.SendAsync(server);
        var already = await server.PostAsync("/v1/relationships/FR~VN/facts", Milestone(recorded.Fact), "another-key");

        await server.KillAsync();
        server = await folder.StartAsync();

        Assert.Equal((201, first.Text), (first.Status, (await recorded.SendAsync(server)).Text));
        Assert.Equal(201, (await recorded.SendAsync(server)).Status);
        Assert.Equal(200, already.Status);
        Assert.Equal(200, (await server.PostAsync("/v1/relationships/FR~VN/facts", Milestone(recorded.Fact), "another-key")).Status);
    }

    private static string Milestone(Guid fact) => $$"""
        {"kind":"milestone_recorded","fact":"{{fact}}","on":"2011-03","title":"Visit 1","source":{"citation":"fault tests","confidence":"probable"} }
        """;
}
