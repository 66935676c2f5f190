using System.Collections.Immutable;
using NodaTime;

namespace Calendar.Associations;

/// <summary>What is known of an association.</summary>
/// <param name="Partners">By code.</param>
/// <param name="Zone">An IANA time zone.</param>
public sealed record AssociationDetails(
    Text Name, AssociationScope Scope, Slug? Parent, ImmutableArray<PartyCode> Partners, Language Language, string Zone, Source Source)
{
    public bool Equals(AssociationDetails? other) => other is not null && Name == other.Name && Scope == other.Scope && Parent == other.Parent
        && Partners.SequenceEqual(other.Partners) && Language == other.Language && string.Equals(Zone, other.Zone, StringComparison.Ordinal) && Source == other.Source;

    public override int GetHashCode() => HashCode.Combine(Name, Scope, Parent, Partners.Length);
}

public abstract record AssociationCommand(Slug Association) : Command;

/// <summary>Registers an association, or brings what is known of a registered one to what is given.</summary>
public sealed record RegisterAssociation(Slug Association, AssociationDetails Details) : AssociationCommand(Association)
{
    public override IEnumerable<(PartyCode Party, string Pointer)> Parties => Partners(Details);

    internal static IEnumerable<(PartyCode Party, string Pointer)> Partners(AssociationDetails details) =>
        details.Partners.Select((partner, i) => (partner, $"/partners/{i}"));
}

/// <summary>Gives a registered association new details: the whole.</summary>
public sealed record ChangeAssociation(Slug Association, AssociationDetails Details) : AssociationCommand(Association)
{
    public override IEnumerable<(PartyCode Party, string Pointer)> Parties => RegisterAssociation.Partners(Details);
}

public sealed record MuteAssociation(Slug Association, Text Reason) : AssociationCommand(Association);

public sealed record UnmuteAssociation(Slug Association, Text Reason) : AssociationCommand(Association);

public sealed record CloseAssociation(Slug Association, Text Reason) : AssociationCommand(Association);

public sealed record ReopenAssociation(Slug Association, Text Reason) : AssociationCommand(Association);

/// <summary>What any role but <see cref="Role.Pack"/> has said of an association: a newer pack does not undo it.</summary>
[Flags]
public enum SaidByPerson : byte
{
    Nothing = 0,
    Details = 1,
    Muting = 2,
    Standing = 4,
}

/// <summary>A friendship association, union or other body that marks anniversaries: the stream <c>association-{slug}</c>.</summary>
/// <param name="Details">Null before it is registered.</param>
public sealed record Association(Slug Slug, AssociationDetails? Details, bool IsMuted, bool IsClosed, SaidByPerson ByPerson)
{
    private const string _prefix = "association-";

    /// <summary>When what is told of it last changed; muting is not told.</summary>
    public Instant ChangedAt { get; init; }

    public bool IsRegistered => Details is not null;

    public bool IsOpen => IsRegistered && !IsClosed;

    public Text Name => Details?.Name ?? new Text(Slug.Value, Slug.Value);

    public ImmutableArray<PartyCode> Partners => Details?.Partners ?? [];

    public static Decider<AssociationCommand, Association> Decider(Slug slug) => new(new Association(slug, null, false, false, SaidByPerson.Nothing), Decide, Evolve);

    public static string Stream(Slug slug) => _prefix + slug;

    public static bool TryParseStream(string stream, out Slug slug)
    {
        slug = default;
        return stream.StartsWith(_prefix, StringComparison.Ordinal) && Slug.TryParse(stream[_prefix.Length..], out slug);
    }

    /// <summary>What a command leads to as far as the association itself can tell; others have a say in <see cref="AssociationDecisions"/>.</summary>
    public static Decision Decide(AssociationCommand command, Association state, Role role) => (command, state) switch
    {
        (RegisterAssociation register, { Details: null }) => Decision.Of(Registered(state.Slug, Sorted(register.Details))),
        (RegisterAssociation register, _) => Change(Sorted(register.Details), state, role),
        (_, { Details: null }) => Unknown(state.Slug, "/association"),
        (ChangeAssociation change, _) => Change(Sorted(change.Details), state, role),
        (MuteAssociation mute, _) => state.IsMuted || state.Keeps(SaidByPerson.Muting, role) ? Decision.Nothing
            : state.IsClosed ? Closed(state) : Decision.Of(new AssociationMuted(state.Slug, mute.Reason)),
        (UnmuteAssociation unmute, _) => !state.IsMuted || state.Keeps(SaidByPerson.Muting, role) ? Decision.Nothing
            : state.IsClosed ? Closed(state) : Decision.Of(new AssociationUnmuted(state.Slug, unmute.Reason)),
        (CloseAssociation close, _) => state.IsClosed || state.Keeps(SaidByPerson.Standing, role)
            ? Decision.Nothing : Decision.Of(new AssociationClosed(state.Slug, close.Reason)),
        (ReopenAssociation reopen, _) => !state.IsClosed || state.Keeps(SaidByPerson.Standing, role)
            ? Decision.Nothing : Decision.Of(new AssociationReopened(state.Slug, reopen.Reason)),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
    };

    public static Association Evolve(Association state, IEvent e, Role role)
    {
        return e switch
        {
            AssociationRegistered registered => By(SaidByPerson.Details) with { Details = registered.Details },
            AssociationChanged changed => By(SaidByPerson.Details) with { Details = changed.Details },
            AssociationMuted => By(SaidByPerson.Muting) with { IsMuted = true },
            AssociationUnmuted => By(SaidByPerson.Muting) with { IsMuted = false },
            AssociationClosed => By(SaidByPerson.Standing) with { IsClosed = true },
            AssociationReopened => By(SaidByPerson.Standing) with { IsClosed = false },
            _ => state,
        };

        Association By(SaidByPerson what) => state with { ByPerson = role == Role.Pack ? state.ByPerson & ~what : state.ByPerson | what };
    }

    public static Rejection Unknown(Slug slug, string pointer) => Rejection.NotFound(
        "unknown-association", pointer,
        $"Chưa có hội “{slug}” trong sổ: xem /v1/associations, hoặc đăng ký hội này trước.",
        $"The record holds no association \"{slug}\": see /v1/associations, or register it first.");

    private bool Keeps(SaidByPerson what, Role role) => role == Role.Pack && ByPerson.HasFlag(what);

    private static Decision Change(AssociationDetails details, Association state, Role role)
    {
        if (state.Details == details || state.Keeps(SaidByPerson.Details, role))
        {
            return Decision.Nothing;
        }

        if (state.IsClosed)
        {
            // What a pack still says about one that was closed is passed over; its other lines load.
            return role == Role.Pack ? Decision.Nothing : Closed(state);
        }

        return Decision.Of(new AssociationChanged(
            state.Slug, details.Name, details.Scope, details.Parent, details.Partners, details.Language, details.Zone, details.Source));
    }

    private static AssociationRegistered Registered(Slug slug, AssociationDetails details) =>
        new(slug, details.Name, details.Scope, details.Parent, details.Partners, details.Language, details.Zone, details.Source);

    // Their order means nothing: the same partners are the same details.
    private static AssociationDetails Sorted(AssociationDetails details) => details with { Partners = details.Partners.Sort() };

    private static Rejection Closed(Association state) => Rejection.Conflict(
        "association-closed", "/association",
        $"Hội “{state.Name.Vi}” đã ngừng hoạt động: mở lại hội trước khi sửa.",
        $"\"{state.Name.En}\" is closed: reopen it before you change it.");
}
