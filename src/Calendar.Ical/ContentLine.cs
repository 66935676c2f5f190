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

    private static readonly Escapes ForText = new('\\', (',', ','), (';', ';'), ('\\', '\\'), ('\n', 'n'));
    private static readonly Escapes ForParameter = new('^', ('^', '^'), ('"', '\''), ('\n', 'n'));
    private static readonly Escapes ForCategory = new('\\', ('\\', '\\')) { [','] = '/', [';'] = '/', ['\n'] = ' ' };

    private static readonly SearchValues<char> Breaking = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(char.IsControl), '\u2028', '\u2029']);

    /// <summary>
    /// Text as a calendar may hold it: every line break (CR, LF, CRLF, NEL, U+2028, U+2029) is one LF, other control characters
    /// but TAB are gone, a lone surrogate and U+FFFE, which is no character, are U+FFFD, and the whole is in Unicode form C. Clean text
    /// is returned as it is.
    /// </summary>
    public static string Clean(string text)
    {
        if (text.All(IsSettled))
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
                kept.Append(rune.Value is 0xFFFE ? Rune.ReplacementChar : rune);
            }

            previous = rune;
        }

        return kept.ToString().Normalize();
    }

    /// <summary>Writes a TEXT value, cleaned and with backslash, semicolon, comma and LF escaped (RFC 5545 section 3.3.11).</summary>
    public static void EscapeText(string text, IBufferWriter<byte> output) => Encode(text, ForText, output);

    /// <summary>
    /// Writes one category as a TEXT value in which commas and semicolons are slashes and line breaks spaces: clients take them
    /// for separators even when escaped.
    /// </summary>
    public static void EscapeCategory(string category, IBufferWriter<byte> output) => Encode(category, ForCategory, output);

    /// <summary>Reads a TEXT value back; a backslash before any other character is dropped.</summary>
    public static string UnescapeText(string value) => Decode(value, '\\', static c => c is 'n' or 'N' ? "\n" : c.ToString());

    /// <summary>
    /// Writes a parameter value, cleaned: circumflex, quote and LF by RFC 6868, in quotes if it holds a colon, semicolon or comma
    /// (RFC 5545 section 3.2).
    /// </summary>
    public static void EncodeParameter(string value, IBufferWriter<byte> output)
    {
        var quoted = value.AsSpan().ContainsAny(",;:\u037E"); // U+037E, the Greek question mark, composes to a semicolon
        if (quoted)
        {
            output.Write("\""u8);
        }

        Encode(value, ForParameter, output);
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
        // A continuation holds at least 71 octets: 75 less its space and the part of a character that did not fit.
        var octets = output.GetSpan(line.Length + (3 * (line.Length / 71)) + 2);
        var written = 0;
        for (var room = MaxOctets; line.Length > room; room = MaxOctets - 1)
        {
            var length = room;
            while (length > room - 3 && IsContinuation(line[length]))
            {
                length--;
            }

            line[..length].CopyTo(octets[written..]);
            "\r\n "u8.CopyTo(octets[(written + length)..]);
            written += length + 3;
            line = line[length..];
        }

        line.CopyTo(octets[written..]);
        "\r\n"u8.CopyTo(octets[(written + line.Length)..]);
        output.Advance(written + line.Length + 2);
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

    private static void Encode(string text, Escapes escapes, IBufferWriter<byte> output)
    {
        var octets = output.GetSpan(text.Length * MaxOctetsPerChar);
        var written = EncodeSettled(text, escapes, octets);
        if (written < 0)
        {
            var clean = Clean(text);
            octets = output.GetSpan(clean.Length * MaxOctetsPerChar);
            written = EncodeClean(clean, escapes, octets);
        }

        output.Advance(written);
    }

    /// <summary>Checks, escapes and encodes in one pass, which is most of what a feed costs; -1 if the text needs cleaning first.</summary>
    private static int EncodeSettled(ReadOnlySpan<char> text, Escapes escapes, Span<byte> octets)
    {
        var written = 0;
        ReadOnlySpan<byte> ascii = escapes.Octets;
        foreach (var c in text)
        {
            if (c < ascii.Length)
            {
                var octet = ascii[c];
                if (octet is Escapes.Unsettled)
                {
                    return -1;
                }

                if (octet >= Escapes.Escaped)
                {
                    octets[written++] = escapes.Mark;
                    octet -= Escapes.Escaped;
                }

                octets[written++] = octet;
            }
            else if (!IsSettledBeyondAscii(c))
            {
                return -1;
            }
            else if (c < 0x800)
            {
                octets[written++] = (byte)(0xC0 | (c >> 6));
                octets[written++] = (byte)(0x80 | (c & 0x3F));
            }
            else
            {
                octets[written++] = (byte)(0xE0 | (c >> 12));
                octets[written++] = (byte)(0x80 | ((c >> 6) & 0x3F));
                octets[written++] = (byte)(0x80 | (c & 0x3F));
            }
        }

        return written;
    }

    private static int EncodeClean(string text, Escapes escapes, Span<byte> octets)
    {
        var written = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            written += rune.IsAscii
                ? EncodeSettled([(char)rune.Value], escapes, octets[written..])
                : rune.EncodeToUtf8(octets[written..]);
        }

        return written;
    }

    /// <summary>
    /// Whether a character is clean in any company: printable, composed, and composing with no neighbour. All of Vietnamese is.
    /// </summary>
    private static bool IsSettled(char c) => c < 0x80 ? c is (>= ' ' and <= '~') or '\n' or '\t' : IsSettledBeyondAscii(c);

    private static bool IsSettledBeyondAscii(char c) =>
        c is (>= '\u00A0' and <= '\u02FF') or (>= '\u1E00' and <= '\u1EFF') or (>= '\u2010' and <= '\u2027');

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

    /// <summary>How each ASCII character is written: as itself, as another, or as an escape mark and another.</summary>
    private sealed class Escapes
    {
        public const byte Unsettled = 0;
        public const byte Escaped = 0x80;

        public Escapes(char mark, params ReadOnlySpan<(char Character, char Written)> escaped)
        {
            Mark = (byte)mark;
            foreach (var (character, written) in escaped)
            {
                Octets[character] = (byte)(Escaped + written);
            }
        }

        public byte Mark { get; }

        public byte[] Octets { get; } = [.. Enumerable.Range(0, 0x80).Select(c => IsSettled((char)c) ? (byte)c : Unsettled)];

        public char this[char character]
        {
            init => Octets[character] = (byte)value;
        }
    }
}
