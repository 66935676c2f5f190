using Calendar.Access;
using Calendar.Server.Access;
using Calendar.Server.Health;
using Calendar.Server.Http;

namespace Calendar.Server.Feeds;

/// <summary><c>/feeds/anniversaries.ics</c> and its short forms: the public calendar subscriptions.</summary>
internal static class FeedEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(FeedVariant.Path, (HttpContext context, Readiness readiness, CivilClock clock, FeedCache feeds, CancellationToken ct) =>
                AnswerAsync(context, readiness, clock, feeds, null, ct))
            .WithTags("Feeds").WithSummary("The anniversaries as an iCalendar subscription")
            .Produces<string>(200, "text/calendar").Produces(304)
            .TakesQuery(FeedVariant.Parameters).RefusesWith(414, 503)
            .Needs(Permission.ReadRecord).ShortCircuitIfPublic(routes);
        foreach (var feed in NamedFeed.All)
        {
            routes.MapGet(feed.Route, (HttpContext context, AlmanacFollower follower, Readiness readiness, CivilClock clock, FeedCache feeds, CancellationToken ct) =>
                    (feed.Fixed ?? context.GetRouteValue("value") as string) is { } value && (feed.Exists(follower.Current, value) || !readiness.IsReady)
                        ? AnswerAsync(context, readiness, clock, feeds, (feed.Parameter, value), ct)
                        : new(DeadFeeds.Answer(context, DeadFeed.UnknownFeed)))
                .WithTags("Feeds").WithSummary(feed.Summary)
                .Produces<string>(200, "text/calendar").Produces(304)
                .TakesQuery([.. FeedVariant.Parameters.Where(parameter => parameter.Name != feed.Parameter)]).RefusesWith(404, 414, 503)
                .Needs(Permission.ReadRecord).ShortCircuitIfPublic(routes);
        }
    }

    /// <summary>What a variant cannot be answered with.</summary>
    public static IResult TooLarge { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "feed-too-large", new Text(
        "Bộ lọc này cho quá nhiều mục để ứng dụng lịch đọc được: thu hẹp bằng party, group, tier hoặc kind.",
        "This filter matches more than calendar clients read: narrow it by party, group, tier or kind."));

    private static ValueTask<IResult> AnswerAsync(
        HttpContext context, Readiness readiness, CivilClock clock, FeedCache feeds, (string Name, string Value)? preset, CancellationToken ct)
    {
        // Before the first pack is loaded a feed would be empty, and a subscriber would lose entries.
        if (!readiness.IsReady)
        {
            return new(Problems.Starting(context));
        }

        var feed = feeds.GetAsync(context.Request, preset, ct);
        return feed.IsCompletedSuccessfully ? new(Answer(feed.Result)) : AwaitAsync(feed);

        async ValueTask<IResult> AwaitAsync(ValueTask<RenderedFeed?> rendering) => Answer(await rendering);

        IResult Answer(RenderedFeed? rendered) => rendered is null ? TooLarge : new FeedAnswer(rendered, clock.Now.ToDateTimeOffset(), FeedAudience.Public);
    }
}
