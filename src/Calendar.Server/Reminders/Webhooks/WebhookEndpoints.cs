using System.Text.Json;
using Calendar.Access;
using Calendar.Reminders;
using Calendar.Server.Access;
using Calendar.Server.Associations;
using Calendar.Server.Http;

namespace Calendar.Server.Reminders.Webhooks;

/// <summary><c>/v1/webhooks</c>: where associations are told by program. An association's token sees and changes its own only.</summary>
internal sealed class WebhookEndpoints(WebhookTable table, WebhookChannel channel, AlmanacFollower follower, CivilClock clock, Settings settings)
{
    private const int _mostTests = 4;

    // Each may take as long as a receiver likes to be waited for: one association's hold up no other's.
    private readonly Dictionary<Slug, int> _tests = [];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var webhooks = routes.MapGroup("/v1/webhooks").WithTags("Webhooks").Needs(Permission.ManageWebhooks);
        webhooks.MapGet("", (HttpContext context, WebhookEndpoints endpoints, CancellationToken ct) => endpoints.ListAsync(context, ct))
            .WithSummary("Where associations are told by program, the oldest first").Produces<Page<WebhookView>>()
            .TakesQuery(("association", "One association; an association's token has its own alone"), ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"))
            .RefusesWith(401, 403, 404, 503);
        webhooks.MapPost("", (HttpContext context, WebhookEndpoints endpoints, CancellationToken ct) => endpoints.AddAsync(context, ct))
            .WithSummary($"Adds a webhook, of {WebhookTable.Most} an association at most; its secret is in this answer and never again").Accepts<WebhookBody>("application/json")
            .Produces<WebhookView>(201).TakesQuery(("association", "Whose it is; an association's token may leave it out")).RefusesWith(400, 401, 403, 404, 409, 413, 415, 422, 503);
        webhooks.MapGet("{id}", (string id, HttpContext context, WebhookEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, webhook => Task.FromResult(endpoints.Show(webhook)), ct))
            .WithSummary("One webhook, and why nothing is sent to it if that is so").Produces<WebhookView>().RefusesWith(401, 403, 404, 503);
        webhooks.MapPut("{id}", (string id, HttpContext context, WebhookEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, webhook => endpoints.ChangeAsync(context, webhook, ct), ct))
            .WithSummary("Changes its name and address; with another address it is enabled").Accepts<WebhookBody>("application/json").Produces<WebhookView>()
            .RefusesWith(400, 401, 403, 404, 413, 415, 422, 503);
        webhooks.MapDelete("{id}", (string id, HttpContext context, WebhookEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, webhook => endpoints.EraseAsync(webhook, ct), ct))
            .WithSummary("Removes it with its secrets: nothing is sent to it from now on").Produces(204).RefusesWith(401, 403, 404, 503);
        webhooks.MapPost("{id}/rotation", (string id, HttpContext context, WebhookEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, webhook => endpoints.RotateAsync(context, webhook, ct), ct))
            .WithSummary("Makes a new secret; the former one signs along for 24 hours").Produces<WebhookView>(201).RefusesWith(401, 403, 404, 409, 422, 503);
        webhooks.MapPost("{id}/enabling", (string id, HttpContext context, WebhookEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, webhook => endpoints.EnableAsync(webhook, ct), ct))
            .WithSummary("Enables one that was disabled since its receiver answered 410").Produces<WebhookView>().RefusesWith(401, 403, 404, 503);
        webhooks.MapPost("{id}/test", (string id, HttpContext context, WebhookEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, id, webhook => endpoints.TestAsync(context, webhook, ct), ct))
            .WithSummary("Sends it a test event now, once, and tells what came of it").Produces<WebhookTestView>().RefusesWith(401, 403, 404, 422, 503);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var (named, page) = (query.One("association"), Paging.Read(query));
        query.Done();
        var (association, refused) = AssociationOf(context, named);
        if (refused is not null)
        {
            return refused;
        }

        var (now, caller) = (clock.Now, ActorOf(context).Caller);
        var seen = (await table.OfAsync(association, ct)).Where(one => Authority.SpeaksFor(caller, one.Association));
        return page.Answer(context, seen, one => $"{one.Created.ToUnixTimeTicks():D20} {one.Id}", one => WebhookView.Of(one, now));
    }

    private async Task<IResult> AddAsync(HttpContext context, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var named = query.One("association");
        if (named is null && ActorOf(context).Association is null)
        {
            query.Wrong("association", "parameter-required", "Thiếu “association”: webhook này của hội nào?", "\"association\" is missing: whose webhook is it?");
        }

        query.Done();
        var (association, refused) = AssociationOf(context, named);
        if (refused is not null)
        {
            return refused;
        }

        var body = await Body.ReadAsync(context.Request, ct);
        var (details, errors) = WebhookReader.Read(body.Json, settings.WebhookHosts);
        if (details is null)
        {
            return Problems.Of(errors);
        }

        var key = WebhookSecret.NewKey();
        var request = KeyedRequest.Of(context.Request, ActorOf(context), body.Bytes);
        return Issued(context, await table.AddAsync(Guid.CreateVersion7(), association!.Value, details, key, clock.Now, request, ct), key);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, Webhook webhook, CancellationToken ct)
    {
        var (details, errors) = WebhookReader.Read((await Body.ReadAsync(context.Request, ct)).Json, settings.WebhookHosts);
        return details is null ? Problems.Of(errors) : Answer(await table.ChangeAsync(webhook.Id, details, clock.Now, ct));
    }

    private async Task<IResult> EraseAsync(Webhook webhook, CancellationToken ct) => await table.EraseAsync(webhook.Id, ct) ? Results.NoContent() : Unknown;

