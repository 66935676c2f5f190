using Calendar.Facts;
using Calendar.Parties;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Almanacs;

/// <summary>One event, as an explanation or a change tells it.</summary>
/// <param name="Number">The count of public events up to it.</param>
public sealed record Trace(long Number, Instant At, string Event, Role Role, Text? Reason)
{
    public static Trace Of(in Recorded recorded, long number) =>
        new(number, recorded.At, EventContracts.NameOf(recorded.Event), recorded.Role, ReasonOf(recorded));

    private static Text? ReasonOf(in Recorded recorded) =>
        (recorded.Event as IReasoned)?.Reason ?? (recorded.Reason is { } given ? new Text(given, given) : null);
}

/// <summary>The <see cref="Trace"/> of an event about a fact, as it is kept: in one list for all facts, in the order of recording.</summary>
/// <param name="Ticks">Of the Unix epoch.</param>
/// <param name="Fact">The fact's number.</param>
/// <param name="Previous">The place of the fact's trace before this one; -1 for its first.</param>
internal readonly record struct TraceRow(long Ticks, string Event, Text? Reason, int Number, int Fact, int Previous, Role Role)
{
    public Trace Trace => new(Number, Instant.FromUnixTimeTicks(Ticks), Event, Role, Reason);

    public static TraceRow Of(Trace trace, int fact, int previous) =>
        new(trace.At.ToUnixTimeTicks(), trace.Event, trace.Reason, (int)trace.Number, fact, previous, trace.Role);
}

/// <summary>A change of what subscribers see of a fact.</summary>
/// <param name="Cause">The event that caused it; one event may change many facts.</param>
/// <param name="Fact">The fact's number.</param>
/// <param name="Before">What else the fact's entries were made of then.</param>
/// <param name="After">What else they are made of since.</param>
public sealed record Change(Trace Cause, int Fact, Fact Old, Fact New, Setting Before, Setting After)
{
    public Instant At => Cause.At;
}

/// <summary>What entries are made of besides their fact, as far as the journal has to know it.</summary>
/// <param name="Party">A party as it was called, where its name has changed.</param>
/// <param name="Ties">When a relationship was suspended, where that has changed.</param>
public sealed record Setting(RuleBook Rules, Party? Party = null, (Pair Pair, Suspensions Suspensions)? Ties = null);

/// <summary>What subscribers see of a fact itself; names of parties, suspensions and rules come on top.</summary>
internal readonly record struct FactView(
    PartialDate On, Text? Title, Source Source, PartialDate? InForce, PartyCode? Through, bool IsCommemorated, PartialDate? EndedOn, int Waivers)
{
    // A waiver is given or lifted: their count tells the one from the other.
    public static FactView Of(Fact fact) =>
        new(fact.On, fact.Title, fact.Source, fact.InForce, fact.Through, fact.IsCommemorated, fact.Ended?.On, fact.Waivers.Length);
}
