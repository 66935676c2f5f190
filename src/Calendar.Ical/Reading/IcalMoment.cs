using NodaTime;

namespace Calendar.Ical.Reading;

/// <summary>A DATE or DATE-TIME (RFC 5545 sections 3.3.4 and 3.3.5).</summary>
/// <param name="Time">Null for a DATE.</param>
/// <param name="IsUtc">Whether it ends in Z.</param>
public readonly record struct IcalMoment(LocalDate Date, LocalTime? Time, bool IsUtc)
{
    /// <summary>Reads one; a leap second is the second before it.</summary>
    /// <param name="isImpossible">The form is right, but there is no such day or time.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out IcalMoment moment, out bool isImpossible)
    {
        moment = default;
        isImpossible = false;
        var isUtc = text is [_, .., 'Z'] && text.Length == 16;
        var isTime = text.Length is 15 or 16 && text[8] == 'T';
        if (!(text.Length == 8 || (isTime && (text.Length == 15 || isUtc))) || !IsDigits(text[..8]) || (isTime && !IsDigits(text[9..15])))
        {
            return false;
        }

        var (year, month, day) = (Number(text[..4]), Number(text[4..6]), Number(text[6..8]));
        var (hour, minute, second) = isTime ? (Number(text[9..11]), Number(text[11..13]), Number(text[13..15])) : default;
        isImpossible = year == 0 || month is 0 or > 12 || day == 0 || day > CalendarSystem.Iso.GetDaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60;
        if (isImpossible)
        {
            return false;
        }

        moment = new IcalMoment(new LocalDate(year, month, day), isTime ? new LocalTime(hour, minute, Math.Min(second, 59)) : null, isUtc);
        return true;
    }

    /// <summary>Whether this moment, in the same zone or form, lies before the other one.</summary>
    public bool IsBefore(IcalMoment other) => (Date, Time ?? LocalTime.Midnight).CompareTo((other.Date, other.Time ?? LocalTime.Midnight)) < 0;

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = (10 * number) + digit - '0';
        }

        return number;
    }
}
