using Calendar.EventStore;
using Calendar.Server.Http;
using Calendar.Subscriptions;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Subscriptions;

/// <summary>How a change of a subscription ended.</summary>
internal abstract record SubscriptionOutcome
{
    /// <summary>Stored, or already so.</summary>
    public sealed record Done(Subscription Subscription) : SubscriptionOutcome;

    /// <summary>The request was answered before; what it answered is not kept.</summary>
    public sealed record Repeated(Guid Subscription) : SubscriptionOutcome;

    /// <summary>The idempotency key belongs to another request.</summary>
    public sealed record KeyReused : SubscriptionOutcome;

    /// <summary>The owner has as many as one may have.</summary>
    public sealed record TooMany : SubscriptionOutcome;

    /// <summary>It has been revoked.</summary>
    public sealed record Revoked : SubscriptionOutcome;

    /// <summary>There is none: the database may be another one than was read.</summary>
    public sealed record Unknown : SubscriptionOutcome;
}

/// <summary>The tables <c>calendar.subscriptions</c>, <c>subscription_links</c> and <c>subscription_requests</c>.</summary>
internal sealed class SubscriptionTable(NpgsqlDataSource source) : IDisposable
{
    public const string Listen = "listen calendar_subscriptions";

    /// <summary>So many one owner may have at a time.</summary>
    public const int MostLive = 1000;

    /// <summary>
    /// Of so many an owner has revoked, the newest, the links say so, here and in memory. Links of older ones are forgotten with all that hangs on them:
    /// whoever makes and revokes without end takes no more room than this.
    /// </summary>
    public const int MostRevoked = 10_000;

    /// <summary>So many changes may be under way here, the one that has its turn among them.</summary>
    public const int MostInLine = 64;

    // Replaced ones are kept to say that they are; of somebody who replaces them without end only so many, those that end last.
    private const int _mostLinks = 50;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    // A stopped instance must not hold up the others.
    private const string _takeTurn = """
        set local lock_timeout = '10s';
        set local idle_in_transaction_session_timeout = '5s';
        select pg_advisory_xact_lock(hashtextextended('calendar.subscriptions', 0))
        """;

    private const string _select = """
        select s.id, s.owner, s.kind, s.name, s.variant, s.created, s.revoked, s.changed,
          array_agg(l.sha256 order by l.created, l.sha256), array_agg(l.replaced order by l.created, l.sha256), array_agg(l.expires order by l.created, l.sha256)
        from calendar.subscriptions s join calendar.subscription_links l on l.subscription = s.id
        """;

    private const string _changedAfter = _select + " where s.changed > $1 group by s.id order by s.changed";
    private const string _one = _select + " where s.id = $1 group by s.id";
    private const string _request = "select request_hash, subscription from calendar.subscription_requests where caller = $1 and key = $2";
    private const string _addRequest = "insert into calendar.subscription_requests (caller, key, request_hash, subscription) values ($1, $2, $3, $4)";
    private const string _live = "select count(*) from calendar.subscriptions where owner = $1 and revoked is null";
    private const string _add = "insert into calendar.subscriptions (id, owner, kind, name, variant, created, changed) values ($1, $2, $3, $4, $5, $6, nextval('calendar.subscription_changes'))";
    private const string _addLink = "insert into calendar.subscription_links (sha256, subscription, created) values ($1, $2, $3)";
    private const string _replaceCurrent = "update calendar.subscription_links set replaced = $2, expires = $3 where subscription = $1 and expires is null";
    private const string _touch = "update calendar.subscriptions set changed = nextval('calendar.subscription_changes') where id = $1 and revoked is null";
    private const string _rename = "update calendar.subscriptions set name = $2, changed = nextval('calendar.subscription_changes') where id = $1 and revoked is null";
    private const string _revoke = "update calendar.subscriptions set revoked = $2, name = null, variant = null, changed = nextval('calendar.subscription_changes') where id = $1 and revoked is null";
    private const string _forgetHealth = "delete from calendar.subscription_health where subscription = $1";
    private const string _notify = "select pg_notify('calendar_subscriptions', '')";

    private const string _removeOldLinks = """
        delete from calendar.subscription_links
        where sha256 in (select sha256 from calendar.subscription_links where subscription = $1 order by expires desc nulls first, sha256 offset $2)
        """;

    private const string _removeOldRevoked = """
        delete from calendar.subscriptions
        where id in (
          select id from calendar.subscriptions
          where revoked is not null and owner = (select owner from calendar.subscriptions where id = $1) order by changed desc offset $2)
        """;

    private const string _removeOldRequests = """
        delete from calendar.subscription_requests
        where (caller, key) in (select caller, key from calendar.subscription_requests where recorded < now() - interval '48 hours' limit 1000)
        """;

    private readonly SemaphoreSlim _turn = new(1);
    private int _inLine;

    /// <summary>What has changed after a number, in the order of changes; everything after 0.</summary>
    public async Task<IReadOnlyList<Subscription>> ReadAsync(long after, CancellationToken ct)
    {
        await using var command = source.Command(_changedAfter, after);
        return await ReadAsync(command, ct);
    }

    /// <param name="token">Of its first link.</param>
    public Task<SubscriptionOutcome> OpenAsync(Guid id, string owner, SubscriptionKind kind, string name, string variant, string token, Instant now, KeyedRequest? request, CancellationToken ct) =>
        InTurnAsync(
            request,
            async connection =>
            {
                if ((long)(await connection.ScalarAsync(_live, ct, owner))! >= MostLive)
                {
                    return new SubscriptionOutcome.TooMany();
                }

                await connection.ExecuteAsync(_add, ct, id, owner, kind.Name(), name, variant, now.ToDateTimeUtc());
                await connection.ExecuteAsync(_addLink, ct, Access.Secret.Hash(token), id, now.ToDateTimeUtc());
                return await ChangedAsync(connection, id, ct);
            },
            ct);

