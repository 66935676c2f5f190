using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary>A request as it came over the wire.</summary>
internal sealed record ReceivedEvent(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>Whether one of the signatures is that of a secret, as a receiver that knows nothing of us finds out.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = Encoding.UTF8.GetBytes($"{Headers["webhook-id"]}.{Headers["webhook-timestamp"]}.").Concat(Body).ToArray();
        return Signatures.Contains("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)), StringComparer.Ordinal);
    }

    public string[] Signatures => Headers["webhook-signature"].Split(' ');
}

/// <summary>Listens on this machine, by both families of addresses, hears one request on each connection, and answers as it is told to: well or badly.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly TcpListener[] _listeners;
    private readonly Task[] _listening;
    private readonly ConcurrentQueue<ReceivedEvent> _received = new();
    private int _connections;

    public Receiver(Func<Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        var first = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        Port = ((IPEndPoint)first.LocalEndpoint).Port;
        _listeners = [first, .. OnTheOtherFamily()];
        _listening = [.. _listeners.Select(ListenAsync)];
    }

    public int Port { get; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/hook?key=1");

    /// <summary>So many were heard, whatever came over them.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public IReadOnlyList<ReceivedEvent> Received => [.. _received];

    public static Receiver Answering(string head) => new((stream, ct) => WriteAsync(stream, $"{head}\r\nContent-Length: 0\r\n\r\n", ct));

    public static Task WriteAsync(Stream stream, string text, CancellationToken ct) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct).AsTask();

    /// <summary>Keeps the connection and says nothing more.</summary>
    public static Task HoldAsync(CancellationToken ct) => new TaskCompletionSource().Task.WaitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_listening);
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        _stop.Dispose();
    }

    // A machine may have no IPv6.
    private IEnumerable<TcpListener> OnTheOtherFamily()
    {
        var other = new TcpListener(IPAddress.IPv6Loopback, Port);
        try
        {
            other.Start();
        }
        catch (SocketException)
        {
            other.Dispose();
            return [];
        }

        return [other];
    }

    private async Task ListenAsync(TcpListener listener)
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                conversations.Add(Task.Run(() => TalkAsync(client)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                _received.Enqueue(await ReadAsync(stream, _stop.Token));
                await _answer(stream, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // Whoever called has left, or the test has ended.
            }
        }
    }

    private static async Task<ReceivedEvent> ReadAsync(Stream stream, CancellationToken ct)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray())))
        {
            await stream.ReadExactlyAsync(one, ct);
            head.Add(one[0]);
        }

        var lines = Encoding.UTF8.GetString([.. head]).TrimEnd().Split("\r\n");
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers["Content-Length"], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, ct);
        return new ReceivedEvent(lines[0], headers, body);
    }
}
