using System.Collections.Immutable;

namespace Calendar;

/// <summary>Something that happened and is kept for ever. What it means is in its type, its stored name in <see cref="EventContracts"/>.</summary>
public interface IEvent;

/// <summary>
/// The three functions of an aggregate: what it is before anything happened, what a command leads to, and what an event
/// makes of it. Decide and Evolve are pure; Evolve never throws.
/// </summary>
public sealed record Decider<TCommand, TState>(
    TState Initial,
    Func<TCommand, TState, Role, Decision> Decide,
    Func<TState, IEvent, Role, TState> Evolve);

/// <summary>The role under which somebody acts, as held at that moment.</summary>
public enum Role : byte
{
    Historian,
    Planner,
    Association,
    Admin,
    Pack,
    Round,
}

/// <summary>What a command leads to: events to record (none when it is already so), or a refusal.</summary>
public sealed record Decision(ImmutableArray<IEvent> Events, Rejection? Rejection, ImmutableArray<Rejection> Warnings)
{
    /// <summary>It is already so: repeating a command is harmless.</summary>
    public static Decision Nothing { get; } = new([], null, []);

    public static Decision Of(params ReadOnlySpan<IEvent> events) => new([.. events], null, []);

    public static Decision Refuse(Rejection why) => new([], why, []);

    public static implicit operator Decision(Rejection why) => Refuse(why);

    public static Decision FromRejection(Rejection why) => Refuse(why);
}

public enum RejectionKind
{
    /// <summary>The command cannot be right, whatever the record holds.</summary>
    Invalid,

    /// <summary>What it names does not exist.</summary>
    NotFound,

    /// <summary>It is at odds with what the record holds now.</summary>
    Conflict,

    /// <summary>Not for whoever asks.</summary>
    Forbidden,
}

/// <summary>A refusal a person can act on: what is wrong, where, and what to do.</summary>
/// <param name="Code">Stable, in kebab case; becomes the problem's <c>type</c>.</param>
/// <param name="Pointer">JSON Pointer (RFC 6901) to the member, empty for the whole command.</param>
public sealed record Rejection(RejectionKind Kind, string Code, string Pointer, Text Detail)
{
    public static Rejection Invalid(string code, string pointer, string vi, string en) =>
        new(RejectionKind.Invalid, code, pointer, new Text(vi, en));

    public static Rejection NotFound(string code, string pointer, string vi, string en) =>
        new(RejectionKind.NotFound, code, pointer, new Text(vi, en));

    public static Rejection Forbidden(string code, string pointer, string vi, string en) =>
        new(RejectionKind.Forbidden, code, pointer, new Text(vi, en));

    public static Rejection Conflict(string code, string pointer, string vi, string en) =>
        new(RejectionKind.Conflict, code, pointer, new Text(vi, en));
}
