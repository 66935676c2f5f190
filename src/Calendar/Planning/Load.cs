using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Rules;
using NodaTime;
using NodaTime.Calendars;

namespace Calendar.Planning;

/// <summary>How much there is to mark in a span of days, in tier weights: known to everybody, since plans do not enter.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Weight">The sum of the weights of the anniversaries that fall into it.</param>
/// <param name="ByPartner">The same of each partner, heaviest first; an anniversary of several partners weighs whole with each.</param>
public sealed record Load(LocalDate From, LocalDate To, decimal Weight, int Anniversaries, IReadOnlyList<(PartyCode Partner, decimal Weight)> ByPartner)
{
    /// <summary>In about the proportion of the tasks towards an anniversary of ties in the templates shipped with the product: 18, 12 and 4.</summary>
    public static int WeightOf(Tier tier) => tier switch
    {
        Tier.Round => 4,
        Tier.Half => 3,
        _ => 1,
    };

    /// <summary>The question widened to whole weeks: a week is as heavy whatever day of it is asked for.</summary>
    public static AnniversaryQuery WholeWeeks(AnniversaryQuery query) => query with { From = MondayOf(query.From), To = MondayOf(query.To.PlusDays(6)) };

    /// <summary>By the weeks (Monday to Sunday) that hold a day of the range. A month or year is spread over its days.</summary>
    public static IReadOnlyList<Load> ByWeek(Almanac almanac, AnniversaryQuery query) => ByWeek(query, almanac.Anniversaries(WholeWeeks(query)));

    /// <summary>The same of anniversaries that have been found.</summary>
    /// <param name="anniversaries">Of the <see cref="WholeWeeks"/>.</param>
    public static IReadOnlyList<Load> ByWeek(AnniversaryQuery query, IEnumerable<Anniversary> anniversaries)
    {
        var whole = WholeWeeks(query);
        var weeks = new SortedDictionary<LocalDate, Sum>();
        for (var monday = whole.From; monday < whole.To; monday = monday.PlusWeeks(1))
        {
            weeks.Add(monday, new Sum());
        }

        foreach (var anniversary in anniversaries)
        {
            var (first, last) = (anniversary.Date.First, anniversary.Date.Last);
            var days = Period.DaysBetween(first, last) + 1;
            for (var monday = MondayOf(first); monday <= last; monday = monday.PlusWeeks(1))
            {
                if (weeks.TryGetValue(monday, out var sum))
                {
                    var held = Period.DaysBetween(LocalDate.Max(first, monday), LocalDate.Min(last, monday.PlusDays(6))) + 1;
                    sum.Add(anniversary, WeightOf(anniversary.Tier) * (decimal)held / days);
                }
            }
        }

        return [.. weeks.Select(week => week.Value.On(week.Key))];
    }

    private static LocalDate MondayOf(LocalDate day) => day.DayOfWeek == IsoDayOfWeek.Monday ? day : day.Previous(IsoDayOfWeek.Monday);

    /// <summary>A week's name, <c>2027-W05</c> (ISO 8601).</summary>
    public static string WeekOf(LocalDate monday) => FormattableString.Invariant($"{WeekYearRules.Iso.GetWeekYear(monday):D4}-W{WeekYearRules.Iso.GetWeekOfWeekYear(monday):D2}");

    private sealed class Sum
    {
        private readonly SortedDictionary<PartyCode, decimal> _byPartner = [];
        private decimal _weight;
        private int _anniversaries;

        public void Add(Anniversary anniversary, decimal weight)
        {
            _weight += weight;
            _anniversaries++;
            foreach (var partner in anniversary.Partners)
            {
                _byPartner[partner] = _byPartner.GetValueOrDefault(partner) + weight;
            }
        }

        public Load On(LocalDate monday) => new(
            monday, monday.PlusWeeks(1), decimal.Round(_weight, 2), _anniversaries,
            [.. _byPartner.Select(one => (one.Key, decimal.Round(one.Value, 2))).OrderByDescending(one => one.Item2).ThenBy(one => one.Key)]);
    }
}
