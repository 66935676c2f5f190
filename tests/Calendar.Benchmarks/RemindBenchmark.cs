using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Npgsql;

namespace Calendar.Benchmarks;

/// <summary>
/// Reminders of one task that is due, to as many contacts: through the queue, the check against the record, composing and SMTP, by the real service; beside it
/// MailKit alone with the same mails, composed beforehand, over as many connections to the same server; and with three committed rows before each, as a queue
/// needs them that loses and doubles nothing: what was taken, what may have left, what came of it.
/// </summary>
internal static class RemindBenchmark
{
    private const string _due = "kind = 'task' and due = (select min(due) from calendar.reminders where kind = 'task')";

    public static async Task<IReadOnlyList<Measure>> RunAsync(BenchmarkDatabases databases, int mails, CancellationToken ct)
    {
        var connection = await databases.CreateAsync("remind", ct);
        await using var source = NpgsqlDataSource.Create(connection);
        using var data = new TemporaryFolder();
        await using var sink = new SmtpSink();
        await RecordAsync(source, connection, data.Path, mails, ct);

        await ExecuteAsync(source, "create table bare as select n as id, 0 as value from generate_series(1, 8) n; alter table bare add primary key (id)", ct);

        // Every mail once, unmeasured: kept for the bare client.
        sink.Kept = [];
        await SendAsync(source, connection, data.Path, sink.Port, 4, 0, mails, ct);
        var composed = sink.Kept.ToArray();
        sink.Kept = null;
        var measures = new List<Measure>();
        using var slow = Aiosmtpd.TryStart();
        foreach (var (server, port) in new[] { ("a server that only answers", sink.Port), ("aiosmtpd", slow?.Port ?? 0) }.Where(one => one.Item2 > 0))
        {
            foreach (var connections in new[] { 4, 8 })
            {
                measures.AddRange(await CompareAsync(source, connection, data.Path, server, port, connections, composed, ct));
            }
        }

        return [.. measures, await ThrottledAsync(source, connection, data.Path, sink, Math.Min(mails, 1_000), ct)];
    }

    private static async Task<IReadOnlyList<Measure>> CompareAsync(
        NpgsqlDataSource source, string connection, string data, string server, int port, int connections, byte[][] composed, CancellationToken ct)
    {
        var bare = await BareAsync(null, port, connections, composed, ct);
        var noted = await BareAsync(source, port, connections, composed, ct);
        var sent = await SendAsync(source, connection, data, port, connections, 0, composed.Length, ct);
        var size = string.Create(CultureInfo.InvariantCulture, $"{composed.Length:N0} reminders mailed over {connections} connections to {server}");
        var against = string.Create(CultureInfo.InvariantCulture, $"MailKit alone, the same mails composed, over {connections} connections to {server}");
        await Console.Error.WriteLineAsync($"  {size}: {sent}; load {(await File.ReadAllTextAsync("/proc/loadavg", ct)).Trim()}");
        return
        [
            new(size, sent.Rate, "1/s", sent.Rate / noted, "MailKit and three committed rows a mail", Target.FigureAtLeast(200)),
            new("MailKit and three committed rows a mail", noted, "1/s", noted / bare, against),
            new(against, bare, "1/s"),
            new("its processor time a mail", sent.CpuPerMail, "µs"),
            new("its memory when half of them had left", sent.Middle, "MiB"),
            new("its memory when all of them had left", sent.End, "MiB", sent.End / sent.Middle, "when half of them had left", Target.RatioAtMost(1.2)),
        ];
    }

    private static async Task<Measure> ThrottledAsync(NpgsqlDataSource source, string connection, string data, SmtpSink sink, int mails, CancellationToken ct)
    {
        const int rate = 100;
        sink.Accepted.Clear();
        await SendAsync(source, connection, data, sink.Port, 4, rate, mails, ct);
        var accepted = sink.Accepted.Order().ToArray();
        var measured = (accepted.Length - 1) / Stopwatch.GetElapsedTime(accepted[0], accepted[^1]).TotalSeconds;
        return new(string.Create(CultureInfo.InvariantCulture, $"{mails:N0} reminders mailed under CALENDAR_MAIL_RATE={rate}"), measured, "1/s", measured / rate, "the throttle", Target.RatioAtLeast(0.95));
    }

