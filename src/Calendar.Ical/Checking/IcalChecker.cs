using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Calendar.Ical.Reading;

namespace Calendar.Ical.Checking;

/// <summary>
/// Checks anybody's iCalendar file by RFC 5545, 5546, 7986 and 9253 and by what clients in use make of it. It throws on no input,
/// takes time in proportion to its length and holds one entry at a time.
/// </summary>
public static class IcalChecker
{
    /// <summary>A large client drops what is longer, in silence.</summary>
    public const int MostOctets = 1_000_000;

    /// <summary>The counts of components whose names no standard registers.</summary>
    public const string OtherComponents = "OTHER";

    /// <summary>Checks a whole file.</summary>
    public static CheckReport Check(ReadOnlyMemory<byte> file)
    {
        var findings = new FindingList();
        Dictionary<string, int> components = new(StringComparer.Ordinal);
        if (OtherThanACalendar(file.Span) is { } rule)
        {
            findings.Add(rule, 1, "", null, null, []);
        }
        else
        {
            new Run(findings, components).Check(file);
        }

        if (file.Length > MostOctets)
        {
            findings.Add(CheckRules.TooLarge, 0, "", null, null, [file.Length.ToString(CultureInfo.InvariantCulture)]);
        }

        return new CheckReport(file.Length, components, findings.ByLine, findings.Totals);
    }

    /// <summary>An address, a page or something else: its lines are not worth a finding each.</summary>
    private static Rule? OtherThanACalendar(ReadOnlySpan<byte> file)
    {
        // UTF-16 is told apart by the reader.
        if (file.IndexOf((byte)0) >= 0 && file.Length > 1 && (file[0] is 0 || file[1] is 0 || file is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(file[..Math.Min(file.Length, 2_000)]).TrimStart('\uFEFF').Trim();
        string[] schemes = ["https://", "http://", "webcal://", "webcals://"];
        return schemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) && !text.Any(char.IsWhiteSpace) ? CheckRules.AddressOnly
            : text.StartsWith('<') ? CheckRules.WebPage
            : HasComponent(file) ? null
            : CheckRules.NotACalendar;
    }

    private static bool HasComponent(ReadOnlySpan<byte> file)
    {
        for (var colon = file.IndexOf((byte)':'); colon >= 0; colon = file.IndexOf((byte)':'))
        {
            if (colon >= 5 && Ascii.EqualsIgnoreCase(file[(colon - 5)..colon], "BEGIN"u8))
            {
                return true;
            }

            file = file[(colon + 1)..];
        }

        return false;
    }

    /// <summary>One file on its way through the rules.</summary>
    private sealed class Run(FindingList findings, Dictionary<string, int> components)
    {
        private static readonly Action<Scope>[] OfEveryone = [PropertyRules.Counts, PropertyRules.Values, EntryRules.Links];

        private static readonly FrozenDictionary<string, Action<Scope>[]> OfComponents = new Dictionary<string, Action<Scope>[]>(StringComparer.Ordinal)
        {
            [IcalComponent.Calendar] =
            [
                .. OfEveryone, CalendarRules.Version, CalendarRules.NotEmpty, CalendarRules.Names, CalendarRules.Refresh, CalendarRules.Uid,
                TextRules.Color, MethodRules.Method,
            ],
            ["VEVENT"] =
            [
                .. OfEveryone, EntryRules.Unique, DateRules.Event, DateRules.Floating, DateRules.Opaque, EntryRules.Sequence, EntryRules.Summary,
                TextRules.Status, TextRules.Transparency, TextRules.Color, RecurrenceRules.Several, MethodRules.Entry,
            ],
            ["VTODO"] =
            [
                .. OfEveryone, EntryRules.Unique, DateRules.Todo, DateRules.Floating, EntryRules.Sequence, EntryRules.Summary,
                TextRules.Status, TextRules.Color, RecurrenceRules.Several, MethodRules.Entry,
            ],
            ["VJOURNAL"] = [.. OfEveryone, EntryRules.Unique, DateRules.Floating, TextRules.Status, TextRules.Color, RecurrenceRules.Several],
            ["VFREEBUSY"] = [.. OfEveryone, EntryRules.Unique],
            ["VTIMEZONE"] = [.. OfEveryone, ZoneRules.Defined],
            ["STANDARD"] = [.. OfEveryone, ZoneRules.Observance, RecurrenceRules.Several],
            ["DAYLIGHT"] = [.. OfEveryone, ZoneRules.Observance, RecurrenceRules.Several],
            ["VALARM"] = [.. OfEveryone, AlarmRules.Action, AlarmRules.Cancelled, AlarmRules.Repeat, AlarmRules.Anchor],
        }.ToFrozenDictionary(StringComparer.Ordinal);

        private IcalComponent? calendar;
        private CalendarState? state;
        private int calendars;

        public void Check(ReadOnlyMemory<byte> file)
        {
            foreach (var component in new ComponentReader(file, findings.Add).Read())
            {
                if (component.IsCalendar)
                {
                    Calendar(component);
                }
                else
                {
                    Entry(component);
                }
            }

            Finish();
            if (calendars == 0)
            {
                findings.Add(CheckRules.NotACalendar, 1, "", null, null, []);
            }
        }

        private void Calendar(IcalComponent ended)
        {
            Enter(ended);
            if (++calendars == 2)
            {
                findings.Add(CheckRules.SeveralCalendars, ended.Line, ended.Name, null, null, []);
            }

            Walk(new Scope(ended, ended, state!, findings));
            Finish();
        }

        private void Entry(IcalComponent entry)
        {
            Enter(entry.Parent);
            if (entry.Parent is null)
            {
                findings.Add(CheckRules.OutsideCalendar, entry.Line, entry.Name, entry.First("UID")?.Value, null, [entry.Name]);
            }

            state!.HasEntries |= entry.Name is not "VTIMEZONE";
            Walk(new Scope(entry, entry, state, findings));
        }

        private void Walk(Scope scope)
        {
            var component = scope.Component;
            var isRegistered = KnownComponents.IsRegistered(component.Name);
            var counted = isRegistered ? component.Name : OtherComponents;
            components[counted] = components.GetValueOrDefault(counted) + 1;
            if (!isRegistered && !component.Name.StartsWith("X-", StringComparison.Ordinal))
            {
                scope.Find(CheckRules.UnknownComponent);
            }
            else if (component.Parent is { } parent && KnownComponents.Find(component.Name) is { } kind && !kind.Parents.Contains(parent.Name, StringComparer.Ordinal))
            {
                scope.Find(CheckRules.MisplacedComponent, parent.Name, string.Join(", ", kind.Parents));
            }

            foreach (var check in OfComponents.GetValueOrDefault(component.Name, OfEveryone))
            {
                check(scope);
            }

            foreach (var inner in component.Components)
            {
                Walk(scope.In(inner));
            }
        }

        /// <summary>Goes on in this calendar; null for what lies outside of all.</summary>
        private void Enter(IcalComponent? into)
        {
            if (state is null || calendar != into)
            {
                Finish();
                (calendar, state) = (into, new CalendarState(into));
            }
        }

        private void Finish()
        {
            if (state is not null)
            {
                ZoneRules.Used(state, findings);
            }

            (calendar, state) = (null, null);
        }
    }
}
