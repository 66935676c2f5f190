using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Search;
using Calendar.Server.Access;
using Calendar.Server.AsOf;
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

    public AsOfView? AsOf { get; init; }

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

/// <summary>What a list of parties is sorted by.</summary>
internal enum PartyOrder
{
    Code,
    Name,
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
        var parties = routes.MapGroup("/v1/parties").WithTags("Parties").Needs(Permission.ReadRecord);
        parties.MapGet("", List)
            .WithSummary("The parties: states, places, organisations").Produces<Page<PartyView>>()
            .TakesQuery(("kind", "state, subnational, organisation, political_party"), ("group", "Groups in commas"), ("sort", "code (default), or name: the Vietnamese names in the order of the dictionary; with q the best comes first"), ("q", "Words, or beginnings of words, of the names, in either language and with or without marks; the best first"), ("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total"), Records.Parameter)
            .RefusesWith(401, 503);
        parties.MapGet("{code}", Read)
            .WithSummary("One party with its names, end and national days").Produces<PartyView>().TakesQuery(Records.Parameter).RefusesWith(401, 404, 503);
        parties.MapPut("{code}", (string code, HttpContext context, CommandEndpoint endpoint, CivilClock clock, CancellationToken ct) =>
                PartyCode.TryParse(code, out var party)
                    ? endpoint.HandleAsync(context, "register_party", [("party", code)], (almanac, _) => Show(new Reading(almanac, clock.Today, null), party), ct)
                    : Task.FromResult(Missing(code)))
            .WithSummary("Registers a party, or sets the groups of a registered one").TakesCommand("register_party", "party")
            .Produces<PartyView>(StatusCodes.Status201Created).Produces<PartyView>()
            .Needs(Permission.RecordFacts);

        foreach (var (kind, command) in _facts)
        {
            parties.MapPost("{code}/" + kind, (string code, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                    PartyCode.TryParse(code, out _)
                        ? endpoint.HandleAsync(context, command, [("party", code)], (almanac, asked) => FactEndpoints.Show(almanac, ((IStatesFact)asked).Fact), ct)
                        : Task.FromResult(Missing(code)))
                .WithSummary($"Records a {kind}").TakesCommand(command, "party")
                .Produces<FactView>(StatusCodes.Status201Created).Needs(Permission.RecordFacts);
        }
    }

    private static async Task<IResult> Read(string code, HttpContext context, Records records, CancellationToken ct)
    {
        var reading = await records.ReadAsync(context, ct);
        return PartyCode.TryParse(code, out var party) && Show(reading, party) is { } shown ? Answers.Tagged((PartyView)shown.Value, shown.Version) : Missing(code);
    }

    private static async Task<IResult> List(HttpContext context, Records records, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var kinds = query.Names<PartyKind>("kind");
        var groups = query.Many("group");
        var search = query.Search("q");
        var sort = query.Name("sort", PartyOrder.Code);
        var page = Paging.Read(query);
        var reading = await records.ReadAsync(query, context, ct);
        query.Done();

        var almanac = reading.Almanac;
        var parties = almanac.Parties
            .Where(party => party.Registered is not null)
            .Where(party => kinds.IsEmpty || kinds.Contains(party.Registered!.Kind))
            .Where(party => groups.IsEmpty || groups.Any(party.Groups.Contains));
        var today = new PartialDate(reading.Today);
        return search is null
            ? page.Answer(context, parties.OrderBy(Key, StringComparer.Ordinal), Key, Show, reading.AsOf)
            : page.AnswerRanked(context, parties, party => almanac.RankOf(party, search), party => party.Code.Value, Show, reading.AsOf);

        // Names are not unique; codes are.
        string Key(Party party) => sort == PartyOrder.Code ? party.Code.Value : $"{VietnameseOrder.KeyOf(party.NameOn(today).Vi)}\0{party.Code}";

        PartyView Show(Party party) => PartyView.Of(almanac, party, today, whole: false);
    }

    private static Shown? Show(Reading reading, PartyCode code) => reading.Almanac.FindParty(code) is { Registered: not null } party
        ? new Shown(
            $"/v1/parties/{code}", PartyView.Of(reading.Almanac, party, new PartialDate(reading.Today), whole: true) with { AsOf = reading.AsOf },
            reading.Almanac.VersionOf(Party.Stream(code)))
        : null;

    private static IResult Missing(string code) => Problems.NotFound(
        $"Không có bên “{(code.Length <= 60 ? code : "…")}”.", $"There is no party \"{(code.Length <= 60 ? code : "…")}\".");
}