    /// <summary>A union with a task a year and so many contacts, each of whom has a reminder of it in the queue.</summary>
    private static async Task RecordAsync(NpgsqlDataSource source, string connection, string data, int contacts, CancellationToken ct)
    {
        // Due on 15 January of the year after next at the latest: some day within what is looked ahead.
        var year = DateTime.UtcNow.AddDays(15).Year + 1;
        var lines = """
            {"key":"bench/vufo","do":"register_association","association":"vufo","name":{"vi":"Liên hiệp","en":"The union"},"scope":"umbrella","language":"vi","zone":"Asia/Ho_Chi_Minh","source":{"citation":"c","confidence":"confirmed"}}
            {"key":"bench/cadence","do":"adopt_template","template":"cadence","title":"Việc hằng năm","kinds":[],"tasks":[{"line":"annual-review","offset":"P14D","title":{"vi":"Tổng kết năm","en":"Annual review"},"role":"lead"}]}
            {"key":"bench/policy","do":"adopt_reminder_policy","tasks":{"round":[],"half":[],"other":[7]},"anniversaries":{"round":[],"half":[],"other":[]},"digestDay":null,"quietDays":[],"quietHolidays":false,"escalateAfter":null}
            """;
        await using (var service = await ServerProcess.ServeAsync(ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data), ("CALENDAR_PACK", "none")))
        {
            using var client = new HttpClient { BaseAddress = service.Url };
            client.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(data, "admin-token"), ct)).Trim());
            using var imported = await client.PostAsync("/v1/imports", new StringContent(lines, Encoding.UTF8, new MediaTypeHeaderValue("application/jsonl")), ct);
            imported.EnsureSuccessStatusCode();
            using var planned = await client.PostAsync("/v1/plans", new StringContent($$"""{"cadence": {{year}} }""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")), ct);
            planned.EnsureSuccessStatusCode();
        }

        await ExecuteAsync(source, $"""
            insert into calendar.contacts (id, association, created, changed, name, mail, language)
            select gen_random_uuid(), 'vufo', now(), now(), 'Người ' || n, 'p' || n || '@example.org', 'vi' from generate_series(1, {contacts}) n
            """, ct);

        // The first round of a start makes them.
        await using (await ServerProcess.ServeAsync(ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data), ("CALENDAR_PACK", "none")))
        {
            await UntilAsync(source, $"select count(*) >= {contacts} from calendar.reminders where kind = 'task'", ct);
        }
    }

    /// <summary>Starts the service, makes reminders due and waits until they have left.</summary>
    private static async Task<Sent> SendAsync(NpgsqlDataSource source, string connection, string data, int port, int connections, int rate, int mails, CancellationToken ct)
    {
        await ExecuteAsync(source, $"""
            delete from calendar.attempts;
            update calendar.reminders set state = 'queued', reason = null, settled = null, attempts = 0, tries = 0, carried_by = null, next_try = moment where {_due} and state <> 'queued'
            """, ct);
        await ExecuteAsync(source, "vacuum analyze calendar.reminders", ct);
        await ExecuteAsync(source, "checkpoint", ct);
        await using var service = await ServerProcess.ServeAsync(
            ct, ("CALENDAR_DATABASE", connection), ("CALENDAR_DATA", data), ("CALENDAR_PACK", "none"), ("CALENDAR_PUBLIC_URL", "https://calendar.example"),
            ("CALENDAR_SMTP", string.Create(CultureInfo.InvariantCulture, $"smtp+plain://127.0.0.1:{port}")), ("CALENDAR_MAIL_FROM", "Calendar <calendar@calendar.example>"),
            ("CALENDAR_MAIL_RATE", Text(rate)), ("CALENDAR_MAIL_CONNECTIONS", Text(connections)));
        await Task.Delay(TimeSpan.FromSeconds(2), ct);
        var (cpu, clock) = (service.Cpu(), Stopwatch.StartNew());
        await ExecuteAsync(source, $"update calendar.reminders set next_try = now() where id in (select id from calendar.reminders where {_due} limit {mails})", ct);
        await UntilAsync(source, $"select count(*) <= {mails / 2} {_waiting}", ct);
        var middle = service.Memory("VmRSS:") / (1 << 20);
        await UntilAsync(source, $"select count(*) = 0 {_waiting}", ct);
        var (rate_, used) = (mails / clock.Elapsed.TotalSeconds, service.Cpu() - cpu);
        await UntilAsync(source, $"select count(*) = {mails} from calendar.attempts where outcome = 'delivered'", ct);
        return new Sent(rate_, used / mails, middle, service.Memory("VmRSS:") / (1 << 20));

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private const string _waiting = "from calendar.reminders where state = 'attempting' or (state = 'queued' and next_try <= now())";

    private static async Task<double> BareAsync(NpgsqlDataSource? noted, int port, int connections, byte[][] composed, CancellationToken ct)
    {
        var mails = composed.Select(one => MimeMessage.Load(new MemoryStream(one), ct)).ToArray();
        var (next, clock) = (-1, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(1, connections).Select(row => Task.Run(
            async () =>
            {
                using var client = new SmtpClient();

                // By itself MailKit waits for acknowledgements of what it has just written, 40 ms a mail.
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, ct);
                await client.ConnectAsync(socket, "127.0.0.1", port, SecureSocketOptions.None, ct);
                while (Interlocked.Increment(ref next) is var mine && mine < mails.Length)
                {
                    for (var i = 0; noted is not null && i < 3; i++)
                    {
                        await ExecuteAsync(noted, string.Create(CultureInfo.InvariantCulture, $"update bare set value = value + 1 where id = {row}"), ct);
                    }

                    await client.SendAsync(mails[mine], ct);
                }

                await client.DisconnectAsync(quit: true, ct);
            },
            ct)));
        return mails.Length / clock.Elapsed.TotalSeconds;
    }

    private static async Task UntilAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        while (!(bool)(await command.ExecuteScalarAsync(ct))!)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <param name="Rate">Mails a second.</param>
    /// <param name="CpuPerMail">Of the service, in microseconds.</param>
    /// <param name="Middle">Its memory in MiB when half of them had left.</param>
    private sealed record Sent(double Rate, double CpuPerMail, double Middle, double End);

    /// <summary>Debian's SMTP server in Python, where it is installed: it takes mails and forgets them.</summary>
    private sealed class Aiosmtpd(Process process, int port) : IDisposable
    {
        private const string _python = "/usr/bin/python3";

        public int Port => port;

        public static Aiosmtpd? TryStart()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            if (!File.Exists(_python))
            {
                return null;
            }

            var process = Process.Start(new ProcessStartInfo(
                _python, ["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")]))!;
            while (!process.HasExited)
            {
                using var client = new TcpClient();
                try
                {
                    client.Connect(IPAddress.Loopback, port);
                    return new Aiosmtpd(process, port);
                }
                catch (SocketException)
                {
                    Thread.Sleep(50);
                }
            }

            process.Dispose();
            return null;
        }

        public void Dispose()
        {
            process.Kill();
            process.Dispose();
        }
    }
}
