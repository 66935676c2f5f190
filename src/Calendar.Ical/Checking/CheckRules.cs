using Calendar.Ical.Reading;

namespace Calendar.Ical.Checking;

/// <summary>Everything that is looked for, with the section it comes from.</summary>
public static class CheckRules
{
    private static readonly List<Rule> Declared = [];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Rule> All => Declared;

    // The file as a whole.
    internal static Rule AddressOnly { get; } = Error("address-only", "RFC 5545, 3.4");
    internal static Rule WebPage { get; } = Error("web-page", "RFC 5545, 3.4");
    internal static Rule NotACalendar { get; } = Error("not-a-calendar", "RFC 5545, 3.4");
    internal static Rule SeveralCalendars { get; } = Warning("several-calendars", "RFC 5545, 3.4");
    internal static Rule TooLarge { get; } = Warning("too-large-for-clients", "RFC 5545, 3.1");

    // Octets and lines.
    internal static Rule Utf16 { get; } = Error("utf-16", "RFC 5545, 3.1.4");
    internal static Rule InvalidUtf8 { get; } = Error("invalid-utf-8", "RFC 5545, 3.1.4");
    internal static Rule ByteOrderMark { get; } = Error("byte-order-mark", "RFC 5545, 3.4");
    internal static Rule BareLineFeed { get; } = Error("bare-line-feed", "RFC 5545, 3.1");
    internal static Rule BareCarriageReturn { get; } = Error("bare-carriage-return", "RFC 5545, 3.1");
    internal static Rule UnendedLastLine { get; } = Error("unended-last-line", "RFC 5545, 3.1");
    internal static Rule LineTooLong { get; } = Warning("line-too-long", "RFC 5545, 3.1");
    internal static Rule FoldInsideCharacter { get; } = Warning("fold-inside-character", "RFC 5545, 3.1");
    internal static Rule ControlCharacter { get; } = Error("control-character", "RFC 5545, 3.1");
    internal static Rule EmptyLine { get; } = Error("empty-line", "RFC 5545, 3.1");
    internal static Rule NotNfc { get; } = Advice("not-nfc", "RFC 5198, 3");
    internal static Rule MalformedLine { get; } = Error("malformed-line", "RFC 5545, 3.1");
    internal static Rule MalformedParameter { get; } = Error("malformed-parameter", "RFC 5545, 3.2");
    internal static Rule RepeatedParameter { get; } = Error("repeated-parameter", "RFC 5545, 3.2");
    internal static Rule UnquotedParameter { get; } = Error("unquoted-parameter", "RFC 5545, 3.2");

    // Components and their properties.
    internal static Rule UnendedComponent { get; } = Error("unended-component", "RFC 5545, 3.6");
    internal static Rule UnmatchedEnd { get; } = Error("unmatched-end", "RFC 5545, 3.6");
    internal static Rule OutsideCalendar { get; } = Error("outside-calendar", "RFC 5545, 3.4");
    internal static Rule PropertyAfterComponent { get; } = Error("property-after-component", "RFC 5545, 3.6");
    internal static Rule TooDeep { get; } = Error("too-deep", "RFC 5545, 3.6");
    internal static Rule TooManyLines { get; } = Warning("too-many-lines", "RFC 5545, 3.6");
    internal static Rule MisplacedComponent { get; } = Error("misplaced-component", "RFC 5545, 3.6");
    internal static Rule UnknownComponent { get; } = Advice("unknown-component", "RFC 5545, 3.6");
    internal static Rule EmptyCalendar { get; } = Error("empty-calendar", "RFC 5545, 3.6");
    internal static Rule MissingProperty { get; } = Error("missing-property", "RFC 5545, 3.6");
    internal static Rule RepeatedProperty { get; } = Error("repeated-property", "RFC 5545, 3.6");
    internal static Rule MisplacedProperty { get; } = Warning("misplaced-property", "RFC 5545, 3.6");
    internal static Rule UnknownProperty { get; } = Advice("unknown-property", "RFC 5545, 3.8.8.1");
    internal static Rule WrongVersion { get; } = Error("wrong-version", "RFC 5545, 3.7.4");
    internal static Rule WrongCalendarScale { get; } = Error("wrong-calendar-scale", "RFC 5545, 3.7.1");

