using Calendar.Server.Tests.Reminders.Mail;

namespace Calendar.Server.Tests.Reminders;

/// <summary>The record, the policy and the queue change while reminders wait: what is still to be told is told, once.</summary>
public sealed class ChangingBeforeItLeaves
{
    private const string ToldInADigest = "select count(*) from calendar.reminders r join calendar.reminders head on head.id = r.carried_by and head.state = 'delivered' where r.kind = 'task'";

    [Fact]
    public async Task A_day_that_became_a_quiet_one_after_all_days_before_it_have_passed_is_told_of_at_once()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(2);
        await calendar.AtAsync("2027-01-08 06:00");
        Assert.Equal("queued 2", await calendar.StatesAsync());

        // The last day that is none was Monday the fourth.
        await calendar.RecordAsync(OneTask.Policy().Replace("tests/policy/7", "tests/policy/quiet", StringComparison.Ordinal)
            .Replace("\"quietDays\":[]", "\"quietDays\":[\"tuesday\",\"wednesday\",\"thursday\",\"friday\",\"saturday\",\"sunday\"]", StringComparison.Ordinal));
        await calendar.AtAsync("2027-01-08 06:01");

        Assert.Equal(("delivered 2", 2), (await calendar.StatesAsync(), (await calendar.Server.MailsAsync()).Count));
    }

    [Fact]
    public async Task A_task_that_left_a_digest_when_it_was_done_is_reminded_of_when_it_is_opened_again()
    {
        await using var calendar = await WithTwoTasksAsync("40,7");
        await calendar.AtAsync("2027-01-02 08:00");
        await calendar.Server.AnswerAsync(SmtpStep.End, "450 4.2.1 not now", times: 1);
        await calendar.AtAsync("2027-01-04 08:00");
        var task = (await calendar.Service.GetAsync("/v1/tasks", CalendarService.Bearer(calendar.Service.Admin!))).Json.GetProperty("items").EnumerateArray()
            .Select(one => one.GetProperty("id").GetString()!).Single(id => id.EndsWith("2027/annual-review", StringComparison.Ordinal));
        var path = $"/v1/plans/{task.Replace("/", "/tasks/", StringComparison.Ordinal)}";
        (await calendar.Service.PostAsync(path + "/completion", "{}")).Is(201);
        await calendar.AtAsync("2027-01-04 08:06");
        Assert.Equal(2, await calendar.Service.QueryAsync<long>(ToldInADigest));
        var before = (await calendar.Server.MailsAsync()).Count;

        (await calendar.Service.PostAsync(path + "/reopening", """{"reason":"r"}""")).Is(201);
        await calendar.AtAsync("2027-01-08 08:00");

        var told = Assert.Single((await calendar.Server.MailsAsync()).Skip(before)).Message();
        Assert.Contains("Tổng kết năm", told.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("Báo cáo", told.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_digest_that_was_missed_itself_was_to_tell_of_stands_in_the_next()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(1, digest: true, leads: "40");
        await calendar.AtAsync("2027-01-02 08:00");
        await calendar.Server.AnswerAsync(SmtpStep.End, "450 4.2.1 not now", times: 1);
        await calendar.AtAsync("2027-01-04 08:00");
        await calendar.AtAsync("2027-01-10 08:00");
        Assert.Equal("missed", await calendar.Service.QueryAsync<string>("select state from calendar.reminders where kind = 'week' and due = '2027-01-04'"));

        await calendar.AtAsync("2027-01-11 08:00");

        Assert.Equal(1, await calendar.Service.QueryAsync<long>(ToldInADigest));
        Assert.Contains("Tổng kết năm", (await calendar.Server.MailsAsync())[^1].Message().TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sent_again_says_the_same_and_what_it_told_of_stays_told()
    {
        await using var calendar = await WithTwoTasksAsync("40,7");
        await calendar.AtAsync("2027-01-02 08:00");
        await calendar.AtAsync("2027-01-04 08:00");
        var told = (await calendar.Server.MailsAsync())[^1].Message().TextBody!;
        var states = await calendar.StatesAsync();
        await calendar.ResendAsync("kind = 'week' and due = '2027-01-04'");
        Assert.Equal(states, await calendar.StatesAsync());
        Assert.Equal(Lines(told), Lines((await calendar.Server.MailsAsync())[^1].Message().TextBody!));

        // Nothing was due that week.
        await calendar.AtAsync("2027-03-08 08:00");
        var nothing = (await calendar.Server.MailsAsync())[^1].Message();
        await calendar.ResendAsync("kind = 'week' and due = '2027-03-08'");
        var again = (await calendar.Server.MailsAsync())[^1].Message();
        Assert.Equal(nothing.Subject, again.Subject);
        Assert.Equal(Lines(nothing.TextBody!), Lines(again.TextBody!));

        // Links are new each time.
        static IEnumerable<string> Lines(string text) => text.Split('\n').Where(line => !line.Contains("https://", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_put_off_leaves_at_once_when_somebody_asks_for_it()
    {
        await using var calendar = await Reminded.WithOneTaskAsync(1);
        await calendar.Server.AnswerAsync(SmtpStep.End, "450 4.2.1 not now", times: 1);
        await calendar.AtAsync("2027-01-08 08:00");
        Assert.Equal("queued 1", await calendar.StatesAsync());

        await calendar.ResendAsync("kind = 'task' and attempts = 1");

        Assert.Equal("delivered 1", await calendar.StatesAsync());
        Assert.Equal("2027-01-08T01:00:00Z", NodaTime.Text.InstantPattern.General.Format(calendar.Service.Clock.GetCurrentInstant()));
    }

    [Fact]
    public async Task A_silence_that_has_ended_is_not_told_of_again()
    {
        await using var calendar = await Reminded.WithDeskAsync();
        await calendar.AtAsync("2027-01-08 08:00");
        await calendar.AtAsync("2027-01-22 08:00");
        Assert.Equal("delivered 2", await calendar.StatesAsync());
        (await calendar.Service.PostAsync("/v1/plans/cadence-2027/tasks/annual-review/acknowledgement", "{}")).Is(201);

        await calendar.ResendAsync("kind = 'escalation'");

        Assert.Equal(2, (await calendar.Server.MailsAsync()).Count);
        Assert.Equal("no_longer_due", await calendar.Service.QueryAsync<string>("select reason from calendar.reminders where kind = 'escalation'"));
    }

    // A second task of the day before.
    private static async Task<Reminded> WithTwoTasksAsync(string leads)
    {
        var calendar = await Reminded.StartAsync(Holding.Nothing);
        await calendar.RecordAsync(OneTask.Lines(digest: true, leads: leads).Replace(
            "\"role\":\"lead\"}]", "\"role\":\"lead\"},{\"line\":\"report\",\"offset\":\"P13D\",\"title\":{\"vi\":\"Báo cáo\",\"en\":\"Report\"},\"role\":\"lead\"}]", StringComparison.Ordinal));
        await calendar.Service.ExecuteAsync(OneTask.Contacts(1));
        await calendar.UntilMadeAsync();
        return calendar;
    }
}
