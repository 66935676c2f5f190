using System.Net;
using System.Text.Json;
using Calendar.Reminders;
using NodaTime;

namespace Calendar.Specs.Reminders;

public class WhenTheAddressOfAWebhookIsRead
{
    [Theory]
    [InlineData("https://hooks.example.org/vufo?key=1")]
    [InlineData("https://hooks.example.org:8443/")]
    [InlineData("https://93.184.216.34/")]
    [InlineData("https://[2606:2800:220:1:248:1893:25c8:1946]/")]
    [InlineData("https://hữunghị.vn/nhắc")]
    public void A_public_https_address_passes(string text) => Assert.True(WebhookAddresses.TryRead(text, WebhookHosts.None, out _));

    [Theory]
    [InlineData("http://hooks.example.org/")]
    [InlineData("ftp://hooks.example.org/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/hooks")]
    [InlineData("https://")]
    [InlineData("https://user@hooks.example.org/")]
    [InlineData("https://user:secret@hooks.example.org/")]
    [InlineData("https://hooks.example.org/#part")]
    [InlineData("https://hooks.example.org:0/")]
    [InlineData("https://localhost/")]
    [InlineData("https://xn--0.example/")]
    [InlineData("https://\u200d.example/")]
    [InlineData("https://exa_mple.org/")]
    [InlineData("https://[::1/")]
    [InlineData("https://[fe80::1%25]/")]
    [InlineData("https:hooks.example.org")]
    [InlineData("https://printer.local/")]
    [InlineData("https://service.localhost/")]
    [InlineData("https://intranet/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://172.16.0.1/")]
    [InlineData("https://192.168.1.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://224.0.0.1/")]
    [InlineData("https://255.255.255.255/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[fc00::1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[ff02::1]/")]
    [InlineData("https://[2001:db8::1]/")]
    public void Everything_else_is_refused(string text) => Assert.False(WebhookAddresses.TryRead(text, WebhookHosts.None, out _));

