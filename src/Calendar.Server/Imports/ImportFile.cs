namespace Calendar.Server.Imports;

internal enum ImportForm
{
    JsonLines,
    Csv,
    Xlsx,
}

/// <summary>One line or row as its file's reader gives it on.</summary>
/// <param name="Json">The command in UTF-8; null when it cannot be one.</param>
/// <param name="Wrong">Why it cannot.</param>
internal sealed record ImportLine(int Number, byte[]? Json, params IReadOnlyList<Rejection> Wrong)
{
    /// <summary>What the line leaves unsaid and its writer should know.</summary>
    public Rejection? Warning { get; init; }
}

/// <summary>What is imported: a stream of lines under a name, which reports name.</summary>
internal sealed record ImportFile(string Name, ImportForm Form, Stream Content) : IAsyncDisposable
{
    /// <summary>In bytes, whatever the form.</summary>
    public const long MaxLength = 256L << 20;

    /// <summary>In bytes: of a line, a row, a command.</summary>
    public const int MaxLine = 1 << 20;

    /// <summary>The form that a file's ending names; null for any other.</summary>
    public static ImportForm? FormOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".jsonl" or ".ndjson" => ImportForm.JsonLines,
        ".csv" => ImportForm.Csv,
        ".xlsx" => ImportForm.Xlsx,
        _ => null,
    };

    public static ImportFile Open(string path) => new(
        Path.GetFileName(path), FormOf(path) ?? throw new ArgumentException("Neither .jsonl nor .csv nor .xlsx.", nameof(path)),
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16));

    /// <summary>The lines that hold anything, in little memory however many they are. What is wrong with one, or with all of it, is among them.</summary>
    public IAsyncEnumerable<ImportLine> ReadAsync(CancellationToken ct) => Form switch
    {
        ImportForm.JsonLines => JsonLines.ReadAsync(Content, ct),
        ImportForm.Csv => CsvRows.ReadAsync(Content, ct),
        _ => XlsxRows.Read(Content, ct).ToAsyncEnumerable(),
    };

    /// <summary>Where in the file a member stands: tables have columns and no members.</summary>
    public Rejection Locate(Rejection why) => Form == ImportForm.JsonLines ? why : why with { Pointer = FactRows.ColumnOf(why.Pointer) };

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
