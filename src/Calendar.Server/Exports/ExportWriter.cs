using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Calendar.EventStore;
using Calendar.Server.Imports;
using NodaTime.Text;

namespace Calendar.Server.Exports;

/// <summary>Writes a log as JSON lines that <see cref="ExportReader"/> reads. Data and headers stand there as PostgreSQL returns them.</summary>
internal sealed class ExportWriter : IAsyncDisposable
{
    private const int _full = 1 << 16;

    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _lines = new(_full * 2);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Utf8JsonWriter _json;
    private long _count;

    private ExportWriter(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(_lines, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public static async Task<long> WriteAsync(LogSnapshot snapshot, Stream output, Action<int> progress, CancellationToken ct)
    {
        await using var export = new ExportWriter(output);
        var (events, lastPosition) = await snapshot.MeasureAsync(ct);
        await export.AddAsync(new ExportLine.Header(ExportLine.FormatVersion, events, lastPosition), ct);
        await foreach (var batch in snapshot.RowsAsync(0, ct))
        {
            foreach (var row in batch)
            {
                await export.AddAsync(new ExportLine.Event(row), ct);
            }

            progress(batch.Count);
        }

        await foreach (var (fact, stream) in snapshot.FactsAsync(ct))
        {
            await export.AddAsync(new ExportLine.Fact(fact, stream), ct);
        }

        await foreach (var seal in snapshot.SealsAsync(ct))
        {
            await export.AddAsync(new ExportLine.Sealed(seal), ct);
        }

        foreach (var pack in await LoadedPacks.ReadAsync(snapshot.Connection, ct))
        {
            await export.AddAsync(pack, ct);
        }

        await export.FinishAsync(ct);
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        _hash.Dispose();
    }

    private async Task AddAsync(ExportLine line, CancellationToken ct)
    {
        Write(line);
        _count++;
        if (_lines.WrittenCount >= _full)
        {
            await FlushAsync(ct);
        }
    }

    private async Task FinishAsync(CancellationToken ct)
    {
        await FlushAsync(ct);
        Write(new ExportLine.Trailer(_count, _hash.GetHashAndReset()));
        await FlushAsync(ct);
        await _output.FlushAsync(ct);
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        _hash.AppendData(_lines.WrittenSpan);
        await _output.WriteAsync(_lines.WrittenMemory, ct);
        _lines.ResetWrittenCount();
    }

    private void Write(ExportLine line)
    {
        _json.WriteStartObject();
        switch (line)
        {
            case ExportLine.Header header:
                _json.WriteString("format"u8, ExportLine.Format);
                _json.WriteNumber("version"u8, header.Version);
                _json.WriteNumber("events"u8, header.Events);
                _json.WriteNumber("lastPosition"u8, header.LastPosition);
                break;
            case ExportLine.Event { Row: var row }:
                Write(row);
                break;
            case ExportLine.Fact fact:
                _json.WriteString("fact"u8, fact.Id);
                _json.WriteString("stream"u8, fact.Stream);
                break;
            case ExportLine.Sealed { Seal: var seal }:
                _json.WriteNumber("sealedUpTo"u8, seal.UpTo);
                _json.WriteNumber("previous"u8, seal.Previous);
                _json.WriteNumber("events"u8, seal.Events);
                _json.WriteBase64String("sha256"u8, seal.Sha256.Span);
                _json.WriteBase64String("marks"u8, seal.Marks.Span);
                break;
            case ExportLine.LoadedPack pack:
                _json.WriteString("pack"u8, pack.Name);
                _json.WriteString("version"u8, pack.Version);
                _json.WriteString("loaded"u8, InstantPattern.ExtendedIso.Format(pack.Loaded));
                break;
            case ExportLine.Trailer trailer:
                _json.WriteNumber("lines"u8, trailer.Lines);
                _json.WriteBase64String("sha256"u8, trailer.Sha256.Span);
                break;
        }

        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _lines.Write("\n"u8);
    }

    private void Write(LogRow row)
    {
        var e = row.Event;
        _json.WriteNumber("position"u8, e.Position);
        _json.WriteString("id"u8, e.Id);
        _json.WriteString("stream"u8, e.StreamId);
        _json.WriteNumber("version"u8, e.Version);
        WriteOptional("streamType"u8, row.StreamType);
        _json.WriteString("type"u8, e.Type);
        WriteOptional("dotnetType"u8, row.DotNetType);
        _json.WriteNumber("microseconds"u8, row.Microseconds);
        WriteOptional("correlation"u8, e.Envelope.CorrelationId);
        WriteOptional("causation"u8, e.Envelope.CausationId);
        if (row.Headers is { } headers)
        {
            _json.WritePropertyName("headers"u8);
            _json.WriteRawValue(headers.Span, skipInputValidation: true);
        }

        _json.WritePropertyName("data"u8);
        _json.WriteRawValue(e.Data.Span, skipInputValidation: true);
    }

    private void WriteOptional(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }
    }
}
