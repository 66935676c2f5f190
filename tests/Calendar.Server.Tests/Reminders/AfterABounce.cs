using Calendar.Server.Reminders;
using Calendar.Server.Tests.Reminders.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Reminders;

/// <summary>What follows for others from a mail that came back.</summary>
public sealed class AfterABounce
{
    [Fact]
    public async Task What_a_digest_told_of_has_not_been_told_and_what_was_missed_stands_in_the_next()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(2, digest: true);
        await calendar.AtAsync("2027-01-02 08:00");
        await calendar.RecordAsync(OneTask.Policy(digest: true, leads: "14,7"));
        await calendar.AtAsync("2027-01-04 08:00");
        var digest = Assert.Single(await calendar.Server.MailsAsync(), mail => mail.To.Single() == "p2@example.org");
        var (head, service) = (digest.Message().MessageId![..36], calendar.Service);
        const string Told = "select string_agg(concat_ws(' ', r.kind, r.lead, r.state, r.reason, (carried_by is not null)::text), ', ' order by r.kind, r.lead) from calendar.reminders r join calendar.contacts c on c.id = r.recipient where moment between '2027-01-01' and '2027-01-10' and mail = ";
        const string Delivered = "task 7 superseded carried true, task 14 missed made_late true, week 0 delivered false";
        Assert.Equal(Delivered, await service.QueryAsync<string>(Told + "'p2@example.org'"));

        Assert.Equal("refused", (await service.PostMailAsync("/v1/bounces", Bounces.Exchange(digest), service.Admin!)).Is(200).Json.GetProperty("state").GetString());
        const string Back = "task 7 refused bounced true, task 14 missed made_late false, week 0 refused bounced false";
        Assert.Equal(Back, await service.QueryAsync<string>(Told + "'p2@example.org'"));
        Assert.Equal(Delivered, await service.QueryAsync<string>(Told + "'p1@example.org'"));
        (await service.PostMailAsync("/v1/bounces", Bounces.Exchange(digest), service.Admin!)).Is(200);
        Assert.Equal(Back, await service.QueryAsync<string>(Told + "'p2@example.org'"));

        // These two are the desk as well.
        await calendar.AtAsync("2027-01-11 08:00");
        var weekly = (await calendar.Server.MailsAsync()).TakeLast(2).ToList();
        Assert.All(weekly, mail => Assert.Contains("có 1 thư bị nơi nhận từ chối", mail.Message().TextBody, StringComparison.Ordinal));
        Assert.StartsWith("task 7 refused bounced true, task 14 missed made_late true", await service.QueryAsync<string>(Told + "'p2@example.org'"), StringComparison.Ordinal);

        // Sent again it tells of the same.
        (await service.PostAsync($"/v1/deliveries/{head}/resend", "")).Is(202);
        await calendar.SettledAsync();
        Assert.StartsWith("task 7 superseded carried true", await service.QueryAsync<string>(Told + "'p2@example.org'"), StringComparison.Ordinal);
        Assert.StartsWith(head + ".1@", (await calendar.Server.MailsAsync())[^1].Message().MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_came_back_and_was_refused_the_next_time_stands_in_the_one_after()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(1, digest: true, leads: "40");
        await calendar.AtAsync("2026-12-12 08:00");
        await calendar.AtAsync("2026-12-14 08:00");
        var first = (await calendar.Server.MailsAsync())[^1];
        (await calendar.Service.PostMailAsync("/v1/bounces", Bounces.Postfix(first), calendar.Service.Admin!)).Is(200);
        await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "550 5.1.1 unknown", times: 1);
        await calendar.AtAsync("2026-12-21 08:00");

        await calendar.AtAsync("2026-12-28 08:00");

        var told = (await calendar.Server.MailsAsync())[^1].Message();
        Assert.NotEqual(first.Message().MessageId, told.MessageId);
        Assert.Contains("Tổng kết năm", told.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_again_and_came_back_has_been_told_before()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(1, digest: true, leads: "40");
        await calendar.AtAsync("2026-12-12 08:00");
        await calendar.AtAsync("2026-12-14 08:00");
        await calendar.ResendAsync("kind = 'week' and due = '2026-12-14'");
        var again = (await calendar.Server.MailsAsync())[^1];
        (await calendar.Service.PostMailAsync("/v1/bounces", Bounces.Postfix(again), calendar.Service.Admin!)).Is(200);

        await calendar.AtAsync("2026-12-21 08:00");

        Assert.DoesNotContain("Tổng kết năm", (await calendar.Server.MailsAsync())[^1].Message().TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_is_asked_after_from_when_they_were_written_to()
    {
        await using var calendar = await Reminded.WithDeskAsync();
        await calendar.AtAsync("2027-01-08 08:00");
        calendar.SetClock("2027-01-12 08:00");
        (await calendar.Service.PostMailAsync("/v1/bounces", Bounces.Postfix(Assert.Single(await calendar.Server.MailsAsync())), calendar.Service.Admin!)).Is(200);

        await calendar.AtAsync("2027-01-21 08:00");
        Assert.Single(await calendar.Server.MailsAsync());
        await calendar.AtAsync("2027-01-22 08:00");
        Assert.Equal("desk@example.org", (await calendar.Server.MailsAsync())[^1].To.Single());
    }

    [Fact]
    public async Task A_canary_that_came_back_has_not_arrived()
    {
        await using var calendar = await Reminded.StartAsync(Holding.Nothing, settings => settings with { Canary = "canary@example.org" });
        var watch = calendar.Service.Services.GetRequiredService<DeliveryWatch>();
        await LookAsync("2026-12-01 10:00");
        await calendar.SettledAsync();
        (await calendar.Service.PostMailAsync("/v1/bounces", Bounces.Google(Assert.Single(await calendar.Server.MailsAsync())), calendar.Service.Admin!)).Is(200);

        await LookAsync("2026-12-01 10:30");
        Assert.Equal((1, false), (watch.Health!.Refused, watch.Health.IsCanaryLate));
        await LookAsync("2026-12-01 11:00");
        Assert.True(watch.Health!.IsCanaryLate);
        Assert.False(watch.IsWell);

        Task LookAsync(string moment)
        {
            calendar.SetClock(moment);
            return watch.LookAsync(calendar.Service.Soon);
        }
    }
}