    // Values.
    internal static Rule WrongValueType { get; } = Error("wrong-value-type", "RFC 5545, 3.2.20");
    internal static Rule MissingValueType { get; } = Error("missing-value-type", "RFC 5545, 3.2.20");
    internal static Rule DateWithoutValue { get; } = Error("date-without-value", "RFC 5545, 3.2.20");
    internal static Rule MalformedDate { get; } = Error("malformed-date", "RFC 5545, 3.3.5");
    internal static Rule ImpossibleDate { get; } = Error("impossible-date", "RFC 5545, 3.3.4");
    internal static Rule NotUtc { get; } = Error("not-utc", "RFC 5545, 3.3.5");
    internal static Rule MalformedDuration { get; } = Error("malformed-duration", "RFC 5545, 3.3.6");
    internal static Rule MalformedNumber { get; } = Error("malformed-number", "RFC 5545, 3.3.8");
    internal static Rule MalformedOffset { get; } = Error("malformed-utc-offset", "RFC 5545, 3.3.14");
    internal static Rule RelativeUri { get; } = Error("relative-uri", "RFC 5545, 3.3.13");
    internal static Rule UnescapedText { get; } = Error("unescaped-text", "RFC 5545, 3.3.11");
    internal static Rule UnknownEscape { get; } = Error("unknown-escape", "RFC 5545, 3.3.11");
    internal static Rule CategoryWithComma { get; } = Advice("category-with-comma", "RFC 5545, 3.8.1.2");
    internal static Rule UnknownColor { get; } = Error("unknown-color", "RFC 7986, 5.9");

    // Entries.
    internal static Rule DuplicateUid { get; } = Error("duplicate-uid", "RFC 5545, 3.8.4.7");
    internal static Rule NoSequence { get; } = Advice("no-sequence", "RFC 5545, 3.8.7.4");
    internal static Rule NoSummary { get; } = Advice("no-summary", "RFC 5545, 3.8.1.12");
    internal static Rule UnknownStatus { get; } = Error("unknown-status", "RFC 5545, 3.8.1.11");
    internal static Rule UnknownTransparency { get; } = Error("unknown-transparency", "RFC 5545, 3.8.2.7");
    internal static Rule AllDayOpaque { get; } = Advice("all-day-opaque", "RFC 5545, 3.8.2.7");
    internal static Rule FloatingTime { get; } = Warning("floating-time", "RFC 5545, 3.3.5");
    internal static Rule EndTypeDiffers { get; } = Error("end-type-differs", "RFC 5545, 3.8.2.2");
    internal static Rule AllDayEndEqualsStart { get; } = Error("all-day-end-equals-start", "RFC 5545, 3.8.2.2");
    internal static Rule EndNotAfterStart { get; } = Error("end-not-after-start", "RFC 5545, 3.8.2.2");
    internal static Rule NegativeDuration { get; } = Error("negative-duration", "RFC 5545, 3.8.2.5");
    internal static Rule EndAndDuration { get; } = Error("end-and-duration", "RFC 5545, 3.6.1");
    internal static Rule DurationWithoutStart { get; } = Error("duration-without-start", "RFC 5545, 3.6.2");
    internal static Rule AllDayDurationWithTime { get; } = Error("all-day-duration-with-time", "RFC 5545, 3.8.2.5");
    internal static Rule LinkWithoutRelation { get; } = Error("link-without-relation", "RFC 9253, 8.2");

    // Time zones.
    internal static Rule ZoneNotDefined { get; } = Error("time-zone-not-defined", "RFC 5545, 3.2.19");
    internal static Rule NeedlessZone { get; } = Error("needless-time-zone", "RFC 5545, 3.2.19");
    internal static Rule DuplicateZone { get; } = Error("duplicate-time-zone", "RFC 5545, 3.6.5");
    internal static Rule ZoneWithoutObservance { get; } = Error("time-zone-without-observance", "RFC 5545, 3.6.5");
    internal static Rule ZoneStartNotLocal { get; } = Error("time-zone-start-not-local", "RFC 5545, 3.6.5");

