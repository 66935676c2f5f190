namespace Calendar.Server.Reminders.Mail;

/// <summary>How mails leave: over a server, or into a folder where none is set.</summary>
internal interface IMailWay
{
    /// <summary>One attempt. Throws only what is no answer: cancellation by the caller, and what the fence throws.</summary>
    Task<Outcome> SendAsync(OutgoingMail mail, Fence fence, CancellationToken ct);
}
