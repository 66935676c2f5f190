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
/// on which a server stumbles holds up nobody else's.
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
            (5, _) => new Outcome.Refused(code, line),
            _ => new Outcome.Deferred(code, line),
        };
    }

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
}
