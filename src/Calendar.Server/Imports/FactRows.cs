using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Calendar.Server.Imports;

internal enum ReadAs
{
    Text,
    Number,

    /// <summary>A spreadsheet's date, already written as a partial date.</summary>
    Date,
}

/// <summary>A cell as it was read.</summary>
/// <param name="Wrong">Why it cannot be used, at no column yet.</param>
internal readonly record struct ReadCell(string Text, ReadAs As, Rejection? Wrong)
{
    public static ReadCell Of(string text) => new(text, ReadAs.Text, null);

    public static ReadCell Refuse(string code, string vi, string en) => new("", ReadAs.Text, Rejection.Invalid(code, "", vi, en));

    public bool IsEmpty => Wrong is null && string.IsNullOrWhiteSpace(Text);
}

/// <summary>
/// The columns of a table of facts, read from its header, and the command that each row is: the JSON of <c>record_fact</c>, so that
/// there is one reader of commands. A row needs a key, or the id of the fact. One that was withdrawn where it comes from is left out.
/// </summary>
internal sealed class FactRows
{
    public const int MaxColumns = 200;

    // In the order of the export; what belongs to one object stands together. The last two say what became of the fact since.
    private static readonly (string Name, string Member, bool IsNeeded)[] _columns =
    [
        ("key", "/key", false), ("fact", "/fact", false), ("relationship", "/relationship", true), ("kind", "/kind", true), ("on", "/on", true),
        ("title_vi", "/title/vi", false), ("title_en", "/title/en", false), ("level", "/level", false), ("in_force", "/inForce", false),
        ("through", "/through", false), ("ends", "/ends", false), ("commemorated", "/commemorated", false), ("note_vi", "/note/vi", false), ("note_en", "/note/en", false),
        ("citation", "/source/citation", true), ("url", "/source/url", false), ("confidence", "/source/confidence", true),
        (_withdrawn, "", false), (_ended, "", false),
    ];

    private const string _withdrawn = "withdrawn";
    private const string _ended = "ended";

    private static readonly Rejection _endedElsewhere = Rejection.Invalid(
        "commemoration-ended", "/" + _ended,
        "Bảng không mang theo việc thôi kỷ niệm: ghi bằng lệnh end_commemoration nếu ở đây cũng vậy.",
        "A table does not carry the end of a commemoration: record it by end_commemoration if it holds here too.");

    // The place of each known column in the file's own order; -1 without it.
    private readonly int[] _places;

    private FactRows(int[] places) => _places = places;

    /// <summary>The place of a member of the command, or of what it lacks, as a pointer to the column.</summary>
    public static string ColumnOf(string member) =>
        _columns.FirstOrDefault(column => column.Member.Length > 0 && (column.Member == member || column.Member.StartsWith(member + "/", StringComparison.Ordinal))) is { Name: { } name } && member.Length > 0
            ? "/" + name
            : member;

    /// <summary>Whether a row above the header is only there for the looks.</summary>
    public static bool IsBlank(IReadOnlyList<ReadCell> cells) => cells.All(cell => cell.IsEmpty);

    /// <summary>Reads the header; null when a table with it cannot be imported.</summary>
    /// <param name="wrong">All that is wrong with it.</param>
    public static FactRows? Of(IReadOnlyList<ReadCell> header, out IReadOnlyList<Rejection> wrong)
    {
        var errors = new List<Rejection>();
        var places = Enumerable.Repeat(-1, _columns.Length).ToArray();
        foreach (var (place, cell) in header.Index())
        {
            var name = cell.Text.Trim().ToLowerInvariant();
            var column = Array.FindIndex(_columns, known => known.Name == name);
            if (column >= 0 && places[column] < 0)
            {
                places[column] = place;
            }
            else if (name.Length > 0)
            {
                errors.Add(column >= 0 ? Repeated(name) : Unknown(name.Length <= 60 ? name : name[..60] + "…"));
            }
        }

        errors.AddRange(_columns.Where((column, i) => column.IsNeeded && places[i] < 0).Select(column => Missing(column.Name)));
        if (places[0] < 0 && places[1] < 0)
        {
            errors.Add(Missing("key"));
        }

        wrong = errors;
        return errors.Count == 0 ? new FactRows(places) : null;
    }