    [Fact]
    public void It_is_stored_as_a_request_would_name_it()
    {
        Assert.True(WebhookAddresses.TryRead("https://Hooks.Example.org/a b", WebhookHosts.None, out var webhook));
        Assert.Equal("https://hooks.example.org/a%20b", webhook);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("172.31.255.255", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::ffff:192.168.0.1", false)]
    [InlineData("2a00:1450:4001::1", true)]
    [InlineData("fd00::1", false)]
    public void What_a_name_leads_to_is_judged_alike(string address, bool isPublic) => Assert.Equal(isPublic, WebhookAddresses.IsPublic(IPAddress.Parse(address)));
}

public class WhenHostsAreNamed
{
    [Theory]
    [InlineData("hooks.lan", "https://hooks.lan/a")]
    [InlineData("hooks.lan", "https://hooks.lan:8443/a")]
    [InlineData("Hooks.LAN:8443", "https://hooks.lan:8443/a")]
    [InlineData("intranet", "https://intranet/")]
    [InlineData("10.0.0.7:443", "https://10.0.0.7/")]
    [InlineData("other.lan, [FD00::1]:8443", "https://[fd00::1]:8443/")]
    [InlineData("127.0.0.1:5090", "http://127.0.0.1:5090/")]
    [InlineData("localhost", "http://localhost:5090/")]
    [InlineData("[::1]", "http://[::1]:5090/")]
    [InlineData("127.1", "http://127.0.0.1:5090/")]
    [InlineData("hữunghị.lan", "https://hữunghị.lan/")]
    public void They_may_be_called_wherever_they_are(string named, string url) => Assert.True(WebhookAddresses.TryRead(url, Named(named), out _));

    [Theory]
    [InlineData("intranet:8443", "https://intranet/")]
    [InlineData("intranet:443", "https://intranet:8443/")]
    [InlineData("hooks.lan", "http://hooks.lan/")]
    [InlineData("10.0.0.7", "http://10.0.0.7/")]
    [InlineData("printer.local", "https://other.printer.local/")]
    [InlineData("hooks.lan", "https://user@hooks.lan/")]
    [InlineData("10.0.0.7", "https://10.0.0.8/")]
    [InlineData("127.0.0.1:5090", "http://127.0.0.1:5091/")]
    [InlineData("", "https://intranet/")]
    public void No_others_may(string named, string url) => Assert.False(WebhookAddresses.TryRead(url, Named(named), out _));

    [Theory]
    [InlineData("hooks.lan:0")]
    [InlineData("hooks.lan:")]
    [InlineData("hooks.lan:65536")]
    [InlineData("https://hooks.lan")]
    [InlineData("hooks.lan/a")]
    [InlineData("user@hooks.lan")]
    [InlineData("::1:80")]
    [InlineData("hooks lan")]
    [InlineData("*.lan")]
    public void What_is_no_host_is_refused(string named) => Assert.False(WebhookHosts.TryParse(named, out _));

    private static WebhookHosts Named(string text) => WebhookHosts.TryParse(text, out var hosts) ? hosts : throw new ArgumentException(text, nameof(text));
}

public class WhenAWebhookIsRead
{
    [Fact]
    public void It_has_an_address_and_perhaps_a_name()
    {
        Assert.Equal(new WebhookDetails("Trang web", "https://hooks.example.org/a"), Read("""{"name":" Trang web ","url":"https://Hooks.example.org/a"}""").Webhook);
        Assert.Equal(new WebhookDetails(null, "https://hooks.example.org/a"), Read("""{"url":"https://hooks.example.org/a"}""").Webhook);
    }

    [Theory]
    [InlineData("""{"name":"A"}""", "member-required", "/url")]
    [InlineData("""{"url":"https://10.0.0.1/"}""", "malformed-webhook", "/url")]
    [InlineData("""{"url":7}""", "string-expected", "/url")]
    [InlineData("""{"url":"https://hooks.example.org/","name":"A\nB"}""", "one-line", "/name")]
    [InlineData("""{"url":"https://hooks.example.org/","secret":"mine"}""", "unknown-member", "/secret")]
    [InlineData("""[]""", "object-expected", "")]
    public void What_is_wrong_is_named(string body, string code, string pointer)
    {
        var (webhook, errors) = Read(body);
        Assert.Null(webhook);
        Assert.Equal([(code, pointer)], errors.Select(error => (error.Code, error.Pointer)));
    }

    private static (WebhookDetails? Webhook, IReadOnlyList<Rejection> Errors) Read(string body) => WebhookReader.Read(JsonElement.Parse(body), WebhookHosts.None);
}

public class WhenAnEventIsTriedAgain
{
    [Fact]
    public void It_is_for_three_days_as_standard_webhooks_recommends()
    {
        Assert.Equal(
            ["0:00:00:00", "0:00:00:05", "0:00:05:05", "0:00:35:05", "0:02:35:05", "0:07:35:05", "0:17:35:05", "1:07:35:05", "2:03:35:05", "3:03:35:05"],
            Enumerable.Range(1, WebhookSchedule.Tries).Select(number => Since(number).ToString("D:hh:mm:ss", null)));
        Assert.Null(WebhookSchedule.DelayBefore(WebhookSchedule.Tries + 1, 0.5));

        static Duration Since(int number) => Enumerable.Range(1, number).Aggregate(Duration.Zero, (sum, each) => sum + WebhookSchedule.DelayBefore(each, 0.5)!.Value);
    }

    [Theory]
    [InlineData(0, 27)]
    [InlineData(0.5, 30)]
    [InlineData(1, 33)]
    [InlineData(-5, 27)]
    [InlineData(5, 33)]
    public void Chance_moves_a_try_by_a_tenth_at_most(double chance, int minutes) =>
        Assert.Equal(minutes, WebhookSchedule.DelayBefore(4, chance)!.Value.TotalMinutes, 6);

    [Fact]
    public void The_receiver_may_ask_for_more_time_and_not_for_less()
    {
        Assert.Equal(Duration.FromHours(1), WebhookSchedule.DelayBefore(2, 0.5, Duration.FromHours(1)));
        Assert.Equal(Duration.FromMinutes(5), WebhookSchedule.DelayBefore(3, 0.5, Duration.FromSeconds(1)));
        Assert.Null(WebhookSchedule.DelayBefore(WebhookSchedule.Tries + 1, 0.5, Duration.FromHours(1)));
    }

    [Fact]
    public void There_is_no_try_before_the_first() => Assert.Throws<ArgumentOutOfRangeException>(() => WebhookSchedule.DelayBefore(0, 0.5));
}
