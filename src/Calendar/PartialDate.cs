using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;

namespace Calendar;

/// <summary>How much of a date is known. The order is that of lists: what is coarser comes first.</summary>
public enum Precision
{
    Year,
    Month,
    Day,
}

/// <summary>What a common year does with 29 February.</summary>
public enum LeapDayRule
{
    /// <summary>28 February (the default).</summary>
    LastOfFebruary,

    /// <summary>1 March.</summary>
    FirstOfMarch,
}

/// <summary>
/// A civil date as precise as history knows it: a year, a month or a day, years 1 to 9999, written as ISO 8601
/// (<c>1653</c>, <c>1973-09</c>, <c>1973-09-21</c>). Never an instant, never in a time zone. Ordered by the first day of its
/// span, then coarse before fine, which is also the ordinal order of its text.
/// </summary>
public readonly struct PartialDate : IEquatable<PartialDate>, IComparable<PartialDate>
{
    public const int MinYear = 1;
    public const int MaxYear = 9999;

    // year << 9 | month << 5 | day, 0 for what is unknown: comparing the number compares the dates.
    private readonly int _packed;

    private PartialDate(int year, int month, int day) => _packed = (year << 9) | (month << 5) | day;

    // For columns of many dates.
    internal int Packed => _packed;

    internal static PartialDate OfPacked(int packed) => new(packed >> 9, (packed >> 5) & 15, packed & 31);

    // In another year; for dates that exist in every year.
    internal int PackedIn(int year) => (year << 9) | (_packed & 511);

    // How many low bits of a packed date say nothing.
    internal static int UnknownBits(Precision precision) => precision switch
    {
        Precision.Day => 0,
        Precision.Month => 5,
        _ => 9,
    };

    public PartialDate(LocalDate date)
        : this(date.Year, date.Month, date.Day)
    {
    }

    public int Year => _packed >> 9;

    /// <summary>1 to 12, or 0 when only the year is known.</summary>
    public int Month => (_packed >> 5) & 15;

    /// <summary>1 to 31, or 0 when the day is not known.</summary>
    public int Day => _packed & 31;

    public Precision Precision => Month == 0 ? Precision.Year : Day == 0 ? Precision.Month : Precision.Day;

    public LocalDate First => new(Year, Math.Max(Month, 1), Math.Max(Day, 1));

    public LocalDate Last => Precision switch
    {
        Precision.Year => new LocalDate(Year, 12, 31),
        Precision.Month => new LocalDate(Year, Month, CalendarSystem.Iso.GetDaysInMonth(Year, Month)),
        _ => First,
    };

    public bool IsLeapDay => Month == 2 && Day == 29;

    public static PartialDate OfYear(int year) => new(InRange(year), 0, 0);

    public static PartialDate OfMonth(int year, int month)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(month, 12);
        return new PartialDate(InRange(year), month, 0);
    }

    public static PartialDate OfDay(int year, int month, int day) => new(new LocalDate(year, month, day));

    /// <summary>Whether the spans have a day in common.</summary>
    public bool Overlaps(PartialDate other) => First <= other.Last && other.First <= Last;

    /// <summary>The same date in <paramref name="year"/>, as precise as this one; only 29 February can move.</summary>
    public PartialDate In(int year, LeapDayRule rule)
    {
        if (!IsLeapDay || CalendarSystem.Iso.IsLeapYear(year))
        {
            return new PartialDate(InRange(year), Month, Day);
        }

        return rule == LeapDayRule.FirstOfMarch ? new PartialDate(year, 3, 1) : new PartialDate(year, 2, 28);
    }

    public static PartialDate Parse(string text) =>
        TryParse(text, out var date, out var why) ? date : throw new FormatException(why.En);

    /// <summary>Reads one of the three forms; <paramref name="why"/> tells a person what is wrong with any other text.</summary>
    public static bool TryParse(string? text, out PartialDate date, [NotNullWhen(false)] out Text? why)
    {
        date = default;
        why = null;
        if (text is null || text.Length is not (4 or 7 or 10) || !Number(text, 0, 4, out var year) || year < MinYear
            || (text.Length >= 7 && text[4] != '-') || (text.Length == 10 && text[7] != '-'))
        {
            why = NotADate(text);
            return false;
        }

        int month = 0, day = 0;
        if ((text.Length >= 7 && !Number(text, 5, 2, out month)) || (text.Length == 10 && !Number(text, 8, 2, out day)))
        {
            why = NotADate(text);
            return false;
        }

        if (text.Length >= 7 && month is < 1 or > 12)
        {
            why = new Text($"Không có tháng {month} trong năm.", $"There is no month {month} in a year.");
            return false;
        }

        if (text.Length == 10 && (day < 1 || day > CalendarSystem.Iso.GetDaysInMonth(year, month)))
        {
            why = new Text($"Tháng {month} năm {year} không có ngày {day}.", $"{year:D4}-{month:D2} has no day {day}.");
            return false;
        }

        date = new PartialDate(year, month, day);
        return true;
    }

    public override string ToString() => Precision switch
    {
        Precision.Year => string.Create(CultureInfo.InvariantCulture, $"{Year:D4}"),
        Precision.Month => string.Create(CultureInfo.InvariantCulture, $"{Year:D4}-{Month:D2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Year:D4}-{Month:D2}-{Day:D2}"),
    };

    public int CompareTo(PartialDate other) => _packed.CompareTo(other._packed);

    public bool Equals(PartialDate other) => _packed == other._packed;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is PartialDate other && Equals(other);

    public override int GetHashCode() => _packed;

    public static bool operator ==(PartialDate left, PartialDate right) => left._packed == right._packed;

    public static bool operator !=(PartialDate left, PartialDate right) => left._packed != right._packed;

    public static bool operator <(PartialDate left, PartialDate right) => left._packed < right._packed;

    public static bool operator >(PartialDate left, PartialDate right) => left._packed > right._packed;

    public static bool operator <=(PartialDate left, PartialDate right) => left._packed <= right._packed;

    public static bool operator >=(PartialDate left, PartialDate right) => left._packed >= right._packed;

    private static int InRange(int year)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(year, MinYear);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, MaxYear);
        return year;
    }

    private static bool Number(string text, int start, int length, out int value)
    {
        value = 0;
        foreach (var c in text.AsSpan(start, length))
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        return true;
    }

    private static Text NotADate(string? text)
    {
        var shown = text is { Length: <= 40 } ? text : "…";
        return new Text(
            $"“{shown}” không phải là ngày: viết 1973, 1973-09 hoặc 1973-09-21.",
            $"“{shown}” is not a date: write 1973, 1973-09 or 1973-09-21.");
    }
}
