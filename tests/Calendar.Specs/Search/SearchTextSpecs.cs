using System.Text;
using Calendar.Search;
using FsCheck;
using FsCheck.Fluent;

namespace Calendar.Specs.Search;

public class WhenTextIsFolded
{
    [Theory]
    [InlineData("Nhật Bản", "nhat ban")]
    [InlineData("NHẬT  BẢN", "nhat ban")]
    [InlineData("Đối tác chiến lược", "doi tac chien luoc")]
    [InlineData("Lào – Việt Nam: 50 năm", "lao viet nam 50 nam")]
    [InlineData("Xlô-va-ki-a", "xlo va ki a")]
    [InlineData("Côte d'Ivoire", "cote d ivoire")]
    [InlineData("(JP~VN)", "jp vn")]
    [InlineData("Ưu Ửng Ỹ Ằ", "uu ung y a")]
    [InlineData("Ελλάδα", "ελλαδα")]
    [InlineData("Ёлка й Й", "елка и и")]
    [InlineData("日本–越南", "日本 越南")]
    [InlineData("", "")]
    [InlineData(" – \u0301\u00a0\u200b", "")]
    [InlineData("a\uD800b", "a b")]
    [InlineData("\uFFFE", "")]
    public void Case_marks_and_dashes_make_no_difference(string text, string folded) => Assert.Equal(folded, SearchText.Fold(text));

    [Theory]
    [InlineData("Cộng hòa Dân chủ Nhân dân Lào")]
    [InlineData("Thiết lập quan hệ Việt Nam – Thụy Điển")]
    public void Composed_and_decomposed_are_the_same(string text)
    {
        var decomposed = text.Normalize(NormalizationForm.FormD);
        Assert.NotEqual(text, decomposed);
        Assert.Equal(SearchText.Fold(text), SearchText.Fold(decomposed));
    }

    [Fact]
    public void Every_letter_of_the_short_way_is_folded_as_on_the_long_way() =>
        Assert.All(Enumerable.Range(0, 0x2000).Select(c => $"x{(char)c}y"), text =>
            Assert.Equal(SearchText.Fold(text + " 日"), SearchText.Fold(text) + " 日"));

    [Fact]
    public void Whatever_the_text_it_is_folded_once_and_for_all() =>
        Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
        {
            var folded = SearchText.Fold(text ?? "");
            Assert.Equal(folded, SearchText.Fold(folded));
            Assert.Equal(folded, string.Join(' ', SearchText.Words(text ?? "")));
        }));
}

public class WhenASearchIsRead
{
    [Fact]
    public void Its_words_are_folded()
    {
        Assert.True(SearchQuery.TryParse("  Nhật – Bản 1973 ", out var query, out _));
        Assert.Equal("nhat ban 1973", query.Text);
    }

    [Theory]
    [InlineData("…", "search-without-words")]
    [InlineData(" \u0300\u0301 ", "search-without-words")]
    [InlineData("\uD800", "search-without-words")]
    [InlineData("a b c d e f g h i j k l m n o p q", "search-too-many-words")]
    public void What_cannot_be_searched_for_is_refused_by_name(string text, string code)
    {
        Assert.False(SearchQuery.TryParse(text, out _, out var why));
        Assert.Equal(code, why.Code);
        Assert.NotEqual(why.Detail.Vi, why.Detail.En);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    [InlineData(10_000, false)]
    public void It_has_at_most_100_characters(int length, bool fits) => Assert.Equal(fits, SearchQuery.TryParse(new string('a', length), out _, out _));

    [Fact]
    public void It_has_at_most_8_words() => Assert.True(SearchQuery.TryParse("a b c d e f g h", out _, out _));
}
