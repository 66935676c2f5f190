namespace Calendar.Holidays;

/// <summary>
/// The public holidays of Viet Nam. Labour Code 45/2019/QH14, Article 112 (since 2021), with what the laws before it gave since the
/// Labour Code of 1994, each from its first whole year; Article 111(3): a holiday on a weekly day off is made up for on the next working day. The Prime Minister
/// decides every year which five days are Tết and which day beside 2 September is free: those are estimates until announced.
/// </summary>
internal static class VietnamHolidays
{
    private static readonly Source _code1994 = new("Bộ luật Lao động 1994, Điều 73", null, Confidence.Confirmed);
    private static readonly Source _law2007 = new("Luật 84/2007/QH11 sửa đổi Điều 73 Bộ luật Lao động", null, Confidence.Confirmed);
    private static readonly Source _code2012 = new("Bộ luật Lao động 10/2012/QH13, Điều 115", null, Confidence.Confirmed);
    private static readonly Source _code2019 = new("Bộ luật Lao động 45/2019/QH14, Điều 112", null, Confidence.Confirmed);

    private static readonly Text _tet = new("Tết Nguyên đán", "Tết (Lunar New Year)");

    public static HolidayRules Rules { get; } = new(
        PartyCode.Of("VN"),
        [
            .. Kept("new-year", new Text("Tết Dương lịch", "New Year's Day"), 1, 1),
            new HolidayRule(Slug.Of("tet"), _tet, HolidayStatus.Estimated, _code1994, Falls.Around(Falls.OnLunar(1, 1), 1, 2)) { Since = 1995, Until = 2013, IsLunar = true },
            new HolidayRule(Slug.Of("tet"), _tet, HolidayStatus.Estimated, _code2012, Falls.Around(Falls.OnLunar(1, 1), 1, 3)) { Since = 2014, Until = 2020, IsLunar = true },
            new HolidayRule(Slug.Of("tet"), _tet, HolidayStatus.Estimated, _code2019, Falls.Around(Falls.OnLunar(1, 1), 1, 3)) { Since = 2021, IsLunar = true },
            .. HungKings(),
            .. Kept("reunification-day", new Text("Ngày Chiến thắng (Giải phóng miền Nam, thống nhất đất nước)", "Victory Day (Reunification Day)"), 4, 30),
            .. Kept("labour-day", new Text("Ngày Quốc tế lao động", "International Labour Day"), 5, 1),
            .. Kept("national-day", new Text("Quốc khánh", "National Day"), 9, 2),
            new HolidayRule(Slug.Of("national-day"), new Text("Quốc khánh (ngày liền kề)", "National Day (the day beside it)"), HolidayStatus.Estimated, _code2019, Falls.Beside(Falls.On(9, 2))) { Since = 2021 },
        ])
    {
        SubstitutesWeekends = true,
        TetPeriod = (2, 5),
    };

    // The same day under each law: only the citation changes.
    private static HolidayRule[] Kept(string occasion, Text name, int month, int day) =>
    [
        new HolidayRule(Slug.Of(occasion), name, HolidayStatus.Fixed, _code1994, Falls.On(month, day)) { Since = 1995, Until = 2013 },
        new HolidayRule(Slug.Of(occasion), name, HolidayStatus.Fixed, _code2012, Falls.On(month, day)) { Since = 2014, Until = 2020 },
        new HolidayRule(Slug.Of(occasion), name, HolidayStatus.Fixed, _code2019, Falls.On(month, day)) { Since = 2021 },
    ];

    private static HolidayRule[] HungKings()
    {
        var rule = new HolidayRule(
            Slug.Of("hung-kings"), new Text("Giỗ Tổ Hùng Vương", "Hùng Kings' Commemoration Day"), HolidayStatus.Fixed, _law2007, Falls.OnLunar(3, 10)) { IsLunar = true };
        return
        [
            rule with { Since = 2007, Until = 2013 },
            rule with { Source = _code2012, Since = 2014, Until = 2020 },
            rule with { Source = _code2019, Since = 2021 },
        ];
    }
}