    private async Task<IResult> RotateAsync(HttpContext context, Webhook webhook, CancellationToken ct)
    {
        var key = WebhookSecret.NewKey();
        return Issued(context, await table.RotateAsync(webhook.Id, key, clock.Now, KeyedRequest.Of(context.Request, ActorOf(context), []), ct), key);
    }

    private async Task<IResult> EnableAsync(Webhook webhook, CancellationToken ct) => Answer(await table.EnableAsync(webhook.Id, clock.Now, ct));

    private async Task<IResult> TestAsync(HttpContext context, Webhook webhook, CancellationToken ct)
    {
        if (webhook.Disabled is not null)
        {
            return Problems.Answer(StatusCodes.Status422UnprocessableEntity, "webhook-disabled", WebhookEndView.Of(webhook)!.Text);
        }

        if (!TryBeginTest(webhook.Association))
        {
            context.Response.Headers.RetryAfter = "30";
            return Problems.Answer(StatusCodes.Status503ServiceUnavailable, "tests-busy", new Text(
                "Hội này đang có nhiều lần thử khác: thử lại sau nửa phút.", "Other tests of this association are under way: try again in half a minute."));
        }

        try
        {
            var data = JsonSerializer.SerializeToUtf8Bytes(new { Webhook = webhook.Id, webhook.Association }, Json.Options);
            var e = new OutgoingEvent(Guid.CreateVersion7().ToString(), webhook.Id, "calendar.webhook.test", $"/v1/webhooks/{webhook.Id}", data, clock.Now);
            var outcome = await channel.SendAsync(e, _ => ValueTask.FromResult(true), ct);
            return Answers.Tagged(WebhookTestView.Of(e.Id, outcome, ActorOf(context).Caller.Role == Role.Association));
        }
        finally
        {
            EndTest(webhook.Association);
        }
    }

    private bool TryBeginTest(Slug association)
    {
        lock (_tests)
        {
            var underWay = _tests.GetValueOrDefault(association);
            _tests[association] = Math.Min(underWay + 1, _mostTests);
            return underWay < _mostTests;
        }
    }

    private void EndTest(Slug association)
    {
        lock (_tests)
        {
            if (--_tests[association] == 0)
            {
                _tests.Remove(association);
            }
        }
    }

    // To one that speaks for another it is as one that never was.
    private (Slug? Association, IResult? Refused) AssociationOf(HttpContext context, string? named)
    {
        var caller = ActorOf(context).Caller;
        if (named is null)
        {
            return (caller.Association, null);
        }

        return Slug.TryParse(named, out var association) && follower.Current.FindAssociation(association) is not null && Authority.SpeaksFor(caller, association)
            ? (association, null)
            : (null, AssociationEndpoints.Missing(named));
    }

    private async Task<IResult> OfAsync(HttpContext context, string id, Func<Webhook, Task<IResult>> work, CancellationToken ct) =>
        Guid.TryParseExact(id, "D", out var known) && await table.FindAsync(known, ct) is { } webhook && Authority.SpeaksFor(ActorOf(context).Caller, webhook.Association)
            ? await work(webhook)
            : Unknown;

    private static Actor ActorOf(HttpContext context) => TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);

    private IResult Show(Webhook webhook) => Answers.Tagged(WebhookView.Of(webhook, clock.Now));

    private IResult Answer(WebhookOutcome outcome) => outcome is WebhookOutcome.Done done ? Show(done.Webhook) : Refuse(outcome);

    // The one answer with the secret. It is stored: nothing that could fail lies between that and telling it.
    private IResult Issued(HttpContext context, WebhookOutcome outcome, byte[] key)
    {
        if (outcome is not WebhookOutcome.Done done)
        {
            return Refuse(outcome);
        }

        context.Response.Headers.Location = "/v1/webhooks/" + done.Webhook.Id;
        return Answers.Tagged(WebhookView.Of(done.Webhook, clock.Now) with { Secret = WebhookSecret.Show(key) }, status: StatusCodes.Status201Created);
    }

    private static IResult Refuse(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.Repeated repeated => Problems.Answer(StatusCodes.Status409Conflict, "already-issued", new Text(
            $"Yêu cầu này đã được thực hiện: webhook {repeated.Webhook}. Khóa bí mật chỉ hiện một lần; nếu đã mất, hãy tạo khóa mới bằng POST /v1/webhooks/{repeated.Webhook}/rotation.",
            $"This request has been carried out: webhook {repeated.Webhook}. Secrets are shown once; if yours is lost, make a new one with POST /v1/webhooks/{repeated.Webhook}/rotation.")),
        WebhookOutcome.KeyReused => Problems.KeyReused,
        WebhookOutcome.Taken taken => Problems.Answer(StatusCodes.Status422UnprocessableEntity, "webhook-exists", new Text(
            $"Hội này đã có webhook {taken.Webhook} với địa chỉ đó: dùng webhook ấy, hoặc xóa nó trước.",
            $"This association has webhook {taken.Webhook} with that address: use that one, or remove it first.")),
        WebhookOutcome.TooMany => Problems.Answer(StatusCodes.Status422UnprocessableEntity, "too-many-webhooks", new Text(
            $"Mỗi hội có nhiều nhất {WebhookTable.Most} webhook: xóa bớt những webhook không dùng.",
            $"An association has {WebhookTable.Most} webhooks at most: remove those that are not used.")),
        _ => Unknown,
    };

    private static IResult Unknown { get; } = Problems.NotFound("Không có webhook nào như vậy.", "There is no such webhook.");
}
