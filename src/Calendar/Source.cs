namespace Calendar;

/// <summary>How far a date can be relied on. A date that rests on "general knowledge" alone is unconfirmed.</summary>
public enum Confidence
{
    Confirmed,
    Probable,
    Disputed,
    Unconfirmed,
}

/// <summary>Where a date comes from.</summary>
/// <param name="Citation">Short: work or outlet, article, day.</param>
/// <param name="Url">An http or https address, if there is one.</param>
/// <param name="Confidence">What the recorder thinks of it.</param>
public sealed record Source(string Citation, string? Url, Confidence Confidence);
