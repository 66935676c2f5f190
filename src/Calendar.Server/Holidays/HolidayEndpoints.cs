using System.Globalization;
using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Holidays;
using Calendar.Server.Access;
using Calendar.Server.AsOf;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Holidays;

/// <summary>A holiday or national day as answers show it.</summary>
/// <param name="Occasion">What announcements name; absent for a national day.</param>
/// <param name="Lunar">For occasions that go by the lunar calendar.</param>
/// <param name="Fact">Of a national day.</param>
public sealed record HolidayView(
    PartyCode Party, LocalDate Date, HolidayKind Kind, Slug? Occasion, Text Name, HolidayStatus Status, LunarView? Lunar, Source Source, FactId? Fact)
{
    public static HolidayView Of(Holiday x) => new(
        x.Party, x.Date, x.Kind, x.Occasion, x.Name, x.Status,
        x.Lunar is { } lunar ? new LunarView(lunar.Year, lunar.Month, lunar.Day, lunar.IsLeap) : null, x.Source, x.Fact);
}

/// <summary>A day of the Vietnamese lunar calendar.</summary>
/// <param name="Leap">Whether the month is a leap month.</param>
public sealed record LunarView(int Year, int Month, int Day, bool Leap);

/// <summary>What now stands on a day.</summary>
public sealed record HolidaysOfDay(PartyCode Party, LocalDate Date, IReadOnlyList<HolidayView> Items);

/// <summary><c>/v1/holidays</c>: who has a day off, or celebrates, and how sure that is.</summary>
internal static class HolidayEndpoints
{
    private static readonly Table<Holiday> _table = new("holidays",
    [
        new("party", 8, x => x.Party.Value), new("date", 12, x => new PartialDate(x.Date).ToString()), new("kind", 16, x => x.Kind.Name()),
        new("occasion", 20, x => x.Occasion?.Value), new("name_vi", 40, x => x.Name.Vi), new("name_en", 40, x => x.Name.En), new("status", 10, x => x.Status.Name()),
        new("lunar", 12, x => x.Lunar is { } lunar ? string.Create(CultureInfo.InvariantCulture, $"{lunar.Year}-{lunar.Month:D2}{(lunar.IsLeap ? "+" : "")}-{lunar.Day:D2}") : null),
        new("source", 60, x => x.Source.Citation),
    ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var holidays = routes.MapGroup("/v1/holidays").WithTags("Holidays").Needs(Permission.ReadRecord);
        holidays.MapGet("", List)
            .WithSummary("Public holidays and national days of a range, in JSON, CSV or XLSX")
            .WithDescription(
                "Holidays by law are fixed or estimated until the government announces them. Those of the lunar calendar are given for the lunar years 1968 to 2100, "
                + "the laws of Viet Nam since 1995; other parties have what was announced and their national days.")
            .Produces<Page<HolidayView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(
                ("party", "Codes in commas; the home party when left out"), ("from", "First day; today without it"), ("to", "Day after the last; 12 months later without it"),
                ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"), Negotiation.Parameter, Records.Parameter)
            .RefusesWith(401, 503);
        Post("", "announce_holiday", "Announces a holiday of a party, in place of what the rule or an earlier announcement has on that day");
        Post("withdrawal", "withdraw_holiday", "Withdraws what was announced for a day: the rule speaks again");

        void Post(string route, string command, string summary) =>
            holidays.MapPost(route, (HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                    endpoint.HandleAsync(context, command, [], (almanac, asked) => Show(almanac, (HolidayCommand)asked), ct))
                .WithSummary(summary).TakesCommand(command).Produces<HolidaysOfDay>(StatusCodes.Status201Created).Produces<HolidaysOfDay>()
                .Needs(Permission.RecordFacts);
    }

    private static async Task<IResult> List(HttpContext context, Records records, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var reading = await records.ReadAsync(query, context, ct);
        var almanac = reading.Almanac;
        var parties = query.Many<PartyCode>("party", text => PartyCode.TryParse(text, out var code) && almanac.FindParty(code) is not null ? code : null, "/v1/parties");
        var (from, to) = query.Range(reading.Today, months: 12);
        var (page, form) = (Paging.Read(query), Negotiation.FormOf(context.Request, query));
        query.Done();

        var years = new HolidayYears(almanac);
        var found = (parties.IsEmpty ? [almanac.Home] : parties)
            .SelectMany(party => Enumerable.Range(from.Year, to.Year - from.Year + 1).SelectMany(year => years.Of(party, year)))
            .Where(holiday => holiday.Date >= from && holiday.Date < to)
            .OrderBy(Key, StringComparer.Ordinal);
        return form == ListForm.Json ? page.Answer(context, found, Key, HolidayView.Of, reading.AsOf) : page.Table(context, found, Key, _table, form);
    }

    // No party has two of one occasion on a day.
    private static string Key(Holiday holiday) =>
        $"{new PartialDate(holiday.Date)} {holiday.Party} {holiday.Kind} {holiday.Occasion?.Value ?? holiday.Fact.ToString()}";

    private static Shown Show(Almanac almanac, HolidayCommand asked)
    {
        var (party, date) = (asked.Party, asked.Date);
        var address = $"/v1/holidays?party={party}&from={new PartialDate(date)}";
        var shown = new HolidaysOfDay(party, date, [.. new HolidayYears(almanac).On(party, date).Select(HolidayView.Of)]);
        return new Shown(date == LocalDate.MaxIsoValue ? address : $"{address}&to={new PartialDate(date.PlusDays(1))}", shown, almanac.VersionOf(Announcements.Stream));
    }
}
