namespace Calendar.Benchmarks;

/// <summary>One measured figure, and how it compares with what was measured beside it in the same run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The median of the runs.</param>
/// <param name="Unit">Of <paramref name="Value"/>.</param>
/// <param name="Ratio">The median of the runs' ratios to <paramref name="Against"/>.</param>
/// <param name="Against">The other figure's name.</param>
/// <param name="Target">The ratio wanted by the design, if it names one.</param>
public sealed record Measure(string Name, double Value, string Unit, double? Ratio, string? Against, double? Target);
