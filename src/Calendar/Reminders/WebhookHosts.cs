using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Calendar.Reminders;

/// <summary>Hosts that webhooks may have whatever network they are in, since whoever runs the service named them.</summary>
public sealed class WebhookHosts
{
    private static readonly SearchValues<char> _ofNoHost = SearchValues.Create("/\\@?#% ");

    // Without a port: every one.
    private readonly ImmutableHashSet<(string Host, int? Port)> _hosts;

    private WebhookHosts(ImmutableHashSet<(string Host, int? Port)> hosts) => _hosts = hosts;

    public static WebhookHosts None { get; } = new([]);

    /// <param name="text">Hosts in commas, each with or without a port: <c>hooks.lan, [fd00::1]:8443</c>.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out WebhookHosts? hosts)
    {
        hosts = null;
        var found = ImmutableHashSet.CreateBuilder<(string Host, int? Port)>();
        foreach (var one in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TryParseOne(one, out var host))
            {
                return false;
            }

            found.Add(host);
        }

        hosts = new WebhookHosts(found.ToImmutable());
        return true;
    }

    /// <param name="host">In ASCII, an address without brackets.</param>
    public bool Hold(string host, int port) => _hosts.Contains((host, null)) || _hosts.Contains((host, port));

    private static bool TryParseOne(string text, out (string Host, int? Port) host)
    {
        host = default;
        int? port = null;
        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > ushort.MaxValue)
            {
                return false;
            }

            (text, port) = (text[..colon], number);
        }

        if (text.AsSpan().ContainsAny(_ofNoHost) || !Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var uri) || WebhookAddresses.HostOf(uri) is not { Length: > 0 } name)
        {
            return false;
        }

        host = (name, port);
        return true;
    }
}
