using System.Buffers;
using NodaTime;

namespace Calendar.Ical;

/// <summary>
/// Writes iCalendar (RFC 5545, 7986, 6868, 9253) as UTF-8, whole with <see cref="Write(VCalendar)"/> or entry by entry:
/// <see cref="Begin"/>, <see cref="Event"/> and <see cref="Todo"/> as often as wanted, <see cref="End"/>.
/// The same calendar gives the same octets. An instance keeps one entry in memory and serves one thread.
/// </summary>
/// <remarks>
/// CALSCALE is written although GREGORIAN is the default: devices set to a lunar calendar read these files.
/// CLASS is not: PUBLIC is the default, and who may read a feed is decided by its link.
/// </remarks>
public sealed class IcalWriter(IBufferWriter<byte> output)
{
    private readonly LineWriter lines = new(output);

    /// <summary>The whole calendar.</summary>
    /// <exception cref="ArgumentException">A year is below 1, an event does not end after its start, or the refresh interval is not positive.</exception>
    public static byte[] Write(VCalendar calendar)
    {
        // A guess that saves most of the growing: an entry with a description has 600 to 900 octets.
        using var buffer = new PooledBuffer(1024 + (1024 * (calendar.Events.Count + calendar.Todos.Count)));
        Write(calendar, buffer);
        return buffer.Written.ToArray();
    }

    /// <summary>The whole calendar.</summary>
    /// <inheritdoc cref="Write(VCalendar)" path="/exception"/>
    public static void Write(VCalendar calendar, IBufferWriter<byte> output)
    {
        var writer = new IcalWriter(output);
        writer.Begin(calendar);
        foreach (var entry in calendar.Events)
        {
            writer.Event(entry);
        }

        foreach (var entry in calendar.Todos)
        {
            writer.Todo(entry);
        }

        writer.End();
    }

