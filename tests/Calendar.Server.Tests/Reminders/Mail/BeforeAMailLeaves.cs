using Ended = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Mail;

public sealed class BeforeAMailLeaves(MailFixture fixture) : IClassFixture<MailFixture>, IAsyncLifetime
{
    private SmtpServer Server => fixture.Server;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Server.ClearAsync();

    [Fact]
    public async Task It_is_held_back_where_the_fence_says_no_and_the_connection_serves_the_next()
    {
        await using var channel = Server.Channel();
        var before = (await Server.MailsAsync()).Count;
        var connections = await Server.ConnectionsAsync();
        Assert.IsType<Ended.Withheld>(await channel.SendAsync(Channels.Mail(), _ => ValueTask.FromResult(false), CancellationToken.None));
        Assert.Equal(before, (await Server.MailsAsync()).Count);
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
        Assert.Equal(connections + 1, await Server.ConnectionsAsync());
    }

    [Fact]
    public async Task The_fence_is_asked_when_the_server_is_ready_and_before_anything_is_said_about_the_mail()
    {
        await using var channel = Server.Channel();
        var (ehlo, mail) = (await Server.HoldAtAsync(SmtpStep.Ehlo), await Server.HoldAtAsync(SmtpStep.Mail));
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource<bool>();
        var sending = channel.SendAsync(Channels.Mail(), Ask, CancellationToken.None);
        await ehlo.Reached;
        Assert.False(asked.Task.IsCompleted);
        await ehlo.ReleaseAsync();
        await asked.Task;
        Assert.False(mail.Reached.IsCompleted);
        answer.SetResult(true);
        await mail.Reached;
        await mail.ReleaseAsync();
        Assert.IsType<Ended.Delivered>(await sending);

        async ValueTask<bool> Ask(CancellationToken ct)
        {
            asked.SetResult();
            return await answer.Task.WaitAsync(ct);
        }
    }

    [Fact]
    public async Task What_the_fence_throws_is_no_answer_of_the_server()
    {
        await using var channel = Server.Channel();
        await Assert.ThrowsAsync<IOException>(() => channel.SendAsync(Channels.Mail(), _ => throw new IOException("The database is away."), CancellationToken.None));
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
    }

    [Fact]
    public async Task A_fence_that_takes_all_the_time_holds_it_back()
    {
        var clock = new StoppedClock();
        await using var channel = Server.Channel(clock: clock);
        Assert.IsType<Ended.Withheld>(await channel.SendAsync(Channels.Mail(), NeverAsync, CancellationToken.None));

        async ValueTask<bool> NeverAsync(CancellationToken ct)
        {
            clock.Ring();
            await Task.Delay(Timeout.Infinite, ct);
            return true;
        }
    }

    [Theory]
    [InlineData(SmtpStep.Rcpt, true)]
    [InlineData(SmtpStep.Rcpt, false)]
    [InlineData(SmtpStep.Data, true)]
    [InlineData(SmtpStep.Data, false)]
    public async Task A_process_that_stood_still_for_longer_than_an_attempt_hands_nothing_over(SmtpStep step, bool monotonic)
    {
        // Its timers stood still with it: only the clocks, one of them at least, tell.
        var clock = new StoppedClock();
        await using var channel = Server.Channel(whole: TimeSpan.FromMinutes(10), clock: clock);
        var before = (await Server.MailsAsync()).Count;
        var held = await Server.HoldAtAsync(step);
        var next = await Server.HoldAtAsync(step == SmtpStep.Rcpt ? SmtpStep.Data : SmtpStep.End);
        var sending = channel.SendAsync(Channels.Mail());
        await held.Reached;
        clock.Shift(TimeSpan.FromMinutes(11), monotonic);
        await held.ReleaseAsync();
        var deferred = Assert.IsType<Ended.Deferred>(await sending);
        Assert.StartsWith("The time ran out", deferred.Answer, StringComparison.Ordinal);
        Assert.False(next.Reached.IsCompleted);
        Assert.Equal(before, (await Server.MailsAsync()).Count);
    }

    [Fact]
    public async Task Whoever_stops_it_gets_no_outcome_and_a_server_that_had_not_accepted_it_never_does()
    {
        await using var channel = Server.Channel();
        var before = (await Server.MailsAsync()).Count;
        using var stop = new CancellationTokenSource();
        var held = await Server.HoldAtAsync(SmtpStep.End);
        var sending = channel.SendAsync(Channels.Mail(), Channels.Open, stop.Token);
        await held.Reached;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await held.ReleaseAsync();
        Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
        Assert.Equal(before + 1, (await Server.MailsAsync()).Count);
    }
}
