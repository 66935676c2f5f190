using System.Diagnostics;
using System.Globalization;
using Calendar.Reminders;
using Calendar.Server;
using Calendar.Server.Health;
using Calendar.Server.Imports;
using Calendar.Server.Reminders;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Calendar.Benchmarks;

/// <summary>
/// What the queue of reminders takes when a year's settled ones lie in it, beside the same with none: each step of a delivery, the sweeps, and forgetting all
/// of them. Then a round over Viet Nam's record. A step's limit is an update of one row by its key, committed.
/// </summary>
internal static class QueueBenchmark
{
    private const int _queued = 1_000;

    // As many tasks as a large union has open at a time.
    private static readonly (ReminderSubject.OfTask, LocalDate)[] _silent = [.. Silent()];
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int settled, CancellationToken ct)
    {
        var few = await RunAsync(databases, "queue_few", 0, ct);
        var many = await RunAsync(databases, "queue_many", settled, ct);
        return [.. few, .. many, .. await RoundAsync(databases, ct)];
    }

    private static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, string name, int settled, CancellationToken ct)
    {
        var connection = await databases.CreateAsync(name, ct);
        await using var source = NpgsqlDataSource.Create(connection);
        await FillAsync(source, settled, ct);
        using var data = new TemporaryFolder();
        await using var app = CalendarApp.Create(SettingsOf(connection, data, null), source, SystemClock.Instance);
        var table = app.Services.GetRequiredService<ReminderTable>();
        var beside = string.Create(CultureInfo.InvariantCulture, $"{settled:N0} settled reminders");
        var limit = await RowsAsync(source, ct);
        await Console.Error.WriteLineAsync($"  {beside}; load {(await File.ReadAllTextAsync("/proc/loadavg", ct)).Trim()}");
        return
        [
            new($"one row by its key, committed, beside {beside}, p50", limit.Median(), "ms"),
            .. await StepsAsync(table, beside, limit, ct),
            .. await SweepsAsync(table, app.Services.GetRequiredService<DeliveryWatch>(), beside, ct),
            .. settled == 0 ? [] : await ForgetAsync(table, beside, settled, ct),
        ];
    }

    private static async Task<IReadOnlyList<Measure>> StepsAsync(ReminderTable table, string beside, List<double> limit, CancellationToken ct)
    {
        List<double> claims = [], fences = [], settlements = [];
        for (var i = 0; i < _queued; i++)
        {
            var now = SystemClock.Instance.GetCurrentInstant();
            var clock = Stopwatch.StartNew();
            var claimed = await table.ClaimAsync(ReminderChannel.Mail, now, 1, _lease, now + Duration.FromDays(9), _ => ValueTask.FromResult<IReadOnlyList<Guid>>([]), ct)
                ?? throw new InvalidOperationException("There was nothing to claim.");
            claims.Add(Lap());
            _ = await table.BeginSendingAsync(claimed.Reminder.Id, claimed.Claim, now, _lease, ct) ?? throw new InvalidOperationException("The claim was lost.");
            fences.Add(Lap());
            await table.SettleAsync(claimed.Reminder.Id, claimed.Claim, new Settlement(ReminderState.Delivered, null), new AttemptEnd("delivered", 250, "Taken"), now, ct);
            settlements.Add(Lap());

            double Lap()
            {
                var lap = clock.Elapsed.TotalMilliseconds;
                clock.Restart();
                return lap;
            }
        }

        return [.. Step("claimed", claims, 5), .. Step("fenced", fences, 5), .. Step("settled", settlements, 5)];

        Measure[] Step(string what, List<double> times, double target) =>
        [
            new($"a reminder {what} beside {beside}, p50", times.Median(), "ms", times.Median() / limit.Median(), "one row by its key, committed"),
            new($"a reminder {what} beside {beside}, p99", times.Quantile(0.99), "ms", times.Quantile(0.99) / limit.Quantile(0.99), "one row by its key, committed", Target.AtMost(target)),
        ];
    }

    private static async Task<IReadOnlyList<Measure>> SweepsAsync(ReminderTable table, DeliveryWatch watch, string beside, CancellationToken ct)
    {
        var (now, measures) = (SystemClock.Instance.GetCurrentInstant(), new List<Measure>());
        await AddAsync("looked for what others have left", 200, () => table.TakeOverAsync(now, ct));
        await AddAsync("looked for what nobody sent in time", 200, () => table.MissAsync(ReminderChannel.Mail, now, ct));
        await AddAsync("watched over deliveries", 20, () => watch.LookAsync(ct));
        await AddAsync("read what a round compares with", 5, () => table.MadeAsync(now - Duration.FromDays(5), ct));
        await AddAsync("read of which tasks owners were told", 5, () => table.ToldAsync(_silent, DateTimeZone.Utc, ct));
        return measures;

        async Task AddAsync(string what, int times, Func<Task> act)
        {
            var taken = new List<double>();
            for (var i = 0; i < times; i++)
            {
                var clock = Stopwatch.StartNew();
                await act();
                taken.Add(clock.Elapsed.TotalMilliseconds);
            }

            measures.Add(new($"{what}, beside {beside}, p50", taken.Median(), "ms"));
            if (times > 100)
            {
                measures.Add(new($"{what}, beside {beside}, p99", taken.Quantile(0.99), "ms"));
            }
        }
    }

    private static IEnumerable<(ReminderSubject.OfTask, LocalDate)> Silent()
    {
        var today = SystemClock.Instance.GetCurrentInstant().InUtc().Date;
        for (var n = 1; n <= 1_000; n++)
        {
            yield return ReminderSubject.TryParse(string.Create(CultureInfo.InvariantCulture, $"task/cadence-2029/step-{n}/vufo"), out var subject)
                ? ((ReminderSubject.OfTask)subject!, today.PlusDays(6))
                : throw new InvalidOperationException("There is no such subject.");
        }
    }

    private static async Task<IReadOnlyList<Measure>> ForgetAsync(ReminderTable table, string beside, int settled, CancellationToken ct)
    {
        var (forgotten, slowest, clock) = (0L, 0.0, Stopwatch.StartNew());
        for (var one = Stopwatch.StartNew(); await table.ForgetAsync(LocalDate.MaxIsoValue.PlusYears(-1), ct) is > 0 and var some; one.Restart())
        {
            (forgotten, slowest) = (forgotten + some, Math.Max(slowest, one.Elapsed.TotalMilliseconds));
        }

        return
        [
            new($"{beside} forgotten with their attempts", clock.Elapsed.TotalSeconds, "s", null, null, Target.AtMost(120.0 * settled / 1_000_000)),
            new("the slowest thousand of them", slowest, "ms"),
        ];
    }

    /// <returns>Milliseconds of updates of single rows.</returns>
    private static async Task<List<double>> RowsAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await ExecuteAsync(source, "create table bare as select n as id, 0 as value from generate_series(1, 1000) n; alter table bare add primary key (id)", ct);
        var times = new List<double>();
        for (var n = 1; n <= 1_000; n++)
        {
            var clock = Stopwatch.StartNew();
            await using var command = source.CreateCommand("update bare set value = value + 1 where id = $1");
            command.Parameters.AddWithValue(n);
            await command.ExecuteNonQueryAsync(ct);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        return times;
    }

    /// <summary>A thousand queued for as many recipients, due now, and settled ones of the past year for the same, each with their share of every kind: most of them delivered, in one attempt each.</summary>
    private static async Task FillAsync(NpgsqlDataSource source, int settled, CancellationToken ct)
    {
        await ExecuteAsync(source, $"""
            insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, association, moment, state, next_try, made)
            select gen_random_uuid(), 'task', 'task/cadence-2030/annual-review/vufo', current_date + 7, 7, md5(n::text)::uuid, 'mail', 'vufo', now() - interval '1 hour', 'queued',
              now() - interval '1 hour', now() - interval '300 days'
            from generate_series(1, {_queued}) n;
            insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, association, moment, state, reason, next_try, attempts, claim, made, settled)
            select gen_random_uuid(), 'task', 'task/cadence-2029/step-' || n || '/vufo', (at + interval '7 days')::date, 7, md5((n / 101 % {_queued} + 1)::text)::uuid, 'mail', 'vufo', at, state,
              case state when 'delivered' then null when 'superseded' then (case when n % 2 = 0 then 'carried' else 'no_longer_due' end) when 'refused' then 'refused_there' else 'too_late' end,
              at, case when state in ('delivered', 'refused') then 1 else 0 end, 1, at - interval '300 days', at
            from (select n, now() - interval '1 hour' - interval '364 days' * n / {Math.Max(1, settled)} as at,
                case when n % 100 = 0 then 'missed' when n % 50 = 1 then 'refused' when n % 5 = 2 then 'superseded' else 'delivered' end as state
              from generate_series(1, {settled}) n) past;
            insert into calendar.attempts (reminder, number, begun, ended, delivery, outcome, code, answer)
            select id, 1, moment, moment, nextval('calendar.delivery_numbers'), state, 250, 'Taken' from calendar.reminders where attempts = 1
            """, ct);
        await ExecuteAsync(source, "vacuum analyze calendar.reminders, calendar.attempts", ct);
        await ExecuteAsync(source, "checkpoint", ct);
    }

    // Three hundred contacts over all associations of the pack, under the policy that is there without one.
    private static async Task<IReadOnlyList<Measure>> RoundAsync(BenchmarkDatabases databases, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("queue_round", ct);
        await using var source = NpgsqlDataSource.Create(connection);
        using var data = new TemporaryFolder();
        await using var app = CalendarApp.Create(SettingsOf(connection, data, "vietnam"), source, SystemClock.Instance);
        await app.StartAsync(ct);
        var follower = app.Services.GetRequiredService<AlmanacFollower>();
        await follower.Folded.WaitAsync(ct);
        await app.Services.GetRequiredService<PackLoader>().LoadAsync(_ => { }, ct);
        await app.Services.GetRequiredService<Readiness>().Planned.WaitAsync(ct);
        var round = app.Services.GetRequiredService<ReminderRound>();
        await round.PassAsync(ct);
        var before = await CountAsync(source, ct);
        await AddContactsAsync(source, [.. follower.Current.AssociationBook.All.Select(one => one.Slug.Value)], ct);
        var clock = Stopwatch.StartNew();
        await round.PassAsync(ct);
        var first = clock.Elapsed.TotalMilliseconds;
        var rows = await CountAsync(source, ct) - before;
        await ExecuteAsync(source, "vacuum analyze calendar.reminders", ct);
        var nothing = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            clock.Restart();
            await round.PassAsync(ct);
            nothing.Add(clock.Elapsed.TotalMilliseconds);
        }

        await app.StopAsync(ct);
        return
        [
            new("reminders of 400 days for 300 contacts of Viet Nam's record", rows, "rows"),
            new("the round that makes them", first, "ms"),
            new("a round with nothing to do over them, p50", nothing.Median(), "ms", null, null, Target.AtMost(1_000)),
        ];
    }

    private static Settings SettingsOf(string connection, TemporaryFolder data, string? pack) => new(
        new Uri("http://127.0.0.1:0"), "https://calendar.example", data.Path, connection, null, pack, Synthetic.Home, DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]);

    private static async Task AddContactsAsync(NpgsqlDataSource source, string[] associations, CancellationToken ct)
    {
        await using var command = source.CreateCommand("""
            insert into calendar.contacts (id, association, created, changed, name, mail, language)
            select gen_random_uuid(), ($1::text[])[n % cardinality($1) + 1], now(), now(), 'Người ' || n, 'p' || n || '@example.org', 'vi' from generate_series(0, 299) n
            """);
        command.Parameters.AddWithValue(associations);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<long> CountAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select count(*) from calendar.reminders");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(ct);
    }
}
