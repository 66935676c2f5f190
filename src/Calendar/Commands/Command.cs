using NodaTime;

namespace Calendar;

/// <summary>What somebody asks to be recorded. Read by <see cref="Commands.CommandReader"/> from a request or an import line.</summary>
public abstract record Command
{
    /// <summary>The parties it names, with the JSON Pointer of each: they must be registered.</summary>
    public virtual IEnumerable<(PartyCode Party, string Pointer)> Parties => [];
}

/// <summary>A command that states a new fact. An empty id is filled in at the edge.</summary>
public interface IStatesFact
{
    FactId Fact { get; }

    /// <summary>The withdrawn fact whose series it goes on with.</summary>
    FactId? Replaces => null;

    Command WithFact(FactId fact);
}

/// <summary>States a fact that stays unseen until its time.</summary>
/// <param name="States">The command that states it.</param>
public sealed record SealFact(Command States, Instant Until) : Command, IStatesFact
{
    public FactId Fact => ((IStatesFact)States).Fact;

    public FactId? Replaces => ((IStatesFact)States).Replaces;

    public override IEnumerable<(PartyCode Party, string Pointer)> Parties => States.Parties;

    public Command WithFact(FactId fact) => this with { States = ((IStatesFact)States).WithFact(fact) };
}
