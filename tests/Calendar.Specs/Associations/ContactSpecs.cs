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

public class WhenAContactIsRead
{
    [Fact]
    public void It_has_a_name_and_a_mail_address()
    {
        var (contact, errors) = Read("""{"name":" Nguyễn Văn A ","role":"Chánh Văn phòng","mail":"a@vufo.org.vn","language":"vi"}""");

        Assert.Empty(errors);
        Assert.Equal(new ContactDetails("Nguyễn Văn A", "Chánh Văn phòng", "a@vufo.org.vn", Language.Vi), contact);
    }

    [Theory]
    [InlineData("""{"name":"A","language":"vi"}""", "member-required", "/mail")]
    [InlineData("""{"mail":"a@b.org","language":"vi"}""", "member-required", "/name")]
    [InlineData("""{"name":"A","mail":"a@b.org"}""", "member-required", "/language")]
    [InlineData("""{"name":"A","mail":"a@b.org","language":"fr"}""", "unknown-value", "/language")]
    [InlineData("""{"name":"A\nB","mail":"a@b.org","language":"vi"}""", "one-line", "/name")]
    [InlineData("""{"name":"A","role":"B\nC","mail":"a@b.org","language":"vi"}""", "one-line", "/role")]
    [InlineData("""{"name":"A","mail":"a@b.org\r\nBcc: c@d.org","language":"vi"}""", "control-character", "/mail")]
    [InlineData("""{"name":"A","mail":"a@b.org\nBcc: c@d.org","language":"vi"}""", "malformed-mail", "/mail")]
    [InlineData("""{"name":"A","mail":"a@b.org","webhook":"https://hooks.b.org/","language":"vi"}""", "unknown-member", "/webhook")]
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
