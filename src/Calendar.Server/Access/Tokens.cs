using System.Collections.Concurrent;
using Npgsql;

namespace Calendar.Server.Access;

/// <summary>Whom a token stands for.</summary>
/// <param name="Id">An opaque actor id, which stands in the log.</param>
internal sealed record TokenHolder(string Id, Role Role);

/// <summary>The table <c>calendar.tokens</c>.</summary>
internal sealed class Tokens(NpgsqlDataSource source)
{
    private const string _find = "select id, role from calendar.tokens where sha256 = $1";
    private const string _hasAdmin = "select exists (select from calendar.tokens where role = 'admin')";
    private const string _add = "insert into calendar.tokens (id, sha256, role) values ($1, $2, $3)";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    // By the hash of the token: as many as there are tokens in use.
    private readonly ConcurrentDictionary<string, TokenHolder> _seen = new(StringComparer.Ordinal);

    /// <summary>Whom a token stands for. One that has been used before goes on to be known while the database is away: what is in memory is for its holder to see.</summary>
    /// <exception cref="NpgsqlException">It has not been used here, and the table cannot be asked.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task<TokenHolder?> FindAsync(string token, CancellationToken ct)
    {
        if (!Token.IsWellFormed(token))
        {
            return null;
        }

        var hash = Token.Hash(token);
        var key = Convert.ToHexString(hash);
        if (!_seen.TryGetValue(key, out var seen))
        {
            return await AskAsync(hash, ct) is { } found ? _seen[key] = found : null;
        }

        try
        {
            if (await AskAsync(hash, ct).WaitAsync(_patience, ct) is { } found)
            {
                return _seen[key] = found;
            }

            _seen.TryRemove(key, out _);
            return null;
        }
        catch (Exception away) when (Database.IsAway(away))
        {
            return seen;
        }
    }

    private async Task<TokenHolder?> AskAsync(byte[] hash, CancellationToken ct)
    {
        await using var command = source.CreateCommand(_find);
        command.Parameters.AddWithValue(hash);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) && Names<Role>.TryParse(reader.GetString(1), out var role)
            ? new TokenHolder(reader.GetString(0), role)
            : null;
    }

    public async Task<bool> HasAdminAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(_hasAdmin);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    public async Task AddAsync(string token, Role role, CancellationToken ct)
    {
        await using var command = source.CreateCommand(_add);
        command.Parameters.AddWithValue("tok-" + Guid.CreateVersion7().ToString("N"));
        command.Parameters.AddWithValue(Token.Hash(token));
        command.Parameters.AddWithValue(role.Name());
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>The first admin token: made once, printed once, kept in <c>admin-token</c> of the data folder (mode 0600).</summary>
internal static class AdminToken
{
    public static string PathIn(string folder) => Path.Combine(folder, "admin-token");

    /// <summary>Makes the token if the database has no admin yet. The caller holds the migration lock.</summary>
    /// <returns>The new token, or null.</returns>
    public static async Task<string?> EnsureAsync(Tokens tokens, string folder, CancellationToken ct)
    {
        if (await tokens.HasAdminAsync(ct))
        {
            return null;
        }

        // The file first: a crash between the two leaves a token that opens nothing and is replaced at the next start.
        var token = Token.New();
        Directory.CreateDirectory(folder);
        var temporary = PathIn(folder) + ".new";
        File.Delete(temporary);
        await using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        await using (var writer = new StreamWriter(file))
        {
            await writer.WriteLineAsync(token.AsMemory(), ct);
        }

        if (File.Exists(PathIn(folder)))
        {
            // Of another database, perhaps: it opens what it opened.
            File.Move(PathIn(folder), $"{PathIn(folder)}.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");
        }

        File.Move(temporary, PathIn(folder));
        await tokens.AddAsync(token, Role.Admin, ct);
        return token;
    }
}
