using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Calendar.Server.Imports;

/// <summary>JSON lines of commands. A line that is too long is read past without being kept.</summary>
internal static class JsonLines
{
    private static readonly Rejection _tooLong = Rejection.Invalid(
        "too-long", "", "Dòng này dài hơn 1 MB: chia nhỏ ra.", "This line is longer than 1 MB: split it.");

    public static async IAsyncEnumerable<ImportLine> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken ct)
    {
        var reader = PipeReader.Create(content, new StreamPipeReaderOptions(leaveOpen: true));
        var passing = false;
        for (var number = 0; ;)
        {
            var read = await reader.ReadAsync(ct);
            var buffer = read.Buffer;
            while (TryReadLine(ref buffer, read.IsCompleted, out var line))
            {
                if (++number == 1 && line.AsSpan().StartsWith("\uFEFF"u8))
                {
                    // The mark that some editors put before UTF-8.
                    line = line[3..];
                }

                if (passing || line.Length > ImportFile.MaxLine)
                {
                    yield return new ImportLine(number, null, _tooLong);
                }
                else if (line.Length > 0)
                {
                    yield return new ImportLine(number, line);
                }

                passing = false;
            }

            if (buffer.Length > ImportFile.MaxLine)
            {
                passing = true;
                buffer = buffer.Slice(buffer.End);
            }

            reader.AdvanceTo(buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                if (passing)
                {
                    yield return new ImportLine(number + 1, null, _tooLong);
                }

                yield break;
            }
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> buffer, bool isLast, out byte[] line)
    {
        var end = buffer.PositionOf((byte)'\n');
        if (end is null && (!isLast || buffer.IsEmpty))
        {
            line = [];
            return false;
        }

        line = buffer.Slice(0, end ?? buffer.End).ToArray().AsSpan().Trim(" \r\t"u8).ToArray();
        buffer = buffer.Slice(end is { } newLine ? buffer.GetPosition(1, newLine) : buffer.End);
        return true;
    }
}
