namespace Calendar.Almanacs;

/// <summary>
/// A list that is written by one fold and read by any number of snapshots. A snapshot costs one small array; after it, a write
/// copies the one chunk it falls into. Before the first snapshot writes are in place.
/// </summary>
internal sealed class Chunked<T>
{
    private const int _bits = 9;
    private const int _size = 1 << _bits;

    private T[][] _chunks = [];
    private bool[] _own = [];
    private int _count;

    public int Count => _count;

    public T this[int index]
    {
        get => _chunks[index >> _bits][index & (_size - 1)];
        set => Own(index >> _bits)[index & (_size - 1)] = value;
    }

    public int Add(T item)
    {
        var chunk = _count >> _bits;
        if (chunk == _chunks.Length)
        {
            Array.Resize(ref _chunks, Math.Max(4, chunk * 2));
            Array.Resize(ref _own, _chunks.Length);
        }

        if (_chunks[chunk] is null)
        {
            _chunks[chunk] = new T[_size];
            _own[chunk] = true;
        }

        // Snapshots look no further than their own count: what is added needs no copy.
        _chunks[chunk][_count & (_size - 1)] = item;
        return _count++;
    }

    public Frozen<T> Snapshot()
    {
        Array.Clear(_own);
        return new Frozen<T>([.. _chunks.AsSpan(0, (_count + _size - 1) >> _bits)], _count);
    }

    private T[] Own(int chunk)
    {
        if (!_own[chunk])
        {
            _chunks[chunk] = [.. _chunks[chunk]];
            _own[chunk] = true;
        }

        return _chunks[chunk];
    }
}

/// <summary>What a <see cref="Chunked{T}"/> held when it was taken.</summary>
internal readonly struct Frozen<T>(T[][] chunks, int count)
{
    private const int _bits = 9;

    public int Count => count;

    public T this[int index] => chunks[index >> _bits][index & ((1 << _bits) - 1)];
}

/// <summary>
/// A list that only grows, as a value: older values share the array and see only their own first items. One line of growth only;
/// two values grown from the same one would overwrite each other.
/// </summary>
internal readonly struct Growing<T>
{
    private readonly T[]? _items;

    private Growing(T[] items, int count) => (_items, Count) = (items, count);

    public int Count { get; }

    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public ReadOnlyMemory<T> Memory => _items.AsMemory(0, Count);

    public Growing<T> Add(T item)
    {
        var items = _items ?? new T[4];
        if (Count == items.Length)
        {
            Array.Resize(ref items, Count * 2);
        }

        items[Count] = item;
        return new Growing<T>(items, Count + 1);
    }
}
