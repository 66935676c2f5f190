using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Calendar.Almanacs;
using Calendar.Facts;

namespace Calendar.Anniversaries;

/// <summary>What a query needs to know of a fact, in one number: kind, whether it ends, year, month, day; 0 for a fact nobody commemorates.</summary>
internal static class Commemoration
{
    private const int _end = 1 << 23;

    public static int Of(Fact fact) => !fact.IsCommemorated
        ? 0
        : ((int)fact.Kind << 24) | (fact.Ended is null ? 0 : _end) | (fact.Day is { } day ? (day.Month << 5) | day.Day : fact.On.Packed);

    public static FactKind Kind(int commemoration) => (FactKind)(commemoration >> 24);

    /// <summary>Whether people stopped marking it some day: only then it matters to a year when.</summary>
    public static bool HasEnd(int commemoration) => (commemoration & _end) != 0;

    /// <summary>The fact's date; of a national day month and day, in the year 0.</summary>
    public static PartialDate Date(int commemoration) => PartialDate.OfPacked(commemoration & (_end - 1));
}

/// <summary>
/// Where the commemorations fall: by the place of their date in a year, sorted by FactId, so that a page ends where it is full; and
/// by fact, for filters that leave few of them. Never changes.
/// </summary>
internal sealed class AnniversaryIndex
{
    // Places: 12 × 31 days, 12 months (precision month), 1 year (precision year), then 12 × 31 national days.
    private const int _months = 12 * 31;
    private const int _year = _months + 12;
    private const int _nationalDays = _year + 1;
    private const int _sets = 64;

    private readonly Entry[][] _places;
    private readonly Frozen<int> _commemorations;
    private readonly ConcurrentDictionary<string, FactSet> _known = new(StringComparer.Ordinal);

    private AnniversaryIndex(Entry[][] places, Frozen<int> commemorations) => (_places, _commemorations) = (places, commemorations);

    public static AnniversaryIndex Empty { get; } = new([.. Enumerable.Repeat(Array.Empty<Entry>(), _nationalDays + _months)], new Frozen<int>([], 0));

    /// <summary>How many facts there were when it was made; later ones are in no place.</summary>
    public int FactCount => _commemorations.Count;

    /// <summary>See <see cref="Commemoration"/>.</summary>
    public int CommemorationOf(int fact) => _commemorations[fact];

    public ReadOnlySpan<Entry> At(PartialDate date) => _places[Place(date)];

    public ReadOnlySpan<Entry> NationalDaysAt(PartialDate date) => _places[_nationalDays + Place(date)];

    /// <summary>A set of facts by a filter's text, kept while there are few of them.</summary>
    public FactSet Set(string filter, Func<FactSet> make)
    {
        if (_known.Count >= _sets)
        {
            _known.Clear();
        }

        return _known.GetOrAdd(filter, static (_, make) => make(), make);
    }

    /// <summary>The index after facts have come, gone or moved.</summary>
    /// <param name="moved">Facts that this index holds, as it holds them.</param>
    public AnniversaryIndex With(IReadOnlyDictionary<int, Fact> moved, Frozen<Fact> facts, Frozen<int> commemorations)
    {
        var changes = new Dictionary<int, List<(FactId Fact, bool Comes, Entry Entry)>>();
        foreach (var (number, old) in moved)
        {
            Add(number, Commemoration.Of(old), comes: false);
            Add(number, commemorations[number], comes: true);
        }

        for (var number = FactCount; number < facts.Count; number++)
        {
            Add(number, commemorations[number], comes: true);
        }

        Entry[][] places = [.. _places];
        foreach (var (place, list) in changes)
        {
            places[place] = Merge(places[place], list, facts);
        }

        return new AnniversaryIndex(places, commemorations);

        void Add(int number, int commemoration, bool comes)
        {
            if (commemoration == 0)
            {
                return;
            }

            var (kind, date) = (Commemoration.Kind(commemoration), Commemoration.Date(commemoration));
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(changes, Place(date) + (kind == FactKind.NationalDay ? _nationalDays : 0), out _);
            (list ??= []).Add((facts[number].Id, comes, new Entry(number, date.Year, kind, Commemoration.HasEnd(commemoration))));
        }
    }

    private static int Place(PartialDate date) => date.Precision switch
    {
        Precision.Day => ((date.Month - 1) * 31) + date.Day - 1,
        Precision.Month => _months + date.Month - 1,
        _ => _year,
    };

    private static Entry[] Merge(Entry[] held, List<(FactId Fact, bool Comes, Entry Entry)> changes, Frozen<Fact> facts)
    {
        // What goes before what comes: a fact may do both in one place.
        changes.Sort(static (x, y) => x.Fact.CompareTo(y.Fact) is var order and not 0 ? order : x.Comes.CompareTo(y.Comes));
        var merged = new List<Entry>(held.Length + changes.Count);
        var done = 0;
        foreach (var (fact, comes, entry) in changes)
        {
            var at = done + FirstFrom(held.AsSpan(done), fact, number => facts[number].Id);
            merged.AddRange(held.AsSpan(done, at - done));
            done = at;
            if (comes)
            {
                merged.Add(entry);
            }
            else
            {
                done++;
            }
        }

        merged.AddRange(held.AsSpan(done));
        return [.. merged];
    }

    /// <summary>The place of the first entry whose fact does not come before <paramref name="fact"/>.</summary>
    public static int FirstFrom(ReadOnlySpan<Entry> entries, FactId fact, Func<int, FactId> idOf)
    {
        var (from, to) = (0, entries.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = idOf(entries[middle].Number) < fact ? (middle + 1, to) : (from, middle);
        }

        return from;
    }

    /// <summary>A commemoration at its place.</summary>
    public readonly struct Entry(int number, int year, FactKind kind, bool hasEnd)
    {
        private readonly short _year = (short)year;

        /// <summary>The fact's number.</summary>
        public int Number { get; } = number;

        public FactKind Kind { get; } = kind;

        /// <summary>See <see cref="Commemoration.HasEnd"/>.</summary>
        public bool HasEnd { get; } = hasEnd;

        /// <summary>Of origin; 0 for a national day.</summary>
        public int Year => _year;
    }
}

/// <summary>A set of fact numbers, one bit each.</summary>
internal sealed class FactSet
{
    private readonly ulong[] _bits;

    private FactSet(ulong[] bits)
    {
        _bits = bits;
        foreach (var word in bits)
        {
            Count += System.Numerics.BitOperations.PopCount(word);
        }
    }

    public int Count { get; }

    public static FactSet Of(int facts, IEnumerable<ReadOnlyMemory<int>> lists)
    {
        var bits = new ulong[(facts + 63) >> 6];
        foreach (var list in lists)
        {
            foreach (var number in list.Span)
            {
                if (number < facts)
                {
                    bits[number >> 6] |= 1UL << number;
                }
            }
        }

        return new FactSet(bits);
    }

    public FactSet And(FactSet other) => With(other, static (one, another) => one & another);

    public FactSet Or(FactSet other) => With(other, static (one, another) => one | another);

    public FactSet Except(FactSet other) => With(other, static (one, another) => one & ~another);

    public bool Has(int number) => (_bits[number >> 6] & (1UL << number)) != 0;

    /// <summary>64 numbers each, the lowest bit first.</summary>
    public ReadOnlySpan<ulong> Words => _bits;

    private FactSet With(FactSet other, Func<ulong, ulong, ulong> join)
    {
        var bits = new ulong[_bits.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = join(_bits[i], other._bits[i]);
        }

        return new FactSet(bits);
    }
}
