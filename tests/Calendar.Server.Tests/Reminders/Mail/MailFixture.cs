using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Calendar.Reminders;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Mail;
using NodaTime;
using Ended = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Mail;

/// <summary>A mail server for a class of tests, without encryption and without a user.</summary>
public sealed class MailFixture : IAsyncLifetime
{
    public SmtpServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await SmtpServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>Channels to a server of a test, and mails for them.</summary>
internal static class Channels
{
    public static readonly MailSender Sender = new("Lịch hữu nghị", "nhac-viec@calendar.example");

    public static readonly Fence Open = _ => ValueTask.FromResult(true);

    private static int _mails;

    public static MailSettings To(int port, MailSecurity security = MailSecurity.None, NetworkCredential? credentials = null, int rate = 0, int connections = 4) =>
        new("127.0.0.1", port, security, credentials, [], rate, connections, "calendar.example");

    /// <param name="whole">Ends what would take for ever; no test waits for it to pass unless it says so.</param>
    public static MailChannel Channel(this SmtpServer server, TimeSpan? whole = null, TimeProvider? clock = null, int connections = 4, int rate = 0) =>
        Channel(To(server.Port, connections: connections, rate: rate), whole, clock);

    public static MailChannel Channel(MailSettings settings, TimeSpan? whole = null, TimeProvider? clock = null) =>
        new(settings, Sender, new AttemptLimits(whole ?? TimeSpan.FromMinutes(1)), clock ?? TimeProvider.System);

    public static OutgoingMail Mail(string address = "lan@hoi.example", string text = "Gửi công hàm mời") =>
        new(
            "0198c1f0." + Interlocked.Increment(ref _mails).ToString(CultureInfo.InvariantCulture), "Nguyễn Thị Lan", address,
            new Letter(Language.Vi, "Nhắc việc", [text, "a", "b", "c"], [], ["d", "e"]), null, "https://calendar.example/r/stop?k=1", Instant.FromUtc(2033, 3, 14, 1, 0));

    public static Task<Ended> SendAsync(this IMailWay way, OutgoingMail mail) => way.SendAsync(mail, Open, CancellationToken.None);
}

/// <summary>A clock whose timers ring when they are told to, and whose hands are moved one by one.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private readonly ConcurrentBag<Timer> _timers = [];
    private TimeSpan _monotonic;
    private TimeSpan _wall;

    public void Shift(TimeSpan by, bool monotonic)
    {
        _monotonic += monotonic ? by : TimeSpan.Zero;
        _wall += monotonic ? TimeSpan.Zero : by;
    }

    /// <summary>All that were set so far.</summary>
    public void Ring()
    {
        foreach (var timer in _timers)
        {
            timer.Ring();
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _wall;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _monotonic.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(callback, state);
        _timers.Add(timer);
        return timer;
    }

    private sealed class Timer(TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _isDisposed;

        public void Ring()
        {
            if (!_isDisposed)
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !_isDisposed;

        public void Dispose() => _isDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
