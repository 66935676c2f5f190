using System.Globalization;
using Calendar.Ical;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Specs.Ical;

public class WhenAnAppointmentIsWritten
{
    [Fact]
    public void Its_times_are_local_and_name_their_zone()
    {
        var read = IcalReader.ReadOne(Sample.Appointment("Asia/Ho_Chi_Minh", new(2033, 9, 21, 9, 0), new(2033, 9, 21, 11, 30)));
        Assert.Equal("VEVENT", read.Name);
        Assert.Equal(("20330921T090000", "Asia/Ho_Chi_Minh"), (read["DTSTART"].Value, Assert.Single(read["DTSTART"].Parameters).Value));
        Assert.Equal(("20330921T113000", "Asia/Ho_Chi_Minh"), (read["DTEND"].Value, read["DTEND"].Parameters["TZID"]));
    }

    [Fact]
    public void It_takes_time_only_if_it_says_so()
    {
        var appointment = Sample.Appointment("Asia/Ho_Chi_Minh", new(2033, 9, 21, 9, 0), new(2033, 9, 21, 11, 30));
        Assert.Equal("TRANSPARENT", IcalReader.ReadOne(appointment)["TRANSP"].Value);
        Assert.Equal("OPAQUE", IcalReader.ReadOne(appointment with { IsBusy = true })["TRANSP"].Value);
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Etc/UTC")]
    [InlineData("Etc/GMT")]
    public void In_UTC_it_needs_no_zone(string zone)
    {
        var read = IcalReader.Read(new VCalendar("-//Specs//EN") { Events = [Sample.Appointment(zone, new(2033, 9, 21, 9, 0), new(2033, 9, 21, 11, 30))] });
        var entry = Assert.Single(read.Components);
        Assert.Equal(("20330921T090000Z", "20330921T113000Z"), (entry["DTSTART"].Value, entry["DTEND"].Value));
        Assert.Empty(entry["DTSTART"].Parameters);
    }

    [Fact]
    public void It_may_end_in_another_zone_than_it_started()
    {
        var hanoi = Sample.Appointment("Asia/Ho_Chi_Minh", new(2033, 9, 21, 23, 0), new(2033, 9, 21, 23, 30));
        var flight = hanoi with { EndExclusive = DateTimeZoneProviders.Tzdb["Asia/Tokyo"].AtStrictly(new(2033, 9, 22, 6, 0)) };
        var read = IcalReader.Read(new VCalendar("-//Specs//EN") { Events = [flight] });
        Assert.Equal("Asia/Ho_Chi_Minh Asia/Tokyo", string.Join(' ', read.Components.Where(c => c.Name == "VTIMEZONE").Select(z => z["TZID"].Text)));
        Assert.Equal("Asia/Tokyo", read.Components[^1]["DTEND"].Parameters["TZID"]);
    }

    [Fact]
    public void A_time_that_comes_twice_is_the_first_and_written_in_UTC_because_readers_disagree()
    {
        var read = IcalReader.ReadOne(Sample.Appointment("Europe/Paris", new(2026, 10, 25, 2, 30), new(2026, 10, 25, 4, 0)));
        Assert.Equal("20261025T003000Z", read["DTSTART"].Value);
        Assert.Empty(read["DTSTART"].Parameters);
        Assert.Equal(("20261025T040000", "Europe/Paris"), (read["DTEND"].Value, read["DTEND"].Parameters["TZID"]));
    }

    [Fact]
    public void Who_means_the_second_of_the_two_can_say_so()
    {
        var appointment = Sample.Appointment("Europe/Paris", new(2026, 10, 25, 2, 30), new(2026, 10, 25, 4, 0));
        var read = IcalReader.ReadOne(appointment with { Start = Instant.FromUtc(2026, 10, 25, 1, 30).InZone(appointment.Start.Zone) });
        Assert.Equal("20261025T013000Z", read["DTSTART"].Value);
    }

    [Fact]
    public void A_time_that_is_skipped_is_written_as_the_clock_shows_it()
    {
        var read = IcalReader.ReadOne(Sample.Appointment("Europe/Paris", new(2027, 3, 28, 2, 30), new(2027, 3, 28, 4, 0)));
        Assert.Equal("20270328T033000", read["DTSTART"].Value);
    }

    [Theory]
    [InlineData("2033-09-21T09:00:00", "2033-09-21T09:00:00")]
    [InlineData("2033-09-21T09:00:00", "2033-09-21T08:00:00")]
    [InlineData("2033-09-21T09:00:00", "2033-09-21T09:00:00.9")]
    public void One_that_does_not_last_a_second_is_refused(string start, string end) =>
        Assert.Throws<ArgumentException>(() => IcalReader.ReadOne(Sample.Appointment("Asia/Ho_Chi_Minh", Local(start), Local(end))));

    [Fact]
    public void A_year_before_the_first_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IcalReader.ReadOne(Sample.Appointment("Asia/Ho_Chi_Minh", new(0, 12, 31, 9, 0), new(2033, 1, 1, 0, 0))));

