using System.Collections.Immutable;
using NodaTime;

namespace Calendar;

/// <summary>A day of the Vietnamese lunisolar calendar.</summary>
/// <param name="Year">The Gregorian year in which the lunar year begins.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="IsLeap">Whether it is the second month of this number in its year (tháng nhuận).</param>
/// <param name="Day">1 to 30.</param>
public readonly record struct LunarDate(int Year, int Month, bool IsLeap, int Day);

/// <summary>
/// The Vietnamese lunisolar calendar: a month begins on the civil day, at UTC+7, of the new moon; the month of the winter solstice is
/// the eleventh; where thirteen months lie between two solstice months, the first without a principal solar term is leap. It is
/// computed once, for the lunar years from 1968 (since when Viet Nam goes by UTC+7) to 2100. The new moons of May 2054, December 2072,
/// November 2077 and October 2085 fall so near to midnight that how the Earth turns until then may move them by a day; no Tết does.
/// </summary>
public static class VietnameseCalendar
{
    public const int FirstYear = 1968;
    public const int LastYear = 2100;

    // All months of those years in order; the last entry begins the year after them.
    private static readonly ImmutableArray<Month> _months = MakeMonths();

    // Where each year begins, that after the last one too.
    private static readonly ImmutableArray<int> _years = [.. Enumerable.Range(0, _months.Length).Where(i => _months[i] is { Number: 1, IsLeap: false })];

    public static LocalDate FirstDay { get; } = DayOf(_months[0].First);

    public static LocalDate LastDay { get; } = DayOf(_months[^1].First - 1);

    /// <summary>The lunar date of a civil day; null outside the lunar years 1968 to 2100.</summary>
    public static LunarDate? Of(LocalDate day)
    {
        if (day < FirstDay || day > LastDay)
        {
            return null;
        }

        var number = NumberOf(day);
        var (from, to) = (0, _months.Length - 1);
        while (to - from > 1)
        {
            var middle = (from + to) / 2;
            (from, to) = _months[middle].First <= number ? (middle, to) : (from, middle);
        }

        var month = _months[from];
        return new LunarDate(month.Year, month.Number, month.IsLeap, number - month.First + 1);
    }

    /// <summary>The civil day of a lunar date; null if there is no such date, or not in the lunar years 1968 to 2100.</summary>
    public static LocalDate? DayOf(LunarDate date)
    {
        if (date.Year is < FirstYear or > LastYear || date.Day < 1)
        {
            return null;
        }

        for (var i = _years[date.Year - FirstYear]; i < _years[date.Year - FirstYear + 1]; i++)
        {
            if (_months[i].Number == date.Month && _months[i].IsLeap == date.IsLeap)
            {
                return date.Day <= _months[i + 1].First - _months[i].First ? DayOf(_months[i].First + date.Day - 1) : null;
            }
        }

        return null;
    }

    /// <summary>Mùng 1 Tết, the first day of a lunar year; null outside 1968 to 2100.</summary>
    public static LocalDate? Tet(int year) => DayOf(new LunarDate(year, 1, IsLeap: false, 1));

    // Days are counted as Julian days at noon are.
    private static int NumberOf(LocalDate day) => Period.DaysBetween(new LocalDate(2000, 1, 1), day) + 2_451_545;

    private static LocalDate DayOf(int number) => new LocalDate(2000, 1, 1).PlusDays(number - 2_451_545);

    private static ImmutableArray<Month> MakeMonths()
    {
        // From the autumn before the first year to the spring after the year that follows the last one.
        var (first, last) = (Astronomy.NewMoonNear(FirstYear - 0.3), Astronomy.NewMoonNear(LastYear + 2.2));
        int[] starts = [.. Enumerable.Range(first, last - first).Select(Astronomy.DayOfNewMoon)];
        int[] signs = [.. starts.Select(Astronomy.SignAtMidnight)];

        // Months in which the sun reaches 270°; it may reach another thirtieth degree in the same one.
        int[] solstices = [.. Enumerable.Range(0, starts.Length - 1).Where(i => signs[i] is 7 or 8 && signs[i + 1] is 9 or 10)];
        var months = ImmutableArray.CreateBuilder<Month>();
        for (var s = 0; s < solstices.Length - 1; s++)
        {
            // The year is the one that begins within this span; the months before its first belong to the year before.
            var (from, to, year) = (solstices[s], solstices[s + 1], DayOf(starts[solstices[s + 1]]).Year);
            var leap = to - from == 13 ? Enumerable.Range(from + 1, 12).First(i => signs[i] == signs[i + 1]) : -1;
            var number = 10;
            for (var i = from; i < to; i++)
            {
                number += i == leap ? 0 : 1;
                months.Add(new Month(starts[i], number <= 12 ? year - 1 : year, number <= 12 ? number : number - 12, i == leap));
            }
        }

        return [.. months.SkipWhile(month => month.Year < FirstYear).TakeWhile(month => month.Year <= LastYear || month is { Year: LastYear + 1, Number: 1, IsLeap: false })];
    }

    private readonly record struct Month(int First, int Year, int Number, bool IsLeap);
}
