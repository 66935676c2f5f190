namespace Calendar.Ical;

/// <summary>
/// What RFC 5546 section 3.2 (events) and 3.4 (to-dos) ask of a message beyond what every entry of ours has anyway: DTSTAMP, SEQUENCE
/// and SUMMARY. Addresses are mailto, as mail wants them (RFC 6047 section 2.1).
/// </summary>
internal sealed class MessageRules
{
    private readonly IcalMethod method;
    private IcalEntry? first;

    private MessageRules(IcalMethod method) => this.method = method;

    /// <returns>Null for a calendar that is no message.</returns>
    public static MessageRules? Of(VCalendar calendar)
    {
        if (calendar.Method is IcalMethod.None)
        {
            return null;
        }

        var rules = new MessageRules(calendar.Method);
        rules.Forbid(calendar.RefreshInterval is not null, "REFRESH-INTERVAL", "it is not polled", null);
        rules.Forbid(calendar.Source is not null, "SOURCE", "it is not polled", null);
        return rules;
    }

    public void Check(IcalEntry entry)
    {
        Require(!string.IsNullOrWhiteSpace(entry.Uid), "UID", entry);
        Require(entry.Organizer is { } organizer && IsMail(organizer.Uri), "ORGANIZER with a mailto address", entry);
        switch (method)
        {
            case IcalMethod.Publish:
                Forbid(entry.Attendees.Count > 0, "ATTENDEE", "it is published and invites no one", entry);
                break;
            case IcalMethod.Request:
                CheckInvitation(entry);
                Forbid(IsCancelled(entry), "STATUS:CANCELLED", "what is cancelled is not requested", entry);
                break;
            case IcalMethod.Cancel:
                CheckInvitation(entry);
                Require(IsCancelled(entry), "STATUS:CANCELLED", entry);
                break;
        }

        if (entry is VTodo todo && method is not IcalMethod.Cancel)
        {
            Require(todo.Priority is not null, "PRIORITY", entry);
            Require(todo.Start is not null, "DTSTART", entry);
        }

        Forbid(first is not null && first is VTodo != entry is VTodo, "VEVENT beside VTODO", "a message is of one kind", entry);
        first ??= entry;
    }

    public void CheckEnd()
    {
        if (first is null)
        {
            throw new InvalidOperationException($"The {Name} holds no VEVENT and no VTODO.");
        }
    }

    private string Name => method.ToString().ToUpperInvariant();

    private static bool IsCancelled(IcalEntry entry) =>
        entry is IcalEvent { Status: EventStatus.Cancelled } or VTodo { Status: TodoStatus.Cancelled };

    private static bool IsMail(string uri) => uri.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) && uri.Length > "mailto:".Length;

    private void CheckInvitation(IcalEntry entry)
    {
        Require(entry.Attendees.Count > 0, "ATTENDEE", entry);
        Require(entry.Attendees.All(a => IsMail(a.Uri)), "mailto address for each ATTENDEE", entry);
        var about = first?.Uid ?? entry.Uid;
        Forbid(!string.Equals(about, entry.Uid, StringComparison.Ordinal), "second UID", $"it is about {about}", entry);
    }

    private void Require(bool holds, string what, IcalEntry entry)
    {
        if (!holds)
        {
            throw new ArgumentException($"The {Name} of {entry.Uid} lacks: {what}.", nameof(entry));
        }
    }

    private void Forbid(bool holds, string what, string why, IcalEntry? entry)
    {
        if (holds)
        {
            throw new ArgumentException($"The {Name}{(entry is null ? "" : $" of {entry.Uid}")} may hold no {what}: {why}.", nameof(entry));
        }
    }
}
