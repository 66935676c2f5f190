using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Planning;
using Calendar.Search;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.AsOf;
using Calendar.Server.Http;
using Calendar.Server.Planning;
using NodaTime;

namespace Calendar.Server.Associations;

/// <summary><c>/v1/associations</c>: who marks which anniversaries, in JSON, CSV and XLSX.</summary>
internal static class AssociationEndpoints
{
    private static readonly (string Route, string Command, string Summary)[] _commands =
    [
        ("muting", "mute_association", "Sends it no reminders from now on; nobody else is told"),
        ("unmuting", "unmute_association", "Sends it reminders again"),
        ("closing", "close_association", "Closes it: it is given no work any more"),
        ("reopening", "reopen_association", "Opens a closed one again, as it was"),
    ];

    private static readonly Table<(string Key, Association Association)> _table = new("associations",
    [
        new("association", 24, x => x.Association.Slug.Value), new("name_vi", 60, x => x.Association.Name.Vi), new("name_en", 60, x => x.Association.Name.En),
        new("scope", 10, x => x.Association.Details!.Scope.Name()), new("parent", 20, x => x.Association.Details!.Parent?.Value),
        new("partners", 14, x => string.Join(' ', x.Association.Partners)), new("language", 10, x => x.Association.Details!.Language.Name()),
        new("zone", 18, x => x.Association.Details!.Zone), new("closed", 8, x => x.Association.IsClosed), new("source", 60, x => x.Association.Details!.Source.Citation),
        new("url", 40, x => x.Association.Details!.Source.Url), new("confidence", 12, x => x.Association.Details!.Source.Confidence.Name()),
    ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var associations = routes.MapGroup("/v1/associations").WithTags("Associations").Needs(Permission.ReadRecord);
        associations.MapGet("", List)
            .WithSummary("The associations by their Vietnamese names, in JSON, CSV or XLSX")
            .Produces<Page<AssociationView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(
                ("party", "Codes in commas: those that are there for one of these partners"), ("scope", string.Join(", ", Names<AssociationScope>.All)),
                ("parent", "Those directly below these, in commas"),
                ("q", "Words, or beginnings of words, of the names, in either language and with or without marks; the best first"),
                ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"), Negotiation.Parameter, Records.Parameter)
            .RefusesWith(401, 503);
        associations.MapGet("{slug}", Read)
            .WithSummary("One association, the union above it and those below; to planners also whether it is muted, and to them and itself what it has done and left undone")
            .Produces<AssociationView>().TakesQuery(Records.Parameter).RefusesWith(401, 404, 503);

        Writing(associations.MapPut("{slug}", (string slug, HttpContext context, CommandEndpoint endpoint, CivilClock clock, CancellationToken ct) =>
                HandleAsync(slug, context, endpoint, clock, "register_association", ct)))
            .WithSummary("Registers an association, or changes a registered one to what is given").TakesCommand("register_association", "association");
        foreach (var (route, command, summary) in _commands)
        {
            Writing(associations.MapPost($"{{slug}}/{route}", (string slug, HttpContext context, CommandEndpoint endpoint, CivilClock clock, CancellationToken ct) =>
                    HandleAsync(slug, context, endpoint, clock, command, ct)))
                .WithSummary(summary).TakesCommand(command, "association");
        }

        static RouteHandlerBuilder Writing(RouteHandlerBuilder route) => route
            .Produces<AssociationView>(StatusCodes.Status201Created).Produces<AssociationView>().Needs(Permission.Plan);
    }

    public static IResult Missing(string slug) => Problems.NotFound(
        $"Không có hội “{(slug.Length <= Slug.MaxLength ? slug : "…")}”: xem /v1/associations.",
        $"There is no association \"{(slug.Length <= Slug.MaxLength ? slug : "…")}\": see /v1/associations.");

    // What everybody is answered has a tag of what is shown alone: the stream's version would tell of mutings.
    private static async Task<IResult> Read(string slug, HttpContext context, Records records, Callers callers, CancellationToken ct)
    {
        var reading = await records.ReadAsync(context, ct);
        var caller = (await callers.FindAsync(context))?.Caller;
        if (!Slug.TryParse(slug, out var known) || reading.Almanac.FindAssociation(known) is not { } association)
        {
            return Missing(slug);
        }

        // Of work there is no past to be asked for.
        var record = reading.At is null && PlanSight.Of(caller).Sees(known) ? AssociationRecord.Of(reading.Almanac, known, reading.Today) : null;
        return caller?.Role.May(Permission.Plan) == true
            ? Answers.Tagged(Whole(reading.Almanac, association) with { Record = record, AsOf = reading.AsOf }, reading.Almanac.VersionOf(Association.Stream(known)))
            : Answers.Tagged(AssociationView.Whole(reading.Almanac, association) with { Record = record, AsOf = reading.AsOf });
    }

    private static async Task<IResult> List(HttpContext context, Records records, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var reading = await records.ReadAsync(query, context, ct);
        var almanac = reading.Almanac;
        var parties = AnniversaryEndpoints.Parties(query, almanac);
        var scopes = query.Names<AssociationScope>("scope");
        var parents = query.Many<Slug>("parent", text => Slug.TryParse(text, out var slug) && almanac.FindAssociation(slug) is not null ? slug : null, "/v1/associations");
        var search = query.Search("q");
        var (page, form) = (Paging.Read(query), Negotiation.FormOf(context.Request, query));
        query.Done();

        var found = (
            from association in almanac.Associations
            where parties.IsEmpty || parties.Any(party => association.Covers(almanac, party))
            where scopes.IsEmpty || scopes.Contains(association.Details!.Scope)
            where parents.IsEmpty || (association.Details!.Parent is { } parent && parents.Contains(parent))
            let rank = search is null ? SearchRank.Name : association.RankOf(search)
            where rank is not null
            select (Key: $"{(int)rank} {VietnameseOrder.KeyOf(association.Name.Vi)}\0{association.Slug}", Association: association)).OrderBy(one => one.Key, StringComparer.Ordinal);
        return form == ListForm.Json
            ? page.Answer(context, found, one => one.Key, one => AssociationView.Of(one.Association), reading.AsOf)
            : page.Table(context, found, one => one.Key, _table, form);
    }

    private static Task<IResult> HandleAsync(string slug, HttpContext context, CommandEndpoint endpoint, CivilClock clock, string command, CancellationToken ct) =>
        Slug.TryParse(slug, out var association)
            ? endpoint.HandleAsync(context, command, [("association", slug)], (almanac, _) => Show(almanac, association, clock.Today), ct)
            : Task.FromResult(Missing(slug));

    private static Shown? Show(Almanac almanac, Slug slug, LocalDate today) => almanac.FindAssociation(slug) is { } association
        ? new Shown(AssociationView.Address(slug), Whole(almanac, association) with { Record = AssociationRecord.Of(almanac, slug, today) }, almanac.VersionOf(Association.Stream(slug)))
        : null;

    // To whoever may change it.
    private static AssociationView Whole(Almanac almanac, Association association) => AssociationView.Whole(almanac, association) with { Muted = association.IsMuted };
}
