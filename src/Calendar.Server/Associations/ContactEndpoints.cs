using Calendar.Access;
using Calendar.Associations;
using Calendar.Server.Access;
using Calendar.Server.Http;
using Calendar.Server.Reminders;
using NodaTime;

namespace Calendar.Server.Associations;

/// <summary>A contact as answers show it.</summary>
/// <param name="Role">What the person does there.</param>
/// <param name="AwayUntil">The last day on which the person is away.</param>
/// <param name="StandIn">Who gets the person's mails meanwhile.</param>
/// <param name="OnlyStandsIn">Gets mails only while somebody is away whom the person stands in for.</param>
/// <param name="Unsubscribed">Since when the person wants no mails at this address; absent for who does. Only the person can change that.</param>
/// <param name="Refused">The last mail that came back.</param>
internal sealed record ContactView(
    Guid Id, string Name, string? Role, string Mail, Language Language, LocalDate? AwayUntil, Guid? StandIn, bool OnlyStandsIn, Instant? Unsubscribed, RefusedMailView? Refused, Instant Created,
    Instant Changed)
{
    public static ContactView Of(Contact contact, RefusedMailView? refused)
    {
        var details = contact.Details;
        return new ContactView(
            contact.Id, details.Name, details.Role, details.Mail, details.Language, details.AwayUntil, details.StandIn, details.OnlyStandsIn, contact.Unsubscribed, refused,
            contact.Created, contact.Changed);
    }
}

/// <param name="Code">Of the mail server's answer.</param>
/// <param name="Answer">What it said, without the address.</param>
internal sealed record RefusedMailView(Instant At, int? Code, string? Answer);

/// <summary>The body that makes or changes one, for the OpenAPI document.</summary>
/// <param name="Name">One line of at most 100 characters.</param>
/// <param name="Role">What the person does there; one line of at most 100 characters.</param>
/// <param name="Mail">An address such as office@example.org.</param>
/// <param name="Language">What the person is written to in.</param>
/// <param name="AwayUntil">The last day on which the person is away.</param>
/// <param name="StandIn">Who gets the person's mails meanwhile: another contact of the association, or one of an association above it.</param>
/// <param name="OnlyStandsIn">Gets mails only while somebody is away whom the person stands in for, and no weekly ones; false when left out.</param>
internal sealed record ContactBody(string Name, string? Role, string Mail, Language Language, LocalDate? AwayUntil, Guid? StandIn, bool? OnlyStandsIn);

