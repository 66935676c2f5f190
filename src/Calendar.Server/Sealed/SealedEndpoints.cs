using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Server.Access;
using Calendar.Server.Facts;
using Calendar.Server.Http;
using NodaTime.Text;

namespace Calendar.Server.Sealed;

/// <summary>A fact under embargo, for those who may know of it.</summary>
/// <param name="Fact">As it would be shown now.</param>
/// <param name="SealedUntil">When it becomes public, in UTC.</param>
/// <param name="Withdrawn">Why it is never to be published.</param>
/// <param name="Refused">Why it cannot be published as the record stands.</param>
internal sealed record SealedFactView(FactView Fact, string SealedUntil, Text? Withdrawn, Text? Refused)
{
    public static SealedFactView Of(Almanac almanac, SealedFact hidden)
    {
        var preview = FactView.Of(almanac, Decisions.Preview(almanac, hidden));
        return new SealedFactView(
            preview with { Links = new Dictionary<string, string>(preview.Links, StringComparer.Ordinal) { ["self"] = Address(hidden.Event.Fact) } },
            InstantPattern.ExtendedIso.Format(hidden.Event.Until), hidden.Withdrawn,
            hidden.Withdrawn is null ? Decisions.Release(almanac, hidden).Decision.Rejection?.Detail : null);
    }

    public static string Address(FactId fact) => $"/v1/sealed/{fact}";
}

/// <summary><c>/v1/sealed</c>: what is under embargo. Everything public is the same with and without it, so it has addresses of its own.</summary>
internal static class SealedEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var hidden = routes.MapGroup("/v1/sealed").WithTags("Sealed").Needs(Permission.RecordFacts);
        hidden.MapGet("", (HttpContext context, AlmanacFollower follower) =>
            {
                var query = new QueryReader(context.Request);
                var page = Paging.Read(query);
                query.Done();
                var almanac = follower.Current;
                return page.Answer(context, almanac.Sealed, fact => fact.Event.Fact.ToString(), fact => SealedFactView.Of(almanac, fact));
            })
            .WithSummary("The facts under embargo").Produces<Page<SealedFactView>>()
            .TakesQuery(("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"));
        hidden.MapGet("{fact}", (string fact, AlmanacFollower follower) =>
                FactId.TryParse(fact, out var id) && Show(follower.Current, id) is { } shown
                    ? Answers.Tagged((SealedFactView)shown.Value, shown.Version)
                    : Problems.NotFound("Không có sự kiện nào như vậy đang chờ công bố.", "No such fact is under embargo."))
            .WithSummary("One fact under embargo").Produces<SealedFactView>().RefusesWith(404);
    }

    public static Shown? Show(Almanac almanac, FactId id) => almanac.FindSealed(id) is { } hidden
        ? new Shown(SealedFactView.Address(id), SealedFactView.Of(almanac, hidden), hidden.Version)
        : null;
}
