namespace Calendar.Benchmarks;

/// <summary>One measured figure, and how it compares with what was measured beside it in the same run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The median of the runs.</param>
/// <param name="Unit">Of <paramref name="Value"/>.</param>
/// <param name="Ratio">The median of the runs' ratios to <paramref name="Against"/>.</param>
/// <param name="Against">The other figure's name.</param>
/// <param name="Target">What the design wants, if it says.</param>
public sealed record Measure(string Name, double Value, string Unit, double? Ratio = null, string? Against = null, Target? Target = null)
{
    /// <summary>Whether the target is reached; null without one.</summary>
    public bool? Met => Target?.IsMet(this);
}

/// <summary>A bound on a figure or on its ratio.</summary>
public sealed record Target(double Bound, bool AtLeast, bool OfRatio)
{
    public static Target RatioAtLeast(double bound) => new(bound, AtLeast: true, OfRatio: true);

    public static Target RatioAtMost(double bound) => new(bound, AtLeast: false, OfRatio: true);

    public static Target FigureAtLeast(double bound) => new(bound, AtLeast: true, OfRatio: false);

    public static Target AtMost(double bound) => new(bound, AtLeast: false, OfRatio: false);

    public bool IsMet(Measure measure)
    {
        var figure = OfRatio ? measure.Ratio ?? double.NaN : measure.Value;
        return AtLeast ? figure >= Bound : figure <= Bound;
    }
}

/// <summary>What many times come to.</summary>
internal static class Statistics
{
    public static double Median(this IEnumerable<double> values) => values.Quantile(0.5);

    public static double Quantile(this IEnumerable<double> values, double q)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * q))];
    }

    /// <summary>The median of the runs' ratios: a slow moment of the machine hits both of a run.</summary>
    public static double MedianRatio(this IEnumerable<double> own, IEnumerable<double> other) => own.Zip(other, (x, y) => x / y).Median();
}
