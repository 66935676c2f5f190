using System.Text;
using Calendar.Ical;
using NodaTime;

namespace Calendar.Specs.Ical;

public class WhenACalendarIsWritten
{
    [Fact]
    public void A_bare_one_says_no_more_than_it_must() =>
        Assert.Equal(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Specs//EN\r\nCALSCALE:GREGORIAN\r\nEND:VCALENDAR\r\n",
            Encoding.UTF8.GetString(IcalWriter.Write(new VCalendar("-//Specs//EN"))));

    [Fact]
    public void Old_and_new_properties_say_the_same()
    {
        var read = IcalReader.Read(Feed);
        Assert.Equal(Feed.Name, read["NAME"].Text);
        Assert.Equal(Feed.Name, read["X-WR-CALNAME"].Text);
        Assert.Equal(Feed.Description, read["DESCRIPTION"].Text);
        Assert.Equal(Feed.Description, read["X-WR-CALDESC"].Text);
        Assert.Equal("PT12H", read["REFRESH-INTERVAL"].Value);
        Assert.Equal("PT12H", read["X-PUBLISHED-TTL"].Value);
    }

    [Fact]
    public void A_feed_has_neither_method_nor_UID() =>
        Assert.Equal(
            "VERSION PRODID CALSCALE NAME X-WR-CALNAME DESCRIPTION X-WR-CALDESC COLOR X-APPLE-CALENDAR-COLOR SOURCE REFRESH-INTERVAL X-PUBLISHED-TTL",
            IcalReader.Read(Feed).Names);

    [Fact]
    public void An_interval_that_is_none_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IcalWriter.Write(Feed with { RefreshInterval = Duration.Zero }));

    [Fact]
    public void It_is_the_golden_file_octet_for_octet() => Golden.Is("anniversaries.ics", IcalWriter.Write(Feed));

    private static VCalendar Feed => new("-//Calendar//Anniversaries//VI")
    {
        Name = "Kỷ niệm: Việt Nam – Nhật Bản",
        Language = "vi",
        Description = "Năm tròn và năm lẻ 5; đến hết năm 2033.",
        Color = "crimson",
        AppleColor = "#DC143C",
        Source = "https://calendar.example.vn/feeds/anniversaries.ics?party=JP&tier=round,half",
        RefreshInterval = Duration.FromHours(12),
        Events =
        [
            Sample.Event with
            {
                Description = "Đối tác: Nhật Bản\nNgày gốc: 1973-09-21\nNguồn: Bộ Ngoại giao Việt Nam, \"Quan hệ Việt Nam – Nhật Bản\"\nĐộ tin cậy: đã xác nhận",
                Url = "https://calendar.example.vn/v1/anniversaries/cf0c8a4c/60/explanation",
                Categories = ["ties_established", "năm tròn", "Nhật Bản"],
                Alarms = [new DisplayAlarm(Duration.FromDays(7), "Còn 7 ngày: kỷ niệm 60 năm quan hệ Việt Nam – Nhật Bản")],
                Links = [new("https://example.org/a,b;c", "describedby") { Label = new("Tuyên bố chung: bản gốc", "vi"), MediaType = "text/html" }],
                Concepts = ["https://calendar.example.vn/kinds/ties_established"],
            },
            new VEvent("9f3b2d10-celebration@calendar", new(2033, 9, 24), new(2033, 9, 26), Instant.FromUtc(2033, 8, 1, 0, 0), 0, new("Lễ hội Việt – Nhật 🎏", "vi"))
            {
                Location = "Công viên Yoyogi, Tokyo",
                RelatedTo = [new(Sample.Event.Uid)],
                Color = "gold",
                Status = EventStatus.Tentative,
            },
            new VEvent("a1-20@calendar", new(2026, 10, 1), new(2026, 11, 1), Instant.FromUtc(2026, 1, 2, 3, 4, 5), 4, new("20 years of the partnership", "en"))
            {
                Status = EventStatus.Cancelled,
            },
        ],
        Todos = [Sample.Todo with { RelatedTo = [new(Sample.Event.Uid)], Alarms = [new DisplayAlarm(Duration.FromDays(3), "Gửi công hàm mời: còn 3 ngày")] }],
    };
}
