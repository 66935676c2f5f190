using NodaTime;

namespace Calendar.Ical;

/// <summary>
/// One iCalendar object (RFC 5545 section 3.4) with the properties of RFC 7986 and their older, wider known twins.
/// Null and empty members write no line. Entries are written in the order given, events first.
/// </summary>
/// <param name="ProductId">Who made it, for instance <c>-//Example//Calendar//EN</c> (RFC 5545 section 3.7.3).</param>
public sealed record VCalendar(string ProductId)
{
    /// <summary>NAME and X-WR-CALNAME (RFC 7986 section 5.1).</summary>
    public string? Name { get; init; }

    /// <summary>The language tag of <see cref="Name"/> and <see cref="Description"/> (RFC 5545 section 3.2.10).</summary>
    public string? Language { get; init; }

    /// <summary>DESCRIPTION and X-WR-CALDESC (RFC 7986 section 5.2).</summary>
    public string? Description { get; init; }

    /// <summary>COLOR, a CSS3 colour name (RFC 7986 section 5.9).</summary>
    public string? Color { get; init; }

    /// <summary>X-APPLE-CALENDAR-COLOR, <c>#RRGGBB</c>.</summary>
    public string? AppleColor { get; init; }

    /// <summary>SOURCE, the URI this calendar is refreshed from; not for private links (RFC 7986 section 5.8).</summary>
    public string? Source { get; init; }

    /// <summary>REFRESH-INTERVAL and X-PUBLISHED-TTL: how often a client should ask again; positive (RFC 7986 section 5.7).</summary>
    public Duration? RefreshInterval { get; init; }

    /// <summary>What a message is for; a feed, which is polled, has no method (RFC 5546 section 1.4, RFC 5545 section 3.7.2).</summary>
    public IcalMethod Method { get; init; }

    /// <summary>
    /// The time zones of appointments that are not among <see cref="Events"/>, for a calendar written entry by entry. Those of
    /// <see cref="Events"/> are known without it.
    /// </summary>
    public IReadOnlyList<IcalZone> Zones { get; init; } = [];

    /// <summary>The events.</summary>
    public IReadOnlyList<IcalEvent> Events { get; init; } = [];

    /// <summary>The to-dos.</summary>
    public IReadOnlyList<VTodo> Todos { get; init; } = [];
}

/// <summary>What a message asks of its reader (RFC 5546 section 1.4).</summary>
public enum IcalMethod
{
    /// <summary>No message: a feed or a file.</summary>
    None,

    /// <summary>To take note.</summary>
    Publish,

    /// <summary>To attend, or to note that something attended has changed.</summary>
    Request,

    /// <summary>To strike out what was requested.</summary>
    Cancel,
}
