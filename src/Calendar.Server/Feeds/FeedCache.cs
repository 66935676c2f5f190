using System.Collections.Concurrent;
using Calendar.Almanacs;
using Calendar.Feeds;
using Calendar.Server.Http;
using Microsoft.Extensions.Primitives;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>
/// Rendered feeds by variant: each edition is rendered once, however many ask; of those that no longer fit into memory the least
/// used go first. While a rendering fails, or its turn does not come, the last good one is served.
/// </summary>
internal sealed class FeedCache(AlmanacFollower follower, CivilClock clock, FeedWriter writer, Settings settings, ILogger<FeedCache> logger) : IDisposable
{
    private const int _addresses = 4096;
    private const int _longestAddress = 256;
    private static readonly int _atOnce = Math.Max(2, Environment.ProcessorCount);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly Duration _untilRetry = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    // Subscribers ask by the same few addresses: each is read once. A party that is known stays known.
    private readonly ConcurrentDictionary<(string Path, string Query), Slot> _asked = new();

    // Rendering is the processor's work alone: more at once would only make all of them late. One turn is never taken by what was not served before.
    private readonly SemaphoreSlim _turns = new(_atOnce);
    private readonly SemaphoreSlim _newcomers = new(_atOnce - 1);
    private Now? _now;
    private int _newWaiting;
    private long _uses;
    private long _renders;

    /// <summary>How many octets of rendered feeds are kept.</summary>
    public long Capacity { get; init; } = 128 << 20;

    /// <summary>How many variants that have never been rendered may wait for it at a time.</summary>
    public int MostNew { get; init; } = 128;

    /// <summary>How many feeds have been rendered.</summary>
    public long Renders => Volatile.Read(ref _renders);

    /// <summary>The public number of the last event that feeds of now show.</summary>
    public long RecordVersion => At(follower.Current, clock.Today).Edition.RecordVersion;

    /// <summary>Makes the octets; null if they do not fit the budget however few years they cover.</summary>
    internal Func<Almanac, FeedVariant, LocalDate, WrittenFeed?, WrittenFeed?> Render { get; init; } =
        (almanac, variant, today, earlier) => writer.Write(almanac, variant, today, earlier);

    /// <summary>A public feed.</summary>
    /// <param name="preset">The filter that the path holds, if it does.</param>
    /// <returns>Null if the variant does not fit the budget however few years it covers.</returns>
    /// <exception cref="RefusedRequestException">The address cannot be read.</exception>
    /// <exception cref="FeedsBusyException">Too many other feeds wait to be rendered for the first time.</exception>
    public ValueTask<RenderedFeed?> GetAsync(HttpRequest request, (string Name, string Value)? preset, CancellationToken ct)
    {
        var address = (Path: request.Path.Value ?? "", Query: request.QueryString.Value ?? "");
        if (!_asked.TryGetValue(address, out var slot))
        {
            slot = SlotOf(Read(request, preset));
            if (address.Path.Length + address.Query.Length <= _longestAddress)
            {
                if (_asked.Count >= _addresses)
                {
                    _asked.Clear();
                }

                _asked.TryAdd(address, slot);
            }
        }

        return GetAsync(slot, ct);
    }

    /// <param name="name">The variant's <see cref="FeedVariant.Name"/>.</param>
    /// <inheritdoc cref="GetAsync(HttpRequest, ValueTuple{string, string}?, CancellationToken)" path="/returns"/>
    public ValueTask<RenderedFeed?> GetAsync(FeedVariant variant, string name, CancellationToken ct) =>
        GetAsync(_slots.GetOrAdd(name, static (name, variant) => new Slot(variant, name), variant), ct);

    public void Dispose()
    {
        _turns.Dispose();
        _newcomers.Dispose();
    }

    private Slot SlotOf(FeedVariant variant) => _slots.GetOrAdd(variant.Name, static (name, variant) => new Slot(variant, name), variant);

    private ValueTask<RenderedFeed?> GetAsync(Slot slot, CancellationToken ct)
    {
        var now = At(follower.Current, clock.Today);
        slot.LastUse = Interlocked.Increment(ref _uses);
        return slot.Rendered is { } rendered && IsCurrent(rendered, now) ? new(rendered.Feed) : new(WaitAsync(slot, now, ct));
    }

