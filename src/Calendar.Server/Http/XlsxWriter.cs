using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Calendar.Server.Http;

/// <summary>
/// Writes a workbook of one sheet (ECMA-376) row by row, in little memory whatever the number of rows; the same rows make the same
/// bytes. The header is bold and stays in sight. Every column is formatted as text, so that a spreadsheet leaves a date that
/// somebody types as it is typed.
/// </summary>
internal sealed partial class XlsxWriter : IDisposable
{
    private const string _main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string _relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string _packageRelations = "http://schemas.openxmlformats.org/package/2006/relationships";
    private const string _head = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";

    // Numbers of the formats in styles.xml.
    private const string _bold = "1";
    private const string _text = "2";

    // The earliest that a zip archive can hold.
    private static readonly DateTimeOffset _noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _zip;
    private readonly XmlWriter _sheet;
    private int _row;

    public XlsxWriter(Stream to, string name, IEnumerable<(string Name, int Width)> columns)
    {
        _zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true);
        Add("[Content_Types].xml", $"""
            {_head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{Negotiation.Xlsx}.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>
            """);
        Add("_rels/.rels", $"""
            {_head}<Relationships xmlns="{_packageRelations}"><Relationship Id="rId1" Type="{_relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>
            """);
        Add("xl/workbook.xml", $"""
            {_head}<workbook xmlns="{_main}" xmlns:r="{_relations}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>
            """);
        Add("xl/_rels/workbook.xml.rels", $"""
            {_head}<Relationships xmlns="{_packageRelations}"><Relationship Id="rId1" Type="{_relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_relations}/styles" Target="styles.xml"/></Relationships>
            """);
        Add("xl/styles.xml", $"""
            {_head}<styleSheet xmlns="{_main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>
            """);
        _sheet = XmlWriter.Create(Entry("xl/worksheets/sheet1.xml"), new XmlWriterSettings { CloseOutput = true, Encoding = new UTF8Encoding(false) });
        Begin([.. columns]);
    }

    public void WriteRow(IEnumerable<Cell> cells) => WriteRow(cells, _text);

    public void Dispose()
    {
        // After a failure the sheet cannot be ended, and saying so would hide what had failed.
        if (_sheet.WriteState is not (WriteState.Error or WriteState.Closed))
        {
            _sheet.WriteEndDocument();
        }

        _sheet.Dispose();
        _zip.Dispose();
    }

    private void Begin(IReadOnlyList<(string Name, int Width)> columns)
    {
        _sheet.WriteStartDocument(standalone: true);
        _sheet.WriteStartElement("worksheet", _main);
        _sheet.WriteRaw("""<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>""");
        _sheet.WriteStartElement("cols", _main);
        foreach (var (number, (_, width)) in columns.Index())
        {
            var at = (number + 1).ToString(CultureInfo.InvariantCulture);
            _sheet.WriteRaw($"""<col min="{at}" max="{at}" width="{width.ToString(CultureInfo.InvariantCulture)}" style="{_text}" customWidth="1"/>""");
        }

        _sheet.WriteEndElement();
        _sheet.WriteStartElement("sheetData", _main);
        WriteRow(columns.Select(column => (Cell)column.Name), _bold);
    }

    private void WriteRow(IEnumerable<Cell> cells, string format)
    {
        var row = (++_row).ToString(CultureInfo.InvariantCulture);
        _sheet.WriteStartElement("row", _main);
        _sheet.WriteAttributeString("r", row);
        foreach (var (column, cell) in cells.Index())
        {
            if (string.IsNullOrEmpty(cell.Text))
            {
                continue;
            }

            _sheet.WriteStartElement("c", _main);
            _sheet.WriteAttributeString("r", Letters(column) + row);
            if (cell.IsNumber)
            {
                _sheet.WriteElementString("v", _main, cell.Text);
            }
            else
            {
                _sheet.WriteAttributeString("s", format);
                _sheet.WriteAttributeString("t", "inlineStr");
                _sheet.WriteStartElement("is", _main);
                _sheet.WriteStartElement("t", _main);
                _sheet.WriteAttributeString("xml", "space", null, "preserve");
                _sheet.WriteString(Escaped().Replace(cell.Text, static match => $"_x{(int)match.ValueSpan[0]:X4}_"));
                _sheet.WriteEndElement();
                _sheet.WriteEndElement();
            }

            _sheet.WriteEndElement();
        }

        _sheet.WriteEndElement();
    }

    private void Add(string part, string xml)
    {
        using var to = Entry(part);
        to.Write(Encoding.UTF8.GetBytes(xml));
    }

    private Stream Entry(string part)
    {
        var entry = _zip.CreateEntry(part);
        entry.LastWriteTime = _noTime;
        return entry.Open();
    }

    // A, B, … Z, AA.
    private static string Letters(int column) => column < 26 ? ((char)('A' + column)).ToString() : Letters((column / 26) - 1) + (char)('A' + (column % 26));

    // Spreadsheets read _x0041_ as a character by its number: so is written what XML cannot hold, and the underscore of what only looks like one.
    [GeneratedRegex(@"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0B-\x1F\uFFFE\uFFFF]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escaped();
}
