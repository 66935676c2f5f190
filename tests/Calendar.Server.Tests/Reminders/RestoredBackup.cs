using System.Diagnostics;
using System.Globalization;
using Calendar.Server.Reminders;
using Calendar.Server.Tests.Reminders.Mail;
using Npgsql;

namespace Calendar.Server.Tests.Reminders;

/// <summary>A backup is made on 7 January, on the 8th at eight three people are reminded, and at nine the backup is restored: it knows nothing of those mails.</summary>
public sealed class RestoredBackup : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("calendar-restored-").FullName;

    private string DataFolder => Path.Combine(_folder, "data");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("the database and the data folder")]
    [InlineData("the database, with another data folder")]
    [InlineData("another database, with another data folder")]
    public async Task Sends_nothing_until_it_is_released_and_then_tells_of_it_as_perhaps_sent(string into)
    {
        await using var before = await Reminded.WithOneTaskAsync(3, digest: true);
        await using var calendar = await RestoreAsync(before, into);
        var sent = (await calendar.Server.MailsAsync()).Count;

        await AtHeldAsync(calendar, "2027-01-08 09:30");
        Assert.True(await IsDegradedAsync(calendar));
        Assert.Equal(("queued 3", sent), (await calendar.StatesAsync(), (await calendar.Server.MailsAsync()).Count));

        // Shown, and nothing else.
        var state = await StateAsync(calendar);
        var shown = await ReleaseAsync(calendar);
        Assert.Contains("Deliveries are held since 2027-01-08 09:00: ", shown, StringComparison.Ordinal);
        Assert.Contains(into == "the database and the data folder" ? "ends before what was delivered" : "a backup was restored, or the database", shown, StringComparison.Ordinal);
        Assert.Contains("What this database knows of them ends about 2027-01-07 12:00.", shown, StringComparison.Ordinal);
        Assert.Contains("3 were due by then and may have been sent since the backup was made; they are told of as perhaps sent:\n  2027-01-08 08:00  mail  task/cadence-2027/annual-review", shown, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", shown, StringComparison.Ordinal);
        Assert.Equal(state, await StateAsync(calendar));

        Assert.Contains("Released. 3 marked as perhaps sent.", await ReleaseAsync(calendar, "--yes"), StringComparison.Ordinal);
        await calendar.AtAsync("2027-01-08 10:00");
        await calendar.UntilAsync("select held is null and place is not null from calendar.delivery_state");
        Assert.Equal("missed 3", await calendar.StatesAsync());
        Assert.Equal(3, await calendar.Service.QueryAsync<long>("select count(*) from calendar.reminders where reason = 'perhaps_sent' and perhaps_sent"));
        Assert.Equal(sent, (await calendar.Server.MailsAsync()).Count);
        await UntilWellAsync(calendar);

        await calendar.AtAsync("2027-01-11 08:00");
        var digests = (await calendar.Server.MailsAsync()).Skip(sent).ToList();
        Assert.Equal(3, digests.Count);
        Assert.All(digests, mail => Assert.Contains("khôi phục từ bản sao lưu", Said(mail), StringComparison.Ordinal));
        await calendar.AtAsync("2027-01-18 08:00");
        Assert.All((await calendar.Server.MailsAsync()).Skip(sent + 3), mail => Assert.DoesNotContain("khôi phục", Said(mail), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sends_again_what_may_have_been_sent_when_it_is_told_to_and_what_has_come_due_since_once()
    {
        await using var before = await Reminded.WithOneTaskAsync(3, leads: "7,6,1");
        await using var calendar = await RestoreAsync(before, "the database and the data folder");
        var first = (await calendar.Server.MailsAsync()).Select(mail => mail.Message().MessageId).Order(StringComparer.Ordinal).ToList();

        // Nobody looked after it until the day after, when others had come due.
        await AtHeldAsync(calendar, "2027-01-09 10:00");
        var shown = await ReleaseAsync(calendar, "--send-again");
        Assert.Contains("they go out (again):", shown, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", shown, StringComparison.Ordinal);
        Assert.Contains("3 go out (again).", await ReleaseAsync(calendar, "--send-again", "--yes"), StringComparison.Ordinal);
        await calendar.SettledAsync();
        Assert.Equal("delivered 6, queued 3", await calendar.StatesAsync());
        var mails = (await calendar.Server.MailsAsync()).Skip(3).ToList();
        Assert.Equal(6, mails.Count);

        // Under the same id, so that a mail program may show one of them; and it says why.
        var again = mails.Where(mail => Said(mail).Contains("khôi phục", StringComparison.Ordinal));
        Assert.Equal(first, again.Select(mail => mail.Message().MessageId).Order(StringComparer.Ordinal));

        await calendar.AtAsync("2027-01-14 08:00");
        await calendar.AtAsync("2027-01-20 08:00");
        Assert.Equal(("delivered 9", 12), (await calendar.StatesAsync(), (await calendar.Server.MailsAsync()).Count));
    }

    [Fact]
    public async Task Held_longer_than_the_grace_tells_of_what_came_due_meanwhile_as_missed()
    {
        await using var before = await Reminded.WithOneTaskAsync(1, leads: "7,6,1");
        await using var calendar = await RestoreAsync(before, "the database and the data folder");

        // What is held is not late.
        await AtHeldAsync(calendar, "2027-01-13 08:00");
        Assert.Equal("queued 3", await calendar.StatesAsync());

        await ReleaseAsync(calendar, "--yes");
        calendar.SetClock("2027-01-13 08:01");
        await calendar.UntilAsync("select count(*) = 2 from calendar.reminders where state = 'missed'");
        Assert.Equal("perhaps_sent too_late", await calendar.Service.QueryAsync<string>("select string_agg(reason, ' ' order by moment) from calendar.reminders where state = 'missed'"));
        await calendar.AtAsync("2027-01-14 08:00");
        var told = Said((await calendar.Server.MailsAsync())[^1]);
        Assert.Contains("khôi phục", told, StringComparison.Ordinal);
        Assert.Equal(2, (await calendar.Server.MailsAsync()).Count);
    }

    // Without the ends of lines.
    private static string Said(ReceivedMail mail) => string.Join(' ', mail.Message().TextBody!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // The service goes on at nine, over the restored database.
    private async Task<Reminded> RestoreAsync(Reminded before, string into)
    {
        await before.AtAsync("2027-01-07 12:00");
        await before.UntilAsync("select coalesce(noted = '2027-01-07 05:00Z', false) from calendar.delivery_state");
        var backup = await CalendarProcess.RunAsync(before.Service.Connection, before.Service.Soon, "backup", _folder);
        Assert.True(backup.ExitCode == 0, backup.Error);
        await before.AtAsync("2027-01-08 08:00");
        Directory.CreateDirectory(DataFolder);
        if (into == "the database and the data folder")
        {
            await CopyNoteAsync(before);
        }

        var (old, line) = (before.Service.Connection, backup.Output.TrimEnd('\n').Split('\n')[^1]);
        var connection = into.StartsWith("another database", StringComparison.Ordinal) ? await Postgres.NewDatabaseAsync(before.Service.Soon) : old;
        await before.StopAsync();
        await ShellAsync(line.Replace($"dbname='\\''{Name(old)}'\\''", $"dbname='\\''{Name(connection)}'\\''", StringComparison.Ordinal));
        before.SetClock("2027-01-08 09:00");
        var calendar = await Reminded.StartAsync(connection, before.Service.Clock, before.Server, settings => settings with { DataFolder = DataFolder });
        await calendar.UntilAsync("select coalesce(held = '2027-01-08 02:00Z', false) from calendar.delivery_state");
        return calendar;

        static string Name(string connection) => new NpgsqlConnectionStringBuilder(connection).Database!;
    }

    private static async Task AtHeldAsync(Reminded calendar, string moment)
    {
        calendar.SetClock(moment);
        await calendar.MakeAsync();

        // Whoever is woken looks for something to send.
        for (var woken = 0; woken < 10; woken++)
        {
            await calendar.UntilAsync("select held is not null from calendar.delivery_state");
        }
    }

    // When it has been noted that mails were sent.
    private async Task CopyNoteAsync(Reminded calendar)
    {
        var last = await calendar.Service.QueryAsync<long>("select last_value from calendar.delivery_numbers");
        await calendar.UntilAsync(string.Create(CultureInfo.InvariantCulture, $"select delivery = {last} from calendar.delivery_state"));
        while (await DeliveryNote.ReadAsync(calendar.Service.DataFolder, calendar.Service.Soon) is not { } note || note.Delivery < last)
        {
            await Task.Yield();
            calendar.Service.Soon.ThrowIfCancellationRequested();
        }

        File.Copy(Path.Combine(calendar.Service.DataFolder, "deliveries.json"), Path.Combine(DataFolder, "deliveries.json"));
    }

    private async Task<string> ReleaseAsync(Reminded calendar, params string[] options)
    {
        var run = await CalendarProcess.RunAsync(calendar.Service.Connection, [("CALENDAR_DATA", DataFolder)], calendar.Service.Soon, ["release-deliveries", .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private static Task<string> StateAsync(Reminded calendar) => calendar.Service.QueryAsync<string>(
        "select (select string_agg(r::text, ' ' order by id) from calendar.reminders r) || (select (to_jsonb(s) - 'round')::text from calendar.delivery_state s)");

    private static async Task<bool> IsDegradedAsync(Reminded calendar) => (await calendar.Service.GetAsync("/health/ready")).Is(200).Json.GetProperty("degraded").GetBoolean();

    private static async Task UntilWellAsync(Reminded calendar)
    {
        while (await IsDegradedAsync(calendar))
        {
            calendar.Service.Soon.ThrowIfCancellationRequested();
        }
    }

    private static async Task ShellAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{line}\n{error}");
    }
}
