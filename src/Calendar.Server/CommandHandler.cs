using System.Collections.Immutable;
using Calendar.EventStore;

namespace Calendar.Server;

/// <summary>Who acts, under which role and why; what the envelope carries.</summary>
/// <param name="Id">Opaque.</param>
internal sealed record Actor(string Id, Role Role, string? Reason = null, string? CorrelationId = null)
{
    /// <summary>The one that an association's token speaks for.</summary>
    public Slug? Association { get; init; }

    public Caller Caller => new(Role, Association);
}

/// <summary>How a command ended.</summary>
internal abstract record Outcome
{
    /// <summary>Recorded, or already so.</summary>
    /// <param name="Events">How many events it was; none when it was so already.</param>
    /// <param name="Visible">Whether this instance has folded it: false when that took over 5 s.</param>
    public sealed record Done(string Stream, long Version, int Events, bool Visible, ImmutableArray<Rejection> Warnings) : Outcome
    {
        public bool Changed => Events > 0;
    }

    public sealed record Refused(Rejection Why) : Outcome;

    /// <summary>The stream, or the one thing in it that the caller sees, is not at the version If-Match names.</summary>
    public sealed record Stale(long Version) : Outcome;

    /// <summary>The same request was answered before; the answer is rendered again from this.</summary>
    /// <param name="Visible">As in <see cref="Done"/>.</param>
    public sealed record Repeated(StoredOutcome Stored, bool Visible) : Outcome;

    /// <summary>The idempotency key belongs to another request.</summary>
    public sealed record KeyReused : Outcome;
}

/// <summary>Load, decide, append, wait, answer: the only such loop.</summary>
internal sealed class CommandHandler(AlmanacFollower follower, EventLog log, CivilClock clock)
{
    private const int _attempts = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    // Of many who write to one stream at once one succeeds at a time: without turns a crowd would use up its attempts.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <param name="ifMatch">The version the caller saw, or the revision of the one thing they see in the stream; null re-decides on a conflict, up to five times.</param>
    /// <param name="retry">The request's idempotency entry; its status is set to 201 when something is recorded, 200 when not.</param>
    /// <exception cref="LogUnavailableException">Nothing was stored, or it is not known (the exception says).</exception>
    public async Task<Outcome> HandleAsync(Command command, Actor actor, long? ifMatch, Idempotency? retry, CancellationToken ct)
    {
        if (retry is not null && await log.FindOutcomeAsync(retry.Caller, retry.Key, ct) is { } stored)
        {
            return await RepeatAsync(stored, retry, ct);
        }

        if (follower.State != FoldState.Following)
        {
            throw new LogUnavailableException(LogUnavailableReason.Unreachable);
        }

        using var turn = new Turn(this);
        for (var attempt = 1; ; attempt++)
        {
            var decided = Decisions.Decide(follower.Current, command, actor.Caller, clock.Moment);
            if (await turn.QueueAsync(decided.Stream, ct))
            {
                decided = Decisions.Decide(follower.Current, command, actor.Caller, clock.Moment);
            }

            var (stream, version, decision) = decided;
            if (decision.Rejection is { } rejection)
            {
                return await UnlessAnsweredAsync(new Outcome.Refused(rejection));
            }

            var current = decided.Revision ?? version;
            if (ifMatch is { } seen && seen != current)
            {
                return await UnlessAnsweredAsync(new Outcome.Stale(current));
            }

            if (decision.Events.IsEmpty && retry is null)
            {
                return new Outcome.Done(stream, version, Events: 0, Visible: true, decision.Warnings);
            }

            switch (await log.AppendAsync(EventMapping.ToAppend(decided, actor, Settled(retry, decision)), ct))
            {
                case AppendResult.Appended appended:
                    return new Outcome.Done(
                        stream, appended.Version, decision.Events.Length, await IsVisibleAsync(stream, appended.Version, ct), decision.Warnings);
                case AppendResult.Repeated repeated:
                    return await RepeatAsync(repeated.Outcome, retry!, ct);
                case AppendResult.FactTaken taken:
                    return new Outcome.Refused(Calendar.Facts.FactDecisions.Taken(new FactId(taken.Fact)));
                case AppendResult.Conflict { Beside: null } conflict when ifMatch is not null && decided.Revision is null:
                    return new Outcome.Stale(conflict.ActualVersion);
                case AppendResult.Conflict when attempt == _attempts:
                    return new Outcome.Refused(Contended);
                case AppendResult.Conflict conflict:
                    // Somebody else was first: decide again on what they left, in turn with the others whom that befell.
                    await turn.TakeAsync(stream, ct);
                    if (!await IsVisibleAsync(conflict.Beside ?? stream, conflict.ActualVersion, ct))
                    {
                        return new Outcome.Refused(Contended);
                    }

                    break;
            }
        }

        // The request that this one repeats may have been answered while this one was deciding.
        async Task<Outcome> UnlessAnsweredAsync(Outcome outcome) =>
            retry is not null && await log.FindOutcomeAsync(retry.Caller, retry.Key, ct) is { } answered ? await RepeatAsync(answered, retry, ct) : outcome;
    }

