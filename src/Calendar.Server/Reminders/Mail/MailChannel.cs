using System.Globalization;
using MailKit;
using MimeKit;

namespace Calendar.Server.Reminders.Mail;

/// <summary>Hands mails to a server (RFC 5321), each at most once in an attempt.</summary>
/// <param name="limits">The time of an attempt runs from connecting on, not while it waits for its turn.</param>
internal sealed class MailChannel(MailSettings settings, MailSender sender, AttemptLimits limits, TimeProvider clock) : IMailWay, IAsyncDisposable
{
    private static readonly Fence _alreadyAsked = _ => ValueTask.FromResult(true);

    private readonly MailComposer _composer = new(sender);
    private readonly MailboxAddress _envelope = new("", sender.Envelope);
    private readonly SmtpPool _pool = new(settings, clock);
    private readonly Pace _pace = new(settings.Rate, clock);

    public async Task<Outcome> SendAsync(OutgoingMail mail, Fence fence, CancellationToken ct)
    {
        using var message = _composer.Compose(mail);
        await _pool.EnterAsync(ct);
        try
        {
            await _pace.WaitAsync(ct);
            using var attempt = new Attempt(limits.Whole, clock, ct);
            return await SendAsync(message, fence, attempt, ct);
        }
        finally
        {
            _pool.Leave();
        }
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async Task<Outcome> SendAsync(MimeMessage message, Fence fence, Attempt attempt, CancellationToken ct)
    {
        SmtpConnection connection;
        try
        {
            connection = await _pool.ReadyAsync(attempt);
        }
        catch (Exception failure) when (SmtpAnswers.IsKnown(failure))
        {
            return Failed(failure, SmtpStage.Opening, ct);
        }

        try
        {
            return connection.IsTooLarge(message, out var size) ? TooLarge(size, connection.MaxSize)
                : await MayAsync(fence, attempt, ct) ? new Outcome.Delivered((int)MailKit.Net.Smtp.SmtpStatusCode.Ok, SmtpAnswers.Line(await connection.CarryAsync(message, _envelope, attempt)))
                : new Outcome.Withheld("Held back before anything was sent.");
        }
        catch (Exception closed) when (connection is { IsReused: true, Stage: SmtpStage.Sender } && SmtpAnswers.IsClosed(closed))
        {
            // It had carried as many mails as the server lets one connection carry; this one was not even begun.
            return await SendAsync(message, _alreadyAsked, attempt, ct);
        }
        catch (Exception failure) when (connection.Stage != SmtpStage.Opening && SmtpAnswers.IsKnown(failure))
        {
            return Failed(failure, connection.Stage, ct);
        }
        finally
        {
            _pool.Return(connection);
        }
    }

    private static async Task<bool> MayAsync(Fence fence, Attempt attempt, CancellationToken ct)
    {
        try
        {
            return await fence(attempt.Token) && !attempt.IsOver;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    // Somebody who stops us has no answer from the server, unless there is one.
    private static Outcome Failed(Exception failure, SmtpStage stage, CancellationToken ct)
    {
        if (failure is not CommandException)
        {
            ct.ThrowIfCancellationRequested();
        }

        return SmtpAnswers.Of(failure, stage);
    }

    private static Outcome.Refused TooLarge(long size, long most) =>
        new(null, string.Create(CultureInfo.InvariantCulture, $"The mail has {size} octets, and the server takes at most {most}."));
}
