namespace Calendar.Server.Access;

/// <summary>Stores when tokens were last used.</summary>
internal sealed class TokenUse(TokenTable table, TokenBook book, ILogger<TokenUse> logger) : MinutelyStore(logger)
{
    /// <inheritdoc/>
    public override async Task StoreAsync(CancellationToken ct)
    {
        var used = book.All.Where(held => held.Current.Revoked is null && held.NotStored is not null).Select(held => (held.Current.Id, held.NotStored!.Value)).ToList();
        if (used.Count > 0)
        {
            await table.StoreUseAsync(used, ct);
        }
    }
}
