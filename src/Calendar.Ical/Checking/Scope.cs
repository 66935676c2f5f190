using Calendar.Ical.Reading;

namespace Calendar.Ical.Checking;

/// <summary>What the entries of one calendar have in common while it is read.</summary>
internal sealed class CalendarState(IcalComponent? calendar)
{
    /// <summary>Where each entry stands, by UID and RECURRENCE-ID.</summary>
    public Dictionary<(string Uid, string Recurrence), int> Entries { get; } = [];

    /// <summary>Where each time zone is defined.</summary>
    public Dictionary<string, int> Zones { get; } = new(StringComparer.Ordinal);

    /// <summary>Where each time zone is used first.</summary>
    public Dictionary<string, (IcalProperty Property, IcalComponent Entry)> ZonesUsed { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether something stands in the calendar beside time zones.</summary>
    public bool HasEntries { get; set; }

    /// <summary>In capitals; null without one.</summary>
    public string? Method { get; } = calendar?.First("METHOD")?.Value.ToUpperInvariant();
}

/// <summary>A component that is being checked, and where its findings go.</summary>
internal sealed class Scope(IcalComponent component, IcalComponent entry, CalendarState state, FindingList findings)
{
    public IcalComponent Component => component;

    /// <summary>The calendar's entry that the component is or lies in.</summary>
    public IcalComponent Entry => entry;

    public CalendarState State => state;

    /// <summary>The entry's UID; null without one.</summary>
    public string? Uid { get; } = entry.IsCalendar ? null : entry.First("UID")?.Value;

    public Scope In(IcalComponent inner) => new(inner, entry, state, findings);

    public IcalProperty? First(string name) => component.First(name);

    /// <summary>Reports a property.</summary>
    public void Find(Rule rule, IcalProperty property, params ReadOnlySpan<string> arguments) =>
        findings.Add(rule, property.Line, component.Name, Uid, property.Name, arguments);

    /// <summary>Reports the component as a whole.</summary>
    public void Find(Rule rule, params ReadOnlySpan<string> arguments) => findings.Add(rule, component.Line, component.Name, Uid, null, arguments);

    /// <summary>Reports what the component lacks.</summary>
    public void Lacks(string property, string source) => findings.Add(CheckRules.MissingProperty, component.Line, component.Name, Uid, property, [], source);

    /// <summary>Reports a property by the section that speaks of it.</summary>
    public void FindBy(string source, Rule rule, IcalProperty property, params ReadOnlySpan<string> arguments) =>
        findings.Add(rule, property.Line, component.Name, Uid, property.Name, arguments, source);

    /// <summary>A property's date or time; null without the property, and where another rule says what is wrong with it.</summary>
    public IcalMoment? Moment(string name) =>
        First(name) is { } property && IcalMoment.TryParse(property.Value, out var moment, out _) ? moment : null;
}
