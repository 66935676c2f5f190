using System.Globalization;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Anniversaries;

/// <summary>100,000 dates of all precisions against an implementation that knows only text and the calendar's leap years.</summary>
public class WhenManyDatesHaveAnniversaries
{
    private const int Dates = 100_000;

    [Fact]
    public void Each_falls_where_a_plain_implementation_says()
    {
        var leapDays = RuleBook.Default.With(Given.Rules("2000-03-01", LeapDayRule.FirstOfMarch, new TierRule(Tier.Round, 10, [], [])).Adoption);
        var cases = (from origin in AnyHistory.Dates from n in Gen.Choose(-2, 400) select (origin, n)).Sample(Dates, new Rnd(20_261_122), 50);

        var wrong = cases.Where(one => Of(one.origin, one.n, leapDays) != Plain(one.origin.ToString(), one.n)).Take(10).ToList();

        Assert.Equal(Dates, cases.Length);
        Assert.Contains(cases, one => one.origin.IsLeapDay && one.n > 0);
        Assert.Empty(wrong);
    }

    private static string? Of(PartialDate origin, int n, RuleBook rules) =>
        Anniversary.DateOf(new Fact(Id("x"), FactKind.TiesEstablished, "ties-JP~VN", [VN], origin, Ministry, true), n, rules)?.ToString();

    // Year by year as text; 29 February only where the year has one, else 28 February, and from March 2000 on 1 March.
    private static string? Plain(string origin, int n)
    {
        var year = int.Parse(origin[..4], CultureInfo.InvariantCulture) + n;
        if (n < 1 || year > 9999)
        {
            return null;
        }

        var rest = origin[4..];
        if (rest == "-02-29" && !(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)))
        {
            rest = year > 2000 ? "-03-01" : "-02-28";
        }

        return $"{year:D4}{rest}";
    }
}
