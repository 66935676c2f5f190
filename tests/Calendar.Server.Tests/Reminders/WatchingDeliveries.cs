using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Calendar.Server.Reminders;
using Calendar.Server.Tests.Faults;
using Calendar.Server.Tests.Reminders.Mail;
using Calendar.Server.Tests.Reminders.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Reminders;

public sealed partial class WatchingDeliveries
{
    [Fact]
    public async Task A_server_that_refuses_shows_within_a_quarter_of_an_hour_and_not_before_something_is_late()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(2);
        await IsWellAsync(calendar, "2027-01-08 07:59");
        await calendar.Server.AnswerAsync(SmtpStep.Connect, "421 4.3.2 not now");

        await IsWellAsync(calendar, "2027-01-08 08:00");
        await calendar.UntilAsync("select max(attempts) > 0 and count(*) filter (where state = 'attempting') = 0 from calendar.reminders");
        await IsWellAsync(calendar, "2027-01-08 08:13");
        await IsWellAsync(calendar, "2027-01-08 08:15", expected: false);
        Assert.True((await calendar.Service.GetAsync("/health/ready")).Is(200).Json.GetProperty("degraded").GetBoolean());
        var metrics = (await calendar.Service.GetAsync("/metrics")).Is(200).Text;
        Assert.Contains("\ncalendar_reminders_oldest_unsent_seconds 900\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\ncalendar_reminders_due 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\ncalendar_deliveries_well 0\n", metrics, StringComparison.Ordinal);

        await calendar.Server.ClearAsync();
        await calendar.AtAsync("2027-01-08 08:20");
        await IsWellAsync(calendar, "2027-01-08 08:20");
        Assert.Contains("\ncalendar_reminders_oldest_unsent_seconds 0\n", (await calendar.Service.GetAsync("/metrics")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dispatcher_that_does_nothing_shows_and_neither_a_backlog_nor_a_clock_that_is_set_does()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(1);
        await calendar.Service.Services.GetRequiredService<Dispatcher>().StopAsync(calendar.Service.Soon);

        // A day late, but only now that anybody looks; then set back and forth.
        await IsWellAsync(calendar, "2027-01-09 08:00");
        await IsWellAsync(calendar, "2027-01-08 07:00");
        await IsWellAsync(calendar, "2027-01-08 09:00");
        await IsWellAsync(calendar, "2027-01-08 09:14");
        await IsWellAsync(calendar, "2027-01-08 09:15", expected: false);
    }

    [Fact]
    public async Task One_recipients_server_that_defers_is_not_ours_but_three_of_them_are()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(3);
        await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "451 4.3.0 later", recipient: "p1@");
        await calendar.AtAsync("2027-01-08 08:00");
        await IsWellAsync(calendar, "2027-01-08 08:00");
        await IsWellAsync(calendar, "2027-01-08 08:05");
        await calendar.AtAsync("2027-01-08 08:30");
        await IsWellAsync(calendar, "2027-01-08 08:30");

