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

/// <summary>Another entry and what it is to this one (RFC 5545 section 3.8.4.5).</summary>
/// <param name="Uid">The UID of the other entry.</param>
/// <param name="Type">What the other entry is to this one: a celebration's anniversary is its parent.</param>
public sealed record IcalRelation(string Uid, RelationType Type = RelationType.Parent);

/// <summary>What a related entry is to the one that names it (RFC 5545 section 3.2.15, RFC 9253 section 5).</summary>
public enum RelationType
{
    /// <summary>What this one belongs to; the default, which writes no parameter.</summary>
    Parent,

    /// <summary>What belongs to this one.</summary>
    Child,

    /// <summary>What belongs to the same.</summary>
    Sibling,

    /// <summary>What has to be finished before this one starts.</summary>
    FinishToStart,

    /// <summary>What this one cannot do without, in whichever order.</summary>
    DependsOn,
}

/// <summary>An alarm that shows a text, never one that sends a mail (RFC 5545 section 3.6.6).</summary>
/// <param name="Text">What it shows.</param>
public abstract record IcalAlarm(string Text)
{
    /// <summary>
    /// Its lasting name (RFC 9074 section 4), or null for none. Only one that every rendering derives alike keeps a client from
    /// ringing again what was dismissed.
    /// </summary>
    public string? Uid { get; init; }
}

/// <summary>An alarm that moves with its entry.</summary>
/// <param name="Before">
/// How long before the start of an event, or the end of a to-do; negative for after. Whole seconds (RFC 5545 section 3.8.6.3).
/// </param>
/// <param name="Text">What it shows.</param>
public sealed record DisplayAlarm(Duration Before, string Text) : IcalAlarm(Text);

/// <summary>An alarm at a moment of its own, wherever its entry lies.</summary>
/// <param name="At">When it rings, in whole seconds (RFC 5545 section 3.8.6.3).</param>
/// <param name="Text">What it shows.</param>
public sealed record TimedAlarm(Instant At, string Text) : IcalAlarm(Text);
