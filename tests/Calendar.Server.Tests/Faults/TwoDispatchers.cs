using System.Globalization;
using Calendar.Server.Tests.Reminders;
using Calendar.Server.Tests.Reminders.Mail;
using Npgsql;

namespace Calendar.Server.Tests.Faults;

/// <summary>Two servers that take turns over one database, with reminders for several recipients, and the mail server that they send to.</summary>
internal sealed class TwoDispatchers : IAsyncDisposable
{
    /// <summary>In seconds: as long as an attempt may take, and half as long as another server waits.</summary>
    private const int LongestAttempt = 4;

    private const string Waiting = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%with settled as%' and pid <> pg_backend_pid()";

    private readonly NpgsqlDataSource _source;
    private CalendarFolder _runs, _waits;
    private ServerProcess? _running, _other;

    private TwoDispatchers(string database, SmtpServer mails)
    {
        (Mails, _source) = (mails, NpgsqlDataSource.Create(database));
        (_runs, _waits) = (new CalendarFolder("none", database), new CalendarFolder("none", database));
        foreach (var folder in new[] { _runs, _waits })
        {
            folder.Environment_["CALENDAR_PUBLIC_URL"] = CalendarService.PublicUrl;
            folder.Environment_["CALENDAR_SMTP"] = mails.Address;
            folder.Environment_["CALENDAR_MAIL_FROM"] = "Calendar <calendar@calendar.example>";
            folder.Environment_["CALENDAR_MAIL_RATE"] = "0";
            folder.Environment_["CALENDAR_MAIL_CONNECTIONS"] = "8";
            folder.Environment_["CALENDAR_LONGEST_ATTEMPT"] = LongestAttempt.ToString(CultureInfo.InvariantCulture);
        }
    }

    public SmtpServer Mails { get; }

    public ServerProcess Running => _running!;

    /// <summary>It stands still until it is needed.</summary>
    public ServerProcess Other => _other!;

    /// <param name="recipients">Each of whom one reminder can be made due.</param>
    public static async Task<TwoDispatchers> StartAsync(int recipients)
    {
        var dispatchers = new TwoDispatchers(await CalendarService.DatabaseAsync(Holding.Nothing), await SmtpServer.StartAsync());
        dispatchers._running = await dispatchers._runs.StartAsync();
        Directory.CreateDirectory(dispatchers._waits.Path);
        File.Copy(dispatchers._runs.TokenFile, dispatchers._waits.TokenFile);

        // Some day in the next year, whichever this is.
        var year = DateTime.UtcNow.AddDays(15).Year + 1;
        Assert.Equal(200, (await dispatchers.Running.ImportAsync(OneTask.Lines())).Status);
        dispatchers._other = await dispatchers._waits.StartAsync();
        Assert.Contains((await dispatchers.Running.PostAsync("/v1/plans", $$"""{"cadence":{{year}}}""")).Status, new[] { 200, 201 });
        await dispatchers.ExecuteAsync(OneTask.Contacts(recipients));
        Assert.Equal(200, (await dispatchers.Running.ImportAsync("""{"key":"tests/again","do":"mute_association","association":"vufo","reason":"r"}""" + "\n" + """{"key":"tests/and","do":"unmute_association","association":"vufo","reason":"r"}""")).Status);
        await dispatchers.UntilAsync($"select count(*) >= {recipients} from calendar.reminders where kind = 'task' and state = 'queued'");
        return dispatchers;
    }

    /// <summary>Makes the reminders of recipients due now, as messages of their own.</summary>
    /// <returns>The left sides of their Message-IDs.</returns>
    public async Task<IReadOnlyList<string>> DueAsync(params int[] recipients)
    {
        await using var command = _source.CreateCommand("""
            update calendar.reminders r set state = 'queued', issue = issue + 1, next_try = now() - interval '1 second', settled = null, reason = null
            from (select distinct on (c.mail) r.id, c.mail from calendar.reminders r join calendar.contacts c on c.id = r.recipient
                  where r.kind = 'task' and c.mail = any($1) order by c.mail, r.due) picked
            where r.id = picked.id returning picked.mail || ' ' || r.id || '.' || r.issue
            """);
        command.Parameters.AddWithValue(recipients.Select(n => $"p{n.ToString(CultureInfo.InvariantCulture)}@example.org").ToArray());
        var ids = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(CalendarFolder.Bounded());
        while (await reader.ReadAsync())
        {
            ids.Add(reader.GetString(0));
        }

        Assert.Equal(recipients.Length, ids.Count);
        return [.. ids.Order(StringComparer.Ordinal).Select(id => id[(id.IndexOf(' ', StringComparison.Ordinal) + 1)..])];
    }

