using Ended = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Mail;

public sealed class WhatAServerAnswers(MailFixture fixture) : IClassFixture<MailFixture>, IAsyncLifetime
{
    private SmtpServer Server => fixture.Server;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Server.ClearAsync();

    [Fact]
    public async Task A_mail_that_is_taken_over_is_delivered_as_it_was_composed()
    {
        await using var channel = Server.Channel();
        var mail = Channels.Mail();
        Assert.Equal(new Ended.Delivered(250, "2.0.0 OK: queued"), await channel.SendAsync(mail));
        var received = (await Server.MailsAsync())[^1];
        Assert.Equal(("nhac-viec@calendar.example", "lan@hoi.example", "calendar.example"), (received.From, string.Join(' ', received.To), received.Greeting));
        using var composed = new Calendar.Server.Reminders.Mail.MailComposer(Channels.Sender).Compose(mail);
        using var octets = new MemoryStream();
        await composed.WriteToAsync(Calendar.Server.Reminders.Mail.MailComposer.Format, octets);
        Assert.Equal(octets.ToArray(), received.Raw);
    }

    [Theory]
    [InlineData(SmtpStep.Connect, "421 4.3.2 Shutting down", "Away")]
    [InlineData(SmtpStep.Connect, "450 4.3.2 Not now", "Away")]
    [InlineData(SmtpStep.Connect, "554 5.7.1 We do not know you", "Away")]
    [InlineData(SmtpStep.Ehlo, "421 4.3.2 Shutting down", "Away")]
    [InlineData(SmtpStep.Ehlo, "451 4.3.0 Not now", "Delivered")]
    [InlineData(SmtpStep.Mail, "421 4.3.2 Shutting down", "Away")]
    [InlineData(SmtpStep.Mail, "450 4.7.1 Sender unknown", "Away")]
    [InlineData(SmtpStep.Mail, "451 4.3.0 Try later", "Away")]
    [InlineData(SmtpStep.Mail, "452 4.3.1 Disk full", "Away")]
    [InlineData(SmtpStep.Mail, "530 5.7.0 Sign in first", "Away")]
    [InlineData(SmtpStep.Mail, "550 5.7.1 This sender may not", "Away")]
    [InlineData(SmtpStep.Mail, "552 5.3.4 Too large", "Refused")]
    [InlineData(SmtpStep.Rcpt, "421 4.3.2 Shutting down", "Away")]
    [InlineData(SmtpStep.Rcpt, "450 4.2.0 Greylisted", "Deferred")]
    [InlineData(SmtpStep.Rcpt, "451 4.3.0 Try later", "Deferred")]
    [InlineData(SmtpStep.Rcpt, "452 4.2.2 Full", "Deferred")]
    [InlineData(SmtpStep.Rcpt, "550 5.1.1 No such user", "Refused")]
    [InlineData(SmtpStep.Rcpt, "552 5.2.2 Full", "Refused")]
    [InlineData(SmtpStep.Rcpt, "530 5.7.0 Sign in first", "Away")]
    [InlineData(SmtpStep.Rcpt, "530 Sign in first", "Away")]
    [InlineData(SmtpStep.Rcpt, "535 Sign in first", "Away")]
    [InlineData(SmtpStep.Rcpt, "550 5.7.1 Relay access denied", "Away")]
    [InlineData(SmtpStep.Rcpt, "554 5.7.1 Client host blocked", "Away")]
    [InlineData(SmtpStep.Rcpt, "550 5.4.5 Daily sending quota exceeded", "Away")]
    [InlineData(SmtpStep.Rcpt, "450 4.7.1 Greylisted, come again in five minutes", "Deferred")]
    [InlineData(SmtpStep.Rcpt, "450 4.7.0 Too much mail from you", "Away")]
    [InlineData(SmtpStep.Rcpt, "452 4.4.5 Too many messages", "Away")]
    [InlineData(SmtpStep.Rcpt, "553 5.1.8 Sender's domain is unknown", "Away")]
    [InlineData(SmtpStep.Rcpt, "550 5.3.2 No mail from the network", "Away")]
    [InlineData(SmtpStep.Rcpt, "553 5.1.3 Bad address", "Refused")]
    [InlineData(SmtpStep.Rcpt, "550 5.2.1 Mailbox disabled", "Refused")]
    [InlineData(SmtpStep.Rcpt, "550 No such user", "Refused")]
    [InlineData(SmtpStep.Rcpt, "551 Not here", "Refused")]
    [InlineData(SmtpStep.Rcpt, "553 No such name", "Refused")]
    [InlineData(SmtpStep.Rcpt, "556 The domain takes no mail", "Refused")]
    [InlineData(SmtpStep.Rcpt, "550 192.0.2.7 has nobody of this name", "Refused")]
    [InlineData(SmtpStep.Rcpt, "554 Transaction failed", "Deferred")]
    [InlineData(SmtpStep.Rcpt, "550 5.4.1 Access denied", "Deferred")]
    [InlineData(SmtpStep.Rcpt, "503 5.5.1 Out of order", "Deferred")]
    [InlineData(SmtpStep.Data, "421 4.3.2 Shutting down", "Away")]
    [InlineData(SmtpStep.Data, "450 4.3.0 Try later", "Deferred")]
    [InlineData(SmtpStep.Data, "451 4.3.0 Try later", "Deferred")]
    [InlineData(SmtpStep.Data, "451 4.7.1 Too much mail from you", "Away")]
    [InlineData(SmtpStep.Data, "530 Sign in first", "Away")]
    [InlineData(SmtpStep.Data, "550 5.7.1 No", "Away")]
    [InlineData(SmtpStep.Data, "550 5.1.1 No such user", "Refused")]
    [InlineData(SmtpStep.Data, "554 5.5.1 No valid recipients", "Deferred")]
    [InlineData(SmtpStep.Data, "554 No", "Deferred")]
    [InlineData(SmtpStep.End, "421 4.3.2 Shutting down", "Away")]
    [InlineData(SmtpStep.End, "450 4.3.0 Try later", "Deferred")]
    [InlineData(SmtpStep.End, "451 4.3.0 Try later", "Deferred")]
    [InlineData(SmtpStep.End, "452 4.3.1 Disk full", "Deferred")]
    [InlineData(SmtpStep.End, "451 4.7.1 Try later", "Deferred")]
    [InlineData(SmtpStep.End, "550 5.7.1 Spam", "Deferred")]
    [InlineData(SmtpStep.End, "550 5.4.5 Daily sending quota exceeded", "Away")]
    [InlineData(SmtpStep.End, "530 5.7.0 Sign in first", "Away")]
    [InlineData(SmtpStep.End, "552 Too large", "Refused")]
    [InlineData(SmtpStep.End, "554 Spam", "Refused")]
    [InlineData(SmtpStep.End, "550 5.2.2 Full", "Refused")]
    [InlineData(SmtpStep.End, "503 Out of order", "Deferred")]
    [InlineData(SmtpStep.End, "552 5.3.4 Too large", "Refused")]
    [InlineData(SmtpStep.End, "554 5.6.0 No", "Refused")]
    [InlineData(SmtpStep.End, "251 2.0.0 Forwarded", "Delivered")]
    public async Task Each_reply_at_each_step_means_this(SmtpStep step, string reply, string outcome)
    {
        await using var channel = Server.Channel();
        await Server.AnswerAsync(step, reply);
        var before = (await Server.MailsAsync()).Count;
        var seen = await channel.SendAsync(Channels.Mail());
        Assert.Equal(outcome, seen.GetType().Name);
        if (seen is not Ended.Delivered)
        {
            Assert.Equal(before, (await Server.MailsAsync()).Count);

            // After a refused EHLO the client says HELO, to a connection that 421 has closed.
            if (step != SmtpStep.Ehlo)
            {
                Assert.Equal((int.Parse(reply[..3], System.Globalization.CultureInfo.InvariantCulture), reply[4..]), (seen.Code, seen.Answer));
            }
        }

        // The next one is not held up by what befell this one.
        await Server.ClearAsync();
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
    }