    /// <summary>Whether somebody who lost a race for the stream has his turn, or waits for it.</summary>
    public bool IsContended(string stream) => TurnOf(stream).CurrentCount == 0;

    private SemaphoreSlim TurnOf(string stream) => _turns[(uint)string.GetHashCode(stream, StringComparison.Ordinal) % (uint)_turns.Length];

    private static Idempotency? Settled(Idempotency? retry, Decision decision) =>
        retry is null ? null : retry with { Status = decision.Events.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status201Created };

    private static Rejection Contended { get; } = Rejection.Conflict(
        "contended", "",
        "Nhiều người đang cùng sửa mục này: thử lại sau giây lát.",
        "Several people are changing this at the same time: try again in a moment.");

    private async Task<Outcome> RepeatAsync(StoredOutcome stored, Idempotency retry, CancellationToken ct)
    {
        if (!stored.RequestHash.Span.SequenceEqual(retry.RequestHash.Span))
        {
            return new Outcome.KeyReused();
        }

        // Another instance may have answered first; what it stored must be here before it is shown.
        var visible = stored.StreamId is not { } stream || await IsVisibleAsync(stream, stored.Version, ct);
        return new Outcome.Repeated(stored, visible);
    }

    private async Task<bool> IsVisibleAsync(string stream, long version, CancellationToken ct)
    {
        try
        {
            await follower.WaitForAsync(stream, version, ct).WaitAsync(_patience, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private sealed class Turn(CommandHandler handler) : IDisposable
    {
        private SemaphoreSlim? _taken;

        public async Task TakeAsync(string stream, CancellationToken ct)
        {
            if (_taken is null)
            {
                var turn = handler.TurnOf(stream);
                await turn.WaitAsync(ct);
                _taken = turn;
            }
        }

        /// <summary>Who comes new does not overtake those who wait for their turn.</summary>
        /// <returns>Whether there was somebody to wait for.</returns>
        public async Task<bool> QueueAsync(string stream, CancellationToken ct)
        {
            if (_taken is not null || !handler.IsContended(stream))
            {
                return false;
            }

            await TakeAsync(stream, ct);
            return true;
        }

        public void Dispose() => _taken?.Release();
    }
}

/// <summary>Between the domain's events and the log's.</summary>
internal static class EventMapping
{
    public static Append ToAppend(Decided decided, Actor actor, Idempotency? retry)
    {
        var events = decided.Decision.Events;
        return new(decided.Stream, decided.Version, [.. events.Select(ToNew)], new Envelope(actor.Id, actor.Role.Name(), actor.Reason, actor.CorrelationId, null))
        {
            NewFacts = decided.Released is null ? [.. events.Select(FactOf).OfType<Guid>()] : [],
            MovedFacts = decided.Released is { } released ? [released.Value] : [],
            Beside = decided.Beside,
            Idempotency = retry,
            StreamType = decided.Stream.Split('-')[0],
        };
    }

    // A sealed fact has its id from the day it is sealed.
    private static Guid? FactOf(IEvent e) => e switch
    {
        Calendar.Facts.IFactEvent stated => stated.Fact.Value,
        Calendar.Facts.FactSealed hidden => hidden.Fact.Value,
        _ => null,
    };

    private static NewEvent ToNew(IEvent e)
    {
        var type = e.GetType();
        return new NewEvent(Guid.CreateVersion7(), EventContracts.NameOf(e), $"{type.FullName}, {type.Assembly.GetName().Name}", EventContracts.Write(e));
    }
}
