using NodaTime;
using NodaTime.Text;

namespace Calendar.Commands;

/// <content>Members that are dates and instants.</content>
internal sealed partial class Members
{
    public PartialDate? OptionalDate(string name)
    {
        Ask<PartialDate>(name);
        if (OptionalString(name, 40) is not { } text)
        {
            return null;
        }

        if (PartialDate.TryParse(text, out var date, out var why))
        {
            return date;
        }

        _errors.Add(new Rejection(RejectionKind.Invalid, "impossible-date", Pointer(name), why));
        return PartialDate.OfYear(1);
    }

    public PartialDate Date(string name) => OptionalDate(name) ?? Missing(name, PartialDate.OfYear(1));

    /// <summary>A whole day.</summary>
    public LocalDate Day(string name) => OptionalDay(name) ?? Missing(name, PartialDate.OfYear(1).First);

    public LocalDate? OptionalDay(string name)
    {
        Ask<LocalDate>(name);
        var errors = _errors.Count;
        if (OptionalDate(name) is not { } date)
        {
            return null;
        }

        if (date.Precision != Precision.Day && _errors.Count == errors)
        {
            Add("impossible-date", Pointer(name), $"“{name}” phải là một ngày đầy đủ như 2027-02-06.", $"\"{name}\" must be a whole day such as 2027-02-06.");
        }

        return date.First;
    }

    /// <summary>An instant with its offset from UTC.</summary>
    public Instant? OptionalInstant(string name)
    {
        Ask<Instant>(name);
        if (OptionalString(name, 40) is not { } text)
        {
            return null;
        }

        // In the last year that there is, an offset may lead out of time.
        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: { Year: >= PartialDate.MinYear and < PartialDate.MaxYear } instant })
        {
            return instant.ToInstant();
        }

        Add(
            "malformed-instant", Pointer(name), $"“{Shorten(text)}” không phải là thời điểm: viết như 2027-01-31T09:00:00+07:00.",
            $"\"{Shorten(text)}\" is not an instant: write it like 2027-01-31T09:00:00+07:00.");
        return default(Instant);
    }

    /// <summary>An instant with its offset from UTC, or a day, which means its end.</summary>
    public Instant? OptionalEnd(string name, DateTimeZone zone)
    {
        var text = OptionalString(name, 40);
        if (text is null || !(PartialDate.TryParse(text, out var date, out _) && date.Precision == Precision.Day && date.First.Year < PartialDate.MaxYear))
        {
            return OptionalInstant(name);
        }

        return zone.AtStartOfDay(date.First.PlusDays(1)).ToInstant();
    }

    public AnnualDate MonthAndDay(string name)
    {
        Ask<AnnualDate>(name);
        var text = String(name, 40);
        if (MonthDay.TryParse(text, out var day) || text.Length == 0)
        {
            return day;
        }

        Add("impossible-date", Pointer(name), $"“{text}” không phải là ngày tháng: viết --09-02.", $"\"{text}\" is not a month and day: write --09-02.");
        return default;
    }
}
