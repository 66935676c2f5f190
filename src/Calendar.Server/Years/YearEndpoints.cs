using System.Globalization;
using Calendar.Access;
using Calendar.Anniversaries;
using Calendar.Planning;
using Calendar.Rules;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.AsOf;
using Calendar.Server.Http;
using Calendar.Years;

namespace Calendar.Server.Years;

/// <summary><c>/v1/years</c>: what a year has to remember, month by month, and which years are friendship years.</summary>
internal static class YearEndpoints
{
    private const int _mostListed = Paging.MaxLimit;

    // A programme on paper is either whole or not printed.
    private const int _mostRows = 5_000;
    private const int _span = 10;
    private const int _longestSpan = 100;

    private static readonly (string Name, string Description)[] _filters =
    [
        ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"), AnniversaryEndpoints.Association, ("kind", "Kinds in commas; national_day only when named"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var years = routes.MapGroup("/v1/years").WithTags("Years").Needs(Permission.ReadRecord);
        years.MapGet("", List)
            .WithSummary("Years with how many anniversaries of each tier and which friendship years they have, in JSON, CSV or XLSX")
            .WithDescription("A friendship year is one in which the home party's relationship with one partner has two or more anniversaries that are round, half or jubilees. Filters by kind and tier decide what is counted, not what a friendship year is.")
            .Produces<YearsView>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(("from", "First year; this one without it"), ("to", "Year after the last; 10 years later without it; at most 100"))
            .TakesQuery(_filters).TakesQuery(("tier", "round, half, other; all when left out"), Records.Parameter, Negotiation.Parameter)
            .RefusesWith(401, 503);
        years.MapGet("{year:int}", Read)
            .WithSummary("The programme of one year: months, friendship years, announced celebrations and collisions, in JSON; its anniversaries as CSV or XLSX")
            .WithDescription("The counts are of all that the filters leave. A table has all of them, up to 5,000, unless limit says less.")
            .Produces<YearView>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(_filters)
            .TakesQuery(("tier", "round, half, other; round and half when left out"), ("limit", "At most 500 anniversaries are listed"), Records.Parameter, Negotiation.Parameter)
            .RefusesWith(401, 503);
    }

    private static async Task<IResult> List(HttpContext context, Records records, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var reading = await records.ReadAsync(query, context, ct);
        var almanac = reading.Almanac;
        var (from, to) = Span(query, reading.Today.Year);
        var filters = AnniversaryEndpoints.ReadFilters(query, new AnniversaryQuery(default, default), TierSet.All, almanac);
        var form = Negotiation.FormOf(context.Request, query);
        query.Done();

        var years = Enumerable.Range(from, to - from).Select(year => YearSummary.Of(
            year, YearProgramme.TallyOf(almanac, year, filters).Total, YearProgramme.FriendshipYearsOf(almanac, year, filters),
            Address(context.Request, string.Create(CultureInfo.InvariantCulture, $"/v1/years/{year}"), "from", "to"))).ToList();
        return form == ListForm.Json ? Answers.Tagged(new YearsView(from, to, years) { AsOf = reading.AsOf }) : YearTables.Years.Answer(form, years);
    }

    private static async Task<IResult> Read(int year, HttpContext context, Records records, Callers callers, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        if (year is < YearProgramme.First or > YearProgramme.Last)
        {
            query.Wrong(
                "year", "out-of-range", $"Năm phải là số từ {YearProgramme.First} đến {YearProgramme.Last}.", $"A year must be a number from {YearProgramme.First} to {YearProgramme.Last}.");
        }

        var reading = await records.ReadAsync(query, context, ct);
        var almanac = reading.Almanac;
        var filters = AnniversaryEndpoints.ReadFilters(query, new AnniversaryQuery(default, default), TierSet.Round | TierSet.Half, almanac);
        var limit = query.Number("limit", 1, _mostListed);
        var form = Negotiation.FormOf(context.Request, query);
        query.Done();

        var programme = YearProgramme.Of(almanac, year, filters, limit ?? (form == ListForm.Json ? _mostListed : _mostRows));
        if (form != ListForm.Json && limit is null && programme.HasMore)
        {
            return TooMany(programme);
        }

        // Of work there is no past to be asked for.
        var sight = reading.At is null ? PlanSight.Of((await callers.FindAsync(context))?.Caller) : PlanSight.Nothing;
        var collisions = new Collisions(almanac);
        IReadOnlyList<AnniversaryView> listed = [.. programme.Anniversaries.Select(x => AnniversaryView.Of(x, collisions))];
        return form == ListForm.Json
            ? Answers.Tagged(YearView.Of(programme, listed, YearProgramme.CelebrationsOf(almanac, year, filters), PlansOf, LinksOf(context.Request, programme, filters)) with { AsOf = reading.AsOf })
            : YearTables.Of(year).Answer(form, YearRow.Of(programme, listed));

        IReadOnlyList<FriendshipPlanView>? PlansOf(FriendshipYear one) => sight == PlanSight.Nothing ? null : FriendshipPlanView.Of(almanac, one, sight, reading.Today);
    }

    private static (int From, int To) Span(QueryReader query, int thisYear)
    {
        var from = query.Number("from", YearProgramme.First, YearProgramme.Last) ?? thisYear;
        var to = query.Number("to", YearProgramme.First, YearProgramme.Last + 1) ?? Math.Min(from + _span, YearProgramme.Last + 1);
        if (to <= from)
        {
            query.Wrong("to", "reversed-range", "“to” phải sau “from” (năm “to” không được tính).", "\"to\" must lie after \"from\" (it is exclusive).");
        }
        else if (to - from > _longestSpan)
        {
            query.Wrong("to", "range-too-long", $"Nhiều nhất {_longestSpan} năm một lần.", $"At most {_longestSpan} years at once.");
        }

        return (from, to);
    }

    private static IResult TooMany(YearProgramme programme) => Problems.Answer(
        StatusCodes.Status422UnprocessableEntity, "too-many-rows",
        new Text(
            $"Năm {programme.Year} có {programme.Tally.Total.Total} ngày kỷ niệm, bảng có nhiều nhất {_mostRows} dòng: lọc theo party, group, kind hoặc tier, hoặc lấy từng trang ở /v1/anniversaries.",
            $"The year {programme.Year} has {programme.Tally.Total.Total} anniversaries and a table at most {_mostRows} rows: filter by party, group, kind or tier, or take the pages of /v1/anniversaries."));

    private static YearLinks LinksOf(HttpRequest request, YearProgramme programme, AnniversaryQuery filters)
    {
        var year = programme.Year.ToString(CultureInfo.InvariantCulture);
        var tiers = Enum.GetValues<Tier>().Where(tier => filters.Tiers.HasFlag((TierSet)(1 << (int)tier))).Select(tier => tier.Name());
        var list = QueryReader.CanonicalOf(request.Query, "limit", "format", "tier");
        return new YearLinks($"/v1/anniversaries?{(list.Length > 0 ? list + "&" : "")}tier={string.Join(',', tiers)}&year={year}", Address(request, $"/v1/years/{year}"));
    }

    private static string Address(HttpRequest request, string path, params string[] without) =>
        QueryReader.CanonicalOf(request.Query, ["limit", "format", .. without]) is { Length: > 0 } query ? $"{path}?{query}" : path;
}
