using System.Collections.Concurrent;
using System.IO.Compression;
using Calendar.Almanacs;
using Calendar.Feeds;
using Calendar.Server.Http;
using Microsoft.Net.Http.Headers;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>
/// What a rendered feed depends on besides its variant: the record, the window and which changes are recent enough to show
/// cancellations. A ticked task or a midnight without an expiry changes none of it.
/// </summary>
/// <param name="LastChange">Tells two logs apart that have come equally far: after a restore the tail may follow another one.</param>
internal sealed record FeedEdition(long RecordVersion, Instant LastChange, int Year, int FirstRecentChange);

/// <summary>A rendered feed with its compressed forms, which are made on first demand.</summary>
internal sealed class RenderedFeed(byte[] body, Instant lastModified)
{
    private readonly string _tag = $"\"{ETags.Hash(body)}\"";
    private readonly Lazy<byte[]> _gzip = new(() => Compress(body, stream => new GZipStream(stream, new ZLibCompressionOptions { CompressionLevel = 6 })));
    private readonly Lazy<byte[]> _brotli = new(() => Compress(body, stream => new BrotliStream(stream, new BrotliCompressionOptions { Quality = 6 })));

    public DateTimeOffset LastModified { get; } = lastModified.ToDateTimeOffset();

    public string LastModifiedText { get; } = HeaderUtilities.FormatDate(lastModified.ToDateTimeOffset());

    /// <param name="coding">gzip, br or null for none.</param>
    public (byte[] Body, string Tag) In(string? coding) => coding switch
    {
        "gzip" => (_gzip.Value, _tag.Insert(_tag.Length - 1, "-gzip")),
        "br" => (_brotli.Value, _tag.Insert(_tag.Length - 1, "-br")),
        _ => (body, _tag),
    };

    private static byte[] Compress(byte[] body, Func<Stream, Stream> coder)
    {
        using var buffer = new MemoryStream();
        using (var stream = coder(buffer))
        {
            stream.Write(body);
        }

        return buffer.ToArray();
    }
}

/// <summary>Rendered feeds by variant: each edition is rendered once, however many ask; the least used go first.</summary>
internal sealed class FeedCache(AlmanacFollower follower, CivilClock clock, Settings settings, ILogger<FeedCache> logger) : IDisposable
{
    // Feeds are some hundred kilobytes each, addresses only text.
    private const int _capacity = 256;
    private const int _addresses = 4096;
    private const int _longestQuery = 256;

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    // Subscribers ask by the same few addresses: each is read once. A party that is known stays known.
    private readonly ConcurrentDictionary<string, (FeedVariant Variant, string Name)> _asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _renders = new(Environment.ProcessorCount);
    private Now? _now;
    private long _uses;

    /// <returns>Null if the variant does not fit the budget however few years it covers.</returns>
    /// <exception cref="RefusedRequestException">The address cannot be read.</exception>
    public RenderedFeed? Get(HttpRequest request)
    {
        var now = At(follower.Current, clock.Today);
        var query = request.QueryString.Value ?? "";
        if (!_asked.TryGetValue(query, out var asked))
        {
            var variant = FeedVariant.Read(request, now.Almanac);
            asked = (variant, variant.Canonical());
            if (query.Length <= _longestQuery && _asked.Count < _addresses)
            {
                _asked.TryAdd(query, asked);
            }
        }

        var slot = _slots.GetOrAdd(asked.Name, static _ => new Slot());
        slot.LastUse = Interlocked.Increment(ref _uses);
        return slot.Rendered is { } rendered && rendered.Edition == now.Edition ? rendered.Feed : Get(asked.Variant, slot, now);
    }

    public void Dispose() => _renders.Dispose();

    private RenderedFeed? Get(FeedVariant variant, Slot slot, Now now)
    {
        if (_slots.Count > _capacity)
        {
            Evict();
        }

        // One caller renders, the others wait for it; meanwhile the record may have gone on.
        lock (slot)
        {
            now = At(follower.Current, clock.Today);
            if (slot.Rendered is not { } rendered || rendered.Edition != now.Edition)
            {
                _renders.Wait();
                try
                {
                    slot.Rendered = new Rendered(now.Edition, Render(now.Almanac, variant, now.Today));
                }
                catch (Exception e) when (slot.Rendered?.Feed is not null)
                {
                    logger.RenderFailed(e);
                }
                finally
                {
                    _renders.Release();
                }
            }

            return slot.Rendered?.Feed;
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

    private RenderedFeed? Render(Almanac almanac, FeedVariant variant, LocalDate today)
    {
        var body = FeedWriter.Write(almanac, variant, today, clock.Zone, settings.PublicUrl);
        return body is null ? null : new RenderedFeed(body, LastModified(almanac, today));
    }

    // The later of the newest change and the last midnight at which the set changed: New Year, or a cancellation's expiry.
    private Instant LastModified(Almanac almanac, LocalDate today)
    {
        var newYear = new LocalDate(today.Year, 1, 1).AtStartOfDayInZone(clock.Zone).ToInstant();
        var last = Instant.Max(Instant.Max(newYear, FeedFormat.Released), almanac.LastChange);
        if (almanac.FirstRecentChange(today, clock.Zone) is > 0 and var expired)
        {
            var expiry = FeedEntries.Expiry(almanac.Journal.Span[expired - 1], clock.Zone);
            last = Instant.Max(last, expiry.AtStartOfDayInZone(clock.Zone).ToInstant());
        }

        // Whole seconds, as the header has them, and not before the change itself.
        return Instant.FromUnixTimeSeconds((last + Duration.FromSeconds(1) - Duration.Epsilon).ToUnixTimeSeconds());
    }

    private void Evict()
    {
        foreach (var (name, _) in _slots.OrderBy(slot => slot.Value.LastUse).Take(_slots.Count - (_capacity * 3 / 4)).ToList())
        {
            _slots.TryRemove(name, out _);
        }

        _asked.Clear();
    }

    private sealed record Now(Almanac Almanac, LocalDate Today, FeedEdition Edition);

    private sealed record Rendered(FeedEdition Edition, RenderedFeed? Feed);

    private sealed class Slot
    {
        private Rendered? _rendered;

        public Rendered? Rendered
        {
            get => Volatile.Read(ref _rendered);
            set => Volatile.Write(ref _rendered, value);
        }

        public long LastUse { get; set; }
    }
}
