using System.Collections.Immutable;
using Calendar.Reminders;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>
/// Sends what is due, on every instance: claims a reminder, looks at the record again, composes, sends, notes what came of it. Each channel has workers of
/// its own, so that one that is slow or away keeps no other waiting.
/// </summary>
/// <remarks>
/// Where it may end: before the claim, nothing has happened. Between claim and fence, another takes over at once. Between fence and note, another takes over
/// when the session and the lease have ended, and sends the same message again under the same Message-ID: the other side may have it twice. After the
/// note, it is done.
/// </remarks>
internal sealed class Dispatcher : BackgroundService
{
    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(1);
    private static readonly Duration _betweenSweeps = Duration.FromSeconds(2);
    private const int _longestPause = 6; // looks

    private const int _workers = 4;

    private readonly AlmanacFollower _follower;
    private readonly ReminderTable _table;
    private readonly Delivery _delivery;
    private readonly NpgsqlDataSource _source;
    private readonly CivilClock _clock;
    private readonly AttemptLimits _limits;
    private readonly ILogger<Dispatcher> _logger;
    private readonly DeliveryGuard _guard;
    private readonly ChannelPauses _pauses;
    private readonly ImmutableArray<(ReminderChannel Channel, int Workers)> _channels;
    private readonly Dictionary<ReminderChannel, (Instant Begun, Task Sweep)> _swept = [];
    private readonly Dictionary<ReminderChannel, long> _looked = [];
    private readonly ImmutableDictionary<ReminderChannel, Bell> _bells;
    private readonly Knowledge _knowledge;
    private bool _isHeld;
    private volatile bool _hasLooked;
    private Session? _session;
    private CancellationToken _stopping;

    public Dispatcher(
        AlmanacFollower follower, ReminderTable table, Recipients recipients, Delivery delivery, DeliveryGuard guard, NpgsqlDataSource source, CivilClock clock,
        AttemptLimits limits, Settings settings, ILogger<Dispatcher> logger)
    {
        (_follower, _table, _delivery, _guard, _source, _clock, _limits, _logger) = (follower, table, delivery, guard, source, clock, limits, logger);
        _knowledge = new Knowledge(follower, recipients, clock);
        _pauses = new ChannelPauses(clock);
        _channels = [(ReminderChannel.Mail, settings.Mail?.Connections ?? _workers), (ReminderChannel.Webhook, _workers)];
        _bells = _channels.ToImmutableDictionary(channel => channel.Channel, _ => new Bell());
    }

    /// <summary>Whether the queue has been looked at: before that, nobody knows how deliveries go.</summary>
    public bool HasLooked => _hasLooked;

    /// <summary>Something may be due now.</summary>
    public void Wake()
    {
        foreach (var bell in _bells.Values)
        {
            bell.Ring();
        }
    }

    public override void Dispose()
    {
        _knowledge.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _follower.Folded.WaitAsync(stoppingToken);

                // Before anything can leave.
                await LookAsync(stoppingToken);
                _session = await Session.BeginAsync(_source, stoppingToken);
                _swept.Clear();
                using var working = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var workers = _channels.SelectMany(channel => Enumerable.Range(0, channel.Workers).Select(_ => Task.Run(() => WorkAsync(channel.Channel, working.Token), CancellationToken.None)));
                List<Task> all = [.. workers, _session.EndedAsync(working.Token), GuardAsync(working.Token)];
                try
                {
                    // The first that fails ends the others: without the session nothing may be begun.
                    await await Task.WhenAny(all);
                }
                finally
                {
                    await working.CancelAsync();
                    await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

                    // Or others would take it for alive, each time that it begins again.
                    await _session.DisposeAsync();
                    _session = null;
                }
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
                _logger.DispatcherFailed(mistake);
            }

            await Task.Delay(_poll, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task GuardAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(_poll, ct);
            await LookAsync(ct);
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        var hold = await _guard.LookAsync(ct);
        if (hold.IsHeld && !_isHeld)
        {
            _logger.DeliveriesHeld(hold.Reason?.Name());
        }

        _isHeld = hold.IsHeld;
    }

    // Any of them may be busy for long, so each looks by itself; who finds something wakes the others, and unless woken one look a second is enough for all.
    private async Task WorkAsync(ReminderChannel channel, CancellationToken ct)
    {
        var isWoken = true;
        while (true)
        {
            // Taken before the look: what rings meanwhile is not missed.
            var rung = _bells[channel].Next;
            if (isWoken || MayLook(channel))
            {
                do
                {
                    await SweepAsync(channel, ct);
                }
                while (_follower.State == FoldState.Following && !_pauses.IsAway(channel) && await TryNextAsync(channel, ct));
            }

            isWoken = await Task.WhenAny(rung, Task.Delay(_poll, ct)) == rung;
            ct.ThrowIfCancellationRequested();
        }
    }

    private bool MayLook(ReminderChannel channel)
    {
        lock (_looked)
        {
            var now = Environment.TickCount64;
            if (_looked.TryGetValue(channel, out var last) && now - last < _poll.TotalMilliseconds / 2)
            {
                return false;
            }

            _looked[channel] = now;
            return true;
        }
    }

    /// <summary>Takes over what others have left, and gives up what nobody sent in time; every now and then, whoever asks.</summary>
    private async Task SweepAsync(ReminderChannel channel, CancellationToken ct)
    {
        Task sweep;
        var now = _clock.Now;
        lock (_swept)
        {
            if (!_swept.TryGetValue(channel, out var last) || now - last.Begun >= _betweenSweeps || now < last.Begun)
            {
                _swept[channel] = last = (now, SweepAsync(channel, now, ct));
            }

            sweep = last.Sweep;
        }

        // Also where another worker is at it: until what was missed counts as missed, a weekly message does not know what to say of it.
        await sweep;
    }

