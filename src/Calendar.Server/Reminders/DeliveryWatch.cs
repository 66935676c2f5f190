using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>How deliveries go.</summary>
/// <param name="OldestUnsent">The moment of the oldest reminder that is due and has not arrived.</param>
/// <param name="OldestWaiting">The oldest moment at which a try was due and was not made.</param>
/// <param name="Refused">In the last seven days.</param>
/// <param name="IsHeld">Until somebody releases them.</param>
/// <param name="IsCanaryLate">A canary has not been heard of.</param>
internal sealed record DeliveryHealth(Instant At, Instant? OldestUnsent, Instant? OldestWaiting, int Queued, int Refused, bool IsHeld, bool IsCanaryLate)
{
    /// <summary>So long nothing may stand still before it shows.</summary>
    public static readonly Duration Patience = Duration.FromMinutes(14);

    public bool IsWell => !IsHeld && !IsCanaryLate && !(At - OldestWaiting > Patience);
}

/// <summary>
/// Watches over deliveries on every instance: measures them, says when they stand still, and tells an outside watcher that all is well by calling a URL each
/// minute that is not called otherwise. A canary is a mail to a mailbox that answers by its link: it shows that mails arrive, not that they are sent.
/// </summary>
internal sealed class DeliveryWatch : BackgroundService
{
    /// <summary>Who is not in any address book.</summary>
    public static readonly Guid Canary = new("ca4a0000-0000-4000-8000-000000000000");

    private const string _look = """
        select min(moment) filter (where moment <= $1), min(next_try) filter (where next_try <= $1 and carried_by is null), count(*),
          (select count(*) from calendar.reminders where state = 'refused' and settled >= $2),
          (select held is not null from calendar.delivery_state),
          (select count(*) from calendar.reminders where kind = 'canary' and acknowledged is null and moment between $3 and $4
            and not exists (select from calendar.reminders later where later.kind = 'canary' and later.acknowledged is not null and later.moment > reminders.moment))
        from calendar.reminders where state in ('queued', 'attempting') and moment <= $1
        """;

    // One an hour, by its number.
    private const string _canary = """
        insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, moment, next_try, made, state)
        values ($1, 'canary', 'canary', $2, $3, $4, 'mail', $5, $5, $5, 'queued') on conflict (subject, due, lead, recipient, channel) do nothing
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
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = TimeSpan.FromSeconds(20) };
    private DeliveryHealth? _health;
    private Instant _beat = Instant.MinValue;

    public DeliveryWatch(NpgsqlDataSource source, Settings settings, CivilClock clock, Dispatcher dispatcher, IMeterFactory meters, ILogger<DeliveryWatch> logger)
    {
        (_source, _settings, _clock, _dispatcher, _logger) = (source, settings, clock, dispatcher, logger);
        var meter = meters.Create("Calendar.Deliveries");
        meter.CreateObservableGauge("calendar.reminders.oldest_unsent", () => Age(_health?.OldestUnsent), "s", "How long the oldest reminder is due that has not arrived");
        meter.CreateObservableGauge("calendar.reminders.lag", () => Age(_health?.OldestWaiting), "s", "How long the oldest try is due that was not made");
        meter.CreateObservableGauge("calendar.reminders.due", () => _health?.Queued ?? 0, "{reminder}", "Reminders that are due and have not arrived");
        meter.CreateObservableGauge("calendar.reminders.refused", () => _health?.Refused ?? 0, "{reminder}", "Reminders that were refused in the last seven days");
        meter.CreateObservableGauge("calendar.deliveries.held", () => _health?.IsHeld == true ? 1 : 0, null, "1 while deliveries are held");
    }

    /// <summary>False when deliveries have stood still for a quarter of an hour, are held, or a canary has not arrived.</summary>
    public bool IsWell => Volatile.Read(ref _health) is not { } health || (health.IsWell && !(_clock.Now - health.At > DeliveryHealth.Patience)
        && !(_dispatcher.LastLook is { } looked && _clock.Now - looked > DeliveryHealth.Patience));

    /// <summary>As of the last look; null before the first.</summary>
    public DeliveryHealth? Health => Volatile.Read(ref _health);

    /// <summary>Looks, sends a canary where one is due, and tells the outside watcher.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var now = _clock.Now;
        if (_settings.Canary is not null)
        {
            await ReleaseCanaryAsync(now, ct);
        }

        await using var command = _source.CreateCommand(_look);
        foreach (var at in new[] { now, now - _week, now - _day, now - DeliveryHealth.Patience })
        {
            command.Parameters.AddWithValue(at.ToDateTimeUtc());
        }

        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            Volatile.Write(ref _health, new DeliveryHealth(
                now, Time(reader, 0), Time(reader, 1), (int)reader.GetInt64(2), (int)reader.GetInt64(3), reader.GetBoolean(4), _settings.Canary is not null && reader.GetInt64(5) > 0));
        }

        if (_settings.Heartbeat is { } heartbeat && IsWell && (now - _beat >= _betweenBeats || now < _beat))
        {
            _beat = now;
            await BeatAsync(heartbeat, ct);
        }
    }

    public override void Dispose()
    {
        _http.Dispose();
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

    private static Instant? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(column));

    private double Age(Instant? since) => since is { } at ? Math.Max(0, (_clock.Now - at).TotalSeconds) : 0;

    private async Task ReleaseCanaryAsync(Instant now, CancellationToken ct)
    {
        var local = now.InUtc();
        await using var command = _source.CreateCommand(_canary);
        foreach (var value in new object[] { Guid.CreateVersion7(), local.Date.ToDateOnly(), (short)local.Hour, Canary, now.ToDateTimeUtc() })
        {
            command.Parameters.AddWithValue(value);
        }

        if (await command.ExecuteNonQueryAsync(ct) > 0)
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
