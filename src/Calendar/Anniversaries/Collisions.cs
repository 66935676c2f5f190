using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Holidays;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Anniversaries;

public enum WarningCode
{
    /// <summary>In the days around Tết.</summary>
    Tet,

    /// <summary>A public holiday of the home party or of a partner.</summary>
    Holiday,

    /// <summary>A partner's national day.</summary>
    NationalDay,
    Weekend,

    /// <summary>Another fact has a jubilee within three days.</summary>
    JubileeNear,
    Suspended,
    Unconfirmed,
}

/// <summary>Something a planner should know of an anniversary; nothing moves by itself.</summary>
/// <param name="Date">The anniversary's own; of a jubilee nearby, that one's.</param>
/// <param name="Proposed">Working days nearby that collide with nothing, nearest first; none where the day is not what is wrong.</param>
public sealed record Warning(WarningCode Code, PartialDate Date, Text Title, IReadOnlyList<LocalDate> Proposed);

/// <summary>
/// What anniversaries collide with. Keeps what it has found out about each day, since the anniversaries of one page fall on few days:
/// made for one answer, used by one thread.
/// </summary>
public sealed class Collisions
{
    private const int _near = 3;
    private const int _reach = 21;
    private const int _proposals = 3;

    // Two are enough to find one that is another fact's.
    private const int _enough = 2;

    private static readonly PartialDate _leapDay = PartialDate.OfDay(2000, 2, 29);

    private static readonly LocalDate _epoch = new(2000, 1, 1);
    private static readonly int _last = Period.DaysBetween(_epoch, LocalDate.MaxIsoValue);

    // Days away, nearest first; of two that are as near, the earlier.
    private static readonly ImmutableArray<int> _nearest = [0, .. Enumerable.Range(1, _reach).SelectMany(days => new[] { -days, days })];

    private readonly Almanac _almanac;
    private readonly HolidayYears _holidays;
    private readonly OrdinaryDays _ordinary;

    // By the number of days since the epoch: a page looks at many days many times.
    private readonly Dictionary<int, List<Jubilee>> _jubilees = [];
    private readonly Dictionary<int, Day> _days = [];

    public Collisions(Almanac almanac)
    {
        _almanac = almanac;
        _holidays = new HolidayYears(almanac);
        _ordinary = new OrdinaryDays(_holidays, almanac.Home);
    }

    /// <summary>The warnings of an anniversary; those about its day only where history names one that comes every year.</summary>
    public IReadOnlyList<Warning> Of(Anniversary x)
    {
        var warnings = new List<Warning>();
        if (x.Date.Precision == Precision.Day)
        {
            var number = Period.DaysBetween(_epoch, x.Date.First);
            warnings.AddRange(OfDay(x, On(number)));
            if (warnings.Count > 0)
            {
                var proposed = Propose(x, number);
                warnings = warnings.ConvertAll(warning => warning with { Proposed = proposed });
            }
        }

        if (x.IsSuspended)
        {
            warnings.Add(new Warning(WarningCode.Suspended, x.Date, new Text("Quan hệ đang gián đoạn", "Ties are suspended"), []));
        }

        if (x.Fact.Confidence == Confidence.Unconfirmed)
        {
            warnings.Add(new Warning(WarningCode.Unconfirmed, x.Date, new Text("Ngày chưa được xác nhận bằng nguồn", "No source confirms the date"), []));
        }

        return warnings;
    }

    private IEnumerable<Warning> OfDay(Anniversary x, Day day)
    {
        if (day.Tet is { } tet)
        {
            var first = new PartialDate(tet);
            yield return New(WarningCode.Tet, new Text($"Trong dịp Tết Nguyên đán (mùng 1 là ngày {first})", $"In the days of Tết, the Lunar New Year (its first day is {first})"));
        }

        foreach (var holiday in HolidaysOfHome(day.Date).Concat(DaysOfPartners(x, day.Date)))
        {
            var (party, name) = (_almanac.LoadParty(holiday.Party).NameOn(x.Date), holiday.Name);
            yield return (holiday.Kind, holiday.Status) switch
            {
                (HolidayKind.NationalDay, _) => New(WarningCode.NationalDay, new Text($"Quốc khánh của {party.Vi}: {name.Vi}", $"National day of {party.En}: {name.En}")),
                (_, HolidayStatus.Estimated) => New(WarningCode.Holiday, new Text($"Dự kiến là ngày nghỉ lễ của {party.Vi}: {name.Vi}", $"Expected to be a public holiday of {party.En}: {name.En}")),
                _ => New(WarningCode.Holiday, new Text($"Ngày nghỉ lễ của {party.Vi}: {name.Vi}", $"Public holiday of {party.En}: {name.En}")),
            };
        }

        if (day.Date.IsWeekend())
        {
            yield return New(WarningCode.Weekend, day.Date.DayOfWeek == IsoDayOfWeek.Saturday ? new Text("Rơi vào thứ Bảy", "Falls on a Saturday") : new Text("Rơi vào Chủ nhật", "Falls on a Sunday"));
        }

        if (Other(x, day) is { } jubilee)
        {
            var text = new Text($"Gần ngày kỷ niệm lớn khác ({jubilee.Date}): {jubilee.Title.Vi}", $"Close to another jubilee ({jubilee.Date}): {jubilee.Title.En}");
            yield return New(WarningCode.JubileeNear, text) with { Date = jubilee.Date };
        }

        Warning New(WarningCode code, Text title) => new(code, x.Date, title, []);
    }