    [Theory]
    [InlineData(1, "00010101T090000")]
    [InlineData(9999, "99990101T090000")]
    public void The_first_and_the_last_year_can_be_said(int year, string start) =>
        Assert.Equal(start, IcalReader.ReadOne(Sample.Appointment("America/New_York", new(year, 1, 1, 9, 0), new(year, 12, 31, 10, 0)))["DTSTART"].Value);

    [Fact]
    public void One_in_Ha_Noi_is_the_golden_file_octet_for_octet() => Golden.Is("appointment-hanoi.ics", IcalWriter.Write(new("-//Calendar//Celebrations//VI")
    {
        Events =
        [
            Sample.Appointment("Asia/Ho_Chi_Minh", new(2033, 9, 21, 9, 0), new(2033, 9, 21, 11, 30)) with
            {
                Location = "Nhà hát Lớn Hà Nội, số 1 Tràng Tiền",
                RelatedTo = [new("cf0c8a4c-60@calendar"), new("41d6a6de-10@calendar")],
                Status = EventStatus.Tentative,
                IsBusy = true,
                Alarms =
                [
                    new DisplayAlarm(Duration.FromHours(2), "Còn hai giờ") { Uid = "9f3b2d10-celebration-PT2H@calendar" },
                    new TimedAlarm(Instant.FromUtc(2033, 9, 20, 1, 0), "Ngày mai: lễ kỷ niệm") { Uid = "9f3b2d10-celebration-eve@calendar" },
                ],
            },
        ],
    }));

    [Fact]
    public void One_over_the_end_of_summer_time_is_the_golden_file_octet_for_octet() => Golden.Is("appointment-paris.ics", IcalWriter.Write(new("-//Calendar//Celebrations//EN")
    {
        Events =
        [
            Sample.Event,
            Sample.Appointment("Europe/Paris", new(2026, 10, 24, 20, 0), new(2026, 10, 25, 10, 0)) with
            {
                Summary = new("La nuit franco-vietnamienne", "fr"),
            },
            Sample.Appointment("Europe/Paris", new(2026, 10, 25, 2, 30), new(2026, 10, 25, 3, 30)) with
            {
                Uid = "first@calendar", Summary = new("From the first half past two on", "en"),
            },
        ],
    }));

    private static LocalDateTime Local(string text) => LocalDateTimePattern.ExtendedIso.Parse(text).Value;
}

public class WhenAZoneIsTold
{
    [Fact]
    public void It_stands_once_and_before_all_entries()
    {
        var read = IcalReader.Read(new VCalendar("-//Specs//EN")
        {
            Events =
            [
                Sample.Event,
                Sample.Appointment("Europe/Paris", new(2027, 1, 5, 9, 0), new(2027, 1, 5, 10, 0)),
                Sample.Appointment("Asia/Ho_Chi_Minh", new(2033, 9, 21, 9, 0), new(2033, 9, 21, 10, 0)),
                Sample.Appointment("Europe/Paris", new(2026, 7, 14, 9, 0), new(2026, 7, 14, 10, 0)),
            ],
        });
        Assert.Equal("VTIMEZONE VTIMEZONE VEVENT VEVENT VEVENT VEVENT", string.Join(' ', read.Components.Select(c => c.Name)));
        Assert.Equal("Asia/Ho_Chi_Minh Europe/Paris", string.Join(' ', read.Components.Take(2).Select(z => z["TZID"].Text)));
    }

    [Fact]
    public void An_all_day_calendar_has_none() =>
        Assert.Equal("VEVENT", Assert.Single(IcalReader.Read(new VCalendar("-//Specs//EN") { Events = [Sample.Event] }).Components).Name);

