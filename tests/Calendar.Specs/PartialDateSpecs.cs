using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Calendar.Specs;

public class WhenAPartialDateIsRead
{
    [Theory]
    [InlineData("1653", Precision.Year, "1653-01-01", "1653-12-31")]
    [InlineData("1973-09", Precision.Month, "1973-09-01", "1973-09-30")]
    [InlineData("1992-02", Precision.Month, "1992-02-01", "1992-02-29")]
    [InlineData("1993-02", Precision.Month, "1993-02-01", "1993-02-28")]
    [InlineData("1973-09-21", Precision.Day, "1973-09-21", "1973-09-21")]
    [InlineData("1992-02-29", Precision.Day, "1992-02-29", "1992-02-29")]
    [InlineData("0001", Precision.Year, "0001-01-01", "0001-12-31")]
    [InlineData("0001-01-01", Precision.Day, "0001-01-01", "0001-01-01")]
    [InlineData("9999", Precision.Year, "9999-01-01", "9999-12-31")]
    [InlineData("9999-12-31", Precision.Day, "9999-12-31", "9999-12-31")]
    public void It_is_as_precise_as_it_is_written_and_covers_that_span(string text, Precision precision, string first, string last)
    {
        var date = PartialDate.Parse(text);

        Assert.Equal(precision, date.Precision);
        Assert.Equal((first, last), (new PartialDate(date.First).ToString(), new PartialDate(date.Last).ToString()));
        Assert.Equal(text, date.ToString());
    }

    [Theory]
    [InlineData("2023-02-30", "2023-02 has no day 30.", "Tháng 2 năm 2023 không có ngày 30.")]
    [InlineData("1900-02-29", "1900-02 has no day 29.", "Tháng 2 năm 1900 không có ngày 29.")]
    [InlineData("2100-02-29", "2100-02 has no day 29.", "Tháng 2 năm 2100 không có ngày 29.")]
    [InlineData("1954-07-00", "1954-07 has no day 0.", "Tháng 7 năm 1954 không có ngày 0.")]
    [InlineData("1954-04-31", "1954-04 has no day 31.", "Tháng 4 năm 1954 không có ngày 31.")]
    [InlineData("1954-13", "There is no month 13 in a year.", "Không có tháng 13 trong năm.")]
    [InlineData("1954-00-07", "There is no month 0 in a year.", "Không có tháng 0 trong năm.")]
    public void An_impossible_date_is_refused_with_the_reason(string text, string en, string vi)
    {
        Assert.False(PartialDate.TryParse(text, out _, out var why));
        Assert.Equal(new Text(vi, en), why);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("0000-01-01")]
    [InlineData("-001")]
    [InlineData("73")]
    [InlineData("10000")]
    [InlineData("1973-9")]
    [InlineData("1973-9-21")]
    [InlineData("1973/09/21")]
    [InlineData("21.09.1973")]
    [InlineData("1973-09/21")]
    [InlineData("1973-09-21 ")]
    [InlineData(" 1973-09-21")]
    [InlineData("1973-09-21T00:00Z")]
    [InlineData("1973-09-xx")]
    [InlineData("1973-+9")]
    [InlineData("١٩٧٣")]
    [InlineData("mùa thu")]
    public void Anything_else_is_refused_with_the_three_forms_that_can_be_written(string? text)
    {
        Assert.False(PartialDate.TryParse(text, out var date, out var why));
        Assert.Equal(default, date);
        Assert.EndsWith("is not a date: write 1973, 1973-09 or 1973-09-21.", why!.En, StringComparison.Ordinal);
        Assert.EndsWith("không phải là ngày: viết 1973, 1973-09 hoặc 1973-09-21.", why.Vi, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_is_not_repeated_to_its_writer()
    {
        Assert.False(PartialDate.TryParse(new string('9', 10_000), out _, out var why));
        Assert.InRange(why!.En.Length, 1, 100);
    }

    [Fact]
    public void What_is_formatted_reads_as_itself() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(AnyHistory.Dates.ToArbitrary(), date =>
            PartialDate.Parse(date.ToString()) == date));
}

public class WhenPartialDatesAreCompared
{
    [Fact]
    public void Their_order_is_the_ordinal_order_of_their_text() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(AnyHistory.Dates.Two().ToArbitrary(), two =>
            Math.Sign(two.Item1.CompareTo(two.Item2)) == Math.Sign(string.CompareOrdinal(two.Item1.ToString(), two.Item2.ToString()))));

