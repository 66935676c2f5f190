using System.Net;
using System.Net.Sockets;
using Calendar.Reminders;

namespace Calendar.Server.Reminders.Webhooks;

/// <summary>What a name leads to.</summary>
internal delegate Task<IPAddress[]> Resolve(string host, CancellationToken ct);

/// <summary>Everything that a host leads to is in a network that webhooks may not call.</summary>
internal sealed class AddressRefusedException : Exception;

/// <summary>How receivers are called: they were chosen by somebody else, and so was everything they answer.</summary>
internal static class WebhookConnections
{
    private const int _longestHeadersInKilobytes = 16;
    private const int _mostOfABody = 64 << 10;

    private static readonly TimeSpan _connecting = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _draining = TimeSpan.FromSeconds(2);

    /// <param name="named">Hosts that may be in any network.</param>
    public static SocketsHttpHandler Handler(WebhookHosts named, Resolve resolve) => new()
    {
        ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, named, resolve, ct),
        ConnectTimeout = _connecting,

        // A proxy would look names up for itself, and a redirect would lead where nobody has looked.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = _longestHeadersInKilobytes,

        // Nothing of a body is wanted; a short one is heard out, so that its sender sees no broken connection.
        MaxResponseDrainSize = _mostOfABody,
        ResponseDrainTimeout = _draining,

        // Each attempt looks anew where the name leads.
        PooledConnectionLifetime = TimeSpan.Zero,
    };

    // The address that was looked at is the one that is called: a name that is asked twice may answer differently.
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint receiver, WebhookHosts named, Resolve resolve, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(receiver.Host, out var literal) ? [literal] : await resolve(receiver.Host, ct);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        // An IPv6 address comes in brackets.
        addresses = named.Hold(literal?.ToString() ?? receiver.Host, receiver.Port) ? addresses : Array.FindAll(addresses, WebhookAddresses.IsPublic);
        if (addresses.Length == 0)
        {
            throw new AddressRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, receiver.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
