using System.Globalization;
using Calendar.Server.Tests.Reminders.Mail;

namespace Calendar.Server.Tests.Reminders;

public sealed class WhenTheServerIsAway
{
    [Fact]
    public async Task After_a_day_of_refusals_all_of_a_thousand_leave_once()
    {
        var many = 1000;
        await using var calendar = await Reminded.WithOneTaskAsync(many);
        await calendar.Server.AnswerAsync(SmtpStep.Connect, "421 4.3.2 not now");
        for (var hour = 8; hour < 24; hour++)
        {
            calendar.SetClock(string.Create(CultureInfo.InvariantCulture, $"2027-01-08 {hour:D2}:00"));
            await calendar.UntilAsync(string.Create(CultureInfo.InvariantCulture, $"select max(attempts) > {hour - 8} and count(*) filter (where state = 'attempting') = 0 from calendar.reminders"));
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
}
