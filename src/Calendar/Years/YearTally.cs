using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Years;

/// <summary>How many anniversaries.</summary>
/// <param name="Jubilees">Of those in the tiers.</param>
/// <param name="NationalDays">Of no tier.</param>
public readonly record struct TierCounts(int Round, int Half, int Other, int Jubilees, int NationalDays)
{
    public int Total => Round + Half + Other + NationalDays;

    public TierCounts With(Tier tier, int years)
    {
        var jubilees = Jubilees + (RuleSet.IsJubilee(years) ? 1 : 0);
        return tier switch
        {
            Tier.Round => this with { Round = Round + 1, Jubilees = jubilees },
            Tier.Half => this with { Half = Half + 1, Jubilees = jubilees },
            _ => this with { Other = Other + 1, Jubilees = jubilees },
        };
    }

    public static TierCounts operator +(TierCounts x, TierCounts y) =>
        new(x.Round + y.Round, x.Half + y.Half, x.Other + y.Other, x.Jubilees + y.Jubilees, x.NationalDays + y.NationalDays);
}

/// <summary>The anniversaries of one year, counted at their places in the index: none is made for it.</summary>
public sealed class YearTally
{
    private static readonly PartialDate _leapDay = PartialDate.OfDay(2000, 2, 29);

    private readonly TierCounts[] _months = new TierCounts[12];

    /// <param name="query">Its filters; its range says nothing here.</param>
    /// <param name="year">1 to 9998.</param>
    public YearTally(Almanac almanac, AnniversaryQuery query, int year)
    {
        var count = new Counting(almanac, query.Tiers, query.KindBits(), query.FactsIn(almanac));
        var (years, months, days) = (query.Wants(Precision.Year), query.Wants(Precision.Month), query.Wants(Precision.Day));
        WholeYear = years ? count.On(PartialDate.OfYear(year)) : default;
        for (var month = 1; month <= 12; month++)
        {
            ref var counts = ref _months[month - 1];
            counts = months ? count.On(PartialDate.OfMonth(year, month)) : default;
            for (var day = 1; days && day <= CalendarSystem.Iso.GetDaysInMonth(year, month); day++)
            {
                counts += count.On(PartialDate.OfDay(year, month, day));
            }
        }

        Total = _months.Aggregate(WholeYear, (sum, counts) => sum + counts);
    }

    /// <summary>Of those of which only the year is known.</summary>
    public TierCounts WholeYear { get; }

    /// <summary>January first; with those of which only the month is known.</summary>
    public IReadOnlyList<TierCounts> Months => _months;

    public TierCounts Total { get; }

    /// <summary>One count under way: what is kept of it are the figures.</summary>
    private sealed class Counting(Almanac almanac, TierSet wanted, int kinds, FactSet? set)
    {
        public TierCounts On(PartialDate date)
        {
            var (index, rules) = (almanac.Index, almanac.Rules.On(date));
            var counts = Count(index.At(date), date, rules);
            if (date.IsLeapDayOf(almanac.Rules.LeapDayIn(date.Year)))
            {
                counts += Count(index.At(_leapDay), date, rules);
            }

            if (date.Precision == Precision.Day && (kinds & (1 << (int)Facts.FactKind.NationalDay)) != 0)
            {
                counts += CountNationalDays(index.NationalDaysAt(date), date);
                counts += date.IsLeapDayOf(LeapDayRule.LastOfFebruary) ? CountNationalDays(index.NationalDaysAt(_leapDay), date) : default;
            }

            return counts;
        }

        private TierCounts Count(ReadOnlySpan<AnniversaryIndex.Entry> entries, PartialDate date, RuleSet rules)
        {
            Span<int> tiers = stackalloc int[3];
            var jubilees = 0;
            foreach (var entry in entries)
            {
                var years = date.Year - entry.Year;
                if (years > 0 && rules.Counts(entry.Kind, years, wanted) && IsCounted(entry, years))
                {
                    tiers[(int)rules.TierOf(entry.Kind, years)]++;
                    jubilees += RuleSet.IsJubilee(years) ? 1 : 0;
                }
            }

            return new TierCounts(tiers[0], tiers[1], tiers[2], jubilees, 0);
        }

        private TierCounts CountNationalDays(ReadOnlySpan<AnniversaryIndex.Entry> entries, PartialDate date)
        {
            var count = 0;
            foreach (var entry in entries)
            {
                count += IsCounted(entry, date.Year) ? 1 : 0;
            }

            return new TierCounts(0, 0, 0, 0, count);
        }

        private bool IsCounted(AnniversaryIndex.Entry entry, int number) =>
            (kinds & (1 << (int)entry.Kind)) != 0 && set?.Has(entry.Number) != false
            && (!entry.HasEnd || Anniversary.DateOf(almanac.FactAt(entry.Number), number, almanac.Rules) is not null);
    }
}
