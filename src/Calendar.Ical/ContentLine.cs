using System.Buffers;
using System.Text;

namespace Calendar.Ical;

/// <summary>
/// The content line of RFC 5545 section 3.1: how text becomes octets, and how octets become lines of at most 75.
/// No string given to these functions can end a line or begin another one.
/// </summary>
public static class ContentLine
{
    /// <summary>Octets of one physical line, its CRLF excluded and a continuation's leading space included (RFC 5545 section 3.1).</summary>
    public const int MaxOctets = 75;

    /// <summary>Octets that one UTF-16 unit needs at most, escaped or not.</summary>
    private const int MaxOctetsPerChar = 3;

    // Characters that are already clean: printable, composed, and composing with no neighbour. Vietnamese is wholly among them.
    private static readonly SearchValues<char> Settled = SearchValues.Create(
        [.. Range('\n', '\n'), .. Range(' ', '~'), .. Range('\u00A0', '\u02FF'), .. Range('\u1E00', '\u1EFF'), .. Range('\u2010', '\u2027')]);

    private static readonly SearchValues<char> Breaking = SearchValues.Create(
        [.. Range('\0', '\x1F'), .. Range('\x7F', '\x9F'), '\u2028', '\u2029']);

    /// <summary>
    /// Text as a calendar may hold it: every line break (CR, LF, CRLF, NEL, U+2028, U+2029) is one LF, other control characters
    /// but TAB are gone, a lone surrogate is U+FFFD, and the whole is in Unicode form C. Clean text is returned as it is.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Settled))
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        var previous = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\r' or '\u0085' or '\u2028' or '\u2029' || (rune.Value is '\n' && previous.Value is not '\r'))
            {
                kept.Append('\n');
            }
            else if (rune.Value is '\t' || !Rune.IsControl(rune))
            {
                kept.Append(rune);
            }

            previous = rune;
        }

        return kept.ToString().Normalize();
    }

    /// <summary>Writes a TEXT value, cleaned and with backslash, semicolon, comma and LF escaped (RFC 5545 section 3.3.11).</summary>
    public static void EscapeText(string text, IBufferWriter<byte> output) => Encode(Clean(text), output, ",;\\\n", '\\');

    /// <summary>Reads a TEXT value back; a backslash before any other character is dropped.</summary>
    public static string UnescapeText(string value) => Decode(value, '\\', static c => c is 'n' or 'N' ? "\n" : c.ToString());

    /// <summary>
    /// Writes a parameter value, cleaned: circumflex, quote and LF by RFC 6868, in quotes if it holds a colon, semicolon or comma
    /// (RFC 5545 section 3.2).
    /// </summary>
    public static void EncodeParameter(string value, IBufferWriter<byte> output)
    {
        var clean = Clean(value);
        var quoted = clean.AsSpan().ContainsAny(",;:");
        if (quoted)
        {
            output.Write("\""u8);
        }

        Encode(clean, output, "^\"\n", '^');
        if (quoted)
        {
            output.Write("\""u8);
        }
    }

    /// <summary>Reads a parameter value back, with or without its quotes; an unknown <c>^x</c> stays as it is (RFC 6868 section 3.2).</summary>
    public static string DecodeParameter(string value) =>
        Decode(
            value is ['"', .., '"'] ? value[1..^1] : value,
            '^',
            static c => c switch { 'n' => "\n", '\'' => "\"", '^' => "^", _ => $"^{c}" });

    /// <summary>Writes a URI value: no escapes (RFC 5545 section 3.3.13); control characters and line breaks are left out.</summary>
    public static void WriteUri(string uri, IBufferWriter<byte> output)
    {
        var safe = uri.AsSpan().ContainsAny(Breaking) ? string.Concat(uri.Where(c => !Breaking.Contains(c))) : uri;
        var octets = output.GetSpan(safe.Length * MaxOctetsPerChar);
        output.Advance(Encoding.UTF8.GetBytes(safe, octets));
    }

    /// <summary>
    /// Writes one line of UTF-8 with its CRLF, folded at <see cref="MaxOctets"/> and never inside a character (RFC 5545 section 3.1).
    /// </summary>
    public static void Fold(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        var room = MaxOctets;
        while (line.Length > room)
        {
            var length = room;
            while (length > room - 3 && IsContinuation(line[length]))
            {
                length--;
            }

            var piece = output.GetSpan(length + 3);
            line[..length].CopyTo(piece);
            "\r\n "u8.CopyTo(piece[length..]);
            output.Advance(length + 3);
            line = line[length..];
            room = MaxOctets - 1;
        }

        var last = output.GetSpan(line.Length + 2);
        line.CopyTo(last);
        "\r\n"u8.CopyTo(last[line.Length..]);
        output.Advance(line.Length + 2);
    }

    /// <summary>Joins folded lines: every CRLF before a space or TAB goes, with that space or TAB (RFC 5545 section 3.1).</summary>
    public static byte[] Unfold(ReadOnlySpan<byte> folded)
    {
        var unfolded = new ArrayBufferWriter<byte>(folded.Length + 1);
        while (folded.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            var after = folded[(end + 2)..];
            var continues = after is [(byte)' ' or (byte)'\t', ..];
            unfolded.Write(folded[..(continues ? end : end + 2)]);
            folded = continues ? after[1..] : after;
        }

        unfolded.Write(folded);
        return unfolded.WrittenSpan.ToArray();
    }

    private static void Encode(ReadOnlySpan<char> rest, IBufferWriter<byte> output, ReadOnlySpan<char> special, char escape)
    {
        var octets = output.GetSpan(rest.Length * MaxOctetsPerChar);
        var written = 0;
        while (rest.IndexOfAny(special) is >= 0 and var at)
        {
            written += Encoding.UTF8.GetBytes(rest[..at], octets[written..]);
            octets[written++] = (byte)escape;
            octets[written++] = rest[at] switch { '\n' => (byte)'n', '"' => (byte)'\'', var c => (byte)c };
            rest = rest[(at + 1)..];
        }

        output.Advance(written + Encoding.UTF8.GetBytes(rest, octets[written..]));
    }

    private static string Decode(string value, char escape, Func<char, string> meaning)
    {
        var decoded = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var isEscape = value[i] == escape && i + 1 < value.Length;
            _ = isEscape ? decoded.Append(meaning(value[++i])) : decoded.Append(value[i]);
        }

        return decoded.ToString();
    }

    private static bool IsContinuation(byte octet) => (octet & 0xC0) == 0x80;

    private static IEnumerable<char> Range(char first, char last) =>
        Enumerable.Range(first, last - first + 1).Select(c => (char)c);
}
