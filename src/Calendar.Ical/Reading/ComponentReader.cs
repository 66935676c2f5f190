namespace Calendar.Ical.Reading;

/// <summary>
/// Reads anybody's octets as iCalendar: whatever is wrong is reported and read past, nothing throws. The time is linear in the
/// length, and beside the file only the component at hand is held.
/// </summary>
/// <param name="file">The octets.</param>
/// <param name="report">Takes every mistake, in the order of the file as a rule.</param>
public sealed class ComponentReader(ReadOnlyMemory<byte> file, Action<ReadingMistake> report)
{
    /// <summary>So deep components are read; the standard needs three, its extensions five.</summary>
    public const int MaxDepth = 8;

    /// <summary>So many lines and components of a calendar's entry are kept.</summary>
    public const int MaxLines = 20_000;

    private static readonly string[] Entries = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"];
    private static readonly string[] Observances = ["STANDARD", "DAYLIGHT"];

    private readonly Stack<IcalComponent> open = new();
    private int tooDeep;
    private int kept;

    /// <summary>
    /// The components as they end: those of a calendar, with all that is in them, before the calendar itself, which holds only its
    /// properties. What never ends is ended by the file.
    /// </summary>
    public IEnumerable<IcalComponent> Read()
    {
        var lines = new LineReader(file, (fault, line, detail) => Report(fault, line, null, detail));
        while (lines.TryRead(out var line, out var text))
        {
            if (PropertyParser.Parse(text, line, (fault, name, detail) => Report(fault, line, name, detail)) is not { } property)
            {
                continue;
            }

            var before = property.Name switch
            {
                "BEGIN" => DepthFor(property),
                "END" => DepthAfter(property),
                _ => open.Count,
            };
            while (open.Count > before)
            {
                if (Close(isMissed: property.Name is "BEGIN" || open.Count > before + 1) is { } ended)
                {
                    yield return ended;
                }
            }

            Take(property);
        }

        while (open.Count > 0)
        {
            if (Close(isMissed: true) is { } ended)
            {
                yield return ended;
            }
        }
    }

    private static string NameOf(IcalProperty mark) => mark.Value.Trim().ToUpperInvariant();

    /// <summary>How many components stay open around one that begins: entries are never inside each other, so an END was forgotten.</summary>
    private int DepthFor(IcalProperty begin)
    {
        string[] ended = NameOf(begin) switch
        {
            IcalComponent.Calendar => [IcalComponent.Calendar, .. Entries],
            "VALARM" => ["VALARM"],
            var name when Entries.Contains(name, StringComparer.Ordinal) => Entries,
            var name when Observances.Contains(name, StringComparer.Ordinal) => Observances,
            _ => [],
        };
        return tooDeep == 0 && Outermost(ended) is { } depth ? depth : open.Count;
    }

    /// <summary>How many components stay open when this one ends: none is ended by a name that is not open.</summary>
    private int DepthAfter(IcalProperty end)
    {
        if (tooDeep > 0)
        {
            tooDeep--;
            return open.Count;
        }

        var name = NameOf(end);
        var inner = 0;
        foreach (var component in open)
        {
            inner++;
            if (string.Equals(component.Name, name, StringComparison.Ordinal))
            {
                return open.Count - inner;
            }
        }

        Report(ReadingFault.UnmatchedEnd, end.Line, null, end.Value);
        return open.Count;
    }

    private int? Outermost(string[] names)
    {
        var depth = open.Count;
        int? outermost = null;
        foreach (var component in open)
        {
            depth--;
            if (names.Contains(component.Name, StringComparer.Ordinal))
            {
                outermost = depth;
            }
        }

        return outermost;
    }

    private void Take(IcalProperty property)
    {
        if (property.Name is "BEGIN")
        {
            Begin(property);
        }
        else if (property.Name is not "END" && tooDeep == 0)
        {
            Add(property);
        }
    }

    private void Begin(IcalProperty begin)
    {
        if (open.Count == MaxDepth)
        {
            if (tooDeep++ == 0)
            {
                Report(ReadingFault.TooDeep, begin.Line, null, "");
            }

            return;
        }

        open.TryPeek(out var parent);
        if (parent is null or { IsCalendar: true })
        {
            kept = 0;
        }

        if (parent is not null)
        {
            parent.HasComponents = true;
        }

        open.Push(new IcalComponent(NameOf(begin), begin.Line, parent));
    }

    private void Add(IcalProperty property)
    {
        if (!open.TryPeek(out var component))
        {
            Report(ReadingFault.OutsideComponents, property.Line, property.Name, property.Name);
        }
        else if (kept == MaxLines || component.Properties.Count == MaxLines)
        {
            Report(ReadingFault.TooManyLines, property.Line, property.Name, "");
        }
        else
        {
            kept++;
            component.Add(property);
            if (component is { IsCalendar: true, HasComponents: true })
            {
                Report(ReadingFault.PropertyAfterComponent, property.Line, property.Name, "");
            }
        }
    }

    private IcalComponent? Close(bool isMissed)
    {
        var component = open.Pop();
        if (isMissed)
        {
            report(new ReadingMistake(ReadingFault.UnendedComponent, component.Line, component.Name, null, component.Name));
        }

        if (component.Parent is null or { IsCalendar: true })
        {
            kept = 0;
            return component;
        }

        if (kept < MaxLines)
        {
            kept++;
            component.Parent.Add(component);
        }

        return null;
    }

    private void Report(ReadingFault fault, int line, string? property, string detail) =>
        report(new ReadingMistake(fault, line, open.TryPeek(out var component) ? component.Name : "", property, detail));
}
