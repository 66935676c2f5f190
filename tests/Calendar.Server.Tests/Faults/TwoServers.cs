using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace Calendar.Server.Tests.Faults;

[Collection(FaultsCollection.Name)]
public sealed class TwoServers(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly string[] Shared =
    [
        "/feeds/anniversaries.ics?kind=ties_established", "/feeds/anniversaries.ics?lang=en&party=FR", "/v1/relationships?limit=500&count=true", "/v1/parties?limit=500",
        "/v1/anniversaries?year=2031&limit=500",
    ];

    private string _database = "";
    private CalendarFolder _oneFolder = null!, _otherFolder = null!;
    private ServerProcess _one = null!, _other = null!;

    public async Task InitializeAsync()
    {
        _database = await Postgres.NewDatabaseAsync(CalendarFolder.Bounded());
        _oneFolder = new CalendarFolder("vietnam", _database);
        _otherFolder = new CalendarFolder("vietnam", _database);

        // One service to its users, whichever instance answers.
        _oneFolder.Environment_["CALENDAR_PUBLIC_URL"] = _otherFolder.Environment_["CALENDAR_PUBLIC_URL"] = "https://calendar.example";

        // At the same moment, over an empty database: one migrates and loads, the other waits for it.
        (_one, _other) = (_oneFolder.Launch(), _otherFolder.Launch());
        await Task.WhenAll(_one.WelcomedAsync(), _other.WelcomedAsync());

        // The first admin token is made once; whoever runs the second server gives it the same file.
        var (made, lacking) = File.Exists(_oneFolder.TokenFile) ? (_oneFolder, _otherFolder) : (_otherFolder, _oneFolder);
        Assert.False(File.Exists(lacking.TokenFile));
        Directory.CreateDirectory(lacking.Path);
        File.Copy(made.TokenFile, lacking.TokenFile);
    }

    public async Task DisposeAsync()
    {
        await _oneFolder.DisposeAsync();
        await _otherFolder.DisposeAsync();
    }

    [Fact]
    public async Task Started_together_load_the_pack_once_and_show_each_others_commands_in_the_same_bytes()
    {
        Assert.All(await LogTable.FactsAsync(_database), fact => Assert.Equal(1, fact.Value));
        await AssertSameAsync();

        var posted = new Posted(1, Guid.NewGuid(), "FR~VN", IsBad: false);
        Assert.Equal(201, (await posted.SendAsync(_one)).Status);
        await _other.UntilAsync($"/v1/facts/{posted.Fact}", answer => answer.Status == 200);
        await _other.UntilAsync("/feeds/anniversaries.ics?party=FR", feed => feed.Text.Contains(posted.Fact.ToString(), StringComparison.Ordinal));
        await _other.UntilAsync("/v1/anniversaries?party=FR&year=2031", list => list.Text.Contains(posted.Fact.ToString(), StringComparison.Ordinal));
        await AssertSameAsync();

        // And a repeat that reaches the other one is answered as the first was.
        Assert.Equal((await posted.SendAsync(_one)).Text, (await posted.SendAsync(_other)).Text);
    }

    [Fact]
    public async Task With_eight_writers_over_both_miss_none_and_double_none()
    {
        var most = Count.Of(2_000, 20_000);
        var loads = new[] { new Load(), new Load() };
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            loads[0].RunAsync(_one, clients: 4, CancellationToken.None, most / 2), loads[1].RunAsync(_other, clients: 4, CancellationToken.None, most / 2));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{most / clock.Elapsed.TotalSeconds:0} commands/s over both"));

        var counts = await LogTable.FactsAsync(_database);
        Assert.All(loads, load =>
        {
            load.AssertOnce(counts);
            Assert.Empty(load.Unanswered);
        });
        var posted = loads.SelectMany(load => load.Acknowledged).Select(posted => posted.Fact).ToHashSet();
        Assert.Equal(loads.Sum(load => load.Acknowledged.Count), posted.Count);

        await AssertSameAsync();
        var numbers = await NumbersAsync(_one, posted);
        Assert.Equal(numbers, await NumbersAsync(_other, posted));
        Assert.Equal(posted.Count, numbers.Count);

        // The last of them is the count of all events but those of plans: nothing in between is missing or counted twice.
        Assert.Equal(numbers.Values.Distinct().Count(), numbers.Count);
        Assert.Equal(await EventsAsync(), numbers.Values.Max());
    }

    [Fact]
    public async Task When_one_is_stopped_in_its_tracks_the_other_is_delayed_by_seconds_and_the_first_catches_up()
    {
        using var enough = new CancellationTokenSource();
        var (ones, others) = (new Load(), new Load());
        var load = Task.WhenAll(ones.RunAsync(_one, clients: 4, enough.Token), others.RunAsync(_other, clients: 4, enough.Token));
        for (var stops = 0; stops < Count.Of(3, 20); stops++)
        {
            var known = (One: ones.Acknowledged.Count, Other: others.Acknowledged.Count);
            await _other.UntilAsync("/health/live", _ => ones.Acknowledged.Count > known.One + 20);
            await _one.SignalAsync("STOP");

            var clock = Stopwatch.StartNew();
            known.Other = others.Acknowledged.Count;
            await _other.UntilAsync("/health/live", _ => others.Acknowledged.Count > known.Other + 50);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"50 commands of the other took {clock.Elapsed.TotalSeconds:0.00} s"));
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));

            await _one.SignalAsync("CONT");
        }

        await enough.CancelAsync();
        await load;
        var counts = await LogTable.FactsAsync(_database);
        ones.AssertOnce(counts);
        others.AssertOnce(counts);
        await ones.SettleAsync(_one);
        await others.SettleAsync(_other);
        await AssertSameAsync();
    }

    /// <summary>Once both have folded all there is.</summary>
    private async Task AssertSameAsync()
    {
        foreach (var path in Shared.Concat(Load.Relationships.Select(pair => "/v1/relationships/" + pair)))
        {
            var wanted = await _one.GetAsync(path);
            Assert.Equal(200, wanted.Status);
            var seen = await _other.UntilAsync(path, answer => answer.Body.Length >= wanted.Body.Length);
            wanted = await _one.UntilAsync(path, answer => answer.Body.Length >= seen.Body.Length);
            Assert.Equal(wanted.Body, seen.Body);
            Assert.Equal(wanted.ETag, seen.ETag);
        }
    }

    private static async Task<SortedDictionary<Guid, long>> NumbersAsync(ServerProcess server, HashSet<Guid> posted)
    {
        var numbers = new SortedDictionary<Guid, long>();
        foreach (var pair in Load.Relationships)
        {
            var relationship = (await server.GetAsync("/v1/relationships/" + pair)).Json;
            foreach (var fact in relationship.GetProperty("facts").EnumerateArray().Where(fact => posted.Contains(IdOf(fact))))
            {
                numbers.Add(IdOf(fact), Assert.Single(fact.GetProperty("record").EnumerateArray()).GetProperty("number").GetInt64());
            }
        }

        return numbers;
    }

    private static Guid IdOf(JsonElement fact) => fact.GetProperty("fact").GetGuid();

    private async Task<long> EventsAsync()
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(_database + ";Pooling=false");
        await using var command = source.CreateCommand("select count(*) from calendar.mt_events where stream_id not like 'plan-%' and stream_id not like 'template-%'");
        return (long)(await command.ExecuteScalarAsync(CalendarFolder.Bounded()))!;
    }
}
