using System.Text.Json;
using NodaTime;
using Npgsql;

namespace Calendar.EventStore;

/// <summary>
/// Turns rows into events. Names repeat for ever, and neighbours mostly share an envelope: equal ones are one object
/// for as long as this reader is used. For one reading thread.
/// </summary>
internal sealed class EventReader
{
    /// <summary>Where PostgreSQL begins to count, in microseconds of the Unix epoch.</summary>
    public const long PostgresEpochMicroseconds = 946_684_800_000_000;

    private static readonly Instant PostgresEpoch = Instant.FromUtc(2000, 1, 1, 0, 0);
    private static readonly long FirstMoment = MicrosecondsTo(Instant.FromUtc(1, 1, 1, 0, 0));
    private static readonly long LastMoment = MicrosecondsTo(Instant.FromUtc(9999, 12, 31, 23, 59, 59));

    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private byte[] lastHeaders = [];
    private Envelope lastEnvelope = new("", "", null, null, null);

    /// <summary>The command that <see cref="ReadAfterAsync"/> executes.</summary>
    public static NpgsqlCommand ReadAfterCommand(NpgsqlConnection connection) => new(LogSql.ReadAfter, connection)
    {
        Parameters = { new NpgsqlParameter<long>(), new NpgsqlParameter<int>() },
    };

    /// <summary>The next events after a position, in order; empty at the end of the log.</summary>
    public Task<IReadOnlyList<RecordedEvent>> ReadAfterAsync(NpgsqlCommand command, long after, int limit, CancellationToken ct)
    {
        ((NpgsqlParameter<long>)command.Parameters[0]).TypedValue = after;
        ((NpgsqlParameter<int>)command.Parameters[1]).TypedValue = limit;
        return ReadAsync(command, ct);
    }

    public async Task<IReadOnlyList<RecordedEvent>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var events = new List<RecordedEvent>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            events.Add(Read(reader));
        return events;
    }

    /// <summary>Rows with the two columns that only <see cref="LogRow"/> has.</summary>
    public async Task<IReadOnlyList<LogRow>> ReadRowsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var rows = new List<LogRow>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new LogRow(
                Read(reader),
                reader.GetFieldValue<long>(6) + PostgresEpochMicroseconds,
                reader.IsDBNull(10) ? null : Intern(reader.GetString(10)),
                reader.IsDBNull(7) ? default(ReadOnlyMemory<byte>?) : reader.GetFieldValue<byte[]>(7),
                reader.IsDBNull(11) ? null : Intern(reader.GetString(11))));
        }

        return rows;
    }

    /// <summary>The instant of PostgreSQL's microseconds; what is beyond the years 1 to 9999 is their first or last moment.</summary>
    public static Instant At(long microseconds) =>
        PostgresEpoch.PlusTicks(Math.Clamp(microseconds, FirstMoment, LastMoment) * (NodaConstants.TicksPerSecond / 1_000_000));

    private RecordedEvent Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        Intern(row.GetString(2)),
        row.GetInt64(3),
        Intern(row.GetString(4)),
        row.GetFieldValue<byte[]>(5),
        At(row.GetFieldValue<long>(6)),
        ReadEnvelope(row));

    private Envelope ReadEnvelope(NpgsqlDataReader row)
    {
        var headers = row.IsDBNull(7) ? [] : row.GetFieldValue<byte[]>(7);
        var correlation = row.IsDBNull(8) ? null : row.GetString(8);
        var causation = row.IsDBNull(9) ? null : row.GetString(9);

        if (!headers.AsSpan().SequenceEqual(lastHeaders))
        {
            lastEnvelope = Parse(headers);
            lastHeaders = headers;
        }

        if (!string.Equals(lastEnvelope.CorrelationId, correlation, StringComparison.Ordinal)
            || !string.Equals(lastEnvelope.CausationId, causation, StringComparison.Ordinal))
        {
           
            lastEnvelope = lastEnvelope with { CorrelationId = correlation, CausationId = causation };
        }

        return lastEnvelope;
    }

    /// <summary>Other programs may have stored other headers: what is not a text by our name is passed over.</summary>
    private Envelope Parse(byte[] headers)
    {
        var envelope = new Envelope("", "", null, null, null);
        if (headers.Length == 0)
            return envelope;

        using var json = JsonDocument.Parse(headers);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            return envelope;
        return envelope with
        {
            Actor = Intern(Text("actor") ?? ""),
            Role = Intern(Text("role") ?? ""),
            Reason = Text("reason"),
        };

        string? Text(string name) =>
            json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static long MicrosecondsTo(Instant instant) => (instant.ToUnixTimeTicks() - PostgresEpoch.ToUnixTimeTicks()) / (NodaConstants.TicksPerSecond / 1_000_000);

    private string Intern(string name)
    {
        if (names.TryGetValue(name, out var known))
            return known;
        names.Add(name, name);
        return name;
    }
}
