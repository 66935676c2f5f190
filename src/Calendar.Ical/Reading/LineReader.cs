using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Calendar.Ical.Reading;

/// <summary>
/// Takes octets apart into lines and joins folded ones (RFC 5545 section 3.1). Every octet is looked at a fixed number of times;
/// the memory held is the longest line.
/// </summary>
internal sealed class LineReader
{
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(octet => (byte)octet).Where(octet => octet is not (byte)'\t'), 0x7F]);

    private readonly ArrayBufferWriter<byte> joined = new();
    private readonly Action<ReadingFault, int, string> report;
    private readonly ReadOnlyMemory<byte> file;
    private int next;
    private int taken;

    /// <param name="report">Takes the fault, its line and its detail.</param>
    public LineReader(ReadOnlyMemory<byte> file, Action<ReadingFault, int, string> report)
    {
        this.report = report;
        this.file = AsUtf8(file);
        if (this.file.Span.StartsWith(Encoding.UTF8.Preamble))
        {
            report(ReadingFault.ByteOrderMark, 1, "");
            next = Encoding.UTF8.Preamble.Length;
        }
    }

    private bool Continues => next < file.Length && file.Span[next] is (byte)' ' or (byte)'\t';

    /// <summary>The next line that is not empty, unfolded.</summary>
    /// <param name="number">Its first physical line, from 1.</param>
    /// <returns>False at the end of the file.</returns>
    public bool TryRead(out int number, out string text)
    {
        while (next < file.Length)
        {
            var line = TakePhysical();
            number = taken;
            if (Continues)
            {
                line = Join(line);
            }

            if (!line.IsEmpty)
            {
                text = Decode(line, number);
                return true;
            }
        }

        (number, text) = (0, "");
        return false;
    }

    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> line)
    {
        joined.ResetWrittenCount();
        joined.Write(line);
        while (Continues)
        {
            var more = TakePhysical()[1..];
            if (more is [>= 0x80 and < 0xC0, ..])
            {
                report(ReadingFault.FoldInsideCharacter, taken, "");
            }

            joined.Write(more);
        }

        return joined.WrittenSpan;
    }

    private ReadOnlySpan<byte> TakePhysical()
    {
        taken++;
        var rest = file.Span[next..];
        var length = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (length < 0)
        {
            length = rest.Length;
            next = file.Length;
            report(ReadingFault.UnendedLastLine, taken, "");
        }
        else
        {
            next += length + TakeEnd(rest[length..]);
        }

        var line = rest[..length];
        Inspect(line);
        return line;
    }

    /// <summary>The octets of a line's end; several CR are one, so that CR CR LF leaves no empty line.</summary>
    private int TakeEnd(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("\r\n"u8))
        {
            return 2;
        }

        if (rest[0] is (byte)'\n')
        {
            report(ReadingFault.BareLineFeed, taken, "");
            return 1;
        }

        report(ReadingFault.BareCarriageReturn, taken, "");
        var returns = rest.IndexOfAnyExcept((byte)'\r');
        return returns < 0 ? rest.Length : rest[returns] is (byte)'\n' ? returns + 1 : returns;
    }

    private void Inspect(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            report(ReadingFault.EmptyLine, taken, "");
        }
        else if (line.Length > ContentLine.MaxOctets)
        {
            report(ReadingFault.LineTooLong, taken, line.Length.ToString(CultureInfo.InvariantCulture));
        }

        if (line.IndexOfAny(Controls) is >= 0 and var at)
        {
            report(ReadingFault.ControlCharacter, taken, $"U+{line[at]:X4}");
        }
    }

    private string Decode(ReadOnlySpan<byte> line, int number)
    {
        if (!Utf8.IsValid(line))
        {
            report(ReadingFault.InvalidUtf8, number, "");
        }

        return Encoding.UTF8.GetString(line);
    }

    // By its mark, or by the zero octets that every ASCII character of UTF-16 has.
    private ReadOnlyMemory<byte> AsUtf8(ReadOnlyMemory<byte> octets)
    {
        Encoding? utf16 = octets.Span switch
        {
            [0xFF, 0xFE, ..] or [not 0, 0, not 0, 0, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] or [0, not 0, 0, not 0, ..] => Encoding.BigEndianUnicode,
            _ => null,
        };
        if (utf16 is null)
        {
            return octets;
        }

        report(ReadingFault.Utf16, 1, "");
        var text = utf16.GetString(octets.Span);
        return Encoding.UTF8.GetBytes(text.StartsWith('\uFEFF') ? text[1..] : text);
    }
}
