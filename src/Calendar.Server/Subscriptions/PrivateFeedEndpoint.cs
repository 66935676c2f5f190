using Calendar.Server.Access;
using Calendar.Server.Feeds;
using Calendar.Server.Health;
using Calendar.Server.Http;
using Calendar.Server.Pages;
using Calendar.Subscriptions;
using NodaTime;

namespace Calendar.Server.Subscriptions;

/// <summary><c>/feeds/s/{token}.ics</c>: the feed behind a private link. Answered from memory, whatever has become of the database.</summary>
internal sealed class PrivateFeedEndpoint(
    SubscriptionFollower subscriptions, Tokens tokens, FeedCache feeds, TaskFeeds tasks, AlmanacFollower almanacs, Readiness readiness, CivilClock clock, Settings settings)
{
    public const string Folder = "/feeds/s/";

    // One link has one address: nothing stands around its token.
    private const string _path = Folder + SecretAddresses.Placeholder + ".ics";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(Folder + "{link}.ics", (HttpContext context, PrivateFeedEndpoint endpoint, CancellationToken ct) => endpoint.AnswerAsync(context, ct))
        .WithTags("Feeds").WithSummary("The feed behind a private link")
        .Produces<string>(200, "text/calendar").Produces(304).TakesQuery(("lang", "vi or en: the language of the page that a browser gets")).RefusesWith(404, 410, 503)
        .NeedsNothing().ShortCircuit();

    private async ValueTask<IResult> AnswerAsync(HttpContext context, CancellationToken ct)
    {
        if (!readiness.IsReady)
        {
            return Problems.Starting(context);
        }

        if (context.Request.Path.Value != _path || SecretAddresses.TokenOf(context) is not { } token || !LinkToken.IsWellFormed(token))
        {
            return DeadFeeds.Answer(context, DeadFeed.UnknownLink);
        }

        HeldLink? link;
        try
        {
            link = await subscriptions.FindAsync(token, ct);
        }
        catch (Exception away) when (Database.IsAway(away))
        {
            // A client that is told 404 may give the calendar up.
            return Problems.Unknowable(context);
        }

        var now = clock.Now;
        return link switch
        {
            null => DeadFeeds.Answer(context, DeadFeed.UnknownLink),
            { Subscription.Revoked: not null } => DeadFeeds.Answer(context, DeadFeed.RevokedLink),
            { Link.Expires: { } end } when end <= now => DeadFeeds.Answer(context, DeadFeed.ReplacedLink),

            // Tasks are for those who may see them.
            { Subscription: { IsOfTasks: true, Owner: var owner } } when tokens.IsRevoked(owner) => DeadFeeds.Answer(context, DeadFeed.RevokedToken),
            _ => await AnswerAsync(context, link, token, now, ct),
        };
    }

    // What others append to the address (to tell who clicked, to get past a cache) costs nobody the feed; a page reads its language from there.
    private async ValueTask<IResult> AnswerAsync(HttpContext context, HeldLink link, string token, Instant now, CancellationToken ct)
    {
        // Programs list pages among what they take, too, but only a browser says that a person is on the way.
        var feed = link.Feed(clock.Zone);
        if (context.Request.Headers["Sec-Fetch-Mode"] == "navigate" && DeadFeeds.IsBrowser(context.Request))
        {
            return Page(context, feed, link, token);
        }

        return feed switch
        {
            PrivateFeed.OfTasks(var variant) => Answer(await tasks.GetAsync(variant, ct)),
            PrivateFeed.OfAnniversaries(var variant, var name) => Answer(await feeds.GetAsync(variant, name, ct)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        IResult Answer(RenderedFeed? rendered) => rendered is null
            ? FeedEndpoints.TooLarge
            : new CountedAnswer(new FeedAnswer(rendered, now.ToDateTimeOffset(), FeedAudience.Private), rendered.RecordVersion, link.Held.Fetches, now);
    }

    private IResult Page(HttpContext context, PrivateFeed feed, HeldLink link, string token) => DeadFeeds.Page<PrivateFeedPage>(
        context,
        (nameof(PrivateFeedPage.Name), feed switch
        {
            PrivateFeed.OfTasks(var variant) => TaskTexts.Name(almanacs.Current.FindAssociation(variant.Association), variant.Association),
            PrivateFeed.OfAnniversaries(var variant, _) => FeedTexts.Name(almanacs.Current, variant, clock.Today),
            _ => throw new System.Diagnostics.UnreachableException(),
        }),
        (nameof(PrivateFeedPage.IsOfTasks), feed is PrivateFeed.OfTasks),
        (nameof(PrivateFeedPage.Link), PrivateLink.Of(settings.PublicUrl, token)),
        (nameof(PrivateFeedPage.Ends), link.Link.Expires?.InZone(clock.Zone).Date));

    // Counted when it is known what the client had, and before the answer leaves: whoever has it finds it counted.
    private sealed class CountedAnswer(FeedAnswer answer, long version, FetchTally tally, Instant now) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (!Head.IsAsked(httpContext))
            {
                httpContext.Response.OnStarting(() =>
                {
                    Count(httpContext);
                    return Task.CompletedTask;
                });
            }

            return answer.ExecuteAsync(httpContext);
        }

        private void Count(HttpContext httpContext)
        {
            var headers = httpContext.Request.Headers;
            tally.Add(
                new LastFetch(Instant.FromUnixTimeSeconds(now.ToUnixTimeSeconds()), ClientFamilies.Of(headers.UserAgent.ToString()), version),
                conditional: headers.IfNoneMatch.Count > 0 || headers.IfModifiedSince.Count > 0,
                notModified: httpContext.Response.StatusCode == StatusCodes.Status304NotModified);
        }
    }
}
