using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Calendar.Reminders;
using Calendar.Server.Reminders.Webhooks;
using Attempt = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary>Addresses that would have this machine call itself or its neighbours. A canary sits behind every spelling of this machine; it must never hear anything.</summary>
[Collection(WebhooksCollection.Name)]
public sealed class HostileAddresses(WebhookCalendar calendar)
{
    // Hosts as they would stand in an address. Those behind the names lead to this machine: the resolver of these tests says so of every name there is.
    private static readonly string[] _loopback =
    [
        // Whole, short, decimal, octal, hexadecimal, and mixtures.
        "127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "127.1", "127.0.1", "127.0.0", "127", "2130706433", "2130706434", "017700000001", "0177.0.0.1", "0177.0.01", "0177.1", "00000177.0.0.01",
        "0x7f000001", "0X7F000001", "0x7f.0x0.0x0.0x1", "0x7f.1", "0x7F.0.0.0x1", "0x7f.0.1", "127.0x1", "127.00000001", "127.0.0.01", "127.0.0.0x1", "0177.0x0.0.1", "127.65536", "127.16777215", "127.0.65535",
        "0", "0.0.0.0", "0x0", "00", "0.0", "0.1", "0.0.0.1", "0000.0000.0000.0000",

        // Too large, too many, too few: whatever a lax reader makes of them.
        "127.0.0.1.", "127.0.0.1..", "127.1.", "2130706433.", "256.0.0.1", "127.0.0.257", "383.0.0.1", "4294967295", "4294967296", "6425673729", "127.0.0.1.0", "127..0.1", "0x100000000", "0x17f000001",

        // Other digits and other dots.
        "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "①②⑦。０．0｡①", "127.0.0.1。", "０x7f.1", "₁₂₇.₀.₀.₁", "१२७.०.०.१", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "127%2E0%2E0%2E1", "%31%32%37.0.0.1", "127.0.0.%31", "12\u00AD7.0.0.1",

        // IPv6: itself, nothing, and IPv4 inside it.
        "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::0001]", "[0::1]", "[::0.0.0.1]", "[::1%25lo]", "[::1%251]", "[::1%lo]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[::FFFF:127.0.0.1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:0:127.0.0.1]", "[::127.0.0.1]", "[::7f00:1]", "[::ffff:0.0.0.0]", "[::ffff:127.1.2.3]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2001:0:7f00:1::]", "[2001::7f00:1]", "[2001:0:0:0:0:0:80ff:fffe]", "[fe80::5efe:127.0.0.1]", "[::1", "::1", "[[::1]]", "[127.0.0.1]", "[::ffff:127.0.0.1%25eth0]",

        // Names of this machine, and names that somebody else leads here.
        "localhost", "LOCALHOST", "localhost.", "LocalHost.LocalDomain", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback", "loopback", "a.localhost", "a.b.localhost.", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ",
        "local\u00ADhost", "localhost%2e", "lvh.me", "localtest.me", "vcap.me", "127.0.0.1.nip.io", "127-0-0-1.sslip.io", "spoofed.example.org", "xn--localhost-.example", "www.127.0.0.1.xip.example", "1.0.0.127.in-addr.arpa",
        "example.org.", "a.example.com", "hooks.example.org", "metadata.example.net", "hữunghị.vn", "xn--hungh-u81b5j.vn", "intranet", "router", "printer.local", "db.internal", "service.consul", "kubernetes.default.svc",
    ];

    // Neighbours: nobody sits there in a test, so that they are refused and not merely silent is asked for.
    private static readonly string[] _neighbours =
    [
        "10.0.0.1", "10.255.255.255", "167772161", "012.0.0.1", "0xa.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1", "3232235521", "0300.0250.0.1", "169.254.169.254", "169.254.43518", "2852039166", "0xa9fea9fe",
        "0251.0376.0251.0376", "169.254.169.254.", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255", "[fc00::1]", "[fd00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25eth0]", "[feb0::1]", "[fec0::1]", "[ff02::1]", "[ff0e::1]", "[2001:db8::1]", "[2001:10::1]", "[2001:20::1]", "[3fff::1]", "[100::1]",
        "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::ffff:169.254.169.254]", "[64:ff9b::a00:1]", "[64:ff9b::169.254.169.254]", "[2002:a00:1::1]", "[2002:a9fe:a9fe::]", "[::10.0.0.1]", "[4000::1]", "[::2]",
    ];

    // Whole addresses, with the canary's port.
    private static readonly string[] _odd =
    [
        "https://example.org@127.0.0.1:{0}/", "https://example.org:443@127.0.0.1:{0}/", "https://127.0.0.1:{0}@example.org:{0}/", "https://user:secret@localhost:{0}/", "https://@127.0.0.1:{0}/", "https://example.org%40127.0.0.1:{0}/",
        "https://127.0.0.1:{0}\\@example.org/", "https:\\\\127.0.0.1:{0}\\", "https:127.0.0.1:{0}", "https:/127.0.0.1:{0}/", "https:///127.0.0.1:{0}/", "//127.0.0.1:{0}/", "https://127.0.0.1:{0}#@example.org/", "https://example.org#@127.0.0.1:{0}/",
        "https://127.0.0.1:{0}?@example.org/", "https://127.0.0.1:0{0}/", "https:// 127.0.0.1:{0}/", " https://127.0.0.1:{0}/ ", "https://127.0.0.1\t:{0}/", "https://127.0.0.1\r\n:{0}/", "HTTPS://LOCALHOST:{0}/", "http://127.0.0.1:{0}/", "http://localhost:{0}/",
        "http://example.org:{0}/", "ftp://127.0.0.1:{0}/", "gopher://127.0.0.1:{0}/_", "file:///etc/passwd", "ws://127.0.0.1:{0}/", "unix:/var/run/docker.sock", "javascript:0", "data:,x", "jar:https://127.0.0.1:{0}!/", "https://",
    ];

