using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Calendar.Associations;
using Calendar.Reminders;
using Calendar.Server.Reminders.Mail;
using NodaTime;
using Npgsql;

namespace Calendar.Server;

/// <summary>Everything that can be set, from environment variables <c>CALENDAR_*</c>. A wrong value stops the start and names its variable.</summary>
/// <param name="Url">CALENDAR_URL: where it listens.</param>
/// <param name="PublicUrl">CALENDAR_PUBLIC_URL: the only source of absolute links, without a slash at the end.</param>
/// <param name="DataFolder">CALENDAR_DATA: the cluster, the admin token.</param>
/// <param name="Database">CALENDAR_DATABASE: an Npgsql connection string; null runs the embedded PostgreSQL.</param>
/// <param name="PostgresBinaries">CALENDAR_POSTGRES_BIN: where initdb and postgres are, when they are not found by themselves.</param>
/// <param name="Pack">CALENDAR_PACK: the pack loaded at start; null for none.</param>
/// <param name="Home">CALENDAR_HOME: the party whose calendar this is.</param>
/// <param name="Zone">CALENDAR_ZONE: decides what "today" is, nothing else.</param>
internal sealed record Settings(
    Uri Url, string PublicUrl, string DataFolder, string? Database, string? PostgresBinaries, string? Pack, PartyCode Home, DateTimeZone Zone)
{
    /// <summary>CALENDAR_AS_OF_EVENTS: the longest log that is folded anew for a question (<c>asOf</c>) without a token.</summary>
    public long AsOfEvents { get; init; } = 100_000;

    /// <summary>CALENDAR_PUBLIC_READING: whether the record is open to everybody. Closed, it needs any token; private links go on.</summary>
    public bool PublicReading { get; init; } = true;

    /// <summary>CALENDAR_RATE_ADDRESS: requests a minute from one address prefix (IPv4 /24, IPv6 /48); 0 for no limit.</summary>
    public int RateAddress { get; init; } = 3_000;

    /// <summary>CALENDAR_RATE_TOKEN: requests a minute with one token; 0 for no limit.</summary>
    public int RateToken { get; init; } = 1_500;

    /// <summary>CALENDAR_PROXIES: those whose X-Forwarded-For is believed.</summary>
    public ImmutableArray<IPNetwork> Proxies { get; init; } = [];

    /// <summary>CALENDAR_DESK: the mail address of the planning desk; null where the umbrella union's contacts are the desk.</summary>
    public string? Desk { get; init; }
    /// <summary>CALENDAR_WEBHOOK_HOSTS: hosts that webhooks may have in any network; those that are this very machine also without TLS.</summary>
    public WebhookHosts WebhookHosts { get; init; } = WebhookHosts.None;
    /// <summary>CALENDAR_SMTP and what belongs to it; null: mails are written to files.</summary>
    public MailSettings? Mail { get; init; }

    /// <summary>CALENDAR_MAIL_FROM, CALENDAR_MAIL_REPLY_TO, CALENDAR_MAIL_BOUNCES.</summary>
    public MailSender MailSender { get; init; } = new("Calendar", "calendar@localhost");

    /// <summary>CALENDAR_HEARTBEAT: called (GET) each minute while deliveries go well; an outside watcher expects it. Whatever secret it holds is told to nobody.</summary>
    public Uri? Heartbeat { get; init; }

    /// <summary>
    /// CALENDAR_CANARY: a mailbox that gets a mail an hour and answers each, within the hour, by posting to its link. Set it when something answers: as long as none is
    /// answered, deliveries count as failing. After an outage only those made since count, and one that could not leave makes way for the next.
    /// </summary>
    public string? Canary { get; init; }

    /// <summary>CALENDAR_LONGEST_ATTEMPT, in seconds: an attempt to deliver a message takes no longer. Twice as long another instance waits before it takes over.</summary>
    public TimeSpan LongestAttempt { get; init; } = TimeSpan.FromMinutes(1);

    public static Settings Read(Func<string, string?> variable)
    {
        var url = Address("CALENDAR_URL", Value("CALENDAR_URL") ?? "http://127.0.0.1:5080");
        var publicUrl = Address("CALENDAR_PUBLIC_URL", Value("CALENDAR_PUBLIC_URL") ?? url.AbsoluteUri).AbsoluteUri.TrimEnd('/');
        var pack = Value("CALENDAR_PACK") ?? "vietnam";
        var longest = TimeSpan.FromSeconds(
            Number("CALENDAR_LONGEST_ATTEMPT", Value("CALENDAR_LONGEST_ATTEMPT") ?? "60") is var seconds and >= 1 and <= 600 ? seconds : throw Wrong("CALENDAR_LONGEST_ATTEMPT", "1 to 600 seconds"));
        var mail = new MailSettingsReader(Value, publicUrl, longest);
        return new Settings(
            url,
            publicUrl,
            Path.GetFullPath(Value("CALENDAR_DATA") ?? DefaultFolder()),
            Value("CALENDAR_DATABASE") is { } database ? Connection("CALENDAR_DATABASE", database) : null,
            Value("CALENDAR_POSTGRES_BIN"),
            pack is "none" ? null : pack,
            PartyCode.TryParse(Value("CALENDAR_HOME") ?? "VN", out var home) ? home : throw Wrong("CALENDAR_HOME", "a party's code such as VN"),
            DateTimeZoneProviders.Tzdb.GetZoneOrNull(Value("CALENDAR_ZONE") ?? "Asia/Ho_Chi_Minh") ?? throw Wrong("CALENDAR_ZONE", "a time zone such as Asia/Ho_Chi_Minh"))
        {
            AsOfEvents = Number("CALENDAR_AS_OF_EVENTS", Value("CALENDAR_AS_OF_EVENTS") ?? "100000"),
            PublicReading = (Value("CALENDAR_PUBLIC_READING") ?? "open") switch
            {
                "open" => true,
                "closed" => false,
                _ => throw Wrong("CALENDAR_PUBLIC_READING", "open or closed"),
            },
            Desk = Mailbox("CALENDAR_DESK"),
            Canary = Mailbox("CALENDAR_CANARY"),
            Heartbeat = Value("CALENDAR_HEARTBEAT") is { } heartbeat ? Address("CALENDAR_HEARTBEAT", heartbeat) : null,
            LongestAttempt = longest,
            RateAddress = Rate("CALENDAR_RATE_ADDRESS", Value("CALENDAR_RATE_ADDRESS") ?? "3000"),
            RateToken = Rate("CALENDAR_RATE_TOKEN", Value("CALENDAR_RATE_TOKEN") ?? "1500"),
            Proxies = [.. (Value("CALENDAR_PROXIES") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(one => Network("CALENDAR_PROXIES", one))],
            WebhookHosts = WebhookHosts.TryParse(Value("CALENDAR_WEBHOOK_HOSTS") ?? "", out var hosts)
                ? hosts
                : throw Wrong("CALENDAR_WEBHOOK_HOSTS", "a list of hosts in commas, with or without a port, such as hooks.example.lan, 10.0.0.7:8443"),
            Mail = mail.Server(),
            MailSender = mail.Sender(),
        };

        string? Mailbox(string name) =>
            Value(name) is not { } text ? null : ContactAddresses.TryReadMail(text, out var mailbox) ? mailbox : throw Wrong(name, "a mail address such as desk@example.org");

        string? Value(string name) => variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
    }

    private static string DefaultFolder() => Environment.IsPrivilegedProcess
        ? "/var/lib/calendar"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "calendar");

    private static Uri Address(string name, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri! : throw Wrong(name, "an http(s) address");

    private static long Number(string name, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(name, "a whole number such as 100000");

    private static int Rate(string name, string value) =>
        Number(name, value) is var rate and <= 1_000_000 ? (int)rate : throw Wrong(name, "at most 1000000 requests a minute");

    private static IPNetwork Network(string name, string value) =>
        IPNetwork.TryParse(value, out var network) ? network
        : IPAddress.TryParse(value, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : throw Wrong(name, "a list of addresses or networks in commas, such as 127.0.0.1, 10.0.0.0/8");

    private static string Connection(string name, string value)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(value) is { Host.Length: > 0 } ? value : throw Wrong(name, "a connection string with a Host");
        }
        catch (ArgumentException)
        {
            // Its text would repeat parts of the value, perhaps the password.
            throw Wrong(name, "a connection string such as Host=db;Username=calendar;Database=calendar");
        }
    }

    private static SettingException Wrong(string name, string expected) => new($"{name} is not {expected}.");
}

/// <summary>A setting that cannot be used; the message names the variable and what it should be.</summary>
internal sealed class SettingException(string message) : Exception(message);
