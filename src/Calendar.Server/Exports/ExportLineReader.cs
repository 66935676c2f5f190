using System.Text.Json;
using System.Text.Unicode;
using Calendar.EventStore;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Exports;

/// <summary>Reads one line of an export, strictly: known members, each once, of their kind.</summary>
internal static class ExportLineReader
{
    private static readonly Instant _first = Instant.FromUtc(1, 1, 1, 0, 0);
    private static readonly Instant _last = Instant.FromUtc(9999, 12, 31, 23, 59, 59);

    /// <exception cref="ExportRefusedException">It cannot be read.</exception>
    public static ExportLine Read(ReadOnlyMemory<byte> line, long number)
    {
        if (!Utf8.IsValid(line.Span))
        {
            throw ExportReader.Refuse(number, "it is not UTF-8.");
        }

        try
        {
            var members = new Members(line);
            var read = Read(members);
            return members.UnreadName is { } name ? throw new FormatException($"the member \"{name}\" means nothing here.") : read;
        }
        catch (JsonException)
        {
            throw ExportReader.Refuse(number, "it is not one JSON object, or was cut off.");
        }
        catch (FormatException wrong)
        {
            throw ExportReader.Refuse(number, wrong.Message);
        }
    }

    private static ExportLine Read(Members line) => line.FirstName switch
    {
        "format" => Header(line),
        "position" => new ExportLine.Event(Row(line)),
        "fact" => new ExportLine.Fact(line.Id("fact"), line.Text("stream")),
        "sealedUpTo" => new ExportLine.Sealed(new Seal(
            line.Number("sealedUpTo"), line.Number("previous"), line.Number("events"), line.Octets("sha256"), line.Octets("marks"))),
        "pack" => new ExportLine.LoadedPack(line.Text("pack"), line.Text("version"), line.Moment("loaded")),
        "lines" => new ExportLine.Trailer(line.Number("lines"), line.Octets("sha256")),
        _ => throw new FormatException("it is no line of an export."),
    };

    private static ExportLine.Header Header(Members line)
    {
        if (!string.Equals(line.Text("format"), ExportLine.Format, StringComparison.Ordinal) || line.Number("version") is not ExportLine.FormatVersion)
        {
            throw new FormatException(
                $"this build restores \"{ExportLine.Format}\" of version {ExportLine.FormatVersion} only. Restore with the build that exported it, and export again with this one.");
        }

        return new ExportLine.Header(ExportLine.FormatVersion, line.Number("events"), line.Number("lastPosition"));
    }

    private static LogRow Row(Members line)
    {
        var microseconds = line.Number("microseconds");
        if (microseconds < _first.ToUnixTimeTicks() / 10 || microseconds > _last.ToUnixTimeTicks() / 10)
        {
            throw new FormatException("\"microseconds\" is no moment of the years 1 to 9999.");
        }

        var headers = line.OptionalRaw("headers");
        var envelope = new Envelope("", "", null, line.OptionalText("correlation"), line.OptionalText("causation"));
        return new LogRow(
            new RecordedEvent(
                line.Number("position"), line.Id("id"), line.Text("stream"), line.Number("version"), line.Text("type"), line.Raw("data"),
                Instant.FromUnixTimeTicks(microseconds * 10), envelope),
            microseconds, line.OptionalText("dotnetType"), headers, line.OptionalText("streamType"));
    }

    /// <summary>The members of one object by name, as they stand in the line.</summary>
    private sealed class Members
    {
        private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);

        public Members(ReadOnlyMemory<byte> line)
        {
            var reader = new Utf8JsonReader(line.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("it is not a JSON object.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = NameOf(reader);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                FirstName = FirstName.Length == 0 ? name : FirstName;
                if (!_values.TryAdd(name, line[start..(int)reader.BytesConsumed]))
                {
                    throw new FormatException($"the member \"{name}\" stands there twice.");
                }
            }

            if (reader.Read())
            {
                throw new FormatException("it is more than one JSON object.");
            }
        }

        public string FirstName { get; } = "";

        public string? UnreadName => _values.Keys.FirstOrDefault();

        public ReadOnlyMemory<byte> Raw(string name) => OptionalRaw(name) ?? throw new FormatException($"the member \"{name}\" is missing.");

        // Written out: a bare null would become empty memory by way of a null array.
        public ReadOnlyMemory<byte>? OptionalRaw(string name) => _values.Remove(name, out var value) ? value : default(ReadOnlyMemory<byte>?);

        public string Text(string name) => OptionalText(name) ?? throw new FormatException($"the member \"{name}\" is missing.");

        public string? OptionalText(string name) => OptionalRaw(name) is { } raw ? TextOf(name, raw) : null;

        public long Number(string name) => Token(name) is { TokenType: JsonTokenType.Number } token && token.TryGetInt64(out var number)
            ? number
            : throw new FormatException($"\"{name}\" is not a whole number.");

        public Guid Id(string name) => Guid.TryParseExact(Text(name), "D", out var id) ? id : throw new FormatException($"\"{name}\" is not a UUID.");

        public Instant Moment(string name) => InstantPattern.ExtendedIso.Parse(Text(name)) is { Success: true, Value: var moment }
            ? moment
            : throw new FormatException($"\"{name}\" is not an instant such as 2026-12-01T03:00:00Z.");

        public byte[] Octets(string name) => Token(name) is { TokenType: JsonTokenType.String } token && token.TryGetBytesFromBase64(out var octets)
            ? octets
            : throw new FormatException($"\"{name}\" is not base64.");

        private Utf8JsonReader Token(string name)
        {
            var token = new Utf8JsonReader(Raw(name).Span);
            token.Read();
            return token;
        }

        private static string TextOf(string name, ReadOnlyMemory<byte> raw)
        {
            var token = new Utf8JsonReader(raw.Span);
            token.Read();
            return token.TokenType == JsonTokenType.String ? GetString(token, name) : throw new FormatException($"\"{name}\" is not a text.");
        }

        private static string NameOf(Utf8JsonReader reader) => GetString(reader, "a member's name");

        // Half a surrogate pair is no text, escaped or not.
        private static string GetString(Utf8JsonReader token, string name)
        {
            try
            {
                return token.GetString()!;
            }
            catch (InvalidOperationException e)
            {
                throw new FormatException($"\"{name}\" holds half a surrogate pair.", e);
            }
        }
    }
}
