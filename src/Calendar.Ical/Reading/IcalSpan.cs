using System.Globalization;

namespace Calendar.Ical.Reading;

/// <summary>A DURATION (RFC 5545 section 3.3.6).</summary>
/// <param name="Seconds">Its length, negative with a minus; a week is seven days, a day 24 hours.</param>
/// <param name="HasTime">Whether it names hours, minutes or seconds, if only to say none.</param>
public readonly record struct IcalSpan(long Seconds, bool HasTime)
{
    private const string TimeUnits = "HMS";
    private const int MaxDigits = 9;

    /// <summary>Reads one: weeks alone, or days and then a time, whose units follow each other without a gap.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IcalSpan span)
    {
        span = default;
        var sign = text is ['-', ..] ? -1 : 1;
        if (text is ['-' or '+', ..])
        {
            text = text[1..];
        }

        if (text is not ['P', _, ..])
        {
            return false;
        }

        text = text[1..];
        long seconds = 0;
        if (text[0] != 'T')
        {
            if (!TryTake(ref text, out var count, out var unit) || unit is not ('D' or 'W') || (unit == 'W' && !text.IsEmpty))
            {
                return false;
            }

            seconds = count * (unit == 'W' ? 7 : 1) * 86_400;
        }

        var hasTime = !text.IsEmpty;
        if (hasTime && (text[0] != 'T' || !TryTakeTime(text[1..], ref seconds)))
        {
            return false;
        }

        span = new IcalSpan(sign * seconds, hasTime);
        return true;
    }

    private static bool TryTakeTime(ReadOnlySpan<char> text, ref long seconds)
    {
        var last = -1;
        do
        {
            if (!TryTake(ref text, out var count, out var unit) || TimeUnits.IndexOf(unit, StringComparison.Ordinal) is not (>= 0 and var rank)
                || (last >= 0 && rank != last + 1))
            {
                return false;
            }

            last = rank;
            seconds += count * rank switch { 0 => 3_600, 1 => 60, _ => 1 };
        }
        while (!text.IsEmpty);
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<char> text, out long count, out char unit)
    {
        (count, unit) = (0, default);
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > MaxDigits)
        {
            return false;
        }

        count = long.Parse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
        unit = text[digits];
        text = text[(digits + 1)..];
        return true;
    }
}
