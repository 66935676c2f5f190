namespace Calendar.Server.Tests.Reminders;

public sealed class SendingReminders
{
    [Fact]
    public async Task What_is_due_reaches_whoever_works_on_it_once()
    {
        await using var calendar = await Reminded.StartAsync();
        await calendar.ContactAsync("vufo", "desk@example.org");
        await calendar.AtAsync("2027-01-04 08:01");
        var mails = await calendar.Server.MailsAsync();
        await File.WriteAllTextAsync("/tmp/mails.txt", string.Join("\n=====\n", mails.Select(m => m.Message().ToString())));
        using var command = calendar.Service.Source.CreateCommand("select string_agg(kind || ' ' || state || ' ' || coalesce(reason,'') || ' ' || n, E'\n') from (select kind, state, reason, count(*) n from calendar.reminders group by 1,2,3) x");
        await File.WriteAllTextAsync("/tmp/rows.txt", (string)(await command.ExecuteScalarAsync())!);
        Assert.NotEmpty(mails);
    }
}
