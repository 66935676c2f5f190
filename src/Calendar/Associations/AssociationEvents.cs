using System.Collections.Immutable;
using Calendar.Facts;

namespace Calendar.Associations;

/// <summary>Where an association stands among others; in snake case the stored names.</summary>
public enum AssociationScope
{
    /// <summary>The union above all others of the home party; one at a time.</summary>
    Umbrella,

    /// <summary>For the whole home party: an association for one partner or several, a committee, a fund.</summary>
    Central,

    /// <summary>For a province, city or district of the home party.</summary>
    Local,

    /// <summary>The partner country's own: told of things, never an owner by itself.</summary>
    Abroad,
}

/// <summary>An association enters the record.</summary>
/// <param name="Parent">The union above it; none for the umbrella and for those abroad.</param>
/// <param name="Partners">The parties whose anniversaries it marks; none for unions and committees.</param>
/// <param name="Language">What it is written to in.</param>
/// <param name="Zone">An IANA time zone, such as <c>Asia/Ho_Chi_Minh</c>: where its mornings are.</param>
public sealed record AssociationRegistered(
    Slug Association, Text Name, AssociationScope Scope, Slug? Parent, ImmutableArray<PartyCode> Partners, Language Language, string Zone, Source Source) : IEvent
{
    internal AssociationDetails Details => new(Name, Scope, Parent, Partners, Language, Zone, Source);
}

/// <summary>From now on this is what is known of the association: the whole, not the difference.</summary>
/// <param name="Parent">As in <see cref="AssociationRegistered"/>, and so the others.</param>
public sealed record AssociationChanged(
    Slug Association, Text Name, AssociationScope Scope, Slug? Parent, ImmutableArray<PartyCode> Partners, Language Language, string Zone, Source Source) : IEvent
{
    internal AssociationDetails Details => new(Name, Scope, Parent, Partners, Language, Zone, Source);
}

/// <summary>No reminder goes to the association until it is unmuted. Nothing in public says so.</summary>
public sealed record AssociationMuted(Slug Association, Text Reason) : IEvent, IReasoned;

/// <summary>Reminders go to the association again.</summary>
public sealed record AssociationUnmuted(Slug Association, Text Reason) : IEvent, IReasoned;

/// <summary>The association has ceased its work: it owns nothing new.</summary>
public sealed record AssociationClosed(Slug Association, Text Reason) : IEvent, IReasoned;

/// <summary>A closed association works again, as it was known before.</summary>
public sealed record AssociationReopened(Slug Association, Text Reason) : IEvent, IReasoned;
