using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Calendar.Server.Http;
using CsvHelper;

namespace Calendar.Server.Imports;

/// <summary>
/// The rows of a CSV file (RFC 4180, UTF-8). Cells are divided as its header is: by commas, or by semicolons or tabs, as spreadsheets
/// write them where the comma is the decimal sign. Broken quoting is refused and not guessed at.
/// </summary>
internal static class CsvRows
{
    private const int _maxHeader = 1 << 16;

    public static async IAsyncEnumerable<ImportLine> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken ct)
    {
        var start = new byte[_maxHeader];
        var known = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        content.Position -= known;
        if (start.AsSpan(0, known) is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            yield return new ImportLine(1, null, NotUtf8);
            yield break;
        }

        var malformed = new Queue<CsvMalformedRecord>();
        await using var csv = CsvReader.Create(content, OptionsFor(start.AsSpan(0, known), malformed.Enqueue), leaveOpen: true);
        FactRows? rows = null;
        for (var record = 1; ; record++)
        {
            var (more, broken) = await NextAsync(csv, ct);
            if (broken is not null)
            {
                yield return broken;
                yield break;
            }

            if (!more)
            {
                break;
            }

            var line = (int)csv.LineNumber;
            if (Broken(csv, record, malformed) is { } why)
            {
                yield return new ImportLine(line, null, why);
                if (rows is null)
                {
                    yield break;
                }
            }
            else if (Cells(csv) is var cells && rows is not null)
            {
                if (rows.Read(line, cells) is { } row)
                {
                    yield return row;
                }
            }
            else if (!FactRows.IsBlank(cells))
            {
                rows = FactRows.Of(cells, out var wrong);
                if (rows is null)
                {
                    yield return new ImportLine(line, null, wrong);
                    yield break;
                }
            }
        }

        if (rows is null)
        {
            yield return new ImportLine(1, null, Empty);
        }
    }

    private static CsvReaderOptions OptionsFor(ReadOnlySpan<byte> start, Action<CsvMalformedRecord> onMalformed)
    {
        var end = start.IndexOf((byte)'\n');
        var header = end < 0 ? start : start[..end];
        var (commas, semicolons, tabs) = (header.Count((byte)','), header.Count((byte)';'), header.Count((byte)'\t'));
        return CsvReaderOptions.Default with
        {
            HasHeader = false,
            Separator = tabs > commas && tabs > semicolons ? '\t' : semicolons > commas ? ';' : ',',
            MaxRecordSize = ImportFile.MaxLine,
            TrackLineNumbers = true,
            OnMalformedRecord = onMalformed,
        };
    }

    // After a row without an end nothing can be told apart any more.
    private static async Task<(bool More, ImportLine? Broken)> NextAsync(CsvReader csv, CancellationToken ct)
    {
        try
        {
            return (await csv.ReadAsync(ct), null);
        }
        catch (CsvFormatException e)
        {
            return (false, new ImportLine((int)e.LineNumber, null, Rejection.Invalid(
                "too-long", "",
                "Dòng này dài hơn 1 MB, có lẽ vì thiếu dấu ngoặc kép đóng: từ đây không đọc nữa.",
                "This row is longer than 1 MB, perhaps for want of a closing quote: nothing was read from here on.")));
        }
    }

    private static Rejection? Broken(CsvReader csv, int record, Queue<CsvMalformedRecord> malformed)
    {
        while (malformed.TryPeek(out var before) && before.RecordNumber < record)
        {
            malformed.Dequeue();
        }

        if (malformed.TryPeek(out var bad) && bad.RecordNumber == record)
        {
            return Rejection.Invalid(
                "malformed-csv", "",
                "Dấu ngoặc kép sai: ô có dấu ngoặc kép phải nằm trong ngoặc kép, mỗi dấu bên trong viết hai lần.",
                "The quotes are wrong: a cell that holds a quote must stand in quotes, with each one inside doubled.");
        }

        return csv.RawRecord.Length > ImportFile.MaxLine ? Rejection.Invalid("too-long", "", "Dòng này dài hơn 1 MB.", "This row is longer than 1 MB.")
            : csv.FieldCount > FactRows.MaxColumns ? Rejection.Invalid("too-many-cells", "", $"Dòng này có hơn {FactRows.MaxColumns} ô.", $"This row has more than {FactRows.MaxColumns} cells.")
            : Utf8.IsValid(csv.RawRecord) ? null
            : NotUtf8;
    }

    private static ReadCell[] Cells(CsvReader csv) => [.. Enumerable.Range(0, csv.FieldCount).Select(i => ReadCell.Of(Formulas.Plain(csv.GetString(i))))];

    private static Rejection NotUtf8 { get; } = Rejection.Invalid(
        "not-utf8", "", "Không phải là UTF-8: lưu tệp dạng “CSV UTF-8”.", "This is not UTF-8: save the file as \"CSV UTF-8\".");

    private static Rejection Empty { get; } = Rejection.Invalid(
        "no-header", "", "Bảng trống: dòng đầu phải có tên các cột.", "The table is empty: the first row must hold the names of the columns.");
}
