using System.Globalization;
using System.Text;
using NodaTime;

namespace Calendar.Server.Imports;

/// <summary>What a number format shows of a date.</summary>
internal enum DateFormat
{
    /// <summary>It shows a number.</summary>
    None,
    Year,
    Month,
    Day,

    /// <summary>A date without its year, a time, or one of the formats that mean another thing in each country.</summary>
    Other,
}

/// <summary>
/// Dates in spreadsheets are numbers of days that a cell's format shows as dates. A cell is a date as precise as its format shows
/// it: whoever types 1973-09 gets 1 September 1973 shown as Sep-73, and means the month.
/// </summary>
/// <param name="is1904">Whether day 0 is 1 January 1904; else day 1 is 1 January 1900, and day 60 a 29 February 1900 that never was.</param>
/// <param name="formats">Of the cells, by the number that a cell names.</param>
internal sealed class CellDates(bool is1904, IReadOnlyList<DateFormat> formats)
{
    private static readonly LocalDate _epoch1904 = new(1904, 1, 1);
    private static readonly LocalDate _epoch1900 = new(1899, 12, 31);
    private static readonly LocalDate _last = new(PartialDate.MaxYear, 12, 31);

    /// <summary>Of the formats that need no code in the file (ECMA-376, 18.8.30).</summary>
    public static DateFormat FormatOf(int id) => id switch
    {
        14 or 15 or 22 => DateFormat.Day,
        17 => DateFormat.Month,
        16 or (>= 18 and <= 21) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58) => DateFormat.Other,
        _ => DateFormat.None,
    };

    public static DateFormat FormatOf(string code)
    {
        var shown = Letters(code);
        var (year, month, day) = (shown.Contains('y', StringComparison.Ordinal), shown.Contains('m', StringComparison.Ordinal), shown.Contains('d', StringComparison.Ordinal));
        return (year, month, day) switch
        {
            (true, _, true) => DateFormat.Day,
            (true, true, false) => DateFormat.Month,
            (true, false, false) => DateFormat.Year,
            _ => month || day || shown.AsSpan().ContainsAny('h', 's') ? DateFormat.Other : DateFormat.None,
        };
    }

    public ReadCell OfNumber(string text, int format)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            throw new InvalidDataException();
        }

        var shown = Shown(format);
        return shown == DateFormat.None
            ? new ReadCell(number.ToString("R", CultureInfo.InvariantCulture), ReadAs.Number, null)
            : DayOf(number) is { } day ? Of(day, shown)
            : NoDay;
    }

    /// <summary>Of a cell of type <c>d</c>, which holds ISO 8601.</summary>
    public ReadCell OfText(string text, int format)
    {
        var day = text.EndsWith("T00:00:00", StringComparison.Ordinal) ? text[..^9] : text;
        return PartialDate.TryParse(day, out var date, out _) && date.Precision == Precision.Day ? Of(date.First, Shown(format) is DateFormat.None ? DateFormat.Day : Shown(format)) : NoDay;
    }

    private static ReadCell Of(LocalDate day, DateFormat shown) => shown switch
    {
        DateFormat.Day => Date(new PartialDate(day)),
        DateFormat.Month when day.Day == 1 => Date(PartialDate.OfMonth(day.Year, day.Month)),
        DateFormat.Year when day.DayOfYear == 1 => Date(PartialDate.OfYear(day.Year)),
        _ => ReadCell.Refuse(
            "date-shown-in-part", $"Ô này chứa ngày {day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)} nhưng chỉ hiện một phần: viết ngày bằng văn bản như 1973-09-21 hoặc 1973-09.",
            $"This cell holds {day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)} and shows a part of it: write the date as text, like 1973-09-21 or 1973-09."),
    };

    private LocalDate? DayOf(double number)
    {
        // A part of a day is a time of day, which a civil date has not.
        var epoch = is1904 ? _epoch1904 : _epoch1900;
        if (number != Math.Floor(number) || number < 0 || number > Period.DaysBetween(epoch, _last))
        {
            return null;
        }

        var days = (int)number;
        return is1904 ? epoch.PlusDays(days)
            : days is 0 or 60 ? null
            : epoch.PlusDays(days > 60 ? days - 1 : days);
    }

    private DateFormat Shown(int format) => format < formats.Count ? formats[format] : DateFormat.None;

    private static ReadCell Date(PartialDate date) => new(date.ToString(), ReadAs.Date, null);

    // What of the code is shown: its first section, without what is quoted, escaped or in brackets (colours, languages, conditions).
    private static string Letters(string code)
    {
        var shown = new StringBuilder();
        for (var i = 0; i < code.Length && code[i] != ';'; i++)
        {
            var end = code[i] switch
            {
                '"' => code.IndexOf('"', i + 1),
                '[' => code.IndexOf(']', i),
                '\\' or '_' or '*' => i + 1,
                _ => -1,
            };
            if (end < 0)
            {
                shown.Append(char.ToLowerInvariant(code[i]));
            }
            else
            {
                i = end;
            }
        }

        return shown.Replace("am/pm", "").Replace("general", "").ToString();
    }

    private static ReadCell NoDay { get; } = ReadCell.Refuse(
        "no-civil-day", "Ô này không phải là một ngày trọn vẹn (có giờ, hoặc không có thật): viết ngày bằng văn bản như 1973-09-21.",
        "This cell is no whole day (it has a time, or does not exist): write the date as text, like 1973-09-21.");
}
