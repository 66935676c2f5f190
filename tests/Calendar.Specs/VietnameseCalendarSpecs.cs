using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Specs;

public class WhenADayIsGivenByTheMoon
{
    // Year, day of Tết and leap month, from the tables of Hồ Ngọc Đức's "Âm lịch Việt Nam" (2004).
    private const string Published = """
        1968:01-29+7 1969:02-16 1970:02-06 1971:01-27+5 1972:02-15 1973:02-03 1974:01-23+4 1975:02-11 1976:01-31+8 1977:02-18 1978:02-07
        1979:01-28+6 1980:02-16 1981:02-05 1982:01-25+4 1983:02-13 1984:02-02 1985:01-21+2 1986:02-09 1987:01-29+7 1988:02-17 1989:02-06
        1990:01-27+5 1991:02-15 1992:02-04 1993:01-23+3 1994:02-10 1995:01-31+8 1996:02-19 1997:02-07 1998:01-28+5 1999:02-16 2000:02-05
        2001:01-24+4 2002:02-12 2003:02-01 2004:01-22+2 2005:02-09 2006:01-29+7 2007:02-17 2008:02-07 2009:01-26+5 2010:02-14 2011:02-03
        2012:01-23+4 2013:02-10 2014:01-31+9 2015:02-19 2016:02-08 2017:01-28+6 2018:02-16 2019:02-05 2020:01-25+4 2021:02-12 2022:02-01
        2023:01-22+2 2024:02-10 2025:01-29+6 2026:02-17 2027:02-06 2028:01-26+5 2029:02-13 2030:02-02 2031:01-23+3 2032:02-11 2033:01-31+11
        2034:02-19 2035:02-08 2036:01-28+6 2037:02-15 2038:02-04 2039:01-24+5 2040:02-12 2041:02-01 2042:01-22+2 2043:02-10 2044:01-30+7 2045:02-17
        2046:02-06 2047:01-26+5 2048:02-14 2049:02-02 2050:01-23+3 2051:02-11 2052:02-01+8 2053:02-18 2054:02-08 2055:01-28+6 2056:02-15 2057:02-04
        2058:01-24+4 2059:02-12 2060:02-02 2061:01-21+3 2062:02-09 2063:01-29+7 2064:02-17 2065:02-05 2066:01-26+5 2067:02-14 2068:02-03
        2069:01-23+4 2070:02-11 2071:01-31+8 2072:02-19 2073:02-07 2074:01-27+6 2075:02-15 2076:02-05 2077:01-24+4 2078:02-12 2079:02-02
        2080:01-22+3 2081:02-09 2082:01-29+7 2083:02-17 2084:02-06 2085:01-26+5 2086:02-14 2087:02-03 2088:01-24+4 2089:02-10 2090:01-30+8
        2091:02-18 2092:02-07 2093:01-27+6 2094:02-15 2095:02-05 2096:01-25+4 2097:02-12 2098:02-01 2099:01-21+2 2100:02-09
        """;

    public static TheoryData<int, string, int> Years
    {
        get
        {
            var years = new TheoryData<int, string, int>();
            foreach (var row in Published.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                years.Add(int.Parse(row[..4], CultureInfo.InvariantCulture), row[5..10], row.Length > 10 ? int.Parse(row[11..], CultureInfo.InvariantCulture) : 0);
            }

            return years;
        }
    }

    [Theory]
    [MemberData(nameof(Years))]
    public void Tet_and_the_leap_month_are_those_of_the_published_tables(int year, string tet, int leap)
    {
        Assert.Equal(Day($"{year}-{tet}"), VietnameseCalendar.Tet(year));
        Assert.Equal(leap == 0 ? [] : [leap], Enumerable.Range(1, 12).Where(month => VietnameseCalendar.DayOf(new LunarDate(year, month, IsLeap: true, 1)) is not null));
    }

