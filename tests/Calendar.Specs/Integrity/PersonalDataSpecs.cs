using System.Text;
using Calendar.EventStore;
using Calendar.Server.Integrity;
using NodaTime;

namespace Calendar.Specs.Integrity;

public sealed class PersonalDataSpecs
{
    [Theory]
    [InlineData("Ông Nguyễn Văn An (an.nguyen@vufo.org.vn) xác nhận")]
    [InlineData("mailto:an_nguyen+ho.so@example.co.jp")]
    [InlineData("liên hệ: hội@hữunghị.vn.")]
    public void A_mail_address_is_found_in_a_text(string text) => Assert.True(PersonalData.HasMailAddress(text));

    [Theory]
    [InlineData("Nhân Dân, 22-9-1973, tr. 1")]
    [InlineData("https://medium.com/@vufo/viet-nam-nhat-ban")]
    [InlineData("https://www.google.com/maps/@21.0278,105.8342,15z")]
    [InlineData("@VUFO trên mạng xã hội")]
    [InlineData("a @ b")]
    public void What_only_has_an_at_sign_is_no_mail_address(string text) => Assert.False(PersonalData.HasMailAddress(text));

    [Theory]
    [InlineData("+84 24 3845 6303")]
    [InlineData("gọi +84 (0)24 3845-6303 nhé")]
    [InlineData("0084 24 38456303")]
    [InlineData("0912345678")]
    [InlineData("0912 345 678, 2013")]
    [InlineData("(024) 3845 6303")]
    [InlineData("024.3845.6303")]
    [InlineData("(84-24) 3845 6303")]
    [InlineData("(202) 555-0123")]
    [InlineData("ĐT: 3845 6303")]
    [InlineData("Tel. 38456303")]
    [InlineData("+1-202-555-0123")]
    [InlineData("03-3466-3311")]
    public void A_telephone_number_is_found_in_a_text(string text) => Assert.True(PersonalData.HasTelephoneNumber(text));

    [Theory]
    [InlineData("1973-09-21")]
    [InlineData("1945-09-02/1976-07-02")]
    [InlineData("2026-11-23T00:00:00.000000Z")]
    [InlineData("01-02-2013 – 05-02-2013")]
    [InlineData("Nghị định 145/2013/NĐ-CP ngày 29-10-2013")]
    [InlineData("Quyết định 04/2013/QĐ-TTg, số 0145/2013/NĐ-CP")]
    [InlineData("United Nations Treaty Series 1302, p. 204, No. 21789")]
    [InlineData("01234567-8901-7345-8901-234567890123")]
    [InlineData("https://treaties.un.org/doc/0912345678/+842438456303")]
    [InlineData("ISBN 0-521-85357-9")]
    [InlineData("ISBN: 978-0-521-85357-9, ISSN 0028-0836")]
    [InlineData("1950 1973 1992 2009 2014")]
    [InlineData("0000019fcd34")]
    [InlineData("A0912345678B")]
    [InlineData("tr. 012-015, 2009")]
    [InlineData("hotel 1234567890")]
    [InlineData("dân số 101.343.800 người, 331.212 km²")]
    public void Numbers_that_sources_are_full_of_are_no_telephone_numbers(string text) => Assert.False(PersonalData.HasTelephoneNumber(text));

    [Fact]
    public void Every_text_of_a_row_is_looked_at_and_its_member_named()
    {
        var row = Row(
            """{"fact":"0190a1b2-0000-7000-8000-000000000000","source":{"citation":"ông An, an@example.vn"},"aliases":["Nhật","0912345678"],"n":912345678}""",
            """{"actor":"historian-7","role":"historian","reason":"bà Bình, ĐT 0912 345 678"}""");

        Assert.Equal(
            [("data/source/citation", "a mail address"), ("data/aliases/1", "a telephone number"), ("headers/reason", "a telephone number"), ("correlation_id", "a mail address")],
            PersonalData.In(row));
    }

    [Theory]
    [InlineData("aaaaaaaaaa")]
    [InlineData("a.b-c@d-e.")]
    [InlineData("0 1.2-3(4)")]
    [InlineData("+(0) (0) -")]
    [InlineData("0123456789")]
    [InlineData("https://a ")]
    [InlineData("tel. : 12 ")]
    [InlineData("12-34-5678")]
    public void A_text_of_a_megabyte_takes_no_longer_than_its_length_allows(string again)
    {
        var text = new StringBuilder().Insert(0, again, 100_000).ToString();

        // A search that goes back on its way takes hours for this; the expressions' own limit would end it with an exception.
        Assert.Null(Record.Exception(() => PersonalData.HasMailAddress(text + "@") | PersonalData.HasTelephoneNumber(text)));
    }

    private static LogRow Row(string data, string headers) => new(
        new RecordedEvent(
            1, Guid.Empty, "ties-JP~VN", 1, "ties_established", Encoding.UTF8.GetBytes(data), Instant.FromUnixTimeSeconds(0),
            new Envelope("", "", null, "an@example.vn", null)),
        0, null, Encoding.UTF8.GetBytes(headers), null);
}
