using System.Collections.Immutable;
using Calendar.Associations;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Reminders;

/// <summary>How a recipient is reached; in snake case the stored names.</summary>
public enum ReminderChannel
{
    Mail,
    Webhook,
}

/// <summary>ISO 8601: a week begins on Monday.</summary>
public enum Weekday
{
    Monday = 1,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// <summary>How many days before something is due its reminders leave, by the tier of the anniversary.</summary>
/// <param name="Other">Of the yearly work too.</param>
public sealed record Leads(ImmutableArray<int> Round, ImmutableArray<int> Half, ImmutableArray<int> Other)
{
    public ImmutableArray<int> Of(Tier tier) => tier switch
    {
        Tier.Round => Round,
        Tier.Half => Half,
        _ => Other,
    };

    public bool Equals(Leads? other) => other is not null && Round.SequenceEqual(other.Round) && Half.SequenceEqual(other.Half) && Other.SequenceEqual(other.Other);

    public override int GetHashCode() => HashCode.Combine(Round.Length, Half.Length, Other.Length);
}

/// <summary>When associations are reminded, and how.</summary>
/// <param name="Tasks">Before a task is due.</param>
/// <param name="Anniversaries">Before the first day of an anniversary.</param>
/// <param name="At">The time of day at which messages leave, where the recipient is.</param>
/// <param name="DigestDay">The day of the weekly message; null for none.</param>
/// <param name="QuietDays">Days of the week on which nothing leaves: it leaves on the day before.</param>
/// <param name="QuietHolidays">Whether the home party's holidays and Tết are as quiet.</param>
/// <param name="EscalateAfter">So many days after a task's first reminder the union above is told that nobody has acknowledged it, and after as many again the desk; null for never.</param>
/// <param name="Channels">What may be used of what there is.</param>
public sealed record ReminderPolicy(
    Leads Tasks, Leads Anniversaries, LocalTime At, Weekday? DigestDay, ImmutableArray<Weekday> QuietDays, bool QuietHolidays, int? EscalateAfter,
    ImmutableArray<ReminderChannel> Channels)
{
    /// <summary>A lead is no longer than what is looked ahead.</summary>
    public const int LongestLead = 400;

    /// <summary>So long after its moment a reminder may still leave; later it is told of as missed.</summary>
    public static readonly Duration Grace = Duration.FromDays(3);

    /// <summary>Until another one is adopted.</summary>
    public static ReminderPolicy Default { get; } = new(
        new Leads([30, 7, 1], [14, 3], [14, 3]), new Leads([180, 30], [90, 14], []), new LocalTime(8, 0), Weekday.Monday, [Weekday.Saturday, Weekday.Sunday],
        QuietHolidays: true, EscalateAfter: 7, [ReminderChannel.Mail, ReminderChannel.Webhook]);

    public bool Equals(ReminderPolicy? other) => other is not null && Tasks == other.Tasks && Anniversaries == other.Anniversaries && At == other.At
        && DigestDay == other.DigestDay && QuietDays.SequenceEqual(other.QuietDays) && QuietHolidays == other.QuietHolidays && EscalateAfter == other.EscalateAfter
        && Channels.SequenceEqual(other.Channels);

    public override int GetHashCode() => HashCode.Combine(Tasks, Anniversaries, At, DigestDay, EscalateAfter);
}

/// <summary>From now on reminders go by this policy: for one association, or for all that have none of their own.</summary>
/// <param name="Association">Null for all.</param>
public sealed record ReminderPolicyAdopted(
    Slug? Association, Leads Tasks, Leads Anniversaries, LocalTime At, Weekday? DigestDay, ImmutableArray<Weekday> QuietDays, bool QuietHolidays, int? EscalateAfter,
    ImmutableArray<ReminderChannel> Channels) : IEvent
{
    internal ReminderPolicy Policy => new(Tasks, Anniversaries, At, DigestDay, QuietDays, QuietHolidays, EscalateAfter, Channels);
}

/// <summary>The association goes by the general policy again.</summary>
public sealed record ReminderPolicyDropped(Slug Association) : IEvent;

public abstract record ReminderCommand : Command;

/// <summary>Makes this the policy of an association, or of all that have none of their own.</summary>
public sealed record AdoptReminderPolicy(Slug? Association, ReminderPolicy Policy) : ReminderCommand;

/// <summary>Lets an association go by the general policy again.</summary>
public sealed record DropReminderPolicy(Slug Association) : ReminderCommand;

/// <summary>All policies: the stream <c>reminders</c>. Never changes.</summary>
public sealed record PolicyBook(ReminderPolicy General, ImmutableSortedDictionary<string, ReminderPolicy> Own)
{
    public const string Stream = "reminders";

    public static PolicyBook Default { get; } = new(ReminderPolicy.Default, ImmutableSortedDictionary.Create<string, ReminderPolicy>(StringComparer.Ordinal));

    public ReminderPolicy Of(Slug association) => Own.GetValueOrDefault(association.Value, General);

    public static PolicyBook Evolve(PolicyBook state, IEvent e) => e switch
    {
        ReminderPolicyAdopted { Association: { } association } adopted => state with { Own = state.Own.SetItem(association.Value, adopted.Policy) },
        ReminderPolicyAdopted adopted => state with { General = adopted.Policy },
        ReminderPolicyDropped dropped => state with { Own = state.Own.Remove(dropped.Association.Value) },
        _ => state,
    };

    public static Decision Decide(ReminderCommand command, PolicyBook state, AssociationBook associations) => command switch
    {
        AdoptReminderPolicy { Association: { } named } when associations.Find(named) is null => Association.Unknown(named, "/association"),
        AdoptReminderPolicy { Policy: var policy } when Unfit(policy) is { } unfit => unfit,
        AdoptReminderPolicy adopt => IsSo(state, adopt) ? Decision.Nothing : Decision.Of(Adopted(adopt.Association, adopt.Policy)),
        DropReminderPolicy { Association: var named } when associations.Find(named) is null => Association.Unknown(named, "/association"),
        DropReminderPolicy drop => state.Own.ContainsKey(drop.Association.Value) ? Decision.Of(new ReminderPolicyDropped(drop.Association)) : Decision.Nothing,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
    };

    private static bool IsSo(PolicyBook state, AdoptReminderPolicy adopt) =>
        (adopt.Association is { } association ? state.Own.GetValueOrDefault(association.Value) : state.General) == adopt.Policy;

    private static Rejection? Unfit(ReminderPolicy policy) =>
        policy.QuietDays.Length == 7 ? Rejection.Invalid(
            "no-day-left", "/quietDays",
            "Mọi ngày trong tuần đều là ngày yên lặng: để lại ít nhất một ngày.",
            "Every day of the week is quiet: leave at least one.")
        : policy.DigestDay is { } day && policy.QuietDays.Contains(day) ? Rejection.Invalid(
            "quiet-digest-day", "/digestDay",
            "Ngày gửi bản tổng hợp là ngày yên lặng: chọn ngày khác.",
            "The day of the weekly message is a quiet one: choose another.")
        : null;

    private static ReminderPolicyAdopted Adopted(Slug? association, ReminderPolicy policy) => new(
        association, policy.Tasks, policy.Anniversaries, policy.At, policy.DigestDay, policy.QuietDays, policy.QuietHolidays, policy.EscalateAfter, policy.Channels);
}
