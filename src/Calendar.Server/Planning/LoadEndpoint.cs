using System.Globalization;
using Calendar.Access;
using Calendar.Anniversaries;
using Calendar.Planning;
using Calendar.Rules;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.AsOf;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Planning;

/// <summary>What a load is summed by; in snake case the values of <c>by</c>.</summary>
internal enum LoadStep
{
    Week,
}

/// <summary>How much there is to mark in one week.</summary>
/// <param name="Week">Its name, <c>2027-W05</c> (ISO 8601).</param>
/// <param name="From">Its Monday.</param>
/// <param name="To">The Monday after it.</param>
/// <param name="Weight">Of all its anniversaries; one of which only the month or year is known weighs on its weeks by their days.</param>
/// <param name="Partners">The heaviest first; an anniversary of several partners weighs whole with each.</param>
internal sealed record WeekView(string Week, LocalDate From, LocalDate To, decimal Weight, int Anniversaries, IReadOnlyList<PartnerWeight> Partners)
{
    public static WeekView Of(Load x) =>
        new(Load.WeekOf(x.From), x.From, x.To, x.Weight, x.Anniversaries, [.. x.ByPartner.Select(partner => new PartnerWeight(partner.Partner, partner.Weight))]);
}

internal sealed record PartnerWeight(PartyCode Party, decimal Weight);

/// <summary>What one anniversary of a tier weighs.</summary>
internal sealed record TierWeights(int Round, int Half, int Other)
{
    public static TierWeights Current { get; } = new(Load.WeightOf(Tier.Round), Load.WeightOf(Tier.Half), Load.WeightOf(Tier.Other));
}

internal sealed record LoadView(IReadOnlyList<WeekView> Items, TierWeights Weights)
{
    public AsOfView? AsOf { get; init; }
}

/// <summary><c>/v1/load</c>: how much there is to mark, week by week. Plans do not enter: it is the same for everybody.</summary>
internal static class LoadEndpoint
{
    private const int _months = 12;
    private const int _mostYears = 10;
    private const int _most = 200_000;

    // Weeks reach beyond the range.
    private static readonly LocalDate _end = new(PartialDate.MaxYear, 1, 1);

    private static readonly Table<WeekView> _table = new("load",
    [
        new("week", 10, x => x.Week), new("from", 12, x => new PartialDate(x.From).ToString()), new("to", 12, x => new PartialDate(x.To).ToString()),
        new("weight", 8, x => new Cell(x.Weight.ToString(CultureInfo.InvariantCulture), true)), new("anniversaries", 13, x => x.Anniversaries),
        new("partners", 60, x => string.Join(' ', x.Partners.Select(partner => string.Create(CultureInfo.InvariantCulture, $"{partner.Party}:{partner.Weight}")))),
    ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/load", List).WithTags("Load")
        .WithSummary("How much there is to mark, week by week, in all and of each partner, in JSON, CSV or XLSX")
        .WithDescription("The sum of the weights of the anniversaries of a week (Monday to Sunday): of its tier alone, whatever is planned. A week is weighed whole, even where from or to falls into it.")
        .Needs(Permission.ReadRecord).Produces<LoadView>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
        .TakesQuery(
            ("from", "First day; today when left out"), ("to", "Day after the last; 12 months later when left out, at most ten years"), ("by", "week"),
            ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"), AnniversaryEndpoints.Association, ("kind", "Kinds in commas; national_day only when named"),
            ("tier", "round, half, other; all when left out"), Records.Parameter, Negotiation.Parameter)
        .RefusesWith(401, 503);

    private static async Task<IResult> List(HttpContext context, Records records, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var reading = await records.ReadAsync(query, context, ct);
        var (from, to) = query.Range(reading.Today, _months, _mostYears);
        if (to > _end)
        {
            query.Wrong("to", "out-of-range", $"“to” không sau {new PartialDate(_end)}.", $"\"to\" is {new PartialDate(_end)} at the latest.");
        }

        query.Name("by", LoadStep.Week);
        var range = AnniversaryEndpoints.ReadFilters(query, new AnniversaryQuery(from, to), TierSet.All, reading.Almanac);
        var form = Negotiation.FormOf(context.Request, query);
        query.Done();

        var found = reading.Almanac.Anniversaries(Load.WholeWeeks(range), limit: _most + 1);
        if (found.Count > _most)
        {
            return TooMany;
        }

        IReadOnlyList<WeekView> weeks = [.. Load.ByWeek(range, found).Select(WeekView.Of)];
        return form == ListForm.Json ? Answers.Tagged(new LoadView(weeks, TierWeights.Current) { AsOf = reading.AsOf }) : _table.Answer(form, weeks);
    }

    private static IResult TooMany { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "too-many-anniversaries", new Text(
        $"Khoảng này có hơn {_most} ngày kỷ niệm: thu hẹp bằng from, to, party, group, kind hoặc tier.",
        $"There are more than {_most} anniversaries in the range: narrow it by from, to, party, group, kind or tier."));
}
