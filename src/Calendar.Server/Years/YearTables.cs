using System.Globalization;
using Calendar.Anniversaries;
using Calendar.Server.Anniversaries;
using Calendar.Server.Http;
using Calendar.Years;

namespace Calendar.Server.Years;

/// <summary>A row of a year programme.</summary>
/// <param name="IsOfFriendshipYear">Whether the partner has a friendship year that this belongs to.</param>
internal sealed record YearRow(AnniversaryView View, Anniversary Anniversary, bool IsOfFriendshipYear)
{
    public static List<YearRow> Of(YearProgramme programme, IReadOnlyList<AnniversaryView> listed)
    {
        if (programme.Anniversaries.Count == 0)
        {
            return [];
        }

        var friendships = new Friendships(programme.Anniversaries[0].Almanac);
        var partners = programme.FriendshipYears.Select(one => one.Partner).ToHashSet();
        return [.. programme.Anniversaries.Zip(listed, (x, view) => new YearRow(view, x, friendships.PartnersOf(x.Fact, x.Date).Any(one => partners.Contains(one.Partner))))];
    }
}

/// <summary>Year programmes for spreadsheets and paper.</summary>
internal static class YearTables
{
    private const int _years = 8;

    public static Table<YearSummary> Years { get; } = new("years",
    [
        new("year", _years, x => x.Year), new("total", _years, x => x.Counts.Total), new("round", _years, x => x.Counts.Round), new("half", _years, x => x.Counts.Half),
        new("other", _years, x => x.Counts.Other), new("jubilees", _years, x => x.Counts.Jubilee), new("friendship_years", 16, x => x.FriendshipYearCount),
        new("friendship_years_vi", 80, x => string.Join("; ", x.FriendshipYears.Select(one => one.Title.Vi))),
        new("friendship_years_en", 80, x => string.Join("; ", x.FriendshipYears.Select(one => one.Title.En))),
    ]);

    private static readonly Table<YearRow> _year = new("year",
    [
        new("month", 7, x => x.View.Date.Month is > 0 and var month ? month : default(int?)), new("date", 12, x => x.View.Date.ToString()),
        new("weekday_vi", 11, x => Weekday(x.View.Date)?.Vi), new("weekday_en", 11, x => Weekday(x.View.Date)?.En), new("lunar_date", 13, x => Lunar(x.View.Date)),
        new("partners_vi", 24, x => Partners(x).Vi), new("partners_en", 24, x => Partners(x).En), new("years", 7, x => x.View.Years),
        new("tier", 7, x => x.View.Tier.Name()), new("jubilee", 8, x => x.View.Jubilee), new("title_vi", 60, x => x.View.Title.Vi), new("title_en", 60, x => x.View.Title.En),
        new("kind", 20, x => x.View.Kind.Name()), new("friendship_year", 15, x => x.IsOfFriendshipYear), new("confidence", 12, x => x.View.Confidence.Name()),
        new("suspended", 10, x => x.View.Suspended), new("waived", 8, x => x.View.Waived),
        new("warnings_vi", 50, x => string.Join("; ", x.View.Warnings.Select(warning => warning.Title.Vi))),
        new("warnings_en", 50, x => string.Join("; ", x.View.Warnings.Select(warning => warning.Title.En))),
        new("proposed", 36, x => string.Join(' ', x.View.Warnings.SelectMany(warning => warning.Proposed).Distinct().Order().Select(day => new PartialDate(day)))),
        new("source", 50, x => x.Anniversary.Fact.Source.Citation), new("id", 42, x => x.View.Id),
    ]);

    public static Table<YearRow> Of(int year) => _year with { Name = string.Create(CultureInfo.InvariantCulture, $"year-{year:D4}") };

    private static Text? Weekday(PartialDate date) => date.Precision == Precision.Day
        ? date.First.DayOfWeek switch
        {
            NodaTime.IsoDayOfWeek.Monday => new("Thứ Hai", "Monday"),
            NodaTime.IsoDayOfWeek.Tuesday => new("Thứ Ba", "Tuesday"),
            NodaTime.IsoDayOfWeek.Wednesday => new("Thứ Tư", "Wednesday"),
            NodaTime.IsoDayOfWeek.Thursday => new("Thứ Năm", "Thursday"),
            NodaTime.IsoDayOfWeek.Friday => new("Thứ Sáu", "Friday"),
            NodaTime.IsoDayOfWeek.Saturday => new("Thứ Bảy", "Saturday"),
            _ => new("Chủ nhật", "Sunday"),
        }
        : null;

    // As people write it: day, month, year; "n" (nhuận) behind a leap month.
    private static string? Lunar(PartialDate date) => date.Precision == Precision.Day && VietnameseCalendar.Of(date.First) is { } lunar
        ? string.Create(CultureInfo.InvariantCulture, $"{lunar.Day}/{lunar.Month}{(lunar.IsLeap ? "n" : "")}/{lunar.Year}")
        : null;

    private static Text Partners(YearRow row)
    {
        var names = row.View.Partners.Select(partner => row.Anniversary.Almanac.LoadParty(partner).NameOn(row.View.Date)).ToList();
        return new Text(string.Join(", ", names.Select(name => name.Vi)), string.Join(", ", names.Select(name => name.En)));
    }
}