    /// <summary>Opens a calendar and writes its properties, none of its entries (RFC 5545 section 3.6, RFC 7986 section 4).</summary>
    public void Begin(VCalendar calendar)
    {
        lines.Fixed("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"u8);
        lines.Raw("PRODID:"u8).Text(calendar.ProductId).End();
        lines.Fixed("CALSCALE:GREGORIAN\r\n"u8);
        if (calendar.Publish)
        {
            lines.Fixed("METHOD:PUBLISH\r\n"u8);
        }

        LanguageText("NAME"u8, calendar.Name, calendar.Language);
        Text("X-WR-CALNAME:"u8, calendar.Name);
        LanguageText("DESCRIPTION"u8, calendar.Description, calendar.Language);
        Text("X-WR-CALDESC:"u8, calendar.Description);
        Text("COLOR:"u8, calendar.Color);
        Text("X-APPLE-CALENDAR-COLOR:"u8, calendar.AppleColor);
        Uri("SOURCE;VALUE=URI:"u8, calendar.Source);
        if (calendar.RefreshInterval is { } interval)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, Duration.Zero, nameof(calendar));
            lines.Raw("REFRESH-INTERVAL;VALUE=DURATION:"u8).Span(interval).End();
            lines.Raw("X-PUBLISHED-TTL:"u8).Span(interval).End();
        }

        lines.Flush();
    }

    /// <summary>Writes a VEVENT.</summary>
    public void Event(VEvent entry)
    {
        if (entry.EndExclusive <= entry.Start)
        {
            throw new ArgumentException($"The event {entry.Uid} does not end after it starts.", nameof(entry));
        }

        RequireCommonEra(entry.Start);
        lines.Fixed("BEGIN:VEVENT\r\n"u8);
        Identity(entry);
        lines.Raw("DTSTART;VALUE=DATE:"u8).Date(entry.Start).End();
        lines.Raw("DTEND;VALUE=DATE:"u8).Date(entry.EndExclusive).End();
        Content(entry);
        lines.Fixed(entry.Status switch
        {
            EventStatus.Tentative => "STATUS:TENTATIVE\r\n"u8,
            EventStatus.Cancelled => "STATUS:CANCELLED\r\n"u8,
            _ => "STATUS:CONFIRMED\r\n"u8,
        });
        lines.Fixed("TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n"u8);
        if (entry is { Alarm: { } alarm, Status: not EventStatus.Cancelled })
        {
            Alarm(alarm, "TRIGGER:"u8);
        }

        lines.Fixed("END:VEVENT\r\n"u8);
        lines.Flush();
    }

    /// <summary>Writes a VTODO.</summary>
    public void Todo(VTodo entry)
    {
        RequireCommonEra(entry.Due);
        lines.Fixed("BEGIN:VTODO\r\n"u8);
        Identity(entry);
        lines.Raw("DUE;VALUE=DATE:"u8).Date(entry.Due).End();
        Content(entry);
        lines.Fixed(entry.Status switch
        {
            TodoStatus.InProcess => "STATUS:IN-PROCESS\r\n"u8,
            TodoStatus.Completed => "STATUS:COMPLETED\r\n"u8,
            TodoStatus.Cancelled => "STATUS:CANCELLED\r\n"u8,
            _ => "STATUS:NEEDS-ACTION\r\n"u8,
        });
        if (entry.Completed is { } completed)
        {
            lines.Raw("COMPLETED:"u8).Moment(completed).End();
        }

        if (entry is { Alarm: { } alarm, Status: TodoStatus.NeedsAction or TodoStatus.InProcess })
        {
            // A to-do has no start here; only its end, the due day, can be counted from (RFC 5545 section 3.2.14).
            Alarm(alarm, "TRIGGER;RELATED=END:"u8);
        }

        lines.Fixed("END:VTODO\r\n"u8);
        lines.Flush();
    }

    /// <summary>Closes the calendar.</summary>
    public void End()
    {
        lines.Fixed("END:VCALENDAR\r\n"u8);
        lines.Flush();
    }

    private static void RequireCommonEra(LocalDate date)
    {
        if (date.Year < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(date), date, "Four digits cannot say a year before the common era.");
        }
    }

    private void Identity(IcalEntry entry)
    {
        lines.Raw("UID:"u8).Text(entry.Uid).End();
        lines.Raw("DTSTAMP:"u8).Moment(entry.Stamp).End();
        lines.Raw("LAST-MODIFIED:"u8).Moment(entry.Stamp).End();
        lines.Raw("SEQUENCE:"u8).Number(entry.Sequence).End();
    }

    private void Content(IcalEntry entry)
    {
        lines.Raw("SUMMARY"u8).Parameter(";LANGUAGE="u8, entry.Summary.Language).Raw(":"u8).Text(entry.Summary.Value).End();
        Text("DESCRIPTION:"u8, entry.Description);
        Text("LOCATION:"u8, entry.Location);
        Uri("URL:"u8, entry.Url);
        Categories(entry.Categories);
        Text("COLOR:"u8, entry.Color);
        Text("RELATED-TO:"u8, entry.RelatedTo);
        if (entry.Organizer is { } organizer)
        {
            lines.Raw("ORGANIZER"u8).Parameter(";CN="u8, organizer.Name).Raw(":"u8).Uri(organizer.Uri).End();
        }

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
            Uri("CONCEPT:"u8, concept);
        }
    }

    private void Categories(IReadOnlyList<string> categories)
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

    private void Alarm(DisplayAlarm alarm, ReadOnlySpan<byte> trigger)
    {
        lines.Fixed("BEGIN:VALARM\r\nACTION:DISPLAY\r\n"u8);
        lines.Raw(trigger).Span(-alarm.Before).End();
        lines.Raw("DESCRIPTION:"u8).Text(alarm.Text).End();
        lines.Fixed("END:VALARM\r\n"u8);
    }

    private void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            lines.Raw(name).Text(value).End();
        }
    }

    private void LanguageText(ReadOnlySpan<byte> name, string? value, string? language)
    {
        if (!string.IsNullOrEmpty(value))
        {
            lines.Raw(name).Parameter(";LANGUAGE="u8, language).Raw(":"u8).Text(value).End();
        }
    }

    private void Uri(ReadOnlySpan<byte> name, string? uri)
    {
        if (!string.IsNullOrEmpty(uri))
        {
            lines.Raw(name).Uri(uri).End();
        }
    }
}
