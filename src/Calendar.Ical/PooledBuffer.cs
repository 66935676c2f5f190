using System.Buffers;

namespace Calendar.Ical;

/// <summary>A growing buffer that gives its memory back: a feed leaves no garbage but the feed.</summary>
internal sealed class PooledBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[] octets = ArrayPool<byte>.Shared.Rent(capacity);
    private int written;

    public ReadOnlySpan<byte> Written => octets.AsSpan(0, written);

    public void Advance(int count) => written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(written);

    public Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(written);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(octets);
        octets = [];
        written = 0;
    }

    private byte[] Room(int sizeHint)
    {
        if (octets.Length - written < Math.Max(sizeHint, 1))
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(written + Math.Max(sizeHint, written)));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(octets);
            octets = larger;
        }

        return octets;
    }
}
