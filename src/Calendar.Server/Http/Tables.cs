using System.Globalization;
using CsvHelper;

namespace Calendar.Server.Http;

/// <summary>A cell of a table: text, or a number that a spreadsheet may add up. Nothing is an empty cell.</summary>
internal readonly record struct Cell(string? Text, bool IsNumber)
{
    public static implicit operator Cell(string? text) => new(text, false);

    public static implicit operator Cell(int? number) => new(number?.ToString(CultureInfo.InvariantCulture), true);

    public static implicit operator Cell(bool value) => new(value ? "true" : "false", false);
}

/// <param name="Width">In characters, for a spreadsheet.</param>
internal sealed record Column<T>(string Name, int Width, Func<T, Cell> Of);

/// <summary>A list as a table for spreadsheets. Dates are text, as precise as they are known; times and formulas there are none.</summary>
/// <param name="Name">The file's name without its ending, in ASCII; the name of the sheet.</param>
internal sealed record Table<T>(string Name, IReadOnlyList<Column<T>> Columns)
{
    // Above this the table is written to a file first and not to memory.
    private const int _manyRows = 1_000;

    /// <param name="form">Csv or xlsx.</param>
    public IResult Answer(ListForm form, IReadOnlyCollection<T> rows) => new TableAnswer(
        form == ListForm.Csv ? "text/csv; charset=utf-8" : Negotiation.Xlsx, $"{Name}.{form.Name()}", rows.Count > _manyRows,
        (file, ct) => Write(form, rows, file, ct));

    public void Write(ListForm form, IEnumerable<T> rows, Stream to, CancellationToken ct)
    {
        if (form == ListForm.Csv)
        {
            WriteCsv(rows, to, ct);
            return;
        }

        using var sheet = new XlsxWriter(to, Name, Columns.Select(column => (column.Name, column.Width)));
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            sheet.WriteRow(Columns.Select(column => column.Of(row)));
        }
    }

    private void WriteCsv(IEnumerable<T> rows, Stream to, CancellationToken ct)
    {
        // The mark at the start tells a spreadsheet that this is UTF-8.
        using var csv = CsvWriter.Create(to, CsvWriterOptions.Default with { WriteByteOrderMark = true, NewLine = "\r\n" }, leaveOpen: true);
        csv.WriteRecord([.. Columns.Select(column => column.Name)]);
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            csv.WriteRecord([.. Columns.Select(column => Harmless(column.Of(row)))]);
        }
    }

    private static string Harmless(Cell cell) => cell is { IsNumber: false, Text: { } text } ? Formulas.Harmless(text) : cell.Text ?? "";
}

/// <summary>
/// A spreadsheet runs a cell of a CSV file that begins like a formula, unless an apostrophe stands before it. In a workbook text is text.
/// </summary>
internal static class Formulas
{
    private const string _begins = "=+-@\t\r";

    public static string Harmless(string text) => Begins(text) ? "'" + text : text;

    /// <summary>The text that <see cref="Harmless"/> made so.</summary>
    public static string Plain(string text) => text.StartsWith('\'') && Begins(text) ? text[1..] : text;

    // One with apostrophes of its own gets another, so that exactly one can be taken off again.
    private static bool Begins(string text) => text.AsSpan().TrimStart('\'') is [var first, ..] && _begins.Contains(first, StringComparison.Ordinal);
}

/// <summary>Written as a whole before it is sent: its entity tag is that of its bytes.</summary>
internal sealed class TableAnswer(string contentType, string fileName, bool isLarge, Action<Stream, CancellationToken> write) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var ct = httpContext.RequestAborted;
        await using Stream table = isLarge ? Spool.Create(httpContext.RequestServices.GetRequiredService<Settings>().DataFolder) : new MemoryStream();
        write(table, ct);
        table.Position = 0;
        var tag = $"\"{await ETags.HashAsync(table, ct)}\"";
        if (Answers.IsKnown(httpContext, tag))
        {
            return;
        }

        table.Position = 0;
        httpContext.Response.ContentType = contentType;
        httpContext.Response.ContentLength = table.Length;
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        await table.CopyToAsync(httpContext.Response.Body, ct);
    }
}
