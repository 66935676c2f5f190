namespace Calendar.Benchmarks;

public sealed record Measure(string Name, double Value, string Unit, double? Ratio, string? Against, double? Target);
