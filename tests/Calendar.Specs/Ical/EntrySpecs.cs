using System.Buffers;
using Calendar.Ical;
using NodaTime;

namespace Calendar.Specs.Ical;

public class WhenAnEventIsWritten
{
    [Fact]
    public void It_is_all_day_transparent_and_ends_on_the_next_day()
    {
        var read = IcalReader.ReadOne(Sample.Event);
        Assert.Equal("VEVENT", read.Name);
        Assert.Equal(("20330921", "DATE"), (read["DTSTART"].Value, read["DTSTART"].Parameters["VALUE"]));
        Assert.Equal(("20330922", "DATE"), (read["DTEND"].Value, read["DTEND"].Parameters["VALUE"]));
        Assert.Equal("TRANSPARENT", read["TRANSP"].Value);
        Assert.Equal("FREE", read["X-MICROSOFT-CDO-BUSYSTATUS"].Value);
        Assert.Equal("3", read["SEQUENCE"].Value);
    }

    [Fact]
    public void Its_stamp_and_last_change_are_the_same_whole_second()
    {
        var read = IcalReader.ReadOne(Sample.Event with { Stamp = Instant.FromUtc(2026, 1, 2, 3, 4, 5) + Duration.FromMilliseconds(999) });
        Assert.Equal("20260102T030405Z", read["DTSTAMP"].Value);
        Assert.Equal("20260102T030405Z", read["LAST-MODIFIED"].Value);
    }

    [Fact]
    public void Its_summary_names_the_language()
    {
        var summary = IcalReader.ReadOne(Sample.Event)["SUMMARY"];
        Assert.Equal(("vi", Sample.Event.Summary.Value), (summary.Parameters["LANGUAGE"], summary.Text));
        Assert.Empty(IcalReader.ReadOne(Sample.Event with { Summary = new("x", null) })["SUMMARY"].Parameters);
    }

    [Fact]
    public void What_is_empty_writes_no_line() =>
        Assert.Equal(
            "UID DTSTAMP LAST-MODIFIED SEQUENCE DTSTART DTEND SUMMARY STATUS TRANSP X-MICROSOFT-CDO-BUSYSTATUS",
            IcalReader.ReadOne(Sample.Event with { Description = "", Url = "" }).Names);

    [Fact]
    public void The_first_and_the_last_year_have_four_digits()
    {
        Assert.Equal("00010101", IcalReader.ReadOne(Sample.Event with { Start = new(1, 1, 1) })["DTSTART"].Value);
        Assert.Equal("99991231", IcalReader.ReadOne(Sample.Event with { EndExclusive = new(9999, 12, 31) })["DTEND"].Value);
    }

