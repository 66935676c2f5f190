using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Calendar.Benchmarks;

/// <summary>A mail server that says yes to everything and does nothing else: as fast as any can be.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private static readonly byte[] _endOfLine = "\r\n"u8.ToArray();
    private static readonly byte[] _endOfMail = "\r\n.\r\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public SmtpSink()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>When mails were accepted (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public ConcurrentQueue<long> Accepted { get; } = [];

    /// <summary>What has been accepted, while it is not null.</summary>
    public ConcurrentQueue<byte[]>? Kept { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var reader = PipeReader.Create(stream);
        try
        {
            await SayAsync(stream, "220 sink");
            while (await ReadToAsync(reader, _endOfLine) is { } line)
            {
                var command = Encoding.ASCII.GetString(line, 0, Math.Min(4, line.Length)).ToUpper(CultureInfo.InvariantCulture);
                await SayAsync(stream, command switch { "EHLO" => "250-sink\r\n250 8BITMIME", "DATA" => "354 Go on", "QUIT" => "221 Bye", _ => "250 OK" });
                if (command == "DATA" && await ReadToAsync(reader, _endOfMail) is { } mail)
                {
                    Accepted.Enqueue(Stopwatch.GetTimestamp());
                    Kept?.Enqueue(mail);
                    await SayAsync(stream, "250 Taken");
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has gone, or the benchmark is over.
        }
    }

    private ValueTask SayAsync(NetworkStream stream, string answer) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), _end.Token);

    private async Task<byte[]?> ReadToAsync(PipeReader reader, byte[] end)
    {
        while (true)
        {
            var read = await reader.ReadAsync(_end.Token);
            if (Until(read.Buffer, end) is { } found)
            {
                var bytes = found.ToArray();
                reader.AdvanceTo(read.Buffer.GetPosition(end.Length, found.End));
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private static ReadOnlySequence<byte>? Until(ReadOnlySequence<byte> buffer, byte[] end)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> found, end) ? found : null;
    }
}
