using System.Security.Claims;
using System.Text.Encodings.Web;
using Calendar.Access;
using Calendar.Server.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Calendar.Server.Access;

/// <summary>Bearer tokens (RFC 6750) as an authentication scheme. What each may do is decided by <see cref="Admission"/>.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Callers callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "Bearer";

    private const string _association = "association";

    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<Callers>();
        services.AddAuthentication(Scheme_).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(Scheme_, null);
        Admission.AddTo(services);
    }

    /// <summary>The caller of an endpoint that needs a token.</summary>
    public static Actor ActorOf(ClaimsPrincipal user, string? reason, string? correlation) =>
        new(user.FindFirstValue(ClaimTypes.NameIdentifier)!, RoleOf(user), reason, correlation)
        {
            Association = user.FindFirstValue(_association) is { } association ? Slug.Of(association) : null,
        };

    /// <summary>Says how to be known, and whether what was sent is worth nothing.</summary>
    public static void Challenge(HttpContext context) =>
        context.Response.Headers.WWWAuthenticate = Callers.TokenOf(context.Request) is null ? Scheme_ : Scheme_ + " error=\"invalid_token\"";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Public answers do not depend on who asks: only endpoints that need a token look at it.
        if (Callers.TokenOf(Request) is not { } token
            || Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null)
        {
            return AuthenticateResult.NoResult();
        }

        if (await callers.AdmitAsync(Context, token) is not { } known)
        {
            return AuthenticateResult.Fail("unknown token");
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, known.Id), new Claim(ClaimTypes.Role, known.Role.Name())], Scheme_);
        if (known.Association is { } association)
        {
            identity.AddClaim(new Claim(_association, association.Value));
        }

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme_));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Challenge(Context);
        return Problems.Unauthenticated(Context, Needed).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Needed is { } needed ? $" scope=\"{string.Join(' ', Permissions.TokensThatMay(needed).Select(role => role.Name()))}\"" : "";
        Response.Headers.WWWAuthenticate = $"{Scheme_} error=\"insufficient_scope\"{scope}";
        return Problems.NotPermitted(Needed, RoleOf(Context.User)).ExecuteAsync(Context);
    }

    private Permission? Needed => Context.GetEndpoint()?.Metadata.GetMetadata<INeeded>()?.Permission;

    private static Role RoleOf(ClaimsPrincipal user) =>
        Names<Role>.TryParse(user.FindFirstValue(ClaimTypes.Role), out var role) ? role : throw new InvalidOperationException("The caller has no role.");
}
