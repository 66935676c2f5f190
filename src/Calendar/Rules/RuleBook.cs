using System.Collections.Immutable;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Rules;

/// <summary>A rule set since it was adopted.</summary>
/// <param name="From">The first civil day whose anniversaries it decides; null for the set the product begins with.</param>
public sealed record Adoption(RuleSet Rules, LocalDate? From, Source? Source)
{
    public bool Equals(Adoption? other) => other is not null && From == other.From && Source == other.Source && Rules.Equals(other.Rules);

    public override int GetHashCode() => HashCode.Combine(Rules, From);
}

/// <summary>All rule sets with the days that each decides. Of two sets from one day the later adopted decides.</summary>
public sealed class RuleBook
{
    // In the order of the days they decide.
    private readonly ImmutableArray<Adoption> _inForce;

    private RuleBook(ImmutableArray<Adoption> adopted)
    {
        Adopted = adopted;
        _inForce = [.. adopted.Reverse().DistinctBy(adoption => adoption.From).OrderBy(adoption => adoption.From ?? LocalDate.MinIsoValue)];
    }

    /// <summary>Before anything was adopted.</summary>
    public static RuleBook Default { get; } = new([new Adoption(RuleSet.Decree145, null, null)]);

    /// <summary>In the order of adoption, the product's own first.</summary>
    public ImmutableArray<Adoption> Adopted { get; }

    /// <summary>Those that decide some day, in the order of days.</summary>
    public ImmutableArray<Adoption> InForce => _inForce;

    public RuleBook With(Adoption adoption) => new(Adopted.Add(adoption));

    /// <summary>The set that decides what falls on a day, or begins on it.</summary>
    public Adoption AdoptionOn(LocalDate day)
    {
        for (var i = _inForce.Length - 1; i > 0; i--)
        {
            if (_inForce[i].From <= day)
            {
                return _inForce[i];
            }
        }

        return _inForce[0];
    }

    public RuleSet On(PartialDate date) => _inForce.Length == 1 ? _inForce[0].Rules : AdoptionOn(date.First).Rules;

    /// <summary>Where 29 February falls in a common year: as the set says that decides its 28 February.</summary>
    public LeapDayRule LeapDayIn(int year) => _inForce.Length == 1 ? _inForce[0].Rules.LeapDay : AdoptionOn(new LocalDate(year, 2, 28)).Rules.LeapDay;

    /// <summary>The day after the last one that an adoption decides; null when it has no end.</summary>
    public LocalDate? EndOf(Adoption adoption) => _inForce.FirstOrDefault(other => other.From > (adoption.From ?? LocalDate.MinIsoValue))?.From;
}

/// <summary>What an adoption changes: the days it decides, and the sets that decide them before and after.</summary>
public sealed class RuleChange
{
    private readonly LocalDate _from;
    private readonly LocalDate? _end;
    private readonly RuleSet _before, _after;

    // By kind, the numbers of years whose tier changes.
    private readonly int[]?[] _changed = new int[]?[FactKinds.All.Length];

    public RuleChange(RuleBook before, RuleBook after, Adoption adoption)
    {
        _from = adoption.From ?? LocalDate.MinIsoValue;
        _end = after.EndOf(adoption);
        (_before, _after) = (before.AdoptionOn(_from).Rules, adoption.Rules);
    }

    /// <summary>Whether an anniversary of a fact of this kind and date is of another tier or on another day now.</summary>
    public bool Concerns(FactKind kind, PartialDate origin)
    {
        if (origin.IsLeapDay && _before.LeapDay != _after.LeapDay && MovesLeapDay(origin.Year))
        {
            return true;
        }

        var changed = _changed[(int)kind] ??= [.. Enumerable.Range(1, RuleSet.MostYears).Where(n => _before.TierOf(kind, n) != _after.TierOf(kind, n))];
        var first = Array.BinarySearch(changed, _from.Year - origin.Year);
        for (var i = first < 0 ? ~first : first; i < changed.Length && origin.Year + changed[i] <= PartialDate.MaxYear; i++)
        {
            var day = origin.In(origin.Year + changed[i], _after.LeapDay).First;
            if (day >= _from)
            {
                return _end is not { } end || day < end;
            }
        }

        return false;
    }

    private bool MovesLeapDay(int origin)
    {
        // Of five years three at least are common ones; the first may lie before the day it decides from.
        var first = Math.Max(_from.Year, origin + 1);
        for (var year = first; year <= Math.Min(first + 4, PartialDate.MaxYear); year++)
        {
            var day = new LocalDate(year, 2, 28);
            if (!CalendarSystem.Iso.IsLeapYear(year) && day >= _from && (_end is not { } end || day < end))
            {
                return true;
            }
        }

        return false;
    }
}
