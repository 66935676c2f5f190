using Calendar.Access;
using Calendar.Accords;
using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;

namespace Calendar;

/// <summary>What a command leads to, and where.</summary>
/// <param name="Stream">The stream the events go to.</param>
/// <param name="Version">The version the decision was made on: the append expects it.</param>
public sealed record Decided(string Stream, long Version, Decision Decision)
{
    /// <summary>Another stream that the decision was made on: the append expects it, too, to be as it was.</summary>
    public (string Stream, long Version)? Beside { get; init; }

    /// <summary>Of the one thing that the caller sees in the stream; null where they see all of it.</summary>
    public long? Revision { get; init; }

    /// <summary>The fact whose embargo ends with it: its id passes to the stream.</summary>
    public FactId? Released { get; init; }
}

/// <summary>Finds the aggregate a command is for and lets it decide. The only place that knows which command goes where.</summary>
public static class Decisions
{
    /// <param name="caller">Who asks: what is not for them is refused, whatever the record holds.</param>
    /// <param name="now">When: what is public already cannot be sealed, and no work is due in the past.</param>
    public static Decided Decide(Almanac almanac, Command command, Caller caller, Moment now)
    {
        if (Authority.Refuse(almanac, command, caller) is { } refused)
        {
            return new Decided("", 0, refused);
        }

        if (command is PlanningCommand planning)
        {
            return PlanDecisions.Decide(almanac, planning, caller.Role, now.Day) with { Revision = RevisionOf(almanac, planning, caller) };
        }

        var decided = command is IStatesFact states and not SealFact && almanac.FindSealed(states.Fact) is not null
            ? new Decided("", 0, FactDecisions.Taken(states.Fact))
            : DecideInPublic(almanac, command, caller.Role);
        return decided.Decision.Events is [FactSealed { Until: var until }] && until <= now.Instant
            ? decided with
            {
                Decision = Rejection.Invalid(
                    "already-public", "/sealedUntil",
                    "“sealedUntil” đã qua: bỏ thành phần này, hoặc chọn thời điểm trong tương lai.",
                    "\"sealedUntil\" is over: leave it out, or choose an instant to come."),
            }
            : decided;
    }

    private static long? RevisionOf(Almanac almanac, PlanningCommand command, Caller caller) =>
        command is TaskCommand about && PlanSight.Of(caller) is { Owner: not null } sight ? sight.Find(almanac.Plans, about.Plan, about.Task)?.Revision : null;

    // As if nothing were under embargo but what the command itself is about.
    private static Decided DecideInPublic(Almanac almanac, Command command, Role role)
    {
        foreach (var (party, pointer) in command.Parties)
        {
            if (almanac.FindParty(party) is null)
            {
                return new Decided("", 0, Rejection.NotFound(
                    "unknown-party", pointer,
                    $"Chưa có bên “{party}” trong sổ: đăng ký bên này trước.",
                    $"The record holds no party \"{party}\": register it first."));
            }
        }

        if (command is IStatesFact states && almanac.Find(states.Fact) is { } taken && !IsOf(taken, command))
        {
            return new Decided("", 0, FactDecisions.Taken(states.Fact));
        }

        if (Unfit(almanac, command) is { } unfit)
        {
            return new Decided("", 0, unfit);
        }

        return command switch
        {
            LeaveOut => new Decided("", 0, Decision.Nothing),
            SealFact seal => Hide(almanac, seal, role),
            AdoptRules adopt => On(RuleDecisions.Stream, RuleDecisions.Decide(adopt, almanac.Rules)),
            PartyCommand about => On(Party.Stream(about.Party), Party.Decide(about, almanac.LoadParty(about.Party), role)),
            RecordFact record => On(Relationship.Stream(record.Relationship), Relationship.Decide(record, almanac.LoadRelationship(record.Relationship), role)),
            AccordCommand about => On(Accord.Stream(about.Accord), Accord.Decide(about, almanac.LoadAccord(about.Accord), role)),
            AssociationCommand about => AssociationDecisions.Decide(about, almanac, role),
            ReminderCommand about => On(PolicyBook.Stream, PolicyBook.Decide(about, almanac.Policies, almanac.AssociationBook)),
            HolidayCommand about => On(Announcements.Stream, Announcements.Decide(about, almanac.Announcements, role)),
            FactCommand about when almanac.Find(about.Fact) is { } fact => On(fact.Stream, About(about, fact.Stream)),
            FactCommand about when almanac.FindSealed(about.Fact) is { } hidden => OfSealed(almanac, about, hidden),
            FactCommand about => new Decided("", 0, FactDecisions.Unknown(about.Fact, "/fact")),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
        };

        Decision About(FactCommand about, string stream) =>
            Relationship.TryParseStream(stream, out var pair) ? Relationship.Decide(about, almanac.LoadRelationship(pair), role)
            : Party.TryParseStream(stream, out var code) ? Party.Decide(about, almanac.LoadParty(code), role)
            : Accord.TryParseStream(stream, out var slug) ? Accord.Decide(about, almanac.LoadAccord(slug), role)
            : throw new ArgumentOutOfRangeException(nameof(command), stream);

        Decided On(string stream, Decision decision) => new(stream, almanac.VersionOf(stream), decision);
    }

