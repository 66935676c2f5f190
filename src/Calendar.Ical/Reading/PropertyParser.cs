using System.Buffers;

namespace Calendar.Ical.Reading;

/// <summary>Takes an unfolded line apart (RFC 5545 section 3.1), from left to right and only once.</summary>
internal ref struct PropertyParser(string text, int line, Action<ReadingFault, string?, string> report)
{
    private const string Ends = ",;:";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly List<IcalParameter> parameters = [];
    private string name = "";
    private int at;

    /// <param name="report">Takes the fault, the property's name if it has one, and the detail.</param>
    /// <returns>Null if the line has no name or no colon.</returns>
    public static IcalProperty? Parse(string text, int line, Action<ReadingFault, string?, string> report) =>
        new PropertyParser(text, line, report).Parse();

    private IcalProperty? Parse()
    {
        at = text.AsSpan().IndexOfAny(';', ':');
        if (at < 0 || !IsName(text.AsSpan(0, at)))
        {
            report(ReadingFault.MalformedLine, null, text);
            return null;
        }

        name = text[..at].ToUpperInvariant();
        while (at < text.Length && text[at] == ';')
        {
            at++;
            Parameter();
        }

        if (at == text.Length)
        {
            report(ReadingFault.MalformedLine, name, text);
            return null;
        }

        return new IcalProperty(name, parameters, text[(at + 1)..], line);
    }

    private void Parameter()
    {
        var begin = at;
        at = IndexOf("=;:");
        if (at == text.Length || text[at] != '=' || !IsName(text.AsSpan(begin, at - begin)))
        {
            at = IndexOf(";:");
            report(ReadingFault.MalformedParameter, name, text[begin..at]);
            return;
        }

        var parameter = text[begin..at].ToUpperInvariant();
        List<string> values = [];
        do
        {
            at++;
            var value = Value();
            if (values.Count < IcalProperty.MaxParameters)
            {
                values.Add(value.Contains('^', StringComparison.Ordinal) ? ContentLine.DecodeParameter(value) : value);
            }
        }
        while (at < text.Length && text[at] == ',');
        Add(new IcalParameter(parameter, values));
    }

    /// <summary>One value; after it stands a comma, semicolon or colon, or nothing.</summary>
    private string Value()
    {
        var begin = at;
        if (at == text.Length || text[at] != '"')
        {
            at = IndexOf(Ends);
            var plain = text[begin..at];
            if (plain.Contains('"', StringComparison.Ordinal))
            {
                report(ReadingFault.MalformedParameter, name, plain);
            }

            return plain;
        }

        var close = text.IndexOf('"', begin + 1);
        at = close < 0 ? begin + 1 : close + 1;
        var end = IndexOf(Ends);
        if (close < 0 || end > at)
        {
            report(ReadingFault.MalformedParameter, name, text[begin..end]);
        }

        at = end;
        return close < 0 ? text[(begin + 1)..end] : text[(begin + 1)..close];
    }

    private readonly void Add(IcalParameter parameter)
    {
        if (parameters.Count == IcalProperty.MaxParameters)
        {
            return;
        }

        if (parameters.Exists(other => string.Equals(other.Name, parameter.Name, StringComparison.Ordinal)))
        {
            report(ReadingFault.RepeatedParameter, name, parameter.Name);
        }
        else
        {
            parameters.Add(parameter);
        }
    }

    private readonly int IndexOf(string characters) => text.AsSpan(at).IndexOfAny(characters) is >= 0 and var index ? at + index : text.Length;

    private static bool IsName(ReadOnlySpan<char> name) => !name.IsEmpty && !name.ContainsAnyExcept(NameCharacters);
}
