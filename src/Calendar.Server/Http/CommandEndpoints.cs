using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Commands;
using Calendar.EventStore;
using Calendar.Facts;
using Calendar.Planning;
using Calendar.Server.Access;
using Calendar.Server.Sealed;

namespace Calendar.Server.Http;

/// <summary>How a command comes in over HTTP: body, token, If-Match, Idempotency-Key; and how its outcome goes out.</summary>
internal sealed class CommandEndpoint(CommandHandler handler, AlmanacFollower follower)
{
    private const int _maxKey = 200;

    /// <param name="command">A name of <see cref="CommandReader.Commands"/>.</param>
    /// <param name="route">The members that the route decides.</param>
    /// <param name="show">The resource after the command; its answer is the command's.</param>
    public async Task<IResult> HandleAsync(
        HttpContext context, string command, (string Name, string Value)[] route, Func<Almanac, Command, Shown?> show, CancellationToken ct)
    {
        var request = context.Request;
        var isDelete = HttpMethods.IsDelete(request.Method);
        var body = isDelete ? Body.None : await Body.ReadAsync(request, ct);
        var read = CommandReader.Read(body.Json, command, route);
        if (read.Command is null)
        {
            return Problems.Of(read.Errors);
        }

        var actor = TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);
        var retry = Retry(request, actor, body.Bytes);
        var asked = Identify(read.Command, actor, retry);
        return await handler.HandleAsync(asked, actor, ETags.IfMatch(request), retry, ct) switch
        {
            Outcome.Done done => Answer(asked, done.Changed, done.Visible, done.Version, done.Warnings),
            Outcome.Repeated repeated => Answer(asked, repeated.Stored.Status == StatusCodes.Status201Created, repeated.Visible, repeated.Stored.Version, []),
            Outcome.Refused refused => Problems.Of(refused.Why),
            Outcome.Stale stale => Problems.Stale(stale.Version),
            _ => Problems.KeyReused,
        };

        IResult Answer(Command asked, bool changed, bool visible, long version, ImmutableArray<Rejection> warnings)
        {
            if (!visible)
            {
                // Recorded, but this instance has not folded it yet. A plan's version counts the work of others, too.
                if (actor.Association is null)
                {
                    context.Response.Headers["Calendar-Version"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                return Results.StatusCode(StatusCodes.Status202Accepted);
            }

            // What was theirs to change may be another's by now, above all when an old request is repeated.
            var almanac = follower.Current;
            if (Authority.Refuse(almanac, asked, actor.Caller) is { } refused)
            {
                return Problems.Of(refused);
            }

            // Under embargo until its time, and shown to nobody else.
            var shown = SealedEndpoints.Show(almanac, FactOf(asked)) ?? show(almanac, asked)!;
            if (changed && !isDelete)
            {
                context.Response.Headers.Location = shown.Location;
            }

            var value = shown.Value is IWarns warns && !warnings.IsEmpty ? warns.With([.. warnings.Select(Problems.Error)]) : shown.Value;
            return Answers.Tagged(value, shown.Version, changed && !isDelete ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }
    }

    // A retry must mean the same fact, task or celebration, so with a key the id comes from the key.
    private static Command Identify(Command command, Actor actor, Idempotency? retry) => command switch
    {
        IStatesFact { Fact.Value: var id } states when id == Guid.Empty => states.WithFact(new FactId(NewId(actor, retry))),
        ClaimDate { Claim.Value: var id } claim when id == Guid.Empty => claim with { Claim = new ClaimId(NewId(actor, retry)) },
        IMakes { NeedsId: true } makes => makes.With(NewId(actor, retry)),
        _ => command,
    };

    private static FactId FactOf(Command command) => command switch
    {
        IStatesFact states => states.Fact,
        FactCommand about => about.Fact,
        _ => default,
    };

    // Of what becomes public later, an announced celebration or a released fact, the id must not tell when it was made: it holds no time.
    private static Guid NewId(Actor actor, Idempotency? retry) =>
        retry is null ? Guid.NewGuid() : Keys.ToGuid(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor.Id}/{retry.Key}"))));

    /// <summary>The request's Idempotency-Key; null without one.</summary>
    /// <exception cref="RefusedRequestException">It cannot be one.</exception>
    public static string? KeyOf(HttpRequest request)
    {
        if (request.Headers["Idempotency-Key"] is not { Count: > 0 } header)
        {
            return null;
        }

        return header is [{ Length: > 0 and <= _maxKey } key]
            ? key
            : throw new RefusedRequestException(Problems.Answer(
                StatusCodes.Status422UnprocessableEntity, "bad-idempotency-key",
                new Text($"Idempotency-Key phải có từ 1 đến {_maxKey} ký tự.", $"Idempotency-Key must have 1 to {_maxKey} characters.")));
    }

    /// <summary>What a request's hash begins with; its body follows.</summary>
    public static byte[] HashedHead(HttpRequest request) => Encoding.UTF8.GetBytes($"{request.Method} {request.Path} {request.QueryString}\n");

    private static Idempotency? Retry(HttpRequest request, Actor actor, byte[] body)
    {
        if (KeyOf(request) is not { } key)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(HashedHead(request));
        hash.AppendData(body);
        return new Idempotency(actor.Id, key, hash.GetHashAndReset(), StatusCodes.Status201Created);
    }
}

/// <summary>A resource as it is shown.</summary>
internal sealed record Shown(string Location, object Value, long Version);

/// <summary>An answer that says what whoever asked should know of what has been recorded.</summary>
internal interface IWarns
{
    object With(IReadOnlyList<ProblemError> warnings);
}
