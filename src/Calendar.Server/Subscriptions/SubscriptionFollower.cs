using Npgsql;

namespace Calendar.Server.Subscriptions;

/// <summary>Keeps the book of subscriptions as the tables have it.</summary>
internal sealed class SubscriptionFollower(SubscriptionTable table, SubscriptionBook book, NpgsqlDataSource source, ILogger<SubscriptionFollower> logger)
    : TableFollower<Subscription>(source, SubscriptionTable.Listen, logger)
{
    /// <summary>The link with this token. Before it is unknown the table is asked, once for all who ask at a time.</summary>
    /// <param name="token">A well-formed one.</param>
    /// <exception cref="NpgsqlException">It is not in memory, and the table cannot be asked.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task<HeldLink?> FindAsync(string token, CancellationToken ct)
    {
        var hash = LinkHash.Of(token);
        if (book.Find(hash) is { } known)
        {
            return known;
        }

        await LookAsync(ct);
        return book.Find(hash);
    }

    /// <summary>The same of a subscription. One that is not to be told of is looked for like one that never was: they cannot be told apart.</summary>
    /// <exception cref="NpgsqlException">It is not in memory, and the table cannot be asked.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task<Subscription?> FindAsync(Guid id, Func<Subscription, bool> mayBeTold, CancellationToken ct)
    {
        if (Known() is { } known)
        {
            return known;
        }

        await LookAsync(ct);
        return Known();

        Subscription? Known() => book.Find(id)?.Current is { } held && mayBeTold(held) ? held : null;
    }

    protected override Task<IReadOnlyList<Subscription>> ReadAsync(long after, CancellationToken ct) => table.ReadAsync(after, ct);

    protected override long NumberOf(Subscription row) => row.Changed;

    protected override void Hold(Subscription changed) => book.Apply(changed);

    protected override void HoldOnly(IReadOnlyList<Subscription> all) => book.Replace(all);
}
