using System.Data;
using Calendar.Reminders;
using Calendar.Server.Http;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders.Webhooks;

/// <summary>How a change of a webhook ended.</summary>
internal abstract record WebhookOutcome
{
    /// <summary>Stored, or already so.</summary>
    public sealed record Done(Webhook Webhook) : WebhookOutcome;

    /// <summary>The request was answered before; the secret that it made is not shown again.</summary>
    public sealed record Repeated(Guid Webhook) : WebhookOutcome;

    /// <summary>The idempotency key belongs to another request.</summary>
    public sealed record KeyReused : WebhookOutcome;

    /// <summary>The association has another one with this address.</summary>
    public sealed record Taken(Guid Webhook) : WebhookOutcome;

    /// <summary>The association has as many as one may have.</summary>
    public sealed record TooMany : WebhookOutcome;

    public sealed record Unknown : WebhookOutcome;
}

/// <summary>The tables <c>calendar.webhooks</c>, <c>webhook_secrets</c> and <c>webhook_requests</c>. They are asked every time: what has been removed is sent nothing.</summary>
internal sealed class WebhookTable(NpgsqlDataSource source)
{
    /// <summary>So many an association may have.</summary>
    public const int Most = 20;

    // Of somebody who replaces secrets without end only so many sign, the current one among them.
    private const int _mostSecrets = 4;

    // A stopped instance must not hold up the others.
    private const string _takeTurn = """
        set local lock_timeout = '10s';
        set local idle_in_transaction_session_timeout = '5s';
        select pg_advisory_xact_lock(hashtextextended('calendar.webhooks', 0))
        """;

    private const string _select = """
        select w.id, w.association, w.name, w.url, w.created, w.changed, w.disabled, w.why,
          array_agg(s.secret order by s.expires desc nulls first, s.secret), array_agg(s.expires order by s.expires desc nulls first, s.secret)
        from calendar.webhooks w join calendar.webhook_secrets s on s.webhook = w.id
        """;

    private const string _all = _select + " where $1::text is null or w.association = $1 group by w.id order by w.created, w.id";
    private const string _one = _select + " where w.id = $1 group by w.id";
    private const string _count = "select count(*) from calendar.webhooks where association = $1";
    private const string _taken = "select id from calendar.webhooks where association = $1 and url = $2 and id <> $3";
    private const string _add = "insert into calendar.webhooks (id, association, name, url, created, changed) values ($1, $2, $3, $4, $5, $5)";
    private const string _addSecret = "insert into calendar.webhook_secrets (webhook, secret, created) values ($1, $2, $3)";
    private const string _replaceSecret = "update calendar.webhook_secrets set expires = $2 where webhook = $1 and expires is null";
    private const string _touch = "update calendar.webhooks set changed = $2 where id = $1";
    private const string _enable = "update calendar.webhooks set disabled = null, why = null, changed = $2 where id = $1 and disabled is not null";
    private const string _disable = "update calendar.webhooks set disabled = $3, why = $4, changed = $3 where id = $1 and url = $2 and disabled is null";
    private const string _erase = "delete from calendar.webhooks where id = $1";
    private const string _request = "select request_hash, webhook from calendar.webhook_requests where caller = $1 and key = $2";
    private const string _addRequest = "insert into calendar.webhook_requests (caller, key, request_hash, webhook) values ($1, $2, $3, $4)";
    private const string _removeOldRequests = "delete from calendar.webhook_requests where recorded < now() - interval '48 hours'";

    // What answered 410 was the former address.
    private const string _change = """
        update calendar.webhooks
        set name = $2, url = $3, changed = $4, disabled = case when url = $3 then disabled end, why = case when url = $3 then why end
        where id = $1
        """;

    private const string _removeOldSecrets = """
        delete from calendar.webhook_secrets
        where webhook = $1 and (expires <= $2 or secret in (
          select secret from calendar.webhook_secrets where webhook = $1 order by expires desc nulls first, secret offset $3))
        """;

    /// <summary>The oldest first.</summary>
    /// <param name="association">Null for those of all.</param>
    public async Task<IReadOnlyList<Webhook>> OfAsync(Slug? association, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await ReadAsync(connection, _all, association?.Value, ct);
    }

