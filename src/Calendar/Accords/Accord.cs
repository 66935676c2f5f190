using System.Collections.Immutable;
using Calendar.Facts;

namespace Calendar.Accords;

public abstract record AccordCommand(Slug Accord) : Command;

public sealed record ConcludeAccord(Slug Accord, FactId Fact, PartialDate On, Source Source, Text Title, ImmutableArray<PartyCode> Signatories)
    : AccordCommand(Accord), IStatesFact
{
    public PartialDate? InForce { get; init; }

    public bool? Commemorated { get; init; }

    public Text? Note { get; init; }

    public FactId? Replaces { get; init; }

    public override IEnumerable<(PartyCode Party, string Pointer)> Parties => Signatories.Select((party, i) => (party, $"/parties/{i}"));

    public Command WithFact(FactId fact) => this with { Fact = fact };
}

public sealed record JoinAccord(Slug Accord, FactId Fact, PartialDate On, Source Source, PartyCode Party, bool? Commemorated)
    : AccordCommand(Accord), IStatesFact
{
    public FactId? Replaces { get; init; }

    public override IEnumerable<(PartyCode Party, string Pointer)> Parties => [(Party, "/party")];

    public Command WithFact(FactId fact) => this with { Fact = fact };
}

public sealed record LeaveAccord(Slug Accord, FactId Fact, PartialDate On, Source Source, PartyCode Party, FactId Ends)
    : AccordCommand(Accord), IStatesFact
{
    public override IEnumerable<(PartyCode Party, string Pointer)> Parties => [(Party, "/party")];

    public Command WithFact(FactId fact) => this with { Fact = fact };
}

/// <summary>A text that several parties signed: the stream <c>accord-{slug}</c>.</summary>
public sealed record Accord(Slug Slug, ImmutableDictionary<FactId, Fact> Facts)
{
    private const string _prefix = "accord-";

    public static Decider<Command, Accord> Decider(Slug slug) => new(new Accord(slug, ImmutableDictionary<FactId, Fact>.Empty), Decide, Evolve);

    public static string Stream(Slug slug) => _prefix + slug;

    public static bool TryParseStream(string stream, out Slug slug)
    {
        slug = default;
        return stream.StartsWith(_prefix, StringComparison.Ordinal) && Slug.TryParse(stream[_prefix.Length..], out slug);
    }

    private Fact? Conclusion => ConclusionOf(Facts.Values);

    /// <summary>The conclusion that stands among an accord's facts.</summary>
    public static Fact? ConclusionOf(IEnumerable<Fact> facts) =>
        facts.Where(fact => fact.Kind == FactKind.AccordConcluded && fact.Withdrawn is null).MinBy(fact => fact.Id);

    /// <summary>The fact by which somebody is a party now: the conclusion or a joining that nobody has left since.</summary>
    private Fact? Membership(PartyCode party) => Facts.Values.FirstOrDefault(fact =>
        fact.Kind is FactKind.AccordConcluded or FactKind.AccordJoined && fact.Withdrawn is null && fact.Parties.Contains(party)
        && !Facts.Values.Any(left => left.Ends == fact.Id && left.Withdrawn is null && left.Parties.Contains(party)));

    public static Decision Decide(Command command, Accord state, Role role) => command switch
    {
        ConcludeAccord conclude => Conclude(conclude, state, role),
        JoinAccord join => Join(join, state, role),
        LeaveAccord leave => Leave(leave, state, role),
        FactCommand about => FactDecisions.Decide(about, state.Facts.GetValueOrDefault(about.Fact), fact => Rival(fact.Kind, fact.Parties[0], state), role),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
    };

    public static Accord Evolve(Accord state, IEvent e, Role role) => e switch
    {
        IFactEvent stated when NewFact(stated, Stream(state.Slug), state.Conclusion?.Title) is { } fact =>
            state with { Facts = state.Facts.SetItem(fact.Id, fact) },
        IAboutFact about when state.Facts.TryGetValue(about.Fact, out var fact) =>
            state with { Facts = state.Facts.SetItem(fact.Id, fact.Evolve(about, role)) },
        _ => state,
    };

