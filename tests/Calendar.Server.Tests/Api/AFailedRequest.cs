using System.Collections.Concurrent;
using Calendar.Server.Feeds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Calendar.Server.Tests.Api;

/// <summary>What nobody thought of goes wrong.</summary>
public sealed class AFailedRequest
{
    [Fact]
    public async Task Is_logged_among_requests_with_its_exception()
    {
        await using var service = await CalendarService.StartAsync(Holding.Nothing);
        using var log = new Log();
        service.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        service.Services.GetRequiredService<FeedCheck>().Dispose();

        using var body = new StringContent("BEGIN:VCALENDAR");
        (await service.SendAsync("POST", FeedCheckEndpoints.Path, body)).IsProblem(500, "internal");

        var (category, text, exception) = Assert.Single(log.Errors);
        Assert.Equal("Calendar.Server.Requests", category);
        Assert.Contains("POST", text, StringComparison.Ordinal);
        Assert.IsType<ObjectDisposedException>(exception);
    }

    private sealed class Log : ILoggerProvider
    {
        public ConcurrentQueue<(string Category, string Text, Exception? Exception)> Errors { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Category(categoryName, Errors);

        public void Dispose()
        {
        }
    }

    private sealed class Category(string name, ConcurrentQueue<(string, string, Exception?)> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue((name, formatter(state, exception), exception));
            }
        }
    }
}