    /// <summary>A new link takes the place of the current one, which goes on for a while; so do those before it, each to its own end.</summary>
    public Task<SubscriptionOutcome> RotateAsync(Guid id, string token, Instant now, KeyedRequest? request, CancellationToken ct) =>
        InTurnAsync(
            request,
            async connection =>
            {
                if (await connection.ExecuteAsync(_touch, ct, id) == 0)
                {
                    return await RefusedAsync(connection, id, ct);
                }

                await connection.ExecuteAsync(_replaceCurrent, ct, id, now.ToDateTimeUtc(), (now + Subscription.Overlap).ToDateTimeUtc());
                await connection.ExecuteAsync(_addLink, ct, Access.Secret.Hash(token), id, now.ToDateTimeUtc());
                await connection.ExecuteAsync(_removeOldLinks, ct, id, _mostLinks);
                return await ChangedAsync(connection, id, ct);
            },
            ct);

    public Task<SubscriptionOutcome> RenameAsync(Guid id, string name, CancellationToken ct) =>
        InTurnAsync(
            null,
            async connection => await connection.ExecuteAsync(_rename, ct, id, name) == 0 ? await RefusedAsync(connection, id, ct) : await ChangedAsync(connection, id, ct),
            ct);

    /// <summary>Ends every link at once and forgets what it was for.</summary>
    public Task<SubscriptionOutcome> RevokeAsync(Guid id, Instant now, CancellationToken ct) =>
        InTurnAsync(
            null,
            async connection =>
            {
                await connection.ExecuteAsync(_revoke, ct, id, now.ToDateTimeUtc());
                await connection.ExecuteAsync(_forgetHealth, ct, id);
                await connection.ExecuteAsync(_removeOldRevoked, ct, id, MostRevoked);
                return await ChangedAsync(connection, id, ct);
            },
            ct);

    public void Dispose() => _turn.Dispose();

    // Whoever waits here has no connection yet: those are for everybody.
    private async Task<SubscriptionOutcome> InTurnAsync(KeyedRequest? request, Func<NpgsqlConnection, Task<SubscriptionOutcome>> change, CancellationToken ct)
    {
        try
        {
            if (Interlocked.Increment(ref _inLine) > MostInLine || !await _turn.WaitAsync(_patience, ct))
            {
                throw new LogUnavailableException(LogUnavailableReason.Busy);
            }

            try
            {
                return await ChangeAsync(request, change, ct);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inLine);
        }
    }

    // One change at a time over all instances, so that the numbers of changes are seen in their order.
    private async Task<SubscriptionOutcome> ChangeAsync(KeyedRequest? request, Func<NpgsqlConnection, Task<SubscriptionOutcome>> change, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, ct);
        await connection.ExecuteAsync(_takeTurn, ct);
        if (request is not null && await FindAsync(connection, request, ct) is { } answered)
        {
            return answered;
        }

        var outcome = await change(connection);
        if (outcome is not SubscriptionOutcome.Done done)
        {
            return outcome;
        }

        if (request is not null)
        {
            await connection.ExecuteAsync(_removeOldRequests, ct);
            await connection.ExecuteAsync(_addRequest, ct, request.Caller, request.Key, request.Hash, done.Subscription.Id);
        }

        await transaction.CommitOrUnknownAsync();
        return outcome;
    }

    private static async Task<SubscriptionOutcome?> FindAsync(NpgsqlConnection connection, KeyedRequest request, CancellationToken ct)
    {
        await using var command = connection.Command(_request, request.Caller, request.Key);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return !await reader.ReadAsync(ct) ? null
            : reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(request.Hash) ? new SubscriptionOutcome.Repeated(reader.GetGuid(1))
            : new SubscriptionOutcome.KeyReused();
    }

    private static async Task<SubscriptionOutcome> ChangedAsync(NpgsqlConnection connection, Guid id, CancellationToken ct)
    {
        await connection.ExecuteAsync(_notify, ct);
        return await OneAsync(connection, id, ct) is { } changed ? new SubscriptionOutcome.Done(changed) : new SubscriptionOutcome.Unknown();
    }

    private static async Task<SubscriptionOutcome> RefusedAsync(NpgsqlConnection connection, Guid id, CancellationToken ct) =>
        await OneAsync(connection, id, ct) is null ? new SubscriptionOutcome.Unknown() : new SubscriptionOutcome.Revoked();

    private static async Task<Subscription?> OneAsync(NpgsqlConnection connection, Guid id, CancellationToken ct)
    {
        await using var command = connection.Command(_one, id);
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    private static async Task<IReadOnlyList<Subscription>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var subscriptions = new List<Subscription>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (hashes, replaced, ends) = (reader.GetFieldValue<byte[][]>(8), reader.GetFieldValue<DateTime?[]>(9), reader.GetFieldValue<DateTime?[]>(10));
            subscriptions.Add(new Subscription(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), await TextAsync(3), await TextAsync(4), Instant.FromDateTimeUtc(reader.GetDateTime(5)),
                await reader.IsDBNullAsync(6, ct) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(6)),
                [.. hashes.Select((hash, i) => new SubscriptionLink(LinkHash.Of(hash), InstantOf(replaced[i]), InstantOf(ends[i])))], reader.GetInt64(7)));
        }

        return subscriptions;

        static Instant? InstantOf(DateTime? time) => time is { } at ? Instant.FromDateTimeUtc(at) : null;

        async Task<string?> TextAsync(int column) => await reader.IsDBNullAsync(column, ct) ? null : reader.GetString(column);
    }
}
