using System.Globalization;
using System.Text.Json;
using Calendar.Almanacs;
using Calendar.Commands;
using Calendar.EventStore;
using Calendar.Planning;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.Faults;

/// <summary>Two servers over one database that holds Viet Nam's record, and what their planning rounds are to come to.</summary>
internal sealed class TwoPlanners : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly EventLog _log;
    private readonly Random _random;
    private CalendarFolder _leads, _follows;
    private ServerProcess? _leader, _other;

    private TwoPlanners(string database, int seed)
    {
        (_leads, _follows) = (new CalendarFolder("vietnam", database), new CalendarFolder("vietnam", database));
        _source = NpgsqlDataSource.Create(database);
        _log = new EventLog(_source, NullLogger<EventLog>.Instance);
        _random = new Random(seed);
    }

    public ServerProcess Leader => _leader!;

    public ServerProcess Other => _other!;

    private static Moment Moment
    {
        get
        {
            var now = SystemClock.Instance.GetCurrentInstant();
            return new Moment(now, now.InZone(DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]).Date);
        }
    }

    public static async Task<TwoPlanners> StartAsync(int seed)
    {
        var planners = new TwoPlanners(await CalendarService.DatabaseAsync(Holding.Vietnam), seed);
        planners._other = await planners._follows.StartAsync();

        // The first admin token is made once; whoever runs a second server gives it the same file.
        Directory.CreateDirectory(planners._leads.Path);
        File.Copy(planners._follows.TokenFile, planners._leads.TokenFile);
        await planners.RestartAsync();
        return planners;
    }

    /// <summary>Starts the server that is to lead.</summary>
    public async Task RestartAsync() => _leader = await _leads.StartAsync();

    /// <summary>From now on the other one leads, and the killed one follows.</summary>
    public async Task SwapAsync()
    {
        (_leads, _follows, _leader) = (_follows, _leads, _other);
        _other = await _follows.StartAsync();
    }

    /// <summary>Adopts templates that begin so far ahead while only the leader is awake, and returns in the middle of its round, with the other one awake.</summary>
    /// <returns>The plans that are to be opened, and how many have been.</returns>
    public async Task<(IReadOnlyList<Decided> Wanted, long Opened)> AdoptAsync(int months, bool stop = false)
    {
        await SettleAsync();
        string[] lines = [Line("relations", months), Line("partnerships", months)];
        var (wanted, known) = (await OpeningsAsync(lines), await OpenedAsync());
        var enough = known + 1 + _random.Next(wanted.Count / 2);

        await StopOtherAsync();
        Assert.Equal(200, (await Leader.ImportAsync(string.Join('\n', lines))).Status);
        var bound = CalendarFolder.Bounded();
        while (await OpenedAsync() < enough)
        {
            Assert.False(bound.IsCancellationRequested, $"{wanted.Count} plans are to be opened, and are not.\n{Leader.Output}");
        }

        if (stop)
        {
            await Leader.SignalAsync("STOP");
        }

        await Other.SignalAsync("CONT");
        return (wanted, await OpenedAsync() - known);
    }

    /// <summary>Takes the planning lock from whoever holds it.</summary>
    public Task CutOffAsync() => OnLockAsync("count(pg_terminate_backend(pid))");

    public async Task ImportAsync(params string[] lines) => Assert.Equal(0, (await _leads.RunAsync("import", _leads.Write("lines.jsonl", lines))).ExitCode);

    public async Task<int> VerifyAsync() => (await _leads.RunAsync("verify")).ExitCode;

    /// <summary>Once there is nothing left to record: each plan was opened once, with the events that the planner itself had named.</summary>
    public async Task AssertOpenedOnceAsync(IReadOnlyList<Decided> wanted)
    {
        var almanac = await SettleAsync();
        var streams = new Dictionary<string, List<IEvent>>(StringComparer.Ordinal);
        await foreach (var batch in _log.ReadAllAsync(0, CalendarFolder.Bounded()))
        {
            foreach (var e in batch.Where(e => e.StreamId.StartsWith("plan-", StringComparison.Ordinal)))
            {
                streams.TryAdd(e.StreamId, []);
                streams[e.StreamId].Add(EventContracts.Read(e.Type, e.Data.Span));
            }
        }

        Assert.Equal(almanac.Plans.Plans.Keys.Select(plan => plan.Stream).Order(StringComparer.Ordinal), streams.Keys.Order(StringComparer.Ordinal));
        Assert.All(wanted, opening => Assert.Equal(opening.Decision.Events, streams[opening.Stream].Take(opening.Decision.Events.Length)));
        Assert.All(streams.Values, events => Assert.Single(events.OfType<PlanOpened>()));
        Assert.All(streams.Values, events => Assert.Distinct(events.OfType<TaskAdded>().Select(added => added.Task)));
        Assert.Equal(almanac.Plans.Tasks.Count, streams.Values.Sum(events => events.OfType<TaskAdded>().Count()));
    }

    public async Task<Almanac> FoldAsync() => (await FoldedAsync()).Publish();

    public async ValueTask DisposeAsync()
    {
        await _leads.DisposeAsync();
        await _follows.DisposeAsync();
        await _log.DisposeAsync();
        await _source.DisposeAsync();
    }

    // When the planner itself finds nothing more in the log.
    private async Task<Almanac> SettleAsync()
    {
        var bound = CalendarFolder.Bounded();
        while (true)
        {
            var almanac = await FoldAsync();
            if (!new Planner(almanac, Moment.Day).Round().Any())
            {
                return almanac;
            }

            var opened = await OpenedAsync();
            Assert.False(bound.IsCancellationRequested, $"{opened} plans are open, and there is more to do.");
        }
    }

    // Not while it holds the planning lock.
    private async Task StopOtherAsync()
    {
        for (var held = true; held;)
        {
            await Other.SignalAsync("STOP");
            for (var looks = 0; held && looks < 50; looks++)
            {
                held = await OnLockAsync("count(*)") > 0;
            }

            if (held)
            {
                await Other.SignalAsync("CONT");
            }
        }
    }

    private async Task<long> OnLockAsync(string what)
    {
        await using var command = _source.CreateCommand($"""
            select {what} from pg_locks
            where locktype = 'advisory' and granted and ((classid::bigint << 32) | objid::bigint) = hashtextextended('calendar.rounds.planning', 0)
              and database = (select oid from pg_database where datname = current_database())
            """);
        return (long)(await command.ExecuteScalarAsync(CalendarFolder.Bounded()))!;
    }

    private async Task<AlmanacFold> FoldedAsync()
    {
        var fold = new AlmanacFold(PartyCode.Of("VN"));
        await AlmanacFollower.FoldAsync(_log, fold, CalendarFolder.Bounded());
        return fold;
    }

    // What the planner says of the log with these lines behind it.
    private async Task<IReadOnlyList<Decided>> OpeningsAsync(IEnumerable<string> lines)
    {
        var fold = await FoldedAsync();
        foreach (var line in lines)
        {
            var (stream, version, decision) = Decisions.Decide(fold.Publish(), CommandReader.ReadLine(JsonElement.Parse(line)).Command!, new Caller(Role.Admin), Moment);
            fold.Apply(new Recorded(fold.Position + 1, stream, version + 1, Moment.Instant, Role.Admin, null, Assert.Single(decision.Events)));
        }

        return [.. new Planner(fold.Publish(), Moment.Day).Openings()];
    }

    private async Task<long> OpenedAsync()
    {
        await using var command = _source.CreateCommand("select count(*) from calendar.mt_streams where id like 'plan-%'");
        return (long)(await command.ExecuteScalarAsync(CalendarFolder.Bounded()))!;
    }

    private static string Line(string template, int months)
    {
        var kinds = template == "relations" ? "\"ties_established\"" : "\"partnership_elevated\",\"treaty_signed\",\"milestone_recorded\",\"accord_concluded\",\"accord_joined\"";
        var tasks = Enumerable.Range(0, 12).Select(i => string.Create(
            CultureInfo.InvariantCulture, $$"""{"line":"step-{{i}}","offset":"{{(i < 11 ? $"P-{months - i}M" : "P0D")}}","title":"Việc {{i}}","role":"{{(i % 3 == 0 ? "support" : "lead")}}"}"""));
        return $$"""{"key":"tests/{{template}}/{{months}}","do":"adopt_template","template":"{{template}}","title":"Mẫu {{months}}","kinds":[{{kinds}}],"tasks":[{{string.Join(',', tasks)}}]}""";
    }
}
