using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using MimeKit;

namespace Calendar.Server.Tests.Reminders.Mail;

/// <summary>Where a dialogue is held up or answered otherwise: before the server's answer to a command, but for the last ones.</summary>
public enum SmtpStep
{
    Connect,
    Ehlo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,

    /// <summary>Five lines of the message have arrived.</summary>
    Middle,

    /// <summary>All of it has arrived; it is not accepted, and never is once the client has gone.</summary>
    End,

    /// <summary>It is accepted, and the client has not heard of it.</summary>
    Accepted,

    /// <summary>The client has been answered.</summary>
    Replied,
    Noop,
    Rset,
    Quit,
}

/// <param name="Port">0: a free one.</param>
/// <param name="Certificate">STARTTLS is offered with it.</param>
/// <param name="IsTlsFromTheStart">The certificate is used at once.</param>
/// <param name="User">Nobody else may send.</param>
/// <param name="Without">Ways of signing in that are not offered: PLAIN or LOGIN.</param>
/// <param name="Size">The largest mail in octets.</param>
public sealed record SmtpServerOptions(
    int Port = 0, X509Certificate2? Certificate = null, bool IsTlsFromTheStart = false, string? User = null, string? Password = null, string? Without = null, int? Size = null);

/// <param name="Connection">Counted from 1.</param>
/// <param name="User">Who signed in.</param>
public sealed record ReceivedMail(int Connection, string From, IReadOnlyList<string> To, string Greeting, bool Secure, string? User, byte[] Raw)
{
    public MimeMessage Message() => MimeMessage.Load(new MemoryStream(Raw));
}

/// <summary>Debian's aiosmtpd in a process of its own (<c>smtp_server.py</c>): takes mails, and at any step does as it is told. It ends with the test process.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _done = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _reached = new();
    private readonly ConcurrentQueue<ReceivedMail> _mails = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Process _process;
    private readonly string _folder;
    private readonly Task _reading;
    private int _connections;
    private int _number;

    private SmtpServer(Process process, string folder)
    {
        (_process, _folder) = (process, folder);
        _reading = ReadAsync();
    }

    public int Port => _port.Task.Result;

    /// <summary>For CALENDAR_SMTP of a server without a certificate.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"smtp+plain://127.0.0.1:{Port}");

    public static async Task<SmtpServer> StartAsync(SmtpServerOptions? options = null)
    {
        options ??= new SmtpServerOptions();
        var folder = Directory.CreateTempSubdirectory("calendar-smtp-").FullName;
        var (certificate, key) = await WriteAsync(options.Certificate, folder);
        var told = JsonSerializer.Serialize(new
        {
            port = options.Port, certificate, key, @implicit = options.IsTlsFromTheStart, user = options.User, password = options.Password,
            without = options.Without is { } way ? new[] { way } : null, size = options.Size,
        });
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", ["-X", "utf8", CalendarService.FileBeside("smtp_server.py"), told])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        var server = new SmtpServer(Process.Start(start)!, folder);
        await server._port.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return server;
    }

    /// <summary>Everything accepted so far, in order.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> MailsAsync()
    {
        await OrderAsync(new { @do = "sync" });
        return [.. _mails];
    }

    /// <summary>How many connections came in so far.</summary>
    public async Task<int> ConnectionsAsync()
    {
        await OrderAsync(new { @do = "sync" });
        return _connections;
    }

    /// <param name="reply">Such as <c>450 4.2.1 Try later</c>; 421 closes, too.</param>
    /// <param name="times">Null for always.</param>
    /// <param name="recipient">Only for mails to an address with this in it; from the step <see cref="SmtpStep.Rcpt"/> on.</param>
    public Task AnswerAsync(SmtpStep step, string reply, int? times = null, string? recipient = null) => RuleAsync(step, reply, times, recipient);

    /// <summary>Closes without a word.</summary>
    public Task CloseAtAsync(SmtpStep step, int? times = null, string? recipient = null) => RuleAsync(step, "close", times, recipient);

    /// <summary>Breaks the connection (RST).</summary>
    public Task ResetAtAsync(SmtpStep step, int? times = null, string? recipient = null) => RuleAsync(step, "reset", times, recipient);

    /// <summary>The next one that comes to this step hears one octet a second from there on.</summary>
    /// <returns>Done when that has begun.</returns>
    public async Task<Task> DripAtAsync(SmtpStep step, string? recipient = null) => Reached(await RuleAsync(step, "drip", 1, recipient)).Task;

    /// <summary>The next one that comes to this step waits there until it is released.</summary>
    public async Task<HeldStep> HoldAtAsync(SmtpStep step, string? recipient = null)
    {
        var id = await RuleAsync(step, "hold", 1, recipient);
        return new HeldStep(Reached(id).Task, () => OrderAsync(new { @do = "release", id }));
    }

    /// <summary>Forgets what it was told and releases what it holds; mails are kept.</summary>
    public Task ClearAsync() => OrderAsync(new { @do = "clear" });

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _reading;
        _process.Dispose();
        _writing.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Signed by itself.</summary>
    /// <param name="name">Null: 127.0.0.1, where the server is.</param>
    public static X509Certificate2 MakeCertificate(string? name = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a mail server of the tests", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
        {
            names.AddIpAddress(System.Net.IPAddress.Loopback);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(130));
    }

    private static async Task<(string? Certificate, string? Key)> WriteAsync(X509Certificate2? certificate, string folder)
    {
        if (certificate is null)
        {
            return (null, null);
        }

        var (file, keyFile) = (Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem"));
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }

    private async Task<int> RuleAsync(SmtpStep step, string how, int? times, string? recipient)
    {
        var id = Interlocked.Increment(ref _number);
        Reached(id);
        await OrderAsync(new { @do = "rule", id, at = step.ToString().ToLowerInvariant(), how, times, @for = recipient });
        return id;
    }

    private TaskCompletionSource Reached(int id) => _reached.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task OrderAsync(object order)
    {
        var number = Interlocked.Increment(ref _number);
        var done = _done.GetOrAdd(number, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        var line = JsonSerializer.SerializeToNode(order)!;
        line["number"] = number;
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line.ToJsonString());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }

        await done.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private async Task ReadAsync()
    {
        var errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Take(JsonSerializer.Deserialize<Event>(line, JsonSerializerOptions.Web)!);
        }

        var ended = new InvalidOperationException("The mail server has ended (ops/test installs python3-aiosmtpd). " + await errors);
        _port.TrySetException(ended);
        foreach (var waiting in _done.Values.Concat(_reached.Values))
        {
            waiting.TrySetException(ended);
        }
    }

    private void Take(Event happened)
    {
        if (happened.Mail is { } mail)
        {
            _mails.Enqueue(mail);
        }
        else if (happened.Port is { } port)
        {
            _port.SetResult(port);
        }
        else if (happened.Connected is { } connected)
        {
            _connections = connected;
        }
        else if (happened.Reached is { } reached)
        {
            Reached(reached).TrySetResult();
        }
        else if (happened.Done is { } done && _done.TryRemove(done, out var waiting))
        {
            waiting.SetResult();
        }
    }

    private sealed record Event(int? Port, int? Connected, int? Reached, int? Done, ReceivedMail? Mail);
}

/// <param name="Reached">When somebody waits there.</param>
public sealed record HeldStep(Task Reached, Func<Task> ReleaseAsync);
