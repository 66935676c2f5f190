namespace Calendar.Server.Reminders.Mail;

/// <summary>
/// The octets of a connection, below TLS. Every write, the last one with the final dot among them, looks at the clock first; and no server gets us to keep
/// more of its talk than any dialogue needs. A server that does not read is given up when the time is over: without its last octets a message has not arrived.
/// </summary>
internal sealed class AttemptStream(Stream inner) : Stream
{
    private const int _mostRead = 64 * 1024;

    private Attempt? _attempt;
    private bool _isHandedOver;
    private int _read;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Null: a farewell.</summary>
    public void Begin(Attempt? attempt) => (_attempt, _read, _isHandedOver) = (attempt, 0, false);

    /// <summary>The message is on its way: its answer is worth waiting for.</summary>
    public void HandOver() => _isHandedOver = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await (_attempt is { } attempt ? InTimeAsync(inner.ReadAsync(buffer, cancellationToken).AsTask(), attempt) : inner.ReadAsync(buffer, cancellationToken).AsTask());
        _read += read;
        return _read <= _mostRead ? read : throw new IOException("The server says more than any answer needs.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _attempt?.ThrowIfOver();
        return inner.WriteAsync(buffer, _attempt?.Token ?? cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // When this process has stood still its timers end it at once, and an answer that has arrived meanwhile would go unread.
    private async Task<int> InTimeAsync(Task<int> reading, Attempt attempt)
    {
        try
        {
            return await reading.WaitAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (attempt.IsOver)
        {
            return await reading.WaitAsync(attempt.Patience(_isHandedOver), attempt.Caller);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
