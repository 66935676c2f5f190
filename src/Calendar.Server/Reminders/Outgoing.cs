using Calendar.Ical;
using Calendar.Reminders;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>A mail that is ready to be composed. However often a message is tried it has the same id and date; what it says is told as of when it leaves.</summary>
/// <param name="Id">Of the reminder, and the number of its issue: a mail that somebody asks for again is another one (<c>0198….1</c>). The left side of the Message-ID.</param>
/// <param name="Name">Of the person, as it was entered: hostile.</param>
/// <param name="Address">An address that was checked.</param>
/// <param name="Calendar">What the reader's calendar may take in; METHOD:PUBLISH.</param>
/// <param name="Unsubscribe">The one-click address (RFC 8058).</param>
/// <param name="Date">When it is due: becomes Date, whenever it is really sent.</param>
internal sealed record OutgoingMail(string Id, string Name, string Address, Letter Letter, ItipMessage? Calendar, string? Unsubscribe, Instant Date);

/// <summary>An event for a webhook. However often a message is tried it has the same id and time; what it says is told as of when it leaves, and signed at that time.</summary>
/// <param name="Id">As in <see cref="OutgoingMail"/>: <c>webhook-id</c> and the CloudEvent's id.</param>
/// <param name="Webhook">Which one.</param>
/// <param name="Type">Of the CloudEvent: <c>calendar.reminder.task</c>.</param>
/// <param name="Subject">Of the CloudEvent.</param>
/// <param name="Data">JSON.</param>
/// <param name="Date">Of the CloudEvent.</param>
internal sealed record OutgoingEvent(string Id, Guid Webhook, string Type, string Subject, ReadOnlyMemory<byte> Data, Instant Date);
