using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Holidays;

/// <summary>A day, or some days, that the law gives every year.</summary>
/// <param name="Occasion">Announcements name it to settle the year's days.</param>
/// <param name="Status">Fixed, or estimated where the government decides every year.</param>
/// <param name="In">The days in a calendar year.</param>
public sealed record HolidayRule(Slug Occasion, Text Name, HolidayStatus Status, Source Source, Func<int, IEnumerable<LocalDate>> In)
{
    /// <summary>The first year it holds for.</summary>
    public int Since { get; init; } = PartialDate.MinYear;

    /// <summary>The last year it holds for.</summary>
    public int Until { get; init; } = PartialDate.MaxYear;

    /// <summary>Whether it goes by the lunar calendar.</summary>
    public bool IsLunar { get; init; }
}

/// <summary>The public holidays of one party. Another country is another table; nothing else knows whose it is.</summary>
public sealed record HolidayRules(PartyCode Party, ImmutableArray<HolidayRule> Days)
{
    private static readonly FrozenDictionary<PartyCode, HolidayRules> _tables = new[] { VietnamHolidays.Rules }.ToFrozenDictionary(rules => rules.Party);

    /// <summary>Whether a holiday on a weekend gives the next working day instead.</summary>
    public bool SubstitutesWeekends { get; init; }

    /// <summary>How many days around mùng 1 are no days for celebrations; null where Tết is not kept.</summary>
    public (int Before, int After)? TetPeriod { get; init; }

    public static HolidayRules? Of(PartyCode party) => _tables.GetValueOrDefault(party);

    public HolidayRule? Find(Slug occasion) => Days.FirstOrDefault(rule => rule.Occasion == occasion);
}

/// <summary>Where days fall, as tables say it.</summary>
public static class Falls
{
    public static Func<int, IEnumerable<LocalDate>> On(int month, int day) => year => [new LocalDate(year, month, day)];

    /// <summary>By the Vietnamese calendar, in no leap month; nowhere in years that it does not cover.</summary>
    public static Func<int, IEnumerable<LocalDate>> OnLunar(int month, int day) =>
        year => VietnameseCalendar.DayOf(new LunarDate(year, month, IsLeap: false, day)) is { } found ? [found] : [];

    /// <summary>Days in a row: so many before a day, the day, so many after it.</summary>
    public static Func<int, IEnumerable<LocalDate>> Around(Func<int, IEnumerable<LocalDate>> day, int before, int after) =>
        year => day(year).SelectMany(middle => Enumerable.Range(-before, before + 1 + after).Select(middle.PlusDays));

    /// <summary>
    /// One weekday beside a day: the one that joins it to a weekend, else the one before. So Viet Nam has chosen in every year from
    /// 2021 to 2026.
    /// </summary>
    public static Func<int, IEnumerable<LocalDate>> Beside(Func<int, IEnumerable<LocalDate>> day) => year => day(year).Select(middle =>
    {
        int[] weekdays = [.. new[] { -1, 1 }.Where(step => !middle.PlusDays(step).IsWeekend())];
        var joins = weekdays.Where(step => middle.PlusDays(2 * step).IsWeekend()).ToArray();
        return middle.PlusDays(joins.Length > 0 ? joins[0] : weekdays[0]);
    });

    public static bool IsWeekend(this LocalDate day) => day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;
}
