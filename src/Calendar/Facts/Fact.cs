using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Facts;

/// <summary>What history did; in snake case these are the stored event names, and <c>national_day</c>.</summary>
public enum FactKind : byte
{
    TiesEstablished,
    TiesSuspended,
    TiesResumed,
    PartnershipElevated,
    TreatySigned,
    TreatyEnded,
    MilestoneRecorded,
    AccordConcluded,
    AccordJoined,
    AccordLeft,
    PartyRenamed,
    PartyEnded,
    NationalDay,
}

/// <summary>One statement of a fact's date, with its source.</summary>
public sealed record Claim(ClaimId Id, PartialDate On, Source Source);

/// <summary>Since when nobody marks the day any more, and why.</summary>
public sealed record Ending(PartialDate On, Text Reason);

/// <summary>What a person (any role but <see cref="Role.Pack"/>) has decided about a fact: a newer pack does not undo it.</summary>
[Flags]
public enum DecidedByPerson : byte
{
    None = 0,
    Preference = 1,
    Title = 2,
    Standing = 4,
    Commemoration = 8,
}

/// <summary>One thing history did, with everything that was said about its date.</summary>
public sealed record Fact(FactId Id, FactKind Kind, string Stream, ImmutableArray<PartyCode> Parties, ImmutableArray<Claim> Claims, bool Commemorated)
{
    /// <summary>The claim that dates the fact.</summary>
    public Claim Preferred { get; init; } = Claims[0];

    public Text? PreferenceReason { get; init; }

    /// <summary>The given title; for ties and the regular partnership levels there is none and the kind speaks.</summary>
    public Text? Title { get; init; }

    public Text? Note { get; init; }

    public Relationships.PartnershipLevel? Level { get; init; }

    /// <summary>When the treaty entered into force: shown, never a series of its own.</summary>
    public PartialDate? InForce { get; init; }

    /// <summary>The predecessor state through which the date is counted.</summary>
    public PartyCode? Through { get; init; }

    /// <summary>The fact that this one ended (treaty_ended, accord_left).</summary>
    public FactId? Ends { get; init; }

    /// <summary>The day of a <see cref="FactKind.NationalDay"/>, which has no year and so no date in its claim.</summary>
    public AnnualDate? Day { get; init; }

    /// <summary>Why the fact does not stand; null while it stands.</summary>
    public Text? Withdrawn { get; init; }

    public Ending? Ended { get; init; }

    public DecidedByPerson Decided { get; init; }

    /// <summary>How often what subscribers see of the fact has changed; kept by the almanac.</summary>
    public int Revision { get; init; }

    /// <summary>When what subscribers see last changed; kept by the almanac.</summary>
    public Instant ChangedAt { get; init; }

    public PartialDate On => Preferred.On;

    public Confidence Confidence => Preferred.Source.Confidence;

    public bool IsCommemorated => Commemorated && Withdrawn is null;

    /// <summary>A fact as its own event states it: one claim, which has the fact's id.</summary>
    public static Fact New(FactKind kind, IFactEvent e, PartialDate on, string stream, ImmutableArray<PartyCode> parties, bool commemorated) =>
        new(e.Fact, kind, stream, parties, [new Claim(new ClaimId(e.Fact.Value), on, e.Source)], commemorated);

    /// <summary>What an event about the fact makes of it. Never throws: what does not fit changes nothing.</summary>
    public Fact Evolve(IAboutFact e, Role role)
    {
        var byPerson = role != Role.Pack;
        return e switch
        {
            DateClaimed claimed when Find(claimed.Claim) is null =>
                this with { Claims = Claims.Add(new Claim(claimed.Claim, claimed.On, claimed.Source)) },
            ClaimPreferred preferred when Find(preferred.Claim) is { } claim =>
                this with { Preferred = claim, PreferenceReason = preferred.Reason, Decided = Mark(DecidedByPerson.Preference) },
            FactRetitled retitled => this with { Title = retitled.Title, Decided = Mark(DecidedByPerson.Title) },
            FactWithdrawn withdrawn => this with { Withdrawn = withdrawn.Reason, Decided = Mark(DecidedByPerson.Standing) },
            FactReinstated => this with { Withdrawn = null, Decided = Mark(DecidedByPerson.Standing) },
            CommemorationEnded ended =>
                this with { Ended = new Ending(ended.On, ended.Reason), Decided = Mark(DecidedByPerson.Commemoration) },
            CommemorationResumed => this with { Ended = null, Decided = Mark(DecidedByPerson.Commemoration) },
            _ => this,
        };

        DecidedByPerson Mark(DecidedByPerson what) => byPerson ? Decided | what : Decided;
    }

    public Claim? Find(ClaimId id)
    {
        foreach (var claim in Claims)
        {
            if (claim.Id == id)
            {
                return claim;
            }
        }

        return null;
    }
}

/// <summary>Which kinds are commemorated unless a command says otherwise.</summary>
public static class FactKinds
{
    public static ImmutableArray<FactKind> All { get; } = [.. Enum.GetValues<FactKind>()];

    /// <summary>The kinds that can have anniversaries: those a <c>kind</c> filter may name.</summary>
    public static ImmutableArray<FactKind> WithAnniversaries { get; } = [.. All.Where(kind => kind.IsCommemoratedByDefault() || kind == FactKind.NationalDay)];

    public static bool IsCommemoratedByDefault(this FactKind kind) => kind is FactKind.TiesEstablished or FactKind.PartnershipElevated
        or FactKind.TreatySigned or FactKind.MilestoneRecorded or FactKind.AccordConcluded or FactKind.AccordJoined;
}
