using System.Net;
using System.Text.Json;
using Calendar.Associations;

namespace Calendar.Specs.Associations;

public class WhenAMailAddressIsRead
{
    [Theory]
    [InlineData("hoi@vufo.org.vn", "hoi@vufo.org.vn")]
    [InlineData("Van.Phong+nhac-viec@Example.ORG", "Van.Phong+nhac-viec@example.org")]
    [InlineData("o'neill@example.ie", "o'neill@example.ie")]
    [InlineData("phong@Hữunghị.vn", "phong@xn--hungh-u81b5j.vn")]
    [InlineData("a@xn--bcher-kva.example", "a@xn--bcher-kva.example")]
    public void It_passes_with_its_domain_in_ascii(string text, string mail)
    {
        Assert.True(ContactAddresses.TryReadMail(text, out var read));
        Assert.Equal(mail, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hoi")]
    [InlineData("@example.org")]
    [InlineData("hoi@")]
    [InlineData("hoi@localhost")]
    [InlineData("hoi@example")]
    [InlineData("hoi@@example.org")]
    [InlineData("a@b@example.org")]
    [InlineData(".hoi@example.org")]
    [InlineData("hoi.@example.org")]
    [InlineData("h..oi@example.org")]
    [InlineData("ho i@example.org")]
    [InlineData("\"ho i\"@example.org")]
    [InlineData("Hội <hoi@example.org>")]
    [InlineData("hoi@example.org, ban@example.org")]
    [InlineData("hội@example.org")]
    [InlineData("hoi@example.org\r\nBcc: all@example.org")]
    [InlineData("hoi\n@example.org")]
    [InlineData("hoi@example.org\n")]
    [InlineData("hoi@exam ple.org")]
    [InlineData("hoi@-example.org")]
    [InlineData("hoi@example-.org")]
    [InlineData("hoi@exa_mple.org")]
    [InlineData("hoi@example..org")]
    [InlineData("hoi@example.org.")]
    [InlineData("hoi@192.0.2.1")]
    [InlineData("hoi@[192.0.2.1]")]
    [InlineData("hoi@example.123")]
    [InlineData("hoi@example.org\0")]
    public void It_is_refused_where_it_could_be_anything_else(string text) => Assert.False(ContactAddresses.TryReadMail(text, out _));

    [Fact]
    public void It_has_a_longest_one()
    {
        Assert.True(ContactAddresses.TryReadMail($"{new string('a', 64)}@example.org", out _));
        Assert.False(ContactAddresses.TryReadMail($"{new string('a', 65)}@example.org", out _));
        Assert.False(ContactAddresses.TryReadMail($"a@{string.Join('.', Enumerable.Repeat(new string('b', 63), 4))}.org", out _));
    }
}

public class WhenAWebhookIsRead
{
    [Theory]
    [InlineData("https://hooks.example.org/vufo?key=1")]
    [InlineData("https://hooks.example.org:8443/")]
    [InlineData("https://93.184.216.34/")]
    [InlineData("https://[2606:2800:220:1:248:1893:25c8:1946]/")]
    [InlineData("https://hữunghị.vn/nhắc")]
    public void A_public_https_address_passes(string text) => Assert.True(ContactAddresses.TryReadWebhook(text, out _));

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
    public void Everything_else_is_refused(string text) => Assert.False(ContactAddresses.TryReadWebhook(text, out _));

    [Fact]
    public void It_is_stored_as_a_request_would_name_it()
    {
        Assert.True(ContactAddresses.TryReadWebhook("https://Hooks.Example.org/a b", out var webhook));
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
    public void What_a_name_leads_to_is_judged_alike(string address, bool isPublic) => Assert.Equal(isPublic, ContactAddresses.IsPublic(IPAddress.Parse(address)));
}

public class WhenAContactIsRead
{
    [Fact]
    public void It_has_a_name_and_a_way_to_be_reached()
    {
        var (contact, errors) = Read("""{"name":" Nguyễn Văn A ","role":"Chánh Văn phòng","mail":"a@vufo.org.vn","webhook":"https://hooks.example.org/a","language":"vi"}""");

        Assert.Empty(errors);
        Assert.Equal(new ContactDetails("Nguyễn Văn A", "Chánh Văn phòng", "a@vufo.org.vn", "https://hooks.example.org/a", Language.Vi), contact);
        Assert.NotNull(Read("""{"name":"A","webhook":"https://hooks.example.org/a","language":"en"}""").Contact);
    }

    [Theory]
    [InlineData("""{"name":"A","language":"vi"}""", "no-address", "")]
    [InlineData("""{"mail":"a@b.org","language":"vi"}""", "member-required", "/name")]
    [InlineData("""{"name":"A","mail":"a@b.org"}""", "member-required", "/language")]
    [InlineData("""{"name":"A","mail":"a@b.org","language":"fr"}""", "unknown-value", "/language")]
    [InlineData("""{"name":"A\nB","mail":"a@b.org","language":"vi"}""", "one-line", "/name")]
    [InlineData("""{"name":"A","role":"B\nC","mail":"a@b.org","language":"vi"}""", "one-line", "/role")]
    [InlineData("""{"name":"A","mail":"a@b.org\r\nBcc: c@d.org","language":"vi"}""", "control-character", "/mail")]
    [InlineData("""{"name":"A","mail":"a@b.org\nBcc: c@d.org","language":"vi"}""", "malformed-mail", "/mail")]
    [InlineData("""{"name":"A","webhook":"https://10.0.0.1/","language":"vi"}""", "malformed-webhook", "/webhook")]
    [InlineData("""{"name":"A","mail":"a@b.org","telephone":"0","language":"vi"}""", "unknown-member", "/telephone")]
    [InlineData("""[]""", "object-expected", "")]
    public void What_is_wrong_is_named_and_nothing_of_the_person_repeated(string body, string code, string pointer)
    {
        var (contact, errors) = Read(body);

        Assert.Null(contact);
        Assert.Contains(errors, error => (error.Code, error.Pointer) == (code, pointer));
        Assert.DoesNotContain(errors, error => (error.Detail.Vi + error.Detail.En).Contains("b.org", StringComparison.Ordinal));
    }

    private static (ContactDetails? Contact, IReadOnlyList<Rejection> Errors) Read(string body) => ContactReader.Read(JsonElement.Parse(body));
}
