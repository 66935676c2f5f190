namespace Calendar.Server.Reminders;

/// <summary>How long one attempt may take: shorter than what an instance has of a message when it claims it.</summary>
/// <param name="Whole">From connecting to the last answer.</param>
internal sealed record AttemptLimits(TimeSpan Whole);
