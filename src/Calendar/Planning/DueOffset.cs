using System.Globalization;
using NodaTime.Text;

namespace Calendar.Planning;

/// <summary>
/// How far from its anchor a task is due, in calendar months and days (<c>P-18M</c>, <c>P-7D</c>, <c>P0D</c>, <c>P1M</c>; ISO 8601-2 with the sign
/// of each part). Years and weeks are read as months and days.
/// </summary>
public readonly record struct DueOffset(int Months, int Days)
{
    private const int _mostMonths = 240;
    private const int _mostDays = 3660;

    /// <summary>Work that follows the day; what is due on it precedes it.</summary>
    public bool IsAfter => Months > 0 || Days > 0;

    /// <summary>One part lies before, the other after: nobody means that.</summary>
    public bool IsContradictory => Math.Sign(Months) * Math.Sign(Days) < 0;

    public static DueOffset Parse(string text) => TryParse(text, out var offset) ? offset : throw new FormatException($"'{text}' is not an offset.");

    public static bool TryParse(string? text, out DueOffset offset)
    {
        offset = default;
        if (text is null or { Length: < 3 or > 20 } || PeriodPattern.Roundtrip.Parse(text) is not { Success: true, Value: { HasTimeComponent: false } period })
        {
            return false;
        }

        var (months, days) = ((period.Years * 12L) + period.Months, (period.Weeks * 7L) + period.Days);
        if (Math.Abs(months) > _mostMonths || Math.Abs(days) > _mostDays)
        {
            return false;
        }

        offset = new DueOffset((int)months, (int)days);
        return true;
    }

    public override string ToString() => (Months, Days) switch
    {
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"P{Days}D"),
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"P{Months}M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"P{Months}M{Days}D"),
    };
}
