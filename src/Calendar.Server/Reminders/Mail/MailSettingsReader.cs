using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Calendar.Associations;
using MimeKit;

namespace Calendar.Server.Reminders.Mail;

/// <summary>Reads CALENDAR_SMTP* and CALENDAR_MAIL_*. Refusals name the variable and what it should be, and repeat no value: most lie beside a secret.</summary>
/// <param name="value">Of a variable; null for one that is not set.</param>
/// <param name="longest">CALENDAR_LONGEST_ATTEMPT.</param>
internal sealed class MailSettingsReader(Func<string, string?> value, string publicUrl, TimeSpan longest)
{
    private const string _address = "smtp://host:587 (STARTTLS), smtps://host:465 (TLS) or smtp+plain://host:25, a user name before the host if need be: smtp://user@host:587";

    private static readonly string[] _dependent = ["CALENDAR_SMTP_PASSWORD", "CALENDAR_SMTP_PASSWORD_FILE", "CALENDAR_SMTP_CA"];

    /// <returns>Null where no server is set.</returns>
    public MailSettings? Server()
    {
        if (value("CALENDAR_SMTP") is not { } address)
        {
            return Array.Find(_dependent, name => value(name) is not null) is { } lonely
                ? throw new SettingException($"{lonely} is set, but CALENDAR_SMTP is not; it should be {_address}.")
                : null;
        }

        var (uri, security) = Address(address);
        var credentials = Credentials(uri, security);
        var (rate, connections) = Pace();
        return new MailSettings(
            uri.IdnHost, uri.Port > 0 ? uri.Port : DefaultPort(security), security, credentials, Roots(), rate, connections,
            new Uri(publicUrl).IdnHost);
    }

    // Each connection waits for its turn with a claimed mail, which is another's to claim after twice the longest attempt: half of that is for the attempt.
    private (int Rate, int Connections) Pace()
    {
        var rate = Number("CALENDAR_MAIL_RATE", 10, 0, 10_000, "mails a second (0: as fast as it goes)");
        var connections = Number("CALENDAR_MAIL_CONNECTIONS", 4, 1, 100, "connections");
        var seconds = (int)longest.TotalSeconds;
        return rate == 0 || connections <= rate * seconds ? (rate, connections) : throw new SettingException(string.Create(CultureInfo.InvariantCulture, $"""
            CALENDAR_MAIL_CONNECTIONS is too many for CALENDAR_MAIL_RATE: a mail would wait longer for its turn than CALENDAR_LONGEST_ATTEMPT. It should be at most {rate * seconds}, or the rate at least {(connections + seconds - 1) / seconds}.
            """));
    }

    /// <summary>Without CALENDAR_MAIL_FROM, mails that are written to files come from the host of the public address.</summary>
    public MailSender Sender()
    {
        if (value("CALENDAR_MAIL_FROM") is null && value("CALENDAR_SMTP") is not null)
        {
            throw new SettingException("CALENDAR_MAIL_FROM is not set; with CALENDAR_SMTP it should be the sender of all mails, such as Calendar <calendar@example.org>.");
        }

        var host = new Uri(publicUrl).IdnHost;
        var standIn = ContactAddresses.TryReadMail($"calendar@{host}", out var own) ? own : "calendar@localhost";
        return (Mailbox("CALENDAR_MAIL_FROM") ?? new MailSender("Calendar", standIn)) with
        {
            ReplyTo = Mailbox("CALENDAR_MAIL_REPLY_TO"),
            Bounces = Bounces(),
        };
    }

    private static (Uri Uri, MailSecurity Security) Address(string address)
    {
        MailSecurity? security = null;
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, AbsolutePath: "" or "/", Query: "", Fragment: "" })
        {
            security = uri.Scheme switch { "smtp" => MailSecurity.StartTls, "smtps" => MailSecurity.Tls, "smtp+plain" => MailSecurity.None, _ => null };
        }

        return security is { } known ? (uri!, known) : throw new SettingException($"CALENDAR_SMTP is not an address such as {_address}.");
    }

    private static int DefaultPort(MailSecurity security) => security switch { MailSecurity.StartTls => 587, MailSecurity.Tls => 465, _ => 25 };

    private NetworkCredential? Credentials(Uri uri, MailSecurity security)
    {
        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            throw new SettingException("CALENDAR_SMTP holds a password; it should stand in CALENDAR_SMTP_PASSWORD, or in a file that CALENDAR_SMTP_PASSWORD_FILE names.");
        }

        var (user, password) = (Uri.UnescapeDataString(uri.UserInfo), Password());
        return (user, password) switch
        {
            ("", null) => null,
            ("", _) => throw new SettingException("CALENDAR_SMTP names no user for the password; it should be such as smtp://user@host:587."),
            (_, null) => throw new SettingException("CALENDAR_SMTP_PASSWORD is not set; with a user in CALENDAR_SMTP it should be that user's password."),
            _ when security == MailSecurity.None && !IsThisMachine(uri.IdnHost) =>
                throw new SettingException("CALENDAR_SMTP is not safe: a password is never sent without TLS but to this machine. It should begin with smtp:// or smtps://."),
            _ => new NetworkCredential(user, password),
        };
    }

    private static bool IsThisMachine(string host) => host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private string? Password()
    {
        if (value("CALENDAR_SMTP_PASSWORD_FILE") is not { } file)
        {
            return value("CALENDAR_SMTP_PASSWORD");
        }

        if (value("CALENDAR_SMTP_PASSWORD") is not null)
        {
            throw new SettingException("CALENDAR_SMTP_PASSWORD and CALENDAR_SMTP_PASSWORD_FILE are both set; it should be one of them.");
        }

        var password = Readable("CALENDAR_SMTP_PASSWORD_FILE", "a file that can be read and holds the password", () => File.ReadAllText(file).TrimEnd('\r', '\n'));
        return password.Length > 0 ? password : throw new SettingException("CALENDAR_SMTP_PASSWORD_FILE is an empty file; it should hold the password.");
    }

    private ImmutableArray<X509Certificate2> Roots()
    {
        if (value("CALENDAR_SMTP_CA") is not { } file)
        {
            return [];
        }

        const string expected = "a PEM file with the certificates to trust (-----BEGIN CERTIFICATE-----)";
        var roots = Readable("CALENDAR_SMTP_CA", expected, () =>
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(file);
            return read;
        });
        return roots.Count > 0 ? [.. roots] : throw new SettingException($"CALENDAR_SMTP_CA is not {expected}.");
    }

    private static T Readable<T>(string name, string expected, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingException($"{name} is not {expected}.");
        }
    }

    private MailSender? Mailbox(string name)
    {
        if (value(name) is not { } text)
        {
            return null;
        }

        return MailboxAddress.TryParse(text, out var mailbox) && ContactAddresses.TryReadMail(mailbox.Address, out var address)
            ? new MailSender(MailText.OneLine(mailbox.Name ?? "", MailText.LongestName) is { Length: > 0 } display ? display : null, address)
            : throw new SettingException($"{name} is not a mail address such as Calendar <calendar@example.org>.");
    }

    // An envelope has no names.
    private string? Bounces() =>
        value("CALENDAR_MAIL_BOUNCES") is not { } text ? null
        : ContactAddresses.TryReadMail(text, out var address) ? address
        : throw new SettingException("CALENDAR_MAIL_BOUNCES is not a mail address such as bounces@example.org.");

    private int Number(string name, int usual, int least, int most, string what) =>
        value(name) is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new SettingException($"{name} is not a number of {what} from {least} to {most}.");
}
