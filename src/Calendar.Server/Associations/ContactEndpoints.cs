using Calendar.Access;
using Calendar.Associations;
using Calendar.Server.Access;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Associations;

/// <summary>A contact as answers show it.</summary>
/// <param name="Role">What the person does there.</param>
internal sealed record ContactView(Guid Id, string Name, string? Role, string Mail, Language Language, Instant Created, Instant Changed)
{
    public static ContactView Of(Contact contact)
    {
        var details = contact.Details;
        return new ContactView(contact.Id, details.Name, details.Role, details.Mail, details.Language, contact.Created, contact.Changed);
    }
}

/// <summary>The body that makes or changes one, for the OpenAPI document.</summary>
/// <param name="Name">One line of at most 100 characters.</param>
/// <param name="Role">What the person does there; one line of at most 100 characters.</param>
/// <param name="Mail">An address such as office@example.org.</param>
/// <param name="Language">What the person is written to in.</param>
internal sealed record ContactBody(string Name, string? Role, string Mail, Language Language);

/// <summary><c>/v1/associations/{slug}/contacts</c>: whom an association is reached by. An association's token sees and changes its own only.</summary>
internal sealed class ContactEndpoints(ContactTable table, AlmanacFollower follower, CivilClock clock)
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
            .WithSummary("Erases a contact: nothing of it is kept").Produces(204).RefusesWith(401, 403, 404, 503);
    }

    private async Task<IResult> ListAsync(HttpContext context, Slug association, CancellationToken ct)
    {
        new QueryReader(context.Request).Done();
        return Answers.Tagged(new Page<ContactView>([.. (await table.OfAsync(association, ct)).Select(ContactView.Of)], null));
    }

    private async Task<IResult> AddAsync(HttpContext context, Slug association, CancellationToken ct)
    {
        var (contact, errors) = ContactReader.Read((await Body.ReadAsync(context.Request, ct)).Json);
        if (contact is null)
        {
            return Problems.Of(errors);
        }

        var outcome = await table.AddAsync(Guid.CreateVersion7(), association, contact, clock.Now, ct);
        if (outcome is ContactOutcome.Done { IsNew: true, Contact.Id: var id })
        {
            context.Response.Headers.Location = $"/v1/associations/{association}/contacts/{id}";
        }

        return Answer(outcome);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, Slug association, string id, CancellationToken ct)
    {
        if (!Guid.TryParseExact(id, "D", out var known))
        {
            return Unknown;
        }

        var (contact, errors) = ContactReader.Read((await Body.ReadAsync(context.Request, ct)).Json);
        return contact is null ? Problems.Of(errors) : Answer(await table.ChangeAsync(known, association, contact, clock.Now, ct));
    }

    private async Task<IResult> EraseAsync(Slug association, string id, CancellationToken ct) =>
        Guid.TryParseExact(id, "D", out var known) && await table.EraseAsync(known, association, ct) ? Results.NoContent() : Unknown;

    private async Task<IResult> OfAsync(HttpContext context, string slug, Func<Slug, Task<IResult>> work)
    {
        var actor = TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier);

        // To one that speaks for another it is as one that never was.
        return Slug.TryParse(slug, out var association) && follower.Current.FindAssociation(association) is not null && Authority.SpeaksFor(actor.Caller, association)
            ? await work(association)
            : AssociationEndpoints.Missing(slug);
    }

    private static IResult Answer(ContactOutcome outcome) => outcome switch
    {
        ContactOutcome.Done done => Answers.Tagged(ContactView.Of(done.Contact), status: done.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK),
        ContactOutcome.TooMany => TooMany,
        _ => Unknown,
    };

    private static IResult Unknown { get; } = Problems.NotFound("Hội này không có người liên hệ nào như vậy.", "This association has no such contact.");

    private static IResult TooMany { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "too-many-contacts", new Text(
        $"Mỗi hội có nhiều nhất {ContactTable.Most} người liên hệ: xóa bớt người không còn phụ trách.",
        $"An association has {ContactTable.Most} contacts at most: erase those who are no longer in charge."));
}
