using System.Text;

namespace Calendar;

/// <summary>
/// The order of Vietnamese dictionaries: letter by letter a ă â b c d đ e ê …, blanks and signs first; words that are alike then by their
/// tones, ngang huyền hỏi ngã sắc nặng, from the first syllable on; then capitals after small letters. The same on every machine.
/// </summary>
public sealed class VietnameseOrder : IComparer<string>
{
    private const string _letters = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

    // Grave, hook above, tilde, acute, dot below.
    private const string _tones = "\u0300\u0309\u0303\u0301\u0323";

    // Breve, circumflex, horn: they make letters, not tones.
    private const string _letterMarks = "\u0306\u0302\u031B";

    private VietnameseOrder()
    {
    }

    public static VietnameseOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var order = string.CompareOrdinal(KeyOf(x), KeyOf(y));
        return order != 0 ? order : -string.CompareOrdinal(x, y);
    }

    /// <summary>Letters, then tones: compared ordinally these keys are in the order of their texts, capitals apart.</summary>
    // Letters outside the table come behind it in the order of their code points, digits and signs before it.
    public static string KeyOf(string text)
    {
        var (letters, tones) = (new StringBuilder(text.Length), new StringBuilder(text.Length));
        foreach (var c in text.ToLowerInvariant().Normalize(NormalizationForm.FormD))
        {
            if (_tones.IndexOf(c, StringComparison.Ordinal) is >= 0 and var tone && tones.Length > 0)
            {
                tones[^1] = (char)(tone + 1);
            }
            else if (_letterMarks.Contains(c, StringComparison.Ordinal) && letters.Length > 0)
            {
                letters[^1] = PlaceOf($"{LetterAt(letters[^1])}{c}".Normalize(NormalizationForm.FormC)[0]);
            }
            else
            {
                letters.Append(PlaceOf(c));
                tones.Append('\0');
            }
        }

        return $"{letters}\0{tones}";
    }

    // The table stands where ASCII has its small letters and a little beyond.
    private static char PlaceOf(char c) => _letters.IndexOf(c, StringComparison.Ordinal) is >= 0 and var place ? (char)('a' + place) : c is >= 'a' and <= '\u00bf' ? (char)(c + 0x100) : c;

    private static char LetterAt(char place) => place >= 'a' && place - 'a' < _letters.Length ? _letters[place - 'a'] : place;
}
