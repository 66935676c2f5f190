using System.Text.Json;
using Calendar.Server.Tests.Reminders.Mail;
using Calendar.Server.Tests.Reminders.Webhooks;
using MimeKit;

namespace Calendar.Server.Tests.Reminders;

/// <summary>From the record to the mail server and the webhook, for those who read it there.</summary>
public sealed class SendingReminders
{
    [Fact]
    public async Task A_week_of_many_is_one_mail_with_all_of_it_and_no_other_follows()
    {
        await using var calendar = await Reminded.StartAsync();
        await calendar.ContactAsync("vufo", "desk@example.org");
        await calendar.AtAsync("2026-12-07 08:00");

        var digest = Assert.Single(await calendar.Server.MailsAsync(), mail => mail.Message().HtmlBody!.Contains("cal_mail_a", StringComparison.Ordinal)).Message();
        var carried = await calendar.Service.QueryAsync<long>("select count(*) from calendar.reminders where (carried_by is not null or state = 'delivered') and kind <> 'week'");
        Assert.True(carried > 3);
        Assert.Equal(carried, digest.HtmlBody!.Split("cal_mail_a").Length - 1);
        Assert.Equal("<https://calendar.example/r/", digest.Headers[HeaderId.ListUnsubscribe]![..28]);
        Assert.Equal("auto-generated", digest.Headers[HeaderId.AutoSubmitted]);

        var part = digest.Attachments.OfType<MimePart>().Single();
        Assert.Equal(("text/calendar", "PUBLISH"), (part.ContentType.MimeType, part.ContentType.Parameters["method"]));
        using var octets = new MemoryStream();
        await part.Content!.DecodeToAsync(octets);
        var text = System.Text.Encoding.UTF8.GetString(octets.ToArray());
        Assert.Contains("\r\nMETHOD:PUBLISH\r\n", text, StringComparison.Ordinal);
        Assert.InRange(text.Split("BEGIN:VEVENT").Length - 1, 1, carried);

        // Each day of the week passes, and what the digest told of is not told again.
        var before = (await calendar.Server.MailsAsync()).Count;
        await calendar.AtAsync("2026-12-11 08:00");
        Assert.Equal(before, (await calendar.Server.MailsAsync()).Count);
    }

    [Fact]
    public async Task Nobody_above_hears_of_a_task_that_was_acknowledged_and_the_desk_hears_of_one_that_was_not()
    {
        await using var calendar = await Reminded.WithDeskAsync();
        await calendar.AtAsync("2027-01-08 08:00");
        await calendar.AtAsync("2027-01-22 08:00");
        Assert.Equal("delivered 2", await calendar.StatesAsync());
        Assert.Equal(["p1@example.org", "desk@example.org"], (await calendar.Server.MailsAsync()).Select(mail => mail.To.Single()));
        Assert.Equal(2, await calendar.Service.QueryAsync<int>("select split_part(subject, '/', 2)::int from calendar.reminders where kind = 'escalation'"));

        await using var other = await Reminded.WithOneTaskAsync(1, escalateAfter: 7);
        await other.AtAsync("2027-01-08 08:00");
        var task = (await other.Service.GetAsync("/v1/tasks", CalendarService.Bearer(other.Service.Admin!))).Json.GetProperty("items")[0];
        (await other.Service.PostAsync($"/v1/plans/{task.GetProperty("id").GetString()!.Replace("/", "/tasks/", StringComparison.Ordinal)}/acknowledgement", "{}")).Is(201);
        await other.AtAsync("2027-01-30 08:00");
        Assert.DoesNotContain("escalation", await other.Service.QueryAsync<string>("select string_agg(kind, ' ') from calendar.reminders where state = 'delivered'"), StringComparison.Ordinal);
        Assert.Single(await other.Server.MailsAsync());
    }

    [Fact]
    public async Task An_owner_is_asked_after_from_the_first_time_that_they_were_told()
    {
        await using var calendar = await Reminded.WithDeskAsync();
        await calendar.AtAsync("2027-01-08 08:00");
        calendar.SetClock("2027-01-12 08:00");
        await calendar.ResendAsync("kind = 'task'");

        await calendar.AtAsync("2027-01-21 08:00");
        Assert.Equal(["p1@example.org", "p1@example.org"], await ToAsync(calendar));
        await calendar.AtAsync("2027-01-22 08:00");
        Assert.Equal(["p1@example.org", "p1@example.org", "desk@example.org"], await ToAsync(calendar));
    }