    /// <summary>The row as a line; null for one with nothing in it.</summary>
    public ImportLine? Read(int number, IReadOnlyList<ReadCell> cells)
    {
        if (IsBlank(cells))
        {
            return null;
        }

        var errors = new List<Rejection>();
        var texts = new string[_columns.Length];
        for (var i = 0; i < _columns.Length; i++)
        {
            texts[i] = _places[i] >= 0 && _places[i] < cells.Count ? TextOf(i, cells[_places[i]], errors) : "";
        }

        // Under no heading: somebody's note, or a row that slipped to the right.
        if (cells.Index().Any(cell => !cell.Item.IsEmpty && !_places.Contains(cell.Index)))
        {
            errors.Add(Rejection.Invalid("cell-without-column", "", "Dòng này có ô nằm ngoài các cột có tên: bỏ đi hoặc sửa lại.", "This row has a cell under no column's name: remove it, or mend the row."));
        }

        var withdrawn = Text(texts, _withdrawn);
        if (withdrawn is not ("" or "true" or "false"))
        {
            errors.Add(Rejection.Invalid("unknown-value", "/" + _withdrawn, "“withdrawn” chỉ nhận true hoặc false.", "\"withdrawn\" takes true or false."));
        }

        return errors.Count > 0 ? new ImportLine(number, null, errors)
            : withdrawn == "true" ? new ImportLine(number, LeaveOut(texts))
            : new ImportLine(number, Record(texts)) { Warning = Text(texts, _ended).Length > 0 ? _endedElsewhere : null };
    }

    private static string TextOf(int column, ReadCell cell, List<Rejection> errors)
    {
        var name = _columns[column].Name;
        var isDate = name is "on" or "in_force" or _ended;
        var wrong = cell.Wrong ?? (isDate, cell.As) switch
        {
            (false, ReadAs.Date) => Rejection.Invalid("date-in-text", "", "Ô này là một ngày của bảng tính: đổi thành văn bản.", "This cell is a spreadsheet's date: make it text."),
            (true, ReadAs.Number) when !IsYear(cell.Text) => Rejection.Invalid(
                "number-is-no-date", "", $"Số {cell.Text} không phải là năm: định dạng ô là ngày tháng, hoặc viết 1973-09-21.", $"The number {cell.Text} is no year: format the cell as a date, or write 1973-09-21."),
            _ => null,
        };
        if (wrong is not null)
        {
            errors.Add(wrong with { Pointer = "/" + name });
            return "";
        }

        var text = cell.Text;
        return isDate && cell.As == ReadAs.Number ? text.PadLeft(4, '0')
            : name is "commemorated" or _withdrawn ? text.Trim().ToLowerInvariant()
            : string.IsNullOrWhiteSpace(text) ? "" : text;
    }

    private static bool IsYear(string number) => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= PartialDate.MinYear and <= PartialDate.MaxYear;

    private static byte[] Record(string[] texts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = Start(buffer, texts, "record_fact"))
        {
            var within = "";
            for (var i = 1; i < _columns.Length; i++)
            {
                var (_, member, _) = _columns[i];
                if (texts[i].Length == 0 || member.Length == 0)
                {
                    continue;
                }

                var parts = member[1..].Split('/');
                var parent = parts.Length > 1 ? parts[0] : "";
                if (parent != within)
                {
                    Close(json, within);
                    Open(json, within = parent);
                }

                Write(json, parts[^1], texts[i]);
            }

            Close(json, within);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] LeaveOut(string[] texts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = Start(buffer, texts, "leave_out"))
        {
            json.WriteString("about", Text(texts, "relationship"));
            json.WriteStartObject("reason");
            json.WriteString("vi", "Sự kiện đã bị rút ở nơi xuất bảng này.");
            json.WriteString("en", "The fact was withdrawn where this table comes from.");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // A row that names a fact on record needs no key of its own.
    private static Utf8JsonWriter Start(ArrayBufferWriter<byte> buffer, string[] texts, string command)
    {
        var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        var (key, fact) = (Text(texts, "key"), Text(texts, "fact"));
        if (key.Length > 0 || fact.Length > 0)
        {
            json.WriteString("key", key.Length > 0 ? key : "facts/" + fact);
        }

        json.WriteString("do", command);
        return json;
    }

    private static void Open(Utf8JsonWriter json, string member)
    {
        if (member.Length > 0)
        {
            json.WriteStartObject(member);
        }
    }

    private static void Close(Utf8JsonWriter json, string member)
    {
        if (member.Length > 0)
        {
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, string member, string text)
    {
        if (member == "commemorated" && text is "true" or "false")
        {
            json.WriteBoolean(member, text == "true");
        }
        else
        {
            json.WriteString(member, text);
        }
    }

    private static string Text(string[] texts, string column) => texts[Array.FindIndex(_columns, known => known.Name == column)];

    private static Rejection Unknown(string name) => Rejection.Invalid(
        "unknown-column", "/" + name,
        $"Không có cột “{name}”: bỏ đi hoặc sửa tên. Có: {string.Join(", ", _columns.Select(column => column.Name))}.",
        $"There is no column \"{name}\": leave it out or mend its name. There are: {string.Join(", ", _columns.Select(column => column.Name))}.");

    private static Rejection Repeated(string name) => Rejection.Invalid(
        "repeated-column", "/" + name, $"Cột “{name}” đứng hai lần: bỏ một.", $"The column \"{name}\" stands twice: leave one out.");

    private static Rejection Missing(string name) => Rejection.Invalid(
        "column-required", "/" + name, $"Thiếu cột “{name}”: dòng đầu phải có tên các cột.", $"The column \"{name}\" is missing: the first row must hold the names of the columns.");
}
