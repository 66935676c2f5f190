using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Calendar.Ical.Reading;

namespace Calendar.Ical.Checking;

/// <summary>Which properties stand in a component, and the form of their values.</summary>
internal static class PropertyRules
{
    private static readonly FrozenSet<string> SingleParameters = FrozenSet.ToFrozenSet(
        ["ALTREP", "CN", "CUTYPE", "DIR", "EMAIL", "ENCODING", "FBTYPE", "FMTTYPE", "LABEL", "LANGUAGE", "LINKREL", "PARTSTAT", "RANGE", "RELATED", "RELTYPE", "ROLE", "RSVP", "SENT-BY", "TZID", "VALUE"],
        StringComparer.Ordinal);

    /// <summary>RFC 5545 section 3.6: what a component must have, may have once, may have often, and does not take.</summary>
    public static void Counts(Scope scope)
    {
        if (KnownComponents.Find(scope.Component.Name) is not { } kind)
        {
            return;
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var property in scope.Component.Properties)
        {
            if (property.Name.StartsWith("X-", StringComparison.Ordinal))
            {
                continue;
            }

            if (!kind.Takes(property.Name))
            {
                scope.Find(KnownProperties.Find(property.Name) is null ? CheckRules.UnknownProperty : CheckRules.MisplacedProperty, property);
            }
            else if (!seen.Add(property.Name) && kind.TakesOnce(property.Name))
            {
                scope.FindBy(kind.Source, CheckRules.RepeatedProperty, property);
            }
        }

        foreach (var required in kind.Required)
        {
            if (!seen.Contains(required))
            {
                scope.Lacks(required, kind.Source);
            }
        }
    }

    public static void Values(Scope scope)
    {
        foreach (var property in scope.Component.Properties)
        {
            Normalized(scope, property);
            if (KnownProperties.Find(property.Name) is { } kind)
            {
                Parameters(scope, property);
                Typed(scope, property, kind);
            }
        }
    }

    /// <summary>RFC 5198 section 3: text for interchange is in Unicode form C.</summary>
    private static void Normalized(Scope scope, IcalProperty property)
    {
        // In pieces that overlap: reordering long runs of combining marks takes the square of their number.
        const int piece = 256;
        const int step = 192;
        var value = property.Value.AsSpan();
        if (Ascii.IsValid(value))
        {
            return;
        }

        for (var at = 0; at < value.Length; at += step)
        {
            var from = char.IsLowSurrogate(value[at]) ? at + 1 : at;
            var to = Math.Min(at + piece, value.Length);
            to = to < value.Length && char.IsLowSurrogate(value[to]) ? to - 1 : to;
            if (!value[from..to].IsNormalized())
            {
                scope.Find(CheckRules.NotNfc, property);
                return;
            }
        }
    }

    /// <summary>RFC 5545 section 3.2: a comma in a value wants quotes, or it begins another value.</summary>
    private static void Parameters(Scope scope, IcalProperty property)
    {
        foreach (var parameter in property.Parameters)
        {
            if (parameter.Values.Count > 1 && SingleParameters.Contains(parameter.Name))
            {
                scope.Find(CheckRules.UnquotedParameter, property, parameter.Name, string.Join(',', parameter.Values));
            }
        }
    }

    /// <summary>RFC 5545 section 3.2.20: VALUE names a type that the property takes.</summary>
    private static void Typed(Scope scope, IcalProperty property, PropertyKind kind)
    {
        if (kind.Types.Length == 0)
        {
            return;
        }

        var stated = property.Parameter("VALUE")?.Value.ToUpperInvariant();
        if (stated is null && kind.NeedsValue is { } source)
        {
            scope.FindBy(source, CheckRules.MissingValueType, property, kind.Types[0]);
        }

        var type = stated ?? kind.Types[0];
        if (kind.Types.Contains(type, StringComparer.Ordinal))
        {
            Value(scope, property, kind, type);
        }
        else if (!type.StartsWith("X-", StringComparison.Ordinal))
        {
            scope.Find(CheckRules.WrongValueType, property, type, string.Join(", ", kind.Types));
        }
    }

    private static void Value(Scope scope, IcalProperty property, PropertyKind kind, string type)
    {
        switch (type)
        {
            case "TEXT":
                TextRules.Escapes(scope, property, kind.IsList);
                break;
            case "DATE" or "DATE-TIME":
                DateRules.Value(scope, property, kind, type);
                break;
            case "DURATION" when !IcalSpan.TryParse(property.Value, out _):
                scope.Find(CheckRules.MalformedDuration, property, property.Value, kind.Example);
                break;
            case "INTEGER" when !IsInteger(property.Value, kind.Most):
                scope.Find(CheckRules.MalformedNumber, property, property.Value, kind.Most == int.MaxValue ? "0, 1, 2, …" : $"0–{kind.Most.ToString(CultureInfo.InvariantCulture)}");
                break;
            case "UTC-OFFSET" when !IsOffset(property.Value):
                scope.Find(CheckRules.MalformedOffset, property, property.Value);
                break;
            case "URI" or "CAL-ADDRESS" when !IsAbsolute(property.Value):
                scope.Find(CheckRules.RelativeUri, property, property.Value);
                break;
            case "RECUR":
                RecurrenceRules.Value(scope, property);
                break;
        }
    }

    /// <summary>RFC 5545 section 3.3.8: 32 bits; a sign is allowed, a minus never useful here.</summary>
    private static bool IsInteger(string value, int most) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= most;

    /// <summary>RFC 5545 section 3.3.14: a sign, hours, minutes, perhaps seconds, and not -0000.</summary>
    private static bool IsOffset(ReadOnlySpan<char> value) =>
        value is ['+' or '-', ..] && value.Length is 5 or 7 && !value[1..].ContainsAnyExceptInRange('0', '9')
        && value[1] <= '2' && value[3] <= '5' && (value.Length == 5 || value[5] <= '5')
        && (value[0] == '+' || value[1..].ContainsAnyExcept('0'));

    /// <summary>RFC 3986 section 3: a scheme, a colon, something; and nothing that no URI holds.</summary>
    private static bool IsAbsolute(ReadOnlySpan<char> value)
    {
        var scheme = value.IndexOf(':');
        return scheme > 0 && scheme < value.Length - 1 && char.IsAsciiLetter(value[0]) && !value.ContainsAny(" \t<>\"") && IsScheme(value[..scheme]);

        static bool IsScheme(ReadOnlySpan<char> text)
        {
            foreach (var c in text)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
