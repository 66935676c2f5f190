namespace Calendar.Ical;

/// <summary>Who organizes an entry (RFC 5545 section 3.8.4.3).</summary>
/// <param name="Uri">A calendar address, <c>mailto:…</c> as a rule and always in a message (RFC 6047 section 2.1).</param>
/// <param name="Name">The name to show (RFC 5545 section 3.2.2).</param>
public sealed record IcalOrganizer(string Uri, string? Name);

/// <summary>Who is invited (RFC 5545 section 3.8.4.1).</summary>
/// <param name="Uri">A calendar address, <c>mailto:…</c> as a rule and always in a message (RFC 6047 section 2.1).</param>
/// <param name="Name">The name to show (RFC 5545 section 3.2.2).</param>
public sealed record IcalAttendee(string Uri, string? Name)
{
    /// <summary>CUTYPE (RFC 5545 section 3.2.3).</summary>
    public AttendeeKind Kind { get; init; }

    /// <summary>ROLE (RFC 5545 section 3.2.16).</summary>
    public AttendeeRole Role { get; init; }

    /// <summary>PARTSTAT (RFC 5545 section 3.2.12).</summary>
    public Participation Participation { get; init; }

    /// <summary>RSVP: whether an answer is asked for (RFC 5545 section 3.2.17).</summary>
    public bool AnswerExpected { get; init; }
}

/// <summary>What an attendee is (RFC 5545 section 3.2.3).</summary>
public enum AttendeeKind
{
    /// <summary>A person.</summary>
    Individual,

    /// <summary>Several people under one address, an association's office for instance.</summary>
    Group,

    /// <summary>A thing.</summary>
    Resource,

    /// <summary>A room.</summary>
    Room,

    /// <summary>Not known.</summary>
    Unknown,
}

/// <summary>As what an attendee is invited (RFC 5545 section 3.2.16).</summary>
public enum AttendeeRole
{
    /// <summary>Whose attendance is needed.</summary>
    Required,

    /// <summary>Who may come.</summary>
    Optional,

    /// <summary>Who is told and does not come.</summary>
    Informed,

    /// <summary>Who presides.</summary>
    Chair,
}

/// <summary>What an attendee has answered (RFC 5545 section 3.2.12).</summary>
public enum Participation
{
    /// <summary>Nothing yet.</summary>
    NeedsAction,

    /// <summary>To come.</summary>
    Accepted,

    /// <summary>Not to come.</summary>
    Declined,

    /// <summary>Perhaps to come.</summary>
    Tentative,

    /// <summary>That another comes.</summary>
    Delegated,
}