    /// <summary>The fact that an event of this stream states; null for events of other streams.</summary>
    /// <param name="accord">The accord's title, for what parties did later.</param>
    public static Fact? NewFact(IFactEvent e, string stream, Text? accord) => e switch
    {
        AccordConcluded x => Fact.New(FactKind.AccordConcluded, x, x.On, stream, x.Parties, x.Commemorated, x.Title, x.Note)
            with { InForce = x.InForce },
        AccordJoined x => Fact.New(FactKind.AccordJoined, x, x.On, stream, [x.Party], x.Commemorated, accord),
        AccordLeft x => Fact.New(FactKind.AccordLeft, x, x.On, stream, [x.Party], false, accord) with { Ends = x.Ends },
        _ => null,
    };

    private static Decision Conclude(ConcludeAccord command, Accord state, Role role)
    {
        if (FactDecisions.Repeat(state.Facts.GetValueOrDefault(command.Fact), FactKind.AccordConcluded, command.On, role) is { } repeat)
        {
            return repeat;
        }

        if (Rival(FactKind.AccordConcluded, default, state) is { } rival)
        {
            return rival;
        }

        return Decision.Of(new AccordConcluded(
            command.Fact, command.On, command.Source, command.Commemorated ?? true, command.Title, command.Signatories, command.InForce, command.Note, command.Replaces));
    }

    private static Decision Join(JoinAccord command, Accord state, Role role)
    {
        if (Repeat(state, command.Fact, FactKind.AccordJoined, command.On, command.Party, role) is { } repeat)
        {
            return repeat;
        }

        if (state.Conclusion is null)
        {
            return Unknown(state);
        }

        return Rival(FactKind.AccordJoined, command.Party, state) is { } rival
            ? rival
            : Decision.Of(new AccordJoined(command.Fact, command.On, command.Source, command.Commemorated ?? true, command.Party, command.Replaces));
    }

    // An accord is concluded once, and nobody joins it who is in it.
    private static Rejection? Rival(FactKind kind, PartyCode party, Accord state) => kind switch
    {
        FactKind.AccordConcluded when state.Conclusion is { } concluded => Rejection.Conflict(
            "accord-exists", "/accord",
            $"Văn kiện “{state.Slug}” đã có trong sổ ({concluded.On}): dùng tên khác, hoặc ghi thêm nguồn ngày.",
            $"The accord \"{state.Slug}\" is on record ({concluded.On}): use another name, or claim another date."),
        FactKind.AccordJoined when state.Membership(party) is { } membership => Rejection.Conflict(
            "already-a-party", "/party",
            $"{party} đã là một bên của “{state.Slug}” ({membership.On}): nếu bên này từng rút khỏi, ghi việc rút trước.",
            $"{party} is a party of \"{state.Slug}\" already ({membership.On}): if it has left since, record that first."),
        _ => null,
    };

    private static Decision Leave(LeaveAccord command, Accord state, Role role)
    {
        if (Repeat(state, command.Fact, FactKind.AccordLeft, command.On, command.Party, role) is { } repeat)
        {
            return repeat;
        }

        if (state.Conclusion is null)
        {
            return Unknown(state);
        }

        return state.Facts.TryGetValue(command.Ends, out var ended) && ended.Parties.Contains(command.Party)
            && ended.Kind is FactKind.AccordConcluded or FactKind.AccordJoined
            ? Decision.Of(new AccordLeft(command.Fact, command.On, command.Source, command.Party, command.Ends))
            : Rejection.NotFound(
                "not-a-party", "/ends",
                $"Sự kiện {command.Ends} không nói {command.Party} là một bên của “{state.Slug}”.",
                $"The fact {command.Ends} does not make {command.Party} a party of \"{state.Slug}\".");
    }

    // The same fact of another party is another fact.
    private static Decision? Repeat(Accord state, FactId id, FactKind kind, PartialDate on, PartyCode party, Role role)
    {
        var existing = state.Facts.GetValueOrDefault(id);
        return existing is null || role == Role.Pack || existing.Parties.Contains(party)
            ? FactDecisions.Repeat(existing, kind, on, role)
            : FactDecisions.Taken(id);
    }

    private static Rejection Unknown(Accord state) => Rejection.NotFound(
        "unknown-accord", "/accord",
        $"Chưa có văn kiện “{state.Slug}” trong sổ: ghi việc ký kết trước.",
        $"The record holds no accord \"{state.Slug}\": record its conclusion first.");
}
