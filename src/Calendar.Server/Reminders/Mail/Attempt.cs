namespace Calendar.Server.Reminders.Mail;

/// <summary>The time of one attempt. Once it is over nothing more is said to the other side, even if this process stood still in between and its timers did, too.</summary>
internal sealed class Attempt : IDisposable
{
    private static readonly TimeSpan _lookOnce = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _clock;
    private readonly TimeSpan _whole;
    private readonly long _start;
    private readonly DateTimeOffset _startOfDay;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _end;
    private long? _over;

    public Attempt(TimeSpan whole, TimeProvider clock, CancellationToken ct)
    {
        (_clock, _whole, _start, _startOfDay, Caller) = (clock, whole, clock.GetTimestamp(), clock.GetUtcNow(), ct);
        _timer = new CancellationTokenSource(whole, clock);
        _end = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, ct);
    }

    /// <summary>Ends it when its time is over.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Of whoever asked for it.</summary>
    public CancellationToken Caller { get; }

    /// <summary>By either clock: the monotonic one stands still while a machine sleeps, the other one can be set.</summary>
    public bool IsOver => _clock.GetElapsedTime(_start) >= _whole || _clock.GetUtcNow() - _startOfDay >= _whole;

    /// <summary>
    /// How long an answer is still waited for when the time is over, because this process stood still or the other side is slow: once as long again
    /// for what becomes of a message that is on its way. Given up, it would be sent a second time.
    /// </summary>
    public TimeSpan Patience(bool isHandedOver)
    {
        var now = _clock.GetTimestamp();
        _over ??= now;
        var left = (isHandedOver ? _whole : _lookOnce) - _clock.GetElapsedTime(_over.Value, now);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public void ThrowIfOver()
    {
        if (IsOver)
        {
            throw new TimeoutException("The time of this attempt is over.");
        }
    }

    public void Dispose()
    {
        _end.Dispose();
        _timer.Dispose();
    }
}
