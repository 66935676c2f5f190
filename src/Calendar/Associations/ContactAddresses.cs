using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Calendar.Associations;

/// <summary>Addresses that mail may be sent to: what passes can be written into a header as it is.</summary>
public static class ContactAddresses
{
    /// <summary>RFC 5321, 4.5.3.1.3, without the angle brackets.</summary>
    public const int LongestMail = 254;

    private const int _longestLocalPart = 64;
    private const int _longestDomain = 253;

    // RFC 5322, 3.2.3: no quotes, spaces, commas, angle brackets or anything that ends a header.
    private static readonly SearchValues<char> _atom = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");
    private static readonly IdnMapping _idn = new() { UseStd3AsciiRules = true };

    /// <summary>Reads <c>local@domain</c> (RFC 5321, without quoted local parts and address literals).</summary>
    /// <param name="mail">The domain in small ASCII letters (RFC 5891); the local part as it is.</param>
    public static bool TryReadMail(string text, [NotNullWhen(true)] out string? mail)
    {
        mail = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || at > _longestLocalPart || !IsDotAtom(text.AsSpan(0, at)) || DomainOf(text[(at + 1)..]) is not { } domain)
        {
            return false;
        }

        mail = $"{text[..at]}@{domain}";
        return mail.Length <= LongestMail;
    }

    /// <summary>Names of at least two labels, in small ASCII letters; the last one, unlike an address, is no number.</summary>
    internal static string? DomainOf(string text)
    {
        try
        {
            var domain = _idn.GetAscii(text).ToLowerInvariant();
            var labels = domain.Split('.');
            return domain.Length <= _longestDomain && labels.Length > 1 && labels.All(IsLabel) && !char.IsAsciiDigit(labels[^1][0]) ? domain : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        foreach (var part in text.Split('.'))
        {
            if (text[part].IsEmpty || text[part].ContainsAnyExcept(_atom))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-';
}
