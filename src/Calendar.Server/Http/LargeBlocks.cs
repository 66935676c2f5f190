using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Calendar.Server.Http;

/// <summary>
/// Kestrel's buffers in blocks of 64 kB instead of 4 kB: a feed of half a megabyte goes out in a few pieces and not in a hundred.
/// An idle connection holds none, and what lies ready for use again is bounded.
/// </summary>
internal sealed class LargeBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int _blockSize = 1 << 16;
    private const int _mostFree = 512;

    // Last in, first out: what was used just now is still in the processor's caches.
    private readonly Stack<Block> _free = new();
    private readonly Lock _turn = new();

    public override int MaxBufferSize => _blockSize;

    /// <summary>One pool for all who ask.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, _blockSize);
        lock (_turn)
        {
            return _free.TryPop(out var block) ? block : new Block(this);
        }
    }

    // Whoever asked for a pool disposes of it; the others go on using it.
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(LargeBlocks pool) : IMemoryOwner<byte>
    {
        // Pinned: sockets read and write here, and the collector need not move it.
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(_blockSize, pinned: true);

        public void Dispose()
        {
            lock (pool._turn)
            {
                if (pool._free.Count < _mostFree)
                {
                    pool._free.Push(this);
                }
            }
        }
    }
}
