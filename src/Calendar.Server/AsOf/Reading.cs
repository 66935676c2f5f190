using Calendar.Almanacs;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.AsOf;

/// <summary>The record as one request reads it: as it is, or as it was known at an instant.</summary>
/// <param name="Today">The civil day of that instant in the calendar's zone.</param>
/// <param name="At">The instant; null for the record as it is.</param>
internal readonly record struct Reading(Almanac Almanac, LocalDate Today, Instant? At)
{
    /// <summary>What the answer says of it; null when nobody asked.</summary>
    public AsOfView? AsOf => At is { } at ? new AsOfView(InstantPattern.ExtendedIso.Format(at), Almanac.PublicNumber) : null;
}

/// <summary>As of when an answer was given.</summary>
/// <param name="At">The instant in UTC.</param>
/// <param name="Number">The count of public events recorded by then.</param>
public sealed record AsOfView(string At, long Number);
