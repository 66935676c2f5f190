using Calendar.Server.Subscriptions;
using Calendar.Server.Tests.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Subscriptions;

/// <summary>Somebody tries links at random, most with a wrong checksum, some with a right one.</summary>
public sealed class GuessingLinks(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private const int Connections = 200;

    // One of so many has a right checksum.
    private const int RightOf = 10;

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Finds_nothing_and_takes_nothing_from_those_who_have_one()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _service.SubscribeAsync()));
        var tag = (await _service.GetAsync(made[0].Path)).Is(200).ETag;
        var follower = _service.Services.GetRequiredService<SubscriptionFollower>();
        var (before, guesses) = (follower.Looks, Count.Of(4_000, 100_000) / Connections);
        var guessing = Enumerable.Range(0, Connections).Select(_ => GuessAsync(guesses)).ToList();
        var (served, all) = (0, Task.WhenAll(guessing));
        while (!all.IsCompleted || served < 100)
        {
            (await _service.GetAsync(made[served % made.Length].Path, ("If-None-Match", served % 2 == 0 ? tag : "\"none\""))).Is(served % 2 == 0 ? 304 : 200);
            served++;
        }

        // Every answer came, and each is counted; guesses with a right checksum share the looks at the table, ten of them one at the least.
        await all;
        var fetches = await Task.WhenAll(made.Select(async one => (await _service.HealthAsync(one)).GetProperty("fetches").GetInt64()));
        Assert.Equal(served + 1, fetches.Sum());
        Assert.InRange(follower.Looks - before, 1, Connections * guesses / RightOf / 10);
        (await _service.GetAsync((await _service.SubscribeAsync()).Path)).Is(200);
    }

    private async Task GuessAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var token = LinkToken.New();
            (await _service.GetAsync($"{PrivateFeedEndpoint.Folder}{(i % RightOf == 0 ? token : token[..^4] + "0000")}.ics")).Is(404);
        }
    }
}
