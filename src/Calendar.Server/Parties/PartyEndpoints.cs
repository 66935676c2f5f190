using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Search;
using Calendar.Server.Access;
using Calendar.Server.Facts;
using Calendar.Server.Http;

namespace Calendar.Server.Parties;

/// <summary>A party as answers show it.</summary>
/// <param name="Name">As of today.</param>
internal sealed record PartyView(
    PartyCode Party, PartyKind Kind, Text Name, IReadOnlyList<NameView> Names, IReadOnlyList<string> Aliases, IReadOnlyList<string> Groups)
{
    public PartialDate? Ended { get; init; }

    public IReadOnlyList<PartyCode>? Successors { get; init; }

    public IReadOnlyList<FactView>? Facts { get; init; }

    public static PartyView Of(Almanac almanac, Party party, PartialDate today, bool whole)
    {
        var registered = party.Registered!;
        var renames = party.Facts.Values.Where(fact => fact.Kind == FactKind.PartyRenamed && fact.Withdrawn is null).OrderBy(fact => fact.On);
        return new PartyView(
            party.Code, registered.Kind, party.NameOn(today),
            [new NameView(registered.Name, null), .. renames.Select(fact => new NameView(fact.Title!, fact.On))],
            registered.Aliases, [.. party.Groups])
        {
            Ended = party.End?.On,
            Successors = party.End is { } end ? end.Parties[1..] : null,
            Facts = whole
                ? [.. party.Facts.Keys.Select(id => almanac.Find(id)!).OrderBy(fact => fact.On).ThenBy(fact => fact.Id).Select(fact => FactView.Of(almanac, fact))]
                : null,
        };
    }
}

/// <param name="From">Since when the name is borne; absent for the first one.</param>
internal sealed record NameView(Text Name, PartialDate? From);

/// <summary><c>/v1/parties</c>.</summary>
internal static class PartyEndpoints
{
    private static readonly (string Kind, string Command)[] _facts =
    [
        ("party_renamed", "rename_party"),
        ("party_ended", "end_party"),
        ("national_day", "declare_national_day"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var parties = routes.MapGroup("/v1/parties").WithTags("Parties");
        parties.MapGet("", List)
            .WithSummary("The parties: states, places, organisations").Produces<Page<PartyView>>()
            .TakesQuery(("kind", "state, subnational, organisation, political_party"), ("group", "Groups in commas"), ("q", "Words, or beginnings of words, of the names, in either language and with or without marks; the best first"), ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"));
        parties.MapGet("{code}", (string code, AlmanacFollower follower, CivilClock clock) =>
                PartyCode.TryParse(code, out var party) && Show(follower.Current, party, clock) is { } shown
                    ? Answers.Tagged((PartyView)shown.Value, shown.Version)
                    : Missing(code))
            .WithSummary("One party with its names, end and national days").Produces<PartyView>().RefusesWith(404);
        parties.MapPut("{code}", (string code, HttpContext context, CommandEndpoint endpoint, CivilClock clock, CancellationToken ct) =>
                PartyCode.TryParse(code, out var party)
                    ? endpoint.HandleAsync(context, "register_party", [("party", code)], (almanac, _) => Show(almanac, party, clock), ct)
                    : Task.FromResult(Missing(code)))
            .WithSummary("Registers a party, or sets the groups of a registered one").TakesCommand("register_party", "party")
            .Produces<PartyView>(StatusCodes.Status201Created).Produces<PartyView>()
            .RequireAuthorization(TokenAuthentication.Historian);

        foreach (var (kind, command) in _facts)
        {
            parties.MapPost("{code}/" + kind, (string code, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                    PartyCode.TryParse(code, out _)
                        ? endpoint.HandleAsync(context, command, [("party", code)], (almanac, asked) => FactEndpoints.Show(almanac, ((IStatesFact)asked).Fact), ct)
                        : Task.FromResult(Missing(code)))
                .WithSummary($"Records a {kind}").TakesCommand(command, "party")
                .Produces<FactView>(StatusCodes.Status201Created).RequireAuthorization(TokenAuthentication.Historian);
        }
    }

    private static IResult List(HttpContext context, AlmanacFollower follower, CivilClock clock)
    {
        var query = new QueryReader(context.Request);
        var kinds = query.Names<PartyKind>("kind");
        var groups = query.Many("group");
        var search = query.Search("q");
        var page = Paging.Read(query);
        query.Done();

        var almanac = follower.Current;
        var parties = almanac.Parties
            .Where(party => party.Registered is not null)
            .Where(party => kinds.IsEmpty || kinds.Contains(party.Registered!.Kind))
            .Where(party => groups.IsEmpty || groups.Any(party.Groups.Contains));
        var today = new PartialDate(clock.Today);
        return search is null
            ? page.Answer(context, parties, party => party.Code.Value, party => PartyView.Of(almanac, party, today, whole: false))
            : page.AnswerRanked(
                context, parties, party => almanac.RankOf(party, search), party => party.Code.Value, party => PartyView.Of(almanac, party, today, whole: false));
    }

    private static Shown? Show(Almanac almanac, PartyCode code, CivilClock clock) => almanac.FindParty(code) is { Registered: not null } party
        ? new Shown($"/v1/parties/{code}", PartyView.Of(almanac, party, new PartialDate(clock.Today), whole: true), almanac.VersionOf(Party.Stream(code)))
        : null;

    private static IResult Missing(string code) => Problems.NotFound(
        $"Không có bên “{(code.Length <= 60 ? code : "…")}”.", $"There is no party \"{(code.Length <= 60 ? code : "…")}\".");
}
