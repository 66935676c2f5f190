using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Associations;
using NodaTime;

namespace Calendar.Reminders;

/// <summary>Somebody or something that messages go to, without name and address: those lie where they can be erased.</summary>
/// <param name="Id">A contact's or a webhook's.</param>
/// <param name="Association">Which one it belongs to; the umbrella's for the desk's own address.</param>
public sealed record Recipient(Guid Id, Slug Association, ReminderChannel Channel, Language Language)
{
    /// <summary>When it was added: of what was before nobody there need hear.</summary>
    public Instant Since { get; init; } = Instant.MinValue;

    /// <summary>Nothing is to be sent there.</summary>
    public bool IsClosed { get; init; }

    /// <summary>The last day on which the person is away.</summary>
    public LocalDate? AwayUntil { get; init; }

    /// <summary>Who gets the person's messages meanwhile: another contact of the association, or one of an association above it.</summary>
    public Guid? StandIn { get; init; }

    /// <summary>Is told only what is told to somebody else, while that one is away; never the week.</summary>
    public bool OnlyStandsIn { get; init; }

    public bool IsThere(LocalDate day) => !IsClosed && !(AwayUntil >= day);
}

/// <summary>Whom messages can go to, as of one moment. Never changes.</summary>
/// <param name="desk">The desk's own address; null where the umbrella union is the desk.</param>
public sealed class AddressBook(IEnumerable<Recipient> recipients, Recipient? desk = null)
{
    private readonly ILookup<Slug, Recipient> _of = recipients.ToLookup(recipient => recipient.Association);

    public static AddressBook Empty { get; } = new([]);

    public Recipient? Desk => desk;

    /// <summary>Everybody, the desk's own address included.</summary>
    public IEnumerable<Recipient> All => desk is null ? _of.SelectMany(of => of) : _of.SelectMany(of => of).Append(desk);

    /// <summary>An association's own, and the desk's own address where it is the umbrella union.</summary>
    public IEnumerable<Recipient> Of(Slug association) => desk?.Association == association ? _of[association].Append(desk) : _of[association];

    /// <summary>
    /// Who is told of an association's affairs: those of its own who are there, or stand in; where there is nobody, the nearest above it who
    /// have somebody; the desk at last.
    /// </summary>
    /// <param name="leaving">The day on which a message leaves, by the policy that its recipient goes by.</param>
    public ImmutableArray<Recipient> Reach(Almanac almanac, Association association, Func<ReminderPolicy, LocalDate> leaving)
    {
        foreach (var one in almanac.AssociationBook.AboveOf(association).Prepend(association))
        {
            if (Own(almanac, one, leaving) is { IsEmpty: false } own)
            {
                return own;
            }
        }

        return DeskOn(almanac, leaving);
    }

    /// <summary>Those above an association who are told when it is silent: the nearest who have somebody, the desk itself left out.</summary>
    /// <inheritdoc cref="Reach" path="/param"/>
    public ImmutableArray<Recipient> Above(Almanac almanac, Association association, Func<ReminderPolicy, LocalDate> leaving) =>
        almanac.AssociationBook.AboveOf(association).Select(one => Own(almanac, one, leaving)).FirstOrDefault(own => !own.IsEmpty, []);

    /// <summary>The desk, or who is there of the umbrella union.</summary>
    /// <inheritdoc cref="Reach" path="/param"/>
    public ImmutableArray<Recipient> DeskOn(Almanac almanac, Func<ReminderPolicy, LocalDate> leaving) =>
        desk is { IsClosed: false } ? [desk] : almanac.Umbrella is { } umbrella ? Own(almanac, umbrella, leaving) : [];

    // One that is muted or closed is told nothing, and who is not there is not told either.
    private ImmutableArray<Recipient> Own(Almanac almanac, Association association, Func<ReminderPolicy, LocalDate> leaving)
    {
        if (association.IsMuted || !association.IsOpen || !_of.Contains(association.Slug))
        {
            return [];
        }

        var policy = almanac.Policies.Of(association.Slug);
        var day = leaving(policy);
        return
        [
            .. _of[association.Slug].Where(recipient => policy.Channels.Contains(recipient.Channel) && !recipient.OnlyStandsIn)
                .Select(recipient => recipient.IsThere(day) ? recipient : recipient.IsClosed ? null : StandIn(almanac, association, recipient, leaving)).OfType<Recipient>().Distinct(),
        ];
    }

    // One of an association above goes by the policy there, as in all that it gets, and need not be told where that is muted or closed.
    private Recipient? StandIn(Almanac almanac, Association association, Recipient away, Func<ReminderPolicy, LocalDate> leaving) => away.StandIn is not { } id ? null
        : almanac.AssociationBook.AboveOf(association).Prepend(association).Where(one => one is { IsMuted: false, IsOpen: true })
            .SelectMany(one => _of[one.Slug]).FirstOrDefault(one => one.Id == id) is { } standIn
            && almanac.Policies.Of(standIn.Association) is var policy && policy.Channels.Contains(standIn.Channel) && standIn.IsThere(leaving(policy)) ? standIn
        : null;
}
