using System.Globalization;
using System.Xml;

namespace Calendar.Server.Imports;

/// <param name="Wrong">Why nothing of the row can be used.</param>
internal sealed record SheetRow(int Number, IReadOnlyList<ReadCell> Cells, Rejection? Wrong);

/// <summary>
/// The first sheet of a workbook (ECMA-376, transitional or strict), row by row; only the table of shared strings is kept in memory.
/// </summary>
internal sealed class Workbook : IDisposable
{
    private const long _maxSmallPart = 16 << 20;
    private const long _maxStrings = 64 << 20;
    private const long _maxSheet = 1L << 30;

    private readonly WorkbookParts _parts;
    private readonly string _sheet;
    private readonly List<string> _strings = [];
    private readonly CellDates _dates;

    /// <exception cref="UnreadableWorkbookException">It is too large.</exception>
    /// <exception cref="InvalidDataException">It is none (or another exception of the zip and XML readers).</exception>
    public Workbook(Stream file)
    {
        _parts = new WorkbookParts(file);
        try
        {
            var workbook = RelatedTo("", "/officeDocument").Values.FirstOrDefault() ?? throw new InvalidDataException();
            var (firstSheet, is1904) = ReadWorkbook(workbook);
            _sheet = RelatedTo(workbook, "/worksheet").TryGetValue(firstSheet, out var sheet) ? sheet : throw new InvalidDataException();
            _dates = new CellDates(is1904, RelatedTo(workbook, "/styles").Values.FirstOrDefault() is { } styles ? ReadFormats(styles) : []);
            if (RelatedTo(workbook, "/sharedStrings").Values.FirstOrDefault() is { } strings)
            {
                ReadStrings(strings);
            }
        }
        catch (Exception)
        {
            _parts.Dispose();
            throw;
        }
    }

    public void Dispose() => _parts.Dispose();

