using System.Buffers;
using System.Globalization;
using NodaTime;

namespace Calendar.Ical;

/// <summary>
/// Builds content lines one after the other and hands them on by the entry, which spares the output many small calls.
/// As a buffer writer it takes the octets of the line under construction.
/// </summary>
internal sealed class LineWriter(IBufferWriter<byte> output) : IBufferWriter<byte>
{
    private byte[] octets = new byte[4096];
    private byte[] unfolded = [];
    private int lineStart;
    private int length;

    public void Advance(int count) => length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(length);

    public Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(length);

    /// <summary>Hands all finished lines on.</summary>
    public void Flush()
    {
        output.Write(octets.AsSpan(0, length));
        length = lineStart = 0;
    }

    /// <summary>Whole lines of ours, each short enough and with its CRLF.</summary>
    public void Fixed(ReadOnlySpan<byte> lines)
    {
        Raw(lines);
        lineStart = length;
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        var line = octets.AsSpan(lineStart, length - lineStart);
        if (line.Length <= ContentLine.MaxOctets)
        {
            Raw("\r\n"u8);
        }
        else
        {
            FoldInPlace(line);
        }

        lineStart = length;
    }

    /// <summary>Octets of ours: names, separators, known values.</summary>
    public LineWriter Raw(ReadOnlySpan<byte> known)
    {
        known.CopyTo(GetSpan(known.Length));
        length += known.Length;
        return this;
    }

    public LineWriter Text(string text)
    {
        ContentLine.EscapeText(text, this);
        return this;
    }

    public LineWriter Category(string category)
    {
        ContentLine.EscapeCategory(category, this);
        return this;
    }

    public LineWriter Uri(string uri)
    {
        ContentLine.WriteUri(uri, this);
        return this;
    }

    /// <summary>A parameter (<paramref name="name"/> as <c>;NAME=</c>) if it has a value.</summary>
    public LineWriter Parameter(ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Raw(name);
            ContentLine.EncodeParameter(value, this);
        }

        return this;
    }

    public LineWriter Number(int number)
    {
        number.TryFormat(GetSpan(11), out var written, provider: CultureInfo.InvariantCulture);
        length += written;
        return this;
    }

    /// <summary>DATE (RFC 5545 section 3.3.4).</summary>
    public LineWriter Date(LocalDate date)
    {
        Digits(date.Year, date.Month, date.Day, GetSpan(8));
        length += 8;
        return this;
    }

    /// <summary>DATE-TIME in UTC, without its fraction of a second (RFC 5545 section 3.3.5, form 2).</summary>
    public LineWriter Moment(Instant moment)
    {
        var (date, time) = moment.ToDateTimeUtc();
        var (year, month, day) = date;
        var form = GetSpan(16);
        Digits(year, month, day, form);
        form[8] = (byte)'T';
        Digits(time.Hour, form[9..]);
        Digits(time.Minute, form[11..]);
        Digits(time.Second, form[13..]);
        form[15] = (byte)'Z';
        length += 16;
        return this;
    }

    /// <summary>DATE-TIME by a clock on some wall, without its fraction of a second (RFC 5545 section 3.3.5, form 1).</summary>
    public LineWriter Local(LocalDateTime time)
    {
        var form = GetSpan(15);
        Digits(time.Year, time.Month, time.Day, form);
        form[8] = (byte)'T';
        Digits(time.Hour, form[9..]);
        Digits(time.Minute, form[11..]);
        Digits(time.Second, form[13..]);
        length += 15;
        return this;
    }

    /// <summary>UTC-OFFSET (RFC 5545 section 3.3.14), its seconds only where there are any.</summary>
    public LineWriter UtcOffset(Offset offset)
    {
        var seconds = Math.Abs(offset.Seconds);
        var form = GetSpan(7);
        form[0] = (byte)(offset.Seconds < 0 ? '-' : '+');
        Digits(seconds / 3600, form[1..]);
        Digits(seconds / 60 % 60, form[3..]);
        Digits(seconds % 60, form[5..]);
        length += seconds % 60 == 0 ? 5 : 7;
        return this;
    }

    /// <summary>DURATION (RFC 5545 section 3.3.6), whose grammar wants the minutes named between hours and seconds.</summary>
    public LineWriter Span(Duration duration)
    {
        var total = (long)duration.TotalSeconds;
        var span = Duration.FromSeconds(Math.Abs(total));
        Raw(total < 0 ? "-P"u8 : "P"u8);
        if (span.Days > 0)
        {
            Number(span.Days).Raw("D"u8);
        }

        var (hours, minutes, seconds) = (span.Hours, span.Minutes, span.Seconds);
        if (hours > 0 || minutes > 0 || seconds > 0 || span.Days == 0)
        {
            Raw("T"u8);
        }

        if (hours > 0)
        {
            Number(hours).Raw("H"u8);
        }

        if (minutes > 0 || (hours > 0 && seconds > 0))
        {
            Number(minutes).Raw("M"u8);
        }

        if (seconds > 0 || span == Duration.Zero)
        {
            Number(seconds).Raw("S"u8);
        }

        return this;
    }

    /// <summary>A line of text (<paramref name="name"/> with its colon) if there is any.</summary>
    public void TextLine(ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Raw(name).Text(value).End();
        }
    }

    /// <summary>A line with a URI (<paramref name="name"/> with its colon) if there is one.</summary>
    public void UriLine(ReadOnlySpan<byte> name, string? uri)
    {
        if (!string.IsNullOrEmpty(uri))
        {
            Raw(name).Uri(uri).End();
        }
    }

    /// <summary>A line with a number (<paramref name="name"/> with its colon) if there is one.</summary>
    public void NumberLine(ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value)
        {
            Raw(name).Number(value).End();
        }
    }

    private void FoldInPlace(ReadOnlySpan<byte> line)
    {
        if (unfolded.Length < line.Length)
        {
            unfolded = new byte[2 * line.Length];
        }

        line.CopyTo(unfolded);
        length = lineStart;
        ContentLine.Fold(unfolded.AsSpan(0, line.Length), this);
    }

    private byte[] Room(int sizeHint)
    {
        if (octets.Length - length < Math.Max(sizeHint, 1))
        {
            Array.Resize(ref octets, checked((2 * length) + sizeHint + 1));
        }

        return octets;
    }

    private static void Digits(int year, int month, int day, Span<byte> octets)
    {
        Digits(year / 100, octets);
        Digits(year % 100, octets[2..]);
        Digits(month, octets[4..]);
        Digits(day, octets[6..]);
    }

    private static void Digits(int number, Span<byte> octets)
    {
        octets[1] = (byte)('0' + (number % 10));
        octets[0] = (byte)('0' + (number / 10));
    }
}
