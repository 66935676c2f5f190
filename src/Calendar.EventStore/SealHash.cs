using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Calendar.EventStore;

/// <summary>
/// Hashes rows into seals. A row's hash is the SHA-256 of position, id, version and microseconds (big-endian), then stream, type, type
/// of .NET, data, headers, correlation and causation as UTF-8, each after its length in 4 octets (-1 for null). A seal's is that of: the hash of the seal
/// before it (32 zeros for the first), the positions of both, the number of rows, and the SHA-256 of the rows' hashes one after another.
/// </summary>
/// <param name="last">The seal that the next one follows; null for the first.</param>
internal sealed class SealHash(Seal? last) : IDisposable
{
    public const int MarkBytes = 4;

    private readonly IncrementalHash rows = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> row = new(4096);
    private readonly ArrayBufferWriter<byte> marks = new(Seals.Full * MarkBytes);
    private long position;

    /// <summary>How many rows the next seal covers so far.</summary>
    public int Events => marks.WrittenCount / MarkBytes;

    /// <summary>The seal that the next one follows.</summary>
    public Seal? Last { get; private set; } = last;

    /// <summary>Adds a row.</summary>
    /// <returns>Its mark.</returns>
    public ReadOnlySpan<byte> Add(LogRow next)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        row.ResetWrittenCount();
        Write(next);
        SHA256.HashData(row.WrittenSpan, hash);
        rows.AppendData(hash);
        marks.Write(hash[..MarkBytes]);
        position = next.Event.Position;
        return marks.WrittenSpan[^MarkBytes..];
    }

    /// <summary>The seal of the rows added since the last one.</summary>
    public Seal Close()
    {
        var previous = Last?.UpTo ?? 0;
        Span<byte> chained = stackalloc byte[(2 * SHA256.HashSizeInBytes) + 24];
        chained.Clear();
        Last?.Sha256.Span.CopyTo(chained);
        BinaryPrimitives.WriteInt64BigEndian(chained[32..], previous);
        BinaryPrimitives.WriteInt64BigEndian(chained[40..], position);
        BinaryPrimitives.WriteInt64BigEndian(chained[48..], Events);
        rows.GetHashAndReset(chained[56..]);
        Last = new Seal(position, previous, Events, SHA256.HashData(chained), marks.WrittenSpan.ToArray());
        marks.ResetWrittenCount();
        return Last;
    }

    public void Dispose() => rows.Dispose();

    private void Write(LogRow next)
    {
        var e = next.Event;
        Write(e.Position);
        e.Id.TryWriteBytes(row.GetSpan(16), bigEndian: true, out var written);
        row.Advance(written);
        Write(e.Version);
        Write(next.Microseconds);
        Write(e.StreamId);
        Write(e.Type);
        Write(next.DotNetType);
        WriteText(e.Data.Span);
        if (next.Headers is { } headers)
            WriteText(headers.Span);
        else
            WriteLength(-1);
        Write(e.Envelope.CorrelationId);
        Write(e.Envelope.CausationId);
    }

    private void Write(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(row.GetSpan(8), number);
        row.Advance(8);
    }

    private void Write(string? text)
    {
        if (text is null)
        {
            WriteLength(-1);
            return;
        }

        WriteLength(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, row);
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        WriteLength(text.Length);
        row.Write(text);
    }

    private void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(row.GetSpan(4), length);
        row.Advance(4);
    }
}
