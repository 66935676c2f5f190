using System.Text;
using Calendar.Ical;
using NodaTime;

namespace Calendar.Specs.Ical;

public class WhenAnInvitationIsMade
{
    [Fact]
    public void The_media_type_says_what_the_body_says()
    {
        var message = ItipMessage.Request(Invitation.Product, Invitation.Entry);
        Assert.Equal("text/calendar; charset=utf-8; method=REQUEST; component=VEVENT", message.MediaType);
        var read = IcalReader.Read(message.Body.ToArray());
        Assert.Equal("REQUEST", read["METHOD"].Value);
        Assert.Equal("VTIMEZONE VEVENT", string.Join(' ', read.Components.Select(c => c.Name)));
    }

    [Fact]
    public void Its_organizer_and_guests_are_named()
    {
        var read = IcalReader.Read(ItipMessage.Request(Invitation.Product, Invitation.Entry).Body.ToArray()).Components[^1];
        Assert.Equal("mailto:lich@example.vn", read["ORGANIZER"].Value);
        Assert.Equal("mailto:hoi.vn-jp@example.vn mailto:dsq@example.jp mailto:bao@example.vn", string.Join(' ', read.All("ATTENDEE").Select(a => a.Value)));
        Assert.Equal(
            "GROUP CHAIR ACCEPTED, INDIVIDUAL REQ-PARTICIPANT NEEDS-ACTION TRUE, UNKNOWN OPT-PARTICIPANT NEEDS-ACTION TRUE",
            string.Join(", ", read.All("ATTENDEE").Select(a => string.Join(' ', a.Parameters.Where(p => p.Key != "CN").Select(p => p.Value)))));
        Assert.Equal("Đại sứ quán \"Nhật Bản\"; phòng Lễ tân", read.All("ATTENDEE")[1].Parameters["CN"]);
    }

    [Theory]
    [InlineData(AttendeeKind.Resource, AttendeeRole.Informed, Participation.Declined, "RESOURCE NON-PARTICIPANT DECLINED")]
    [InlineData(AttendeeKind.Room, AttendeeRole.Required, Participation.Tentative, "ROOM REQ-PARTICIPANT TENTATIVE")]
    [InlineData(AttendeeKind.Individual, AttendeeRole.Required, Participation.Delegated, "INDIVIDUAL REQ-PARTICIPANT DELEGATED")]
    public void Each_kind_of_guest_has_its_words(AttendeeKind kind, AttendeeRole role, Participation participation, string words) =>
        Assert.Equal(words, string.Join(' ', IcalReader.ReadOne(Sample.Event with
        {
            Attendees = [new("mailto:a@example.vn", null) { Kind = kind, Role = role, Participation = participation }],
        })["ATTENDEE"].Parameters.Values));

    [Fact]
    public void A_whole_day_can_be_an_invitation_too()
    {
        var day = Sample.Event with { Organizer = Invitation.Entry.Organizer, Attendees = Invitation.Entry.Attendees };
        var read = IcalReader.Read(ItipMessage.Request(Invitation.Product, day).Body.ToArray());
        Assert.Equal("20330921", Assert.Single(read.Components)["DTSTART"].Value);
    }

    [Fact]
    public void It_is_the_golden_file_octet_for_octet() =>
        Golden.Is("message-request.ics", ItipMessage.Request(Invitation.Product, Invitation.Entry).Body.ToArray());
}

public class WhenAnInvitationChanges
{
    [Fact]
    public void The_update_is_a_request_with_a_higher_sequence()
    {
        var message = ItipMessage.Update(Invitation.Product, Invitation.Moved, Invitation.Entry.Sequence);
        Assert.Equal("text/calendar; charset=utf-8; method=REQUEST; component=VEVENT", message.MediaType);
        Assert.Equal("1", IcalReader.Read(message.Body.ToArray()).Components[^1]["SEQUENCE"].Value);
    }

