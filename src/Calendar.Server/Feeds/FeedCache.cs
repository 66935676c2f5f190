using System.Collections.Concurrent;
using Calendar.Almanacs;
using Calendar.Feeds;
using Calendar.Server.Http;
using Microsoft.Extensions.Primitives;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>
/// Rendered feeds by variant: each edition is rendered once, however many ask; of those that no longer fit into memory the least
/// used go first. While a rendering fails the last good one is served.
/// </summary>
internal sealed class FeedCache(AlmanacFollower follower, CivilClock clock, FeedWriter writer, Settings settings, ILogger<FeedCache> logger) : IDisposable
{
    private const int _addresses = 4096;
    private const int _longestQuery = 256;
    private static readonly Duration _untilRetry = Duration.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    // Subscribers ask by the same few addresses: each is read once. A party that is known stays known.
    private readonly ConcurrentDictionary<(string Path, string Query), (FeedVariant Variant, string Name)> _asked = new();

    // Rendering is the processor's work alone: more at once would only make all of them late.
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);
    private Now? _now;
    private long _uses;
    private long _renders;

    /// <summary>How many octets of rendered feeds are kept.</summary>
    public long Capacity { get; init; } = 128 << 20;

    /// <summary>How many feeds have been rendered.</summary>
    public long Renders => Volatile.Read(ref _renders);

    /// <summary>The public number of the last event that feeds of now show.</summary>
    public long RecordVersion => At(follower.Current, clock.Today).Edition.RecordVersion;

    /// <summary>Makes the bytes; null if they do not fit the budget however few years they cover.</summary>
    internal Func<Almanac, FeedVariant, LocalDate, WrittenFeed?, WrittenFeed?> Render { get; init; } =
        (almanac, variant, today, earlier) => writer.Write(almanac, variant, today, earlier);

    /// <summary>A public feed.</summary>
    /// <param name="preset">The filter that the path holds, if it does.</param>
    /// <returns>Null if the variant does not fit the budget however few years it covers.</returns>
    /// <exception cref="RefusedRequestException">The address cannot be read.</exception>
    public ValueTask<RenderedFeed?> GetAsync(HttpRequest request, (string Name, string Value)? preset, CancellationToken ct)
    {
        var address = (request.Path.Value ?? "", request.QueryString.Value ?? "");
        if (!_asked.TryGetValue(address, out var asked))
        {
            asked = Read(request, preset);
            if (address.Item1.Length + address.Item2.Length <= _longestQuery && _asked.Count < _addresses)
            {
                _asked.TryAdd(address, asked);
            }
        }

        return GetAsync(asked.Variant, asked.Name, ct);
    }

    /// <param name="name">The variant's <see cref="FeedVariant.Name"/>.</param>
    /// <returns>Null if the variant does not fit the budget however few years it covers.</returns>
    public ValueTask<RenderedFeed?> GetAsync(FeedVariant variant, string name, CancellationToken ct)
    {
        var (now, slot) = (At(follower.Current, clock.Today), _slots.GetOrAdd(name, static _ => new Slot()));
        slot.LastUse = Interlocked.Increment(ref _uses);
        return slot.Rendered is { } rendered && IsCurrent(rendered, now) ? new(rendered.Feed) : new(GetAsync(slot, variant, now, ct));
    }

    public void Dispose() => _turns.Dispose();

    private (FeedVariant Variant, string Name) Read(HttpRequest request, (string Name, string Value)? preset)
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
            ? (variant, variant.Name)
            : throw new RefusedRequestException(Problems.Answer(StatusCodes.Status422UnprocessableEntity, "address-too-long", new Text(
                $"Địa chỉ của lịch này dài {address} ký tự, mà ứng dụng lịch chỉ đọc đến {FeedVariant.MaxAddress}: dùng group thay cho nhiều party, hoặc tạo đăng ký riêng (POST /v1/subscriptions), có liên kết ngắn.",
                $"The address of this feed has {address} characters, and calendar clients read {FeedVariant.MaxAddress} at most: use a group instead of many parties, or make a subscription (POST /v1/subscriptions), whose link is short.")));
    }

    private bool IsCurrent(Rendered rendered, Now now) => rendered.Edition == now.Edition && (rendered.Until is not { } until || clock.Now < until);

    private async Task<RenderedFeed?> GetAsync(Slot slot, FeedVariant variant, Now now, CancellationToken ct)
    {
        // One rendering at a time, for all who ask. Who joins one that had begun before may get what is older than his question: the next is not.
        for (var joined = true; ; joined = false)
        {
            Task<Rendered> rendering;
            lock (slot)
            {
                if (slot.Rendered is { } rendered && IsCurrent(rendered, now))
                {
                    return rendered.Feed;
                }

                if (slot.Rendering is null)
                {
                    joined = false;
                    slot.Rendering = Task.Run(() => RenderAsync(slot, variant), CancellationToken.None);
                }

                rendering = slot.Rendering;
            }

            var made = await rendering.WaitAsync(ct);
            if (!joined || made.Edition == now.Edition || made.Edition.RecordVersion > now.Edition.RecordVersion)
            {
                return made.Feed;
            }
        }
    }

    private async Task<Rendered> RenderAsync(Slot slot, FeedVariant variant)
    {
        await _turns.WaitAsync();
        try
        {
            // Read only now: while this one waited for its turn the record may have gone on.
            var now = At(follower.Current, clock.Today);
            slot.Rendered = Rendering(slot, variant, now);
            Trim();
            return slot.Rendered;
        }
        finally
        {
            _turns.Release();
            lock (slot)
            {
                slot.Rendering = null;
            }
        }
    }

    private Rendered Rendering(Slot slot, FeedVariant variant, Now now)
    {
        try
        {
            Interlocked.Increment(ref _renders);
            var written = Render(now.Almanac, variant, now.Today, slot.Rendered?.Feed?.Written);
            return new Rendered(now.Edition, written is null ? null : new RenderedFeed(written, LastModified(now.Almanac, now.Today, variant.Notice), now.Edition.RecordVersion), null);
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
            now = new Now(almanac, today, new FeedEdition(almanac.PublicRecordVersion, almanac.LastChange, today.Year, almanac.FirstRecentChange(today, clock.Zone)));
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

        if (notice is not null)
        {
            // Some time on its first day: until that is over no date says it all.
            last = Instant.Max(last, notice.From.PlusDays(1).AtStartOfDayInZone(clock.Zone).ToInstant());
        }

        // Whole seconds, as the header has them, and not before the change itself.
        return Instant.FromUnixTimeSeconds((last + Duration.FromSeconds(1) - Duration.Epsilon).ToUnixTimeSeconds());
    }

    private void Trim()
    {
        var held = _slots.Sum(slot => slot.Value.Size);
        if (held <= Capacity)
        {
            return;
        }

        foreach (var (name, slot) in _slots.OrderBy(slot => slot.Value.LastUse).ToList())
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

    private sealed class Slot
    {
        // An address that does not fit the budget is remembered too.
        private const long _empty = 1024;

        private Rendered? _rendered;

        public Rendered? Rendered
        {
            get => Volatile.Read(ref _rendered);
            set => Volatile.Write(ref _rendered, value);
        }

        /// <summary>The rendering under way.</summary>
        public Task<Rendered>? Rendering { get; set; }

        public long LastUse { get; set; }

        public long Size => Rendered?.Feed?.Size ?? _empty;
    }
}
