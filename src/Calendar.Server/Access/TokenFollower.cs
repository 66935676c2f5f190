using Npgsql;

namespace Calendar.Server.Access;

/// <summary>Keeps the book of tokens as the table has it: what one instance or the shell gives out or takes back, the others follow.</summary>
internal sealed class TokenFollower(TokenTable table, TokenBook book, NpgsqlDataSource source, ILogger<TokenFollower> logger)
    : TableFollower<IssuedToken>(source, TokenTable.Listen, logger)
{
    /// <summary>The token with this hash. Before it is unknown the table is asked, once for all who ask at a time.</summary>
    /// <exception cref="NpgsqlException">It is not in memory, and the table cannot be asked.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async ValueTask<HeldToken?> FindAsync(string hash, CancellationToken ct)
    {
        if (book.FindByHash(hash) is { } known)
        {
            return known;
        }

        await LookAsync(ct);
        return book.FindByHash(hash);
    }

    protected override Task<IReadOnlyList<IssuedToken>> ReadAsync(long after, CancellationToken ct) => table.ReadAsync(after, ct);

    protected override long NumberOf(IssuedToken row) => row.Changed;

    protected override void Hold(IssuedToken changed) => book.Apply(changed);

    protected override void HoldOnly(IReadOnlyList<IssuedToken> all) => book.Replace(all);
}