    [Fact]
    public void A_year_before_the_first_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IcalReader.ReadOne(Sample.Event with { Start = new(0, 12, 31) }));

    [Fact]
    public void A_day_of_another_calendar_is_refused()
    {
        var (start, end) = (Sample.Event.Start.WithCalendar(CalendarSystem.Julian), Sample.Event.EndExclusive.WithCalendar(CalendarSystem.Julian));
        Assert.Throws<ArgumentOutOfRangeException>(() => IcalReader.ReadOne(Sample.Event with { Start = start, EndExclusive = end }));
    }

    [Fact]
    public void An_event_of_no_day_is_refused() =>
        Assert.Throws<ArgumentException>(() => IcalReader.ReadOne(Sample.Event with { EndExclusive = Sample.Event.Start }));

    [Fact]
    public void Its_address_is_not_escaped() =>
        Assert.Equal("https://example.vn/a,b;c", IcalReader.ReadOne(Sample.Event with { Url = "https://example.vn/a,b;c" })["URL"].Value);

    [Fact]
    public void Categories_with_commas_stay_as_many_as_they_were() =>
        Assert.Equal(
            "năm tròn,Hà Nội/ Việt Nam,a/b",
            IcalReader.ReadOne(Sample.Event with { Categories = ["năm tròn", "Hà Nội, Việt Nam", "a;b"] })["CATEGORIES"].Value);

    [Theory]
    [InlineData(EventStatus.Confirmed, "CONFIRMED")]
    [InlineData(EventStatus.Tentative, "TENTATIVE")]
    [InlineData(EventStatus.Cancelled, "CANCELLED")]
    public void Its_status_is_said(EventStatus status, string value) =>
        Assert.Equal(value, IcalReader.ReadOne(Sample.Event with { Status = status })["STATUS"].Value);

    [Fact]
    public void References_follow_RFC_9253()
    {
        var read = IcalReader.ReadOne(Sample.Event with
        {
            Links =
            [
                new("https://example.vn/a?b=1,2;3", "describedby") { Label = new("Tuyên bố: \"chung\"", "vi"), MediaType = "text/html" },
                new("https://example.vn/fact", "https://example.vn/rel/fact"),
            ],
            Concepts = ["https://example.vn/kinds/ties", "https://example.vn/tiers/round"],
        });

        var links = read.All("LINK");
        Assert.Equal("https://example.vn/a?b=1,2;3 https://example.vn/fact", string.Join(' ', links.Select(l => l.Value)));
        Assert.All(links, l => Assert.Equal("URI", l.Parameters["VALUE"]));
        Assert.Equal("describedby https://example.vn/rel/fact", string.Join(' ', links.Select(l => l.Parameters["LINKREL"])));
        Assert.Equal(("Tuyên bố: \"chung\"", "vi", "text/html"), (links[0].Parameters["LABEL"], links[0].Parameters["LANGUAGE"], links[0].Parameters["FMTTYPE"]));
        Assert.Equal("https://example.vn/kinds/ties https://example.vn/tiers/round", string.Join(' ', read.All("CONCEPT").Select(p => p.Value)));
    }

    [Fact]
    public void It_may_belong_to_several_others()
    {
        var relations = IcalReader.ReadOne(Sample.Event with
        {
            RelatedTo =
            [
                new("a@calendar"), new("b@calendar", RelationType.Child), new("c@calendar", RelationType.Sibling),
                new("d@calendar", RelationType.FinishToStart), new("e@calendar", RelationType.DependsOn),
            ],
        }).All("RELATED-TO");
        Assert.Equal("a@calendar b@calendar c@calendar d@calendar e@calendar", string.Join(' ', relations.Select(r => r.Text)));
        Assert.Equal(
            "PARENT CHILD SIBLING FINISHTOSTART DEPENDS-ON",
            string.Join(' ', relations.Select(r => r.Parameters.GetValueOrDefault("RELTYPE", "PARENT"))));
        Assert.Empty(relations[0].Parameters);
    }

    [Fact]
    public void Busy_it_takes_the_readers_time()
    {
        var read = IcalReader.ReadOne(Sample.Event with { IsBusy = true });
        Assert.Equal(("OPAQUE", "BUSY"), (read["TRANSP"].Value, read["X-MICROSOFT-CDO-BUSYSTATUS"].Value));
    }

    [Fact]
    public void A_revision_below_0_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IcalReader.ReadOne(Sample.Event with { Sequence = -1 }));

    [Fact]
    public void Place_relation_colour_and_organizer_are_said()
    {
        var read = IcalReader.ReadOne(Sample.Event with
        {
            Location = "Nhà hát Lớn, Hà Nội", RelatedTo = [new("cf0c8a4c-60@calendar")], Color = "gold", Organizer = new("mailto:lich@example.vn", "Ban \"Lễ tân\"; 1"),
        });
        Assert.Equal("Nhà hát Lớn, Hà Nội", read["LOCATION"].Text);
        Assert.Equal("cf0c8a4c-60@calendar", read["RELATED-TO"].Text);
        Assert.Equal("gold", read["COLOR"].Value);
        Assert.Equal(("mailto:lich@example.vn", "Ban \"Lễ tân\"; 1"), (read["ORGANIZER"].Value, read["ORGANIZER"].Parameters["CN"]));
    }
}

public class WhenAnEntryHasAnAlarm
{
    public static TheoryData<Duration, string> Triggers => new()
    {
        { Duration.FromDays(7), "-P7D" },
        { Duration.Zero, "PT0S" },
        { Duration.FromHours(12), "-PT12H" },
        { -Duration.FromHours(9), "PT9H" },
        { Duration.FromHours(15) + Duration.FromDays(6), "-P6DT15H" },
        { Duration.FromSeconds(3601), "-PT1H0M1S" },
        { Duration.FromMinutes(90), "-PT1H30M" },
        { Duration.FromSeconds(59), "-PT59S" },
        { Duration.FromMilliseconds(400), "PT0S" },
    };

