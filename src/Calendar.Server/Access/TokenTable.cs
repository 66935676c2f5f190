using Calendar.Server.Http;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Access;

/// <summary>How a change of a token ended.</summary>
internal abstract record TokenOutcome
{
    /// <summary>Stored, or already so.</summary>
    public sealed record Done(IssuedToken Token) : TokenOutcome;

    /// <summary>The request was answered before; the token itself is not kept.</summary>
    public sealed record Repeated(string Token) : TokenOutcome;

    /// <summary>The idempotency key belongs to another request.</summary>
    public sealed record KeyReused : TokenOutcome;

    /// <summary>There are as many as there may be.</summary>
    public sealed record TooMany : TokenOutcome;

    public sealed record Unknown : TokenOutcome;

    /// <summary>Nobody would be left who can give out tokens.</summary>
    public sealed record LastAdmin : TokenOutcome;

    /// <summary>It is the one that asks.</summary>
    public sealed record OwnToken : TokenOutcome;
}

/// <summary>The table <c>calendar.tokens</c>.</summary>
internal sealed class TokenTable(NpgsqlDataSource source)
{
    public const string Listen = "listen calendar_tokens";

    /// <summary>So many may live at a time.</summary>
    public const int MostLive = 1000;

    // A stopped instance must not hold up the others.
    private const string _takeTurn = """
        set local lock_timeout = '10s';
        set local idle_in_transaction_session_timeout = '5s';
        select pg_advisory_xact_lock(hashtextextended('calendar.token_changes', 0))
        """;

    private const string _select = "select id, sha256, role, association, label, created_by, created, expires, revoked, last_used, changed from calendar.tokens";
    private const string _changedAfter = _select + " where changed > $1 order by changed";
    private const string _one = _select + " where id = $1";
    private const string _byHash = _select + " where sha256 = $1";
    private const string _hasAdmin = "select exists (select from calendar.tokens where role = 'admin')";
    private const string _live = "select count(*) from calendar.tokens where revoked is null and (expires is null or expires > $1)";
    private const string _otherAdmin = "select exists (select from calendar.tokens where role = 'admin' and revoked is null and (expires is null or expires > $1) and id <> $2)";
    private const string _revoke = "update calendar.tokens set revoked = $2, label = null, changed = nextval('calendar.token_changes') where id = $1 and revoked is null";
    private const string _request = "select request_hash, id from calendar.tokens where created_by = $1 and request_key = $2";
    private const string _forgetRequests = "update calendar.tokens set request_key = null, request_hash = null where request_key is not null and created < $1";
    private const string _notify = "select pg_notify('calendar_tokens', '')";

    private const string _add = """
        insert into calendar.tokens (id, sha256, role, association, label, created_by, created, expires, request_key, request_hash, changed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nextval('calendar.token_changes'))
        """;

    private const string _used = """
        update calendar.tokens t set last_used = n.at, changed = nextval('calendar.token_changes')
        from unnest($1::text[], $2::timestamptz[]) as n (id, at)
        where t.id = n.id and t.revoked is null and (t.last_used is null or t.last_used < n.at)
        """;

    private static readonly Duration _keysLive = Duration.FromHours(48);

    /// <summary>What has changed after a number, in the order of changes; everything after 0.</summary>
    public async Task<IReadOnlyList<IssuedToken>> ReadAsync(long after, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await ReadAsync(connection, _changedAfter, after, ct);
    }

    /// <summary>Whether there ever was a token that can give out others.</summary>
    public async Task<bool> HasAdminAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(_hasAdmin);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    public Task<TokenOutcome> AddAsync(NewToken token, KeyedRequest? request, CancellationToken ct) => InTurnAsync(
        async connection => await FindAsync(connection, request, token.Now, ct)
            ?? ((long)(await connection.ScalarAsync(_live, ct, token.Now.ToDateTimeUtc()))! >= MostLive ? new TokenOutcome.TooMany() : await AddAsync(connection, token, request, ct)),
        ct);

    /// <summary>Puts one token in the place of others, at once.</summary>
    /// <param name="former">Those that it replaces, if they are any of ours.</param>
    public Task<TokenOutcome> ReplaceAsync(NewToken token, IReadOnlyList<string> former, CancellationToken ct) => InTurnAsync(
        async connection =>
        {
            foreach (var secret in former)
            {
                foreach (var known in await ReadAsync(connection, _byHash, Token.Hash(secret), ct))
                {
                    await connection.ExecuteAsync(_revoke, ct, known.Id, token.Now.ToDateTimeUtc());
                }
            }

            return await AddAsync(connection, token, null, ct);
        },
        ct);

