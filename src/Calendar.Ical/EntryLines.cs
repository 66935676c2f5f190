using NodaTime;

namespace Calendar.Ical;

/// <summary>The content lines of one entry, of whichever kind. What is null or empty writes none.</summary>
internal static class EntryLines
{
    public static void Identity(this LineWriter lines, IcalEntry entry)
    {
        lines.Raw("UID:"u8).Text(entry.Uid).End();
        lines.Raw("DTSTAMP:"u8).Moment(entry.Stamp).End();
        lines.Raw("LAST-MODIFIED:"u8).Moment(entry.Stamp).End();
        lines.Raw("SEQUENCE:"u8).Number(entry.Sequence).End();
    }

    /// <summary>A time of day in its zone (RFC 5545 section 3.3.5, form 3), in UTC where readers of local time disagree.</summary>
    public static void Time(this LineWriter lines, ReadOnlySpan<byte> name, ZonedDateTime time)
    {
        lines.Raw(name);
        if (IcalZone.IsUtc(time.Zone) || time.Zone.MapLocal(time.LocalDateTime).Count != 1)
        {
            lines.Raw(":"u8).Moment(time.ToInstant()).End();
        }
        else
        {
            lines.Parameter(";TZID="u8, time.Zone.Id).Raw(":"u8).Local(time.LocalDateTime).End();
        }
    }

    public static void Content(this LineWriter lines, IcalEntry entry)
    {
        lines.Raw("SUMMARY"u8).Parameter(";LANGUAGE="u8, entry.Summary.Language).Raw(":"u8).Text(entry.Summary.Value).End();
        lines.TextLine("DESCRIPTION:"u8, entry.Description);
        lines.TextLine("LOCATION:"u8, entry.Location);
        lines.UriLine("URL:"u8, entry.Url);
        lines.Categories(entry.Categories);
        lines.TextLine("COLOR:"u8, entry.Color);
        foreach (var relation in entry.RelatedTo)
        {
            lines.TextLine(RelatedTo(relation.Type), relation.Uid);
        }

        lines.People(entry);
        foreach (var link in entry.Links)
        {
            lines.Raw("LINK;VALUE=URI"u8)
                .Parameter(";LINKREL="u8, link.Relation)
                .Parameter(";FMTTYPE="u8, link.MediaType)
                .Parameter(";LABEL="u8, link.Label?.Value)
                .Parameter(";LANGUAGE="u8, link.Label?.Language)
                .Raw(":"u8).Uri(link.Uri).End();
        }

        foreach (var concept in entry.Concepts)
        {
            lines.UriLine("CONCEPT:"u8, concept);
        }
    }

    /// <summary>VALARMs, those that move with the entry counted from the end that <paramref name="trigger"/> names.</summary>
    public static void Alarms(this LineWriter lines, IReadOnlyList<IcalAlarm> alarms, ReadOnlySpan<byte> trigger)
    {
        foreach (var alarm in alarms)
        {
            lines.Fixed("BEGIN:VALARM\r\n"u8);
            lines.TextLine("UID:"u8, alarm.Uid);
            lines.Fixed("ACTION:DISPLAY\r\n"u8);
            if (alarm is TimedAlarm { At: var at })
            {
                lines.Raw("TRIGGER;VALUE=DATE-TIME:"u8).Moment(at).End();
            }
            else if (alarm is DisplayAlarm { Before: var before })
            {
                lines.Raw(trigger).Span(-before).End();
            }

            lines.Raw("DESCRIPTION:"u8).Text(alarm.Text).End();
            lines.Fixed("END:VALARM\r\n"u8);
        }
    }

    private static void Categories(this LineWriter lines, IReadOnlyList<string> categories)
    {
        var separator = "CATEGORIES:"u8;
        foreach (var category in categories)
        {
            lines.Raw(separator).Category(category);
            separator = ","u8;
        }

        if (categories.Count > 0)
        {
            lines.End();
        }
    }

    private static void People(this LineWriter lines, IcalEntry entry)
    {
        if (entry.Organizer is { } organizer)
        {
            lines.Raw("ORGANIZER"u8).Parameter(";CN="u8, organizer.Name).Raw(":"u8).Uri(organizer.Uri).End();
        }

        // Defaults are said, too: clients differ in what they take for granted.
        foreach (var attendee in entry.Attendees)
        {
            lines.Raw("ATTENDEE;CUTYPE="u8).Raw(Kind(attendee.Kind)).Raw(";ROLE="u8).Raw(Role(attendee.Role))
                .Raw(";PARTSTAT="u8).Raw(Participation(attendee.Participation)).Raw(attendee.AnswerExpected ? ";RSVP=TRUE"u8 : ""u8)
                .Parameter(";CN="u8, attendee.Name).Raw(":"u8).Uri(attendee.Uri).End();
        }
    }

    private static ReadOnlySpan<byte> RelatedTo(RelationType type) => type switch
    {
        RelationType.Child => "RELATED-TO;RELTYPE=CHILD:"u8,
        RelationType.Sibling => "RELATED-TO;RELTYPE=SIBLING:"u8,
        RelationType.FinishToStart => "RELATED-TO;RELTYPE=FINISHTOSTART:"u8,
        RelationType.DependsOn => "RELATED-TO;RELTYPE=DEPENDS-ON:"u8,
        _ => "RELATED-TO:"u8,
    };

    private static ReadOnlySpan<byte> Kind(AttendeeKind kind) => kind switch
    {
        AttendeeKind.Group => "GROUP"u8,
        AttendeeKind.Resource => "RESOURCE"u8,
        AttendeeKind.Room => "ROOM"u8,
        AttendeeKind.Unknown => "UNKNOWN"u8,
        _ => "INDIVIDUAL"u8,
    };

    private static ReadOnlySpan<byte> Role(AttendeeRole role) => role switch
    {
        AttendeeRole.Optional => "OPT-PARTICIPANT"u8,
        AttendeeRole.Informed => "NON-PARTICIPANT"u8,
        AttendeeRole.Chair => "CHAIR"u8,
        _ => "REQ-PARTICIPANT"u8,
    };

    private static ReadOnlySpan<byte> Participation(Participation participation) => participation switch
    {
        Ical.Participation.Accepted => "ACCEPTED"u8,
        Ical.Participation.Declined => "DECLINED"u8,
        Ical.Participation.Tentative => "TENTATIVE"u8,
        Ical.Participation.Delegated => "DELEGATED"u8,
        _ => "NEEDS-ACTION"u8,
    };
}
