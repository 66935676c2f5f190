using System.Text.RegularExpressions;
using Calendar.Server.Tests.Reminders.Mail;

namespace Calendar.Server.Tests.Faults;

[Collection(FaultsCollection.Name)]
public sealed partial class WhatIsPrinted
{
    [Fact]
    public async Task By_a_server_that_sends_and_answers_links_holds_no_link_and_nobody_s_address()
    {
        await using var dispatchers = await TwoDispatchers.StartAsync(recipients: 2);
        await dispatchers.Mails.AnswerAsync(SmtpStep.Rcpt, "550 5.1.1 <p2@example.org> is unknown here", recipient: "p2@");
        await dispatchers.DueAsync(1, 2);
        await dispatchers.UntilAsync("select count(*) filter (where state = 'delivered') > 0 and count(*) filter (where state = 'refused') > 0 from calendar.reminders where issue > 0");

        var links = Link().Matches((await dispatchers.Mails.MailsAsync())[^1].Message().HtmlBody!).Select(found => found.Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.Equal(3, links.Count);
        foreach (var link in links)
        {
            Assert.Equal(200, (await dispatchers.Running.GetAsync(link)).Status);
            Assert.InRange((await dispatchers.Running.PostAsync(link, "{}")).Status, 200, 499);
            Assert.Equal(404, (await dispatchers.Running.GetAsync(link[..^1] + (link[^1] == '0' ? '1' : '0'))).Status);
            await dispatchers.Running.GetAsync(link + "%00");
        }

        Assert.Contains("Calendar.Server", dispatchers.Running.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("cal_mail_", dispatchers.Running.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", dispatchers.Running.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("/r/cal_mail_[a-z0-9]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