    [Theory]
    [MemberData(nameof(Triggers))]
    public void It_shows_a_text_that_long_before(Duration before, string trigger)
    {
        var alarm = Assert.Single(IcalReader.ReadOne(Sample.Event with { Alarms = [new DisplayAlarm(before, "Còn 7 ngày, chuẩn bị")] }).Components);
        Assert.Equal("ACTION TRIGGER DESCRIPTION", alarm.Names);
        Assert.Equal(("DISPLAY", trigger, "Còn 7 ngày, chuẩn bị"), (alarm["ACTION"].Value, alarm["TRIGGER"].Value, alarm["DESCRIPTION"].Text));
    }

    [Fact]
    public void A_cancelled_event_rings_none() =>
        Assert.Empty(IcalReader.ReadOne(Sample.Event with { Alarms = [new DisplayAlarm(Duration.FromDays(7), "x")], Status = EventStatus.Cancelled }).Components);

    [Fact]
    public void It_may_have_several_and_they_keep_their_order()
    {
        var alarms = IcalReader.ReadOne(Sample.Event with
        {
            Alarms =
            [
                new DisplayAlarm(Duration.FromDays(30), "a month"), new DisplayAlarm(Duration.FromDays(1), "a day"),
                new TimedAlarm(Sample.Event.Stamp, "now"),
            ],
        }).Components;
        Assert.Equal("-P30D -P1D 20260102T030405Z", string.Join(' ', alarms.Select(a => a["TRIGGER"].Value)));
        Assert.All(alarms, a => Assert.Equal(("VALARM", "DISPLAY"), (a.Name, a["ACTION"].Value)));
    }

    [Fact]
    public void One_at_a_moment_of_its_own_says_so_in_UTC()
    {
        var trigger = Assert.Single(IcalReader.ReadOne(Sample.Todo with { Alarms = [new TimedAlarm(Instant.FromUtc(2033, 3, 18, 2, 0), "x")] }).Components)["TRIGGER"];
        Assert.Equal(("20330318T020000Z", "DATE-TIME"), (trigger.Value, Assert.Single(trigger.Parameters).Value));
    }

    [Fact]
    public void A_lasting_name_is_written_when_it_is_given() =>
        Assert.Equal(
            "UID ACTION TRIGGER DESCRIPTION",
            Assert.Single(IcalReader.ReadOne(Sample.Event with { Alarms = [new DisplayAlarm(Duration.FromDays(7), "x") { Uid = "cf0c8a4c-60-P7D@calendar" }] }).Components).Names);
}

public class WhenAnyStringStandsAnywhere
{
    [Fact]
    public void It_begins_no_line_and_comes_back_clean() => Strings.ForAny(s =>
    {
        var hostile = new VCalendar(s)
        {
            Name = s, Language = s, Description = s, Color = s, AppleColor = s, Source = s,
            Events = [Fill(Sample.Event with { Uid = s, Summary = new(s, s) }, s)],
            Todos = [(VTodo)FillEntry(Sample.Todo with { Uid = s, Summary = new(s, s) }, s)],
        };

        var read = IcalReader.Read(hostile);
        var expected = ContentLine.Clean(s);
        Assert.Equal("VEVENT VTODO", string.Join(' ', read.Components.Select(c => c.Name)));
        Assert.Equal(expected, read["PRODID"].Text);
        Assert.All(read.Components, entry =>
        {
            Assert.Equal((expected, expected), (entry["UID"].Text, entry["SUMMARY"].Text));
            Assert.Equal(expected, entry["SUMMARY"].Parameters.GetValueOrDefault("LANGUAGE", expected));
            Assert.Equal(expected, Assert.Single(entry.Components)["DESCRIPTION"].Text);
            Assert.Equal(2, entry["CATEGORIES"].Value.Split(',').Length);
        });
        if (s.Length > 0)
        {
            const string Head = "UID DTSTAMP LAST-MODIFIED SEQUENCE ";
            const string Content = " SUMMARY DESCRIPTION LOCATION URL CATEGORIES COLOR RELATED-TO ORGANIZER ATTENDEE LINK CONCEPT STATUS";
            Assert.Equal(Head + "DTSTART DTEND" + Content + " TRANSP X-MICROSOFT-CDO-BUSYSTATUS", read.Components[0].Names);
            Assert.Equal(Head + "DUE" + Content, read.Components[1].Names);
            Assert.Equal(expected, read["X-WR-CALNAME"].Text);
            Assert.All(read.Components, entry => Assert.Equal(expected, entry["LINK"].Parameters["LABEL"]));
        }
    });

