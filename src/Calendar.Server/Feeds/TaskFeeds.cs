using System.Collections.Concurrent;
using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Planning;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>
/// Rendered feeds of tasks. One stays what it is while the tasks of its association do, and what they are for: whatever else is recorded
/// makes none anew. Each is rendered once, however many ask; while a rendering fails the last good one is served.
/// </summary>
internal sealed class TaskFeeds(AlmanacFollower follower, CivilClock clock, TaskWriter writer, ILogger<TaskFeeds> logger) : IDisposable
{
    private static readonly Duration _untilRetry = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<TaskVariant, Slot> _slots = new();

    // Rendering is the processor's work alone.
    private readonly SemaphoreSlim _turns = new(Math.Max(2, Environment.ProcessorCount));
    private long _uses;
    private long _renders;

    /// <summary>How many octets of rendered feeds are kept.</summary>
    public long Capacity { get; init; } = 32 << 20;

    /// <summary>How many feeds have been rendered.</summary>
    public long Renders => Volatile.Read(ref _renders);

    /// <summary>Makes the octets; null if they do not fit the budget.</summary>
    internal Func<Almanac, TaskVariant, IReadOnlyList<TaskEntry>, LocalDate, byte[]?> Render { get; init; } =
        (almanac, variant, entries, today) => writer.Write(almanac, variant, entries, today);

    /// <summary>Grows with every change of what a feed of an association's tasks shows.</summary>
    public long VersionOf(Slug association) => TaskFeedState.Of(follower.Current, association).Version;

    /// <returns>Null if it does not fit the budget.</returns>
    public async ValueTask<RenderedFeed?> GetAsync(TaskVariant variant, CancellationToken ct)
    {
        var slot = _slots.GetOrAdd(variant, static _ => new Slot());
        slot.LastUse = Interlocked.Increment(ref _uses);
        var asked = follower.Current;

        // Who joins a rendering that had begun before may get what is older than his question: the next is not.
        for (var joined = true; ; joined = false)
        {
            Task<Rendered> rendering;
            lock (slot)
            {
                if (slot.Rendered is { } rendered && IsCurrent(rendered, asked, variant))
                {
                    return rendered.Feed;
                }

                if (slot.UnderWay is null)
                {
                    joined = false;
                    slot.UnderWay = Task.Run(() => RenderAsync(variant, slot), CancellationToken.None);
                }

                rendering = slot.UnderWay;
            }

            var made = await rendering.WaitAsync(ct);
            if (!joined)
            {
                return made.Feed;
            }
        }
    }

    public void Dispose() => _turns.Dispose();

    private bool IsCurrent(Rendered rendered, Almanac almanac, TaskVariant variant)
    {
        var now = clock.Moment;
        return now.Day >= rendered.From && now.Day < rendered.Until && (rendered.Retry is not { } retry || now.Instant < retry)
            && ((rendered.Log, rendered.Position) == (follower.Replaced, almanac.Position) || rendered.State.IsSameAs(TaskFeedState.Of(almanac, variant.Association)));
    }

    private async Task<Rendered> RenderAsync(TaskVariant variant, Slot slot)
    {
        await _turns.WaitAsync();
        try
        {
            // Read only now: while this one waited for its turn the record may have gone on.
            slot.Rendered = RenderOrKeep(variant, slot, follower.Replaced, follower.Current, clock.Today);
            Trim();
            return slot.Rendered;
        }
        finally
        {
            _turns.Release();
            lock (slot)
            {
                slot.UnderWay = null;
            }
        }
    }

    private Rendered RenderOrKeep(TaskVariant variant, Slot slot, int log, Almanac almanac, LocalDate today)
    {
        var state = TaskFeedState.Of(almanac, variant.Association);
        var until = new LocalDate(today.Year + 1, 1, 1);
        try
        {
            Interlocked.Increment(ref _renders);
            var entries = almanac.TaskFeed(variant.Association, today, clock.Zone);
            until = entries.Select(entry => entry.Until).OfType<LocalDate>().Append(until).Min();
            var octets = Render(almanac, variant, entries, today);
            var feed = octets is null ? null : new RenderedFeed(new WrittenFeed(octets, []), LastModified(state, variant.Notice, today), state.Version) { Disposition = "inline; filename=\"tasks.ics\"" };
            return new Rendered(log, almanac.Position, state, today, until, feed, null);
        }
        catch (Exception e) when (slot.Rendered?.Feed is { } lastGood)
        {
            logger.RenderFailed(e);
            return new Rendered(log, almanac.Position, state, today, until, lastGood, clock.Now + _untilRetry);
        }
    }

