using System.Buffers;
using Calendar.Server.Reminders;
using Calendar.Server.Subscriptions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Calendar.Server.Http;

/// <summary>
/// Takes the tokens of private links out of addresses between the server and the application: whatever logs, traces, measures or repeats
/// an address afterwards, at whatever level, has never seen one.
/// </summary>
internal sealed class SecretAddresses(IServer server) : IServer
{
    /// <summary>What stands in an address where the token was.</summary>
    public const string Placeholder = "secret";

    private static readonly SearchValues<string> _prefixes = SearchValues.Create([LinkToken.Prefix, SignedLinks.Prefix], StringComparison.OrdinalIgnoreCase);

    public IFeatureCollection Features => server.Features;

    /// <summary>Puts itself in front of the server that is registered.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(registered);
        services.Add(new ServiceDescriptor(registered.ImplementationType!, registered.ImplementationType!, ServiceLifetime.Singleton));
        services.AddSingleton<IServer>(provider => new SecretAddresses((IServer)provider.GetRequiredService(registered.ImplementationType!)));
    }

    /// <summary>The token that was in the request's path; null when there was none.</summary>
    public static string? TokenOf(HttpContext context) => context.Features.Get<TakenToken>()?.Token;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(new Screened<TContext>(application), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose()
    {
        // Who made the server disposes of it.
    }

    // Everything from a prefix on that could belong to a token.
    private static Range? Find(string text)
    {
        var start = text.AsSpan().IndexOfAny(_prefixes);
        if (start < 0)
        {
            return null;
        }

        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return start..end;
    }

    private static string Without(string text)
    {
        while (Find(text) is { } token)
        {
            text = string.Concat(text.AsSpan(0, token.Start.Value), Placeholder, text.AsSpan(token.End.Value));
        }

        return text;
    }

    private static void Take(IFeatureCollection features)
    {
        if (features.Get<IHttpRequestFeature>() is not { } request)
        {
            return;
        }

        if (Find(request.Path) is { } token)
        {
            features.Set(new TakenToken(request.Path[token]));
            request.Path = Without(request.Path);

            // As it was sent, perhaps with escapes: nobody reads it.
            request.RawTarget = request.Path;
        }

        if (Find(request.QueryString) is not null)
        {
            request.QueryString = Without(request.QueryString);
            request.RawTarget = request.Path + request.QueryString;
        }
    }

    private sealed class TakenToken(string token)
    {
        public string Token => token;
    }

    private sealed class Screened<TContext>(IHttpApplication<TContext> application) : IHttpApplication<TContext>
        where TContext : notnull
    {
        public TContext CreateContext(IFeatureCollection contextFeatures)
        {
            Take(contextFeatures);
            return application.CreateContext(contextFeatures);
        }

        public Task ProcessRequestAsync(TContext context) => application.ProcessRequestAsync(context);

        public void DisposeContext(TContext context, Exception? exception) => application.DisposeContext(context, exception);
    }
}
