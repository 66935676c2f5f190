using Calendar.Almanacs;
using Calendar.Holidays;
using NodaTime;

namespace Calendar.Reminders;

/// <summary>On which days nothing leaves. Keeps what it has worked out: made for one question, used by one thread.</summary>
public sealed class QuietDays
{
    // Tết with its weekends is no longer.
    private const int _longest = 31;

    private readonly HolidayYears _holidays;
    private readonly OrdinaryDays _ordinary;
    private readonly PartyCode _home;
    private readonly Dictionary<LocalDate, bool> _known = [];

    public QuietDays(Almanac almanac)
    {
        _holidays = new HolidayYears(almanac);
        (_ordinary, _home) = (new OrdinaryDays(_holidays, almanac.Home), almanac.Home);
    }

    public bool IsQuiet(ReminderPolicy policy, LocalDate day) =>
        policy.QuietDays.Contains((Weekday)(int)day.DayOfWeek) || (policy.QuietHolidays && IsTetOrHoliday(day));

    /// <summary>The day itself, or the last one before it that is not quiet.</summary>
    public LocalDate OnOrBefore(ReminderPolicy policy, LocalDate day) => Walk(policy, day, -1);

    /// <summary>The day itself, or the first one after it that is not quiet.</summary>
    public LocalDate OnOrAfter(ReminderPolicy policy, LocalDate day) => Walk(policy, day, 1);

    private bool IsTetOrHoliday(LocalDate day)
    {
        if (!_known.TryGetValue(day, out var known))
        {
            _known.Add(day, known = _ordinary.TetAround(day) is not null || _holidays.IsHoliday(_home, day));
        }

        return known;
    }

    private LocalDate Walk(ReminderPolicy policy, LocalDate day, int step)
    {
        var end = day.PlusDays(step * _longest);
        for (var one = day; one != end; one = one.PlusDays(step))
        {
            if (!IsQuiet(policy, one))
            {
                return one;
            }
        }

        return day;
    }
}
