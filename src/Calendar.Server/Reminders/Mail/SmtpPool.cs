namespace Calendar.Server.Reminders.Mail;

/// <summary>The connections: so many at most, kept for the next mail while mails follow each other, closed with a farewell.</summary>
internal sealed class SmtpPool : IAsyncDisposable
{
    /// <summary>Shorter than any server waits for the next mail (RFC 5321, 4.5.3.2.7: minutes).</summary>
    private static readonly TimeSpan _longestRest = TimeSpan.FromSeconds(30);

    /// <summary>Servers that count say "too many messages in one connection" at some hundreds.</summary>
    private const int _mostCarried = 100;

    private readonly MailSettings _settings;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _free;
    private readonly Lock _lock = new();
    private readonly Stack<SmtpConnection> _resting = [];
    private readonly ITimer _sweep;
    private Task _closing = Task.CompletedTask;
    private bool _isDisposed;

    public SmtpPool(MailSettings settings, TimeProvider clock)
    {
        (_settings, _clock, _free) = (settings, clock, new SemaphoreSlim(settings.Connections));
        _sweep = clock.CreateTimer(_ => Close(connection => connection.IdleFor >= _longestRest), null, _longestRest, _longestRest);
    }

    /// <summary>Waits until one of the connections is free; <see cref="Leave"/> gives it back.</summary>
    public Task EnterAsync(CancellationToken ct) => _free.WaitAsync(ct);

    public void Leave() => _free.Release();

    /// <summary>One that rested and still answers, or a new one.</summary>
    public async Task<SmtpConnection> ReadyAsync(Attempt attempt)
    {
        while (Pop() is { } rested)
        {
            if (await rested.TryReopenAsync(attempt))
            {
                return rested;
            }
        }

        var connection = new SmtpConnection(_settings, _clock);
        try
        {
            await connection.OpenAsync(attempt);
            return connection;
        }
        catch
        {
            Close(connection);
            throw;
        }
    }

    /// <summary>For the next mail, if it may carry more.</summary>
    public void Return(SmtpConnection connection)
    {
        connection.Rest();
        lock (_lock)
        {
            if (!_isDisposed && connection.IsConnected && connection.Carried < _mostCarried)
            {
                _resting.Push(connection);
                return;
            }

        }

        Close(connection);
    }

    /// <summary>Those that rest; the ones that carry a mail are closed when they come back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        lock (_lock)
        {
            _isDisposed = true;
        }

        Close(_ => true);
        await _closing;
    }

    private SmtpConnection? Pop()
    {
        lock (_lock)
        {
            // Those below the youngest that rested too long are closed by the sweep.
            return _resting.TryPeek(out var youngest) && youngest.IdleFor < _longestRest ? _resting.Pop() : null;
        }
    }

    private void Close(SmtpConnection connection)
    {
        lock (_lock)
        {
            _closing = Task.WhenAll(_closing, connection.CloseAsync());
        }
    }

    private void Close(Func<SmtpConnection, bool> which)
    {
        lock (_lock)
        {
            var all = _resting.ToArray();
            _resting.Clear();
            foreach (var connection in all.Reverse())
            {
                if (which(connection))
                {
                    Close(connection);
                }
                else
                {
                    _resting.Push(connection);
                }
            }
        }
    }
}
