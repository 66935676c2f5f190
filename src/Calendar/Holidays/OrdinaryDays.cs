using Calendar.Almanacs;
using NodaTime;

namespace Calendar.Holidays;

/// <summary>The home party's days for work and for celebrations: working days away from Tết. Keeps what it has worked out: made for one question, used by one thread.</summary>
public sealed class OrdinaryDays
{
    private readonly WorkingDays _workingDays;
    private readonly (int Before, int After)? _tetPeriod;
    private readonly Dictionary<LocalDate, bool> _known = [];

    public OrdinaryDays(Almanac almanac)
        : this(new HolidayYears(almanac), almanac.Home)
    {
    }

    public OrdinaryDays(HolidayYears holidays, PartyCode home)
    {
        _workingDays = new WorkingDays(holidays, home);
        _tetPeriod = HolidayRules.Of(home)?.TetPeriod;
    }

    /// <summary>The first day of the Tết in whose period a day lies.</summary>
    public LocalDate? TetAround(LocalDate day) =>
        _tetPeriod is { } period && VietnameseCalendar.Tet(day.Year) is { } tet && day >= tet.PlusDays(-period.Before) && day <= tet.PlusDays(period.After) ? tet : null;

    /// <summary>The first day of a year's Tết, where it is kept.</summary>
    public LocalDate? TetOf(int year) => _tetPeriod is null ? null : VietnameseCalendar.Tet(year);

    public bool IsOrdinary(LocalDate day)
    {
        if (!_known.TryGetValue(day, out var ordinary))
        {
            _known.Add(day, ordinary = TetAround(day) is null && _workingDays.IsWorkingDay(day));
        }

        return ordinary;
    }

    /// <summary>The day itself, or the last ordinary one before it.</summary>
    public LocalDate OnOrBefore(LocalDate day) => Walk(day, -1);

    /// <summary>The day itself, or the first ordinary one after it.</summary>
    public LocalDate OnOrAfter(LocalDate day) => Walk(day, 1);

    private LocalDate Walk(LocalDate day, int step)
    {
        while (!IsOrdinary(day))
        {
            day = day.PlusDays(step);
        }

        return day;
    }
}
