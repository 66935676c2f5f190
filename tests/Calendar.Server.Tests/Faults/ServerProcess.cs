using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Calendar.Server.Tests.Faults;

/// <summary>What a server process answered, read whole.</summary>
internal sealed record ServerAnswer(int Status, byte[] Body, string? ContentType, string? ETag, TimeSpan? RetryAfter)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>A problem document that says when to come again.</summary>
    public void IsUnavailable()
    {
        Assert.Equal(503, Status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.NotNull(RetryAfter);
        Assert.StartsWith("urn:calendar:problem:", Json.GetProperty("type").GetString(), StringComparison.Ordinal);
    }
}

/// <summary>The service as a person runs it, in a process of its own: asked over its socket, stopped and killed by signals.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string LastLineOfTheWelcome = "  Stop ";

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _tokenFile;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _loading = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServerProcess(ProcessStartInfo start, string address, string tokenFile)
    {
        _tokenFile = tokenFile;
        _http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Hear(e.Data);
        _process.ErrorDataReceived += (_, e) => Hear(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>When it has said what a person needs to go on, or has ended, which fails.</summary>
    public Task WelcomedAsync() => UnlessItEndsAsync(_welcomed.Task);

    /// <summary>When it has begun to load the pack.</summary>
    public Task LoadingAsync() => UnlessItEndsAsync(_loading.Task);

    public Task<ServerAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>A command, as the admin.</summary>
    public Task<ServerAnswer> PostAsync(string path, string json, string? key = null) => CommandAsync(HttpMethod.Post, path, json, key);

    public Task<ServerAnswer> PutAsync(string path, string json) => CommandAsync(HttpMethod.Put, path, json, null);

    /// <summary>Lines of commands, as the admin.</summary>
    public Task<ServerAnswer> ImportAsync(string lines) => CommandAsync(HttpMethod.Post, "/v1/imports", lines, null, "application/jsonl");

    private Task<ServerAnswer> CommandAsync(HttpMethod method, string path, string json, string? key, string type = "application/json")
    {
        var request = new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(_tokenFile).Trim());
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return SendAsync(request);
    }

    /// <summary>Asks until the answer is as wanted.</summary>
    public async Task<ServerAnswer> UntilAsync(string path, Func<ServerAnswer, bool> wanted)
    {
        var bound = CalendarFolder.Bounded();
        while (true)
        {
            var answer = await GetAsync(path);
            if (wanted(answer))
            {
                return answer;
            }

            Assert.False(bound.IsCancellationRequested, $"{path} went on to answer {answer.Status}: {answer.Text[..Math.Min(300, answer.Text.Length)]}");
        }
    }

    /// <param name="signal">KILL, TERM, INT, STOP, CONT.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(CalendarFolder.Bounded());
    }

    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        await _process.WaitForExitAsync(CalendarFolder.Bounded());
    }

    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        await SignalAsync(signal);
        await _process.WaitForExitAsync(CalendarFolder.Bounded());
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _http.Dispose();
    }

    private async Task<ServerAnswer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request);
            var body = await response.Content.ReadAsByteArrayAsync();
            return new ServerAnswer(
                (int)response.StatusCode, body, response.Content.Headers.ContentType?.MediaType, response.Headers.ETag?.Tag, response.Headers.RetryAfter?.Delta);
        }
    }

    private async Task UnlessItEndsAsync(Task said)
    {
        using var stop = new CancellationTokenSource();
        var first = await Task.WhenAny(said, _process.WaitForExitAsync(stop.Token)).WaitAsync(CalendarFolder.Bounded());
        await stop.CancelAsync();
        Assert.True(first == said, $"The server ended:\n{Output}");
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.StartsWith(LastLineOfTheWelcome, StringComparison.Ordinal))
        {
            _welcomed.TrySetResult();
        }

        if (line.StartsWith("Loading the pack", StringComparison.Ordinal))
        {
            _loading.TrySetResult();
        }
    }
}
