using Calendar.Access;
using Calendar.Associations;
using Calendar.Server.Access;
using Calendar.Server.Feeds;
using Calendar.Server.Health;
using Calendar.Server.Http;
using Calendar.Subscriptions;
using Microsoft.Extensions.Primitives;

namespace Calendar.Server.Subscriptions;

/// <summary><c>/v1/subscriptions</c>: private feed links, made, renamed, replaced and revoked by their owners; an administrator sees everybody's.</summary>
internal sealed class SubscriptionEndpoints(
    SubscriptionTable table, SubscriptionBook book, SubscriptionFollower follower, SubscriptionHealth health, FeedCache feeds, TaskFeeds tasks,
    AlmanacFollower almanacs, CivilClock clock, Settings settings)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        // Before everything is in memory a list would lack some, and a filter could not be read.
        var subscriptions = routes.MapGroup("/v1/subscriptions").WithTags("Subscriptions").Needs(Permission.Subscribe).AddEndpointFilter((called, next) =>
            called.HttpContext.RequestServices.GetRequiredService<Readiness>().IsReady ? next(called) : new(Problems.Starting(called.HttpContext)));
        subscriptions.MapPost("", (HttpContext context, SubscriptionEndpoints endpoints, CancellationToken ct) => endpoints.OpenAsync(context, ct))
            .WithSummary("Makes a private feed of a filter, or of an association's tasks; its links are in this answer and never again")
            .Accepts<SubscriptionBody>("application/json").Produces<SubscriptionView>(201).RefusesWith(400, 401, 403, 404, 409, 413, 415, 422, 503);
        subscriptions.MapGet("", (HttpContext context, SubscriptionEndpoints endpoints, CancellationToken ct) => endpoints.ListAsync(context, ct))
            .WithSummary("Your subscriptions and how they are read").Produces<Page<SubscriptionView>>()
            .TakesQuery(("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total")).RefusesWith(401, 503);
        subscriptions.MapGet("{id}", (string id, HttpContext context, SubscriptionEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, subscription => endpoints.ShowAsync(context, subscription, ct), ct))
            .WithSummary("One subscription and how it is read").Produces<SubscriptionView>().RefusesWith(401, 404, 410, 503);
        subscriptions.MapPost("{id}/name", (string id, HttpContext context, SubscriptionEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, subscription => endpoints.RenameAsync(context, subscription, ct), ct))
            .WithSummary("Gives it another name").Accepts<SubscriptionNameBody>("application/json").Produces<SubscriptionView>().RefusesWith(400, 401, 404, 410, 413, 415, 422, 503);
        subscriptions.MapPost("{id}/rotation", (string id, HttpContext context, SubscriptionEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, subscription => endpoints.RotateAsync(context, subscription, ct), ct))
            .WithSummary("Replaces its links; the former ones go on for 30 days and tell their reader so").Produces<SubscriptionView>(201).RefusesWith(401, 404, 409, 410, 422, 503);
        subscriptions.MapDelete("{id}", (string id, HttpContext context, SubscriptionEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, subscription => endpoints.RevokeAsync(subscription, ct), ct, evenRevoked: true))
            .WithSummary("Revokes it: its links answer 410 from now on, its name and filter are forgotten").Produces(204).RefusesWith(401, 404, 503);
    }

    private async Task<IResult> OpenAsync(HttpContext context, CancellationToken ct)
    {
        var body = await Body.ReadAsync(context.Request, ct);
        var (request, errors) = SubscriptionReader.Read(body.Json);
        if (request is null)
        {
            return Problems.Of(errors);
        }

        var actor = ActorOf(context);
        var parameters = request.Parameters.ToDictionary(parameter => parameter.Key, parameter => new StringValues(parameter.Value), StringComparer.OrdinalIgnoreCase);
        var query = new QueryReader(new QueryCollection(parameters), context.Request.Path, parameter => SubscriptionReader.PointerOf(parameter, request.Kind));
        var (filter, refused) = request.Kind == SubscriptionKind.Tasks ? await TasksAsync(query, actor, ct) : await AnniversariesAsync(query, ct);
        if (refused is not null)
        {
            return refused;
        }

        var token = LinkToken.New();
        return await table.OpenAsync(
            Guid.CreateVersion7(), actor.Id, request.Kind, request.Name, filter, token, clock.Now, KeyedRequest.Of(context.Request, actor, body.Bytes), ct) switch
        {
            SubscriptionOutcome.Done done => Issued(context, done.Subscription, token),
            SubscriptionOutcome.TooMany => TooMany,
            var other => Refuse(other),
        };
    }

    // A link that nobody could read is not given out.
    private async Task<(string Filter, IResult? Refused)> AnniversariesAsync(QueryReader query, CancellationToken ct)
    {
        var variant = FeedVariant.Read(query, almanacs.Current) with { IsPrivate = true };
        return (variant.Filter, await feeds.GetAsync(variant, variant.Name, ct) is null ? FeedEndpoints.TooLarge : null);
    }

    private async Task<(string Filter, IResult? Refused)> TasksAsync(QueryReader query, Actor actor, CancellationToken ct)
    {
        var variant = TaskVariant.Read(query);
        if (!actor.Role.May(Permission.WorkOnTasks))
        {
            return ("", Problems.Of(Authority.NotPermitted(Permission.WorkOnTasks, actor.Role)));
        }

        // Another association is as unknown to its token as one that never was.
        if (!Authority.SpeaksFor(actor.Caller, variant.Association) || almanacs.Current.FindAssociation(variant.Association) is null)
        {
            return ("", Problems.Of(Association.Unknown(variant.Association, SubscriptionReader.PointerOf("association", SubscriptionKind.Tasks))));
        }

        return (variant.Filter, await tasks.GetAsync(variant, ct) is null ? TooManyTasks : null);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var page = Paging.Read(query);
        query.Done();
        var actor = ActorOf(context);
        var mine = book.All.Select(held => held.Current).Where(one => MayAsk(actor, one) && one.Revoked is null).OrderBy(KeyOf, StringComparer.Ordinal);
        var (items, all) = page.Cut(context, mine, KeyOf);
        var histories = await health.ReadAsync([.. items.Select(one => one.Id)], ct);
        return Answers.Tagged(new Page<SubscriptionView>([.. items.Select(one => View(context, one, histories))], page.Count ? all : null));

        static string KeyOf(Subscription one) => one.Id.ToString();
    }

    private async Task<IResult> RenameAsync(HttpContext context, Subscription subscription, CancellationToken ct)
    {
        var (name, errors) = SubscriptionReader.ReadName((await Body.ReadAsync(context.Request, ct)).Json);
        if (name is null)
        {
            return Problems.Of(errors);
        }

        var outcome = await table.RenameAsync(subscription.Id, name, ct);
        if (outcome is not SubscriptionOutcome.Done done)
        {
            return Refuse(outcome);
        }

        follower.Apply(done.Subscription);
        return Answers.Tagged(View(context, done.Subscription));
    }

    private async Task<IResult> RotateAsync(HttpContext context, Subscription subscription, CancellationToken ct)
    {
        var token = LinkToken.New();
        var outcome = await table.RotateAsync(subscription.Id, token, clock.Now, KeyedRequest.Of(context.Request, ActorOf(context), []), ct);
        return outcome is SubscriptionOutcome.Done done ? Issued(context, done.Subscription, token) : Refuse(outcome);
    }

    private async Task<IResult> RevokeAsync(Subscription subscription, CancellationToken ct)
    {
        var outcome = await table.RevokeAsync(subscription.Id, clock.Now, ct);
        if (outcome is not SubscriptionOutcome.Done done)
        {
            return Refuse(outcome);
        }

        follower.Apply(done.Subscription);
        return Results.NoContent();
    }

    // The one answer with the links. It is stored: nothing that could fail lies between that and telling it.
    private IResult Issued(HttpContext context, Subscription issued, string token)
    {
        follower.Apply(issued);
        context.Response.Headers.Location = "/v1/subscriptions/" + issued.Id;
        return Answers.Tagged(View(context, issued).With(PrivateLink.Of(settings.PublicUrl, token)), status: StatusCodes.Status201Created);
    }

    // Somebody else's is as unknown as one that never was. The work is done on what it was when it was found.
    private async Task<IResult> OfAsync(HttpContext context, string id, Func<Subscription, Task<IResult>> work, CancellationToken ct, bool evenRevoked = false)
    {
        var actor = ActorOf(context);
        if (!Guid.TryParseExact(id, "D", out var known) || await follower.FindAsync(known, one => MayAsk(actor, one), ct) is not { } subscription)
        {
            return Unknown;
        }

        return subscription.Revoked is null || evenRevoked ? await work(subscription) : Refuse(new SubscriptionOutcome.Revoked());
    }

    private async Task<IResult> ShowAsync(HttpContext context, Subscription subscription, CancellationToken ct) =>
        Answers.Tagged(View(context, subscription, await health.ReadAsync([subscription.Id], ct)));

    private SubscriptionView View(HttpContext context, Subscription subscription, IReadOnlyDictionary<Guid, FetchHistory>? histories = null) =>
        SubscriptionView.Of(subscription, Oversees(ActorOf(context)), clock.Now) with
        {
            Health = histories is null ? null : SubscriptionHealthView.Of(histories[subscription.Id], VersionNow(subscription)),
        };

    // Of what its feed is made of.
    private long VersionNow(Subscription subscription) => subscription.TasksOf is { } association ? tasks.VersionOf(association) : feeds.RecordVersion;

    private static Actor ActorOf(HttpContext context) => TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);

    private static bool MayAsk(Actor actor, Subscription subscription) => Oversees(actor) || actor.Id == subscription.Owner;

    private static bool Oversees(Actor actor) => actor.Role.May(Permission.OverseeSubscriptions);

    private static IResult Refuse(SubscriptionOutcome outcome) => outcome switch
    {
        SubscriptionOutcome.Repeated repeated => Problems.Answer(StatusCodes.Status409Conflict, "already-issued", new Text(
            $"Yêu cầu này đã được thực hiện: đăng ký {repeated.Subscription}. Liên kết chỉ hiện một lần và không được lưu; nếu đã mất, hãy tạo liên kết mới bằng POST /v1/subscriptions/{repeated.Subscription}/rotation.",
            $"This request has been carried out: subscription {repeated.Subscription}. Links are shown once and not kept; if yours is lost, make new ones with POST /v1/subscriptions/{repeated.Subscription}/rotation.")),
        SubscriptionOutcome.KeyReused => Problems.KeyReused,
        SubscriptionOutcome.Unknown => Unknown,
        _ => Problems.Answer(StatusCodes.Status410Gone, "subscription-revoked", new Text("Đăng ký lịch này đã bị thu hồi.", "This subscription has been revoked.")),
    };

    private static IResult Unknown { get; } = Problems.NotFound("Bạn không có đăng ký lịch nào như vậy.", "You have no such subscription.");

    private static IResult TooManyTasks { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "feed-too-large", new Text(
        "Hội này có nhiều việc hơn mức ứng dụng lịch đọc được: xem ở /v1/tasks.",
        "This association has more tasks than calendar clients read: see /v1/tasks."));

    private static IResult TooMany { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "too-many-subscriptions", new Text(
        $"Mỗi người giữ nhiều nhất {SubscriptionTable.MostLive} đăng ký: thu hồi bớt những đăng ký không dùng.",
        $"One may have {SubscriptionTable.MostLive} subscriptions at a time: revoke those that are not used."));
}
