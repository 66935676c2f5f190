using System.IO.Compression;
using Calendar.Server.Http;
using Microsoft.Net.Http.Headers;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>
/// What a rendered feed depends on besides its variant: the record, the window and which changes and cancelled celebrations are recent enough
/// to show cancellations. A ticked task or a midnight without an expiry changes none of it.
/// </summary>
/// <param name="Log">How often the log has turned out to be another one; versions of two logs do not compare.</param>
/// <param name="LastChange">Tells two logs apart that have come equally far.</param>
internal sealed record FeedEdition(int Log, long RecordVersion, Instant LastChange, int Year, int FirstRecentChange, int ExpiredCelebrations)
{
    public bool IsAsNewAs(FeedEdition other) => this == other || (Log == other.Log && RecordVersion > other.RecordVersion);
}

/// <summary>A rendered feed with its compressed forms, which are made on first demand.</summary>
/// <param name="recordVersion">The public number of the last event that it shows.</param>
internal sealed class RenderedFeed(WrittenFeed written, Instant lastModified, long recordVersion)
{
    // What a feed holds besides octets, and each of its entries.
    private const int _overhead = 1024;
    private const int _piece = 80;

    private readonly string _tag = $"\"{ETags.Hash(written.Octets)}\"";
    private readonly Lazy<byte[]> _gzip = new(() => Compress(written.Octets, stream => new GZipStream(stream, new ZLibCompressionOptions { CompressionLevel = 6 })));
    private readonly Lazy<byte[]> _brotli = new(() => Compress(written.Octets, stream => new BrotliStream(stream, new BrotliCompressionOptions { Quality = 6 })));

    /// <summary>What a browser calls it that keeps it.</summary>
    public string Disposition { get; init; } = "inline; filename=\"anniversaries.ics\"";

    public DateTimeOffset LastModified { get; } = lastModified.ToDateTimeOffset();

    public string LastModifiedText { get; } = HeaderUtilities.FormatDate(lastModified.ToDateTimeOffset());

    public WrittenFeed Written => written;

    public long RecordVersion { get; } = recordVersion;

    // Entries may be shared with other feeds; they are counted as if they were not.
    private readonly long _held = written.Octets.Length + written.Pieces.Sum(piece => (long)piece.Octets.Length(Language.Vi) + piece.Octets.Length(Language.En) + _piece);

    /// <summary>Octets of memory, those of the compressed forms included that were asked for.</summary>
    public long Size => _held + (_gzip.IsValueCreated ? _gzip.Value.Length : 0) + (_brotli.IsValueCreated ? _brotli.Value.Length : 0) + _overhead;

    /// <param name="coding">gzip, br or null for none.</param>
    public (byte[] Body, string Tag) In(string? coding) => coding switch
    {
        "gzip" => (_gzip.Value, _tag.Insert(_tag.Length - 1, "-gzip")),
        "br" => (_brotli.Value, _tag.Insert(_tag.Length - 1, "-br")),
        _ => (written.Octets, _tag),
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