    [Fact]
    public void The_order_is_by_the_first_day_then_coarse_before_fine()
    {
        string[] inOrder = ["1973", "1973-01", "1973-01-01", "1973-01-02", "1973-09", "1973-09-01", "1973-09-21", "1973-10", "1974"];

        Assert.Equal(inOrder, inOrder.Reverse().Select(PartialDate.Parse).Order().Select(date => date.ToString()));
        Assert.True(Given.Day("1973") < Given.Day("1973-01-01") && Given.Day("1973-09-21") >= Given.Day("1973-09"));
    }

    [Theory]
    [InlineData("1973", "1973-09-21", true)]
    [InlineData("1973-09", "1973-09-21", true)]
    [InlineData("1973-09", "1973", true)]
    [InlineData("1977-07-18", "1977-07-18", true)]
    [InlineData("1979-01", "1979-01-07", true)]
    [InlineData("1973-09-30", "1973-10", false)]
    [InlineData("1973-08-31", "1973-09", false)]
    [InlineData("1973-12-31", "1974", false)]
    [InlineData("9999-12-31", "9999", true)]
    public void They_overlap_when_their_spans_have_a_day_in_common(string x, string y, bool overlap)
    {
        Assert.Equal(overlap, Given.Day(x).Overlaps(Given.Day(y)));
        Assert.Equal(overlap, Given.Day(y).Overlaps(Given.Day(x)));
    }
}

public class WhenADateComesRoundInAnotherYear
{
    [Theory]
    [InlineData("1973-09-21", 2033, "2033-09-21")]
    [InlineData("1992-02-29", 2032, "2032-02-29")]
    [InlineData("1992-02-29", 2000, "2000-02-29")]
    [InlineData("1998-11", 2028, "2028-11")]
    [InlineData("1992-02", 2027, "2027-02")]
    [InlineData("2013", 2043, "2043")]
    [InlineData("0004-02-29", 9999, "9999-02-28")]
    [InlineData("1950-12-31", 9999, "9999-12-31")]
    [InlineData("1950-01-18", 1, "0001-01-18")]
    public void It_is_as_precise_as_it_was(string origin, int year, string expected) =>
        Assert.Equal(expected, Given.Day(origin).In(year, LeapDayRule.LastOfFebruary).ToString());

    [Theory]
    [InlineData(LeapDayRule.LastOfFebruary, "2027-02-28")]
    [InlineData(LeapDayRule.FirstOfMarch, "2027-03-01")]
    public void Leap_day_is_kept_as_the_rule_says_in_common_years(LeapDayRule rule, string expected) =>
        Assert.Equal(expected, Given.Day("1992-02-29").In(2027, rule).ToString());

    [Theory]
    [InlineData(LeapDayRule.LastOfFebruary)]
    [InlineData(LeapDayRule.FirstOfMarch)]
    public void Only_leap_day_ever_moves(LeapDayRule rule) =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(AnyHistory.Dates.ToArbitrary(), Gen.Choose(1, 9999).ToArbitrary(), (date, year) =>
        {
            var there = date.In(year, rule);
            var stays = !date.IsLeapDay || CalendarSystem.Iso.IsLeapYear(year);
            return there.Year == year && there.Precision == date.Precision && stays == ((there.Month, there.Day) == (date.Month, date.Day));
        }));

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    public void A_year_no_one_can_write_is_refused(int year)
    {
        Assert.ThrowsAny<ArgumentException>(() => Given.Day("1973-09-21").In(year, LeapDayRule.LastOfFebruary));
        Assert.ThrowsAny<ArgumentException>(() => Given.Day("1992-02-29").In(year, LeapDayRule.FirstOfMarch));
        Assert.ThrowsAny<ArgumentException>(() => PartialDate.OfYear(year));
    }
}

public class WhenAMonthAndDayIsRead
{
    [Theory]
    [InlineData("--09-02", 9, 2)]
    [InlineData("--02-29", 2, 29)]
    public void It_has_no_year(string text, int month, int day)
    {
        Assert.True(MonthDay.TryParse(text, out var read));
        Assert.Equal(new AnnualDate(month, day), read);
        Assert.Equal(text, MonthDay.Format(read));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("09-02")]
    [InlineData("--9-2")]
    [InlineData("--02-30")]
    [InlineData("--13-01")]
    [InlineData("1945-09-02")]
    public void Anything_else_is_refused(string? text) => Assert.False(MonthDay.TryParse(text, out _));
}
