using NodaTime;

namespace Calendar.Holidays;

/// <summary>The days on which a party works: neither Saturday nor Sunday nor a public holiday of its own.</summary>
public sealed class WorkingDays(HolidayYears holidays, PartyCode party)
{
    public bool IsWorkingDay(LocalDate day) => !day.IsWeekend() && !holidays.IsHoliday(party, day);

    /// <summary>The first working day after a day.</summary>
    public LocalDate Next(LocalDate day) => Walk(day, 1);

    /// <summary>The last working day before a day.</summary>
    public LocalDate Previous(LocalDate day) => Walk(day, -1);

    private LocalDate Walk(LocalDate day, int step)
    {
        do
        {
            day = day.PlusDays(step);
        }
        while (!IsWorkingDay(day));
        return day;
    }
}
