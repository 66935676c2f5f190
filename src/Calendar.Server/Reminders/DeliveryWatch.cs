using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>How deliveries go.</summary>
/// <param name="OldestUnsent">The moment of the oldest reminder that is due and has not arrived.</param>
/// <param name="OldestWaiting">The oldest moment at which a try was due and was not made.</param>
/// <param name="Due">Reminders that are due and have not arrived.</param>
/// <param name="Refused">In the last seven days.</param>
/// <param name="StandsStill">By some channel something has waited for long, and nothing arrives.</param>
/// <param name="IsCanaryLate">A canary has not been heard of.</param>
internal sealed record DeliveryHealth(Instant? OldestUnsent, Instant? OldestWaiting, int Due, int Refused, bool StandsStill, bool IsCanaryLate)
{
    /// <summary>So long nothing may stand still before it shows: with the time between two looks a quarter of an hour.</summary>
    public static readonly Duration Patience = Duration.FromMinutes(14);

    /// <summary>Mails take their time, and so do programs that look after a mailbox.</summary>
    public static readonly Duration CanaryPatience = Duration.FromHours(1);
}

/// <summary>
/// Watches over deliveries on every instance: measures them, says when they stand still, and tells an outside watcher that all is well by calling a URL each
/// minute that is not called otherwise. A canary is a mail to a mailbox that answers by its link: it shows that mails arrive, not that they are sent.
/// </summary>
/// <remarks>
/// A channel stands still when it has had something to deliver at each look for a quarter of an hour and has delivered nothing: a backlog after an outage is
/// none, and a clock that is set makes none. A message that fails by itself is not waited for; when three recipients' began to since the channel last delivered,
/// it is not the messages. Webhooks of one association count as one: they may well lead to one machine.
/// A canary counts from when this instance began to watch: those before an outage, whose answers nobody heard, are of no account.
/// </remarks>
internal sealed class DeliveryWatch : BackgroundService
{
    /// <summary>Who is not in any address book.</summary>
    public static readonly Guid Canary = new("ca4a0000-0000-4000-8000-000000000000");

    // Of those that fail by themselves the third youngest tells: whose mailbox has been full for days hides nothing. What arrived last is asked for as the index has it.
    private const string _unsent = """
        with unsent as (
          select r.channel, r.moment, r.next_try, r.carried_by, r.tries, r.failing_since, coalesce(w.association, r.recipient::text) whose
          from calendar.reminders r left join calendar.webhooks w on r.channel = 'webhook' and w.id = r.recipient
          where r.state in ('queued', 'attempting') and r.moment <= $1),
        failing as (
          select channel, (array_agg(since order by since desc))[3] since
          from (select channel, min(failing_since) since from unsent where failing_since is not null group by channel, whose) each group by channel),
        due as (
          select channel, count(*) due, min(moment) oldest, min(next_try) filter (where next_try <= $1 and carried_by is null) waiting,
            bool_or(carried_by is null and (tries = 0 or next_try <= $1)) waits
          from unsent group by channel)
        select due.channel, due.due, due.oldest, due.waiting,
          due.waits or (failing.since is not null and coalesce(last.settled < failing.since, true)), coalesce(last.settled > $2, false)
        from due left join failing using (channel) left join lateral (
          select arrived.settled from calendar.reminders arrived
          where arrived.channel = due.channel and arrived.state = 'delivered' and (arrived.state <> 'queued' or arrived.attempts > 0)
            and coalesce(arrived.settled, 'infinity'::timestamptz) >= least(failing.since, $2)
          order by coalesce(arrived.settled, 'infinity'::timestamptz) desc limit 1) last on true
        """;

    private const string _besides = """
        select (select count(*) from calendar.reminders where state = 'refused' and settled >= $1 and carried_by is null),
          exists (select from calendar.reminders unheard where kind = 'canary' and acknowledged is null and moment between $2 and $3
            and not exists (select from calendar.reminders later where later.kind = 'canary' and later.acknowledged is not null and later.moment > unheard.moment))
        """;

    // One an hour, by its number. One that could not leave before makes way.
    private const string _canary = """
        with made as (
          insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, moment, next_try, made, state)
          values ($1, 'canary', 'canary', $2, $3, $4, 'mail', $5, $5, $5, 'queued') on conflict (subject, due, lead, recipient, channel) do nothing returning id),
        gone as (
          update calendar.reminders set state = 'superseded', reason = 'not_needed', settled = $5
          where recipient = $4 and state = 'queued' and moment < $5 and exists (select from made))
        select count(*) from made
        """;

    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(30);
    private static readonly Duration _betweenBeats = Duration.FromMinutes(1);
    private static readonly Duration _week = Duration.FromDays(7);
    private static readonly Duration _day = Duration.FromDays(1);

    private readonly NpgsqlDataSource _source;
    private readonly Settings _settings;
    private readonly CivilClock _clock;
    private readonly Dispatcher _dispatcher;
    private readonly ILogger<DeliveryWatch> _logger;
    private readonly DeliveryGuard _guard;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly SemaphoreSlim _looking = new(1);
    private readonly Dictionary<string, Instant> _waitingSince = new(StringComparer.Ordinal);
    private DeliveryHealth? _health;
    private Instant? _began, _beat;
    private long _looked = Environment.TickCount64;

