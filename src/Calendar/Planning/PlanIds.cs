using System.Globalization;

namespace Calendar.Planning;

/// <summary>A series and a number of years (a national day's calendar year): <c>{fact}/{n}</c>.</summary>
public readonly record struct AnniversaryId(FactId Fact, int Number)
{
    public static bool TryParse(string? text, out AnniversaryId id)
    {
        id = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !Guid.TryParseExact(text.AsSpan(0, slash), "D", out var fact) || !PlanId.TryParseNumber(text.AsSpan(slash + 1), out var number))
        {
            return false;
        }

        id = new AnniversaryId(new FactId(fact), number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Fact}/{Number}");
}

/// <summary>A plan's name: <c>{commemoration}-{n}</c> of an anniversary, <c>cadence-{year}</c> of the union's yearly work. Whoever opens a plan again names the same one.</summary>
public readonly record struct PlanId : IComparable<PlanId>
{
    private const string _prefix = "plan-";
    private const string _cadence = "cadence-";

    private readonly FactId _fact;
    private readonly int _number;

    private PlanId(FactId fact, int number) => (_fact, _number) = (fact, number);

    /// <summary>Null for the yearly work.</summary>
    public AnniversaryId? Anniversary => _fact == default ? null : new AnniversaryId(_fact, _number);

    /// <summary>Null for an anniversary.</summary>
    public int? CadenceYear => _fact == default ? _number : null;

    public string Stream => _prefix + this;

    /// <param name="anniversary">By its series, so that a fact that takes another's place goes on with its plans.</param>
    public static PlanId Of(AnniversaryId anniversary) => new(anniversary.Fact, anniversary.Number);

    public static PlanId OfCadence(int year) => new(default, year);

    public static bool TryParse(string? text, out PlanId id)
    {
        id = default;
        var hyphen = text?.LastIndexOf('-') ?? -1;
        if (hyphen < 0 || !TryParseNumber(text.AsSpan(hyphen + 1), out var number))
        {
            return false;
        }

        if (text.AsSpan(0, hyphen + 1).SequenceEqual(_cadence))
        {
            id = OfCadence(number);
            return true;
        }

        if (!Guid.TryParseExact(text.AsSpan(0, hyphen), "D", out var fact) || fact == Guid.Empty)
        {
            return false;
        }

        id = new PlanId(new FactId(fact), number);
        return true;
    }

    public static bool TryParseStream(string stream, out PlanId id)
    {
        id = default;
        return stream.StartsWith(_prefix, StringComparison.Ordinal) && TryParse(stream[_prefix.Length..], out id);
    }

    public int CompareTo(PlanId other) => _fact.CompareTo(other._fact) is not 0 and var byFact ? byFact : _number.CompareTo(other._number);

    public override string ToString() => _fact == default
        ? string.Create(CultureInfo.InvariantCulture, $"{_cadence}{_number}")
        : string.Create(CultureInfo.InvariantCulture, $"{_fact}-{_number}");

    public static bool operator <(PlanId left, PlanId right) => left.CompareTo(right) < 0;

    public static bool operator >(PlanId left, PlanId right) => left.CompareTo(right) > 0;

    public static bool operator <=(PlanId left, PlanId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PlanId left, PlanId right) => left.CompareTo(right) >= 0;

    // One text for one number: no signs, no leading zeros.
    internal static bool TryParseNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= PartialDate.MaxYear && text[0] != '0';
}

/// <summary>
/// A task's name within its plan, <c>[a-z0-9]+(-[a-z0-9]+)*</c>: its line's in the template, of a supporter's with the association behind it
/// (<c>guests-hufo</c>); a UUID for one that was added without a name.
/// </summary>
public readonly record struct TaskId : IComparable<TaskId>
{
    public const int MaxLength = 100;

    private readonly string? _value;

    private TaskId(string value) => _value = value;

    public string Value => _value ?? "";

    public static TaskId Of(Slug line) => new(line.Value);

    public static TaskId Of(Slug line, Slug supporter) => new($"{line}-{supporter}");

    public static TaskId Of(Guid id) => new(id.ToString("D"));

    public static bool TryParse(string? text, out TaskId id)
    {
        var good = text is { Length: > 0 and <= MaxLength } && Words.Match(text, char.IsAsciiLetterLower);
        id = good ? new TaskId(text!) : default;
        return good;
    }

    public int CompareTo(TaskId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(TaskId left, TaskId right) => left.CompareTo(right) < 0;

    public static bool operator >(TaskId left, TaskId right) => left.CompareTo(right) > 0;

    public static bool operator <=(TaskId left, TaskId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TaskId left, TaskId right) => left.CompareTo(right) >= 0;
}

/// <summary>What is actually held; its calendar entries go by it, so that no two plans may have one.</summary>
public readonly record struct CelebrationId(Guid Value)
{
    /// <summary>A UUID, or the key of an import line.</summary>
    public static bool TryParse(string? text, out CelebrationId id)
    {
        id = new CelebrationId(Keys.TryReadId(text, out var value) ? value : Guid.Empty);
        return id.Value != Guid.Empty;
    }

    public override string ToString() => Value.ToString("D");
}
