using Calendar.Feeds;
using Calendar.Subscriptions;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;

namespace Calendar.Server.Subscriptions;

/// <summary>A subscription as answers show it.</summary>
/// <param name="Owner">The actor id; told to an administrator only.</param>
/// <param name="Filter">Absent for one of tasks, and so what else is said of anniversaries only.</param>
/// <param name="Tasks">Absent for one of anniversaries.</param>
/// <param name="Alarm">Absent for none.</param>
/// <param name="PreviousUntil">When the link that was replaced last ends; absent when none is left.</param>
/// <param name="Health">Absent in answers to a change of it.</param>
/// <param name="Url">The link, in the answer that makes it and never again.</param>
/// <param name="Webcal">The same for calendar programs that open such links.</param>
internal sealed record SubscriptionView(
    Guid Id, string Name, string? Owner, SubscriptionFilterView? Filter, SubscriptionTasksView? Tasks, string Lang, string? Alarm, string? Imprecise, int? Ahead, string? Detail,
    Instant Created, Instant? PreviousUntil, SubscriptionHealthView? Health, string? Url, string? Webcal)
{
    public static SubscriptionView Of(Subscription subscription, bool toAdmin, Instant now)
    {
        var parameters = QueryHelpers.ParseQuery(subscription.Variant);
        var tasks = subscription.IsOfTasks;
        return new SubscriptionView(
            subscription.Id, subscription.Name!, toAdmin ? subscription.Owner : null,
            tasks ? null : new(List("party"), List("group"), List("association"), List("tier"), List("kind")),
            tasks ? new(One("association")!, One("as")!) : null,
            One("lang") ?? Language.Vi.Name(), One("alarm"), tasks ? null : One("imprecise") ?? Calendar.Feeds.Imprecise.Span.Name(),
            tasks ? null : int.Parse(One("ahead") ?? $"{FeedFilter.DefaultAhead}", System.Globalization.CultureInfo.InvariantCulture), One("detail"),
            subscription.Created, subscription.PreviousUntil(now), null, null, null);

        string? One(string name) => parameters.GetValueOrDefault(name) is [{ } value] ? value : null;

        string[]? List(string name) => One(name)?.Split(',');
    }

    /// <summary>With the one link that opens it, which is not kept anywhere.</summary>
    public SubscriptionView With(PrivateLink link) => this with { Url = link.Url, Webcal = link.Webcal };
}

/// <summary>Absent where nothing is filtered.</summary>
internal sealed record SubscriptionFilterView(
    IReadOnlyList<string>? Party, IReadOnlyList<string>? Group, IReadOnlyList<string>? Association, IReadOnlyList<string>? Tier, IReadOnlyList<string>? Kind);

/// <param name="Association">The owner of the tasks, by its short name.</param>
/// <param name="As">todo (default) for to-dos, event for events of a whole day.</param>
internal sealed record SubscriptionTasksView(string Association, string? As);

/// <summary>How a subscription is read. Addresses are not kept.</summary>
/// <param name="LastFetch">Absent before the first.</param>
/// <param name="Client">The family of the program that read it last.</param>
/// <param name="Version">Of the public record that it got then, or of the association's tasks.</param>
/// <param name="CurrentVersion">The same now.</param>
/// <param name="Current">Whether it has what there is now; absent before the first fetch.</param>
/// <param name="Conditional">So many fetches named what the client had.</param>
/// <param name="NotModified">So many of those were answered 304.</param>
/// <param name="Revalidates">Whether the client asks for what it has by its tag or date; one that does not transfers everything every time.</param>
internal sealed record SubscriptionHealthView(
    Instant? LastFetch, ClientFamily? Client, long? Version, long CurrentVersion, bool? Current, long Fetches, long Conditional, long NotModified, bool Revalidates)
{
    public static SubscriptionHealthView Of(FetchHistory history, long currentVersion)
    {
        var (last, counts) = (history.Last, history.Counts);
        return new SubscriptionHealthView(
            last?.At, last?.Client, last?.Version, currentVersion, last is null ? null : last.Version == currentVersion,
            counts.Fetches, counts.Conditional, counts.NotModified, counts.Conditional > 0);
    }
}

/// <summary>The body that makes a subscription, for the OpenAPI document.</summary>
/// <param name="Name">One line of at most 100 characters.</param>
/// <param name="Filter">Which anniversaries; not beside tasks.</param>
/// <param name="Tasks">The tasks of one association, for its own tokens and for planners; not beside filter, imprecise, ahead or detail.</param>
/// <param name="Alarm">Reminder before the day, such as P7D.</param>
/// <param name="Imprecise">span (default), omit or year.</param>
/// <param name="Ahead">1 to 12 years, 7 by default.</param>
/// <param name="Detail">full adds RFC 9253 links.</param>
internal sealed record SubscriptionBody(string Name, SubscriptionFilterView? Filter, SubscriptionTasksView? Tasks, Language? Lang, string? Alarm, Imprecise? Imprecise, int? Ahead, string? Detail);

/// <summary>The body that renames one, for the OpenAPI document.</summary>
internal sealed record SubscriptionNameBody(string Name);

/// <summary>A link that has just been made. It is shown once.</summary>
public sealed record PrivateLink(string Url, string Webcal)
{
    public static PrivateLink Of(string publicUrl, string token)
    {
        var url = $"{publicUrl}{PrivateFeedEndpoint.Folder}{token}.ics";
        return new PrivateLink(url, "webcal" + url[url.IndexOf("://", StringComparison.Ordinal)..]);
    }
}