    private List<LocalDate> Propose(Anniversary x, int number)
    {
        var proposed = new List<LocalDate>(_proposals);
        foreach (var away in _nearest)
        {
            if (number + away <= _last && On(number + away) is { IsOrdinary: true } day && Other(x, day) is null && !DaysOfPartners(x, day.Date).Any())
            {
                proposed.Add(day.Date);
                if (proposed.Count == _proposals)
                {
                    break;
                }
            }
        }

        return proposed;
    }

    private Day On(int number)
    {
        if (!_days.TryGetValue(number, out var day))
        {
            var date = _epoch.PlusDays(number);
            var tet = _ordinary.TetAround(date);
            var jubilees = _nearest.Take(1 + (2 * _near)).Select(away => number + away).Where(near => near <= _last).SelectMany(JubileesOn).Take(_enough);
            _days.Add(number, day = new Day(date, tet, _ordinary.IsOrdinary(date), [.. jubilees]));
        }

        return day;
    }

    private IEnumerable<Holiday> HolidaysOfHome(LocalDate day) => _holidays.On(_almanac.Home, day).Where(holiday => holiday.Kind == HolidayKind.Holiday);

    // Public holidays, and national days; only the former for a national day.
    private IEnumerable<Holiday> DaysOfPartners(Anniversary x, LocalDate day)
    {
        foreach (var party in x.Fact.Parties)
        {
            if (party != _almanac.Home)
            {
                foreach (var holiday in _holidays.On(party, day))
                {
                    if (holiday.Kind == HolidayKind.Holiday || x.Fact.Day is null)
                    {
                        yield return holiday;
                    }
                }
            }
        }
    }

    // Jubilees and national days do not keep out of each other's way: those come every year.
    private static Jubilee? Other(Anniversary x, Day day) =>
        x.Fact.Day is not null || day.Jubilees.IsEmpty ? null
        : day.Jubilees[0].Fact != x.Fact.Id ? day.Jubilees[0]
        : day.Jubilees.Length > 1 ? day.Jubilees[1] : null;

    private List<Jubilee> JubileesOn(int number)
    {
        if (!_jubilees.TryGetValue(number, out var found))
        {
            var date = new PartialDate(_epoch.PlusDays(number));
            _jubilees.Add(number, found = []);
            Gather(_almanac.Index.At(date), date, found);

            // Where 29 February may be kept in common years.
            if (!CalendarSystem.Iso.IsLeapYear(date.Year) && date is { Month: 2, Day: 28 } or { Month: 3, Day: 1 })
            {
                Gather(_almanac.Index.At(_leapDay), date, found);
            }
        }

        return found;
    }

    private void Gather(ReadOnlySpan<AnniversaryIndex.Entry> entries, PartialDate date, List<Jubilee> found)
    {
        for (var i = 0; i < entries.Length && found.Count < _enough; i++)
        {
            var years = date.Year - entries[i].Year;
            if (years > 0 && RuleSet.IsJubilee(years) && Anniversary.Of(_almanac, _almanac.FactAt(entries[i].Number), years) is { } jubilee && jubilee.Date == date)
            {
                found.Add(new Jubilee(jubilee));
            }
        }
    }

    /// <param name="IsOrdinary">Whether people work, away from Tết.</param>
    /// <param name="Jubilees">The nearest ones, of two facts at most: a fact has one a year.</param>
    private sealed record Day(LocalDate Date, LocalDate? Tet, bool IsOrdinary, ImmutableArray<Jubilee> Jubilees);

    private sealed class Jubilee(Anniversary anniversary)
    {
        private Text? _title;

        public FactId Fact => anniversary.Fact.Id;

        public PartialDate Date => anniversary.Date;

        public Text Title => _title ??= anniversary.Title;
    }
}