    [Fact]
    public void Whole_years_are_told_so_that_it_changes_with_the_year_only()
    {
        var zone = Told("Europe/Paris", new(2026, 7, 14, 9, 0), new(2026, 7, 14, 10, 0));
        Assert.Equal("STANDARD DAYLIGHT STANDARD", string.Join(' ', zone.Components.Select(c => c.Name)));
        Assert.Equal("20251026T030000 20260329T020000 20261025T030000", string.Join(' ', zone.Components.Select(c => c["DTSTART"].Value)));
        Assert.Equal("+0200 +0100 +0200", string.Join(' ', zone.Components.Select(c => c["TZOFFSETFROM"].Value)));
        Assert.Equal("+0100 +0200 +0100", string.Join(' ', zone.Components.Select(c => c["TZOFFSETTO"].Value)));
        Assert.Equal("CET CEST CET", string.Join(' ', zone.Components.Select(c => c["TZNAME"].Text)));
    }

    [Fact]
    public void Where_clocks_no_longer_change_one_observance_is_enough()
    {
        var observance = Assert.Single(Told("Asia/Ho_Chi_Minh", new(2033, 9, 21, 9, 0), new(2040, 9, 21, 11, 30)).Components);
        Assert.Equal(("STANDARD", "19750613T000000"), (observance.Name, observance["DTSTART"].Value));
        Assert.Equal(("+0800", "+0700"), (observance["TZOFFSETFROM"].Value, observance["TZOFFSETTO"].Value));
    }

    [Fact]
    public void Offsets_of_old_times_have_seconds() => // Sài Gòn, 1 May 1911
        Assert.Equal("+070630", Told("Asia/Ho_Chi_Minh", new(1911, 5, 1, 9, 0), new(1911, 5, 1, 10, 0)).Components[^1]["TZOFFSETFROM"].Value);

    [Theory]
    [InlineData("Etc/GMT-7", 2033, "16010101T000000", "+0700")]
    [InlineData("Etc/GMT-7", 1601, "00010101T000000", "+0700")]
    [InlineData("America/New_York", 1776, "16010101T000000", "-045602")]
    public void Where_a_clock_has_no_beginning_it_gets_an_early_one(string zone, int year, string onset, string offset)
    {
        var observance = Assert.Single(Told(zone, new(year, 7, 4, 9, 0), new(year, 7, 4, 10, 0)).Components);
        Assert.Equal((onset, offset, offset), (observance["DTSTART"].Value, observance["TZOFFSETFROM"].Value, observance["TZOFFSETTO"].Value));
    }

    [Theory]
    [InlineData("Asia/Ho_Chi_Minh", 1943, 1976)]
    [InlineData("Asia/Ho_Chi_Minh", 2025, 2033)]
    [InlineData("Asia/Tokyo", 1947, 1953)]
    [InlineData("Europe/Paris", 1938, 1978)]
    [InlineData("Europe/Dublin", 2025, 2030)]
    [InlineData("America/St_Johns", 1988, 2012)]
    [InlineData("Australia/Lord_Howe", 2025, 2030)]
    [InlineData("Africa/Casablanca", 2025, 2035)]
    [InlineData("Pacific/Apia", 2009, 2013)]
    [InlineData("Asia/Kathmandu", 1985, 1987)]
    public void Whoever_reads_it_finds_the_offset_of_every_hour(string id, int first, int last)
    {
        var zone = DateTimeZoneProviders.Tzdb[id];
        var told = IcalReader.Read(new VCalendar("-//Specs//EN") { Zones = [new(zone, first, last)] }).Components[0].Components
            .Select(c => (Onset: Local(c["DTSTART"].Value).WithOffset(UtcOffset(c["TZOFFSETFROM"].Value)).ToInstant(), To: UtcOffset(c["TZOFFSETTO"].Value)))
            .ToList();
        Assert.Equal(told.OrderBy(t => t.Onset), told);
        var start = new LocalDate(first, 1, 1).AtStartOfDayInZone(zone).ToInstant();
        var end = new LocalDate(last + 1, 1, 1).AtStartOfDayInZone(zone).ToInstant();
        Assert.True(told[0].Onset <= start);
        for (var hour = start; hour < end; hour += Duration.FromHours(1))
        {
            Assert.Equal(zone.GetUtcOffset(hour), told.FindLast(t => t.Onset <= hour).To);
        }
    }

    private static IcalReader.Component Told(string zone, LocalDateTime start, LocalDateTime end) =>
        IcalReader.Read(new VCalendar("-//Specs//EN") { Events = [Sample.Appointment(zone, start, end)] }).Components[0];

    private static LocalDateTime Local(string value) =>
        LocalDateTime.FromDateTime(DateTime.ParseExact(value, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture));

    private static Offset UtcOffset(string value) =>
        OffsetPattern.CreateWithInvariantCulture(value.Length == 7 ? "+HHmmss" : "+HHmm").Parse(value).Value;
}
