using NodaTime;

namespace Calendar.Server.Anniversaries;

/// <summary>Dates as people write them.</summary>
internal static class DateWords
{
    private static readonly string[] _months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>The date alone: 12/7/1995, 12 July 1995.</summary>
    public static Text Of(PartialDate date) => date.Precision switch
    {
        Precision.Day => new Text($"{date.Day}/{date.Month}/{date.Year}", $"{date.Day} {_months[date.Month - 1]} {date.Year}"),
        Precision.Month => new Text($"tháng {date.Month}/{date.Year}", $"{_months[date.Month - 1]} {date.Year}"),
        _ => new Text($"{date.Year}", $"{date.Year}"),
    };

    /// <summary>The date in a sentence: ngày 12/7/1995, on 12 July 1995; tháng 9/2013, in September 2013.</summary>
    public static Text In(PartialDate date)
    {
        var (vi, en) = Of(date);
        return date.Precision switch
        {
            Precision.Day => new Text("ngày " + vi, "on " + en),
            Precision.Month => new Text(vi, "in " + en),
            _ => new Text("năm " + vi, "in " + en),
        };
    }

    /// <summary>A day of every year: ngày 2/9 hằng năm, every year on 2 September.</summary>
    public static Text In(AnnualDate day) => new($"ngày {day.Day}/{day.Month} hằng năm", $"every year on {day.Day} {_months[day.Month - 1]}");
}
