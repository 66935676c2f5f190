using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Calendar.Server.Reminders.Mail;

/// <summary>What a failed dialogue means for the mail.</summary>
/// <remarks>
/// Until the recipient is named, a failure is about us and would be the same for every mail: the way is closed. That holds for a refusal of the sender too, who
/// is the same in all mails: read as a refusal of the mail it would use up one after the other. From the recipient on it is about this mail, so that one
/// on which a server stumbles holds up nobody else's. A server that sends nothing for us says so of each recipient, too: what a refusal is about
/// stands in its enhanced code (RFC 3463), and what is about us uses up no mail. Where that is not certain the mail is tried again by itself.
/// </remarks>
internal static partial class SmtpAnswers
{
    private const int _longest = 500;

    /// <summary>Whether it is something that befalls a dialogue.</summary>
    public static bool IsKnown(Exception failure) => failure is CommandException or ProtocolException or IOException or SocketException or TimeoutException or OperationCanceledException
        or System.Security.Authentication.AuthenticationException or AuthenticationException or SslHandshakeException or ServiceNotAuthenticatedException or ServiceNotConnectedException
        or SaslException or NotSupportedException;

    public static Outcome Of(Exception failure, SmtpStage stage) => failure switch
    {
        SmtpCommandException command => Answer((int)command.StatusCode, command.ErrorCode, command.Message, stage),
        ServiceNotAuthenticatedException => new Outcome.Away(530, Line(failure.Message)),
        AuthenticationException { InnerException: SmtpCommandException answer } => new Outcome.Away((int)answer.StatusCode, Line("The server does not let us in: " + answer.Message)),
        AuthenticationException or SaslException => new Outcome.Away(null, Line("The server does not let us in: " + failure.Message)),
        SslHandshakeException => new Outcome.Away(null, Line("No encrypted connection came about: " + failure.GetBaseException().Message)),
        NotSupportedException => new Outcome.Away(null, Line(failure.Message)),
        _ when stage is SmtpStage.Opening or SmtpStage.Sender => new Outcome.Away(null, Seen(failure, stage)),
        _ => new Outcome.Deferred(null, Seen(failure, stage)),
    };

    /// <summary>Whether a server, while a connection rested, has closed it: a fresh one may do.</summary>
    public static bool IsClosed(Exception failure) => failure is IOException or SocketException or SmtpProtocolException || failure is SmtpCommandException { StatusCode: SmtpStatusCode.ServiceNotAvailable };

    /// <summary>One line of printable text, without anybody's address.</summary>
    public static string Line(string text) => MailText.OneLine(Addresses().Replace(MailText.Visible(text[..Math.Min(text.Length, 4 * _longest)]), "<…>"), _longest - 1);

    private static Outcome Answer(int code, SmtpErrorCode about, string text, SmtpStage stage)
    {
        var line = Line(text);
        return (code / 100, stage) switch
        {
            // Any 2yz after the final dot is a yes (RFC 5321, 4.2.1).
            (2, SmtpStage.Data) when about == SmtpErrorCode.MessageNotAccepted => new Outcome.Delivered(code, line),
            _ when code == 421 || stage == SmtpStage.Opening => new Outcome.Away(code, line),
            _ when about == SmtpErrorCode.SenderNotAccepted => code == 552 ? new Outcome.Refused(code, line) : new Outcome.Away(code, line),
            _ => After(code, text, isRead: about == SmtpErrorCode.MessageNotAccepted, stage) switch
            {
                Blame.Us => new Outcome.Away(code, line),
                Blame.This when code / 100 == 5 => new Outcome.Refused(code, line),
                _ => new Outcome.Deferred(code, line),
            },
        };
    }

    /// <summary>Whom a reply is about that came after the sender was accepted.</summary>
    /// <param name="isRead">The server has the message: what it calls policy may be about its words (spam), which closes the way for no other.</param>
    private static Blame After(int code, string text, bool isRead, SmtpStage stage) => Enhanced().Match(text) is { Success: true, Groups: var groups }
        ? (groups["subject"].Value, groups["detail"].Value) switch
        {
            _ when IsAboutSigningIn(code) => Blame.Us,

            // Greylisting (RFC 6647) answers so: each mail has to come again by itself.
            ("7", "1") when code / 100 == 4 && stage == SmtpStage.Recipient => Blame.Unclear,
            ("7", _) => isRead ? Blame.Unclear : Blame.Us,

            // The sender's address (RFC 3463, 3.2), no messages from the network, and too many of them (RFC 3463, 3.5; a quota where mail is handed in).
            ("1", "7" or "8") or ("3", "2") or ("4", "5") => Blame.Us,
            ("1" or "2" or "6", _) or ("3", "4") => Blame.This,
            _ => Blame.Unclear,
        }
        : (code, isRead, stage) switch
        {
            _ when IsAboutSigningIn(code) => Blame.Us,

            // RFC 5321, 4.2.3, and RFC 7504: no such mailbox, or a domain that takes no mail.
            (501 or 521 or 550 or 551 or 552 or 553 or 556, _, SmtpStage.Recipient) => Blame.This,
            (550 or 551 or 552 or 553 or 554, true, _) => Blame.This,
            _ => Blame.Unclear,
        };

    // RFC 4954, 6.
    private static bool IsAboutSigningIn(int code) => code is 454 or 530 or 534 or 535 or 538;

    private static string Seen(Exception failure, SmtpStage stage)
    {
        var where = stage switch
        {
            SmtpStage.Opening => "before the server was ready",
            SmtpStage.Sender => "while the sender was named",
            SmtpStage.Recipient => "while the recipient was named",
            _ => "while the message was handed over; it may have arrived",
        };
        return Line(failure is OperationCanceledException or TimeoutException ? $"The time ran out {where}." : $"The connection failed {where}: {failure.Message}");
    }

    [GeneratedRegex(@"<?[^\s<>@]+@[^\s<>@]+>?", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Addresses();

    [GeneratedRegex(@"^[245]\.(?<subject>[0-9]{1,3})\.(?<detail>[0-9]{1,3})([^.0-9]|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Enhanced();

    private enum Blame
    {
        Unclear,

        /// <summary>The recipient or the message.</summary>
        This,

        /// <summary>It would be the same for every mail.</summary>
        Us,
    }
}
