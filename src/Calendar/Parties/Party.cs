using System.Collections.Immutable;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Parties;

/// <summary>Registers a party, or brings a registered one's groups to what is given; a name changes by <see cref="RenameParty"/>.</summary>
public sealed record RegisterParty(
    PartyCode Party, PartyKind Kind, Text Name, ImmutableArray<string> Aliases, ImmutableArray<string> Groups) : PartyCommand(Party);

public sealed record RenameParty(PartyCode Party, FactId Fact, PartialDate On, Source Source, Text Name) : PartyCommand(Party), IStatesFact
{
    public Command WithFact(FactId fact) => this with { Fact = fact };
}

public sealed record EndParty(PartyCode Party, FactId Fact, PartialDate On, Source Source, ImmutableArray<PartyCode> Successors)
    : PartyCommand(Party), IStatesFact
{
    public override IEnumerable<(PartyCode Party, string Pointer)> Parties =>
        [(Party, "/party"), .. Successors.Select((successor, i) => (successor, $"/successors/{i}"))];

    public Command WithFact(FactId fact) => this with { Fact = fact };
}

public sealed record JoinGroup(PartyCode Party, string Group) : PartyCommand(Party);

public sealed record LeaveGroup(PartyCode Party, string Group) : PartyCommand(Party);

public sealed record DeclareNationalDay(PartyCode Party, FactId Fact, AnnualDate Day, Source Source, Text Name) : PartyCommand(Party), IStatesFact
{
    public FactId? Replaces { get; init; }

    public Command WithFact(FactId fact) => this with { Fact = fact };
}

public abstract record PartyCommand(PartyCode Party) : Command
{
    public override IEnumerable<(PartyCode Party, string Pointer)> Parties => this is RegisterParty ? [] : [(Party, "/party")];
}

/// <summary>A state, city or province, organisation or political party: the stream <c>party-{code}</c>.</summary>
public sealed record Party(PartyCode Code, PartyRegistered? Registered, ImmutableSortedSet<string> Groups, ImmutableDictionary<FactId, Fact> Facts)
{
    private const string _prefix = "party-";

    public Text Name => Registered?.Name ?? new Text(Code.Value, Code.Value);

    private bool IsRenamed { get; init; }

    public static Decider<Command, Party> Decider(PartyCode code) => new(
        new Party(code, null, ImmutableSortedSet.Create<string>(StringComparer.Ordinal), ImmutableDictionary<FactId, Fact>.Empty), Decide, Evolve);

    public static string Stream(PartyCode code) => _prefix + code;

    public static bool TryParseStream(string stream, out PartyCode code)
    {
        code = default;
        return stream.StartsWith(_prefix, StringComparison.Ordinal) && PartyCode.TryParse(stream[_prefix.Length..], out code);
    }

    /// <summary>The party's end, if it has ended.</summary>
    public Fact? End => Facts.Values.FirstOrDefault(fact => fact.Kind == FactKind.PartyEnded && fact.Withdrawn is null);

    /// <summary>The name borne on a day: the latest one taken by then, else the registered one.</summary>
    public Text NameOn(PartialDate day)
    {
        if (!IsRenamed)
        {
            return Name;
        }

        Fact? latest = null;
        foreach (var fact in Facts.Values)
        {
            if (fact.Kind == FactKind.PartyRenamed && fact.Withdrawn is null && fact.On.First <= day.Last
                && (latest is null || latest.On < fact.On))
            {
                latest = fact;
            }
        }

        return latest?.Title ?? Name;
    }

    public static Decision Decide(Command command, Party state, Role role) => command switch
    {
        RegisterParty register => Register(register, state, role),
        JoinGroup join => state.Groups.Contains(join.Group) ? Decision.Nothing : Decision.Of(new GroupJoined(state.Code, join.Group)),
        LeaveGroup leave => state.Groups.Contains(leave.Group) ? Decision.Of(new GroupLeft(state.Code, leave.Group)) : Decision.Nothing,
        RenameParty rename => FactDecisions.Repeat(state.Facts.GetValueOrDefault(rename.Fact), FactKind.PartyRenamed, rename.On, role)
            ?? Decision.Of(new PartyRenamed(rename.Fact, rename.On, rename.Source, rename.Name)),
        EndParty end => Finish(end, state, role),
        DeclareNationalDay declare => Declare(declare, state, role),
        FactCommand about => FactDecisions.Decide(about, state.Facts.GetValueOrDefault(about.Fact), fact => Rival(fact.Kind, fact.Day, state), role),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
    };