    /// <summary>What publishes a fact whose embargo is over: its own event in its own stream, unless something stands in its place by now.</summary>
    public static Decided Release(Almanac almanac, SealedFact hidden)
    {
        var (fact, stream) = (hidden.Event.Fact, hidden.Event.Stream);
        if (almanac.Find(fact) is not null || hidden.Withdrawn is not null)
        {
            return new Decided(stream, almanac.VersionOf(stream), Decision.Nothing);
        }

        // Stated, withdrawn and reinstated: the last is refused if something rivals it.
        var steps = new IEvent[] { hidden.Event.Stated, new FactWithdrawn(fact, new Text("", "")) };
        var reinstate = new ReinstateFact(fact, new Text("", ""));
        var judged = Relationship.TryParseStream(stream, out var pair)
                ? Relationship.Decide(reinstate, steps.Aggregate(almanac.LoadRelationship(pair), (state, e) => Relationship.Evolve(state, e, hidden.Role)), hidden.Role)
            : Party.TryParseStream(stream, out var code)
                ? Party.Decide(reinstate, steps.Aggregate(almanac.LoadParty(code), (state, e) => Party.Evolve(state, e, hidden.Role)), hidden.Role)
            : Accord.TryParseStream(stream, out var slug)
                ? Accord.Decide(reinstate, steps.Aggregate(almanac.LoadAccord(slug), (state, e) => Accord.Evolve(state, e, hidden.Role)), hidden.Role)
            : throw new ArgumentOutOfRangeException(nameof(hidden), stream);
        return new Decided(
            stream, almanac.VersionOf(stream),
            judged.Rejection ?? Unfit(almanac, hidden.Event.Stated.Replaces, hidden.Event.Stated is NationalDayDeclared) ?? Decision.Of(hidden.Event.Stated))
        {
            // Whoever withdraws it meanwhile keeps it from being published.
            Beside = (hidden.Stream, hidden.Version),
            Released = fact,
        };
    }

    /// <summary>A fact under embargo as it would be shown.</summary>
    public static Fact Preview(Almanac almanac, SealedFact hidden)
    {
        var (stated, stream) = (hidden.Event.Stated, hidden.Event.Stream);
        return (Relationship.TryParseStream(stream, out var pair) ? Relationship.NewFact(stated, stream, [pair.A, pair.B])
            : Party.TryParseStream(stream, out var code) ? Party.NewFact(stated, stream, [code])
            : Accord.TryParseStream(stream, out var slug) ? Accord.NewFact(stated, stream, Accord.ConclusionOf(almanac.LoadAccord(slug).Facts.Values)?.Title)
            : null) ?? throw new ArgumentOutOfRangeException(nameof(hidden), stream);
    }