    [Theory]
    [InlineData(SmtpStep.Connect, "Away")]
    [InlineData(SmtpStep.Ehlo, "Away")]
    [InlineData(SmtpStep.Mail, "Away")]
    [InlineData(SmtpStep.Rcpt, "Deferred")]
    [InlineData(SmtpStep.Data, "Deferred")]
    [InlineData(SmtpStep.Middle, "Deferred")]
    [InlineData(SmtpStep.End, "Deferred")]
    [InlineData(SmtpStep.Accepted, "Deferred")]
    public async Task A_server_that_leaves_says_this_whether_it_closes_or_breaks_the_connection(SmtpStep step, string outcome)
    {
        foreach (var leave in new[] { Server.CloseAtAsync, new Func<SmtpStep, int?, string?, Task>(Server.ResetAtAsync) })
        {
            await using var channel = Server.Channel();
            await leave(step, 1, null);
            Assert.Equal(outcome, (await channel.SendAsync(Channels.Mail())).GetType().Name);
            Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
        }
    }

    [Theory]
    [InlineData(SmtpStep.Connect, "Away")]
    [InlineData(SmtpStep.Mail, "Away")]
    [InlineData(SmtpStep.Rcpt, "Deferred")]
    [InlineData(SmtpStep.End, "Deferred")]
    public async Task A_server_that_says_an_octet_a_second_uses_up_the_time_of_one_attempt(SmtpStep step, string outcome)
    {
        var clock = new StoppedClock();
        await using var channel = Server.Channel(clock: clock);
        var dripping = await Server.DripAtAsync(step);
        var sending = channel.SendAsync(Channels.Mail());
        await dripping;
        clock.Ring();
        var seen = await sending;
        Assert.Equal(outcome, seen.GetType().Name);
        Assert.StartsWith("The time ran out", seen.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_mail_that_was_accepted_and_not_confirmed_the_next_attempt_has_the_same_id()
    {
        await using var channel = Server.Channel();
        var mail = Channels.Mail();
        await Server.ResetAtAsync(SmtpStep.Accepted, times: 1);
        Assert.IsType<Ended.Deferred>(await channel.SendAsync(mail));
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(mail));
        var twice = (await Server.MailsAsync()).TakeLast(2).ToList();
        Assert.Equal(twice[0].Raw, twice[1].Raw);
        Assert.Equal($"{mail.Id}@calendar.example", twice[1].Message().MessageId);
    }

    [Fact]
    public async Task What_it_says_is_kept_in_one_line_without_an_address()
    {
        await using var channel = Server.Channel();
        await Server.AnswerAsync(SmtpStep.Rcpt, "550-5.1.1 <lan@hoi.example>: Recipient address rejected:\r\n550-5.1.1 User unknown in table of lan@hoi.example;\r\n550 5.1.1 " + new string('x', 600));
        var refused = Assert.IsType<Ended.Refused>(await channel.SendAsync(Channels.Mail()));
        Assert.StartsWith("5.1.1 <…>: Recipient address rejected: 5.1.1 User unknown in table of <…> 5.1.1 xxx", refused.Answer, StringComparison.Ordinal);
        Assert.InRange(refused.Answer.Length, 400, 500);
    }

    [Fact]
    public async Task A_server_that_does_not_stop_talking_is_not_listened_to()
    {
        await using var channel = Server.Channel();
        await Server.AnswerAsync(SmtpStep.Rcpt, "550 " + new string('x', 100_000), times: 1);
        var deferred = Assert.IsType<Ended.Deferred>(await channel.SendAsync(Channels.Mail()));
        Assert.Contains("says more than any answer needs", deferred.Answer, StringComparison.Ordinal);
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
    }

    [Fact]
    public async Task A_poisonous_recipient_holds_up_nobody_else()
    {
        await using var channel = Server.Channel();
        await Server.ResetAtAsync(SmtpStep.Rcpt, recipient: "poison@");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => channel.SendAsync(Channels.Mail(i == 7 ? "poison@hoi.example" : "lan@hoi.example"))));
        Assert.IsType<Ended.Deferred>(outcomes[7]);
        Assert.Equal(39, outcomes.OfType<Ended.Delivered>().Count());
    }

    [Fact]
    public async Task Where_nobody_listens_the_way_is_closed()
    {
        await using var channel = Channels.Channel(Channels.To(1));
        var away = Assert.IsType<Ended.Away>(await channel.SendAsync(Channels.Mail()));
        Assert.Equal("The connection failed before the server was ready: Connection refused", away.Answer);
    }

    [Fact]
    public async Task A_mail_larger_than_the_server_takes_is_refused_before_anything_is_sent()
    {
        await using var small = await SmtpServer.StartAsync(new SmtpServerOptions(Size: 4_000));
        await using var channel = small.Channel();
        var refused = Assert.IsType<Ended.Refused>(await channel.SendAsync(Channels.Mail(text: new string('x', 4_000)), _ => throw new InvalidOperationException("It is not asked."), CancellationToken.None));
        Assert.Matches("^The mail has [0-9]+ octets, and the server takes at most 4000.$", refused.Answer);
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
    }
}
