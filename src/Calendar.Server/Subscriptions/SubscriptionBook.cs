using System.Collections.Concurrent;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;

namespace Calendar.Server.Subscriptions;

/// <summary>A subscription in memory, with what is counted of it.</summary>
internal sealed class HeldSubscription(Subscription current)
{
    private volatile Subscription _current = current;

    public Subscription Current
    {
        get => _current;
        set => _current = value;
    }

    public FetchTally Fetches { get; } = new();
}

/// <summary>What a link shows.</summary>
internal abstract record PrivateFeed
{
    /// <param name="Name">The variant's, made once.</param>
    public sealed record OfAnniversaries(FeedVariant Variant, string Name) : PrivateFeed;

    public sealed record OfTasks(TaskVariant Variant) : PrivateFeed;
}

/// <summary>A link with the subscription as it stands since its last change.</summary>
internal sealed class HeldLink(HeldSubscription held, Subscription subscription, SubscriptionLink link)
{
    private PrivateFeed? _feed;

    public HeldSubscription Held => held;

    public Subscription Subscription => subscription;

    public SubscriptionLink Link => link;

    /// <summary>What it shows, read at the first request: what a later build has stored and this one cannot read costs no other feed.</summary>
    public PrivateFeed Feed(DateTimeZone zone)
    {
        if (Volatile.Read(ref _feed) is not { } feed)
        {
            Volatile.Write(ref _feed, feed = Read(zone));
        }

        return feed;
    }

    private PrivateFeed Read(DateTimeZone zone)
    {
        var query = new QueryReader(new QueryCollection(QueryHelpers.ParseQuery(subscription.Variant)), PathString.Empty);
        var notice = link is { Replaced: { } from, Expires: { } until } ? new FeedNotice(from.InZone(zone).Date, until.InZone(zone).Date) : null;
        if (subscription.IsOfTasks)
        {
            return new PrivateFeed.OfTasks(TaskVariant.Read(query) with { Notice = notice });
        }

        var variant = FeedVariant.Read(query, null) with { IsPrivate = true, Notice = notice };
        return new PrivateFeed.OfAnniversaries(variant, variant.Name);
    }
}

/// <summary>Every subscription, in memory: what private feeds are answered from. Read by anybody, changed by one at a time.</summary>
internal sealed class SubscriptionBook
{
    private volatile Entries _entries = new();

    public IEnumerable<HeldSubscription> All => _entries.ById.Values;

    public HeldSubscription? Find(Guid id) => _entries.ById.GetValueOrDefault(id);

    public HeldLink? Find(LinkHash link) => _entries.ByLink.GetValueOrDefault(link);

    /// <summary>Puts in what has changed; what is older than what is held is passed over.</summary>
    public void Apply(Subscription changed) => Apply(_entries, changed);

    /// <summary>Holds these and no others; what has been counted goes on.</summary>
    public void Replace(IReadOnlyList<Subscription> all)
    {
        var entries = new Entries();
        foreach (var subscription in all)
        {
            if (Find(subscription.Id) is { } held)
            {
                held.Current = subscription;
                entries.ById[subscription.Id] = held;
            }

            Apply(entries, subscription);
        }

        _entries = entries;
    }

    private static void Apply(Entries entries, Subscription changed)
    {
        var held = entries.ById.GetOrAdd(changed.Id, static (_, first) => new HeldSubscription(first), changed);
        var before = held.Current;
        if (before.Changed > changed.Changed)
        {
            return;
        }

        held.Current = changed;
        foreach (var link in changed.Links)
        {
            entries.ByLink[link.Hash] = new HeldLink(held, changed, link);
        }

        foreach (var gone in before.Links.Select(link => link.Hash).Except(changed.Links.Select(link => link.Hash)))
        {
            entries.ByLink.TryRemove(gone, out _);
        }

        // Revoked just now, or read for the first time.
        if (changed.Revoked is not null && (before.Revoked is null || ReferenceEquals(before, changed)))
        {
            AddRevoked(entries, changed);
        }
    }

    private static void AddRevoked(Entries entries, Subscription revoked)
    {
        if (!entries.Revoked.TryGetValue(revoked.Owner, out var all))
        {
            entries.Revoked.Add(revoked.Owner, all = new Queue<Guid>());
        }

        all.Enqueue(revoked.Id);
        if (all.Count > SubscriptionTable.MostRevoked && entries.ById.TryRemove(all.Dequeue(), out var oldest))
        {
            foreach (var link in oldest.Current.Links)
            {
                entries.ByLink.TryRemove(link.Hash, out _);
            }
        }
    }

    private sealed class Entries
    {
        public ConcurrentDictionary<Guid, HeldSubscription> ById { get; } = new();

        public ConcurrentDictionary<LinkHash, HeldLink> ByLink { get; } = new();

        // By owner, the first that was revoked first.
        public Dictionary<string, Queue<Guid>> Revoked { get; } = new(StringComparer.Ordinal);
    }
}
