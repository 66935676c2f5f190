using Npgsql;

namespace Calendar.Server.Access;

/// <summary>Whom tokens stand for. All of them are in memory: whoever has one goes on to be known while the database is away.</summary>
internal sealed class Tokens(TokenFollower follower, TokenBook book, CivilClock clock)
{
    /// <summary>The token if it lives: null for one that never was, has expired or has been revoked. Whoever asks uses it.</summary>
    /// <exception cref="NpgsqlException">It is not in memory, and the table cannot be asked.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async ValueTask<IssuedToken?> FindAsync(string token, CancellationToken ct)
    {
        // A mistyped one asks nobody.
        if (!Token.IsWellFormed(token) || await follower.FindAsync(Token.HashText(token), ct) is not { } held)
        {
            return null;
        }

        var (current, now) = (held.Current, clock.Now);
        if (!current.IsLive(now))
        {
            return null;
        }

        held.Use(now);
        return current;
    }

    /// <summary>Whether the token of an actor has been revoked: what hangs on it ends, too.</summary>
    public bool IsRevoked(string actorId) => book.Find(actorId)?.Current.Revoked is not null;
}
