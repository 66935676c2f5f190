namespace Calendar.Server.Tests.Reminders;

/// <summary>The task of 15 January is to be reminded of on 8 January at eight: whatever happens to the machine and its clock, each reminder arrives once, or is told of as missed.</summary>
public sealed class WhenNothingRuns
{
    private const string Untold = "select count(*) from calendar.reminders where state = 'missed' and first_told is null and kind not in ('week', 'canary')";

    [Theory]
    [InlineData("2027-01-08 08:01")]
    [InlineData("2027-01-08 09:00")]
    [InlineData("2027-01-09 08:00")]
    [InlineData("2027-01-11 07:59")]
    public async Task What_was_due_meanwhile_leaves_once_when_it_runs_again(string back)
    {
        await using var calendar = await Reminded.WithOneTaskAsync(3);
        await calendar.AtAsync("2027-01-08 07:59");
        var restart = await calendar.StopAsync();

        await using var again = await restart(back);

        Assert.Equal("delivered 3", await again.StatesAsync());
        await again.AtAsync("2027-01-16 08:00");
        Assert.Equal(3, (await again.Server.MailsAsync()).Count);
    }

    [Fact]
    public async Task After_thirty_days_it_is_told_of_as_missed_in_one_line_of_the_weekly_message()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(2, digest: true, leads: "40,39,38");
        await calendar.AtAsync("2026-12-04 08:00");
        var before = (await calendar.Server.MailsAsync()).Count;
        var restart = await calendar.StopAsync();

        await using var again = await restart("2027-01-08 06:00");
        Assert.Equal(before, (await again.Server.MailsAsync()).Count);

        await again.AtAsync("2027-01-11 08:00");
        var told = (await again.Server.MailsAsync()).Skip(before).ToList();
        Assert.Equal(["p1@example.org", "p2@example.org"], told.Select(mail => mail.To.Single()).Order(StringComparer.Ordinal));

        // One line for each of what was missed, and what is still to come besides.
        await again.AtAsync("2027-01-18 08:00");
        Assert.Equal(2, await again.Service.QueryAsync<long>("select count(*) from calendar.reminders where kind = 'week' and due = '2027-01-11' and state = 'delivered'"));
        Assert.Equal(0, await again.Service.QueryAsync<long>("select count(*) from calendar.reminders where kind = 'task' and state = 'missed' and carried_by is null"));
    }

    [Fact]
    public async Task After_months_a_hundred_lines_a_digest_tell_of_what_was_missed()
    {
        await using var calendar = await Reminded.StartAsync();
        await calendar.ContactAsync("vufo", "desk@example.org");
        await calendar.AtAsync("2027-04-04 08:00");
        var missed = await calendar.Service.QueryAsync<long>(Untold);
        Assert.True(missed > 100, $"{missed}");

        await calendar.AtAsync("2027-04-05 08:00");
        var digest = (await calendar.Server.MailsAsync())[^1].Message();
        Assert.InRange(digest.TextBody!.Split("cal_mail_a").Length - 1, 100, 150);
        Assert.InRange(await calendar.Service.QueryAsync<long>(Untold), 1, missed - 100);

        for (var monday = new DateOnly(2027, 4, 12); await calendar.Service.QueryAsync<long>(Untold) > 0; monday = monday.AddDays(7))
        {
            Assert.True(monday.Month < 7, "It is never told of to the end.");
            await calendar.AtAsync($"{monday:yyyy-MM-dd} 08:00");
        }
    }

    [Fact]
    public async Task A_clock_that_was_ahead_for_a_while_loses_and_doubles_nothing()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(3, leads: "7,1");
        await calendar.AtAsync("2027-01-08 08:00");
        Assert.Equal(3, (await calendar.Server.MailsAsync()).Count);

        await calendar.AtAsync("2028-06-01 08:00");
        Assert.Equal("delivered 3, missed 3", await calendar.StatesAsync());
        await calendar.AtAsync("2027-01-08 08:05");
        Assert.Equal("delivered 3, queued 3", await calendar.StatesAsync());

        await calendar.AtAsync("2027-01-07 08:05");
        await calendar.AtAsync("2027-01-14 08:00");
        Assert.Equal("delivered 6", await calendar.StatesAsync());
        Assert.Equal(6, (await calendar.Server.MailsAsync()).Count);
    }
}
