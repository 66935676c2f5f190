using NodaTime;

namespace Calendar.Ical;

/// <summary>A text and the language it is in.</summary>
/// <param name="Value">The text; any string, cleaned as <see cref="ContentLine.Clean"/> says.</param>
/// <param name="Language">A language tag such as <c>vi</c> for the LANGUAGE parameter, or null for none (RFC 5545 section 3.2.10).</param>
public sealed record IcalText(string Value, string? Language);

/// <summary>A typed reference to something elsewhere (RFC 9253 section 8.2).</summary>
/// <param name="Uri">What is referred to.</param>
/// <param name="Relation">The LINKREL: a registered link relation such as <c>describedby</c>, or a URI (RFC 9253 section 6.1).</param>
public sealed record IcalLink(string Uri, string Relation)
{
    /// <summary>What to show for it, and in which language (RFC 7986 section 6.4).</summary>
    public IcalText? Label { get; init; }

    /// <summary>The media type of what is referred to (RFC 5545 section 3.2.8).</summary>
    public string? MediaType { get; init; }
}

/// <summary>Who organizes an entry (RFC 5545 section 3.8.4.3).</summary>
/// <param name="Uri">A calendar address, <c>mailto:…</c> as a rule.</param>
/// <param name="Name">The name to show (RFC 5545 section 3.2.2).</param>
public sealed record IcalOrganizer(string Uri, string? Name);

/// <summary>An alarm that shows a text, never one that sends a mail (RFC 5545 section 3.6.6).</summary>
/// <param name="Before">
/// How long before the start of an event's first day, or the end of a to-do; negative for after. Whole seconds
/// (RFC 5545 section 3.8.6.3).
/// </param>
/// <param name="Text">What it shows.</param>
public sealed record DisplayAlarm(Duration Before, string Text);