    private FeedVariant Read(HttpRequest request, (string Name, string Value)? preset)
    {
        var parameters = request.Query.ToDictionary(StringComparer.OrdinalIgnoreCase);
        if (preset is var (name, value))
        {
            // Named in the path and again behind it, it stands there twice.
            parameters[name] = StringValues.Concat(parameters.GetValueOrDefault(name), value);
        }

        var query = new QueryReader(new QueryCollection(parameters), request.Path);
        var variant = FeedVariant.Read(query, follower.Current);
        var address = settings.PublicUrl.Length + variant.Address.Length;
        return address <= FeedVariant.MaxAddress
            ? variant
            : throw new RefusedRequestException(Problems.Answer(StatusCodes.Status422UnprocessableEntity, "address-too-long", new Text(
                $"Địa chỉ của lịch này dài {address} ký tự, mà ứng dụng lịch chỉ đọc đến {FeedVariant.MaxAddress}: dùng group thay cho nhiều party, hoặc tạo đăng ký riêng (POST /v1/subscriptions), có liên kết ngắn.",
                $"The address of this feed has {address} characters, and calendar clients read {FeedVariant.MaxAddress} at most: use a group instead of many parties, or make a subscription (POST /v1/subscriptions), whose link is short.")));
    }

    private bool IsCurrent(Rendered rendered, Now now) => rendered.Edition == now.Edition && (rendered.Until is not { } until || clock.Now < until);

    private async Task<RenderedFeed?> WaitAsync(Slot slot, Now now, CancellationToken ct)
    {
        Queue(slot);
        try
        {
            // One rendering at a time, for all who ask. Who joins one that had begun before may get what is older than his question: the next is not.
            for (var joined = true; ; joined = false)
            {
                Task<Rendered?> rendering;
                lock (slot)
                {
                    if (slot.Rendered is { } rendered && IsCurrent(rendered, now))
                    {
                        return rendered.Feed;
                    }

                    if (slot.UnderWay is null)
                    {
                        joined = false;
                        slot.UnderWay = Task.Run(() => RenderAsync(slot), CancellationToken.None);
                    }

                    rendering = slot.UnderWay;
                }

                var made = slot.Rendered?.Feed is null ? await rendering.WaitAsync(ct) : await rendering.WaitAsync(_patience, ct);
                if (made is not null && (!joined || made.Edition.IsAsNewAs(now.Edition)))
                {
                    return made.Feed;
                }
            }
        }
        catch (TimeoutException) when (slot.Rendered?.Feed is { } lastGood)
        {
            // The turn did not come: yesterday's calendar now is better than today's too late.
            return lastGood;
        }
        finally
        {
            Leave(slot);
        }
    }

    // Whoever waits is counted: what nobody waits for any more is not rendered, and what was never served queues up to a limit only.
    private void Queue(Slot slot)
    {
        lock (slot)
        {
            if (slot.Waiting == 0 && IsNew(slot))
            {
                if (Interlocked.Increment(ref _newWaiting) > MostNew)
                {
                    Interlocked.Decrement(ref _newWaiting);
                    throw new FeedsBusyException();
                }

                slot.IsCounted = true;
            }

            slot.Waiting++;
        }
    }

    private void Leave(Slot slot)
    {
        lock (slot)
        {
            if (--slot.Waiting == 0 && slot.IsCounted)
            {
                slot.IsCounted = false;
                Interlocked.Decrement(ref _newWaiting);
            }
        }
    }

    // Links are given out to few; anybody can think of addresses.
    private static bool IsNew(Slot slot) => slot.Rendered is null && !slot.Variant.IsPrivate;

    private async Task<Rendered?> RenderAsync(Slot slot)
    {
        var isNew = IsNew(slot);
        if (isNew)
        {
            await _newcomers.WaitAsync();
        }

        await _turns.WaitAsync();
        try
        {
            lock (slot)
            {
                if (slot.Waiting == 0)
                {
                    Abandon(slot);
                    return null;
                }
            }

            // Read only now: while this one waited for its turn the record may have gone on.
            slot.Rendered = RenderOrKeep(slot, At(follower.Current, clock.Today));
            Trim();
            return slot.Rendered;
        }
        finally
        {
            _turns.Release();
            if (isNew)
            {
                _newcomers.Release();
            }

            lock (slot)
            {
                slot.UnderWay = null;
            }
        }
    }