    /// <summary>Ends the server that runs; the other one wakes, and another is started in its place.</summary>
    public async Task KillAsync()
    {
        await Running.KillAsync();
        await Other.SignalAsync("CONT");
        (_runs, _waits, _running) = (_waits, _runs, Other);
        _other = await _waits.StartAsync();
    }

    /// <summary>Lets the server that runs stand still and the other one wake.</summary>
    public async Task StopAsync()
    {
        await Running.SignalAsync("STOP");
        await Other.SignalAsync("CONT");
    }

    /// <summary>Lets the other server stand still: it has nothing to do, and wakes when it is needed.</summary>
    public async Task RestAsync()
    {
        await SettledAsync();
        await Other.SignalAsync("STOP");
    }

    /// <summary>Waits until everything that is due is settled.</summary>
    public async Task SettledAsync()
    {
        // What was tried in vain while a server stood still would be tried again in minutes.
        await ExecuteAsync("update calendar.reminders set next_try = now() where state = 'queued' and issue > 0 and next_try > now()");
        await QuietAsync();
    }

    private Task QuietAsync() => UntilAsync("select count(*) = 0 from calendar.reminders where state = 'attempting' or (state = 'queued' and next_try <= now())");

    public async Task UntilAsync(string sql)
    {
        var bound = CalendarFolder.Bounded();
        await using var command = _source.CreateCommand($"select ({sql}) from pg_sleep(0.05)");
        while (!(bool)(await command.ExecuteScalarAsync(bound))!)
        {
            Assert.False(bound.IsCancellationRequested, $"It never came true: {sql}\n{Running.Output}");
        }
    }

    /// <summary>Holds the rows that are being sent, so that nothing of them can be noted.</summary>
    /// <returns>Holds them until it is disposed of.</returns>
    public async Task<IAsyncDisposable> HoldNotesAsync(string recipient)
    {
        var connection = await _source.OpenConnectionAsync(CalendarFolder.Bounded());
        await connection.BeginTransactionAsync(CalendarFolder.Bounded());
        await using var command = new NpgsqlCommand(
            "select count(*) from (select r.id from calendar.reminders r join calendar.contacts c on c.id = r.recipient where r.sending and c.mail = $1 for update of r) held", connection);
        command.Parameters.AddWithValue(recipient);
        Assert.Equal(1L, await command.ExecuteScalarAsync(CalendarFolder.Bounded()));
        return connection;
    }

    /// <summary>Waits until the note of what came of a mail waits for the held row.</summary>
    public Task UntilNoteWaitsAsync() => UntilAsync("select count(*) > 0 from " + Waiting);

    /// <summary>Ends the notes that wait: the server that sent them has gone, and they would be written all the same.</summary>
    public async Task DropNotesAsync()
    {
        await ExecuteAsync("select pg_terminate_backend(pid) from " + Waiting);
        await UntilAsync("select count(*) = 0 from " + Waiting);
    }

    /// <summary>How often each of these messages has been accepted, in their order; under its id and date each time. Its words are of the day it leaves, which may end meanwhile.</summary>
    public async Task<IReadOnlyList<int>> AcceptedAsync(IReadOnlyList<string> ids)
    {
        var mails = (await Mails.MailsAsync()).ToLookup(mail => mail.Message().MessageId, StringComparer.Ordinal);
        Assert.All(ids, id => Assert.Single(mails[id + "@calendar.example"].Select(mail => (mail.Message().Date, mail.To.Single())).Distinct()));
        return [.. ids.Select(id => mails[id + "@calendar.example"].Count())];
    }

    public async ValueTask DisposeAsync()
    {
        await Mails.DisposeAsync();
        await _runs.DisposeAsync();
        await _waits.DisposeAsync();
        await _source.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CalendarFolder.Bounded());
    }
}
