using Calendar.Access;
using Microsoft.AspNetCore.Authorization;

namespace Calendar.Server.Access;

/// <summary>What an endpoint says of its callers. One that says nothing lets nobody in.</summary>
internal interface INeeded
{
    /// <summary>Null where it makes no difference who they are.</summary>
    Permission? Permission { get; }
}

/// <summary>A token that may do this.</summary>
internal sealed class NeedsToken(Permission permission) : AuthorizeAttribute(permission.Name()), INeeded
{
    public Permission? Permission => permission;
}

/// <summary>Nothing: what the endpoint does is open to everybody.</summary>
internal sealed class NeedsNoToken(Permission? permission) : AllowAnonymousAttribute, INeeded
{
    public Permission? Permission => permission;
}

/// <summary>Who is let in where.</summary>
internal static class Admission
{
    /// <summary>Callers must be permitted this. The last that is said of an endpoint counts: a group says it for all that say nothing else.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder builder, Permission permission)
        where TBuilder : IEndpointConventionBuilder => builder.Declare(services =>
            permission == Permission.ReadRecord && services.GetRequiredService<Settings>().PublicReading ? new NeedsNoToken(permission) : new NeedsToken(permission));

    /// <summary>Whoever calls, it makes no difference.</summary>
    public static TBuilder NeedsNothing<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Declare(_ => new NeedsNoToken(null));

    /// <summary>Answers before everything that has no use for it; where reading is closed it must be found out first who asks.</summary>
    public static IEndpointConventionBuilder ShortCircuitIfPublic(this IEndpointConventionBuilder builder, IEndpointRouteBuilder routes) =>
        routes.ServiceProvider.GetRequiredService<Settings>().PublicReading ? builder.ShortCircuit() : builder;

    /// <summary>A policy of each permission, from the one table. The fallback lets nobody in; where there is no endpoint there is nothing to let them into.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder();
        foreach (var permission in Enum.GetValues<Permission>())
        {
            authorization.AddPolicy(permission.Name(), policy => policy.RequireRole(Permissions.TokensThatMay(permission).Select(role => role.Name())));
        }

        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder()
            .RequireAssertion(asked => asked.Resource is HttpContext context && context.GetEndpoint() is not RouteEndpoint).Build());
    }

    private static TBuilder Declare<TBuilder>(this TBuilder builder, Func<IServiceProvider, INeeded> needed)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            foreach (var said in endpoint.Metadata.OfType<INeeded>().ToList())
            {
                endpoint.Metadata.Remove(said);
            }

            endpoint.Metadata.Add(needed(endpoint.ApplicationServices));
        });
        return builder;
    }
}