    private void Abandon(Slot slot)
    {
        if (slot.Rendered is null)
        {
            _slots.TryRemove(new KeyValuePair<string, Slot>(slot.Name, slot));
        }
    }

    private Rendered RenderOrKeep(Slot slot, Now now)
    {
        try
        {
            Interlocked.Increment(ref _renders);
            var written = Render(now.Almanac, slot.Variant, now.Today, slot.Rendered?.Feed?.Written);
            var feed = written is null ? null : new RenderedFeed(written, LastModified(now.Almanac, now.Today, slot.Variant.Notice), now.Edition.RecordVersion);
            return new Rendered(now.Edition, feed, null);
        }
        catch (Exception e) when (slot.Rendered?.Feed is { } lastGood)
        {
            logger.RenderFailed(e);
            return new Rendered(now.Edition, lastGood, clock.Now + _untilRetry);
        }
    }

    // What every request of one almanac and day has in common.
    private Now At(Almanac almanac, LocalDate today)
    {
        var now = Volatile.Read(ref _now);
        if (now is null || now.Almanac != almanac || now.Today != today)
        {
            now = new Now(almanac, today, new FeedEdition(follower.Replaced, almanac.PublicRecordVersion, almanac.LastChange, today.Year, almanac.FirstRecentChange(today, clock.Zone), almanac.ExpiredCelebrations(today, clock.Zone)));
            Volatile.Write(ref _now, now);
        }

        return now;
    }

    // The later of the newest change and the last midnight at which the set changed: New Year, or a cancellation's expiry.
    private Instant LastModified(Almanac almanac, LocalDate today, FeedNotice? notice)
    {
        var newYear = new LocalDate(today.Year, 1, 1).AtStartOfDayInZone(clock.Zone).ToInstant();
        var last = Instant.Max(Instant.Max(newYear, FeedFormat.Released), almanac.LastChange);
        if (almanac.FirstRecentChange(today, clock.Zone) is > 0 and var expired)
        {
            var expiry = FeedEntries.Expiry(almanac.Journal.Span[expired - 1], clock.Zone);
            last = Instant.Max(last, expiry.AtStartOfDayInZone(clock.Zone).ToInstant());
        }

        if (almanac.ExpiredCelebrations(today, clock.Zone) is > 0 and var over)
        {
            last = Instant.Max(last, FeedEntries.Expiry(almanac.Plans.Cancellations[over - 1], clock.Zone).AtStartOfDayInZone(clock.Zone).ToInstant());
        }

        return FeedFormat.Modified(last, notice, clock.Zone);
    }

    private void Trim()
    {
        var held = _slots.Sum(slot => slot.Value.Size);
        if (held <= Capacity)
        {
            return;
        }

        foreach (var (name, slot) in _slots.Where(slot => slot.Value.UnderWay is null).OrderBy(slot => slot.Value.LastUse).ToList())
        {
            if (held <= Capacity / 4 * 3)
            {
                break;
            }

            held -= _slots.TryRemove(name, out _) ? slot.Size : 0;
        }

        _asked.Clear();
    }

    private sealed record Now(Almanac Almanac, LocalDate Today, FeedEdition Edition);

    /// <param name="Until">After a failure: when to try again.</param>
    private sealed record Rendered(FeedEdition Edition, RenderedFeed? Feed, Instant? Until);

    private sealed class Slot(FeedVariant variant, string name)
    {
        // An address that does not fit the budget is remembered too.
        private const long _empty = 1024;

        private Rendered? _rendered;

        public FeedVariant Variant => variant;

        public string Name => name;

        public Rendered? Rendered
        {
            get => Volatile.Read(ref _rendered);
            set => Volatile.Write(ref _rendered, value);
        }

        /// <summary>The rendering that has begun or waits for its turn.</summary>
        public Task<Rendered?>? UnderWay { get; set; }

        /// <summary>How many requests wait for it.</summary>
        public int Waiting { get; set; }

        /// <summary>Whether it is one of those that wait to be rendered for the first time.</summary>
        public bool IsCounted { get; set; }

        public long LastUse { get; set; }

        public long Size => Rendered?.Feed?.Size ?? _empty;
    }
}

/// <summary>Too many feeds wait to be rendered for the first time: ask again soon.</summary>
internal sealed class FeedsBusyException : Exception;
