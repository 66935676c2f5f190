using System.Security.Cryptography;

namespace Calendar.Server.Http;

/// <summary>A request under an idempotency key that its own table remembers, not the log: its answer shows a secret once, or is no event.</summary>
internal sealed record KeyedRequest(string Caller, string Key, byte[] Hash)
{
    /// <summary>Null without a key.</summary>
    /// <exception cref="RefusedRequestException">The key cannot be one.</exception>
    public static KeyedRequest? Of(HttpRequest request, Actor actor, ReadOnlySpan<byte> body) => CommandEndpoint.KeyOf(request) is { } key
        ? new KeyedRequest(actor.Id, key, SHA256.HashData([.. CommandEndpoint.HashedHead(request), .. body]))
        : null;
}
