using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Calendar.EventStore;
using Calendar.Server.Access;
using Calendar.Server.Health;
using Calendar.Server.Imports;
using Calendar.Server.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests;

/// <summary>What a service of a test starts with.</summary>
public enum Holding
{
    /// <summary>A migrated database without an event.</summary>
    Nothing,

    /// <summary>The small log of <c>Feeds/Golden/small.jsonl</c>, one event a minute from 2026-11-23 00:00 UTC.</summary>
    SmallLog,

    /// <summary>The pack of the product, all recorded at 2026-11-23 00:00 UTC.</summary>
    Vietnam,
}

/// <summary>
/// The whole service on a free port over a database of its own, started as <c>serve</c> starts it, on a day that stands still:
/// 1 December 2026. Databases are copies of templates that are prepared once.
/// </summary>
public sealed class CalendarService : IAsyncDisposable
{
    public const string PublicUrl = "https://calendar.example";

    private readonly string _folder = Directory.CreateTempSubdirectory("calendar-service-").FullName;
    private readonly NpgsqlDataSource _source;
    private readonly WebApplication _app;
    private HttpClient _client = null!;

    private CalendarService(string connection, FixedClock clock, string? pack, string publicUrl, long asOfEvents, Func<Settings, Settings> set)
    {
        (Connection, Clock) = (connection, clock);
        _source = NpgsqlDataSource.Create(connection);
        _app = CalendarApp.Create(
            set(new Settings(
                new Uri("http://127.0.0.1:0"), publicUrl, _folder, connection, null, pack, PartyCode.Of("VN"),
                DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]) { AsOfEvents = asOfEvents }),
            _source, clock);
    }

    public string Connection { get; }

    public FixedClock Clock { get; }

    public Uri Address => _client.BaseAddress!;

    /// <summary>The admin's token, as the first start makes it; null over a database that has one.</summary>
    public string? Admin { get; private set; }

    public string DataFolder => _folder;

    /// <summary>So long a test may take before it is a failure.</summary>
    public CancellationToken Soon { get; } = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    internal IServiceProvider Services => _app.Services;

    internal NpgsqlDataSource Source => _source;

    internal ImportReport? PackReport { get; private set; }

    public static async Task<CalendarService> StartAsync(Holding holding) => await StartAsync(await DatabaseAsync(holding));

    /// <param name="connection">A migrated database.</param>
    public static Task<CalendarService> StartAsync(
        string connection, FixedClock? clock = null, string? pack = null, string publicUrl = PublicUrl, long asOfEvents = 100_000) =>
        StartAsync(connection, settings => settings, clock, pack, publicUrl, asOfEvents);

    /// <param name="set">What is to be other than usual.</param>
    internal static async Task<CalendarService> StartAsync(
        string connection, Func<Settings, Settings> set, FixedClock? clock = null, string? pack = null, string publicUrl = PublicUrl, long asOfEvents = 100_000)
    {
        var service = new CalendarService(connection, clock ?? new FixedClock(), pack, publicUrl, asOfEvents, set);
        await service.StartAsync();
        return service;
    }

    /// <summary>A database of its own that holds so much.</summary>
    public static Task<string> DatabaseAsync(Holding holding) => Postgres.NewDatabaseAsync(
        $"calendar {holding}", connection => PrepareAsync(connection, holding), CancellationToken.None);

    /// <summary>A file beside the sources of a test.</summary>
    public static string FileBeside(string name, [CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, name);

    /// <param name="association">The one that the role association speaks for.</param>
    public async Task<string> TokenAsync(string role, string association = "vufo")
    {
        var token = Token.New();
        Assert.True(Names<Role>.TryParse(role, out var named));
        var made = new NewToken(token, named, Clock.GetCurrentInstant()) { Association = named == Role.Association ? Slug.Of(association) : null };
        Assert.IsType<TokenOutcome.Done>(await Services.GetRequiredService<TokenTable>().AddAsync(made, null, Soon));
        return token;
    }

    /// <summary>What lies in the data folder, by name; the note of deliveries with it, which is made soon after the start.</summary>
    public IEnumerable<string> FilesInData() =>
        Directory.GetFiles(_folder).Select(file => Path.GetFileName(file)).Append("deliveries.json").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>The number of events in the log.</summary>
    public Task<long> CountAsync() => QueryAsync<long>("select count(*) from calendar.mt_events");

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Soon))!;
    }

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    /// <summary>Posts JSON as the admin.</summary>
    public Task<Reply> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync("POST", path, Json(json), [Bearer(Admin!), .. headers]);

    public Task<Reply> PutAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync("PUT", path, Json(json), [Bearer(Admin!), .. headers]);

    public static (string Name, string Value) Bearer(string token) => ("Authorization", "Bearer " + token);

    public static HttpContent Json(string text) => new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    public async Task<Reply> SendAsync(string method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _client.SendAsync(request, Soon);
        return await Reply.OfAsync($"{method} {path}", response, Soon);
    }

    /// <summary>Sends octets as they are, what no client library would send, and reads until the server closes; it may do so at any time.</summary>
    public async Task<string> RawAsync(ReadOnlyMemory<byte> request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port, Soon);
        await using var stream = client.GetStream();
        var sending = stream.WriteAsync(request, Soon).AsTask();
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, Soon);
            await sending;
        }
        catch (IOException)
        {
            // It did not want to hear the rest.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // The order of ServeCommand.
    private async Task StartAsync()
    {
        Admin = await AdminToken.EnsureAsync(Services.GetRequiredService<TokenTable>(), _folder, Clock.GetCurrentInstant(), Soon);
        await _app.StartAsync(Soon);
        await Services.GetRequiredService<AlmanacFollower>().Folded.WaitAsync(Soon);
        await Services.GetRequiredService<TokenFollower>().Loaded.WaitAsync(Soon);
        await Services.GetRequiredService<SubscriptionFollower>().Loaded.WaitAsync(Soon);
        PackReport = await Services.GetRequiredService<PackLoader>().LoadAsync(_ => { }, Soon);
        var follower = Services.GetRequiredService<AlmanacFollower>();
        if (follower.State != FoldState.Stopped)
        {
            await Services.GetRequiredService<Readiness>().Planned.WaitAsync(Soon);
        }

        // It says "degraded" until it hears of what others append.
        while (follower.State != FoldState.Stopped && !follower.Connected)
        {
            await QueryAsync<int>("select 1");
        }

        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 1000 })
        {
            BaseAddress = new Uri(_app.Urls.Single()),
            Timeout = TimeSpan.FromMinutes(2),
        };
    }

    private static async Task PrepareAsync(string connection, Holding holding)
    {
        // What a template's own service wrote must be closed before it can be copied.
        await using (var source = NpgsqlDataSource.Create(connection))
        {
            await Migrator.MigrateAsync(source, [typeof(EventLog).Assembly, typeof(CalendarApp).Assembly], CancellationToken.None);
        }

        if (holding == Holding.Nothing)
        {
            return;
        }

        await using (var service = await StartAsync(connection, pack: holding == Holding.Vietnam ? "vietnam" : null))
        {
            if (holding == Holding.SmallLog)
            {
                var report = await service.Services.GetRequiredService<Importer>().ImportAsync(
                    [FileBeside("Feeds/Golden/small.jsonl")], new Actor("tests", Role.Historian), dryRun: false, _ => { }, service.Soon);
                Assert.Empty(report.Refused);
                await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-11-23T00:00:00Z'::timestamptz + (seq_id - 1) * interval '1 minute'");
            }

            else
            {
                // As an append would have left it.
                await service.ExecuteAsync("update calendar.mt_events set timestamp = '2026-11-23T00:00:00Z'; update calendar.mt_streams set timestamp = '2026-11-23T00:00:00Z', created = '2026-11-23T00:00:00Z'");
            }

            // Every service makes its own admin token.
            await service.ExecuteAsync("delete from calendar.tokens");
        }

        // And delivers for itself: a copy of what another has delivered from is held.
        await using var prepared = NpgsqlDataSource.Create(connection);
        await using var forget = prepared.CreateCommand("update calendar.delivery_state set place = null");
        await forget.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Soon);
    }
}

/// <summary>A clock that stands still until it is set.</summary>
public sealed class FixedClock : IClock
{
    /// <summary>10 in the morning of 1 December 2026 in Ha Noi.</summary>
    public static readonly Instant Start = Instant.FromUtc(2026, 12, 1, 3, 0);

    private long _ticks = Start.ToUnixTimeTicks();

    public void Set(Instant now) => Interlocked.Exchange(ref _ticks, now.ToUnixTimeTicks());

    public Instant GetCurrentInstant() => Instant.FromUnixTimeTicks(Interlocked.Read(ref _ticks));
}

/// <summary>A service for a class of tests.</summary>
public abstract class CalendarFixture(Holding holding) : IAsyncLifetime
{
    public CalendarService Service { get; private set; } = null!;

    public async Task InitializeAsync() => Service = await CalendarService.StartAsync(holding);

    public async Task DisposeAsync() => await Service.DisposeAsync();
}

public sealed class EmptyCalendar() : CalendarFixture(Holding.Nothing);

public sealed class SmallCalendar() : CalendarFixture(Holding.SmallLog);

public sealed class VietnamCalendar() : CalendarFixture(Holding.Vietnam);
