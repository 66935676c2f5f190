using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Holidays;

public abstract record HolidayCommand(PartyCode Party, LocalDate Date) : Command
{
    public override IEnumerable<(PartyCode Party, string Pointer)> Parties => [(Party, "/party")];
}

public sealed record AnnounceHoliday(PartyCode Party, LocalDate Date, Slug Occasion, Text Name, AnnouncementStatus Status, Source Source)
    : HolidayCommand(Party, Date);

public sealed record WithdrawHoliday(PartyCode Party, LocalDate Date, Text Reason) : HolidayCommand(Party, Date);

/// <summary>What was last said about a party's day.</summary>
/// <param name="ByPerson">Any role but <see cref="Role.Pack"/>: a newer pack does not undo it.</param>
public sealed record Announcement(HolidayAnnounced Said, bool IsWithdrawn, bool ByPerson);

/// <summary>The holidays that were announced, of all parties: the stream <c>holidays</c>.</summary>
public sealed record Announcements(ImmutableDictionary<PartyCode, ImmutableSortedDictionary<LocalDate, Announcement>> ByParty)
{
    public const string Stream = "holidays";

    public static Announcements None { get; } = new(ImmutableDictionary<PartyCode, ImmutableSortedDictionary<LocalDate, Announcement>>.Empty);

    public static Decider<HolidayCommand, Announcements> Decider { get; } = new(None, Decide, Evolve);

    /// <summary>Those of a party that stand in a year, by date.</summary>
    public IEnumerable<HolidayAnnounced> Of(PartyCode party, int year) =>
        OfParty(party).Values.Where(word => !word.IsWithdrawn && word.Said.Date.Year == year).Select(word => word.Said);

    public static Decision Decide(HolidayCommand command, Announcements state, Role role)
    {
        var known = state.OfParty(command.Party).GetValueOrDefault(command.Date);
        if (role == Role.Pack && known?.ByPerson == true)
        {
            return Decision.Nothing;
        }

        return command switch
        {
            AnnounceHoliday x => Announce(new HolidayAnnounced(x.Party, x.Date, x.Occasion, x.Name, x.Status, x.Source), known),
            WithdrawHoliday x => Withdraw(x, known),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
        };
    }

    public static Announcements Evolve(Announcements state, IEvent e, Role role)
    {
        return e switch
        {
            HolidayAnnounced announced => Say(announced.Party, new Announcement(announced, false, role != Role.Pack)),
            HolidayWithdrawn withdrawn when state.OfParty(withdrawn.Party).GetValueOrDefault(withdrawn.Date) is { } known =>
                Say(withdrawn.Party, known with { IsWithdrawn = true, ByPerson = role != Role.Pack }),
            _ => state,
        };

        Announcements Say(PartyCode party, Announcement word) =>
            new(state.ByParty.SetItem(party, state.OfParty(party).SetItem(word.Said.Date, word)));
    }

    private ImmutableSortedDictionary<LocalDate, Announcement> OfParty(PartyCode party) =>
        ByParty.GetValueOrDefault(party, ImmutableSortedDictionary<LocalDate, Announcement>.Empty);

    private static Decision Announce(HolidayAnnounced said, Announcement? known) =>
        known is { IsWithdrawn: false } && known.Said == said ? Decision.Nothing : Decision.Of(said);

    private static Decision Withdraw(WithdrawHoliday command, Announcement? known) => known switch
    {
        null => Rejection.NotFound(
            "unknown-holiday", "/date",
            $"Chưa ai thông báo ngày nghỉ {new PartialDate(command.Date)} của {command.Party}: chỉ rút được thông báo, không rút được ngày theo luật.",
            $"Nobody has announced a holiday of {command.Party} on {new PartialDate(command.Date)}: announcements can be withdrawn, the law's own days cannot."),
        { IsWithdrawn: true } => Decision.Nothing,
        _ => Decision.Of(new HolidayWithdrawn(command.Party, command.Date, command.Reason)),
    };
}
