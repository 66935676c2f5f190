namespace Calendar.Ical.Reading;

/// <summary>A component as it was read (RFC 5545 section 3.6).</summary>
/// <param name="name">In capitals.</param>
/// <param name="line">The line of its BEGIN.</param>
/// <param name="parent">The component around it; null outside of all.</param>
public sealed class IcalComponent(string name, int line, IcalComponent? parent)
{
    /// <summary>The name of the component around all others.</summary>
    public const string Calendar = "VCALENDAR";

    private readonly List<IcalProperty> properties = [];
    private readonly Dictionary<string, IcalProperty> firsts = new(StringComparer.Ordinal);
    private readonly List<IcalComponent> components = [];

    /// <summary>In capitals.</summary>
    public string Name => name;

    /// <summary>The line of its BEGIN, from 1.</summary>
    public int Line => line;

    /// <summary>The component around it; null outside of all.</summary>
    public IcalComponent? Parent => parent;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<IcalProperty> Properties => properties;

    /// <summary>The components in it; those of a calendar are not kept.</summary>
    public IReadOnlyList<IcalComponent> Components => components;

    /// <summary>Whether it is a calendar.</summary>
    public bool IsCalendar => string.Equals(name, Calendar, StringComparison.Ordinal);

    /// <summary>Whether a component has begun in it.</summary>
    internal bool HasComponents { get; set; }

    /// <summary>The first property of this name, in capitals; null without it.</summary>
    public IcalProperty? First(string name) => firsts.GetValueOrDefault(name);

    /// <summary>All properties of this name, in capitals.</summary>
    public IEnumerable<IcalProperty> All(string name) => properties.Where(property => string.Equals(property.Name, name, StringComparison.Ordinal));

    internal void Add(IcalProperty property)
    {
        properties.Add(property);
        firsts.TryAdd(property.Name, property);
    }

    internal void Add(IcalComponent component) => components.Add(component);
}
