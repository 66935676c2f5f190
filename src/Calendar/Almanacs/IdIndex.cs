namespace Calendar.Almanacs;

/// <summary>
/// From an id to its number in a list that only grows: open addressing over numbers alone, 8 bytes an id. The one writer adds
/// while snapshots read; a snapshot ignores numbers beyond its own list, so it needs no copy.
/// </summary>
internal sealed class IdIndex<TId>
    where TId : notnull
{
    // number + 1; 0 = free. Replaced as a whole when it grows.
    private int[] _slots = new int[64];
    private int _count;

    public void Add(TId id, int number, Func<int, TId> idOf)
    {
        if (++_count * 2 > _slots.Length)
        {
            var larger = new int[_slots.Length * 2];
            foreach (var slot in _slots)
            {
                if (slot != 0)
                {
                    Put(larger, idOf(slot - 1), slot);
                }
            }

            Volatile.Write(ref _slots, larger);
        }

        Put(_slots, id, number + 1);
    }

    /// <returns>The number, or -1.</returns>
    public int Find(TId id, int count, Func<int, TId> idOf)
    {
        var slots = Volatile.Read(ref _slots);
        var mask = slots.Length - 1;
        for (var i = Spread(id) & mask; ; i = (i + 1) & mask)
        {
            var slot = Volatile.Read(ref slots[i]);
            if (slot == 0)
            {
                return -1;
            }

            if (slot <= count && EqualityComparer<TId>.Default.Equals(idOf(slot - 1), id))
            {
                return slot - 1;
            }
        }
    }

    private static void Put(int[] slots, TId id, int value)
    {
        var mask = slots.Length - 1;
        var i = Spread(id) & mask;
        while (slots[i] != 0)
        {
            i = (i + 1) & mask;
        }

        Volatile.Write(ref slots[i], value);
    }

    private static int Spread(TId id) => (int)((uint)id.GetHashCode() * 0x9E3779B1u >> 1);
}