    private static VEvent Fill(VEvent entry, string s) => (VEvent)FillEntry(entry, s);

    private static IcalEntry FillEntry(IcalEntry entry, string s) => entry with
    {
        Description = s, Location = s, Url = s, Categories = [s, s], Color = s, RelatedTo = [new(s, RelationType.Sibling)], Organizer = new(s, s),
        Attendees = [new(s, s)], Alarms = [new DisplayAlarm(Duration.FromDays(1), s) { Uid = s }], Links = [new(s, s) { Label = new(s, s), MediaType = s }], Concepts = [s],
    };
}

public class WhenEntriesAreWrittenOneByOne
{
    [Fact]
    public void The_octets_are_those_of_the_whole()
    {
        var calendar = new VCalendar("-//Specs//EN") { Events = [Sample.Event, Sample.Event with { Uid = "2" }], Todos = [Sample.Todo] };
        var output = new ArrayBufferWriter<byte>();
        var writer = new IcalWriter(output);
        writer.Begin(calendar);
        calendar.Events.ToList().ForEach(writer.Event);
        writer.Todo(Sample.Todo);
        writer.End();
        Assert.Equal(IcalWriter.Write(calendar), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void An_entry_is_with_the_output_as_soon_as_it_is_written()
    {
        var output = new ArrayBufferWriter<byte>();
        new IcalWriter(output).Event(Sample.Event);
        Assert.True(output.WrittenSpan.EndsWith("END:VEVENT\r\n"u8));
    }

    [Fact]
    public void Zones_are_announced_when_the_calendar_begins()
    {
        var appointment = Sample.Appointment("Europe/Paris", new(2026, 10, 24, 20, 0), new(2026, 10, 25, 10, 0));
        var calendar = new VCalendar("-//Specs//EN") { Zones = [new(appointment.Start.Zone, 2026, 2026)] };
        var output = new ArrayBufferWriter<byte>();
        var writer = new IcalWriter(output);
        writer.Begin(calendar);
        writer.Event(appointment);
        writer.End();
        Assert.Equal(IcalWriter.Write(calendar with { Zones = [], Events = [appointment] }), output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData(2025, 2025)]
    [InlineData(2027, 2030)]
    public void An_appointment_outside_the_years_announced_is_refused(int first, int last)
    {
        var appointment = Sample.Appointment("Europe/Paris", new(2026, 10, 24, 20, 0), new(2026, 10, 24, 21, 0));
        var writer = new IcalWriter(new ArrayBufferWriter<byte>());
        writer.Begin(new VCalendar("-//Specs//EN") { Zones = [new(appointment.Start.Zone, first, last)] });
        Assert.Contains("zone Europe/Paris and the year 2026", Assert.Throws<ArgumentException>(() => writer.Event(appointment)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_a_calendar_begun_elsewhere_zones_are_not_asked_for()
    {
        var (head, entry) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        var appointment = Sample.Appointment("Europe/Paris", new(2026, 10, 24, 20, 0), new(2026, 10, 24, 21, 0));
        new IcalWriter(head).Begin(new VCalendar("-//Specs//EN") { Zones = [new(appointment.Start.Zone, 2026, 2026)] });
        new IcalWriter(entry).Event(appointment);
        Assert.Equal(
            IcalWriter.Write(new VCalendar("-//Specs//EN") { Events = [appointment] }),
            (byte[])[.. head.WrittenSpan, .. entry.WrittenSpan, .. "END:VCALENDAR\r\n"u8]);
    }

    [Theory]
    [InlineData(2027, 2026)]
    [InlineData(0, 2026)]
    [InlineData(2026, 10_000)]
    public void Years_that_are_none_are_refused(int first, int last) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            IcalWriter.Write(new VCalendar("-//Specs//EN") { Zones = [new(DateTimeZoneProviders.Tzdb["Europe/Paris"], first, last)] }));

    [Fact]
    public void A_text_longer_than_any_buffer_is_written_whole()
    {
        var text = string.Concat(Enumerable.Repeat("\U0001D160ệ, ", 20_000));
        Assert.Equal(ContentLine.Clean(text), IcalReader.ReadOne(Sample.Event with { Description = text })["DESCRIPTION"].Text);
    }
}
