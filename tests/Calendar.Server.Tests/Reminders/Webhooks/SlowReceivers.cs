using System.Globalization;

namespace Calendar.Server.Tests.Reminders.Webhooks;

public sealed class SlowReceivers
{
    [Fact]
    public async Task Those_of_one_association_hold_up_no_other()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = new Receiver(async (stream, ct) =>
        {
            await held.Task.WaitAsync(ct);
            await Receiver.WriteAsync(stream, "HTTP/1.1 204 No Content\r\n\r\n", ct);
        });
        await using var quick = Receiver.Answering("HTTP/1.1 204 No Content");
        await using var calendar = await Reminded.StartAsync(Holding.Nothing, settings => settings with { WebhookHosts = WebhookCalendar.Named("127.0.0.1") });
        await calendar.WebhooksAsync([.. Enumerable.Range(1, 20).Select(n => ("slow", $"{slow.Url}&n={n}"))]);
        await calendar.CheckAsync("2027-01-08 08:00");
        await calendar.WebhooksAsync(("quick", quick.Url));
        await calendar.CheckAsync("2027-01-08 09:00");

        // Those of the slow ones come first, and are as many as there may be.
        calendar.SetClock("2027-01-08 09:00");
        await calendar.UntilAsync(States("quick", "delivered"));
        await calendar.UntilAsync(States("slow", "attempting", 2));
        Assert.Equal((2, 1), (slow.Connections, quick.Connections));

        held.SetResult();
        await calendar.SettledAsync();
        Assert.Equal(40, await calendar.Service.QueryAsync<long>("select count(*) from calendar.reminders where state = 'delivered' and association = 'slow'"));
    }

    private static string States(string association, string state, int count = 1) =>
        string.Create(CultureInfo.InvariantCulture, $"select count(*) = {count} from calendar.reminders where association = '{association}' and state = '{state}'");
}
