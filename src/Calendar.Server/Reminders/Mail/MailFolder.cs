namespace Calendar.Server.Reminders.Mail;

/// <summary>Where no server is set: each mail becomes a file that a mail program opens.</summary>
/// <param name="dataFolder">Mails go to its folder <c>mails</c>, which its user alone reads.</param>
internal sealed class MailFolder(string dataFolder, MailSender sender) : IMailWay
{
    private const UnixFileMode _ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly MailComposer _composer = new(sender);

    public string Path { get; } = System.IO.Path.Combine(dataFolder, "mails");

    /// <summary>Writing again replaces the file by the same: the id names it.</summary>
    public async Task<Outcome> SendAsync(OutgoingMail mail, Fence fence, CancellationToken ct)
    {
        using var message = _composer.Compose(mail);
        if (!await fence(ct))
        {
            return new Outcome.Withheld("Not to be sent any more.");
        }

        var file = System.IO.Path.Combine(Path, mail.Id + ".eml");
        var unfinished = $"{file}.{Guid.NewGuid():N}.unfinished";
        try
        {
            Directory.CreateDirectory(Path, _ownerOnly | UnixFileMode.UserExecute);
            await using (var written = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = _ownerOnly }))
            {
                await message.WriteToAsync(MailComposer.Format, written, ct);
                written.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, overwrite: true);
            return new Outcome.Delivered(null, $"Written to mails/{mail.Id}.eml: no mail server is set (CALENDAR_SMTP).");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return new Outcome.Away(null, SmtpAnswers.Line("The folder of mails cannot be written: " + failed.Message));
        }
        finally
        {
            RemoveQuietly(unfinished);
        }
    }

    // What is left of a failure; the failure itself is the answer.
    private static void RemoveQuietly(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
        }
    }
}
