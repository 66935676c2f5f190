using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>How an attempt to deliver a message ended.</summary>
/// <param name="Code">The other side's reply code, if it gave one.</param>
/// <param name="Answer">What it said, or what was seen: at most 500 characters of one line, without anybody's address.</param>
internal abstract record Outcome(int? Code, string Answer)
{
    /// <summary>The other side has taken it over.</summary>
    public sealed record Delivered(int? Code, string Answer) : Outcome(Code, Answer);

    /// <summary>Not now: this message is tried again.</summary>
    /// <param name="After">How long the other side wants to be left alone; null where it did not say.</param>
    public sealed record Deferred(int? Code, string Answer, Duration? After = null) : Outcome(Code, Answer);

    /// <summary>Never: trying this message again would lead to the same.</summary>
    /// <param name="IsGone">The other side wants nothing more, whatever it is.</param>
    public sealed record Refused(int? Code, string Answer, bool IsGone = false) : Outcome(Code, Answer);

    /// <summary>Nothing can be delivered this way for now, whichever message it is: the way is left alone for a while, and the message stands as before.</summary>
    public sealed record Away(int? Code, string Answer) : Outcome(Code, Answer);

    /// <summary>Nothing was sent: somebody else has taken the message over, the time was over before it began, or it may not go any more.</summary>
    /// <param name="IsForGood">There is nobody to send it to.</param>
    public sealed record Withheld(string Answer, bool IsForGood = false) : Outcome(null, Answer);
}

/// <summary>
/// Asked once an attempt can go wrong by nothing but what comes after: from a true answer on the message counts as perhaps delivered until its outcome
/// is recorded. False: nothing may be sent.
/// </summary>
internal delegate ValueTask<bool> Fence(CancellationToken ct);
