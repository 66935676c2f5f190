using System.Text;
using System.Text.Json;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Mail;
using Calendar.Server.Rounds;
using Calendar.Server.Tests.Associations;
using Calendar.Server.Tests.Reminders.Mail;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Tests.Reminders;

/// <summary>A service that sends its mails to a real server, with contacts and days of a test's own.</summary>
public sealed class Reminded : IAsyncDisposable
{
    private readonly Func<Settings, Settings>? _set;
    private bool _isStopped;

    private Reminded(CalendarService service, SmtpServer server, Func<Settings, Settings>? set) => (Service, Server, _set) = (service, server, set);

    public CalendarService Service { get; }

    public SmtpServer Server { get; }

    /// <param name="set">What is to be other than usual.</param>
    internal static async Task<Reminded> StartAsync(Holding holding = Holding.Vietnam, Func<Settings, Settings>? set = null) =>
        await StartAsync(await CalendarService.DatabaseAsync(holding), new FixedClock(), await SmtpServer.StartAsync(), set);

    /// <summary>Another service over a database, as after a restart.</summary>
    /// <param name="set">What is to be other than usual.</param>
    internal static async Task<Reminded> StartAsync(string connection, FixedClock clock, SmtpServer server, Func<Settings, Settings>? set = null)
    {
        var mail = new MailSettings("127.0.0.1", server.Port, MailSecurity.None, null, [], 0, 4, "calendar.example");
        return new Reminded(await CalendarService.StartAsync(connection, Usual, clock), server, set);

        Settings Usual(Settings settings)
        {
            var usual = settings with { Mail = mail, MailSender = new MailSender("Lịch", "calendar@calendar.example") };
            return set?.Invoke(usual) ?? usual;
        }
    }

    /// <summary>One with the record of <see cref="OneTask"/>, whose task is due on 15 January 2027, and so many contacts.</summary>
    public static async Task<Reminded> WithOneTaskAsync(int contacts, bool digest = false, int escalateAfter = 0, string leads = "7")
    {
        var calendar = await StartAsync(Holding.Nothing);
        await calendar.RecordAsync(OneTask.Lines(digest, escalateAfter, leads));
        await calendar.Service.ExecuteAsync(OneTask.Contacts(contacts));
        await calendar.UntilMadeAsync();
        return calendar;
    }

    /// <summary>The same with one contact, and a desk that hears of what that one has not acknowledged within two weeks.</summary>
    public static async Task<Reminded> WithDeskAsync(bool digest = false, string leads = "7")
    {
        var calendar = await StartAsync(Holding.Nothing, settings => settings with { Desk = "desk@example.org" });
        await calendar.RecordAsync(OneTask.Lines(digest, escalateAfter: 7, leads));
        await calendar.ContactAsync("vufo", "p1@example.org");
        await calendar.UntilMadeAsync();
        return calendar;
    }

    /// <summary>Records lines of commands.</summary>
    public async Task RecordAsync(string lines)
    {
        using var body = new StringContent(lines, Encoding.UTF8, "application/jsonl");
        Assert.Equal(200, (await Service.SendAsync("POST", "/v1/imports", body, CalendarService.Bearer(Service.Admin!))).Status);
    }