    private async Task SweepAsync(ReminderChannel channel, Instant now, CancellationToken ct)
    {
        var taken = await _table.TakeOverAsync(now, ct);
        var missed = await _table.MissAsync(channel, now, ct);
        _hasLooked = true;
        if (taken + missed > 0)
        {
            _logger.RemindersSwept(taken, missed);
        }
    }

    /// <summary>Sends one reminder that is due.</summary>
    /// <returns>False where there was none.</returns>
    private async Task<bool> TryNextAsync(ReminderChannel channel, CancellationToken ct)
    {
        var now = _clock.Now;
        var claimed = await _table.ClaimAsync(channel, now, _session!.Holder, 2 * _limits.Whole, now + Bundles.LookAhead, claimed => CarryingAsync(claimed, now, ct), ct);
        if (claimed is null)
        {
            return false;
        }

        _bells[channel].Ring();

        // What has begun is brought to its end, also where the service stops: the time of an attempt is short.
        await SendAsync(claimed, CancellationToken.None);
        return true;
    }

    // Where that cannot be worked out the reminder is claimed all the same, alone: its own failure keeps no other from leaving.
    private async ValueTask<IReadOnlyList<Guid>> CarryingAsync(ClaimedReminder claimed, Instant now, CancellationToken ct)
    {
        var known = await _knowledge.NowAsync(ct);
        try
        {
            return known.Carrying(claimed, now);
        }
        catch (Exception mistake)
        {
            _logger.ReminderFailed(claimed.Reminder.Id, mistake);
            return [];
        }
    }

    private async Task SendAsync(ClaimedReminder claimed, CancellationToken ct)
    {
        var sending = new Sending();
        Outcome outcome;
        try
        {
            outcome = await AttemptAsync(claimed, sending, ct);
        }
        catch (Exception mistake) when (mistake is TimeoutException || !Database.IsAway(mistake))
        {
            // One message's mistake holds up no other one. It is told, and tried again like any failure.
            _logger.ReminderFailed(claimed.Reminder.Id, mistake);
            outcome = new Outcome.Deferred(null, "Internal error");
        }

        await NoteAsync(claimed, outcome, sending, ct);
    }

    private async Task<Outcome> AttemptAsync(ClaimedReminder claimed, Sending sending, CancellationToken ct)
    {
        // Whatever was recorded before the claim has its say.
        await _follower.WaitForAsync(claimed.Head, ct).WaitAsync(_limits.Whole / 2, ct);
        var known = await _knowledge.NowAsync(ct);
        var standing = known.StandingOf(claimed, _clock.Now);
        sending.NoLongerDue = standing.NoLongerDue;
        if (standing.Reason is not null)
        {
            sending.Changed = standing;
            return new Outcome.Withheld("No longer due");
        }

        return await _delivery.SendAsync(known, claimed, standing, token => BeginAsync(claimed, standing, sending, token), ct);
    }

    // Nothing that was recorded before this moment is overlooked: an acknowledgement that came while we composed holds back an escalation.
    private async ValueTask<bool> BeginAsync(ClaimedReminder claimed, MessageStanding standing, Sending sending, CancellationToken ct)
    {
        sending.WasAsked = true;
        if (await _table.BeginSendingAsync(claimed.Reminder.Id, claimed.Claim, _clock.Now, 2 * _limits.Whole, ct) is not { } seen)
        {
            return false;
        }

        if (seen.Head != claimed.Head || seen.Answered.Count > 0)
        {
            await _follower.WaitForAsync(seen.Head, ct).WaitAsync(_limits.Whole / 2, ct);
            var last = (await _knowledge.NowAsync(ct)).StandingOf(claimed.With(seen.Answered), _clock.Now);
            sending.Changed = last.Says(standing) ? null : last;
        }

        return sending.HasBegun = sending.Changed is null;
    }

    private async Task NoteAsync(ClaimedReminder claimed, Outcome outcome, Sending sending, CancellationToken ct)
    {
        var (reminder, now) = (claimed.Reminder, _clock.Now);
        var settlement = Settlement.Of(outcome, reminder, sending, isOpenToOthers: _pauses.WasOpenSince(reminder.Channel, now - Retries.StillOpen), now);
        var end = sending.Changed?.Reason is not null && !sending.WasAsked ? null : AttemptEnd.Of(outcome);

        // At once: while it is noted nobody else begins to try.
        if (outcome is Outcome.Away)
        {
            _pauses.Away(reminder.Channel);
        }
        else if (outcome is Outcome.Delivered)
        {
            _pauses.Back(reminder.Channel);
        }

        if (!await SettleAsync(claimed, settlement with { NoLongerDue = sending.NoLongerDue }, end, now, ct))
        {
            _logger.ReminderTakenOver(reminder.Id);
        }

        if (outcome is Outcome.Away)
        {
            await _table.WaitAsync(reminder.Channel, now, ct);
            _logger.ChannelAway(reminder.Channel.Name(), outcome.Code);
        }
    }

    // What is known to have happened is noted, however long the database is away, unless we are stopped: given up here, the message would be sent again.
    private async Task<bool> SettleAsync(ClaimedReminder claimed, Settlement settlement, AttemptEnd? end, Instant now, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await _table.SettleAsync(claimed.Reminder.Id, claimed.Claim, settlement, end, now, ct);
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException && (tried < _longestPause || (Database.IsAway(away) && !_stopping.IsCancellationRequested)))
            {
                _logger.DatabaseAway(away.Message);
                await Task.Delay(Math.Min(tried, _longestPause) * _poll, ct);
            }
        }
    }
}
