using System.Collections;

namespace Calendar.Server.Imports;

/// <summary>What became of one line that was not simply recorded.</summary>
internal sealed record LineReport(string File, int Line, string? Key, Rejection Why);

/// <summary>How an import ended.</summary>
/// <param name="Recorded">Lines that led to events.</param>
/// <param name="Already">Lines that were already so.</param>
internal sealed record ImportReport(int Recorded, int Already, LineReports LeftOut, LineReports Warned, LineReports Refused);

/// <summary>The first reports of a kind, and how many lines there are in all: a file may hold a million bad ones.</summary>
internal sealed class LineReports : IReadOnlyList<LineReport>
{
    public const int Most = 1_000;

    private readonly List<LineReport> _first = [];
    private (string File, int Line) _last;

    /// <summary>How many reports are kept.</summary>
    public int Count => _first.Count;

    /// <summary>How many lines there are, kept or not; one line may have several reports.</summary>
    public int Lines { get; private set; }

    public LineReport this[int index] => _first[index];

    public void Add(LineReport report)
    {
        if ((report.File, report.Line) != _last)
        {
            _last = (report.File, report.Line);
            Lines++;
        }

        if (_first.Count < Most)
        {
            _first.Add(report);
        }
    }

    public IEnumerator<LineReport> GetEnumerator() => _first.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