    public IEnumerable<SheetRow> Rows()
    {
        using var xml = _parts.Open(_sheet, _maxSheet);
        var last = 0;
        while (WorkbookParts.Read(xml))
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "row")
            {
                last = xml.GetAttribute("r") is { } number ? int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture) : last + 1;
                yield return ReadRow(xml, last);
            }
        }
    }

    private SheetRow ReadRow(XmlReader xml, int number)
    {
        var cells = new List<ReadCell>();
        var (depth, isEmpty, column, length) = (xml.Depth, xml.IsEmptyElement, -1, 0L);
        Rejection? wrong = null;
        while (!isEmpty && WorkbookParts.Read(xml) && xml.Depth > depth)
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "c")
            {
                continue;
            }

            column = xml.GetAttribute("r") is { } place ? ColumnOf(place) : column + 1;
            var cell = ReadCell(xml);
            length += cell.Text.Length;
            if (cell.IsEmpty)
            {
                continue;
            }

            if (column >= FactRows.MaxColumns || length > ImportFile.MaxLine)
            {
                wrong ??= column >= FactRows.MaxColumns
                    ? Rejection.Invalid("too-many-cells", "", $"Dòng này có ô sau cột thứ {FactRows.MaxColumns}.", $"This row has a cell beyond column {FactRows.MaxColumns}.")
                    : Rejection.Invalid("too-long", "", "Dòng này dài hơn 1 MB.", "This row is longer than 1 MB.");
                continue;
            }

            while (cells.Count <= column)
            {
                cells.Add(default(ReadCell) with { Text = "" });
            }

            cells[column] = cell;
        }

        return new SheetRow(number, wrong is null ? cells : [], wrong);
    }

    private ReadCell ReadCell(XmlReader xml)
    {
        var (type, format) = (xml.GetAttribute("t") ?? "n", xml.GetAttribute("s"));
        var (text, isFormula) = ("", false);
        if (!xml.IsEmptyElement)
        {
            var depth = xml.Depth;
            WorkbookParts.Read(xml);
            while (xml.Depth > depth)
            {
                if (xml.NodeType == XmlNodeType.Element && xml.LocalName is "v" or "is")
                {
                    text = SheetText.Read(xml);
                }
                else
                {
                    isFormula |= xml.NodeType == XmlNodeType.Element && xml.LocalName == "f";
                    WorkbookParts.Read(xml);
                }
            }
        }

        return isFormula
            ? Imports.ReadCell.Refuse("formula", "Ô này là công thức: dán giá trị vào thay cho nó.", "This cell is a formula: paste its value in its place.")
            : ValueOf(type, text, format is null ? 0 : int.Parse(format, NumberStyles.None, CultureInfo.InvariantCulture));
    }

    private ReadCell ValueOf(string type, string text, int format) => type switch
    {
        _ when text.Length == 0 => Imports.ReadCell.Of(""),
        "s" => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is var number && number < _strings.Count ? TextOf(_strings[number]) : throw new InvalidDataException(),
        "inlineStr" or "str" => TextOf(SheetText.Unescape(text)),
        "b" => Imports.ReadCell.Of(text == "1" ? "true" : "false"),
        "e" => Imports.ReadCell.Refuse("error-value", $"Ô này báo lỗi của bảng tính.", "This cell holds a spreadsheet's error."),
        "d" => _dates.OfText(text, format),
        _ => _dates.OfNumber(text, format),
    };

    private static ReadCell TextOf(string text) => SheetText.IsWellFormed(text)
        ? Imports.ReadCell.Of(text)
        : Imports.ReadCell.Refuse("broken-text", "Ô này có ký tự Unicode hỏng.", "This cell holds half of a Unicode character.");

    private (string FirstSheet, bool Is1904) ReadWorkbook(string part)
    {
        using var xml = _parts.Open(part, _maxSmallPart);
        var is1904 = false;
        while (WorkbookParts.Read(xml))
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "workbookPr")
            {
                is1904 = xml.GetAttribute("date1904") is "1" or "true";
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "sheet")
            {
                for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
                {
                    if (xml.LocalName == "id" && xml.NamespaceURI.EndsWith("/relationships", StringComparison.Ordinal))
                    {
                        return (xml.Value, is1904);
                    }
                }
            }
        }

        throw new InvalidDataException();
    }

    // The parts that a part refers to as so much, by the id it gives them.
    private Dictionary<string, string> RelatedTo(string part, string type)
    {
        var slash = part.LastIndexOf('/') + 1;
        var (folder, relations) = (part[..slash], $"{part[..slash]}_rels/{part[slash..]}.rels");
        var related = new Dictionary<string, string>(StringComparer.Ordinal);
        using var xml = _parts.Open(relations, _maxSmallPart);
        while (WorkbookParts.Read(xml))
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "Relationship" && xml.GetAttribute("Type")?.EndsWith(type, StringComparison.Ordinal) == true
                && xml.GetAttribute("TargetMode") != "External"
                && Uri.TryCreate(new Uri("part:///" + folder), xml.GetAttribute("Target"), out var target))
            {
                related.TryAdd(xml.GetAttribute("Id") ?? "", Uri.UnescapeDataString(target.AbsolutePath).TrimStart('/'));
            }
        }

        return related;
    }

    private List<DateFormat> ReadFormats(string part)
    {
        using var xml = _parts.Open(part, _maxSmallPart);
        var (codes, formats, isOfCells) = (new Dictionary<int, string>(), new List<DateFormat>(), false);
        while (WorkbookParts.Read(xml))
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                isOfCells &= !(xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "cellXfs");
            }
            else if (xml.LocalName == "numFmt")
            {
                codes[Number(xml, "numFmtId")] = xml.GetAttribute("formatCode") ?? "";
            }
            else if (xml.LocalName == "cellXfs")
            {
                isOfCells = !xml.IsEmptyElement;
            }
            else if (xml.LocalName == "xf" && isOfCells)
            {
                var id = Number(xml, "numFmtId");
                formats.Add(codes.TryGetValue(id, out var code) ? CellDates.FormatOf(code) : CellDates.FormatOf(id));
            }
        }

        return formats;
    }

    private void ReadStrings(string part)
    {
        using var xml = _parts.Open(part, _maxStrings);
        WorkbookParts.Read(xml);
        while (!xml.EOF)
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "si")
            {
                _strings.Add(SheetText.Unescape(SheetText.Read(xml)));
            }
            else
            {
                WorkbookParts.Read(xml);
            }
        }
    }

    private static int Number(XmlReader xml, string attribute) => int.Parse(xml.GetAttribute(attribute) ?? "0", NumberStyles.None, CultureInfo.InvariantCulture);

    // The letters of AB12 as a number from 0.
    private static int ColumnOf(string place)
    {
        var column = 0;
        foreach (var letter in place.AsSpan(0, Math.Min(3, place.Length)))
        {
            if (!char.IsAsciiLetterUpper(letter))
            {
                break;
            }

            column = (column * 26) + letter - 'A' + 1;
        }

        return column > 0 ? column - 1 : throw new InvalidDataException();
    }
}
