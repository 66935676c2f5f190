using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Holidays;

public enum HolidayKind
{
    Holiday,

    /// <summary>What the party celebrates, whether or not anybody has the day off.</summary>
    NationalDay,
}

public enum HolidayStatus
{
    /// <summary>By law, every year the same.</summary>
    Fixed,

    /// <summary>Expected until the government decides.</summary>
    Estimated,
    Announced,
}

/// <summary>One day of a party's.</summary>
/// <param name="Lunar">The day in the lunar calendar, for occasions that go by it.</param>
public sealed record Holiday(PartyCode Party, LocalDate Date, HolidayKind Kind, Text Name, HolidayStatus Status, Source Source, LunarDate? Lunar)
{
    /// <summary>Null for a national day.</summary>
    public Slug? Occasion { get; init; }

    /// <summary>Of a national day.</summary>
    public FactId? Fact { get; init; }
}

/// <summary>
/// Holidays and national days by party and year: the rule's days, but announced ones win. An announcement takes the place of whatever
/// the rule has on its date; and once one with the status announced names an occasion, the rule's estimated days of that occasion give
/// way in the year of its date. Keeps what it has worked out: made for one question, used by one thread.
/// </summary>
public sealed class HolidayYears(Almanac almanac)
{
    private readonly Dictionary<(PartyCode Party, int Year), ImmutableArray<Holiday>> _years = [];

    /// <summary>By date.</summary>
    public ImmutableArray<Holiday> Of(PartyCode party, int year)
    {
        if (!_years.TryGetValue((party, year), out var days))
        {
            days = [.. PublicHolidays(party, year).Concat(NationalDays(party, year)).OrderBy(holiday => holiday.Date)];
            _years.Add((party, year), days);
        }

        return days;
    }

    public IEnumerable<Holiday> On(PartyCode party, LocalDate day) => Of(party, day.Year).Where(holiday => holiday.Date == day);

    public bool IsHoliday(PartyCode party, LocalDate day)
    {
        foreach (var holiday in Of(party, day.Year))
        {
            if (holiday.Date == day && holiday.Kind == HolidayKind.Holiday)
            {
                return true;
            }
        }

        return false;
    }

    private List<Holiday> PublicHolidays(PartyCode party, int year)
    {
        var rules = HolidayRules.Of(party);
        var announced = almanac.Announcements.Of(party, year).ToList();
        var settled = announced.Where(said => said.Status == AnnouncementStatus.Announced).Select(said => said.Occasion).ToHashSet();
        var taken = announced.Select(said => said.Date).ToHashSet();
        var days = announced.ConvertAll(said => Announced(said, rules));
        if (rules is null)
        {
            return days;
        }

        days.AddRange(
            from rule in rules.Days
            where rule.Since <= year && year <= rule.Until && !(rule.Status == HolidayStatus.Estimated && settled.Contains(rule.Occasion))
            from date in rule.In(year)
            where !taken.Contains(date)
            select new Holiday(party, date, HolidayKind.Holiday, rule.Name, rule.Status, rule.Source, rule.IsLunar ? VietnameseCalendar.Of(date) : null) { Occasion = rule.Occasion });
        if (rules.SubstitutesWeekends)
        {
            days.AddRange(Substitutes([.. days.Where(day => !settled.Contains(day.Occasion!.Value) && rules.Find(day.Occasion.Value) is not null)], [.. days.Select(day => day.Date)]));
        }

        return days;
    }

    // One for each date: two holidays on one Sunday are one day lost.
    private static IEnumerable<Holiday> Substitutes(IReadOnlyList<Holiday> days, HashSet<LocalDate> taken)
    {
        foreach (var lost in days.Where(day => day.Date.IsWeekend()).OrderBy(day => day.Date).DistinctBy(day => day.Date))
        {
            var next = lost.Date.PlusDays(1);
            while (next.IsWeekend() || !taken.Add(next))
            {
                next = next.PlusDays(1);
            }

            yield return lost with
            {
                Date = next,
                Name = new Text($"Nghỉ bù {lost.Name.Vi}", $"Substitute day for {lost.Name.En}"),
                Status = HolidayStatus.Estimated,
                Lunar = lost.Lunar is null ? null : VietnameseCalendar.Of(next),
            };
        }
    }

    private static Holiday Announced(HolidayAnnounced said, HolidayRules? rules) => new(
        said.Party, said.Date, HolidayKind.Holiday, said.Name, said.Status == AnnouncementStatus.Announced ? HolidayStatus.Announced : HolidayStatus.Estimated, said.Source,
        rules?.Find(said.Occasion) is { IsLunar: true } ? VietnameseCalendar.Of(said.Date) : null)
    {
        Occasion = said.Occasion,
    };

    private IEnumerable<Holiday> NationalDays(PartyCode party, int year) =>
        from fact in almanac.LoadParty(party).Facts.Values
        where fact.Kind == FactKind.NationalDay
        let day = Anniversary.Of(almanac, fact, year)
        where day is not null
        orderby fact.Id
        select new Holiday(party, day.Date.First, HolidayKind.NationalDay, fact.Title!, HolidayStatus.Fixed, fact.Source, null) { Fact = fact.Id };
}
