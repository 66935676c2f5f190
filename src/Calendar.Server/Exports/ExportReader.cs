using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Calendar.Server.Exports;

/// <summary>An export that cannot be read; the message names the line.</summary>
internal sealed class ExportRefusedException(string message) : Exception(message);

/// <summary>
/// Reads the lines of an export and refuses what is not one from its header to its trailer. What is wrong may show only at the end: whoever uses the
/// lines keeps nothing until all are read.
/// </summary>
internal static class ExportReader
{
    // An append has at most 1 MiB of data; jsonb writes it with spaces.
    private const int _longestLine = 4 << 20;

    /// <summary>All lines but header and trailer, which are checked here.</summary>
    /// <exception cref="ExportRefusedException">It is not an export, is cut off, or was changed.</exception>
    public static async IAsyncEnumerable<ExportLine> ReadAsync(Stream file, [EnumeratorCancellation] CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (number, events, stage) = (0L, 0L, 0);
        ExportLine.Header? header = null;
        ExportLine.Trailer? trailer = null;
        await foreach (var octets in LinesAsync(file, ct))
        {
            number++;
            var line = trailer is null ? ExportLineReader.Read(octets, number) : throw Refuse(number, "nothing may follow the trailer.");
            var next = StageOf(line);
            if (next < stage || (header is null) != line is ExportLine.Header)
            {
                throw Refuse(number, header is null
                    ? $"an export begins with its header (\"format\":\"{ExportLine.Format}\")."
                    : "it does not belong here: header, events, facts, seals, packs, trailer is the order.");
            }

            (stage, header, trailer) = (next, header ?? line as ExportLine.Header, line as ExportLine.Trailer);
            if (trailer is null)
            {
                hash.AppendData(octets.Span);
                hash.AppendData("\n"u8);
            }

            if (line is not (ExportLine.Header or ExportLine.Trailer))
            {
                events += line is ExportLine.Event ? 1 : 0;
                yield return line;
            }
        }

        Check(header, trailer, number, events, hash.GetHashAndReset());
    }

    public static ExportRefusedException Refuse(long line, string message) => new(FormattableString.Invariant($"line {line}: {message}"));

    private static void Check(ExportLine.Header? header, ExportLine.Trailer? trailer, long lines, long events, byte[] hash)
    {
        if (header is null)
        {
            throw new ExportRefusedException("the file is empty.");
        }

        if (trailer is null)
        {
            throw new ExportRefusedException(FormattableString.Invariant(
                $"the file ends at line {lines} without its trailer: it was cut off. Take another copy, or export again."));
        }

        if (trailer.Lines != lines - 1 || header.Events != events || !trailer.Sha256.Span.SequenceEqual(hash))
        {
            throw new ExportRefusedException(
                "the file is not as it was exported: its trailer tells another number of lines or another SHA-256. Take another copy, or export again.");
        }
    }

    private static int StageOf(ExportLine line) => line switch
    {
        ExportLine.Header => 0,
        ExportLine.Event => 1,
        ExportLine.Fact => 2,
        ExportLine.Sealed => 3,
        ExportLine.LoadedPack => 4,
        _ => 5,
    };

    // Without the line ends, each in memory of its own: rows keep parts of it.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(Stream file, [EnumeratorCancellation] CancellationToken ct)
    {
        var pipe = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        var number = 0L;
        while (true)
        {
            var read = await pipe.ReadAsync(ct);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                number++;
                yield return rest.Slice(0, end).ToArray();
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (rest.Length > _longestLine)
            {
                throw Refuse(number + 1, "it is longer than any line of an export.");
            }

            if (read.IsCompleted)
            {
                if (rest.Length > 0)
                {
                    yield return rest.ToArray();
                }

                await pipe.CompleteAsync();
                yield break;
            }

            pipe.AdvanceTo(rest.Start, read.Buffer.End);
        }
    }
}
