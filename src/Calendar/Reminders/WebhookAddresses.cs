using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Calendar.Associations;

namespace Calendar.Reminders;

/// <summary>Addresses that events may be sent to. Whoever writes one chooses where this machine calls: it must lead nowhere but to the public network.</summary>
public static class WebhookAddresses
{
    public const int Longest = 1000;

    // Networks that no sender outside may reach, or that mean several machines: RFC 6890 and its successors.
    private static readonly IPNetwork[] _notPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork _global = IPNetwork.Parse("2000::/3");

    /// <summary>Reads an https address whose host is a name, or an address of the public network. What a name leads to is looked at when it is called.</summary>
    /// <param name="named">Hosts that may be in any network; those that are this very machine may be called without TLS.</param>
    /// <param name="url">As a request would name it.</param>
    public static bool TryRead(string text, WebhookHosts named, [NotNullWhen(true)] out string? url)
    {
        url = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || uri.Port == 0
            || HostOf(uri) is not { } host || !MayBeCalled(uri, host, named) || uri.AbsoluteUri.Length > Longest)
        {
            return false;
        }

        url = uri.AbsoluteUri;
        return true;
    }

    /// <summary>A host as a connection names it: in ASCII, an address without brackets; null for a name that cannot be one.</summary>
    public static string? HostOf(Uri uri)
    {
        try
        {
            return uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>Whether an address belongs to one machine of the public network.</summary>
    public static bool IsPublic(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (address.AddressFamily == AddressFamily.InterNetwork || _global.Contains(address)) && !Array.Exists(_notPublic, network => network.Contains(address));
    }

    private static bool MayBeCalled(Uri uri, string host, WebhookHosts named) => named.Hold(host, uri.Port)
        ? uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback
        : uri.Scheme == Uri.UriSchemeHttps && IsOpen(uri, host);

    private static bool IsOpen(Uri uri, string host) => uri.HostNameType switch
    {
        UriHostNameType.Dns => ContactAddresses.DomainOf(host) is { } domain && !domain.EndsWith(".localhost", StringComparison.Ordinal) && !domain.EndsWith(".local", StringComparison.Ordinal),
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => IPAddress.TryParse(host, out var address) && IsPublic(address),
        _ => false,
    };
}
