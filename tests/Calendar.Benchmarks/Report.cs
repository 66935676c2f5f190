using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Calendar.Benchmarks;

/// <summary>All that a run has measured.</summary>
/// <param name="Load">What made the HTTP load.</param>
internal sealed record Report(DateTimeOffset At, int Processors, string Load, bool Quick, List<Measure> Measures)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>One line a figure: figure, unit, ratio, against, target, met or not.</summary>
    public string Table()
    {
        var rows = Measures.Select(m => (string[])
        [
            m.Name,
            Number(m.Value),
            m.Unit,
            m.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) + " ×" : "",
            m.Against ?? "",
            m.Target is { } target ? $"{(target.AtLeast ? "≥" : "≤")} {Number(target.Bound)}{(target.OfRatio ? " ×" : "")}" : "",
            m.Met switch { true => "met", false => "MISSED", null => "" },
        ]).Prepend(["what", "figure", "unit", "ratio", "against", "target", ""]).ToList();
        var widths = Enumerable.Range(0, 7).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var table = new StringBuilder();
        foreach (var row in rows)
        {
            table.AppendLine(string.Join("  ", row.Select((cell, i) => i is 1 or 3 ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
        }

        return table.ToString();
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture);
}