    // Recurrence.
    internal static Rule MalformedRecurrence { get; } = Error("malformed-recurrence", "RFC 5545, 3.3.10");
    internal static Rule UntilAndCount { get; } = Error("until-and-count", "RFC 5545, 3.3.10");
    internal static Rule UntilTypeDiffers { get; } = Error("until-type-differs", "RFC 5545, 3.3.10");
    internal static Rule YearlyOnLeapDay { get; } = Warning("yearly-on-leap-day", "RFC 5545, 3.3.10");
    internal static Rule SeveralRecurrences { get; } = Warning("several-recurrences", "RFC 5545, 3.8.5.3");

    // Alarms.
    internal static Rule EmailAlarm { get; } = Warning("email-alarm", "RFC 5545, 3.6.6");
    internal static Rule AlarmOnCancelled { get; } = Advice("alarm-on-cancelled", "RFC 5545, 3.6.6");
    internal static Rule RepeatWithoutDuration { get; } = Error("repeat-without-duration", "RFC 5545, 3.6.6");
    internal static Rule AlarmWithoutAnchor { get; } = Error("alarm-without-anchor", "RFC 5545, 3.8.6.3");

    // Messages.
    internal static Rule MethodInFeed { get; } = Warning("method-in-feed", "RFC 5546, 1.4");
    internal static Rule UnknownMethod { get; } = Warning("unknown-method", "RFC 5546, 1.4");
    internal static Rule MessageWithoutOrganizer { get; } = Error("message-without-organizer", "RFC 5546, 3.2");
    internal static Rule MessageWithoutAttendee { get; } = Error("message-without-attendee", "RFC 5546, 3.2");
    internal static Rule PublishWithAttendee { get; } = Error("publish-with-attendee", "RFC 5546, 3.2.1");
    internal static Rule CancelWithoutSequence { get; } = Error("cancel-without-sequence", "RFC 5546, 3.2.5");

    // The calendar as a feed.
    internal static Rule NamesDiffer { get; } = Warning("names-differ", "RFC 7986, 5.1");
    internal static Rule RefreshNotPositive { get; } = Error("refresh-not-positive", "RFC 7986, 5.7");
    internal static Rule RefreshesDiffer { get; } = Warning("refreshes-differ", "RFC 7986, 5.7");
    internal static Rule CalendarUid { get; } = Advice("calendar-uid", "RFC 7986, 5.3");

    /// <summary>The rule that a fault of reading is told by.</summary>
    public static Rule Of(ReadingFault fault) => fault switch
    {
        ReadingFault.Utf16 => Utf16,
        ReadingFault.ByteOrderMark => ByteOrderMark,
        ReadingFault.InvalidUtf8 => InvalidUtf8,
        ReadingFault.BareLineFeed => BareLineFeed,
        ReadingFault.BareCarriageReturn => BareCarriageReturn,
        ReadingFault.UnendedLastLine => UnendedLastLine,
        ReadingFault.LineTooLong => LineTooLong,
        ReadingFault.FoldInsideCharacter => FoldInsideCharacter,
        ReadingFault.ControlCharacter => ControlCharacter,
        ReadingFault.EmptyLine => EmptyLine,
        ReadingFault.MalformedLine => MalformedLine,
        ReadingFault.MalformedParameter => MalformedParameter,
        ReadingFault.RepeatedParameter => RepeatedParameter,
        ReadingFault.UnendedComponent => UnendedComponent,
        ReadingFault.UnmatchedEnd => UnmatchedEnd,
        ReadingFault.OutsideComponents => OutsideCalendar,
        ReadingFault.PropertyAfterComponent => PropertyAfterComponent,
        ReadingFault.TooDeep => TooDeep,
        ReadingFault.TooManyLines => TooManyLines,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "A fault without a rule."),
    };

    private static Rule Error(string code, string source) => Declare(new Rule(code, Severity.Error, source));

    private static Rule Warning(string code, string source) => Declare(new Rule(code, Severity.Warning, source));

    private static Rule Advice(string code, string source) => Declare(new Rule(code, Severity.Advice, source));

    private static Rule Declare(Rule rule)
    {
        Declared.Add(rule);
        return rule;
    }
}
