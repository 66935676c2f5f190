using Ended = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Mail;

public sealed class ManyMails(MailFixture fixture) : IClassFixture<MailFixture>
{
    private SmtpServer Server => fixture.Server;

    [Fact]
    public async Task A_hundred_go_over_four_connections_each_once()
    {
        var (connections, before) = (await Server.ConnectionsAsync(), (await Server.MailsAsync()).Count);
        await using (var channel = Server.Channel(connections: 4))
        {
            var mails = Enumerable.Range(0, 100).Select(_ => Channels.Mail()).ToList();
            Assert.All(await Task.WhenAll(mails.Select(mail => channel.SendAsync(mail))), outcome => Assert.IsType<Ended.Delivered>(outcome));
            var received = (await Server.MailsAsync()).Skip(before).Select(mail => mail.Message().MessageId);
            Assert.Equal(mails.Select(mail => mail.Id + "@calendar.example").Order(StringComparer.Ordinal), received.Order(StringComparer.Ordinal));
        }

        Assert.InRange(await Server.ConnectionsAsync() - connections, 1, 4);
    }

    [Fact]
    public async Task A_connection_carries_a_hundred_and_is_closed_with_a_farewell()
    {
        var connections = await Server.ConnectionsAsync();
        await using var channel = Server.Channel(connections: 1);
        var farewell = await Server.HoldAtAsync(SmtpStep.Quit);
        for (var i = 0; i < 101; i++)
        {
            Assert.False(farewell.Reached.IsCompleted && i < 100);
            Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
        }

        Assert.Equal(connections + 2, await Server.ConnectionsAsync());
        await farewell.Reached;
        await farewell.ReleaseAsync();
    }

    [Fact]
    public async Task A_resting_connection_that_the_server_closed_is_replaced_by_a_new_one()
    {
        await using var channel = Server.Channel(connections: 1);
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
        foreach (var (step, reply) in new (SmtpStep, string?)[] { (SmtpStep.Noop, null), (SmtpStep.Noop, "421 4.4.2 Idle for too long"), (SmtpStep.Mail, null), (SmtpStep.Mail, "421 4.7.0 Enough mails") })
        {
            var connections = await Server.ConnectionsAsync();
            await (reply is null ? Server.CloseAtAsync(step, 1) : Server.AnswerAsync(step, reply, 1));
            Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
            Assert.Equal(connections + 1, await Server.ConnectionsAsync());
        }
    }

    [Fact]
    public async Task Those_that_rest_say_farewell_when_the_channel_ends()
    {
        var farewell = await Server.HoldAtAsync(SmtpStep.Quit);
        var channel = Server.Channel();
        await channel.SendAsync(Channels.Mail());
        var ending = channel.DisposeAsync();
        await farewell.Reached;
        await farewell.ReleaseAsync();
        await ending;
    }

    [Fact]
    public async Task A_server_that_comes_back_is_used_again()
    {
        var first = await SmtpServer.StartAsync();
        var port = first.Port;
        await using var channel = Channels.Channel(Channels.To(port));
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
        await first.DisposeAsync();
        Assert.IsType<Ended.Away>(await channel.SendAsync(Channels.Mail()));
        await using var second = await SmtpServer.StartAsync(new SmtpServerOptions(port));
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
    }
}
