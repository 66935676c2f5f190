using System.Collections.Concurrent;
using Calendar.Almanacs;
using Calendar.Facts;

namespace Calendar.Anniversaries;

/// <summary>
/// Where the commemorations fall: by the place of their date in a year and the last digit of their year of origin. Of a day's
/// facts a query of round years then touches the tenth that has one. Holds fact numbers, sorted by FactId. Never changes.
/// </summary>
internal sealed class AnniversaryIndex
{
    // Places: 12 × 31 days, 12 months (precision month), 1 year (precision year).
    public const int YearPlace = (12 * 31) + 12;
    private const int _places = YearPlace + 1;

    private readonly int[][] _buckets;
    private readonly int[][] _nationalDays;
    private readonly ConcurrentDictionary<string, FactSet> _sets = new(StringComparer.Ordinal);

    private AnniversaryIndex(int[][] buckets, int[][] nationalDays, int factCount) =>
        (_buckets, _nationalDays, FactCount) = (buckets, nationalDays, factCount);

    public static AnniversaryIndex Empty { get; } = new(Fill(_places * 10), Fill(12 * 31), 0);

    /// <summary>How many facts there were when it was made; later ones are in no bucket.</summary>
    public int FactCount { get; }

    public static int Place(PartialDate date) => date.Precision switch
    {
        Precision.Day => ((date.Month - 1) * 31) + date.Day - 1,
        Precision.Month => (12 * 31) + date.Month - 1,
        _ => YearPlace,
    };

    public ReadOnlySpan<int> At(int place, int digit) => _buckets[(place * 10) + digit];

    public ReadOnlySpan<int> NationalDaysAt(int place) => _nationalDays[place];

    /// <summary>A set of facts by a filter's text, made once and kept as long as this index.</summary>
    public FactSet Set(string filter, Func<FactSet> make) => _sets.GetOrAdd(filter, static (_, make) => make(), make);

    /// <summary>The index after facts have come, gone or moved.</summary>
    /// <param name="changed">The facts' numbers, each with the fact as this index holds it; null for a new one.</param>
    public AnniversaryIndex With(IReadOnlyDictionary<int, Fact?> changed, Frozen<Fact> facts)
    {
        var buckets = new Dictionary<int, List<(int Number, bool Adds)>>();
        foreach (var (number, old) in changed)
        {
            if (old is { IsCommemorated: true })
            {
                In(Bucket(old)).Add((number, false));
            }

            if (facts[number] is { IsCommemorated: true } fact)
            {
                In(Bucket(fact)).Add((number, true));
            }
        }

        int[][] years = [.. _buckets], nationalDays = [.. _nationalDays];
        foreach (var (bucket, list) in buckets)
        {
            ref var held = ref (bucket < 0 ? ref nationalDays[~bucket] : ref years[bucket]);
            held = Changed(held, list, facts);
        }

        return new AnniversaryIndex(years, nationalDays, facts.Count);

        List<(int Number, bool Adds)> In(int bucket) =>
            buckets.TryGetValue(bucket, out var list) ? list : buckets[bucket] = [];
    }

    // National days have no year of origin; their buckets are the complements of their places.
    private static int Bucket(Fact fact) => fact.Day is { } day
        ? ~(((day.Month - 1) * 31) + day.Day - 1)
        : (Place(fact.On) * 10) + (fact.On.Year % 10);

    private static int[] Changed(int[] held, List<(int Number, bool Adds)> changes, Frozen<Fact> facts)
    {
        var set = new HashSet<int>(held);
        foreach (var (number, adds) in changes)
        {
            _ = adds ? set.Add(number) : set.Remove(number);
        }

        int[] numbers = [.. set];
        Array.Sort([.. numbers.Select(number => facts[number].Id)], numbers);
        return numbers;
    }

    private static int[][] Fill(int count)
    {
        var buckets = new int[count][];
        Array.Fill(buckets, []);
        return buckets;
    }
}

/// <summary>A set of fact numbers, one bit each.</summary>
internal sealed class FactSet
{
    private readonly ulong[] _bits;

    private FactSet(ulong[] bits, int count) => (_bits, Count) = (bits, count);

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

        return new FactSet(bits, CountOf(bits));
    }

    public FactSet And(FactSet other)
    {
        var bits = new ulong[_bits.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = _bits[i] & other._bits[i];
        }

        return new FactSet(bits, CountOf(bits));
    }

    public bool Has(int number) => (_bits[number >> 6] & (1UL << number)) != 0;

    public IEnumerable<int> Numbers()
    {
        for (var word = 0; word < _bits.Length; word++)
        {
            for (var rest = _bits[word]; rest != 0; rest &= rest - 1)
            {
                yield return (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(rest);
            }
        }
    }

    private static int CountOf(ulong[] bits)
    {
        var count = 0;
        foreach (var word in bits)
        {
            count += System.Numerics.BitOperations.PopCount(word);
        }

        return count;
    }
}