/// <summary><c>/v1/associations/{slug}/contacts</c>: whom an association is reached by. An association's token sees and changes its own only.</summary>
internal sealed class ContactEndpoints(ContactTable table, ReminderTable reminders, ReminderRound round, AlmanacFollower follower, CivilClock clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var contacts = routes.MapGroup("/v1/associations/{slug}/contacts").WithTags("Associations").Needs(Permission.ManageContacts);
        contacts.MapGet("", (string slug, HttpContext context, ContactEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, slug, association => endpoints.ListAsync(context, association, ct)))
            .WithSummary("Whom an association is reached by, the oldest first").Produces<Page<ContactView>>().RefusesWith(401, 403, 404, 422, 503);
        contacts.MapPost("", (string slug, HttpContext context, ContactEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, slug, association => endpoints.AddAsync(context, association, ct)))
            .WithSummary($"Adds a contact, of {ContactTable.Most} at most; one just like it is not added again")
            .Accepts<ContactBody>("application/json").Produces<ContactView>(201).Produces<ContactView>().RefusesWith(400, 401, 403, 404, 413, 415, 422, 503);
        contacts.MapPut("{id}", (string slug, string id, HttpContext context, ContactEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, slug, association => endpoints.ChangeAsync(context, association, id, ct)))
            .WithSummary("Changes a contact").Accepts<ContactBody>("application/json").Produces<ContactView>().RefusesWith(400, 401, 403, 404, 413, 415, 422, 503);
        contacts.MapDelete("{id}", (string slug, string id, HttpContext context, ContactEndpoints endpoints, CancellationToken ct) =>
                endpoints.OfAsync(context, slug, association => endpoints.EraseAsync(association, id, ct)))
            .WithSummary("Erases a contact: nothing of it is kept, but that somebody wanted no mails, by a hash of the address with a secret key").Produces(204).RefusesWith(401, 403, 404, 503);
    }

    private async Task<IResult> ListAsync(HttpContext context, Slug association, CancellationToken ct)
    {
        new QueryReader(context.Request).Done();
        var contacts = await table.OfAsync(association, ct);
        var refused = await reminders.RefusalsAsync([.. contacts.Select(contact => contact.Id)], ct);
        return Answers.Tagged(new Page<ContactView>([.. contacts.Select(contact => ContactView.Of(contact, refused.GetValueOrDefault(contact.Id)))], null));
    }

    private async Task<IResult> AddAsync(HttpContext context, Slug association, CancellationToken ct)
    {
        var (contact, errors) = ContactReader.Read((await Body.ReadAsync(context.Request, ct)).Json);
        if (contact is null)
        {
            return Problems.Of(errors);
        }

        var outcome = await table.AddAsync(Guid.CreateVersion7(), association, AboveOf(association), contact, clock.Now, ct);
        if (outcome is ContactOutcome.Done { IsNew: true, Contact.Id: var id })
        {
            context.Response.Headers.Location = $"/v1/associations/{association}/contacts/{id}";
        }

        return await AnswerAsync(outcome, ct);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, Slug association, string id, CancellationToken ct)
    {
        if (!Guid.TryParseExact(id, "D", out var known))
        {
            return Unknown;
        }

        var (contact, errors) = ContactReader.Read((await Body.ReadAsync(context.Request, ct)).Json);
        return contact is null ? Problems.Of(errors) : await AnswerAsync(await table.ChangeAsync(known, association, AboveOf(association), contact, clock.Now, ct), ct);
    }

    private async Task<IResult> EraseAsync(Slug association, string id, CancellationToken ct)
    {
        if (!Guid.TryParseExact(id, "D", out var known) || !await table.EraseAsync(known, association, ct))
        {
            return Unknown;
        }

        round.Wake();
        return Results.NoContent();
    }

    private async Task<IResult> OfAsync(HttpContext context, string slug, Func<Slug, Task<IResult>> work)
    {
        var actor = TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);

        // To one that speaks for another it is as one that never was.
        return Slug.TryParse(slug, out var association) && follower.Current.FindAssociation(association) is not null && Authority.SpeaksFor(actor.Caller, association)
            ? await work(association)
            : AssociationEndpoints.Missing(slug);
    }

    private List<Slug> AboveOf(Slug association) =>
        follower.Current is var almanac && almanac.FindAssociation(association) is { } known ? [.. almanac.AssociationBook.AboveOf(known).Select(one => one.Slug)] : [];

    private async Task<IResult> AnswerAsync(ContactOutcome outcome, CancellationToken ct)
    {
        if (outcome is not ContactOutcome.Done { Contact: var contact, IsNew: var isNew })
        {
            return outcome switch
            {
                ContactOutcome.TooMany => TooMany,
                ContactOutcome.NoStandIn => NoStandIn,
                _ => Unknown,
            };
        }

        // Who is reminded of what may be another.
        round.Wake();
        var refused = (await reminders.RefusalsAsync([contact.Id], ct)).GetValueOrDefault(contact.Id);
        return Answers.Tagged(ContactView.Of(contact, refused), status: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static IResult NoStandIn { get; } = Problems.Of(Rejection.Invalid(
        "unknown-stand-in", "/standIn",
        "Người thay phải là một người liên hệ khác của hội hoặc của hội cấp trên: xem danh sách người liên hệ của các hội đó.",
        "Whoever stands in must be another contact of the association, or one of an association above it: see their lists of contacts."));

    private static IResult Unknown { get; } = Problems.NotFound("Hội này không có người liên hệ nào như vậy.", "This association has no such contact.");

    private static IResult TooMany { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "too-many-contacts", new Text(
        $"Mỗi hội có nhiều nhất {ContactTable.Most} người liên hệ: xóa bớt người không còn phụ trách.",
        $"An association has {ContactTable.Most} contacts at most: erase those who are no longer in charge."));
}
