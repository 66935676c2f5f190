using Calendar.Server.Reminders.Mail;

namespace Calendar.Specs.Reminders.Mail;

public class WhenMailsKeepAPace
{
    [Fact]
    public void Each_waits_for_its_turn_behind_those_before_it()
    {
        var pace = new Pace(10, new StoppedClock());
        Assert.Equal(Enumerable.Range(0, 100).Select(i => TimeSpan.FromMilliseconds(100 * i)), Enumerable.Range(0, 100).Select(_ => pace.Reserve()));
    }

    [Fact]
    public void Time_that_passed_unused_is_not_saved_up()
    {
        var clock = new StoppedClock();
        var pace = new Pace(2, clock);
        pace.Reserve();
        clock.Now += TimeSpan.FromHours(1);
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromMilliseconds(500)], [pace.Reserve(), pace.Reserve()]);
    }

    [Fact]
    public void Without_a_pace_nobody_waits()
    {
        var pace = new Pace(0, new StoppedClock());
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.Equal(TimeSpan.Zero, pace.Reserve()));
        Assert.True(pace.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    private sealed class StoppedClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
