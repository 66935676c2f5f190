using System.Collections.Concurrent;
using System.Globalization;

namespace Calendar.Server.Tests.Faults;

/// <summary>Clients that record milestones and note what they were told of each.</summary>
internal sealed class Load
{
    // Parties of the pack other than JP, whose feed is to stay as it is.
    private static readonly string[] Pairs =
        [.. "AE AR AT BE BR CA CH CU CZ DE DK EG ES FI FR GB GR HU ID IE IN IR IT KH KR LA LK MA MX MY NL NO NZ PE PH PL PT RO RU SE".Split(' ').Select(code => code + "~VN")];

    private int _next;

    public static IReadOnlyList<string> Relationships => Pairs;

    public ConcurrentQueue<Posted> Acknowledged { get; } = [];

    /// <summary>Told that nothing was stored.</summary>
    public ConcurrentQueue<Posted> Refused { get; } = [];

    /// <summary>Told nothing, or that it is not known.</summary>
    public ConcurrentQueue<Posted> Unanswered { get; } = [];

    /// <summary>Answers that are no part of the contract.</summary>
    public ConcurrentQueue<string> Odd { get; } = [];

    /// <summary>Until the token ends it, or so many have been posted in all. Every 16th command is one that must be refused.</summary>
    public async Task RunAsync(ServerProcess server, int clients, CancellationToken enough, int most = int.MaxValue)
    {
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested && Interlocked.Increment(ref _next) is var number && number <= most)
                {
                    await PostAsync(server, new Posted(number, Guid.NewGuid(), Pairs[number % Pairs.Length], number % 16 == 0));
                }
            },
            CancellationToken.None)));
    }

    public async Task PostAsync(ServerProcess server, Posted posted)
    {
        try
        {
            var answer = await posted.SendAsync(server);
            switch (answer.Status)
            {
                case 200 or 201 or 202:
                    Acknowledged.Enqueue(posted);
                    break;
                case 422 when posted.IsBad:
                    Refused.Enqueue(posted);
                    break;
                case 503 when answer.Text.Contains("outcome-unknown", StringComparison.Ordinal):
                    Unanswered.Enqueue(posted);
                    break;
                case 503:
                    answer.IsUnavailable();
                    Refused.Enqueue(posted);
                    break;
                default:
                    Odd.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{answer.Status} {answer.Text}"));
                    break;
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            Unanswered.Enqueue(posted);
        }
    }

    /// <summary>Every acknowledged fact is in the log once, every refused one is not, each unanswered one at most once.</summary>
    /// <param name="counts">How many events of the log state each fact.</param>
    public void AssertOnce(IReadOnlyDictionary<Guid, long> counts)
    {
        Assert.Empty(Odd);
        Assert.NotEmpty(Acknowledged);
        Assert.All(Acknowledged, posted => Assert.Equal(1, counts.GetValueOrDefault(posted.Fact)));
        Assert.All(Refused, posted => Assert.Equal(0, counts.GetValueOrDefault(posted.Fact)));
        Assert.All(Unanswered, posted => Assert.InRange(counts.GetValueOrDefault(posted.Fact), 0, 1));
    }

    /// <summary>Sends what was not answered once more, under the same key: now it is answered.</summary>
    public async Task SettleAsync(ServerProcess server)
    {
        while (Unanswered.TryDequeue(out var posted))
        {
            var again = await posted.SendAsync(server);
            Assert.Equal(posted.IsBad ? 422 : 201, again.Status);
            if (!posted.IsBad)
            {
                Assert.Equal(posted.Fact, again.Json.GetProperty("fact").GetGuid());
                Acknowledged.Enqueue(posted);
            }
        }
    }
}

/// <summary>A command with a known fact and key.</summary>
internal sealed record Posted(int Number, Guid Fact, string Pair, bool IsBad)
{
    public Task<ServerAnswer> SendAsync(ServerProcess server) => server.PostAsync($"/v1/relationships/{Pair}/facts", Json, Fact.ToString());

    private string Json => string.Create(CultureInfo.InvariantCulture, $$"""
        {"kind":"milestone_recorded","fact":"{{Fact}}","on":"{{(IsBad ? "2011-02-30" : "2011-03")}}","title":"Visit {{Number}}",
         "source":{"citation":"fault tests","confidence":"probable"} }
        """);
}