    // The later of the newest change and the last midnight at which the set changed: New Year, or when something was no longer shown.
    private Instant LastModified(TaskFeedState state, FeedNotice? notice, LocalDate today)
    {
        var midnights = state.Ends.Select(end => FeedEntries.Expiry(end, clock.Zone)).Where(expiry => expiry <= today).Append(new LocalDate(today.Year, 1, 1));
        var last = Instant.Max(Instant.Max(midnights.Max().AtStartOfDayInZone(clock.Zone).ToInstant(), FeedFormat.Released), state.LastChange);
        return FeedFormat.Modified(last, notice, clock.Zone);
    }

    private void Trim()
    {
        var held = _slots.Sum(slot => slot.Value.Size);
        if (held <= Capacity)
        {
            return;
        }

        foreach (var (variant, slot) in _slots.Where(slot => slot.Value.UnderWay is null).OrderBy(slot => slot.Value.LastUse).ToList())
        {
            if (held <= Capacity / 4 * 3)
            {
                break;
            }

            held -= _slots.TryRemove(variant, out _) ? slot.Size : 0;
        }
    }

    /// <param name="From">The day it was made; it is good until, not including, <paramref name="Until"/>.</param>
    /// <param name="Retry">After a failure: when to try again.</param>
    private sealed record Rendered(int Log, long Position, TaskFeedState State, LocalDate From, LocalDate Until, RenderedFeed? Feed, Instant? Retry);

    private sealed class Slot
    {
        private const long _empty = 1024;

        private Rendered? _rendered;

        public Rendered? Rendered
        {
            get => Volatile.Read(ref _rendered);
            set => Volatile.Write(ref _rendered, value);
        }

        /// <summary>The rendering that has begun or waits for its turn.</summary>
        public Task<Rendered>? UnderWay { get; set; }

        public long LastUse { get; set; }

        public long Size => Rendered?.Feed?.Size ?? _empty;
    }
}

/// <summary>What a feed of tasks is made of. None of it ever changes: what is the same object is the same.</summary>
/// <param name="Facts">What the work is for.</param>
internal sealed record TaskFeedState(
    ImmutableSortedSet<PlanTask> Tasks, IReadOnlyDictionary<(PlanId Plan, TaskId Task), Handover> Handovers, Association? Association, ImmutableArray<Fact> Facts)
{
    public long Version => Tasks.Sum(task => task.Revision + 1L) + Handovers.Values.Sum(handover => handover.Was.Revision + 2L) + Facts.Sum(fact => (long)fact.Revision);

    /// <summary>When what it shows, or has shown, last changed.</summary>
    public Instant LastChange => Tasks.Select(task => task.ChangedAt).Concat(Handovers.Values.Select(handover => handover.At)).Concat(Facts.Select(fact => fact.ChangedAt))
        .Append(Association?.ChangedAt ?? Instant.MinValue).Max();

    /// <summary>When something ended that is shown for a while, or was.</summary>
    public IEnumerable<Instant> Ends => Tasks.Select(task => task.EndedAt).OfType<Instant>().Concat(Handovers.Values.Select(handover => handover.At));

    public static TaskFeedState Of(Almanac almanac, Slug association)
    {
        var (tasks, handovers) = (almanac.Plans.TasksOf(association), almanac.Plans.HandedOverBy(association));
        var plans = tasks.Select(task => task.Plan).Concat(handovers.Keys.Select(key => key.Plan)).Distinct();
        return new TaskFeedState(tasks, handovers, almanac.FindAssociation(association), [.. plans.Select(almanac.FactOf).OfType<Fact>()]);
    }

    public bool IsSameAs(TaskFeedState other) =>
        ReferenceEquals(Tasks, other.Tasks) && ReferenceEquals(Handovers, other.Handovers) && ReferenceEquals(Association, other.Association)
        && Facts.AsSpan().SequenceEqual(other.Facts.AsSpan(), ReferenceEqualityComparer.Instance);
}
