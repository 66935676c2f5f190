using System.Collections.Immutable;
using Calendar.Subscriptions;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;

namespace Calendar.Server.Subscriptions;

/// <summary>One person's private feed as it is kept.</summary>
/// <param name="Owner">The actor id of who asked for it.</param>
/// <param name="Kind">What its feed shows, in its stored name.</param>
/// <param name="Name">Null when it is revoked.</param>
/// <param name="Variant">The feed's parameters in canonical form; null when it is revoked.</param>
/// <param name="Links">The oldest first.</param>
/// <param name="Changed">Grows with every change, in the order of commits.</param>
internal sealed record Subscription(
    Guid Id, string Owner, string Kind, string? Name, string? Variant, Instant Created, Instant? Revoked, ImmutableArray<SubscriptionLink> Links, long Changed)
{
    /// <summary>Whether its feed is of an association's tasks.</summary>
    public bool IsOfTasks => string.Equals(Kind, SubscriptionKind.Tasks.Name(), StringComparison.Ordinal);

    /// <summary>The association whose tasks it is of; null for one of anniversaries, and for one that is revoked.</summary>
    public Slug? TasksOf => IsOfTasks && QueryHelpers.ParseQuery(Variant).TryGetValue("association", out var named) && Slug.TryParse(named, out var association) ? association : null;

    /// <summary>So long a link goes on after it has been replaced.</summary>
    public static Duration Overlap { get; } = Duration.FromDays(30);

    /// <summary>When the last of the links that were replaced ends; null if it has.</summary>
    public Instant? PreviousUntil(Instant now) => Links.Max(link => link.Expires) is { } last && last > now && Revoked is null ? last : null;
}

/// <param name="Replaced">When another one took its place; null for the current one.</param>
/// <param name="Expires">When it ends; null for the current one.</param>
internal sealed record SubscriptionLink(LinkHash Hash, Instant? Replaced, Instant? Expires);
