using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Calendar.Server.Reminders.Mail;

/// <summary>The server that mails are handed to.</summary>
/// <param name="Credentials">Never sent without <see cref="MailSecurity"/>, but to this machine. Its text form says nothing.</param>
/// <param name="Roots">Trusted beside the system's.</param>
/// <param name="Rate">Mails a second over all connections; 0 for no limit.</param>
/// <param name="Connections">At most so many at once.</param>
/// <param name="Greeting">What we call ourselves (EHLO): a host name or an address.</param>
internal sealed record MailSettings(
    string Host, int Port, MailSecurity Security, NetworkCredential? Credentials, ImmutableArray<X509Certificate2> Roots, int Rate, int Connections, string Greeting);

internal enum MailSecurity
{
    /// <summary>Upgraded by STARTTLS before anything else is said; a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>TLS from the first octet.</summary>
    Tls,

    /// <summary>None: a relay on the same machine or in the same network.</summary>
    None,
}

/// <summary>Whom mails are from, and where answers go.</summary>
/// <param name="Address">An address that was checked.</param>
/// <param name="ReplyTo">Null: answers go to the sender.</param>
/// <param name="Bounces">An address that was checked: where mails go that come back. Null: to the sender.</param>
internal sealed record MailSender(string? Name, string Address, MailSender? ReplyTo = null, string? Bounces = null)
{
    /// <summary>Whom the envelope names (MAIL FROM).</summary>
    public string Envelope => Bounces ?? Address;

    /// <summary>Stands behind the @ of the sender and of every Message-ID.</summary>
    public string Domain => Address[(Address.LastIndexOf('@') + 1)..];
}
