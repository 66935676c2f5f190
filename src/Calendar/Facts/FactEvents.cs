using NodaTime;

namespace Calendar.Facts;

/// <summary>An event that states a new fact, with its source.</summary>
public interface IFactEvent : IEvent
{
    FactId Fact { get; }

    Source Source { get; }

    /// <summary>The withdrawn fact whose series this one goes on with: its entries keep their UIDs.</summary>
    FactId? Replaces => null;
}

/// <summary>An event about a fact that is already in the same stream.</summary>
public interface IAboutFact : IEvent
{
    FactId Fact { get; }
}

/// <summary>An event that says why.</summary>
public interface IReasoned : IEvent
{
    Text Reason { get; }
}

/// <summary>Another statement of the fact's date. It changes nothing by itself; a preference does.</summary>
public sealed record DateClaimed(FactId Fact, ClaimId Claim, PartialDate On, Source Source) : IAboutFact;

/// <summary>From now on the fact is dated by this claim.</summary>
public sealed record ClaimPreferred(FactId Fact, ClaimId Claim, Text Reason) : IAboutFact, IReasoned;

/// <summary>The fact is called by another title.</summary>
public sealed record FactRetitled(FactId Fact, Text Title, Text Reason) : IAboutFact, IReasoned;

/// <summary>The fact should not have been recorded; its entries leave lists and feeds.</summary>
public sealed record FactWithdrawn(FactId Fact, Text Reason) : IAboutFact, IReasoned;

/// <summary>A withdrawn fact stands again.</summary>
public sealed record FactReinstated(FactId Fact, Text Reason) : IAboutFact, IReasoned;

/// <summary>From <paramref name="On"/> nobody marks the day any more; earlier anniversaries stay.</summary>
public sealed record CommemorationEnded(FactId Fact, PartialDate On, Text Reason) : IAboutFact, IReasoned;

/// <summary>The day is marked again, as if it had never been given up.</summary>
public sealed record CommemorationResumed(FactId Fact, Text Reason) : IAboutFact, IReasoned;

/// <summary>One year is deliberately not marked. The anniversary stays, and says so; nobody plans for it.</summary>
/// <param name="N">The number of years; the calendar year for a national day.</param>
public sealed record AnniversaryWaived(FactId Fact, int N, Text Reason) : IAboutFact, IReasoned;

/// <summary>A waived year is marked after all.</summary>
/// <param name="N">As in <see cref="AnniversaryWaived"/>.</param>
public sealed record WaiverLifted(FactId Fact, int N, Text Reason) : IAboutFact, IReasoned;

/// <summary>A whole fact that nobody may see before its time; it then enters its stream by its own event.</summary>
/// <param name="Until">When it becomes public.</param>
/// <param name="Stream">The stream it is to enter.</param>
/// <param name="Stated">Its own event.</param>
public sealed record FactSealed(FactId Fact, Instant Until, string Stream, IFactEvent Stated) : IEvent;
