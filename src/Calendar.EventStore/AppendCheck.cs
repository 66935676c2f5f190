using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Calendar.EventStore;

/// <summary>
/// What is refused before it is queued. PostgreSQL would refuse it too, but only with the whole group it travels in
/// (text), or Npgsql would in the middle of a message (half a surrogate pair), which costs the connection.
/// </summary>
internal static class AppendCheck
{
    public const int MaxBytes = 1 << 20;

    /// <summary>Bytes of data in all.</summary>
    /// <exception cref="EventRefusedException">Text or size that cannot be stored.</exception>
    /// <exception cref="ArgumentException">A mistake of the calling program.</exception>
    public static int Check(Append append)
    {
        if (append.ExpectedVersion < 0)
            throw new ArgumentException("No stream has a negative version.", nameof(append));
        if (append.Events.Count == 0 && append.Idempotency is null)
            throw new ArgumentException("An append without events needs an idempotency key.", nameof(append));
        if (append.Events.Count > 0 && append.StreamId.Length == 0)
            throw new ArgumentException("Events need a stream.", nameof(append));
        if (append.NewFacts.Count > 1 && append.NewFacts.Distinct().Count() < append.NewFacts.Count)
            throw new ArgumentException("A new fact is named twice.", nameof(append));

        if (append.Beside is { } beside && (beside.Version < 0 || string.Equals(beside.StreamId, append.StreamId, StringComparison.Ordinal)))
            throw new ArgumentException("The stream beside is another one, at a version that there can be.", nameof(append));

        CheckText(append.StreamId);
        CheckText(append.Beside?.StreamId);
        CheckText(append.StreamType);
        CheckText(append.Envelope.Actor);
        CheckText(append.Envelope.Role);
        CheckText(append.Envelope.Reason);
        CheckText(append.Envelope.CorrelationId);
        CheckText(append.Envelope.CausationId);
        CheckText(append.Idempotency?.Caller);
        CheckText(append.Idempotency?.Key);

        var bytes = 0L;
        foreach (var e in append.Events)
            bytes += e.Data.Length;
        if (bytes > MaxBytes)
            throw new EventRefusedException("too-large");

        foreach (var e in append.Events)
        {
            CheckText(e.Type);
            CheckText(e.DotNetType);
            CheckJson(e.Data.Span);
        }

        return (int)bytes;
    }

    /// <summary>The same of a row that is stored as it is. Its data may be a little larger than when it was sent: jsonb writes spaces.</summary>
    /// <exception cref="EventRefusedException">Text or size that cannot be stored.</exception>
    public static void Check(LogRow row)
    {
        var e = row.Event;
        CheckText(e.StreamId);
        CheckText(e.Type);
        CheckText(row.DotNetType);
        CheckText(row.StreamType);
        CheckText(e.Envelope.CorrelationId);
        CheckText(e.Envelope.CausationId);
        if (e.Data.Length + (row.Headers?.Length ?? 0) > 2 * MaxBytes)
            throw new EventRefusedException("too-large");
        CheckJson(e.Data.Span);
        if (row.Headers is { } headers)
            CheckJson(headers.Span);
    }

    private static void CheckText(string? text)
    {
        if (text is null || (System.Text.Ascii.IsValid(text) && !text.Contains('\0', StringComparison.Ordinal)))
            return;
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new EventRefusedException("nul");
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                i++;
            else if (char.IsSurrogate(text[i]))
                throw new EventRefusedException("surrogate");
        }
    }

    private static void CheckJson(ReadOnlySpan<byte> json)
    {
        if (json.Contains((byte)0))
            throw new EventRefusedException("nul");
        if (!Utf8.IsValid(json))
            throw new EventRefusedException("not-json");

        // Depth is PostgreSQL's affair (SQLSTATE 54): the reader's own limit of 64 is lifted.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new EventRefusedException("not-json");
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    CheckEscapes(reader.ValueSpan);
            }
        }
        catch (JsonException e)
        {
            throw new EventRefusedException("not-json", e);
        }
    }

    /// <summary>The inside of a well-formed JSON string: \u is followed by four hex digits, \\ by anything.</summary>
    private static void CheckEscapes(ReadOnlySpan<byte> text)
    {
        var high = false;
        while (text.Length > 0)
        {
            var escape = text[0] == '\\';
            var unit = -1;
            if (escape && text[1] == 'u')
                unit = ushort.Parse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

            if (unit == 0)
                throw new EventRefusedException("nul");
            var low = unit is >= 0xDC00 and <= 0xDFFF;
            if (high != low)
                throw new EventRefusedException("surrogate");
            high = unit is >= 0xD800 and <= 0xDBFF;
            text = text[(unit >= 0 ? 6 : escape ? 2 : 1)..];
        }

        if (high)
            throw new EventRefusedException("surrogate");
    }
}
