using NodaTime;

namespace Calendar.Ical;

/// <summary>What an event and a to-do have in common. Null and empty members write no line.</summary>
/// <param name="Uid">The entry's lasting name, unique in the world (RFC 5545 section 3.8.4.7, RFC 7986 section 5.3).</param>
/// <param name="Stamp">When the entry last changed: DTSTAMP and LAST-MODIFIED, in whole seconds (RFC 5545 sections 3.8.7.2, 3.8.7.3).</param>
/// <param name="Sequence">The revision, from 0 (RFC 5545 section 3.8.7.4).</param>
/// <param name="Summary">The title (RFC 5545 section 3.8.1.12).</param>
public abstract record IcalEntry(string Uid, Instant Stamp, int Sequence, IcalText Summary)
{
    /// <summary>What there is to read about it (RFC 5545 section 3.8.1.5).</summary>
    public string? Description { get; init; }

    /// <summary>Where it takes place (RFC 5545 section 3.8.1.7).</summary>
    public string? Location { get; init; }

    /// <summary>Its page, an absolute URI (RFC 5545 section 3.8.4.6).</summary>
    public string? Url { get; init; }

    /// <summary>
    /// Its categories (RFC 5545 section 3.8.1.2). A comma or semicolon inside one becomes a slash and a line break a space:
    /// clients take them for separators even when escaped.
    /// </summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>A CSS3 colour name (RFC 7986 section 5.9).</summary>
    public string? Color { get; init; }

    /// <summary>The entries this one belongs to, as many as there are (RFC 5545 section 3.8.4.5).</summary>
    public IReadOnlyList<IcalRelation> RelatedTo { get; init; } = [];

    /// <summary>Its organizer, obligatory in a message (RFC 5546 section 3.2) and seldom wanted in a feed.</summary>
    public IcalOrganizer? Organizer { get; init; }

    /// <summary>Who is invited: someone in a request or its cancellation, no one in what is published (RFC 5546 section 3.2).</summary>
    public IReadOnlyList<IcalAttendee> Attendees { get; init; } = [];

    /// <summary>Its alarms. A cancelled or completed entry rings none.</summary>
    public IReadOnlyList<IcalAlarm> Alarms { get; init; } = [];

    /// <summary>Typed references (RFC 9253 section 8.2).</summary>
    public IReadOnlyList<IcalLink> Links { get; init; } = [];

    /// <summary>URIs of what the entry is about, in some vocabulary (RFC 9253 section 8.1).</summary>
    public IReadOnlyList<string> Concepts { get; init; } = [];
}

/// <summary>A VEVENT, of whole days (<see cref="VEvent"/>) or at a time of day (<see cref="VAppointment"/>; RFC 5545 section 3.6.1).</summary>
/// <param name="Uid">See <see cref="IcalEntry"/>.</param>
/// <param name="Stamp">See <see cref="IcalEntry"/>.</param>
/// <param name="Sequence">See <see cref="IcalEntry"/>.</param>
/// <param name="Summary">See <see cref="IcalEntry"/>.</param>
public abstract record IcalEvent(string Uid, Instant Stamp, int Sequence, IcalText Summary) : IcalEntry(Uid, Stamp, Sequence, Summary)
{
    /// <summary>RFC 5545 section 3.8.1.11.</summary>
    public EventStatus Status { get; init; } = EventStatus.Confirmed;

    /// <summary>
    /// Whether it takes the reader's time: OPAQUE, shown as busy. By itself an event is TRANSPARENT, so that no one is
    /// (RFC 5545 section 3.8.2.7).
    /// </summary>
    public bool IsBusy { get; init; }
}

/// <summary>One event of whole days: <c>VALUE=DATE</c>.</summary>
/// <param name="Uid">See <see cref="IcalEntry"/>.</param>
/// <param name="Start">The first day, year 1 to 9999 of the common era (RFC 5545 section 3.8.2.4).</param>
/// <param name="EndExclusive">The day after the last one; later than <paramref name="Start"/> (RFC 5545 section 3.8.2.2).</param>
/// <param name="Stamp">See <see cref="IcalEntry"/>.</param>
/// <param name="Sequence">See <see cref="IcalEntry"/>.</param>
/// <param name="Summary">See <see cref="IcalEntry"/>.</param>
public sealed record VEvent(string Uid, LocalDate Start, LocalDate EndExclusive, Instant Stamp, int Sequence, IcalText Summary)
    : IcalEvent(Uid, Stamp, Sequence, Summary);

/// <summary>The state of an event (RFC 5545 section 3.8.1.11).</summary>
public enum EventStatus
{
    /// <summary>It takes place.</summary>
    Confirmed,

    /// <summary>It may take place.</summary>
    Tentative,

    /// <summary>It does not take place; clients strike it out or remove it.</summary>
    Cancelled,
}