    private static Decided Hide(Almanac almanac, SealFact seal, Role role)
    {
        var (stream, fact) = (SealedState.Stream(seal.Fact), seal.Fact);
        var (known, version) = (almanac.FindSealed(fact), almanac.VersionOf(stream));
        var decided = DecideInPublic(almanac, seal.States, role);
        if (decided.Decision.Events is not [IFactEvent stated])
        {
            return decided;
        }

        var hidden = new FactSealed(fact, seal.Until, decided.Stream, stated);
        return new Decided(stream, version, known is null ? new Decision([hidden], null, decided.Decision.Warnings)
            : EventContracts.Write(known.Event).AsSpan().SequenceEqual(EventContracts.Write(hidden)) ? Decision.Nothing
            : FactDecisions.Taken(fact));
    }

    // Its stream to be must be as it was: once the fact has entered it, it is withdrawn there.
    private static Decided OfSealed(Almanac almanac, FactCommand command, SealedFact hidden) =>
        new(hidden.Stream, hidden.Version, OfSealed(command, hidden)) { Beside = (hidden.Event.Stream, almanac.VersionOf(hidden.Event.Stream)) };

    private static Decision OfSealed(FactCommand command, SealedFact hidden) => command is WithdrawFact withdraw
        ? hidden.Withdrawn is null ? Decision.Of(new FactWithdrawn(withdraw.Fact, withdraw.Reason)) : Decision.Nothing
        : Rejection.Conflict(
            "fact-sealed", "/fact",
            "Sự kiện này chưa được công bố: chỉ có thể rút; mọi sửa đổi khác chờ sau khi công bố.",
            "This fact is under embargo: it can only be withdrawn; everything else waits until it is public.");

    private static Rejection? Unfit(Almanac almanac, Command command) => command switch
    {
        IStatesFact { Replaces: var replaced } states when almanac.Find(states.Fact) is null => Unfit(almanac, replaced, command is DeclareNationalDay),
        ReinstateFact reinstate when almanac.Find(reinstate.Fact) is { IsReplaced: true } fact && almanac.Current(fact) is { Withdrawn: null } other => Rejection.Conflict(
            "fact-replaced", "/fact",
            $"Sự kiện {other.Id} đã thay thế sự kiện này: rút sự kiện đó trước.",
            $"The fact {other.Id} has taken this one's place: withdraw that one first."),
        _ => null,
    };

    // Only what has been withdrawn can be replaced, once at a time: two facts would otherwise share the entries of one series.
    private static Rejection? Unfit(Almanac almanac, FactId? replaced, bool isNationalDay)
    {
        if (replaced is not { } id)
        {
            return null;
        }

        if (almanac.Find(id) is not { } fact)
        {
            return FactDecisions.Unknown(id, "/replaces");
        }

        if (fact.Withdrawn is null || almanac.Current(fact).Withdrawn is null)
        {
            var standing = almanac.Current(fact);
            return Rejection.Conflict(
                "replaced-fact-stands", "/replaces",
                $"Sự kiện {standing.Id} đang có hiệu lực: rút sự kiện đó trước khi thay thế.",
                $"The fact {standing.Id} stands: withdraw it before you replace it.");
        }

        return (fact.Day is null) == isNationalDay
            ? Rejection.Invalid(
                "replaces-another-kind", "/replaces",
                "Quốc khánh chỉ thay thế được quốc khánh, và sự kiện có năm chỉ thay thế được sự kiện có năm.",
                "A national day replaces only a national day, and a fact with a year only one with a year.")
            : null;
    }

    private static bool IsOf(Fact fact, Command command) => string.Equals(fact.Stream, command switch
    {
        SealFact { States: var states } when IsOf(fact, states) => fact.Stream,
        RecordFact record => Relationship.Stream(record.Relationship),
        AccordCommand about => Accord.Stream(about.Accord),
        PartyCommand about => Party.Stream(about.Party),
        _ => "",
    }, StringComparison.Ordinal);
}