    /// <summary>Ends a token and forgets what was written about it.</summary>
    /// <param name="caller">The actor who asks, who must leave himself and an administrator; null on the machine, where others can be made.</param>
    public Task<TokenOutcome> RevokeAsync(string id, string? caller, Instant now, CancellationToken ct) => InTurnAsync(
        async connection =>
        {
            if (await OneAsync(connection, id, ct) is not { } token)
            {
                return new TokenOutcome.Unknown();
            }

            if (token.Revoked is not null)
            {
                return new TokenOutcome.Done(token);
            }

            if (caller is not null && token.Role == Role.Admin && token.IsLive(now) && !(bool)(await connection.ScalarAsync(_otherAdmin, ct, now.ToDateTimeUtc(), id))!)
            {
                return new TokenOutcome.LastAdmin();
            }

            if (token.Id == caller)
            {
                return new TokenOutcome.OwnToken();
            }

            await connection.ExecuteAsync(_revoke, ct, id, now.ToDateTimeUtc());
            return await ChangedAsync(connection, id, ct);
        },
        ct);

    /// <summary>Stores when tokens were used; the others see it when they look next.</summary>
    public Task StoreUseAsync(IReadOnlyList<(string Id, Instant At)> used, CancellationToken ct) => InTurnAsync(
        connection => connection.ExecuteAsync(_used, ct, used.Select(one => one.Id).ToArray(), used.Select(one => one.At.ToDateTimeUtc()).ToArray()),
        ct);

    // One change at a time over all instances, so that the numbers of changes are seen in their order.
    private async Task<T> InTurnAsync<T>(Func<NpgsqlConnection, Task<T>> change, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, ct);
        await connection.ExecuteAsync(_takeTurn, ct);
        var outcome = await change(connection);
        await transaction.CommitOrUnknownAsync();
        return outcome;
    }

    private static async Task<TokenOutcome> AddAsync(NpgsqlConnection connection, NewToken token, KeyedRequest? request, CancellationToken ct)
    {
        var id = "tok-" + Guid.CreateVersion7().ToString("N");
        await connection.ExecuteAsync(
            _add, ct, id, Token.Hash(token.Secret), token.Role.Name(), token.Association?.Value, token.Label, token.CreatedBy,
            token.Now.ToDateTimeUtc(), token.Expires?.ToDateTimeUtc(), request?.Key, request?.Hash);
        return await ChangedAsync(connection, id, ct);
    }

    private static async Task<TokenOutcome?> FindAsync(NpgsqlConnection connection, KeyedRequest? request, Instant now, CancellationToken ct)
    {
        if (request is null)
        {
            return null;
        }

        await connection.ExecuteAsync(_forgetRequests, ct, (now - _keysLive).ToDateTimeUtc());
        await using var command = connection.Command(_request, request.Caller, request.Key);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return !await reader.ReadAsync(ct) ? null
            : reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(request.Hash) ? new TokenOutcome.Repeated(reader.GetString(1))
            : new TokenOutcome.KeyReused();
    }

    private static async Task<TokenOutcome> ChangedAsync(NpgsqlConnection connection, string id, CancellationToken ct)
    {
        await connection.ExecuteAsync(_notify, ct);
        return new TokenOutcome.Done((await OneAsync(connection, id, ct))!);
    }

    private static async Task<IssuedToken?> OneAsync(NpgsqlConnection connection, string id, CancellationToken ct) =>
        (await ReadAsync(connection, _one, id, ct)).SingleOrDefault();

    private static async Task<IReadOnlyList<IssuedToken>> ReadAsync(NpgsqlConnection connection, string sql, object value, CancellationToken ct)
    {
        var tokens = new List<IssuedToken>();
        await using var command = connection.Command(sql, value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            // A role that only a later build knows opens nothing here.
            if (Names<Role>.TryParse(reader.GetString(2), out var role))
            {
                tokens.Add(new IssuedToken(
                    reader.GetString(0), Token.HashText(reader.GetFieldValue<byte[]>(1)), role, Text(3) is { } association ? Slug.Of(association) : null, Text(4), Text(5),
                    At(6)!.Value, At(7), At(8), At(9), reader.GetInt64(10)));
            }
        }

        return tokens;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

        Instant? At(int column) => reader.IsDBNull(column) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(column));
    }
}
