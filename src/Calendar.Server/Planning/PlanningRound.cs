using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Planning;
using Calendar.Server.Health;
using Calendar.Server.Rounds;
using NodaTime;

namespace Calendar.Server.Planning;

/// <summary>
/// Opens the plans whose time has come and brings open ones up to date: just after midnight, and when something changes that plans depend on.
/// What the <see cref="Planner"/> finds for one plan is one append, fenced by the version of the plan's stream: however many instances look, and
/// wherever one is cut off, each step is recorded once. A pass looks again at what it has left until there is nothing to add.
/// </summary>
internal sealed class PlanningRound : Round
{
    // Where others change the record all the while, the next pass goes on.
    private const int _mostLooks = 10;

    // Keeps the groups of the log's writer full.
    private const int _inFlight = 128;

    private static readonly Actor _actor = new("planning", Role.Round);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    // How soon to look whether another instance came to the end of its pass.
    private static readonly Duration _untilAgain = Duration.FromSeconds(2);

    // Being able to look again wakes.
    private static readonly Duration _whileUnable = Duration.FromMinutes(1);

    private readonly AlmanacFollower _follower;
    private readonly EventLog _log;
    private readonly CivilClock _clock;
    private readonly Readiness _readiness;
    private readonly ILogger<PlanningRound> _logger;

    // What could not be stored, and has been told of.
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private State? _settled;

    public PlanningRound(AlmanacFollower follower, EventLog log, CivilClock clock, Readiness readiness, ILogger<PlanningRound> logger)
        : base("planning")
    {
        (_follower, _log, _clock, _readiness, _logger) = (follower, log, clock, readiness, logger);
        follower.Published += (_, _) => WakeUnlessSettled();
        readiness.PackLoaded += (_, _) => WakeUnlessSettled();
    }

    /// <summary>An import changes the record in thousands of batches; the start waits for nothing.</summary>
    public override TimeSpan Rest => Volatile.Read(ref _settled) is null ? TimeSpan.Zero : TimeSpan.FromSeconds(1);

    // It must not plan with half a pack, nor with a record that is no longer so.
    private bool CanLook => _readiness.IsPackLoaded && _follower.State == FoldState.Following;

    private bool IsSettled => Volatile.Read(ref _settled) == StateOf(_follower.Current);

    public override async Task PassAsync(CancellationToken ct)
    {
        var hopeless = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            for (var look = 1; look <= _mostLooks && CanLook && !IsSettled; look++)
            {
                await LookAsync(_follower.Current, hopeless, ct);
            }
        }
        finally
        {
            _readiness.RoundHasRun();
        }
    }

    public override Instant NextAfter(Instant pass)
    {
        // Also where another instance is at it.
        _readiness.RoundHasRun();
        return !CanLook ? pass + _whileUnable
            : IsSettled ? _clock.Zone.AtStartOfDay(Volatile.Read(ref _settled)!.Day.PlusDays(1)).ToInstant()
            : pass + _untilAgain;
    }

    private State StateOf(Almanac almanac) => new(_follower.Replaced, almanac.PlansFollow, _clock.Today);

    private void WakeUnlessSettled()
    {
        if (CanLook && !IsSettled)
        {
            Wake();
        }
    }

    // What is found goes out in its order, as much at a time as the log takes together.
    private async Task LookAsync(Almanac almanac, HashSet<string> hopeless, CancellationToken ct)
    {
        var (state, tally) = (StateOf(almanac), new Tally());
        var underWay = new Queue<Task<Answer>>();
        try
        {
            foreach (var decided in new Planner(almanac, state.Day).Round().Where(decided => !hopeless.Contains(decided.Stream)))
            {
                underWay.Enqueue(AppendAsync(decided, ct));
                if (underWay.Count == _inFlight)
                {
                    tally.Add(await underWay.Dequeue());
                }
            }

            while (underWay.TryDequeue(out var next))
            {
                tally.Add(await next);
            }
        }
        finally
        {
            // Where one has failed the others are waited for: the lock is still ours.
            await Task.WhenAll(underWay.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Tell(tally);
        }

        hopeless.UnionWith(tally.Refused);
        if (tally.Found == 0)
        {
            Volatile.Write(ref _settled, state);
            return;
        }

        await tally.FoldedAsync(_follower, ct).WaitAsync(_patience, ct);
    }

    private async Task<Answer> AppendAsync(Decided decided, CancellationToken ct)
    {
        try
        {
            return new Answer(decided, await _log.AppendAsync(EventMapping.ToAppend(decided, _actor, null), ct));
        }
        catch (EventRefusedException refused)
        {
            return new Answer(decided, null, refused.Reason);
        }
    }

    private void Tell(Tally tally)
    {
        if (tally.Opened + tally.Updated > 0)
        {
            _logger.Planned(tally.Opened, tally.Updated, tally.Position);
        }

        foreach (var (stream, reason) in tally.Refusals.Where(refusal => _refused.Add(refusal.Stream)))
        {
            _logger.PlanRefused(stream, reason);
        }
    }

    /// <summary>What the plans were last seen to follow.</summary>
    /// <param name="Log">How many logs there were before this one.</param>
    private sealed record State(int Log, long Position, LocalDate Day);

    /// <param name="Result">Null where it can never be stored.</param>
    private sealed record Answer(Decided Decided, AppendResult? Result, string? Refused = null);

    private sealed class Tally
    {
        private readonly List<(string Stream, long Version)> _elsewhere = [];

        public int Found { get; private set; }

        public int Opened { get; private set; }

        public int Updated { get; private set; }

        public long Position { get; private set; }

        public List<(string Stream, string Reason)> Refusals { get; } = [];

        public IEnumerable<string> Refused => Refusals.Select(refusal => refusal.Stream);

        public void Add(Answer answer)
        {
            Found++;
            switch (answer)
            {
                case { Result: AppendResult.Appended appended }:
                    Position = Math.Max(Position, appended.Position);
                    _ = answer.Decided.Version == 0 ? Opened++ : Updated++;
                    break;
                case { Result: AppendResult.Conflict conflict }:
                    // Somebody was faster: what they have left is looked at next.
                    _elsewhere.Add((answer.Decided.Stream, conflict.ActualVersion));
                    break;
                case { Refused: { } reason }:
                    Refusals.Add((answer.Decided.Stream, reason));
                    break;
            }
        }

        public async Task FoldedAsync(AlmanacFollower follower, CancellationToken ct)
        {
            await follower.WaitForAsync(Position, ct);
            foreach (var (stream, version) in _elsewhere)
            {
                await follower.WaitForAsync(stream, version, ct);
            }
        }
    }
}
