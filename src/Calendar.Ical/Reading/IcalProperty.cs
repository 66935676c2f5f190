namespace Calendar.Ical.Reading;

/// <summary>A content line as it was read (RFC 5545 section 3.1).</summary>
/// <param name="Name">In capitals.</param>
/// <param name="Parameters">The first of each name, at most <see cref="MaxParameters"/>.</param>
/// <param name="Value">As it stands, its escapes included.</param>
/// <param name="Line">The first physical line of it, from 1.</param>
public sealed record IcalProperty(string Name, IReadOnlyList<IcalParameter> Parameters, string Value, int Line)
{
    /// <summary>So many parameters of a property, and values of a parameter, are kept.</summary>
    public const int MaxParameters = 100;

    /// <summary>The parameter of this name, in capitals; null without it.</summary>
    public IcalParameter? Parameter(string name)
    {
        foreach (var parameter in Parameters)
        {
            if (string.Equals(parameter.Name, name, StringComparison.Ordinal))
            {
                return parameter;
            }
        }

        return null;
    }

    /// <summary>Whether the value is this one, in capitals or not.</summary>
    public bool Is(string value) => string.Equals(Value, value, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A parameter as it was read (RFC 5545 section 3.2), its values without quotes and decoded by RFC 6868.</summary>
/// <param name="Name">In capitals.</param>
/// <param name="Values">At least one.</param>
public sealed record IcalParameter(string Name, IReadOnlyList<string> Values)
{
    /// <summary>The first value.</summary>
    public string Value => Values[0];
}
