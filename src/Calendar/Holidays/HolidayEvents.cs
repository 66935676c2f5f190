using Calendar.Facts;
using NodaTime;

namespace Calendar.Holidays;

public enum AnnouncementStatus
{
    /// <summary>Expected by whoever recorded it; the party's government has not decided.</summary>
    Estimated,
    Announced,
}

/// <summary>A party keeps this day as a public holiday. A later one for the same day takes its place.</summary>
/// <param name="Date">A whole civil day.</param>
/// <param name="Occasion">What the day is for, such as <c>tet</c>: once announced, the rule's estimated days of the occasion give way in that year.</param>
public sealed record HolidayAnnounced(PartyCode Party, LocalDate Date, Slug Occasion, Text Name, AnnouncementStatus Status, Source Source) : IEvent;

/// <summary>What was announced for the day does not stand: the rule speaks again.</summary>
/// <param name="Date">A whole civil day.</param>
public sealed record HolidayWithdrawn(PartyCode Party, LocalDate Date, Text Reason) : IEvent, IReasoned;
