using System.Text;
using Calendar.Ical;

namespace Calendar.Specs.Ical;

/// <summary>
/// A reader that shares nothing with the writer: it unfolds, splits and unescapes by itself, and refuses what RFC 5545 does not allow.
/// </summary>
internal static class IcalReader
{
    public sealed record Property(string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
    {
        public string Text => Unescape(Value);
    }

    public sealed record Component(string Name, List<Property> Properties, List<Component> Components)
    {
        public Property this[string name] => Assert.Single(All(name));

        public string Names => string.Join(' ', Properties.Select(p => p.Name));

        public Property[] All(string name) => [.. Properties.Where(p => string.Equals(p.Name, name, StringComparison.Ordinal))];
    }

    public static Component Read(VCalendar calendar) => Read(IcalWriter.Write(calendar));

    public static Component ReadOne(IcalEvent entry) =>
        Assert.Single(Read(new VCalendar("-//Specs//EN") { Events = [entry] }).Components, c => c.Name != "VTIMEZONE");

    public static Component ReadOne(VTodo entry) => Assert.Single(Read(new VCalendar("-//Specs//EN") { Todos = [entry] }).Components);

    public static Component Read(byte[] file)
    {
        var open = new Stack<Component>([new("", [], [])]);
        foreach (var line in PhysicalLines(file).Aggregate(new List<string>(), Join))
        {
            var property = Parse(line);
            switch (property.Name)
            {
                case "BEGIN":
                    var begun = new Component(property.Value, [], []);
                    open.Peek().Components.Add(begun);
                    open.Push(begun);
                    break;
                case "END":
                    Assert.Equal(property.Value, open.Pop().Name);
                    break;
                default:
                    open.Peek().Properties.Add(property);
                    break;
            }
        }

        return Assert.Single(Assert.Single(open).Components);
    }

    /// <summary>The lines as they stand, each checked to be at most 75 octets of UTF-8 by itself and ended by CRLF.</summary>
    public static IReadOnlyList<string> PhysicalLines(byte[] file)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var lines = new List<string>();
        for (var rest = file.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf("\r\n"u8);
            Assert.InRange(end, 0, 75);
            var line = strict.GetString(rest[..end]);
            Assert.DoesNotContain(line, c => char.IsControl(c) && c != '\t');
            lines.Add(line);
            rest = rest[(end + 2)..];
        }

        return lines;
    }

    private static List<string> Join(List<string> lines, string line)
    {
        if (line.StartsWith(' '))
        {
            lines[^1] += line[1..];
        }
        else
        {
            lines.Add(line);
        }

        return lines;
    }

    private static Property Parse(string line)
    {
        var parts = new List<StringBuilder> { new() };
        var quoted = false;
        var at = 0;
        for (; line[at] != ':' || quoted; at++)
        {
            quoted ^= line[at] == '"';
            if (line[at] == ';' && !quoted)
            {
                parts.Add(new());
            }
            else if (line[at] != '"')
            {
                parts[^1].Append(line[at]);
            }
        }

        var parameters = parts.Skip(1).Select(p => p.ToString().Split('=', 2)).ToDictionary(
            p => p[0], p => Unescape6868(p[1]), StringComparer.Ordinal);
        var name = parts[0].ToString();
        Assert.Matches("^[A-Z0-9-]+$", name);
        return new(name, parameters, line[(at + 1)..]);
    }

    // The escapes are taken from the left, hence the detour over a character no clean text holds.
    private static string Unescape(string value) =>
        value.Replace(@"\\", "\0", StringComparison.Ordinal).Replace(@"\n", "\n", StringComparison.Ordinal)
            .Replace(@"\,", ",", StringComparison.Ordinal).Replace(@"\;", ";", StringComparison.Ordinal)
            .Replace('\0', '\\');

    private static string Unescape6868(string value) =>
        value.Replace("^^", "\0", StringComparison.Ordinal).Replace("^n", "\n", StringComparison.Ordinal)
            .Replace("^'", "\"", StringComparison.Ordinal).Replace('\0', '^');
}