    public async Task<Webhook?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await OneAsync(connection, id, ct);
    }

    public Task<WebhookOutcome> AddAsync(Guid id, Slug association, WebhookDetails details, byte[] key, Instant now, KeyedRequest? request, CancellationToken ct) =>
        InTurnAsync(
            request,
            async connection =>
            {
                if (await connection.ScalarAsync(_taken, ct, association.Value, details.Url, id) is Guid other)
                {
                    return new WebhookOutcome.Taken(other);
                }

                if ((long)(await connection.ScalarAsync(_count, ct, association.Value))! >= Most)
                {
                    return new WebhookOutcome.TooMany();
                }

                await connection.ExecuteAsync(_add, ct, id, association.Value, details.Name, details.Url, now.ToDateTimeUtc());
                await connection.ExecuteAsync(_addSecret, ct, id, key, now.ToDateTimeUtc());
                return await ChangedAsync(connection, id, ct);
            },
            ct);

    /// <summary>With another address it is enabled again.</summary>
    public Task<WebhookOutcome> ChangeAsync(Guid id, WebhookDetails details, Instant now, CancellationToken ct) =>
        InTurnAsync(
            null,
            async connection =>
            {
                if (await OneAsync(connection, id, ct) is not { } known)
                {
                    return new WebhookOutcome.Unknown();
                }

                if (known.Details == details)
                {
                    return new WebhookOutcome.Done(known);
                }

                if (await connection.ScalarAsync(_taken, ct, known.Association.Value, details.Url, id) is Guid other)
                {
                    return new WebhookOutcome.Taken(other);
                }

                await connection.ExecuteAsync(_change, ct, id, details.Name, details.Url, now.ToDateTimeUtc());
                return await ChangedAsync(connection, id, ct);
            },
            ct);

    /// <summary>A new secret takes the place of the current one, which signs along for a while; so do those before it, each to its own end.</summary>
    public Task<WebhookOutcome> RotateAsync(Guid id, byte[] key, Instant now, KeyedRequest? request, CancellationToken ct) =>
        InTurnAsync(
            request,
            async connection =>
            {
                if (await connection.ExecuteAsync(_touch, ct, id, now.ToDateTimeUtc()) == 0)
                {
                    return new WebhookOutcome.Unknown();
                }

                await connection.ExecuteAsync(_replaceSecret, ct, id, (now + WebhookSecret.Overlap).ToDateTimeUtc());
                await connection.ExecuteAsync(_addSecret, ct, id, key, now.ToDateTimeUtc());
                await connection.ExecuteAsync(_removeOldSecrets, ct, id, now.ToDateTimeUtc(), _mostSecrets);
                return await ChangedAsync(connection, id, ct);
            },
            ct);

    public Task<WebhookOutcome> EnableAsync(Guid id, Instant now, CancellationToken ct) =>
        InTurnAsync(
            null,
            async connection =>
            {
                await connection.ExecuteAsync(_enable, ct, id, now.ToDateTimeUtc());
                return await ChangedAsync(connection, id, ct);
            },
            ct);

    /// <summary>Nothing is sent to it from now on, unless its address has been changed meanwhile.</summary>
    /// <param name="url">That of the attempt which tells.</param>
    public async Task DisableAsync(Guid id, string url, WebhookEnd why, Instant now, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(_disable, ct, id, url, now.ToDateTimeUtc(), why.Name());
    }

    /// <returns>Whether there was one.</returns>
    public async Task<bool> EraseAsync(Guid id, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(_erase, ct, id) > 0;
    }

    // One change at a time over all instances: it is counted, looked for and stored as one.
    private async Task<WebhookOutcome> InTurnAsync(KeyedRequest? request, Func<NpgsqlConnection, Task<WebhookOutcome>> change, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        await connection.ExecuteAsync(_takeTurn, ct);
        if (request is not null && await FindAsync(connection, request, ct) is { } answered)
        {
            return answered;
        }

        var outcome = await change(connection);
        if (outcome is not WebhookOutcome.Done done)
        {
            return outcome;
        }

        if (request is not null)
        {
            await connection.ExecuteAsync(_addRequest, ct, request.Caller, request.Key, request.Hash, done.Webhook.Id);
        }

        await transaction.CommitOrUnknownAsync();
        return outcome;
    }

    private static async Task<WebhookOutcome?> FindAsync(NpgsqlConnection connection, KeyedRequest request, CancellationToken ct)
    {
        await connection.ExecuteAsync(_removeOldRequests, ct);
        await using var command = connection.Command(_request, request.Caller, request.Key);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return !await reader.ReadAsync(ct) ? null
            : reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(request.Hash) ? new WebhookOutcome.Repeated(reader.GetGuid(1))
            : new WebhookOutcome.KeyReused();
    }

    private static async Task<WebhookOutcome> ChangedAsync(NpgsqlConnection connection, Guid id, CancellationToken ct) =>
        await OneAsync(connection, id, ct) is { } changed ? new WebhookOutcome.Done(changed) : new WebhookOutcome.Unknown();

    private static async Task<Webhook?> OneAsync(NpgsqlConnection connection, Guid id, CancellationToken ct) =>
        (await ReadAsync(connection, _one, id, ct)).SingleOrDefault();

    private static async Task<IReadOnlyList<Webhook>> ReadAsync(NpgsqlConnection connection, string sql, object? value, CancellationToken ct)
    {
        var webhooks = new List<Webhook>();
        await using var command = connection.Command(sql, value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (keys, ends) = (reader.GetFieldValue<byte[][]>(8), reader.GetFieldValue<DateTime?[]>(9));
            webhooks.Add(new Webhook(
                reader.GetGuid(0), Slug.Of(reader.GetString(1)), new WebhookDetails(Text(2), reader.GetString(3)),
                [.. keys.Select((key, i) => new WebhookSecret(key, InstantOf(ends[i])))], InstantOf(reader.GetDateTime(4))!.Value, InstantOf(reader.GetDateTime(5))!.Value,
                reader.IsDBNull(6) ? null : InstantOf(reader.GetDateTime(6)), Text(7) is { } why ? EndOf(why) : null));
        }

        return webhooks;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

        // One that only a later build knows is one all the same.
        static WebhookEnd EndOf(string name) => Names<WebhookEnd>.TryParse(name, out var known) ? known : default;

        static Instant? InstantOf(DateTime? time) => time is { } at ? Instant.FromDateTimeUtc(at) : null;
    }
}
