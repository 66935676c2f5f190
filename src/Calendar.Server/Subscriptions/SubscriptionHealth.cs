using Calendar.Subscriptions;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Subscriptions;

/// <summary>How a subscription is read, as far as all instances have told.</summary>
internal sealed record FetchHistory(LastFetch? Last, FetchCounts Counts);

/// <summary>
/// The table <c>calendar.subscription_health</c>. What this instance counts is added to it once a minute and when it stops, so that instances sum up;
/// a crash loses a minute of counts.
/// </summary>
internal sealed class SubscriptionHealth(SubscriptionBook book, NpgsqlDataSource source, ILogger<SubscriptionHealth> logger) : MinutelyStore(logger)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    // Rows in the order of their keys: two instances that store at once must not wait for each other.
    private const string _add = """
        insert into calendar.subscription_health as h (subscription, last_fetch, client, version, fetches, conditional, not_modified)
        select n.subscription, n.last_fetch, n.client, n.version, n.fetches, n.conditional, n.not_modified
        from unnest($1, $2, $3, $4, $5, $6, $7) as n (subscription, last_fetch, client, version, fetches, conditional, not_modified)
        join calendar.subscriptions s on s.id = n.subscription and s.revoked is null
        order by n.subscription
        on conflict (subscription) do update set
          client = case when excluded.last_fetch >= h.last_fetch then excluded.client else h.client end,
          version = case when excluded.last_fetch >= h.last_fetch then excluded.version else h.version end,
          last_fetch = greatest(h.last_fetch, excluded.last_fetch),
          fetches = h.fetches + excluded.fetches, conditional = h.conditional + excluded.conditional, not_modified = h.not_modified + excluded.not_modified
        """;

    private const string _read = "select subscription, last_fetch, client, version, fetches, conditional, not_modified from calendar.subscription_health where subscription = any ($1)";

    // What is being stored is neither counted twice nor left out.
    private readonly SemaphoreSlim _storing = new(1);

    /// <summary>What is stored and what is yet to be, of subscriptions that are held.</summary>
    /// <returns>Null if the table does not tell soon: what is known without it need not wait for it.</returns>
    public async Task<IReadOnlyDictionary<Guid, FetchHistory>?> ReadAsync(IReadOnlyCollection<Guid> subscriptions, CancellationToken ct)
    {
        try
        {
            // Twice: a server that hangs does not hear of a cancellation either.
            return await ReadSoonAsync(subscriptions, ct).WaitAsync(_patience, ct);
        }
        catch (Exception slow) when (Database.IsAway(slow) || (slow is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Adds what has been counted to the table.</summary>
    public override async Task StoreAsync(CancellationToken ct)
    {
        await _storing.WaitAsync(ct);
        try
        {
            var counted = book.All.Where(held => held.Current.Revoked is null)
                .Select(held => (held.Current.Id, held.Fetches, held.Fetches.Counts, held.Fetches.Last)).Where(one => one.Counts.Fetches > 0).ToList();
            if (counted.Count == 0)
            {
                return;
            }

            await using var command = source.Command(_add, counted.Select(one => one.Id).ToArray(), counted.Select(one => one.Last!.At.ToDateTimeUtc()).ToArray(), counted.Select(one => one.Last!.Client.Name()).ToArray(), counted.Select(one => one.Last!.Version).ToArray(), counted.Select(one => one.Counts.Fetches).ToArray(), counted.Select(one => one.Counts.Conditional).ToArray(), counted.Select(one => one.Counts.NotModified).ToArray());
            await command.ExecuteNonQueryAsync(ct);
            counted.ForEach(one => one.Fetches.Subtract(one.Counts));
        }
        finally
        {
            _storing.Release();
        }
    }

    public override void Dispose()
    {
        _storing.Dispose();
        base.Dispose();
    }

    private static FetchHistory With(FetchHistory? stored, FetchTally? counted)
    {
        var last = stored?.Last is { } there && (counted?.Last is not { } here || there.At > here.At) ? there : counted?.Last;
        return new FetchHistory(last, (stored?.Counts ?? default) + (counted?.Counts ?? default));
    }

    private async Task<IReadOnlyDictionary<Guid, FetchHistory>> ReadSoonAsync(IReadOnlyCollection<Guid> subscriptions, CancellationToken ct)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        soon.CancelAfter(_patience);
        await _storing.WaitAsync(soon.Token);
        try
        {
            var stored = await ReadAsync([.. subscriptions], soon.Token);
            return subscriptions.ToDictionary(id => id, id => With(stored.GetValueOrDefault(id), book.Find(id)?.Fetches));
        }
        finally
        {
            _storing.Release();
        }
    }

    private async Task<Dictionary<Guid, FetchHistory>> ReadAsync(Guid[] ids, CancellationToken ct)
    {
        var found = new Dictionary<Guid, FetchHistory>();
        await using var command = source.Command(_read, ids);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            // A later build may know more families.
            var client = Names<ClientFamily>.TryParse(reader.GetString(2), out var family) ? family : ClientFamily.Other;
            found.Add(reader.GetGuid(0), new FetchHistory(
                new LastFetch(Instant.FromDateTimeUtc(reader.GetDateTime(1)), client, reader.GetInt64(3)), new FetchCounts(reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6))));
        }

        return found;
    }
}
