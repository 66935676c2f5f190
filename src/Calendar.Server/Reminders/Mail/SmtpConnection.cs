using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.IO;

namespace Calendar.Server.Reminders.Mail;

/// <summary>How far a dialogue came: what a failure means depends on it.</summary>
internal enum SmtpStage
{
    /// <summary>Until the server is ready: greeted, encrypted, signed in.</summary>
    Opening,

    /// <summary>The sender is named.</summary>
    Sender,

    /// <summary>The recipient is named.</summary>
    Recipient,

    /// <summary>The message is on its way, or may be.</summary>
    Data,
}

/// <summary>One connection to the server, for one mail after the other.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    private readonly MailSettings _settings;
    private readonly TimeProvider _clock;
    private AttemptStream? _stream;
    private Attempt? _attempt;
    private long _lastUse;
    private string? _distrust;

    // The protocol logger of the base stays the one that logs nothing.
    public SmtpConnection(MailSettings settings, TimeProvider clock)
    {
        (_settings, _clock) = (settings, clock);
        LocalDomain = settings.Greeting;
        ServerCertificateValidationCallback = IsTrusted;

        // As HttpClient: a network without a way to the revocation lists would send nothing.
        CheckCertificateRevocation = false;
    }

    public SmtpStage Stage { get; private set; }

    /// <summary>Whether it has carried a mail before this one.</summary>
    public bool IsReused { get; private set; }

    public int Carried { get; private set; }

    public TimeSpan IdleFor => _clock.GetElapsedTime(_lastUse);

    public async Task OpenAsync(Attempt attempt)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_settings.Host, _settings.Port, attempt.Token);
            _stream = new AttemptStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        Begin(attempt);
        try
        {
            await ConnectAsync(_stream, _settings.Host, _settings.Port, Options(_settings.Security), attempt.Token);
        }
        catch (SslHandshakeException failed) when (_distrust is not null)
        {
            throw new IOException("the server's certificate is not trusted: " + _distrust, failed);
        }

        if (_settings.Credentials is { } credentials)
        {
            await AuthenticateAsync(Encoding.UTF8, credentials, attempt.Token);
        }
    }

    /// <summary>Asks a connection that rested whether it is still one. The server may have closed it meanwhile: no mail was on it.</summary>
    public async Task<bool> TryReopenAsync(Attempt attempt)
    {
        Begin(attempt);
        IsReused = true;
        try
        {
            await NoOpAsync(attempt.Token);
            return true;
        }
        catch (Exception gone) when (SmtpAnswers.IsKnown(gone) && !attempt.Token.IsCancellationRequested && !attempt.IsOver)
        {
            Dispose();
            return false;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <param name="size">In octets, where the server says how many it takes.</param>
    public bool IsTooLarge(MimeMessage message, out long size)
    {
        size = 0;
        if (MaxSize > 0)
        {
            using var measure = new MeasuringStream();
            message.WriteTo(MailComposer.Format, measure);
            size = measure.Length;
        }

        return size > MaxSize;
    }

    /// <summary>Its time is kept by the stream: writing ends with the attempt, and an answer that has come is read, however late it is.</summary>
    /// <param name="sender">Of the envelope.</param>
    /// <returns>What the server said when it took the message over.</returns>
    public async Task<string> CarryAsync(MimeMessage message, MailboxAddress sender, Attempt attempt)
    {
        Stage = SmtpStage.Sender;
        return await SendAsync(MailComposer.Format, message, sender, message.To.Mailboxes, attempt.Caller);
    }

    /// <summary>Puts it by for the next mail.</summary>
    public void Rest()
    {
        Carried++;
        _lastUse = _clock.GetTimestamp();
        Begin(null);
    }

    /// <summary>With a farewell, for which nobody waits long. Nothing is lost where it fails.</summary>
    public async Task CloseAsync()
    {
        Begin(null);
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2), _clock);
        try
        {
            await DisconnectAsync(quit: true, soon.Token);
        }
        finally
        {
            Dispose();
        }
    }

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Stage = SmtpStage.Recipient;

    // What follows at once is DATA: nothing is awaited in between.
    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        _attempt?.ThrowIfOver();
        _stream?.HandOver();
        Stage = SmtpStage.Data;
    }

    // The composer's octets fit every server; they are the same for each.
    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
    }

    private void Begin(Attempt? attempt)
    {
        _attempt = attempt;
        _stream?.Begin(attempt);
        Stage = SmtpStage.Opening;
    }

    private static SecureSocketOptions Options(MailSecurity security) => security switch
    {
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 leaf && IsOurs(leaf, chain, _settings.Roots)))
        {
            return true;
        }

        _distrust = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "it is for another name"
            : chain?.ChainStatus is [var status, ..] ? status.StatusInformation
            : "there is none";
        return false;
    }

    private static bool IsOurs(X509Certificate2 leaf, X509Chain? sent, ImmutableArray<X509Certificate2> roots)
    {
        if (roots.IsEmpty)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots.ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf);
    }
}