    [Fact]
    public void The_cancellation_cancels_asks_for_no_answer_and_rings_no_alarm()
    {
        var message = ItipMessage.Cancel(Invitation.Product, Invitation.Moved with { Sequence = 2 }, 1);
        Assert.Equal("text/calendar; charset=utf-8; method=CANCEL; component=VEVENT", message.MediaType);
        var read = IcalReader.Read(message.Body.ToArray()).Components[^1];
        Assert.Equal(("CANCELLED", "2", Invitation.Entry.Uid), (read["STATUS"].Value, read["SEQUENCE"].Value, read["UID"].Text));
        Assert.All(read.All("ATTENDEE"), guest => Assert.DoesNotContain("RSVP", guest.Parameters.Keys));
        Assert.Empty(read.Components);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_sequence_that_is_not_higher_is_refused(int replaced)
    {
        var update = Assert.Throws<ArgumentException>(() => ItipMessage.Update(Invitation.Product, Invitation.Moved, replaced));
        var cancellation = Assert.Throws<ArgumentException>(() => ItipMessage.Cancel(Invitation.Product, Invitation.Moved, replaced));
        Assert.StartsWith("The SEQUENCE of 9f3b2d10-celebration@calendar, 1, is not above", update.Message, StringComparison.Ordinal);
        Assert.StartsWith("The SEQUENCE of 9f3b2d10-celebration@calendar, 1, is not above", cancellation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_update_is_the_golden_file_octet_for_octet() =>
        Golden.Is("message-update.ics", ItipMessage.Update(Invitation.Product, Invitation.Moved, 0).Body.ToArray());

    [Fact]
    public void The_cancellation_is_the_golden_file_octet_for_octet() =>
        Golden.Is("message-cancel.ics", ItipMessage.Cancel(Invitation.Product, Invitation.Moved with { Sequence = 2 }, 1).Body.ToArray());
}

public class WhenEntriesArePublished
{
    [Fact]
    public void They_may_be_many_and_invite_no_one()
    {
        var message = ItipMessage.Publish(Invitation.Product, [Published, Published with { Uid = "2@calendar" }]);
        Assert.Equal("text/calendar; charset=utf-8; method=PUBLISH; component=VEVENT", message.MediaType);
        var read = IcalReader.Read(message.Body.ToArray());
        Assert.Equal(("PUBLISH", 2), (read["METHOD"].Value, read.Components.Count));
    }

    [Fact]
    public void To_dos_can_be_published_too()
    {
        var todo = Sample.Todo with { Organizer = Invitation.Entry.Organizer, Start = new(2033, 3, 1), Priority = 0 };
        var message = ItipMessage.Publish(Invitation.Product, [todo]);
        Assert.EndsWith("; method=PUBLISH; component=VTODO", message.MediaType, StringComparison.Ordinal);
        Assert.Equal("0", Assert.Single(IcalReader.Read(message.Body.ToArray()).Components)["PRIORITY"].Value);
    }

    [Fact]
    public void The_attachment_of_a_reminder_is_the_golden_file_octet_for_octet() =>
        Golden.Is("message-publish.ics", ItipMessage.Publish(Invitation.Product, [Published]).Body.ToArray());

    private static VEvent Published => Sample.Event with
    {
        Organizer = Invitation.Entry.Organizer,
        Url = "https://calendar.example.vn/v1/anniversaries/cf0c8a4c/60/explanation",
        Alarms = [new DisplayAlarm(Duration.FromDays(7), Sample.Event.Summary.Value)],
    };
}

public class WhenAMessageLacksSomething
{
    public static TheoryData<IcalMethod, VAppointment, string> Incomplete => new()
    {
        { IcalMethod.Request, Invitation.Entry with { Organizer = null }, "The REQUEST of 9f3b2d10-celebration@calendar lacks: ORGANIZER" },
        { IcalMethod.Request, Invitation.Entry with { Organizer = new("https://example.vn", null) }, "lacks: ORGANIZER with a mailto address" },
        { IcalMethod.Request, Invitation.Entry with { Organizer = new("mailto:", null) }, "lacks: ORGANIZER with a mailto address" },
        { IcalMethod.Request, Invitation.Entry with { Attendees = [] }, "lacks: ATTENDEE" },
        { IcalMethod.Request, Invitation.Entry with { Attendees = [new("a@example.vn", "A")] }, "lacks: mailto address for each ATTENDEE" },
        { IcalMethod.Request, Invitation.Entry with { Uid = " " }, "lacks: UID" },
        { IcalMethod.Request, Invitation.Entry with { Status = EventStatus.Cancelled }, "may hold no STATUS:CANCELLED" },
        { IcalMethod.Publish, Invitation.Entry, "The PUBLISH of 9f3b2d10-celebration@calendar may hold no ATTENDEE" },
        { IcalMethod.Publish, Invitation.Entry with { Attendees = [], Organizer = null }, "lacks: ORGANIZER" },
        { IcalMethod.Cancel, Invitation.Entry, "lacks: STATUS:CANCELLED" },
        { IcalMethod.Cancel, Invitation.Entry with { Status = EventStatus.Cancelled, Attendees = [] }, "lacks: ATTENDEE" },
        { IcalMethod.Cancel, Invitation.Entry with { Status = EventStatus.Cancelled, Organizer = null }, "lacks: ORGANIZER" },
    };

    [Theory]
    [MemberData(nameof(Incomplete))]
    public void The_refusal_names_it(IcalMethod method, VAppointment entry, string missing) =>
        Assert.Contains(missing, Refused(new VCalendar(Invitation.Product) { Method = method, Events = [entry] }), StringComparison.Ordinal);

    [Theory]
    [InlineData(IcalMethod.Publish, null, 1, "lacks: PRIORITY")]
    [InlineData(IcalMethod.Request, null, 1, "lacks: PRIORITY")]
    [InlineData(IcalMethod.Publish, 5, null, "lacks: DTSTART")]
    [InlineData(IcalMethod.Request, 5, null, "lacks: DTSTART")]
    public void A_to_do_has_to_have_more(IcalMethod method, int? priority, int? startDay, string missing)
    {
        var todo = Sample.Todo with
        {
            Organizer = Invitation.Entry.Organizer,
            Attendees = method is IcalMethod.Publish ? [] : Invitation.Entry.Attendees,
            Priority = priority,
            Start = startDay is { } day ? new(2033, 3, day) : null,
        };
        Assert.Contains(missing, Refused(new VCalendar(Invitation.Product) { Method = method, Todos = [todo] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IcalMethod.Request)]
    [InlineData(IcalMethod.Cancel)]
    public void An_invitation_is_about_one_thing(IcalMethod method)
    {
        var entry = Invitation.Entry with { Status = method is IcalMethod.Cancel ? EventStatus.Cancelled : EventStatus.Confirmed };
        var calendar = new VCalendar(Invitation.Product) { Method = method, Events = [entry, entry with { Uid = "2@calendar" }] };
        Assert.Contains("may hold no second UID: it is about 9f3b2d10-celebration@calendar", Refused(calendar), StringComparison.Ordinal);
    }

    [Fact]
    public void Events_and_to_dos_do_not_share_one()
    {
        var organizer = Invitation.Entry.Organizer;
        var calendar = new VCalendar(Invitation.Product)
        {
            Method = IcalMethod.Publish,
            Events = [Sample.Event with { Organizer = organizer }],
            Todos = [Sample.Todo with { Organizer = organizer, Start = new(2033, 3, 1), Priority = 0 }],
        };
        Assert.Contains("may hold no VEVENT beside VTODO", Refused(calendar), StringComparison.Ordinal);
    }

    [Fact]
    public void One_without_entries_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => ItipMessage.Publish(Invitation.Product, []));

    [Fact]
    public void A_feed_has_no_method()
    {
        var message = new VCalendar(Invitation.Product) { Method = IcalMethod.Publish, Events = [Sample.Event with { Organizer = Invitation.Entry.Organizer }] };
        Assert.Contains("REFRESH-INTERVAL", Refused(message with { RefreshInterval = Duration.FromHours(12) }), StringComparison.Ordinal);
        Assert.Contains("SOURCE", Refused(message with { Source = "https://calendar.example.vn/feeds/anniversaries.ics" }), StringComparison.Ordinal);
        Assert.DoesNotContain("METHOD", Encoding.UTF8.GetString(IcalWriter.Write(message with { Method = IcalMethod.None })), StringComparison.Ordinal);
    }

    private static string Refused(VCalendar calendar) => Assert.Throws<ArgumentException>(() => IcalWriter.Write(calendar)).Message;
}

internal static class Invitation
{
    public const string Product = "-//Calendar//Celebrations//VI";

    public static VAppointment Entry => Sample.Appointment("Asia/Ho_Chi_Minh", new(2033, 9, 21, 9, 0), new(2033, 9, 21, 11, 30)) with
    {
        Description = "Kính mời dự lễ kỷ niệm.\nTrang phục: lễ phục",
        Location = "Nhà hát Lớn Hà Nội, số 1 Tràng Tiền",
        RelatedTo = [new("cf0c8a4c-60@calendar")],
        IsBusy = true,
        Organizer = new("mailto:lich@example.vn", "Liên hiệp các tổ chức hữu nghị Việt Nam: Ban Lễ tân"),
        Attendees =
        [
            new("mailto:hoi.vn-jp@example.vn", "Hội hữu nghị Việt Nam – Nhật Bản")
            {
                Kind = AttendeeKind.Group, Role = AttendeeRole.Chair, Participation = Participation.Accepted,
            },
            new("mailto:dsq@example.jp", "Đại sứ quán \"Nhật Bản\"; phòng Lễ tân") { AnswerExpected = true },
            new("mailto:bao@example.vn", null) { Kind = AttendeeKind.Unknown, Role = AttendeeRole.Optional, AnswerExpected = true },
        ],
        Alarms = [new DisplayAlarm(Duration.FromHours(2), "Còn hai giờ")],
    };

    public static VAppointment Moved
    {
        get
        {
            var moved = Sample.Appointment("Asia/Ho_Chi_Minh", new(2033, 9, 22, 15, 0), new(2033, 9, 22, 17, 0));
            return Entry with { Sequence = 1, Stamp = Instant.FromUtc(2033, 8, 1, 2, 0), Start = moved.Start, EndExclusive = moved.EndExclusive };
        }
    }
}