        await using var other = await Reminded.WithOneTaskAsync(3);
        await other.Server.AnswerAsync(SmtpStep.Rcpt, "451 4.3.0 later");
        await other.AtAsync("2027-01-08 08:00");
        await IsWellAsync(other, "2027-01-08 08:00");
        await other.AtAsync("2027-01-08 08:15");
        await IsWellAsync(other, "2027-01-08 08:15", expected: false);
    }

    [Fact]
    public async Task Full_mailboxes_are_not_ours_while_others_get_their_mails_and_hide_nothing()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(6);
        foreach (var full in new[] { "p1@", "p2@", "p3@" })
        {
            await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "452 4.2.2 Mailbox full", recipient: full);
        }

        await calendar.AtAsync("2027-01-08 08:00");
        Assert.Equal("delivered 3, queued 3", await calendar.StatesAsync());
        await IsWellAsync(calendar, "2027-01-08 08:00");
        await calendar.AtAsync("2027-01-08 08:15");
        await IsWellAsync(calendar, "2027-01-08 08:15");
        await calendar.AtAsync("2027-01-09 08:00");
        await IsWellAsync(calendar, "2027-01-09 08:00");

        await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "451 4.3.0 later");
        await calendar.CheckAsync("2027-01-09 09:00");
        await calendar.AtAsync("2027-01-09 09:00");
        await IsWellAsync(calendar, "2027-01-09 09:00");
        await calendar.AtAsync("2027-01-09 09:15");
        await IsWellAsync(calendar, "2027-01-09 09:15", expected: false);
    }

    [Fact]
    public async Task Webhooks_of_one_association_that_nobody_answers_are_not_ours_but_those_of_three_are()
    {
        await using var calendar = await Reminded.StartAsync(Holding.Nothing, settings => settings with { WebhookHosts = WebhookCalendar.Named("127.0.0.1") });
        await calendar.WebhooksAsync([.. Enumerable.Range(1, 20).Select(n => ("first", $"http://127.0.0.1:1/{n}"))]);
        await calendar.CheckAsync("2027-01-08 08:00");
        await calendar.AtAsync("2027-01-08 08:00");
        await IsWellAsync(calendar, "2027-01-08 08:00");
        await calendar.AtAsync("2027-01-08 08:15");
        await IsWellAsync(calendar, "2027-01-08 08:15");

        await calendar.WebhooksAsync(("second", "http://127.0.0.1:1/"), ("third", "http://127.0.0.1:1/"));
        await calendar.CheckAsync("2027-01-08 09:00");
        await calendar.AtAsync("2027-01-08 09:00");
        await IsWellAsync(calendar, "2027-01-08 09:00");
        await calendar.AtAsync("2027-01-08 09:15");
        await IsWellAsync(calendar, "2027-01-08 09:15", expected: false);
    }

    [Fact]
    public async Task The_outside_watcher_is_called_each_minute_while_all_is_well_and_not_otherwise()
    {
        using var watcher = new HttpListener();
        var address = CalendarFolder.FreeAddress() + "/beat/";
        watcher.Prefixes.Add(address);
        watcher.Start();
        var beats = 0;
        var listening = ListenAsync();
        await using var calendar = await Reminded.StartAsync(
            await CalendarService.DatabaseAsync(Holding.Nothing), new FixedClock(), await SmtpServer.StartAsync(), settings => settings with { Heartbeat = new Uri(address) });
        var dispatcher = calendar.Service.Services.GetRequiredService<Dispatcher>();
        while (!dispatcher.HasLooked)
        {
            await calendar.UntilAsync("true");
        }

        await IsWellAsync(calendar, "2027-01-08 07:59");
        var first = beats;
        await IsWellAsync(calendar, "2027-01-08 07:59");
        Assert.Equal((true, first), (first > 0, beats));
        await IsWellAsync(calendar, "2027-01-08 08:00");
        Assert.Equal(first + 1, beats);

        await dispatcher.StopAsync(calendar.Service.Soon);
        await calendar.Service.ExecuteAsync("""
            insert into calendar.reminders (id, kind, subject, due, lead, recipient, channel, moment, next_try, made, state)
            values (gen_random_uuid(), 'canary', 'canary', '2027-01-08', 1, gen_random_uuid(), 'mail', '2027-01-08 01:01Z', '2027-01-08 01:01Z', '2027-01-08 01:01Z', 'queued')
            """);
        await IsWellAsync(calendar, "2027-01-08 08:01");
        Assert.Equal(first + 2, beats);
        await IsWellAsync(calendar, "2027-01-08 08:20", expected: false);
        await IsWellAsync(calendar, "2027-01-08 08:21", expected: false);
        Assert.Equal(first + 2, beats);

        // That nobody is there is no failure of ours.
        await calendar.Service.ExecuteAsync("delete from calendar.reminders");
        watcher.Stop();
        await listening;
        await IsWellAsync(calendar, "2027-01-08 08:22");

        async Task ListenAsync()
        {
            try
            {
                while (true)
                {
                    var asked = await watcher.GetContextAsync();
                    beats++;
                    asked.Response.StatusCode = beats == 2 ? 500 : 204;
                    asked.Response.Close();
                }
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
            }
        }
    }

    [Fact]
    public async Task A_canary_is_heard_of_by_its_link_and_not_by_having_been_sent()
    {
        var (connection, clock, server) = (await CalendarService.DatabaseAsync(Holding.Nothing), new FixedClock(), await SmtpServer.StartAsync());
        await using var calendar = await Reminded.StartAsync(connection, clock, server, settings => settings with { Canary = "canary@example.org" });
        await CanaryAsync(calendar, "2026-12-01 10:00", 1);
        var first = await LinkAsync(calendar);

        // Looking is no answer, nor is an hour's silence with another one sent.
        (await calendar.Service.GetAsync(first)).Is(200);
        await IsWellAsync(calendar, "2026-12-01 10:59");
        await CanaryAsync(calendar, "2026-12-01 11:01", 2, expected: false);
        var second = await LinkAsync(calendar);

        // An answer to the first says nothing of the second.
        (await calendar.Service.SendAsync("POST", first, null)).Is(303);
        await IsWellAsync(calendar, "2026-12-01 11:01");
        Assert.Equal(1, await calendar.Service.QueryAsync<long>("select count(*) from calendar.reminders where acknowledged is not null"));
        await CanaryAsync(calendar, "2026-12-01 12:02", 3, expected: false);
        (await calendar.Service.SendAsync("POST", await LinkAsync(calendar), null)).Is(303);
        await IsWellAsync(calendar, "2026-12-01 12:02");
        Assert.NotEqual(first, second);

        // Those whose answers nobody heard are of no account, and of those that could not leave only the last does.
        await CanaryAsync(calendar, "2026-12-01 13:00", 4);
        await calendar.StopAsync();
        clock.Set(clock.GetCurrentInstant() + NodaTime.Duration.FromHours(5));
        await using var again = await Reminded.StartAsync(connection, clock, server, settings => settings with { Canary = "canary@example.org" });
        await CanaryAsync(again, "2026-12-01 18:00", 5);
        await server.AnswerAsync(SmtpStep.Mail, "421 4.3.2 not now");
        foreach (var hour in Enumerable.Range(19, 4))
        {
            again.SetClock(string.Create(CultureInfo.InvariantCulture, $"2026-12-01 {hour}:00"));
            await again.Service.Services.GetRequiredService<DeliveryWatch>().LookAsync(again.Service.Soon);
            await again.UntilAsync(string.Create(CultureInfo.InvariantCulture, $"select count(*) > 0 from calendar.reminders where kind = 'canary' and lead = {hour - 7} and attempts > 0 and state = 'queued'"));
        }

        await server.ClearAsync();
        await again.AtAsync("2026-12-01 22:30");

        // And one that was being tried just then.
        Assert.InRange((await server.MailsAsync()).Count, 6, 7);
    }

    private static async Task IsWellAsync(Reminded calendar, string moment, bool expected = true)
    {
        calendar.SetClock(moment);
        var watch = calendar.Service.Services.GetRequiredService<DeliveryWatch>();
        await watch.LookAsync(calendar.Service.Soon);
        Assert.True(watch.IsWell == expected, $"{moment}: {watch.Health}");
    }

    private static async Task CanaryAsync(Reminded calendar, string moment, int count, bool expected = true)
    {
        await IsWellAsync(calendar, moment, expected);
        await calendar.SettledAsync();
        Assert.Equal(count, (await calendar.Server.MailsAsync()).Count);
    }

    // The only address in the last mail.
    private static async Task<string> LinkAsync(Reminded calendar)
    {
        var mail = (await calendar.Server.MailsAsync())[^1].Message();
        Assert.Null(mail.Headers[MimeKit.HeaderId.ListUnsubscribe]);
        return Assert.Single(Links().Matches(mail.TextBody!).Select(link => link.Value)).Replace(CalendarService.PublicUrl, "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"https://calendar\.example/\S*[^\s>.]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Links();
}
