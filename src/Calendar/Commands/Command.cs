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

    Command WithFact(FactId fact);
}
