using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Calendar.Server.Imports;

/// <summary>How text stands in a workbook: in one piece or many, and with characters that XML cannot hold as <c>_x000A_</c>.</summary>
internal static partial class SheetText
{
    // The text within an element, how a word is read aloud (rPh) left out; the reader stands behind it afterwards.
    public static string Read(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            WorkbookParts.Read(xml);
            return "";
        }

        var (depth, aloud) = (xml.Depth, int.MaxValue);
        string? text = null;
        StringBuilder? more = null;
        while (WorkbookParts.Read(xml) && xml.Depth > depth)
        {
            aloud = xml.Depth > aloud ? aloud : xml is { NodeType: XmlNodeType.Element, LocalName: "rPh" } ? xml.Depth : int.MaxValue;
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace && xml.Depth < aloud)
            {
                // Nearly always one piece; formatted text comes in several.
                more = text is null ? null : (more ?? new StringBuilder(text)).Append(xml.Value);
                text ??= xml.Value;
                if (more?.Length > ImportFile.MaxLine)
                {
                    throw new InvalidDataException();
                }
            }
        }

        WorkbookParts.Read(xml);
        return more?.ToString() ?? text ?? "";
    }

    public static string Unescape(string text) => text.Contains("_x", StringComparison.Ordinal)
        ? Escaped().Replace(text, match => ((char)ushort.Parse(match.ValueSpan[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString())
        : text;

    // Halves of characters can only come from escapes.
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex("_x[0-9A-Fa-f]{4}_", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escaped();
}
