using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Calendar.Associations;

/// <summary>Addresses that something may be sent to: what passes can be written into a mail header or a request as it is.</summary>
public static class ContactAddresses
{
    /// <summary>RFC 5321, 4.5.3.1.3, without the angle brackets.</summary>
    public const int LongestMail = 254;

    public const int LongestWebhook = 1000;

    private const int _longestLocalPart = 64;
    private const int _longestDomain = 253;

    // RFC 5322, 3.2.3: no quotes, spaces, commas, angle brackets or anything that ends a header.
    private static readonly SearchValues<char> _atom = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~");
    private static readonly IdnMapping _idn = new() { UseStd3AsciiRules = true };

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

    /// <summary>Reads <c>local@domain</c> (RFC 5321, without quoted local parts and address literals).</summary>
    /// <param name="mail">The domain in small ASCII letters (RFC 5891); the local part as it is.</param>
    public static bool TryReadMail(string text, [NotNullWhen(true)] out string? mail)
    {
        mail = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || at > _longestLocalPart || !IsDotAtom(text.AsSpan(0, at)) || DomainOf(text[(at + 1)..]) is not { } domain)
        {
            return false;
        }

        mail = $"{text[..at]}@{domain}";
        return mail.Length <= LongestMail;
    }

    /// <summary>Reads an https address whose host is a name, or an address of the public network. What a name leads to is looked at when it is called.</summary>
    /// <param name="webhook">As a request would name it.</param>
    public static bool TryReadWebhook(string text, [NotNullWhen(true)] out string? webhook)
    {
        webhook = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || uri.Port == 0
            || !IsHost(uri) || uri.AbsoluteUri.Length > LongestWebhook)
        {
            return false;
        }

        webhook = uri.AbsoluteUri;
        return true;
    }

    /// <summary>Whether an address belongs to one machine of the public network.</summary>
    public static bool IsPublic(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (address.AddressFamily == AddressFamily.InterNetwork || _global.Contains(address)) && !Array.Exists(_notPublic, network => network.Contains(address));
    }

    private static bool IsHost(Uri uri) => uri.HostNameType switch
    {
        UriHostNameType.Dns => DomainOf(uri.IdnHost) is { } domain && !domain.EndsWith(".localhost", StringComparison.Ordinal) && !domain.EndsWith(".local", StringComparison.Ordinal),
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => IPAddress.TryParse(uri.DnsSafeHost, out var address) && IsPublic(address),
        _ => false,
    };

    private static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        foreach (var part in text.Split('.'))
        {
            if (text[part].IsEmpty || text[part].ContainsAnyExcept(_atom))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }

    // Names of at least two labels; the last one, unlike an address, is no number.
    private static string? DomainOf(string text)
    {
        try
        {
            var domain = _idn.GetAscii(text).ToLowerInvariant();
            var labels = domain.Split('.');
            return domain.Length <= _longestDomain && labels.Length > 1 && labels.All(IsLabel) && !char.IsAsciiDigit(labels[^1][0]) ? domain : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-';
}
