using System.Buffers;
using System.Globalization;
using NodaTime;

namespace Calendar.Ical;

/// <summary>Builds one content line after the other and folds each into the output.</summary>
internal sealed class LineWriter(IBufferWriter<byte> output)
{
    private readonly ArrayBufferWriter<byte> line = new(1024);

    /// <summary>Whole lines of ours, each short enough and with its CRLF.</summary>
    public void Fixed(ReadOnlySpan<byte> lines) => output.Write(lines);

    /// <summary>Ends the line.</summary>
    public void End()
    {
        ContentLine.Fold(line.WrittenSpan, output);
        line.ResetWrittenCount();
    }

    /// <summary>Octets of ours: names, separators, known values.</summary>
    public LineWriter Raw(ReadOnlySpan<byte> octets)
    {
        line.Write(octets);
        return this;
    }

    public LineWriter Text(string text)
    {
        ContentLine.EscapeText(text, line);
        return this;
    }

    public LineWriter Uri(string uri)
    {
        ContentLine.WriteUri(uri, line);
        return this;
    }

    /// <summary>A parameter (<paramref name="name"/> as <c>;NAME=</c>) if it has a value.</summary>
    public LineWriter Parameter(ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            line.Write(name);
            ContentLine.EncodeParameter(value, line);
        }

        return this;
    }

    public LineWriter Number(int number)
    {
        var octets = line.GetSpan(11);
        number.TryFormat(octets, out var written, provider: CultureInfo.InvariantCulture);
        line.Advance(written);
        return this;
    }

    /// <summary>DATE (RFC 5545 section 3.3.4).</summary>
    public LineWriter Date(LocalDate date)
    {
        if (date.Year < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(date), date, "Four digits cannot say a year before the common era.");
        }

        Digits(date.Year, 4);
        Digits(date.Month, 2);
        Digits(date.Day, 2);
        return this;
    }

    /// <summary>DATE-TIME in UTC, without its fraction of a second (RFC 5545 section 3.3.5, form 2).</summary>
    public LineWriter Moment(Instant moment)
    {
        var utc = moment.ToDateTimeUtc();
        Digits(utc.Year, 4);
        Digits(utc.Month, 2);
        Digits(utc.Day, 2);
        line.Write("T"u8);
        Digits(utc.Hour, 2);
        Digits(utc.Minute, 2);
        Digits(utc.Second, 2);
        line.Write("Z"u8);
        return this;
    }

    /// <summary>DURATION (RFC 5545 section 3.3.6), whose grammar wants the minutes named between hours and seconds.</summary>
    public LineWriter Span(Duration duration)
    {
        var total = (long)duration.TotalSeconds;
        var span = Duration.FromSeconds(Math.Abs(total));
        line.Write(total < 0 ? "-P"u8 : "P"u8);
        if (span.Days > 0)
        {
            Number(span.Days).Raw("D"u8);
        }

        var (hours, minutes, seconds) = (span.Hours, span.Minutes, span.Seconds);
        if (hours > 0 || minutes > 0 || seconds > 0 || span.Days == 0)
        {
            line.Write("T"u8);
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

    private void Digits(int number, int count)
    {
        var octets = line.GetSpan(count);
        for (var i = count - 1; i >= 0; i--)
        {
            octets[i] = (byte)('0' + (number % 10));
            number /= 10;
        }

        line.Advance(count);
    }
}
