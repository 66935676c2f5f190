using System.Collections.Immutable;

namespace Calendar.Reminders;

/// <summary>What a message says to a person, in one language and without anybody's address; how it looks is a channel's business.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Opening">Paragraphs.</param>
/// <param name="Closing">Paragraphs, why the reader gets this among them.</param>
public sealed record Letter(Language Language, string Subject, ImmutableArray<string> Opening, ImmutableArray<LetterSection> Sections, ImmutableArray<string> Closing)
{
    /// <summary>What the reader is asked to do; at the end of the whole where it is about all of it.</summary>
    public LetterLink? Action { get; init; }

    /// <summary>Small print under a line: pages about the reader's own messages.</summary>
    public ImmutableArray<LetterLink> Footer { get; init; } = [];
}

/// <param name="Heading">Null where the letter is about one thing only.</param>
public sealed record LetterSection(string? Heading, ImmutableArray<LetterItem> Items);

/// <summary>One thing that a letter is about.</summary>
/// <param name="Title">One line.</param>
/// <param name="Details">Lines: until when, for what, where it comes from.</param>
/// <param name="Url">Where more is to be read.</param>
/// <param name="Action">What the reader is asked to do about it.</param>
public sealed record LetterItem(string Title, ImmutableArray<string> Details, string? Url, LetterLink? Action = null);

/// <param name="Text">What the link does or leads to, in words.</param>
/// <param name="Url">Absolute.</param>
public sealed record LetterLink(string Text, string Url);
