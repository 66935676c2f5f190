using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Calendar.Server.Access;

/// <summary>Bearer tokens (RFC 6750) as an authentication scheme; policies name what a role may do.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Tokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "Bearer";

    /// <summary>May record and correct facts.</summary>
    public const string Historian = "historian";

    private const string _prefix = "Bearer ";

    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<Tokens>();
        services.AddAuthentication(Scheme_).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(Scheme_, null);
        services.AddAuthorizationBuilder().AddPolicy(Historian, policy => policy.RequireRole(nameof(Role.Historian), nameof(Role.Admin)));
    }

    /// <summary>The caller of an endpoint that requires a token.</summary>
    public static Actor ActorOf(ClaimsPrincipal user, string? reason, string? correlation) =>
        new(user.FindFirstValue(ClaimTypes.NameIdentifier)!, Enum.Parse<Role>(user.FindFirstValue(ClaimTypes.Role)!), reason, correlation);

    /// <summary>What the request names as its token, good or not.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(_prefix, StringComparison.OrdinalIgnoreCase) ? header[_prefix.Length..].Trim() : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Public answers do not depend on who asks: only endpoints that ask for a role look at the token.
        if (TokenOf(Request) is not { } token
            || Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null)
        {
            return AuthenticateResult.NoResult();
        }

        if (await tokens.FindAsync(token, Context.RequestAborted) is not { } holder)
        {
            return AuthenticateResult.Fail("unknown token");
        }

        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, holder.Id), new Claim(ClaimTypes.Role, holder.Role.ToString())], Scheme_);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme_));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Scheme_;
        return base.HandleChallengeAsync(properties);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Scheme_ + " error=\"insufficient_scope\"";
        return base.HandleForbiddenAsync(properties);
    }
}
