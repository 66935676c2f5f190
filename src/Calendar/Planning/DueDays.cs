using Calendar.Almanacs;
using Calendar.Holidays;
using NodaTime;

namespace Calendar.Planning;

/// <summary>
/// When tasks are due: so many calendar months and days from the anchor, clipped to the month's end, then moved to an ordinary day: the one before for what
/// leads up to the anchor, the one after for what follows it. Made for one question, used by one thread.
/// </summary>
public sealed class DueDays(Almanac almanac)
{
    private readonly OrdinaryDays _ordinary = new(almanac);

    /// <summary>A task's due day. A month or year is counted from its first day.</summary>
    /// <returns>Null where there is no such anchor: Tết for those who do not keep it.</returns>
    public LocalDate? Of(PartialDate on, TaskAnchor anchor, DueOffset offset) => (anchor == TaskAnchor.Tet ? _ordinary.TetOf(on.Year) : on.First) is { } from ? Of(from, offset) : null;

    public LocalDate Of(LocalDate from, DueOffset offset)
    {
        var day = from.PlusMonths(offset.Months).PlusDays(offset.Days);
        return offset.IsAfter ? _ordinary.OnOrAfter(day) : _ordinary.OnOrBefore(day);
    }

    /// <summary>A day that somebody chose, after its anniversary moved: as far from it as before, on an ordinary day.</summary>
    public LocalDate Shifted(LocalDate due, PartialDate from, PartialDate to) =>
        _ordinary.OnOrBefore(due.PlusDays(NodaTime.Period.DaysBetween(from.First, to.First)));

    public bool IsOrdinary(LocalDate day) => _ordinary.IsOrdinary(day);
}
