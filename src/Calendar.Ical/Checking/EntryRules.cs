using System.Globalization;

namespace Calendar.Ical.Checking;

/// <summary>What is asked of events, to-dos and journal entries beside their dates.</summary>
internal static class EntryRules
{
    /// <summary>RFC 5545 section 3.8.4.7: one UID, one entry; its single instances have a RECURRENCE-ID.</summary>
    public static void Unique(Scope scope)
    {
        if (scope.First("UID") is not { } uid)
        {
            return;
        }

        var identity = (uid.Value, scope.First("RECURRENCE-ID")?.Value ?? "");
        if (!scope.State.Entries.TryAdd(identity, scope.Component.Line))
        {
            scope.Find(CheckRules.DuplicateUid, uid, scope.State.Entries[identity].ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>RFC 5545 section 3.8.7.4: clients keep the entry they have unless a later one has a greater number.</summary>
    public static void Sequence(Scope scope)
    {
        // A cancellation without one is another rule's.
        if (scope.First("SEQUENCE") is null && scope.State.Method is not "CANCEL")
        {
            scope.Find(CheckRules.NoSequence);
        }
    }

    public static void Summary(Scope scope)
    {
        if (string.IsNullOrWhiteSpace(scope.First("SUMMARY")?.Value))
        {
            scope.Find(CheckRules.NoSummary);
        }
    }

    /// <summary>RFC 9253 section 8.2: LINKREL says what a link is for.</summary>
    public static void Links(Scope scope)
    {
        foreach (var link in scope.Component.All("LINK"))
        {
            if (link.Parameter("LINKREL") is null)
            {
                scope.Find(CheckRules.LinkWithoutRelation, link, link.Value);
            }
        }
    }
}