    [Fact]
    public void The_tables_speak_of_every_year_that_is_computed() =>
        Assert.Equal(Enumerable.Range(1968, 133), Years.Select(row => (int)row[0]));

    [Theory]
    [InlineData(1968, "1968-01-29")]
    [InlineData(1969, "1969-02-16")]
    [InlineData(1985, "1985-01-21")]
    [InlineData(2007, "2007-02-17")]
    [InlineData(2030, "2030-02-02")]
    [InlineData(2053, "2053-02-18")]
    public void Tet_is_a_day_or_a_month_before_the_Chinese_new_year_where_the_new_moon_falls_between_the_midnights(int year, string tet)
    {
        var chinese = LocalDate.FromDateTime(new ChineseLunisolarCalendar().ToDateTime(year, 1, 1, 0, 0, 0, 0));

        Assert.Equal(Day(tet), VietnameseCalendar.Tet(year));
        Assert.NotEqual(chinese, VietnameseCalendar.Tet(year));
    }

    [Theory]
    [InlineData("2026-02-17", 2026, 1, false, 1)]
    [InlineData("2026-02-16", 2025, 12, false, 29)]
    [InlineData("2026-04-26", 2026, 3, false, 10)]
    [InlineData("2025-07-25", 2025, 6, true, 1)]
    [InlineData("2025-06-25", 2025, 6, false, 1)]
    [InlineData("2023-03-22", 2023, 2, true, 1)]
    [InlineData("2033-12-22", 2033, 11, true, 1)]
    [InlineData("2034-02-18", 2033, 12, false, 30)]
    [InlineData("1984-12-23", 1984, 12, false, 2)]
    public void A_day_has_one_lunar_date_and_it_leads_back(string day, int year, int month, bool leap, int number)
    {
        var lunar = new LunarDate(year, month, leap, number);

        Assert.Equal(lunar, VietnameseCalendar.Of(Day(day)));
        Assert.Equal(Day(day), VietnameseCalendar.DayOf(lunar));
    }

    [Fact]
    public void Every_day_of_the_range_leads_there_and_back()
    {
        var before = new LunarDate(1967, 12, IsLeap: false, 30);
        for (var day = VietnameseCalendar.FirstDay; day <= VietnameseCalendar.LastDay; day = day.PlusDays(1))
        {
            var lunar = Assert.NotNull(VietnameseCalendar.Of(day));
            Assert.Equal(day, VietnameseCalendar.DayOf(lunar));
            Assert.True(lunar.Day == before.Day + 1 || (lunar.Day == 1 && before.Day is 29 or 30), $"{day} is {lunar}, after {before}");
            before = lunar;
        }
    }

    [Fact]
    public void A_lunar_date_that_exists_leads_back_and_any_other_has_no_day() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from year in Gen.Choose(1967, 2101) from month in Gen.Choose(0, 13) from leap in Gen.Elements(true, false) from day in Gen.Choose(-1, 32)
         select new LunarDate(year, month, leap, day)).ToArbitrary(),
        lunar => VietnameseCalendar.DayOf(lunar) is not { } civil || VietnameseCalendar.Of(civil) == lunar));

    [Fact]
    public void The_range_is_that_of_the_lunar_years_1968_to_2100()
    {
        Assert.Equal((Day("1968-01-29"), Day("2101-01-28")), (VietnameseCalendar.FirstDay, VietnameseCalendar.LastDay));
        Assert.Null(VietnameseCalendar.Of(Day("1968-01-28")));
        Assert.Null(VietnameseCalendar.Of(Day("2101-01-29")));
        Assert.Null(VietnameseCalendar.Tet(1967));
        Assert.Null(VietnameseCalendar.Tet(2101));
        Assert.Null(VietnameseCalendar.DayOf(new LunarDate(2026, 1, IsLeap: true, 1)));
        Assert.Null(VietnameseCalendar.DayOf(new LunarDate(2025, 12, IsLeap: false, 30)));
    }

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
