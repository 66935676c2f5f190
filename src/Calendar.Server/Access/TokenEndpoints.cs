using Calendar.Access;
using Calendar.Server.Http;

namespace Calendar.Server.Access;

/// <summary><c>/v1/tokens</c>: bearer tokens, given out and taken back by administrators.</summary>
internal sealed class TokenEndpoints(TokenTable table, TokenBook book, TokenFollower follower, AlmanacFollower almanacs, CivilClock clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/v1/tokens").WithTags("Tokens").Needs(Permission.ManageTokens);
        tokens.MapPost("", (HttpContext context, TokenEndpoints endpoints, CancellationToken ct) => endpoints.IssueAsync(context, ct))
            .WithSummary("Gives out a token; it is in this answer and never again")
            .Accepts<TokenBody>("application/json").Produces<TokenView>(201).RefusesWith(400, 401, 403, 409, 413, 415, 422, 503);
        tokens.MapGet("", (HttpContext context, TokenEndpoints endpoints) => endpoints.List(context))
            .WithSummary("The tokens that have not been revoked, the oldest first").Produces<Page<TokenView>>()
            .TakesQuery(("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total")).RefusesWith(401, 403);
        tokens.MapGet("self", (HttpContext context, TokenEndpoints endpoints) => endpoints.Show(ActorOf(context).Id))
            .Needs(Permission.KnowOneself).WithSummary("Whom your token stands for").Produces<TokenView>().RefusesWith(401);
        tokens.MapGet("{id}", (string id, TokenEndpoints endpoints) => endpoints.Show(id)).WithSummary("One token").Produces<TokenView>().RefusesWith(401, 403, 404);
        tokens.MapDelete("{id}", (string id, HttpContext context, TokenEndpoints endpoints, CancellationToken ct) => endpoints.RevokeAsync(id, context, ct))
            .WithSummary("Revokes it: it opens nothing from now on, its label is forgotten").Produces(204).RefusesWith(401, 403, 404, 409, 503);
    }

    private async Task<IResult> IssueAsync(HttpContext context, CancellationToken ct)
    {
        var body = await Body.ReadAsync(context.Request, ct);
        var (request, errors) = TokenReader.Read(body.Json, almanacs.Current, clock.Moment, clock.Zone);
        if (request is null)
        {
            return Problems.Of(errors);
        }

        var actor = ActorOf(context);
        var secret = Token.New();
        var made = NewToken.Of(request, secret, clock.Now) with { CreatedBy = actor.Id };
        var outcome = await table.AddAsync(made, KeyedRequest.Of(context.Request, actor, body.Bytes), ct);
        if (outcome is not TokenOutcome.Done done)
        {
            return Refuse(outcome);
        }

        // It is stored: nothing that could fail lies between that and telling it.
        follower.Apply(done.Token);
        context.Response.Headers.Location = "/v1/tokens/" + done.Token.Id;
        return Answers.Tagged(TokenView.Of(done.Token, null) with { Token = secret }, status: StatusCodes.Status201Created);
    }

    private IResult List(HttpContext context)
    {
        var query = new QueryReader(context.Request);
        var page = Paging.Read(query);
        query.Done();
        var held = book.All.Where(one => one.Current.Revoked is null).OrderBy(one => one.Current.Id, StringComparer.Ordinal);
        return page.Answer(context, held, one => one.Current.Id, one => TokenView.Of(one.Current, one.LastUsed));
    }

    private IResult Show(string id) =>
        book.Find(id) is { Current: { Revoked: null } current } held ? Answers.Tagged(TokenView.Of(current, held.LastUsed)) : Unknown;

    private async Task<IResult> RevokeAsync(string id, HttpContext context, CancellationToken ct)
    {
        var outcome = await table.RevokeAsync(id, ActorOf(context).Id, clock.Now, ct);
        if (outcome is not TokenOutcome.Done done)
        {
            return Refuse(outcome);
        }

        follower.Apply(done.Token);
        return Results.NoContent();
    }

    private static Actor ActorOf(HttpContext context) => TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);

    private static IResult Refuse(TokenOutcome outcome) => outcome switch
    {
        TokenOutcome.Repeated repeated => Conflict(
            "already-issued",
            $"Yêu cầu này đã được thực hiện: mã {repeated.Token}. Mã chỉ hiện một lần và không được lưu; nếu đã mất, hãy thu hồi bằng DELETE /v1/tokens/{repeated.Token} rồi cấp mã mới.",
            $"This request has been carried out: token {repeated.Token}. Tokens are shown once and not kept; if yours is lost, revoke it with DELETE /v1/tokens/{repeated.Token} and make another."),
        TokenOutcome.KeyReused => Problems.KeyReused,
        TokenOutcome.LastAdmin => Conflict(
            "last-admin",
            "Đây là mã quản trị cuối cùng còn hiệu lực: cấp một mã quản trị khác trước, hoặc chạy “calendar token --new-admin” trên máy chủ.",
            "This is the last live admin token: make another one first, or run \"calendar token --new-admin\" on the machine."),
        TokenOutcome.OwnToken => Conflict(
            "own-token",
            "Bạn đang dùng chính mã này: nhờ một người quản trị khác thu hồi.",
            "This is the token you are using: have another administrator revoke it."),
        TokenOutcome.TooMany => Problems.Answer(StatusCodes.Status422UnprocessableEntity, "too-many-tokens", new Text(
            $"Nhiều nhất {TokenTable.MostLive} mã còn hiệu lực: thu hồi bớt những mã không dùng.",
            $"{TokenTable.MostLive} tokens may live at a time: revoke those that are not used.")),
        _ => Unknown,
    };

    private static IResult Conflict(string code, string vi, string en) => Problems.Answer(StatusCodes.Status409Conflict, code, new Text(vi, en));

    private static IResult Unknown { get; } = Problems.NotFound("Không có mã truy cập nào như vậy.", "There is no such token.");
}
