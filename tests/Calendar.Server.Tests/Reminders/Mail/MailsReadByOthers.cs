using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Calendar.Ical;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Mail;
using NodaTime;
using Ended = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Mail;

public sealed class MailsReadByOthers(MailFixture fixture) : IClassFixture<MailFixture>
{
    [Fact]
    public async Task Python_reads_what_was_said_and_finds_the_calendar()
    {
        var server = fixture.Server;
        await using var channel = server.Channel();
        var names = new[] { "Nguyễn Thị Lan", "Lan\r\nBcc: all@example.org", "\u202EnaL, \"x\" <a@b.example>", new string('ệ', 10_000), "日本 太郎 👩‍🌾", "" };
        foreach (var name in names)
        {
            Assert.IsType<Ended.Delivered>(await channel.SendAsync(WithCalendar(name)));
        }

        var read = await ReadAsync((await server.MailsAsync()).TakeLast(names.Length));

        // Between two encoded words of a long name this Python keeps the blank that RFC 2047 drops.
        Assert.Equal(names.Select(name => Unspaced(MailText.OneLine(name, MailText.LongestName))), read.Select(mail => Unspaced(mail.To.Single()[0])));
        Assert.All(read, mail =>
        {
            Assert.Empty(mail.Defects);
            Assert.Equal("lan@hoi.example", mail.To.Single()[1]);
            Assert.Equal("multipart/mixed multipart/alternative text/plain text/html text/calendar", string.Join(' ', mail.Tree));
            Assert.Equal(("PUBLISH", "PUBLISH", "VEVENT", "attachment", "nhac-viec.ics"), (mail.MethodParameter, mail.Method, mail.Component, mail.Disposition, mail.FileName));
            Assert.Equal("Gửi công hàm mời", Assert.Single(mail.Summaries));
            Assert.Contains("Gửi công hàm mời đoàn Nhật Bản", mail.Texts[0], StringComparison.Ordinal);
            Assert.Contains("Gửi công hàm mời đoàn Nhật Bản", mail.Texts[1], StringComparison.Ordinal);
            Assert.DoesNotContain(mail.Headers, header => header[0] is "Bcc" or "Cc");
        });
    }

    private static string Unspaced(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    private static OutgoingMail WithCalendar(string name) => Channels.Mail(text: "Gửi công hàm mời đoàn Nhật Bản") with
    {
        Name = name,
        Calendar = ItipMessage.Publish("-//Calendar//EN",
        [
            new VEvent("task-1@calendar", new(2033, 3, 21), new(2033, 3, 22), Instant.FromUtc(2026, 1, 2, 3, 4, 5), 0, new("Gửi công hàm mời", "vi"))
            {
                Organizer = new("mailto:nhac-viec@calendar.example", "Lịch hữu nghị"),
            },
        ]),
    };

    private static async Task<IReadOnlyList<ReadMail>> ReadAsync(IEnumerable<ReceivedMail> mails)
    {
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", ["-X", "utf8", CalendarService.FileBeside("read_mail.py")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var python = Process.Start(start)!;
        var output = python.StandardOutput.ReadToEndAsync();
        foreach (var mail in mails)
        {
            await python.StandardInput.WriteLineAsync(Convert.ToBase64String(mail.Raw));
        }

        python.StandardInput.Close();
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<ReadMail>(line, JsonSerializerOptions.Web)!)];
    }

    private sealed record ReadMail(
        IReadOnlyList<string[]> Headers, IReadOnlyList<string> Defects, IReadOnlyList<string[]> To, IReadOnlyList<string> Tree, IReadOnlyList<string> Texts, string? FileName,
        string? Disposition, string? MethodParameter, string? Component, string? Method, IReadOnlyList<string> Summaries);
}
