using System.Globalization;
using System.Text;

namespace Calendar.Search;

/// <summary>
/// What is compared when people search: lower case without marks, đ as d, and between words one blank for whatever is neither
/// letter nor digit. "Nhật Bản", "nhat ban" and "NHẬT-BẢN" are the same.
/// </summary>
public static class SearchText
{
    private const char _dropped = '\0';
    private const char _blank = ' ';

    // Latin letters with and without marks, composed or not: nearly all text. The rest takes the long way.
    private const char _endOfLatin = '\u0370';
    private const char _vietnamese = '\u1E00';
    private const char _endOfVietnamese = '\u1F00';
    private static readonly char[] _latin = [.. Enumerable.Range(0, _endOfLatin).Select(c => OfLatin((char)c))];
    private static readonly char[] _composed = [.. Enumerable.Range(_vietnamese, _endOfVietnamese - _vietnamese).Select(c => OfLatin((char)c))];

    public static string Fold(string text)
    {
        char[] buffer = [];
        return new string(Fold(text, ref buffer));
    }

    /// <summary>The words of a text, folded.</summary>
    public static string[] Words(string text) => Fold(text).Split(_blank, StringSplitOptions.RemoveEmptyEntries);

    /// <param name="buffer">Holds the answer; replaced when it is too short.</param>
    internal static ReadOnlySpan<char> Fold(string text, ref char[] buffer)
    {
        if (buffer.Length < text.Length)
        {
            buffer = new char[Math.Max(256, text.Length)];
        }

        var length = 0;
        foreach (var c in text)
        {
            var folded = c < _endOfLatin ? _latin[c] : c is >= _vietnamese and < _endOfVietnamese ? _composed[c - _vietnamese] : (char?)null;
            if (folded is null)
            {
                return FoldAnything(text);
            }

            if (folded != _dropped && (folded != _blank || (length > 0 && buffer[length - 1] != _blank)))
            {
                buffer[length++] = folded.Value;
            }
        }

        return buffer.AsSpan(0, length).TrimEnd(_blank);
    }

    private static string FoldAnything(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in Normalizable(text).Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                var next = OfRune(rune);
                folded.Append(next.Value == _blank && (folded.Length == 0 || folded[^1] == _blank) ? "" : next.ToString());
            }
        }

        return folded.ToString().TrimEnd(_blank);
    }

    // Normalising throws for halves of a pair and for U+FFFE, which nobody can have meant.
    private static string Normalizable(string text)
    {
        var good = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            good.Append(rune.Value == 0xFFFE ? Rune.ReplacementChar : rune);
        }

        return good.ToString();
    }

    private static char OfLatin(char c)
    {
        var plain = c.ToString().Normalize(NormalizationForm.FormD)[0];
        return char.GetUnicodeCategory(plain) == UnicodeCategory.NonSpacingMark ? _dropped : (char)OfRune(new Rune(plain)).Value;
    }

    private static Rune OfRune(Rune rune) => rune.Value switch
    {
        'đ' or 'Đ' => new Rune('d'),
        _ when Rune.IsLetter(rune) || Rune.IsNumber(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpacingCombiningMark => Rune.ToLowerInvariant(rune),
        _ => new Rune(_blank),
    };
}
