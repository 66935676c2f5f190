using System.Collections.Immutable;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Rules;

namespace Calendar.Almanacs;

/// <summary>One stream as the almanac holds it: its version and the numbers of its facts.</summary>
internal abstract record StreamState(string Id)
{
    public long Version { get; init; }

    public Growing<int> Facts { get; init; }
}

/// <param name="Number">In order of registration; the party's facts are found under it.</param>
internal sealed record PartyState(string Id, Party Party, int Number) : StreamState(Id);

internal sealed record PairState(string Id, Pair Pair, ImmutableArray<PartyCode> Parties) : StreamState(Id)
{
    public Suspensions Suspensions { get; init; } = Suspensions.None;
}

internal sealed record AccordState(string Id, Slug Slug) : StreamState(Id);

/// <summary>What is known of it lies in the book of all associations.</summary>
internal sealed record AssociationState(string Id, Slug Slug) : StreamState(Id);

internal sealed record RulesState() : StreamState(RuleDecisions.Stream);

/// <summary>A fact under embargo: the stream <c>sealed-{fact}</c>.</summary>
/// <param name="Sealed">Null before its event.</param>
/// <param name="Withdrawn">Why it is never to be published.</param>
internal sealed record SealedState(string Id, FactId Fact, FactSealed? Sealed = null, Text? Withdrawn = null, Role Role = default) : StreamState(Id)
{
    private const string _prefix = "sealed-";

    public static string Stream(FactId fact) => _prefix + fact;

    public static bool TryParseStream(string stream, out FactId fact)
    {
        fact = default;
        return stream.StartsWith(_prefix, StringComparison.Ordinal) && FactId.TryParse(stream[_prefix.Length..], out fact);
    }

    /// <exception cref="LogBrokenException">It holds one fact, sealed first and perhaps withdrawn, and nothing else.</exception>
    public SealedState Evolve(in Recorded recorded) => (Sealed, recorded.Event) switch
    {
        (null, FactSealed hidden) when hidden.Fact == Fact && hidden.Stated.Fact == Fact => this with { Sealed = hidden, Role = recorded.Role },
        (not null, FactWithdrawn withdrawn) when withdrawn.Fact == Fact => this with { Withdrawn = withdrawn.Reason },
        _ => throw new LogBrokenException(recorded.Position, $"{Id} holds an event of another kind or fact."),
    };
}

internal sealed record HolidaysState(string Id) : StreamState(Id)
{
    public Announcements Announcements { get; init; } = Announcements.None;
}

internal sealed record TemplateState(string Id, PlanTemplate Template) : StreamState(Id);

internal sealed record RemindersState() : StreamState(Reminders.PolicyBook.Stream);

internal sealed record PlanState(string Id, Plan Plan) : StreamState(Id);

/// <summary>When ties were broken and taken up again, in the order of history and not of recording.</summary>
public sealed record Suspensions(ImmutableArray<(PartialDate On, bool Broken)> Turns)
{
    public static Suspensions None { get; } = new(ImmutableArray<(PartialDate On, bool Broken)>.Empty);

    public static Suspensions Of(IEnumerable<Fact> facts)
    {
        var turns = facts
            .Where(fact => fact.Kind is FactKind.TiesSuspended or FactKind.TiesResumed && fact.Withdrawn is null)
            .Select(fact => (fact.On, Broken: fact.Kind == FactKind.TiesSuspended))
            .OrderBy(turn => turn.On).ThenByDescending(turn => turn.Broken)
            .ToImmutableArray();
        return turns.IsEmpty ? None : new Suspensions(turns);
    }

    /// <summary>Whether ties are broken on the first day of <paramref name="day"/>.</summary>
    public bool On(PartialDate day)
    {
        var broken = false;
        foreach (var turn in Turns)
        {
            if (turn.On.First <= day.First)
            {
                broken = turn.Broken;
            }
        }

        return broken;
    }

    public bool Equals(Suspensions? other) => other is not null && Turns.SequenceEqual(other.Turns);

    public override int GetHashCode() => Turns.Length;
}
