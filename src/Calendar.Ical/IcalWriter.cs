using System.Buffers;
using NodaTime;

namespace Calendar.Ical;

/// <summary>
/// Writes iCalendar (RFC 5545, 7986, 6868, 9253, 5546) as UTF-8, whole with <see cref="Write(VCalendar)"/> or entry by entry:
/// <see cref="Begin"/>, <see cref="Event"/> and <see cref="Todo"/> as often as wanted, <see cref="End"/>.
/// The same calendar gives the same octets. An instance keeps one entry in memory and serves one thread.
/// </summary>
/// <remarks>
/// CALSCALE is written although GREGORIAN is the default: devices set to a lunar calendar read these files.
/// CLASS is not: PUBLIC is the default, and who may read a feed is decided by its link.
/// Time zones stand before the entries that use them, so <see cref="Begin"/> writes them: those of <see cref="VCalendar.Events"/>, and
/// those of <see cref="VCalendar.Zones"/> for appointments that come one by one. A writer that has begun no calendar writes entries
/// for one begun elsewhere, whose zones are then the caller's care.
/// </remarks>
public sealed class IcalWriter(IBufferWriter<byte> output)
{
    private readonly LineWriter lines = new(output);
    private IReadOnlyDictionary<string, IcalZone>? zones;
    private MessageRules? message;

    /// <summary>The whole calendar.</summary>
    /// <exception cref="ArgumentException">
    /// An entry cannot be written (see <see cref="Event"/> and <see cref="Todo"/>), the refresh interval is not positive, or a message
    /// lacks what RFC 5546 section 3 asks for, which is named.
    /// </exception>
    /// <exception cref="InvalidOperationException">A message holds no entry.</exception>
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

