using System.Collections.Concurrent;
using System.IO.Compression;
using Calendar.Almanacs;
using Calendar.Feeds;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>
/// What a rendered feed depends on besides its variant: the record, the window and which changes are recent enough to show
/// cancellations. A ticked task or a midnight without an expiry changes none of it.
/// </summary>
internal sealed record FeedEdition(long RecordVersion, int Year, int FirstRecentChange);

/// <summary>A rendered feed with its compressed forms, which are made on first demand.</summary>
internal sealed class RenderedFeed(byte[] body, Instant lastModified)
{
    private readonly string _hash = ETags.Hash(body);
    private readonly Lazy<byte[]> _gzip = new(() => Compress(body, stream => new GZipStream(stream, new ZLibCompressionOptions { CompressionLevel = 6 })));
    private readonly Lazy<byte[]> _brotli = new(() => Compress(body, stream => new BrotliStream(stream, new BrotliCompressionOptions { Quality = 6 })));

    public DateTimeOffset LastModified { get; } = lastModified.ToDateTimeOffset();

    /// <param name="coding">gzip, br or null for none.</param>
    public (byte[] Body, string Tag) In(string? coding) => coding switch
    {
        "gzip" => (_gzip.Value, $"\"{_hash}-gzip\""),
        "br" => (_brotli.Value, $"\"{_hash}-br\""),
        _ => (body, $"\"{_hash}\""),
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
internal sealed class FeedCache(AlmanacFollower follower, CivilClock clock, Settings settings, ILogger<FeedCache> logger)
{
    private const int _capacity = 512;

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private long _uses;

    /// <returns>Null if the variant does not fit the budget however few years it covers.</returns>
    public RenderedFeed? Get(FeedVariant variant)
    {
        var almanac = follower.Current;
        var today = clock.Today;
        var edition = new FeedEdition(almanac.PublicRecordVersion, today.Year, almanac.FirstRecentChange(today, clock.Zone));
        var name = variant.Canonical();
        var slot = _slots.GetOrAdd(name, static _ => new Slot());
        slot.LastUse = Interlocked.Increment(ref _uses);
        if (_slots.Count > _capacity)
        {
            Evict();
        }

        // One caller renders, the others wait for it.
        lock (slot)
        {
            if (slot.Edition != edition)
            {
                try
                {
                    slot.Feed = Render(almanac, variant, today);
                    slot.Edition = edition;
                }
                catch (Exception e) when (slot.Feed is not null)
                {
                    logger.RenderFailed(e);
                }
            }

            return slot.Feed;
        }
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

        // Whole seconds, as the header has them.
        return Instant.FromUnixTimeSeconds(last.ToUnixTimeSeconds());
    }

    private void Evict()
    {
        foreach (var (name, _) in _slots.OrderBy(slot => slot.Value.LastUse).Take(_slots.Count - (_capacity * 3 / 4)).ToList())
        {
            _slots.TryRemove(name, out _);
        }
    }

    private sealed class Slot
    {
        public FeedEdition? Edition { get; set; }

        public RenderedFeed? Feed { get; set; }

        public long LastUse { get; set; }
    }
}
