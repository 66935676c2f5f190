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
    private static readonly Duration _afterHangingUp = Duration.FromMinutes(5);
    private static readonly Duration _bookIsGoodFor = Duration.FromSeconds(2);

    // A week and what leaves before its digest, across zones.
    private static readonly Duration _lookAhead = Duration.FromDays(9);

    private const int _workers = 4;

    private readonly AlmanacFollower _follower;
    private readonly ReminderTable _table;
    private readonly Recipients _recipients;
    private readonly Delivery _delivery;
    private readonly NpgsqlDataSource _source;
    private readonly CivilClock _clock;
    private readonly AttemptLimits _limits;
    private readonly ILogger<Dispatcher> _logger;
    private readonly DeliveryGuard _guard;
    private readonly ChannelPauses _pauses;
    private readonly ImmutableArray<(ReminderChannel Channel, int Workers)> _channels;
    private readonly Dictionary<ReminderChannel, Instant> _swept = [];
    private readonly Dictionary<ReminderChannel, long> _looked = [];
    private readonly Lock _waking = new();
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isHeld;
    private volatile bool _hasLooked;
    private Session? _session;
    private Known? _known;

    public Dispatcher(
        AlmanacFollower follower, ReminderTable table, Recipients recipients, Delivery delivery, DeliveryGuard guard, NpgsqlDataSource source, CivilClock clock,
        AttemptLimits limits, Settings settings, ILogger<Dispatcher> logger)
    {
        (_follower, _table, _recipients, _delivery, _guard, _source, _clock, _limits, _logger) = (follower, table, recipients, delivery, guard, source, clock, limits, logger);
        _pauses = new ChannelPauses(clock);
        _channels = [(ReminderChannel.Mail, settings.Mail?.Connections ?? _workers), (ReminderChannel.Webhook, _workers)];
    }

    /// <summary>Whether the queue has been looked at: before that, nobody knows how deliveries go.</summary>
    public bool HasLooked => _hasLooked;

    /// <summary>Something may be due now.</summary>
    public void Wake()
    {
        lock (_waking)
        {
            _woken.TrySetResult();
            _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_session is { } session)
        {
            await session.DisposeAsync();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _follower.Folded.WaitAsync(stoppingToken);

                // Before anything can leave.
                await LookAsync(stoppingToken);
                _session = await Session.BeginAsync(_source, stoppingToken);
                using var working = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var work = _channels.SelectMany(channel => Enumerable.Range(0, channel.Workers).Select(_ => Task.Run(() => WorkAsync(channel.Channel, working.Token), stoppingToken)));
                var all = work.ToList();
                try
                {
                    // The first that fails ends the others: without the session nothing may be begun.
                    await await Task.WhenAny([.. all, _session.EndedAsync(working.Token), GuardAsync(working.Token)]);
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
        for (var isWoken = true; ; isWoken = await WaitAsync(ct))
        {
            if (!isWoken && !MayLook(channel))
            {
                continue;
            }

            do
            {
                await SweepAsync(channel, ct);
            }
            while (_follower.State == FoldState.Following && !_pauses.IsAway(channel) && await TryNextAsync(channel, ct));
        }
    }

    private async Task<bool> WaitAsync(CancellationToken ct)
    {
        Task woken;
        lock (_waking)
        {
            woken = _woken.Task;
        }

        var first = await Task.WhenAny(woken, Task.Delay(_poll, ct));
        ct.ThrowIfCancellationRequested();
        return first == woken;
    }

    private bool MayLook(ReminderChannel channel)
    {
        lock (_waking)
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
        var now = _clock.Now;
        lock (_swept)
        {
            if (_swept.TryGetValue(channel, out var last) && now - last < _betweenSweeps && now >= last)
            {
                return;
            }

            _swept[channel] = now;
        }

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
        var known = await KnownAsync(ct);
        var now = _clock.Now;
        var claimed = await _table.ClaimAsync(
            channel, now, _session!.Holder, 2 * _limits.Whole, now + _lookAhead, claimed => known.Carrying(claimed, now), ct);
        if (claimed is null)
        {
            return false;
        }

        Wake();

        // What has begun is brought to its end, also where the service stops: the time of an attempt is short.
        try
        {
            await SendAsync(claimed, CancellationToken.None);
        }
        catch (Exception mistake) when (!Database.IsAway(mistake))
        {
            // One message's mistake holds up no other one. It is told, and tried again like any failure.
            _logger.ReminderFailed(claimed.Reminder.Id, mistake);
            await NoteAsync(claimed, new Outcome.Deferred(null, "Internal error"), new Sending(), [], CancellationToken.None);
        }

        return true;
    }

    private async Task SendAsync(ClaimedReminder claimed, CancellationToken ct)
    {
        // Whatever was recorded before the claim has its say.
        await _follower.WaitForAsync(claimed.Head, ct).WaitAsync(_limits.Whole / 2, ct);
        var known = await KnownAsync(ct);
        var standing = known.StandingOf(claimed, _clock.Now);
        if (standing.Reason is { } reason)
        {
            await _table.SettleAsync(
                claimed.Reminder.Id, claimed.Claim, new Settlement(ReminderState.Superseded, reason) { NoLongerDue = standing.NoLongerDue }, null, _clock.Now, ct);
            return;
        }

        var sending = new Sending();
        var outcome = await _delivery.SendAsync(known, claimed, standing, token => BeginAsync(claimed, standing, sending, token), ct);
        await NoteAsync(claimed, outcome, sending, standing.NoLongerDue, ct);
    }

    // Nothing that was recorded before this moment is overlooked: an acknowledgement that came while we composed holds back an escalation.
    private async ValueTask<bool> BeginAsync(ClaimedReminder claimed, MessageStanding standing, Sending sending, CancellationToken ct)
    {
        if (await _table.BeginSendingAsync(claimed.Reminder.Id, claimed.Claim, _clock.Now, 2 * _limits.Whole, ct) is not { } seen)
        {
            return false;
        }

        if (seen.Head != claimed.Head || seen.Answered.Count > 0)
        {
            await _follower.WaitForAsync(seen.Head, ct);
            var last = (await KnownAsync(ct)).StandingOf(claimed.With(seen.Answered), _clock.Now);
            sending.Changed = last.Says(standing) ? null : last;
        }

        return sending.HasBegun = sending.Changed is null;
    }

    private async Task NoteAsync(ClaimedReminder claimed, Outcome outcome, Sending sending, IReadOnlyList<Guid> noLongerDue, CancellationToken ct)
    {
        var (reminder, now) = (claimed.Reminder, _clock.Now);
        var settlement = outcome switch
        {
            Outcome.Delivered => new Settlement(ReminderState.Delivered, null),
            Outcome.Refused => new Settlement(ReminderState.Refused, ReminderReason.RefusedThere),
            Outcome.Withheld { IsForGood: true } => new Settlement(ReminderState.Superseded, ReminderReason.NoRecipient),
            Outcome.Withheld when sending.Changed?.Reason is { } reason => new Settlement(ReminderState.Superseded, reason),

            // Of a digest a part need not be told any more: the rest goes at once.
            Outcome.Withheld => new Settlement(ReminderState.Queued, null),

            // One at which the server hangs up each time must not be what every new try begins with.
            Outcome.Away => new Settlement(ReminderState.Queued, null, sending.HasBegun ? now + _afterHangingUp : null),
            Outcome.Deferred deferred => Retries.Next(reminder, now, deferred.After) is { } next
                ? new Settlement(ReminderState.Queued, null, next, IsOwnFailure: true)
                : new Settlement(ReminderState.Refused, ReminderReason.GaveUp),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name),
        };
        var end = new AttemptEnd(Name(outcome), outcome.Code, outcome.Answer);
        if (!await _table.SettleAsync(reminder.Id, claimed.Claim, settlement with { NoLongerDue = noLongerDue }, end, now, ct))
        {
            _logger.ReminderTakenOver(reminder.Id);
        }

        if (outcome is Outcome.Away)
        {
            _pauses.Away(reminder.Channel);
            await _table.WaitAsync(reminder.Channel, now, ct);
            _logger.ChannelAway(reminder.Channel.Name(), outcome.Code);
        }
        else if (outcome is Outcome.Delivered)
        {
            _pauses.Back(reminder.Channel);
        }
    }

    private static string Name(Outcome outcome) => outcome switch
    {
        Outcome.Delivered => "delivered",
        Outcome.Deferred => "deferred",
        Outcome.Refused => "refused",
        Outcome.Away => "away",
        _ => "withheld",
    };

    // The address book is read again every two seconds: what is erased is asked for once more when it is written to.
    private async Task<Known> KnownAsync(CancellationToken ct)
    {
        var (known, almanac, now) = (Volatile.Read(ref _known), _follower.Current, _clock.Now);
        if (known is null || now - known.At >= _bookIsGoodFor || now < known.At)
        {
            known = new Known(almanac, await _recipients.BookAsync(almanac, ct), _clock.Zone, now);
            Volatile.Write(ref _known, known);
        }
        else if (!ReferenceEquals(known.Almanac, almanac))
        {
            Volatile.Write(ref _known, known = new Known(almanac, known.Book, _clock.Zone, known.At));
        }

        return known;
    }

    /// <summary>How far an attempt has come.</summary>
    private sealed class Sending
    {
        /// <summary>It was past the point of no return.</summary>
        public bool HasBegun { get; set; }

        /// <summary>What was found out there, so that it was held back.</summary>
        public MessageStanding? Changed { get; set; }
    }
}
