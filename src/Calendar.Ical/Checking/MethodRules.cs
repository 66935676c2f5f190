namespace Calendar.Ical.Checking;

/// <summary>METHOD and what it asks of the entries (RFC 5546 section 3).</summary>
internal static class MethodRules
{
    private static readonly string[] Methods = ["PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"];

    /// <summary>Of the calendar: clients take a feed with a METHOD for an invitation.</summary>
    public static void Method(Scope scope)
    {
        if (scope.First("METHOD") is { } method)
        {
            scope.Find(Methods.Any(method.Is) ? CheckRules.MethodInFeed : CheckRules.UnknownMethod, method, method.Value);
        }
    }

    /// <summary>Of an event or a to-do; RFC 5546 sections 3.2 and 3.4 ask the same of both.</summary>
    public static void Entry(Scope scope)
    {
        if (scope.State.Method is not { } method || !Methods.Contains(method, StringComparer.Ordinal))
        {
            return;
        }

        if (scope.First("ORGANIZER") is null)
        {
            scope.Find(CheckRules.MessageWithoutOrganizer, method);
        }

        var attendee = scope.First("ATTENDEE");
        if (method is "PUBLISH" && attendee is not null)
        {
            scope.Find(CheckRules.PublishWithAttendee, attendee);
        }
        else if (method is "REQUEST" or "REPLY" or "ADD" or "REFRESH" or "COUNTER" && attendee is null)
        {
            scope.Find(CheckRules.MessageWithoutAttendee, method);
        }

        if (method is "CANCEL" && scope.First("SEQUENCE") is null)
        {
            scope.Find(CheckRules.CancelWithoutSequence);
        }
    }
}
