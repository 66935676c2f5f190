namespace Calendar.Server.Reminders.Mail;

/// <summary>Lets so many pass a second, evenly, in the order in which they ask.</summary>
/// <param name="rate">0: all at once.</param>
internal sealed class Pace(int rate, TimeProvider clock)
{
    private readonly TimeSpan _step = rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(1) / rate;
    private readonly long _start = clock.GetTimestamp();
    private readonly Lock _lock = new();
    private TimeSpan _next;

    public Task WaitAsync(CancellationToken ct) => Reserve() is var wait && wait > TimeSpan.Zero ? Task.Delay(wait, clock, ct) : Task.CompletedTask;

    /// <summary>How long the one that asks now has to wait for its turn.</summary>
    public TimeSpan Reserve()
    {
        lock (_lock)
        {
            var now = clock.GetElapsedTime(_start);
            var turn = now > _next ? now : _next;
            _next = turn + _step;
            return turn - now;
        }
    }
}
