using Calendar.Server.Tests.Reminders.Mail;

namespace Calendar.Server.Tests.Faults;

/// <summary>A server that is killed or stopped at any step of its dialogue with the mail server: no message is lost, and only one that was accepted may come again, as the same one.</summary>
[Collection(FaultsCollection.Name)]
public sealed class KilledDispatchers
{
    [Fact]
    public async Task Another_server_sends_what_the_killed_one_had_begun()
    {
        await using var dispatchers = await TwoDispatchers.StartAsync(recipients: 7);
        for (var turn = 0; turn < Count.Of(3, 50); turn++)
        {
            await dispatchers.RestAsync();

            // Seven connections, each held up at another step. Of three the whole message is there.
            var end = await dispatchers.Mails.HoldAtAsync(SmtpStep.End, "p5@");
            var (unheard, unnoted) = (await dispatchers.Mails.HoldAtAsync(SmtpStep.Accepted, "p6@"), await dispatchers.Mails.HoldAtAsync(SmtpStep.Accepted, "p7@"));
            var replied = await dispatchers.Mails.HoldAtAsync(SmtpStep.Replied, "p7@");
            var whole = await dispatchers.DueAsync(5, 6, 7);
            await Task.WhenAll(end.Reached, unheard.Reached, unnoted.Reached).WaitAsync(CalendarFolder.Bounded());
            List<HeldStep> held = [];
            foreach (var step in new[] { SmtpStep.Ehlo, SmtpStep.Mail, SmtpStep.Rcpt, SmtpStep.Middle })
            {
                held.Add(await dispatchers.Mails.HoldAtAsync(step));
            }

            var begun = await dispatchers.DueAsync(1, 2, 3, 4);
            await Task.WhenAll(held.Select(step => step.Reached)).WaitAsync(CalendarFolder.Bounded());
            await using (await dispatchers.HoldNotesAsync("p7@example.org"))
            {
                await unnoted.ReleaseAsync();
                await replied.Reached.WaitAsync(CalendarFolder.Bounded());
                await dispatchers.UntilNoteWaitsAsync();
                await dispatchers.KillAsync();
                await dispatchers.DropNotesAsync();
            }

            await dispatchers.Mails.ClearAsync();
            await dispatchers.SettledAsync();
            Assert.Equal([1, 1, 1, 1], await dispatchers.AcceptedAsync(begun));

            // Not accepted; accepted, and the server had not heard of it; heard, and not noted.
            Assert.Equal([1, 2, 2], await dispatchers.AcceptedAsync(whole));
        }
    }

    [Fact]
    public async Task What_was_accepted_is_noted_however_often_the_database_goes_away_meanwhile()
    {
        await using var dispatchers = await TwoDispatchers.StartAsync(recipients: 1);
        await dispatchers.RestAsync();
        var accepted = await dispatchers.Mails.HoldAtAsync(SmtpStep.Accepted, "p1@");
        var ids = await dispatchers.DueAsync(1);
        await accepted.Reached.WaitAsync(CalendarFolder.Bounded());
        await using (await dispatchers.HoldNotesAsync("p1@example.org"))
        {
            await accepted.ReleaseAsync();
            for (var lost = 0; lost < Count.Of(2, 8); lost++)
            {
                await dispatchers.UntilNoteWaitsAsync();
                await dispatchers.DropNotesAsync();
            }
        }

        await dispatchers.SettledAsync();
        Assert.Equal([1], await dispatchers.AcceptedAsync(ids));
    }

    [Fact]
    public async Task A_server_that_stands_still_for_a_while_and_goes_on_sends_nothing_twice()
    {
        await using var dispatchers = await TwoDispatchers.StartAsync(recipients: 4);
        for (var turn = 0; turn < Count.Of(1, 20); turn++)
        {
            await dispatchers.RestAsync();
            List<HeldStep> held = [];
            foreach (var step in new[] { SmtpStep.Ehlo, SmtpStep.Rcpt, SmtpStep.Middle, SmtpStep.Accepted })
            {
                held.Add(await dispatchers.Mails.HoldAtAsync(step));
            }

            var ids = await dispatchers.DueAsync(1, 2, 3, 4);
            await Task.WhenAll(held.Select(step => step.Reached)).WaitAsync(CalendarFolder.Bounded());
            await dispatchers.StopAsync();

            // What had not come to the point of no return is sent by the other; the rest waits for the one that began it.
            await dispatchers.UntilAsync("select count(*) filter (where state = 'delivered') > 0 from calendar.reminders where issue > 0");
            await dispatchers.UntilAsync("select count(*) = 3 from calendar.reminders where state = 'attempting' and lease < clock_timestamp()");
            foreach (var step in held)
            {
                await step.ReleaseAsync();
            }

            await dispatchers.Running.SignalAsync("CONT");
            await dispatchers.UntilAsync("select count(*) = 0 from calendar.reminders where state = 'attempting'");
            await dispatchers.SettledAsync();
            Assert.Equal([1, 1, 1, 1], await dispatchers.AcceptedAsync(ids));
        }
    }
}
