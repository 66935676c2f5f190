using System.Globalization;
using Calendar.Server.Tests.Reminders.Mail;

namespace Calendar.Server.Tests.Reminders;

public sealed class WhenTheServerIsAway
{
    private const string AttemptsWhileNobodyTries = "select case when bool_or(state = 'attempting') then -1 else sum(attempts) end from calendar.reminders";

    [Fact]
    public async Task After_a_day_of_refusals_all_of_a_thousand_leave_once()
    {
        var many = 1000;
        await using var calendar = await Reminded.WithOneTaskAsync(many);
        await calendar.Server.AnswerAsync(SmtpStep.Connect, "421 4.3.2 not now");
        for (var hour = 8; hour < 24; hour++)
        {
            await TryAsync(calendar, string.Create(CultureInfo.InvariantCulture, $"2027-01-08 {hour:D2}:00"));
        }

        // Nothing of it is counted against anybody, and nothing is given up.
        Assert.Equal($"queued {many.ToString(CultureInfo.InvariantCulture)}", await calendar.StatesAsync());
        Assert.Equal(0, await calendar.Service.QueryAsync<int>("select max(tries) from calendar.reminders"));

        await calendar.Server.ClearAsync();
        await calendar.AtAsync("2027-01-12 08:00");
        Assert.Equal($"delivered {many.ToString(CultureInfo.InvariantCulture)}", await calendar.StatesAsync());
        var mails = await calendar.Server.MailsAsync();
        Assert.Equal(many, mails.Count);
        Assert.Equal(many, mails.Select(mail => mail.To.Single()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task One_that_is_always_deferred_holds_up_no_other_and_is_given_up_after_five_days()
    {
        var many = 1000;
        await using var calendar = await Reminded.WithOneTaskAsync(many);
        await calendar.Server.AnswerAsync(SmtpStep.End, "451 4.3.0 not this one", recipient: "p7@");
        await calendar.AtAsync("2027-01-08 08:00");
        Assert.Equal($"delivered {(many - 1).ToString(CultureInfo.InvariantCulture)}, queued 1", await calendar.StatesAsync());

        foreach (var day in Enumerable.Range(9, 6))
        {
            await calendar.AtAsync(string.Create(CultureInfo.InvariantCulture, $"2027-01-{day:D2} 08:00"));
        }

        Assert.Equal($"delivered {(many - 1).ToString(CultureInfo.InvariantCulture)}, refused 1", await calendar.StatesAsync());
        Assert.Equal("gave_up", await calendar.Service.QueryAsync<string>("select reason from calendar.reminders where state = 'refused'"));
        Assert.Equal(
            "4.3.0 not this one", await calendar.Service.QueryAsync<string>("select distinct answer from calendar.attempts where outcome = 'deferred'"));
    }

    [Fact]
    public async Task A_server_that_wants_nothing_from_us_for_a_week_uses_up_no_mail()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(5);

        // Each of them had failed by itself once, and fails once more when the server is back.
        await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "450 4.7.1 Greylisted");
        await calendar.AtAsync("2027-01-08 08:00");
        Assert.Equal(5, await calendar.Service.QueryAsync<long>("select count(*) from calendar.reminders where tries = 1"));
        await calendar.Server.ClearAsync();
        await calendar.Server.AnswerAsync(SmtpStep.Mail, "550 5.7.1 This sender may not");
        foreach (var day in Enumerable.Range(9, 6))
        {
            foreach (var hour in new[] { 6, 12, 18 })
            {
                await TryAsync(calendar, string.Create(CultureInfo.InvariantCulture, $"2027-01-{day:D2} {hour:D2}:00"));
            }
        }

        await calendar.Server.ClearAsync();
        await calendar.Server.AnswerAsync(SmtpStep.Rcpt, "450 4.7.1 Greylisted", times: 5);
        await calendar.AtAsync("2027-01-15 08:00");
        await calendar.AtAsync("2027-01-15 20:00");
        Assert.Equal(("delivered 5", 5), (await calendar.StatesAsync(), (await calendar.Server.MailsAsync()).Count));
    }

    // Whoever was about to try at the time before may do so now.
    private static async Task TryAsync(Reminded calendar, string moment)
    {
        long before;
        while ((before = await calendar.Service.QueryAsync<long>(AttemptsWhileNobodyTries)) < 0)
        {
            calendar.Service.Soon.ThrowIfCancellationRequested();
        }

        calendar.SetClock(moment);
        await calendar.UntilAsync(string.Create(CultureInfo.InvariantCulture, $"({AttemptsWhileNobodyTries}) > {before}"));
    }
}