    [Fact]
    public async Task An_owner_who_could_only_be_told_that_it_was_missed_is_asked_after_all_the_same()
    {
        await using var calendar = await Reminded.WithDeskAsync(digest: true, leads: "40");
        await calendar.AtAsync("2026-12-05 08:00");
        var restart = await calendar.StopAsync();
        await using var again = await restart("2026-12-10 08:00");
        Assert.Equal("missed 1", await again.StatesAsync());

        // The late weekly message told of it on the tenth.
        await again.AtAsync("2026-12-23 08:00");
        Assert.Equal(0, await again.Service.QueryAsync<long>("select count(*) from calendar.reminders where kind = 'escalation' and state = 'delivered'"));
        await again.AtAsync("2026-12-24 08:00");
        Assert.Equal("desk@example.org", (await again.Server.MailsAsync())[^1].To.Single());
        Assert.Equal(1, await again.Service.QueryAsync<long>("select count(*) from calendar.reminders where kind = 'escalation' and state = 'delivered'"));
    }

    [Fact]
    public async Task The_desk_hears_of_refusals_also_in_a_week_of_few_reminders()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(2, digest: true, leads: "14,7");
        await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "550 5.1.1 unknown", recipient: "p2@", times: 1);
        await calendar.AtAsync("2027-01-01 08:00");
        Assert.Equal("delivered 1, queued 2, refused 1", await calendar.StatesAsync());

        await calendar.AtAsync("2027-01-04 08:00");

        var weekly = (await calendar.Server.MailsAsync()).TakeLast(2).Select(mail => mail.Message()).ToList();
        Assert.All(weekly, mail => Assert.Contains("có 1 thư bị nơi nhận từ chối", mail.TextBody, StringComparison.Ordinal));
        Assert.Equal("delivered 1, refused 1, superseded 2", await calendar.StatesAsync());
    }

    [Fact]
    public async Task The_desk_hears_of_refusals_also_where_what_was_due_besides_is_done_meanwhile()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(2, digest: true, leads: "14,7");
        await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "550 5.1.1 unknown", recipient: "p2@", times: 1);
        await calendar.AtAsync("2027-01-01 08:00");
        await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "450 4.2.1 not now", times: 2);
        await calendar.AtAsync("2027-01-04 08:00");
        (await calendar.Service.PostAsync("/v1/plans/cadence-2027/tasks/annual-review/completion", "{}")).Is(201);

        await calendar.AtAsync("2027-01-04 08:06");

        var weekly = (await calendar.Server.MailsAsync()).TakeLast(2).Select(mail => mail.Message()).ToList();
        Assert.All(weekly, mail => Assert.Contains("có 1 thư bị nơi nhận từ chối", mail.TextBody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_weekly_message_that_comes_late_does_not_say_that_nothing_was_due_when_something_was()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(1, digest: true, leads: "40");
        await calendar.AtAsync("2026-12-06 08:00");
        await calendar.Server.AnswerAsync(SmtpStep.End, "450 4.2.1 not now", times: 2);
        await calendar.AtAsync("2027-01-11 08:00");
        await calendar.AtAsync("2027-01-12 07:59");
        await calendar.RecordAsync(OneTask.Policy(digest: true, leads: "3"));
        var before = (await calendar.Server.MailsAsync()).Count;
        await calendar.AtAsync("2027-01-12 08:00");
        await calendar.AtAsync("2027-01-12 09:00");

        Assert.Equal(before + 1, (await calendar.Server.MailsAsync()).Count);
        Assert.Equal("superseded not_needed", await calendar.Service.QueryAsync<string>("select state || ' ' || reason from calendar.reminders where kind = 'week' and due = '2027-01-11'"));
    }

    [Fact]
    public async Task A_webhook_is_told_what_a_contact_is_told()
    {
        await using var receiver = Receiver.Answering("HTTP/1.1 204 No Content");
        await using var calendar = await Reminded.StartAsync(Holding.Nothing, settings => settings with { WebhookHosts = WebhookCalendar.Named("127.0.0.1") });
        await calendar.RecordAsync(OneTask.Lines());
        (await calendar.Service.PostAsync("/v1/webhooks?association=vufo", JsonSerializer.Serialize(new { url = receiver.Url }))).Is(201);
        await calendar.UntilMadeAsync();

        await calendar.AtAsync("2027-01-08 08:00");

        var told = JsonElement.Parse(Assert.Single(receiver.Received).Body);
        Assert.Equal(("calendar.reminder.task", "1.0"), (told.GetProperty("type").GetString(), told.GetProperty("specversion").GetString()));
        Assert.Equal("delivered 1", await calendar.StatesAsync());
        Assert.Empty(await calendar.Server.MailsAsync());
    }

    private static async Task<IEnumerable<string>> ToAsync(Reminded calendar) => (await calendar.Server.MailsAsync()).Select(mail => mail.To.Single());
}
