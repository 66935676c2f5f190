using System.Runtime.InteropServices;
using System.Text;
using Calendar.Ical.Reading;

namespace Calendar.Ical.Checking;

/// <summary>Counts everything that is found and keeps the first of each rule, so that many of one kind do not hide another.</summary>
internal sealed class FindingList
{
    public const int Most = 500;
    public const int MostOfARule = 50;

    private readonly List<Finding> kept = [];
    private readonly Dictionary<string, int> totals = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Totals => totals;

    public IReadOnlyList<Finding> ByLine => [.. kept.OrderBy(finding => finding.Line)];

    /// <summary>The detail is passed on even where it is empty: that a name or value is missing may be what is wrong.</summary>
    public void Add(ReadingMistake mistake) =>
        Add(CheckRules.Of(mistake.Fault), mistake.Line, mistake.Component, null, mistake.Property, [mistake.Detail]);

    public void Add(Rule rule, int line, string component, string? uid, string? property, ReadOnlySpan<string> arguments, string? source = null)
    {
        ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(totals, rule.Code, out _);
        if (++total > MostOfARule || kept.Count == Most)
        {
            return;
        }

        var quoted = new string[arguments.Length];
        for (var i = 0; i < quoted.Length; i++)
        {
            quoted[i] = Quote(arguments[i])!;
        }

        kept.Add(new Finding(rule.Severity, rule.Code, line, Quote(component)!, Quote(uid), Quote(property), quoted, source ?? rule.Source));
    }

    /// <summary>Cut between characters, controls and lone surrogates replaced.</summary>
    private static string? Quote(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var isShort = text.Length <= Finding.MaxQuoted;
        var quoted = new StringBuilder(isShort ? text.Length : Finding.MaxQuoted);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!isShort && quoted.Length + rune.Utf16SequenceLength > Finding.MaxQuoted - 1)
            {
                return quoted.Append('…').ToString();
            }

            quoted.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? Rune.ReplacementChar : rune);
        }

        return quoted.ToString();
    }
}
