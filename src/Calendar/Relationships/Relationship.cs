using System.Collections.Immutable;
using Calendar.Facts;

namespace Calendar.Relationships;

/// <summary>Records one fact of a relationship. Which members a kind takes is decided in <see cref="Relationship.Decide"/>.</summary>
public sealed record RecordFact(Pair Relationship, FactKind Kind, FactId Fact, PartialDate On, Source Source) : Command, IStatesFact
{
    public bool? Commemorated { get; init; }

    public Text? Title { get; init; }

    public Text? Note { get; init; }

    public PartnershipLevel? Level { get; init; }

    public PartialDate? InForce { get; init; }

    public PartyCode? Through { get; init; }

    public FactId? Ends { get; init; }

    public FactId? Replaces { get; init; }

    public override IEnumerable<(PartyCode Party, string Pointer)> Parties
    {
        get
        {
            yield return (Relationship.A, "/relationship");
            yield return (Relationship.B, "/relationship");
            if (Through is { } through)
            {
                yield return (through, "/through");
            }
        }
    }

    public Command WithFact(FactId fact) => this with { Fact = fact };
}

/// <summary>What lies between two parties: the stream <c>ties-{A}~{B}</c>.</summary>
public sealed record Relationship(Pair Pair, ImmutableDictionary<FactId, Fact> Facts)
{
    private const string _prefix = "ties-";

    public static Decider<Command, Relationship> Decider(Pair pair) => new(new Relationship(pair, Empty), Decide, Evolve);

    private static ImmutableDictionary<FactId, Fact> Empty => ImmutableDictionary<FactId, Fact>.Empty;

    public static string Stream(Pair pair) => _prefix + pair;

    public static bool TryParseStream(string stream, out Pair pair)
    {
        pair = default;
        return stream.StartsWith(_prefix, StringComparison.Ordinal) && Pair.TryParse(stream[_prefix.Length..], out pair)
            && string.Equals(stream, Stream(pair), StringComparison.Ordinal);
    }

    public static Decision Decide(Command command, Relationship state, Role role) => command switch
    {
        RecordFact record => Record(record, state, role),
        FactCommand about => FactDecisions.Decide(about, state.Facts.GetValueOrDefault(about.Fact), fact => Rival(fact.Kind, state), role),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
    };

    public static Relationship Evolve(Relationship state, IEvent e, Role role) => e switch
    {
        IFactEvent stated when NewFact(stated, Stream(state.Pair), [state.Pair.A, state.Pair.B]) is { } fact =>
            state with { Facts = state.Facts.SetItem(fact.Id, fact) },
        IAboutFact about when state.Facts.TryGetValue(about.Fact, out var fact) =>
            state with { Facts = state.Facts.SetItem(fact.Id, fact.Evolve(about, role)) },
        _ => state,
    };

    /// <summary>The fact that an event of this stream states; null for events of other streams.</summary>
    public static Fact? NewFact(IFactEvent e, string stream, ImmutableArray<PartyCode> parties)
    {
        return e switch
        {
            TiesEstablished x => New(FactKind.TiesEstablished, x.On, x.Commemorated, null, x.Note) with { Through = x.Through },
            TiesSuspended x => New(FactKind.TiesSuspended, x.On, false, null, x.Note),
            TiesResumed x => New(FactKind.TiesResumed, x.On, false, null, x.Note),
            PartnershipElevated x => New(FactKind.PartnershipElevated, x.On, x.Commemorated, x.Title, x.Note, x.Level),
            TreatySigned x => New(FactKind.TreatySigned, x.On, x.Commemorated, x.Title, x.Note) with { InForce = x.InForce },
            TreatyEnded x => New(FactKind.TreatyEnded, x.On, false, null, x.Note) with { Ends = x.Ends },
            MilestoneRecorded x => New(FactKind.MilestoneRecorded, x.On, x.Commemorated, x.Title, x.Note),
            _ => null,
        };

        Fact New(FactKind kind, PartialDate on, bool commemorated, Text? title, Text? note, PartnershipLevel? level = null) =>
            Fact.New(kind, e, on, stream, parties, commemorated, title, note, level);
    }

    private static Decision Record(RecordFact command, Relationship state, Role role)
    {
        if (FactDecisions.Repeat(state.Facts.GetValueOrDefault(command.Fact), command.Kind, command.On, role) is { } repeat)
        {
            return repeat;
        }

        if (Unfit(command) is { } unfit)
        {
            return unfit;
        }

        if (Rival(command.Kind, state) is { } rival)
        {
            return rival;
        }

        if (command.Ends is { } ends && (!state.Facts.TryGetValue(ends, out var ended) || ended.Kind != FactKind.TreatySigned))
        {
            return Rejection.NotFound(
                "unknown-treaty", "/ends",
                $"Quan hệ {state.Pair} không có hiệp ước {ends}.",
                $"{state.Pair} has no treaty {ends}.");
        }

        var decision = Decision.Of(State(command));
        return command.Kind == FactKind.TiesResumed
            && !state.Facts.Values.Any(fact => fact.Kind == FactKind.TiesSuspended && fact.Withdrawn is null && fact.On <= command.On)
            ? decision with { Warnings = [ResumedWithoutSuspension(command)] }
            : decision;
    }