    public static Party Evolve(Party state, IEvent e, Role role) => e switch
    {
        PartyRegistered registered => state with
        {
            Registered = registered,
            Groups = registered.Groups.ToImmutableSortedSet(StringComparer.Ordinal),
        },
        GroupJoined joined => state with { Groups = state.Groups.Add(joined.Group) },
        GroupLeft left => state with { Groups = state.Groups.Remove(left.Group) },
        IFactEvent stated when NewFact(stated, Stream(state.Code), [state.Code]) is { } fact =>
            state with { Facts = state.Facts.SetItem(fact.Id, fact), IsRenamed = state.IsRenamed || fact.Kind == FactKind.PartyRenamed },
        IAboutFact about when state.Facts.TryGetValue(about.Fact, out var fact) =>
            state with { Facts = state.Facts.SetItem(fact.Id, fact.Evolve(about, role)) },
        _ => state,
    };

    /// <summary>The fact that an event of this stream states; null for events of other streams.</summary>
    public static Fact? NewFact(IFactEvent e, string stream, ImmutableArray<PartyCode> parties) => e switch
    {
        PartyRenamed x => Fact.New(FactKind.PartyRenamed, x, x.On, stream, parties, false, x.Name),
        PartyEnded x => Fact.New(FactKind.PartyEnded, x, x.On, stream, [.. parties, .. x.Successors], false),
        NationalDayDeclared x => Fact.New(FactKind.NationalDay, x, default, stream, parties, true, x.Name) with { Day = x.Day },
        _ => null,
    };

    private static Decision Register(RegisterParty command, Party state, Role role)
    {
        if (state.Registered is not { } registered)
        {
            return Decision.Of(new PartyRegistered(command.Party, command.Kind, command.Name, command.Aliases, command.Groups));
        }

        if (role == Role.Pack)
        {
            return Decision.Nothing;
        }

        if (registered.Name != command.Name || registered.Kind != command.Kind || !registered.Aliases.SequenceEqual(command.Aliases, StringComparer.Ordinal))
        {
            return Rejection.Conflict(
                "party-exists", "/name",
                $"{command.Party} đã có trong sổ với tên “{registered.Name.Vi}”: ghi việc đổi tên (party_renamed) nếu tên đã đổi.",
                $"{command.Party} is registered as \"{registered.Name.En}\": record a party_renamed if its name has changed.");
        }

        return new Decision(
            [
                .. command.Groups.Where(group => !state.Groups.Contains(group)).Select(group => new GroupJoined(state.Code, group)),
                .. state.Groups.Where(group => !command.Groups.Contains(group, StringComparer.Ordinal)).Select(group => new GroupLeft(state.Code, group)),
            ],
            null,
            []);
    }

    private static Decision Finish(EndParty command, Party state, Role role)
    {
        if (FactDecisions.Repeat(state.Facts.GetValueOrDefault(command.Fact), FactKind.PartyEnded, command.On, role) is { } repeat)
        {
            return repeat;
        }

        if (Rival(FactKind.PartyEnded, null, state) is { } rival)
        {
            return rival;
        }

        return command.Successors.Contains(command.Party)
            ? Rejection.Invalid("own-successor", "/successors", $"{state.Code} không thể kế thừa chính mình.", $"{state.Code} cannot succeed itself.")
            : Decision.Of(new PartyEnded(command.Fact, command.On, command.Source, command.Successors));
    }

    private static Decision Declare(DeclareNationalDay command, Party state, Role role)
    {
        if (state.Facts.TryGetValue(command.Fact, out var existing))
        {
            return role == Role.Pack || existing.Day == command.Day ? Decision.Nothing : FactDecisions.Taken(existing.Id);
        }

        return Rival(FactKind.NationalDay, command.Day, state) is { } rival
            ? rival
            : Decision.Of(new NationalDayDeclared(command.Fact, command.Day, command.Source, command.Name, command.Replaces));
    }

    // A party ends once, and celebrates a day once.
    private static Rejection? Rival(FactKind kind, AnnualDate? day, Party state) => kind switch
    {
        FactKind.PartyEnded when state.End is { } end => Rejection.Conflict(
            "party-ended", "/party",
            $"{state.Code} đã chấm dứt ({end.On}): ghi thêm nguồn ngày cho sự kiện {end.Id}.",
            $"{state.Code} has already ended ({end.On}): claim another date for the fact {end.Id}."),
        FactKind.NationalDay when state.Facts.Values.FirstOrDefault(fact => fact.Day == day && fact.Withdrawn is null) is { } same => Rejection.Conflict(
            "national-day-exists", "/day",
            $"{state.Code} đã có ngày này ({same.Id}): đổi tên sự kiện đó nếu cần.",
            $"{state.Code} already has that day ({same.Id}): retitle that fact if need be."),
        _ => null,
    };
}
