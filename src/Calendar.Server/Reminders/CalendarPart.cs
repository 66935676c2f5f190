using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Feeds;
using Calendar.Ical;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Server.Feeds;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>What the reader's calendar may take in of a message: the entries as feeds write them, under the same UIDs, so that nothing stands there twice.</summary>
internal static class CalendarPart
{
    /// <param name="address">Of the sender: the organizer, as RFC 5546 asks of what is published.</param>
    /// <param name="name">Of the sender; null for none.</param>
    /// <param name="publicUrl">Without a slash at its end.</param>
    /// <param name="zone">Of the desk: of the days on which tasks were done.</param>
    /// <returns>Null where nothing has a day to show.</returns>
    public static ItipMessage? Of(Almanac almanac, Message message, string address, string? name, string publicUrl, DateTimeZone zone)
    {
        // A percent sign and a question mark mean something in such a URI; the at sign does not.
        var organizer = new IcalOrganizer("mailto:" + Uri.EscapeDataString(address).Replace("%40", "@", StringComparison.Ordinal), string.IsNullOrWhiteSpace(name) ? null : name);
        var tasks = new TaskWriter(publicUrl, zone);
        var entries = message.Items.Concat(message.Missed)
            .Select(item => Of(almanac, item.Subject, message.To.Language, tasks, publicUrl)).OfType<VEvent>()
            .DistinctBy(entry => entry.Uid, StringComparer.Ordinal).OrderBy(entry => entry.Start).ThenBy(entry => entry.Uid, StringComparer.Ordinal)
            .Select(entry => entry with { Organizer = organizer }).ToList();
        return entries.Count == 0 ? null : ItipMessage.Publish(FeedWriter.Product, entries);
    }

    // Somebody else's silence is nothing for one's own calendar, and a year is as little a day as in feeds.
    private static VEvent? Of(Almanac almanac, ReminderSubject subject, Language language, TaskWriter tasks, string publicUrl) => subject switch
    {
        ReminderSubject.OfTask about when almanac.Plans.Find(about.Plan, about.Task) is { } task && task.Owner == about.Owner => tasks.ToEvent(almanac.EntryOf(task), language),
        ReminderSubject.OfAnniversary about when Find(almanac, about.Anniversary) is { Date.Precision: not Precision.Year } anniversary => Of(anniversary, language, publicUrl),
        _ => null,
    };

    private static VEvent Of(Anniversary anniversary, Language language, string publicUrl)
    {
        var entry = new FeedEntry(anniversary, false, anniversary.Fact.ChangedAt, anniversary.Fact.Revision);
        return FeedWriter.ToEvent(entry, EntryTexts.Of(entry), language, new EntryForm(0, Full: false), publicUrl);
    }

    private static Anniversary? Find(Almanac almanac, AnniversaryId id) => almanac.Find(id.Fact) is { } first ? Anniversary.Of(almanac, almanac.Current(first), id.Number) : null;
}
