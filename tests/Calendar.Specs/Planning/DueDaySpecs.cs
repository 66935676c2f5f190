using Calendar.Holidays;
using Calendar.Planning;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Planning;

public class WhenATaskIsDue
{
    private readonly DueDays _days = new(Record().Now);

    [Theory]
    [InlineData("2033-09-21", "P-12M", "2032-09-21")]
    [InlineData("2033-03-31", "P-1M", "2033-02-28")] // clipped to the month's end
    [InlineData("2032-03-31", "P-1M", "2032-02-27")] // the 29th, a Sunday
    [InlineData("2032-02-29", "P-12M", "2031-02-28")]
    [InlineData("2033-09-21", "P-18M", "2032-03-19")] // a Sunday: the Friday before
    [InlineData("2033-09-21", "P-7D", "2033-09-14")]
    [InlineData("2033-09-21", "P-1M-7D", "2033-08-12")] // 14 August, a Sunday
    [InlineData("2026-11-21", "P0D", "2026-11-20")] // a Saturday: the day before, so that messages are there in time
    [InlineData("2026-11-20", "P1D", "2026-11-23")] // what follows goes to the day after
    [InlineData("2026-12-31", "P1D", "2027-01-04")] // over New Year's Day, a Friday, and the weekend
    [InlineData("2027-05-01", "P0D", "2027-04-29")] // over two holidays
    public void It_is_so_many_months_and_days_away_on_an_ordinary_day(string day, string offset, string due) =>
        Assert.Equal(Date(due), _days.Of(Day(day), TaskAnchor.Day, DueOffset.Parse(offset)));

    [Theory]
    [InlineData("2033-11", "P0D", "2033-11-01")]
    [InlineData("2033-09", "P0D", "2033-08-31")] // 1 September is the holiday beside National Day, a Friday
    [InlineData("2027", "P-1M", "2026-12-01")]
    public void A_month_or_a_year_is_counted_from_its_first_day(string day, string offset, string due) =>
        Assert.Equal(Date(due), _days.Of(Day(day), TaskAnchor.Day, DueOffset.Parse(offset)));

    [Fact]
    public void The_days_of_tet_are_no_days_for_work()
    {
        // 2 February 2030 is mùng 1 in Viet Nam (3 February in China): from 31 January to 7 February nothing is due.
        Assert.Equal(Date("2030-01-30"), _days.Of(Day("2030-02-02"), TaskAnchor.Day, DueOffset.Parse("P0D")));
        Assert.Equal(Date("2030-02-08"), _days.Of(Day("2030-02-02"), TaskAnchor.Day, DueOffset.Parse("P1D")));
        Assert.Equal(Date("2030-01-30"), _days.Of(Day("2030-03-05"), TaskAnchor.Day, DueOffset.Parse("P-1M")));
    }

    [Fact]
    public void Some_yearly_work_counts_from_tet() =>
        Assert.Equal(Date("2027-01-22"), _days.Of(PartialDate.OfYear(2027), TaskAnchor.Tet, DueOffset.Parse("P-14D"))); // mùng 1 is 6 February; 23 January is a Saturday

    [Fact]
    public void An_announced_holiday_counts_and_a_withdrawn_one_does_not()
    {
        var record = Record().With(Announced("2033-09-14", "flood"));
        Assert.Equal(Date("2033-09-13"), new DueDays(record.Now).Of(Day("2033-09-21"), TaskAnchor.Day, DueOffset.Parse("P-7D")));

        record.With(Unannounced("2033-09-14"));
        Assert.Equal(Date("2033-09-14"), new DueDays(record.Now).Of(Day("2033-09-21"), TaskAnchor.Day, DueOffset.Parse("P-7D")));
    }

    internal static AnnounceHoliday Announced(string day, string occasion) =>
        new(VN, Date(day), SlugOf(occasion), Both("Nghỉ bù"), AnnouncementStatus.Announced, Ministry);

    internal static WithdrawHoliday Unannounced(string day) => new(VN, Date(day), Because);
}

public class WhenAnOffsetIsWritten
{
    [Theory]
    [InlineData("P-18M", "P-18M")]
    [InlineData("P-1Y-6M", "P-18M")]
    [InlineData("P-2W", "P-14D")]
    [InlineData("P0D", "P0D")]
    [InlineData("P0M", "P0D")]
    [InlineData("P1M15D", "P1M15D")]
    [InlineData("P-1M-5D", "P-1M-5D")]
    public void It_is_months_and_days(string text, string canonical) => Assert.Equal(canonical, DueOffset.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-P18M")]
    [InlineData("P")]
    [InlineData("18M")]
    [InlineData("PT5H")]
    [InlineData("P1DT1H")]
    [InlineData("P-241M")]
    [InlineData("P3661D")]
    [InlineData("P-99999999999999M")]
    [InlineData("P9223372036854775807Y")]
    [InlineData("P-1M-5D-1M")]
    public void Hours_nonsense_and_half_centuries_are_none(string text) => Assert.False(DueOffset.TryParse(text, out _));

    [Theory]
    [InlineData("P-1M5D", true)]
    [InlineData("P1M-5D", true)]
    [InlineData("P-1M-5D", false)]
    [InlineData("P-5D", false)]
    public void Before_and_after_at_once_contradicts_itself(string text, bool contradictory) => Assert.Equal(contradictory, DueOffset.Parse(text).IsContradictory);
}
