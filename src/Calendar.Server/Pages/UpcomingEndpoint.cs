using Calendar.Access;
using Calendar.Anniversaries;
using Calendar.Feeds;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.Http;

namespace Calendar.Server.Pages;

/// <summary><c>/</c>: what is coming, and how to subscribe to it.</summary>
internal static class UpcomingEndpoint
{
    private const int _shown = 20;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", Show).Needs(Permission.ReadRecord).ExcludeFromDescription();

    private static IResult Show(HttpContext context, AlmanacFollower follower, CivilClock clock, Settings settings)
    {
        var almanac = follower.Current;
        var query = new QueryReader(context.Request);
        _ = query.Name("lang", Language.Vi); // The page reads it; here it is only allowed.
        var range = new AnniversaryQuery(clock.Today, clock.Today.PlusYears(FeedFilter.DefaultAhead));
        range = AnniversaryEndpoints.ReadFilters(query, range, FeedFilter.DefaultTiers, almanac);
        query.Done();

        var collisions = new Collisions(almanac);
        var groups = almanac.Parties.Where(party => party.Code != almanac.Home).SelectMany(party => party.Groups)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return Html.Page<UpcomingPage>(
            context,
            (nameof(UpcomingPage.Anniversaries), almanac.Anniversaries(range, limit: _shown).Select(x => AnniversaryView.Of(x, collisions)).ToList()),
            (nameof(UpcomingPage.Groups), groups),
            (nameof(UpcomingPage.Query), range),
            (nameof(UpcomingPage.Today), clock.Today),
            (nameof(UpcomingPage.PublicUrl), settings.PublicUrl));
    }
}