    private static readonly string[] _loopbackAddresses = [.. _loopback.Select(host => $"https://{host}:{{0}}/")];

    private static IEnumerable<string> All => _loopbackAddresses.Concat(_neighbours.Select(host => $"https://{host}:{{0}}/")).Concat(_odd);

    [Fact]
    public void There_are_more_than_two_hundred() => Assert.InRange(All.Distinct(StringComparer.Ordinal).Count(), 200, 1000);

    [Fact]
    public async Task None_reaches_anybody_through_a_webhook()
    {
        await using var canary = Receiver.Answering("HTTP/1.1 200 OK");
        var webhook = await calendar.WebhookAsync("https://hooks.example.org/");
        using var channel = calendar.Channel(named: "", resolve: Everywhere);
        foreach (var url in All.Select(url => Formed(url, canary)))
        {
            await calendar.Table.ChangeAsync(webhook.Id, new WebhookDetails(null, url), FixedClock.Start, calendar.Service.Soon);
            var outcome = await channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, calendar.Service.Soon);
            Assert.True(outcome == WebhookAnswers.Unfit, $"{url}: {outcome}");
        }

        Assert.Equal(0, canary.Connections);
    }

    [Fact]
    public async Task None_reaches_anybody_even_if_it_had_been_let_in()
    {
        await using var canary = Receiver.Answering("HTTP/1.1 200 OK");
        using var connections = new HttpMessageInvoker(WebhookConnections.Handler(WebhookHosts.None, Everywhere));
        var called = 0;
        foreach (var url in All.Select(url => Formed(url, canary)))
        {
            foreach (var scheme in new[] { url, url.Replace("https:", "http:", StringComparison.Ordinal) })
            {
                if (Uri.TryCreate(scheme, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && CanBeAsked(uri!))
                {
                    called++;
                    using var request = new HttpRequestMessage(HttpMethod.Post, uri);
                    var failure = await Assert.ThrowsAsync<HttpRequestException>(() => connections.SendAsync(request, calendar.Service.Soon));
                    Assert.True(failure.InnerException is AddressRefusedException, $"{scheme}: {failure}");
                }
            }
        }

        Assert.InRange(called, 300, 1000);
        Assert.Equal(0, canary.Connections);
    }

    [Fact]
    public async Task The_canary_hears_when_it_may_be_called()
    {
        await using var canary = Receiver.Answering("HTTP/1.1 200 OK");
        foreach (var (host, named) in new[] { ("127.0.0.1", "127.0.0.1"), ("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("localhost", "localhost"), ("[::1]", "[::1]") })
        {
            if (host == "[::1]" && !Socket.OSSupportsIPv6)
            {
                continue;
            }

            var before = canary.Connections;
            var webhook = await calendar.WebhookAsync($"http://{host}:{canary.Port}/");
            using var channel = calendar.Channel(named, Everywhere);
            var outcome = await channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, calendar.Service.Soon);
            Assert.True(outcome is Attempt.Delivered, $"{host}: {outcome}");
            Assert.Equal(before + 1, canary.Connections);
        }

        // And so it would, had nobody looked where the names lead.
        using var careless = new HttpMessageInvoker(WebhookConnections.Handler(WebhookCalendar.Named("hooks.example.org"), Everywhere));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://hooks.example.org:{canary.Port}/") { Content = new StringContent("x", Encoding.UTF8) };
        using var answer = await careless.SendAsync(request, calendar.Service.Soon);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.0.0.1 ::1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("fe80::1%1")]
    [InlineData("0.0.0.0 ::")]
    [InlineData("192.168.1.1 10.1.1.1 fd00::1 100.64.0.1")]
    public async Task A_name_of_the_public_network_that_leads_into_another_is_not_called(string addresses)
    {
        var webhook = await calendar.WebhookAsync("https://hooks.example.org/");
        using var channel = calendar.Channel(named: "", resolve: (_, _) => Task.FromResult(addresses.Split(' ').Select(IPAddress.Parse).ToArray()));
        Assert.Equal(WebhookAnswers.Unfit, await channel.SendAsync(WebhookCalendar.EventFor(webhook), WebhookCalendar.Open, calendar.Service.Soon));
    }

    private static Task<IPAddress[]> Everywhere(string host, CancellationToken ct) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.IPv6Loopback]);

    // The handler itself cannot be asked for a name that is none.
    private static bool CanBeAsked(Uri uri) => uri.Host.Length > 0 && WebhookAddresses.HostOf(uri) is not null;

    private static string Formed(string url, Receiver canary) => string.Format(CultureInfo.InvariantCulture, url, canary.Port);
}
