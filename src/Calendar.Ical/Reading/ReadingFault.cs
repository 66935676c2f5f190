namespace Calendar.Ical.Reading;

/// <summary>What keeps octets from being an iCalendar stream; the reader reports it and goes on.</summary>
public enum ReadingFault
{
    /// <summary>The file is UTF-16; it is read as that.</summary>
    Utf16,

    /// <summary>The file begins with a byte order mark.</summary>
    ByteOrderMark,

    /// <summary>A line holds octets that are no UTF-8; they are read as U+FFFD.</summary>
    InvalidUtf8,

    /// <summary>A line ends with LF alone.</summary>
    BareLineFeed,

    /// <summary>A line ends with CR alone, or with more than one before its LF.</summary>
    BareCarriageReturn,

    /// <summary>The last line has no end.</summary>
    UnendedLastLine,

    /// <summary>A line is longer than <see cref="ContentLine.MaxOctets"/>; the detail is its length in octets.</summary>
    LineTooLong,

    /// <summary>A line was folded inside a character.</summary>
    FoldInsideCharacter,

    /// <summary>A line holds a control character other than TAB; the detail is its code.</summary>
    ControlCharacter,

    /// <summary>A line is empty.</summary>
    EmptyLine,

    /// <summary>A line is not NAME:value; the detail is how it begins.</summary>
    MalformedLine,

    /// <summary>A parameter is not NAME=value; the detail is how it begins.</summary>
    MalformedParameter,

    /// <summary>A parameter stands twice in a property; the detail is its name.</summary>
    RepeatedParameter,

    /// <summary>A component has no END; the line is that of its BEGIN, the detail its name.</summary>
    UnendedComponent,

    /// <summary>An END has no BEGIN; the detail is its name.</summary>
    UnmatchedEnd,

    /// <summary>A property stands outside of every component; the detail is its name.</summary>
    OutsideComponents,

    /// <summary>A property of the calendar stands after its first component.</summary>
    PropertyAfterComponent,

    /// <summary>Components are nested deeper than <see cref="ComponentReader.MaxDepth"/>; the inner ones are not read.</summary>
    TooDeep,

    /// <summary>A component has more than <see cref="ComponentReader.MaxLines"/> lines; the rest is not read.</summary>
    TooManyLines,
}

/// <summary>A fault where it stands.</summary>
/// <param name="Line">The physical line, from 1.</param>
/// <param name="Component">The innermost component open there, or empty.</param>
/// <param name="Property">The property, where there is one.</param>
/// <param name="Detail">What the fault says of it; octets of the file, of any length.</param>
public readonly record struct ReadingMistake(ReadingFault Fault, int Line, string Component, string? Property, string Detail);
