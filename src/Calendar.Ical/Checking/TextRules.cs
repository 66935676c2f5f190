using Calendar.Ical.Reading;

namespace Calendar.Ical.Checking;

/// <summary>TEXT values and those of them that have a meaning (RFC 5545 section 3.3.11).</summary>
internal static class TextRules
{
    /// <summary>RFC 5545 section 3.3.11: backslash, semicolon and comma are escaped, LF is \n, nothing else is.</summary>
    /// <param name="isList">A bare comma separates values.</param>
    public static void Escapes(Scope scope, IcalProperty property, bool isList)
    {
        var value = property.Value.AsSpan();
        var (bare, unknown, comma) = (-1, -1, false);
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] is ';' || (value[at] is ',' && !isList))
            {
                bare = bare < 0 ? at : bare;
            }
            else if (value[at] is '\\')
            {
                var isKnown = at + 1 < value.Length && value[at + 1] is '\\' or ';' or ',' or 'n' or 'N';
                unknown = unknown < 0 && !isKnown ? at : unknown;
                comma |= isKnown && value[at + 1] is ',' or ';';
                at++;
            }
        }

        if (bare >= 0)
        {
            scope.Find(CheckRules.UnescapedText, property, value[bare].ToString(), Around(value, bare));
        }

        if (unknown >= 0)
        {
            scope.Find(CheckRules.UnknownEscape, property, value[unknown..Math.Min(unknown + 2, value.Length)].ToString(), Around(value, unknown));
        }

        if (comma && property.Name is "CATEGORIES")
        {
            scope.Find(CheckRules.CategoryWithComma, property, property.Value);
        }
    }

    /// <summary>RFC 5545 section 3.8.1.11: each component has its own.</summary>
    public static void Status(Scope scope)
    {
        string[] known = scope.Component.Name switch
        {
            "VEVENT" => ["CONFIRMED", "TENTATIVE", "CANCELLED"],
            "VTODO" => ["NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "CANCELLED"],
            _ => ["DRAFT", "FINAL", "CANCELLED"],
        };
        if (scope.First("STATUS") is { } status && !known.Any(status.Is))
        {
            scope.Find(CheckRules.UnknownStatus, status, status.Value, string.Join(", ", known));
        }
    }

    /// <summary>RFC 5545 section 3.8.2.7.</summary>
    public static void Transparency(Scope scope)
    {
        if (scope.First("TRANSP") is { } transparency && !transparency.Is("OPAQUE") && !transparency.Is("TRANSPARENT"))
        {
            scope.Find(CheckRules.UnknownTransparency, transparency, transparency.Value);
        }
    }

    /// <summary>RFC 7986 section 5.9: a name of CSS3.</summary>
    public static void Color(Scope scope)
    {
        if (scope.First("COLOR") is { } color && !CssColors.Contains(color.Value))
        {
            scope.Find(CheckRules.UnknownColor, color, color.Value);
        }
    }

    // Enough of a long text to find the place.
    private static string Around(ReadOnlySpan<char> value, int at) => value[Math.Max(0, at - 20)..Math.Min(value.Length, at + 20)].ToString();
}
