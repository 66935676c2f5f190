using System.Text;
using System.Xml;

namespace Calendar.Server.Imports;

/// <summary>The rows of the first sheet of a workbook.</summary>
internal static class XlsxRows
{
    public static IEnumerable<ImportLine> Read(Stream content, CancellationToken ct)
    {
        using var sheet = new Steps(content);
        FactRows? rows = null;
        while (sheet.Next() is { } read)
        {
            ct.ThrowIfCancellationRequested();
            if (read.Broken is { } broken)
            {
                yield return new ImportLine(read.Number, null, broken);
                yield break;
            }

            if (read.Wrong is not null)
            {
                yield return new ImportLine(read.Number, null, read.Wrong);
            }
            else if (rows is not null)
            {
                if (rows.Read(read.Number, read.Cells) is { } row)
                {
                    yield return row;
                }
            }
            else if (!FactRows.IsBlank(read.Cells))
            {
                rows = FactRows.Of(read.Cells, out var wrong);
                if (rows is null)
                {
                    yield return new ImportLine(read.Number, null, wrong);
                    yield break;
                }
            }
        }

        if (rows is null)
        {
            yield return new ImportLine(1, null, Rejection.Invalid(
                "no-header", "", "Trang đầu trống: dòng đầu phải có tên các cột.", "The first sheet is empty: its first row must hold the names of the columns."));
        }
    }

    /// <param name="Broken">Why nothing can be read from here on.</param>
    private sealed record Step(int Number, IReadOnlyList<ReadCell> Cells, Rejection? Wrong, Rejection? Broken);

    // One row at a time, and every way in which a file can be broken as a refusal.
    private sealed class Steps(Stream content) : IDisposable
    {
        private Workbook? _workbook;
        private IEnumerator<SheetRow>? _rows;
        private int _last;

        public Step? Next()
        {
            try
            {
                _workbook ??= new Workbook(content);
                _rows ??= _workbook.Rows().GetEnumerator();
                if (!_rows.MoveNext())
                {
                    return null;
                }

                var row = _rows.Current;
                _last = row.Number;
                return new Step(row.Number, row.Cells, row.Wrong, null);
            }
            catch (UnreadableWorkbookException e)
            {
                return new Step(_last + 1, [], null, e.Why);
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException or XmlException or DecoderFallbackException or FormatException or OverflowException)
            {
                return new Step(_last + 1, [], null, Rejection.Invalid(
                    "not-a-workbook", "",
                    "Từ đây không đọc được: tệp không phải là XLSX, đã hỏng, hoặc có mật khẩu. Lưu lại dạng .xlsx không mật khẩu.",
                    "It cannot be read from here on: the file is no XLSX, is damaged, or has a password. Save it as .xlsx without one."));
            }
        }

        public void Dispose()
        {
            _rows?.Dispose();
            _workbook?.Dispose();
        }
    }
}

/// <summary>A workbook that is not read further, told to its writer.</summary>
internal sealed class UnreadableWorkbookException(Rejection why) : Exception(why.Code)
{
    public Rejection Why { get; } = why;
}
