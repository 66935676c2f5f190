using System.Collections.Concurrent;
using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Server.Rounds;
using NodaTime;

namespace Calendar.Server.Sealed;

/// <summary>
/// Publishes what is under embargo at its instant: the fact's own event enters its stream. Fenced by the versions of both streams, the sealed one and
/// its own: whatever else happens meanwhile, and however many instances try, it enters once, and not at all when it is withdrawn before.
/// </summary>
internal sealed class ReleaseRound : Round
{
    private const int _attempts = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly Duration _longest = Duration.FromMinutes(1);

    // An instance that finds the pass taken looks soon whether it came to its end.
    private static readonly Duration _untilAgain = Duration.FromSeconds(2);

    private readonly AlmanacFollower _follower;
    private readonly EventLog _log;
    private readonly CivilClock _clock;
    private readonly ILogger<ReleaseRound> _logger;
    private readonly ConcurrentDictionary<FactId, bool> _refused = new();
    private long _next = Instant.MinValue.ToUnixTimeTicks();

    public ReleaseRound(AlmanacFollower follower, EventLog log, CivilClock clock, ILogger<ReleaseRound> logger)
        : base("releases")
    {
        (_follower, _log, _clock, _logger) = (follower, log, clock, logger);
        follower.Published += WakeIfSooner;
    }

    public override async Task PassAsync(CancellationToken ct)
    {
        // While it folds others publish: it would only keep the lock from them.
        if (_follower.State != FoldState.Following)
        {
            return;
        }

        var now = _clock.Now;
        foreach (var due in Waiting(_follower.Current).Where(hidden => hidden.Event.Until <= now).OrderBy(hidden => hidden.Event.Until).ToList())
        {
            await ReleaseAsync(due.Event.Fact, ct);
        }
    }

    public override Instant NextAfter(Instant pass)
    {
        // Whatever is folded from here on wakes; what was folded before is seen below.
        Volatile.Write(ref _next, Instant.MaxValue.ToUnixTimeTicks());
        var next = pass + _longest;
        foreach (var hidden in Waiting(_follower.Current))
        {
            // What is refused waits for the record to change.
            next = hidden.Event.Until > pass ? Instant.Min(next, hidden.Event.Until)
                : _refused.ContainsKey(hidden.Event.Fact) ? next
                : Instant.Min(next, pass + _untilAgain);
        }

        Volatile.Write(ref _next, next.ToUnixTimeTicks());
        return next;
    }

    private static IEnumerable<SealedFact> Waiting(Almanac almanac) => almanac.Sealed.Where(hidden => hidden.Withdrawn is null);

    private void WakeIfSooner(object? sender, EventArgs e)
    {
        var next = Instant.FromUnixTimeTicks(Volatile.Read(ref _next));
        if (Waiting(_follower.Current).Any(hidden => hidden.Event.Until < next && !_refused.ContainsKey(hidden.Event.Fact)))
        {
            Wake();
        }
    }

    private async Task ReleaseAsync(FactId fact, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= _attempts; attempt++)
        {
            if (_follower.Current is var almanac && almanac.FindSealed(fact) is not { Withdrawn: null } hidden)
            {
                return;
            }

            var decided = Decisions.Release(almanac, hidden);
            if (decided.Decision.Rejection is { } rejection)
            {
                if (_refused.TryAdd(fact, true))
                {
                    _logger.ReleaseRefused(fact.Value, rejection.Code);
                }

                return;
            }

            // Under the role of whoever recorded it, as if he had done so now.
            switch (await _log.AppendAsync(EventMapping.ToAppend(decided, new Actor("release", hidden.Role), null), ct))
            {
                case AppendResult.Appended appended:
                    await _follower.WaitForAsync(decided.Stream, appended.Version, ct).WaitAsync(_patience, ct);
                    _refused.TryRemove(fact, out _);
                    _logger.Released(fact.Value, appended.Position);
                    return;
                case AppendResult.Conflict conflict:
                    // Somebody else was first: decide again on what they left.
                    await _follower.WaitForAsync(conflict.Beside ?? decided.Stream, conflict.ActualVersion, ct).WaitAsync(_patience, ct);
                    break;
            }
        }
    }
}