    /// <summary>
    /// Opens a calendar and writes its properties (RFC 5545 section 3.6, RFC 7986 section 4) and time zones, none of its entries.
    /// </summary>
    /// <exception cref="ArgumentException">The refresh interval is not positive, a message has one, or a zone has no years.</exception>
    public void Begin(VCalendar calendar)
    {
        message = MessageRules.Of(calendar);
        zones = IcalZone.Of(calendar);
        lines.Fixed("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"u8);
        lines.Raw("PRODID:"u8).Text(calendar.ProductId).End();
        lines.Fixed("CALSCALE:GREGORIAN\r\n"u8);
        lines.Fixed(calendar.Method switch
        {
            IcalMethod.Publish => "METHOD:PUBLISH\r\n"u8,
            IcalMethod.Request => "METHOD:REQUEST\r\n"u8,
            IcalMethod.Cancel => "METHOD:CANCEL\r\n"u8,
            _ => ""u8,
        });
        LanguageText("NAME"u8, calendar.Name, calendar.Language);
        lines.TextLine("X-WR-CALNAME:"u8, calendar.Name);
        LanguageText("DESCRIPTION"u8, calendar.Description, calendar.Language);
        lines.TextLine("X-WR-CALDESC:"u8, calendar.Description);
        lines.TextLine("COLOR:"u8, calendar.Color);
        lines.TextLine("X-APPLE-CALENDAR-COLOR:"u8, calendar.AppleColor);
        lines.UriLine("SOURCE;VALUE=URI:"u8, calendar.Source);
        if (calendar.RefreshInterval is { } interval)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, Duration.Zero, nameof(calendar));
            lines.Raw("REFRESH-INTERVAL;VALUE=DURATION:"u8).Span(interval).End();
            lines.Raw("X-PUBLISHED-TTL:"u8).Span(interval).End();
        }

        lines.Flush();
        foreach (var zone in zones.Values)
        {
            zone.Write(lines);
        }
    }

    /// <summary>Writes a VEVENT.</summary>
    /// <exception cref="ArgumentException">
    /// It does not end after it starts, a year is below 1 or of another calendar, the sequence is negative, its time zone was not
    /// announced to <see cref="Begin"/>, or RFC 5546 asks for more of a message.
    /// </exception>
    public void Event(IcalEvent entry)
    {
        CheckEvent(entry);
        lines.Fixed("BEGIN:VEVENT\r\n"u8);
        lines.Identity(entry);
        if (entry is VEvent days)
        {
            lines.Raw("DTSTART;VALUE=DATE:"u8).Date(days.Start).End();
            lines.Raw("DTEND;VALUE=DATE:"u8).Date(days.EndExclusive).End();
        }
        else if (entry is VAppointment appointment)
        {
            lines.Time("DTSTART"u8, appointment.Start);
            lines.Time("DTEND"u8, appointment.EndExclusive);
        }

        lines.Content(entry);
        lines.Fixed(entry.Status switch
        {
            EventStatus.Tentative => "STATUS:TENTATIVE\r\n"u8,
            EventStatus.Cancelled => "STATUS:CANCELLED\r\n"u8,
            _ => "STATUS:CONFIRMED\r\n"u8,
        });
        lines.Fixed(entry.IsBusy
            ? "TRANSP:OPAQUE\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n"u8
            : "TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n"u8);
        if (entry.Status is not EventStatus.Cancelled)
        {
            lines.Alarms(entry.Alarms, "TRIGGER:"u8);
        }

        lines.Fixed("END:VEVENT\r\n"u8);
        lines.Flush();
    }

    /// <summary>Writes a VTODO.</summary>
    /// <exception cref="ArgumentException">
    /// It is due before it starts or on the same day, a year is below 1 or of another calendar, the sequence is negative, percentage
    /// or priority are outside their range, or RFC 5546 asks for more of a message.
    /// </exception>
    public void Todo(VTodo entry)
    {
        CheckTodo(entry);
        lines.Fixed("BEGIN:VTODO\r\n"u8);
        lines.Identity(entry);
        if (entry.Start is { } start)
        {
            lines.Raw("DTSTART;VALUE=DATE:"u8).Date(start).End();
        }

        lines.Raw("DUE;VALUE=DATE:"u8).Date(entry.Due).End();
        lines.Content(entry);
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

        lines.NumberLine("PERCENT-COMPLETE:"u8, entry.PercentComplete);
        lines.NumberLine("PRIORITY:"u8, entry.Priority);
        if (entry.Status is TodoStatus.NeedsAction or TodoStatus.InProcess)
        {
            // What counts is the due day; a start need not be there at all (RFC 5545 section 3.2.14).
            lines.Alarms(entry.Alarms, "TRIGGER;RELATED=END:"u8);
        }

        lines.Fixed("END:VTODO\r\n"u8);
        lines.Flush();
    }

    /// <summary>Closes the calendar.</summary>
    /// <exception cref="InvalidOperationException">It is a message and holds no entry.</exception>
    public void End()
    {
        message?.CheckEnd();
        lines.Fixed("END:VCALENDAR\r\n"u8);
        lines.Flush();
    }

    private static void RequireCommonEra(LocalDate date)
    {
        if (date.Year < 1 || date.Calendar != CalendarSystem.Iso)
        {
            throw new ArgumentOutOfRangeException(nameof(date), date, "Eight digits can say a day of the ISO calendar and the common era only.");
        }
    }

    private void CheckEvent(IcalEvent entry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entry.Sequence, nameof(entry));
        var endsAfterItStarts = true;
        if (entry is VEvent days)
        {
            RequireCommonEra(days.Start);
            endsAfterItStarts = days.EndExclusive > days.Start;
        }
        else if (entry is VAppointment appointment)
        {
            CheckZone(appointment, appointment.Start);
            CheckZone(appointment, appointment.EndExclusive);
            var (start, end) = (appointment.Start.ToInstant(), appointment.EndExclusive.ToInstant());
            endsAfterItStarts = end.ToUnixTimeSeconds() > start.ToUnixTimeSeconds();
        }

        if (!endsAfterItStarts)
        {
            throw new ArgumentException($"The event {entry.Uid} does not end after it starts.", nameof(entry));
        }

        message?.Check(entry);
    }

    private void CheckZone(VAppointment entry, ZonedDateTime time)
    {
        RequireCommonEra(time.Date);
        if (zones is not null && !IcalZone.IsUtc(time.Zone) && !(zones.TryGetValue(time.Zone.Id, out var zone) && zone.Covers(time.Year)))
        {
            throw new ArgumentException(
                $"When the calendar began, it was not told of the zone {time.Zone.Id} and the year {time.Year} of the appointment {entry.Uid}.",
                nameof(entry));
        }
    }

    private void CheckTodo(VTodo entry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entry.Sequence, nameof(entry));
        RequireCommonEra(entry.Due);
        if (entry.Start is { } start)
        {
            RequireCommonEra(start);
            if (start >= entry.Due)
            {
                throw new ArgumentException($"The to-do {entry.Uid} is not due after the day it starts.", nameof(entry));
            }
        }

        if (entry.PercentComplete is < 0 or > 100 || entry.Priority is < 0 or > 9)
        {
            throw new ArgumentOutOfRangeException(
                nameof(entry), entry, $"The percentage of {entry.Uid} is not in 0 to 100 or its priority not in 0 to 9.");
        }

        message?.Check(entry);
    }

    private void LanguageText(ReadOnlySpan<byte> name, string? value, string? language)
    {
        if (!string.IsNullOrEmpty(value))
        {
            lines.Raw(name).Parameter(";LANGUAGE="u8, language).Raw(":"u8).Text(value).End();
        }
    }
}