    private static IFactEvent State(RecordFact c)
    {
        var commemorated = c.Commemorated ?? c.Kind.IsCommemoratedByDefault();
        return c.Kind switch
        {
            FactKind.TiesEstablished => new TiesEstablished(c.Fact, c.On, c.Source, commemorated, c.Through, c.Note, c.Replaces),
            FactKind.TiesSuspended => new TiesSuspended(c.Fact, c.On, c.Source, c.Note),
            FactKind.TiesResumed => new TiesResumed(c.Fact, c.On, c.Source, c.Note),
            FactKind.PartnershipElevated => new PartnershipElevated(c.Fact, c.On, c.Source, commemorated, c.Level!.Value, c.Title, c.Note, c.Replaces),
            FactKind.TreatySigned => new TreatySigned(c.Fact, c.On, c.Source, commemorated, c.Title!, c.InForce, c.Note, c.Replaces),
            FactKind.TreatyEnded => new TreatyEnded(c.Fact, c.On, c.Source, c.Ends!.Value, c.Note),
            FactKind.MilestoneRecorded => new MilestoneRecorded(c.Fact, c.On, c.Source, commemorated, c.Title!, c.Note, c.Replaces),
            _ => throw new ArgumentOutOfRangeException(nameof(c), c.Kind.Name()),
        };
    }

    // Which members a kind needs and which it does not know.
    private static Rejection? Unfit(RecordFact c)
    {
        var kind = c.Kind;
        if (kind > FactKind.MilestoneRecorded)
        {
            return Rejection.Invalid(
                "kind-of-another-stream", "/kind",
                $"“{kind.Name()}” không phải là sự kiện của một quan hệ.",
                $"\"{kind.Name()}\" is not a fact of a relationship.");
        }

        var titled = kind is FactKind.TreatySigned or FactKind.MilestoneRecorded
            || (kind == FactKind.PartnershipElevated && c.Level is PartnershipLevel.Special or PartnershipLevel.Enhanced);
        return Need(titled && c.Title is null, "title")
            ?? Need(kind == FactKind.PartnershipElevated && c.Level is null, "level")
            ?? Need(kind == FactKind.TreatyEnded && c.Ends is null, "ends")
            ?? NotFor(c.Title is not null && !titled && kind != FactKind.PartnershipElevated, "title")
            ?? NotFor(c.Level is not null && kind != FactKind.PartnershipElevated, "level")
            ?? NotFor(c.InForce is not null && kind != FactKind.TreatySigned, "inForce")
            ?? NotFor(c.Through is not null && kind != FactKind.TiesEstablished, "through")
            ?? NotFor(c.Ends is not null && kind != FactKind.TreatyEnded, "ends")
            ?? NotFor(c.Replaces is not null && !kind.IsCommemoratedByDefault(), "replaces")
            ?? NotFor(c.Commemorated == true && !kind.IsCommemoratedByDefault(), "commemorated");

        Rejection? Need(bool missing, string member) => missing
            ? Rejection.Invalid("member-required", "/" + member, $"“{kind.Name()}” cần có “{member}”.", $"\"{kind.Name()}\" needs \"{member}\".")
            : null;

        Rejection? NotFor(bool given, string member) => given
            ? Rejection.Invalid(
                "member-not-for-kind", "/" + member,
                $"“{kind.Name()}” không có “{member}”: bỏ thành phần này.",
                $"\"{kind.Name()}\" does not take \"{member}\": leave it out.")
            : null;
    }

    // Ties are established once; what else is said of their date is a claim.
    private static Rejection? Rival(FactKind kind, Relationship state) =>
        kind == FactKind.TiesEstablished && state.Facts.Values.FirstOrDefault(fact => fact.Kind == kind && fact.Withdrawn is null) is { } ties
            ? Rejection.Conflict(
                "ties-already-established", "/kind",
                $"Quan hệ {state.Pair} đã được thiết lập ({ties.On}): ghi thêm nguồn ngày cho sự kiện {ties.Id}.",
                $"{state.Pair} already has ties ({ties.On}): claim another date for the fact {ties.Id} instead.")
            : null;

    private static Rejection ResumedWithoutSuspension(RecordFact command) => Rejection.Conflict(
        "resumed-without-suspension", "/kind",
        $"Quan hệ được nối lại ({command.On}) mà chưa ghi việc gián đoạn trước đó.",
        $"Ties are resumed ({command.On}) without a suspension on record before.");
}
