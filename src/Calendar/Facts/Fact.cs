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

/// <summary>A year that is deliberately not marked, and why.</summary>
/// <param name="N">The number of years; the calendar year for a national day.</param>
public sealed record Waiver(int N, Text Reason);

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
/// <param name="StatedOn">The date of the claim inside the fact's own event.</param>
/// <param name="StatedBy">The source of that claim.</param>
public sealed record Fact(
    FactId Id, FactKind Kind, string Stream, ImmutableArray<PartyCode> Parties, PartialDate StatedOn, Source StatedBy, bool Commemorated)
{
    public Source StatedBy { get; private set; } = StatedBy;

    // There are very many facts: their own claim is no object, an instant takes 8 bytes, and what few of them have lies apart.
    private FactDetails _details = FactDetails.None;
    private long _changedAt;

    /// <summary>Everything that was said about the date, what the fact's own event says first.</summary>
    public ImmutableArray<Claim> Claims => [Stated, .. _details.Claims];

    /// <summary>The claim that dates the fact.</summary>
    public Claim Preferred
    {
        get => _details.Preferred ?? Stated;
        init => _details = _details with { Preferred = value.Id == Stated.Id ? null : value };
    }

    public Text? PreferenceReason
    {
        get => _details.PreferenceReason;
        init => _details = value == PreferenceReason ? _details : _details with { PreferenceReason = value };
    }

    /// <summary>The given title; for ties and the regular partnership levels there is none and the kind speaks.</summary>
    public Text? Title { get; init; }

    public Text? Note
    {
        get => _details.Note;
        init => _details = value == Note ? _details : _details with { Note = value };
    }

    public Relationships.PartnershipLevel? Level { get; init; }

    /// <summary>When the treaty entered into force: shown, never a series of its own.</summary>
    public PartialDate? InForce
    {
        get => _details.InForce;
        init => _details = value == InForce ? _details : _details with { InForce = value };
    }

    /// <summary>The predecessor state through which the date is counted.</summary>
    public PartyCode? Through
    {
        get => _details.Through;
        init => _details = value == Through ? _details : _details with { Through = value };
    }

    /// <summary>The fact that this one ended (treaty_ended, accord_left).</summary>
    public FactId? Ends
    {
        get => _details.Ends;
        init => _details = value == Ends ? _details : _details with { Ends = value };
    }

    /// <summary>The day of a <see cref="FactKind.NationalDay"/>, which has no year and so no date in its claim.</summary>
    public AnnualDate? Day
    {
        get => _details.Day;
        init => _details = value == Day ? _details : _details with { Day = value };
    }

    /// <summary>Why the fact does not stand; null while it stands.</summary>
    public Text? Withdrawn
    {
        get => _details.Withdrawn;
        init => _details = value == Withdrawn ? _details : _details with { Withdrawn = value };
    }

    public Ending? Ended
    {
        get => _details.Ended;
        init => _details = value == Ended ? _details : _details with { Ended = value };
    }

    /// <summary>The years that are deliberately not marked, in the order they were given up.</summary>
    public ImmutableArray<Waiver> Waivers => _details.Waivers;

    /// <summary>Whose series of entries this one carries on: its own, or that of the oldest fact it replaces; kept by the almanac.</summary>
    public FactId Series
    {
        get => _details.Series ?? Id;
        init => _details = value == Series ? _details : _details with { Series = value };
    }

    /// <summary>The withdrawn fact that this one took the place of.</summary>
    public FactId? Replaces
    {
        get => _details.Replaces;
        init => _details = value == Replaces ? _details : _details with { Replaces = value };
    }

    /// <summary>Whether another fact of its series stands in its place; kept by the almanac.</summary>
    public bool IsReplaced
    {
        get => _details.IsReplaced;
        init => _details = value == IsReplaced ? _details : _details with { IsReplaced = value };
    }

    public DecidedByPerson Decided { get; init; }

    /// <summary>How often what subscribers see of the fact has changed; kept by the almanac.</summary>
    public int Revision { get; init; }

    /// <summary>When what subscribers see last changed; kept by the almanac. The log has microseconds.</summary>
    public Instant ChangedAt
    {
        get => Instant.FromUnixTimeTicks(_changedAt);
        init => _changedAt = value.ToUnixTimeTicks();
    }

    public PartialDate On => _details.Preferred?.On ?? StatedOn;

    public Source Source => _details.Preferred?.Source ?? StatedBy;

    public Confidence Confidence => Source.Confidence;

    public bool IsCommemorated => Commemorated && Withdrawn is null && !IsReplaced;

    // It has the fact's id.
    private Claim Stated => new(new ClaimId(Id.Value), StatedOn, StatedBy);

    /// <summary>A fact as its own event states it, with one claim.</summary>
    public static Fact New(
        FactKind kind, IFactEvent e, PartialDate on, string stream, ImmutableArray<PartyCode> parties, bool commemorated, Text? title = null, Text? note = null,
        Relationships.PartnershipLevel? level = null) =>
        new(e.Fact, kind, stream, parties, on, e.Source, commemorated) { Title = title, Note = note, Level = level, Replaces = e.Replaces };

    /// <summary>Completes a fact that nobody else has seen yet: a shared object for an equal source, and when it was recorded.</summary>
    internal void Settle(Source shared, Instant at) => (StatedBy, _changedAt) = (shared, at.ToUnixTimeTicks());

    /// <summary>What an event about the fact makes of it. Never throws: what does not fit changes nothing.</summary>
    public Fact Evolve(IAboutFact e, Role role)
    {
        var byPerson = role != Role.Pack;
        return e switch
        {
            DateClaimed claimed when Find(claimed.Claim) is null =>
                this with { _details = _details with { Claims = _details.Claims.Add(new Claim(claimed.Claim, claimed.On, claimed.Source)) } },
            ClaimPreferred preferred when Find(preferred.Claim) is { } claim =>
                this with { Preferred = claim, PreferenceReason = preferred.Reason, Decided = Mark(DecidedByPerson.Preference) },
            FactRetitled retitled => this with { Title = retitled.Title, Decided = Mark(DecidedByPerson.Title) },
            FactWithdrawn withdrawn => this with { Withdrawn = withdrawn.Reason, Decided = Mark(DecidedByPerson.Standing) },
            FactReinstated => this with { Withdrawn = null, Decided = Mark(DecidedByPerson.Standing) },
            CommemorationEnded ended =>
                this with { Ended = new Ending(ended.On, ended.Reason), Decided = Mark(DecidedByPerson.Commemoration) },
            CommemorationResumed => this with { Ended = null, Decided = Mark(DecidedByPerson.Commemoration) },
            AnniversaryWaived waived when WaiverOf(waived.N) is null =>
                this with { _details = _details with { Waivers = _details.Waivers.Add(new Waiver(waived.N, waived.Reason)) } },
            WaiverLifted lifted when WaiverOf(lifted.N) is { } waiver => this with { _details = _details with { Waivers = _details.Waivers.Remove(waiver) } },
            _ => this,
        };

        DecidedByPerson Mark(DecidedByPerson what) => byPerson ? Decided | what : Decided;
    }

    /// <summary>Why a number of years is not marked; null when it is.</summary>
    public Waiver? WaiverOf(int n)
    {
        foreach (var waiver in _details.Waivers)
        {
            if (waiver.N == n)
            {
                return waiver;
            }
        }

        return null;
    }

    public Claim? Find(ClaimId id)
    {
        if (id.Value == Id.Value)
        {
            return Stated;
        }

        foreach (var claim in _details.Claims)
        {
            if (claim.Id == id)
            {
                return claim;
            }
        }

        return null;
    }
}

/// <summary>What few facts have, see <see cref="Fact"/>.</summary>
/// <param name="Claims">Those that later events made.</param>
/// <param name="Preferred">The one of them that dates the fact; null while its own does.</param>
internal sealed record FactDetails(
    ImmutableArray<Claim> Claims, Claim? Preferred, Text? PreferenceReason, Text? Note, PartialDate? InForce, PartyCode? Through, FactId? Ends,
    AnnualDate? Day, Text? Withdrawn, Ending? Ended, ImmutableArray<Waiver> Waivers, FactId? Series, FactId? Replaces, bool IsReplaced)
{
    public static FactDetails None { get; } = new([], null, null, null, null, null, null, null, null, null, [], null, null, false);
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
