using System.Globalization;
using System.Text;

namespace Calendar.Server.Reminders.Mail;

/// <summary>Words of others on their way into a mail: nothing in them ends a line, hides, or turns the direction of what stands around them.</summary>
internal static class MailText
{
    public const int LongestName = 120;

    public const int LongestSubject = 240;

    /// <summary>Of an address; what is longer fits no header line (RFC 5322, 2.1.1: 998 octets).</summary>
    public const int LongestLink = 900;

    private const int _zeroWidthNonJoiner = 0x200C;
    private const int _zeroWidthJoiner = 0x200D;

    /// <summary>
    /// One line: whatever breaks or spaces it, one blank. At most so many UTF-16 units, cut between characters. What looks encoded (RFC 2047) no longer does, or
    /// its reader would decode what was never looked at.
    /// </summary>
    public static string OneLine(string text, int longest)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest));
        var elements = StringInfo.GetTextElementEnumerator(Visible(text).Replace("=?", "= ?", StringComparison.Ordinal));
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            if (line.Length + element.Length > longest)
            {
                // A character longer than all that fits is a heap of marks, not a word.
                return line.ToString().TrimEnd() + (longest > 1 ? "…" : "");
            }

            line.Append(element);
        }

        return line.ToString();
    }

    /// <summary>Without control and format characters (but the joiners that scripts and emoji need), unpaired surrogates and doubled blanks.</summary>
    public static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsBlank(rune))
            {
                if (visible.Length > 0 && visible[^1] != ' ')
                {
                    visible.Append(' ');
                }
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format || rune.Value is _zeroWidthJoiner or _zeroWidthNonJoiner)
            {
                visible.Append(rune);
            }
        }

        return visible.ToString().TrimEnd();
    }

    /// <summary>An http(s) address in ASCII that stands in a header, a line of text or an attribute as it is; null for everything else.</summary>
    public static string? Link(string? url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.IdnHost.Length == 0)
        {
            return null;
        }

        var written = $"{uri.Scheme}://{Host(uri)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}{uri.GetComponents(UriComponents.PathAndQuery | UriComponents.Fragment, UriFormat.UriEscaped)}";
        return written.Length <= LongestLink && !written.AsSpan().ContainsAnyExceptInRange('!', '~') && !written.AsSpan().ContainsAny("<>\"") ? written : null;
    }

    private static string Host(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;

    // EnumerateRunes gives U+FFFD for an unpaired surrogate, which is a sign that is seen.
    private static bool IsBlank(Rune rune) => Rune.IsControl(rune) || Rune.IsWhiteSpace(rune);
}