    /// <summary>Waits until the plan is open and its reminders are made.</summary>
    public async Task UntilMadeAsync()
    {
        while (await Service.QueryAsync<long>("select count(*) from calendar.reminders where kind = 'task'") == 0)
        {
            await MakeAsync();
            Service.Soon.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Counts reminders, <c>delivered 3</c> and so on, weekly ones apart.</summary>
    public async Task<string> StatesAsync() => await Service.QueryAsync<string>(
        "select coalesce(string_agg(state || ' ' || n, ', ' order by state), '') from (select state, count(*) n from calendar.reminders where kind <> 'week' group by state) s");

    /// <summary>Adds somebody to write to, and returns their id.</summary>
    public async Task<Guid> ContactAsync(string association, string mail, string language = "vi")
    {
        var added = await Service.PostAsync($"/v1/associations/{association}/contacts", JsonSerializer.Serialize(new { name = "Văn phòng " + association, mail, language }));
        Assert.Equal(201, added.Status);
        await MakeAsync();
        return added.Json.GetProperty("id").GetGuid();
    }

    /// <summary>Adds associations with as many webhooks each as are named.</summary>
    public async Task WebhooksAsync(params (string Association, string Url)[] webhooks)
    {
        foreach (var (association, url) in webhooks)
        {
            if ((await Service.GetAsync("/v1/associations/" + association)).Status == 404)
            {
                (await Service.PutAsync("/v1/associations/" + association, KeepingAssociations.Body(association, "local"))).Is(201);
            }

            (await Service.PostAsync("/v1/webhooks?association=" + association, JsonSerializer.Serialize(new { url }))).Is(201);
        }
    }

    /// <summary>Has everybody there sent a message of its own at a moment in Ha Noi, which only shows whether it arrives.</summary>
    public Task CheckAsync(string moment) => Service.ExecuteAsync($"""
        insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, association, moment, next_try, made, state)
        select gen_random_uuid(), 'canary', 'canary', at::date, extract(hour from at), id, channel, association, at, at, at, 'queued'
        from (select id, association, 'mail' channel from calendar.contacts union all select id, association, 'webhook' from calendar.webhooks) everybody,
          (select timestamp '{moment}' at time zone 'Asia/Ho_Chi_Minh' at) due
        """);

    /// <summary>Makes what is to be reminded of by what is known now.</summary>
    public async Task MakeAsync()
    {
        // Not while the service is at it: whichever of two passes began first changes nothing.
        var round = Service.Services.GetRequiredService<ReminderRound>();
        while (!await RoundRunner.PassAsync(round, Service.Source, Service.Soon))
        {
            await Task.Yield();
        }
    }

    /// <summary>Makes it this moment in Ha Noi, and waits until nothing is due any more.</summary>
    public async Task AtAsync(string moment)
    {
        SetClock(moment);
        await MakeAsync();
        await SettledAsync();
    }

    /// <summary>Asks for the one that these words of SQL find again, and waits until it has left.</summary>
    public async Task ResendAsync(string which)
    {
        var id = await Service.QueryAsync<Guid>("select id from calendar.reminders where " + which);
        (await Service.PostAsync($"/v1/deliveries/{id}/resend", "")).Is(202);
        await SettledAsync();
    }

    public void SetClock(string moment) => Service.Clock.Set(
        LocalDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd HH:mm").Parse(moment).Value.InZoneStrictly(DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]).ToInstant());

    /// <summary>Waits until nothing is due any more, nor on its way.</summary>
    public Task SettledAsync() => UntilAsync(
        "select count(*) = 0 from calendar.reminders where state = 'attempting' or (state = 'queued' and carried_by is null and next_try <= '" + InstantPattern.General.Format(Service.Clock.GetCurrentInstant()) + "')");

    /// <summary>Waits until a question to the database is answered with true.</summary>
    public async Task UntilAsync(string sql)
    {
        var dispatcher = Service.Services.GetRequiredService<Dispatcher>();
        while (!await Service.QueryAsync<bool>($"select ({sql}) from pg_sleep(0.02)"))
        {
            dispatcher.Wake();
            Service.Soon.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The service ends and its mail server stays, as do the database and the clock.</summary>
    public async Task<Func<string, Task<Reminded>>> StopAsync()
    {
        await Service.DisposeAsync();
        _isStopped = true;
        return async moment =>
        {
            SetClock(moment);
            var again = await StartAsync(Service.Connection, Service.Clock, Server, _set);
            await again.MakeAsync();
            await again.SettledAsync();
            return again;
        };
    }

    public async ValueTask DisposeAsync()
    {
        // What has been stopped has left its mail server to the next.
        if (!_isStopped)
        {
            await Service.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
