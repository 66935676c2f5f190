using Calendar.Server.Http;
using Calendar.Server.Imports;

namespace Calendar.Specs.Http;

public sealed class WorkbookSpecs
{
    [Theory]
    [InlineData("Hiệp ước\nhữu nghị ")]
    [InlineData("_x0041_ is no A")]
    [InlineData("what XML cannot hold: \u0001 \uFFFE \uFFFF")]
    [InlineData("\rreturned")]
    [InlineData("=HYPERLINK(\"https://example.org\")")]
    [InlineData("'=1+1")]
    [InlineData("<a & \"b\"> 🇻🇳")]
    public void What_is_written_is_read_again(string text)
    {
        using var file = new MemoryStream();
        new Table<string>("texts", [new("text", 20, x => x)]).Write(ListForm.Xlsx, [text], file, CancellationToken.None);

        using var workbook = new Workbook(file);
        Assert.Equal(["text", text], workbook.Rows().Select(row => Assert.Single(row.Cells).Text));
    }
}
