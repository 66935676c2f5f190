using Calendar.Server.Http;

namespace Calendar.Server.Access;

/// <summary>Who asks.</summary>
internal sealed class Callers(Tokens tokens, RateLimits limits)
{
    private const string _prefix = "Bearer ";

    /// <summary>Who asks at an address that is open to everybody and shows more to some.</summary>
    /// <returns>Null for nobody: no token is sent.</returns>
    /// <exception cref="RefusedRequestException">What is sent opens nothing: whoever sends a token wants to be known.</exception>
    public async ValueTask<Actor?> FindAsync(HttpContext context)
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            return TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);
        }

        Answers.DependOnCaller(context);
        if (TokenOf(context.Request) is not { } token)
        {
            return null;
        }

        if (await AdmitAsync(context, token) is not { } known)
        {
            TokenAuthentication.Challenge(context);
            throw new RefusedRequestException(Problems.Unauthenticated(context, null));
        }

        return ActorOf(known, context);
    }

    /// <summary>What the request names as its token, good or not.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(_prefix, StringComparison.OrdinalIgnoreCase) ? header[_prefix.Length..].Trim() : null;

    public static Actor ActorOf(IssuedToken token, HttpContext context) =>
        new(token.Id, token.Role, null, context.TraceIdentifier) { Association = token.Association };

    /// <summary>The token, counted as used; null for one that opens nothing, which counts as a guess.</summary>
    /// <exception cref="RefusedRequestException">It, or whoever guesses, asks too often.</exception>
    public async ValueTask<IssuedToken?> AdmitAsync(HttpContext context, string token)
    {
        var known = await tokens.FindAsync(token, context.RequestAborted);
        if (known is null)
        {
            limits.CountGuess(context);
        }
        else
        {
            limits.CountToken(context, known.Id);
        }

        return known;
    }
}
