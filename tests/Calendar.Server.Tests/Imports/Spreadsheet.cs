using System.Globalization;
using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace Calendar.Server.Tests.Imports;

/// <summary>A date as a spreadsheet keeps it: a number of days and a format that shows it.</summary>
/// <param name="Format">A number of the formats below.</param>
internal sealed record Serial(double Days, uint Format = Spreadsheet.Day);

internal sealed record Computed(string Formula, string Value);

/// <summary>Workbooks as Office writes them, made and read with its own library.</summary>
internal static class Spreadsheet
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    // Formats of the styles part, in order.
    public const uint Day = 1;
    public const uint MonthAndYear = 2;
    public const uint DayOfMonth = 3;
    public const uint Vietnamese = 4;
    public const uint YearOnly = 5;
    public const uint Clock = 6;

    public static byte[] Of(params object?[][] rows) => Of(false, rows);

    public static byte[] Of(bool is1904, params object?[][] rows)
    {
        using var file = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = Styles();
            var strings = workbook.AddNewPart<SharedStringTablePart>().SharedStringTable = new SharedStringTable();
            var sheet = workbook.AddNewPart<WorksheetPart>();
            var data = new SheetData();
            foreach (var (number, cells) in rows.Index())
            {
                data.Append(new Row(cells.Index().Where(cell => cell.Item is not null).Select(cell => CellOf(cell.Item!, (char)('A' + cell.Index) + (number + 1).ToString(CultureInfo.InvariantCulture), strings)))
                {
                    RowIndex = (uint)number + 1,
                });
            }

            sheet.Worksheet = new Worksheet(data);
            workbook.Workbook = new Workbook(
                new WorkbookProperties { Date1904 = is1904 }, new Sheets(new Sheet { Name = "Facts", SheetId = 1, Id = workbook.GetIdOfPart(sheet) }));
        }

        return file.ToArray();
    }

    /// <summary>The cells of the first sheet, row by row; valid to Office's own rules.</summary>
    public static List<Dictionary<string, string>> Read(byte[] workbook)
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(workbook), false);
        Assert.Empty(new OpenXmlValidator().Validate(document).Select(error => $"{error.Part?.Uri} {error.Path?.XPath}: {error.Description}"));
        var rows = document.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Row>()
            .Select(row => row.Elements<Cell>().ToDictionary(cell => cell.CellReference!.Value![..1], cell => cell.InnerText, StringComparer.Ordinal)).ToList();
        return [.. rows.Skip(1).Select(row => rows[0].ToDictionary(name => name.Value, name => row.GetValueOrDefault(name.Key, ""), StringComparer.Ordinal))];
    }

    /// <summary>The workbook with one of its parts replaced.</summary>
    public static byte[] With(byte[] workbook, string part, Action<Stream> write)
    {
        using var file = new MemoryStream();
        file.Write(workbook);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(part)?.Delete();
            using var to = zip.CreateEntry(part, CompressionLevel.SmallestSize).Open();
            write(to);
        }

        return file.ToArray();
    }

    public static byte[] With(byte[] workbook, string part, string text) => With(workbook, part, to => to.Write(Encoding.UTF8.GetBytes(text)));

    private static Cell CellOf(object value, string place, SharedStringTable strings)
    {
        switch (value)
        {
            case Serial serial:
                return new Cell { CellReference = place, StyleIndex = serial.Format, CellValue = new CellValue(serial.Days) };
            case int number:
                return new Cell { CellReference = place, CellValue = new CellValue(number) };
            case bool truth:
                return new Cell { CellReference = place, DataType = CellValues.Boolean, CellValue = new CellValue(truth) };
            case Computed computed:
                return new Cell { CellReference = place, DataType = CellValues.String, CellFormula = new CellFormula(computed.Formula), CellValue = new CellValue(computed.Value) };
            default:
                strings.Append(new SharedStringItem(new DocumentFormat.OpenXml.Spreadsheet.Text((string)value) { Space = SpaceProcessingModeValues.Preserve }));
                return new Cell { CellReference = place, DataType = CellValues.SharedString, CellValue = new CellValue(strings.ChildElements.Count - 1) };
        }
    }

    private static Stylesheet Styles() => new(
        new NumberingFormats(
            new NumberingFormat { NumberFormatId = 164, FormatCode = "[$-42A]dd\\ \"tháng\"\\ mm\\ yyyy;@" },
            new NumberingFormat { NumberFormatId = 165, FormatCode = "yyyy" }),
        new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()), new CellStyleFormats(new CellFormat()),
        new CellFormats(new uint[] { 0, 14, 17, 16, 164, 165, 20 }.Select(id => new CellFormat { NumberFormatId = id, ApplyNumberFormat = true })));
}
