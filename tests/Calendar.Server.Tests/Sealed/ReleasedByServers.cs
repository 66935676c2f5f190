using System.Globalization;
using Calendar.Server.Tests.Faults;
using NodaTime;
using Xunit.Abstractions;

namespace Calendar.Server.Tests.Sealed;

/// <summary>Processes that are killed around the instant, and two that race for it: every fact becomes public once.</summary>
[Collection(FaultsCollection.Name)]
public sealed class ReleasedByServers(ITestOutputHelper output)
{
    private static Instant Now => SystemClock.Instance.GetCurrentInstant();

    [Fact]
    public async Task Each_fact_is_published_once_however_often_the_server_is_killed()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync();
        var server = await folder.StartAsync();
        await RegisterAsync(server);
        var all = new List<Guid>();
        for (var kills = 0; kills < Count.Of(3, 25); kills++)
        {
            var until = Now + Duration.FromMilliseconds(1200);
            var facts = await SealAsync(server, until, 8);
            all.AddRange(facts);

            // From before the first append until after the last.
            var moment = until + Duration.FromMilliseconds(-20 + (kills % 8 * 15));
            await server.UntilAsync("/health/live", _ => Now >= moment);
            await server.KillAsync();
            server = await folder.StartAsync();
            foreach (var fact in facts)
            {
                await server.UntilAsync("/v1/facts/" + fact, answer => answer.Status == 200);
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"public {(Now - until).TotalSeconds:0.00} s after the instant, killed {(moment - until).TotalMilliseconds:0} ms after it"));
        }

        var counts = await LogTable.FactsAsync(folder);
        Assert.All(all, fact => Assert.Equal(1, counts.GetValueOrDefault(fact)));
        Assert.Equal(all.Count, counts.Count);
        Assert.Equal(0, (await folder.RunAsync("verify")).ExitCode);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Two_servers_publish_what_one_sealed_once_and_in_time()
    {
        var database = await Postgres.NewDatabaseAsync(CalendarFolder.Bounded());
        await using var oneFolder = new CalendarFolder("none", database);
        await using var otherFolder = new CalendarFolder("none", database);
        var one = await oneFolder.StartAsync();
        Directory.CreateDirectory(otherFolder.Path);
        File.Copy(oneFolder.TokenFile, otherFolder.TokenFile);
        var other = await otherFolder.StartAsync();
        await RegisterAsync(one);
        var all = new List<Guid>();
        for (var turn = 0; turn < Count.Of(2, 10); turn++)
        {
            var until = Now + Duration.FromMilliseconds(1500);
            var facts = await SealAsync(turn % 2 == 0 ? one : other, until, 10);
            all.AddRange(facts);
            Assert.Equal(404, (await one.GetAsync("/v1/facts/" + facts[0])).Status);
            foreach (var (server, fact) in facts.SelectMany(fact => new[] { (one, fact), (other, fact) }))
            {
                await server.UntilAsync("/v1/facts/" + fact, answer => answer.Status == 200);
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"public on both {(Now - until).TotalSeconds:0.00} s after the instant"));
        }

        // What one knows of and dies with, the other publishes.
        var due = Now + Duration.FromMilliseconds(1500);
        var last = await SealAsync(one, due, 1);
        all.AddRange(last);
        await one.KillAsync();
        await other.UntilAsync("/v1/facts/" + last[0], answer => answer.Status == 200);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"public on the other {(Now - due).TotalSeconds:0.00} s after the instant"));

        var counts = await LogTable.FactsAsync(database);
        Assert.All(all, fact => Assert.Equal(1, counts.GetValueOrDefault(fact)));
        Assert.Equal(all.Count, counts.Count);
        Assert.Equal(0, (await otherFolder.RunAsync("verify")).ExitCode);
    }

    private static async Task RegisterAsync(ServerProcess server)
    {
        foreach (var (name, key) in new[] { ("Việt Nam", "VN"), ("Nhật Bản", "JP") })
        {
            Assert.Equal(201, (await server.PutAsync("/v1/parties/" + key, $$"""{"kind":"state","name":"{{name}}"}""")).Status);
        }
    }

    private static async Task<IReadOnlyList<Guid>> SealAsync(ServerProcess server, Instant until, int count)
    {
        var facts = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToList();
        await Task.WhenAll(facts.Select(async fact => Assert.Equal(201, (await server.PostAsync("/v1/relationships/JP~VN/facts", $$"""
            {"fact":"{{fact}}","sealedUntil":"{{NodaTime.Text.InstantPattern.ExtendedIso.Format(until)}}","kind":"milestone_recorded","on":"2026-11","title":"Tuyên bố","source":{"citation":"Thỏa thuận","confidence":"confirmed"} }
            """)).Status)));
        return facts;
    }
}
