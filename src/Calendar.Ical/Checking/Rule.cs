namespace Calendar.Ical.Checking;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>A standard forbids it; some client will not read the file.</summary>
    Error,

    /// <summary>It is allowed, or only discouraged, and goes wrong in clients that are in use.</summary>
    Warning,

    /// <summary>It can be done better.</summary>
    Advice,
}

/// <summary>One thing that is looked for.</summary>
/// <param name="Code">Its lasting name, in kebab-case.</param>
/// <param name="Source">The standard and section it comes from; a finding may name a more precise one.</param>
public sealed record Rule(string Code, Severity Severity, string Source);

/// <summary>Something that was found. What it quotes of the file is at most <see cref="MaxQuoted"/> characters long and has no controls.</summary>
/// <param name="Line">The physical line, from 1; 0 for the file as a whole.</param>
/// <param name="Component">The component's name; empty outside of all.</param>
/// <param name="Uid">The entry's UID, where it has one.</param>
/// <param name="Property">The property's name, where it is about one.</param>
/// <param name="Arguments">What the rule says of this finding: the value, what it should be, another line.</param>
/// <param name="Source">The standard and section.</param>
public sealed record Finding(
    Severity Severity, string Code, int Line, string Component, string? Uid, string? Property, IReadOnlyList<string> Arguments, string Source)
{
    /// <summary>So many UTF-16 units of the file are quoted at once.</summary>
    public const int MaxQuoted = 100;
}

/// <summary>What a check found.</summary>
/// <param name="Size">The file's length in octets.</param>
/// <param name="Components">How many components of each name; those of unknown names are counted as <c>OTHER</c>.</param>
/// <param name="Findings">The first ones, by line.</param>
/// <param name="Totals">How many of each code, listed or not.</param>
public sealed record CheckReport(
    int Size, IReadOnlyDictionary<string, int> Components, IReadOnlyList<Finding> Findings, IReadOnlyDictionary<string, int> Totals)
{
    /// <summary>How many findings of a severity, listed or not.</summary>
    public int Count(Severity severity) => CheckRules.All.Where(rule => rule.Severity == severity).Sum(rule => Totals.GetValueOrDefault(rule.Code));
}
