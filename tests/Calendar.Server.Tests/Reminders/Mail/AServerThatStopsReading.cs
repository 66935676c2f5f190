using System.Net;
using System.Net.Sockets;
using System.Text;
using Ended = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Mail;

public sealed class AServerThatStopsReading
{
    private static readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task It_uses_up_the_time_of_one_attempt_and_its_connection_serves_no_other()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0) { Server = { ReceiveBufferSize = 4_096 } };
        listener.Start();
        var clock = new StoppedClock();
        await using var channel = Channels.Channel(Channels.To(((IPEndPoint)listener.LocalEndpoint).Port, connections: 1), clock: clock);

        // Larger than what the buffers of both sides hold. Of it only the first octet is read.
        var sending = channel.SendAsync(Channels.Mail(text: new string('x', 8_000_000)));
        using var first = await UntilDataAsync(listener);
        Assert.Equal(1, await first.GetStream().ReadAsync(new byte[1], _soon));
        clock.Ring();
        var deferred = Assert.IsType<Ended.Deferred>(await sending.WaitAsync(_soon));
        Assert.Equal("The time ran out while the message was handed over; it may have arrived.", deferred.Answer);
        Assert.NotEqual(".\r\n", (await RestAsync(first))[^3..]);

        var again = channel.SendAsync(Channels.Mail());
        using var second = await UntilDataAsync(listener);
        var reader = new StreamReader(second.GetStream(), Encoding.ASCII);
        while (await reader.ReadLineAsync(_soon) is not ".")
        {
        }

        await second.GetStream().WriteAsync("250 2.0.0 OK\r\n"u8.ToArray(), _soon);
        Assert.IsType<Ended.Delivered>(await again);
    }

    // Takes each command until the message would follow. Line by line: what comes after is not read ahead.
    private static async Task<TcpClient> UntilDataAsync(TcpListener listener)
    {
        var client = await listener.AcceptTcpClientAsync(_soon);
        var stream = client.GetStream();
        await stream.WriteAsync("220 mail.example ESMTP\r\n"u8.ToArray(), _soon);
        while (await LineAsync(stream) is var line)
        {
            var isData = line == "DATA";
            await stream.WriteAsync(isData ? "354 Go on\r\n"u8.ToArray() : "250 OK\r\n"u8.ToArray(), _soon);
            if (isData)
            {
                break;
            }
        }

        return client;
    }

    private static async Task<string> LineAsync(NetworkStream stream)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _soon);
            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd();
    }

    // What had been sent before the connection was given up.
    private static async Task<string> RestAsync(TcpClient client)
    {
        using var rest = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(rest, _soon);
        }
        catch (IOException)
        {
            // Broken off.
        }

        return Encoding.ASCII.GetString(rest.ToArray()).PadLeft(3);
    }
}