    public DeliveryWatch(
        NpgsqlDataSource source, Settings settings, CivilClock clock, Dispatcher dispatcher, DeliveryGuard guard, IMeterFactory meters, ILogger<DeliveryWatch> logger)
    {
        (_source, _settings, _clock, _dispatcher, _guard, _logger) = (source, settings, clock, dispatcher, guard, logger);
        var meter = meters.Create("Calendar.Deliveries");
        meter.CreateObservableGauge("calendar.reminders.oldest_unsent", () => Age(Health?.OldestUnsent), "s", "How long the oldest reminder is due that has not arrived");
        meter.CreateObservableGauge("calendar.reminders.lag", () => Age(Health?.OldestWaiting), "s", "How long the oldest try is due that was not made");
        meter.CreateObservableGauge("calendar.reminders.due", () => Health?.Due ?? 0, "{reminder}", "Reminders that are due and have not arrived");
        meter.CreateObservableGauge("calendar.reminders.refused", () => Health?.Refused ?? 0, "{reminder}", "Reminders that were refused in the last seven days");
        meter.CreateObservableGauge("calendar.deliveries.held", () => _guard.IsHeld ? 1 : 0, null, "1 while deliveries are held");
        meter.CreateObservableGauge("calendar.deliveries.well", () => IsWell ? 1 : 0, null, "0 while deliveries are held or stand still, or a canary has not been heard of");
    }

    /// <summary>False when deliveries are held or have stood still for a quarter of an hour, a canary has not been heard of, or nobody could look for as long.</summary>
    public bool IsWell => !_guard.IsHeld && Health is not { StandsStill: true } and not { IsCanaryLate: true }
        && Environment.TickCount64 - Interlocked.Read(ref _looked) <= DeliveryHealth.Patience.TotalMilliseconds;

    /// <summary>As of the last look; null before the first.</summary>
    public DeliveryHealth? Health => Volatile.Read(ref _health);

    /// <summary>Looks, sends a canary where one is due, and tells the outside watcher.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        await _looking.WaitAsync(ct);
        try
        {
            await LookAloneAsync(_clock.Now, ct);
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task LookAloneAsync(Instant now, CancellationToken ct)
    {
        if (_settings.Canary is not null)
        {
            await ReleaseCanaryAsync(now, ct);
        }

        Volatile.Write(ref _health, await MeasureAsync(now, ct));
        Interlocked.Exchange(ref _looked, Environment.TickCount64);

        // Not by one that ends at each start before it has looked at the queue.
        if (_settings.Heartbeat is { } heartbeat && _dispatcher.HasLooked && IsWell && !(now - _beat < _betweenBeats && now >= _beat))
        {
            _beat = now;
            await BeatAsync(heartbeat, ct);
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
        _looking.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception away) when (Database.IsAway(away))
            {
                _logger.DatabaseAway(away.Message);
            }
            catch (Exception mistake)
            {
                _logger.WatchFailed(mistake);
            }

            await Task.Delay(_betweenLooks, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<DeliveryHealth> MeasureAsync(Instant now, CancellationToken ct)
    {
        var (due, oldest, waiting, standsStill) = (0, (Instant?)null, (Instant?)null, false);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await using (var command = _source.Command(_unsent, now.ToDateTimeUtc(), (now - DeliveryHealth.Patience).ToDateTimeUtc()))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var channel = reader.GetString(0);
                due += (int)reader.GetInt64(1);
                (oldest, waiting) = (Earlier(oldest, Time(reader, 2)), Earlier(waiting, Time(reader, 3)));
                if (reader.GetBoolean(4))
                {
                    seen.Add(channel);
                    standsStill |= now - WaitingSince(channel, now) > DeliveryHealth.Patience && !reader.GetBoolean(5);
                }
            }
        }

        foreach (var quiet in _waitingSince.Keys.Where(channel => !seen.Contains(channel)).ToList())
        {
            _waitingSince.Remove(quiet);
        }

        _began = _began is { } began && began <= now ? began : now;
        await using var besides = _source.Command(_besides, (now - _week).ToDateTimeUtc(), Instant.Max(_began.Value, now - _day).ToDateTimeUtc(), (now - DeliveryHealth.CanaryPatience).ToDateTimeUtc());
        await using var rest = await besides.ExecuteReaderAsync(ct);
        await rest.ReadAsync(ct);
        return new DeliveryHealth(oldest, waiting, due, (int)rest.GetInt64(0), standsStill, _settings.Canary is not null && rest.GetBoolean(1));
    }

    // A clock that was set back begins anew.
    private Instant WaitingSince(string channel, Instant now) =>
        _waitingSince.TryGetValue(channel, out var since) && since <= now ? since : _waitingSince[channel] = now;

    private static Instant? Earlier(Instant? one, Instant? other) => one is null || other < one ? other ?? one : one;

    private static Instant? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(column));

    private double Age(Instant? since) => since is { } at ? Math.Max(0, (_clock.Now - at).TotalSeconds) : 0;

    private async Task ReleaseCanaryAsync(Instant now, CancellationToken ct)
    {
        var local = now.InUtc();
        await using var command = _source.Command(_canary, Guid.CreateVersion7(), local.Date.ToDateOnly(), (short)local.Hour, Canary, now.ToDateTimeUtc());
        if ((long)(await command.ExecuteScalarAsync(ct))! > 0)
        {
            _dispatcher.Wake();
        }
    }

    // A watcher that cannot be reached is no failure of ours, and will notice by itself.
    private async Task BeatAsync(Uri heartbeat, CancellationToken ct)
    {
        try
        {
            using var answer = await _http.GetAsync(heartbeat, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!answer.IsSuccessStatusCode)
            {
                _logger.HeartbeatNotHeard((int)answer.StatusCode);
            }
        }
        catch (Exception unheard) when (unheard is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            _logger.HeartbeatNotHeard(0);
        }
    }
}
