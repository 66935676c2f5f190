namespace Calendar.Server.Reminders;

/// <summary>Wakes all who wait for it.</summary>
internal sealed class Bell
{
    private TaskCompletionSource _rung = Unrung();

    /// <summary>Done when it rings the next time.</summary>
    public Task Next => Volatile.Read(ref _rung).Task;

    public void Ring() => Interlocked.Exchange(ref _rung, Unrung()).TrySetResult();

    private static TaskCompletionSource Unrung() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
