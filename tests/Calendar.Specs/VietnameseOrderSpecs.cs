using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Calendar.Specs;

public class WhenNamesAreSortedInVietnamese
{
    [Theory]
    [InlineData("an ăn ân ba ca da đa e ê i o ô ơ u ư y")]
    [InlineData("ma mà mả mã má mạ")]
    [InlineData("Ai-len Anh Áo Ăng-gô-la Ấn_Độ Đan_Mạch Đức")]
    [InlineData("Ba_Lan Bỉ Bồ_Đào_Nha Bra-xin Brunei Campuchia Canada Cuba Đức Hàn_Quốc Hoa_Kỳ Lào Nga Nhật_Bản Ô-man Pháp Phần_Lan Thái_Lan Thụy_Điển Trung_Quốc Úc Việt_Nam Ý")]
    [InlineData("hoa hoà hoạ hoài")]
    [InlineData("Hà_Nội Hải_Dương Hải_Phòng")]
    [InlineData("7 lao Lào")]
    public void The_order_is_that_of_dictionaries(string names)
    {
        string[] sorted = [.. names.Split(' ').Select(name => name.Replace('_', ' '))];
        Assert.Equal(sorted, sorted.Reverse().Order(VietnameseOrder.Instance));
    }

    [Fact]
    public void Tones_count_only_between_words_that_are_otherwise_alike() =>
        Assert.Equal(["Lạ", "Lao", "Lào"], new[] { "Lào", "Lao", "Lạ" }.Order(VietnameseOrder.Instance));

    [Fact]
    public void Composed_and_decomposed_stand_in_one_place() =>
        Assert.True(VietnameseOrder.Instance.Compare("Nhật Bản".Normalize(NormalizationForm.FormD), "Nhật Bảo") < 0);

    [Fact]
    public void It_is_an_order() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Names, Names, Names, (x, y, z) =>
        {
            var order = VietnameseOrder.Instance;
            Assert.Equal(0, order.Compare(x, x));
            Assert.Equal(Math.Sign(order.Compare(x, y)), -Math.Sign(order.Compare(y, x)));
            Assert.True(order.Compare(x, y) > 0 || order.Compare(y, z) > 0 || order.Compare(x, z) <= 0);
        }));

    private static Arbitrary<string> Names => Gen.Elements("aAăâdđeêiíìỉĩịoôơuưyz -7".ToCharArray()).ArrayOf().Resize(6).Select(letters => new string(letters)).ToArbitrary();
}
