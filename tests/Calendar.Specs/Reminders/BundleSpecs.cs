using Calendar.Reminders;
using NodaTime;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Reminders;

/// <summary>1 March 2027 is a Monday; messages leave at 8.</summary>
public class WhatLeavesInOneMessage
{
    private static readonly LocalDate _monday = new(2027, 3, 1);

    private int _made;

    [Theory]
    [InlineData(0, typeof(Bundle.NothingDue))]
    [InlineData(1, typeof(Bundle.NotNeeded))]
    [InlineData(3, typeof(Bundle.NotNeeded))]
    [InlineData(4, typeof(Bundle.Digest))]
    public void Is_a_week_s_work_where_there_is_more_than_a_few(int due, Type expected)
    {
        Queued[] others = [.. Enumerable.Range(0, due).Select(i => Task(_monday.PlusDays(i)))];

        var bundle = Decide(Week(_monday), others);

        Assert.IsType(expected, bundle);
        Assert.Equal(due > 3 ? others : [], (bundle as Bundle.Digest)?.Carried ?? []);
    }

    [Fact]
    public void Is_the_week_up_to_its_last_second_where_the_recipient_is()
    {
        var next = Zone().AtStartOfDay(_monday.PlusDays(7)).ToInstant();
        Queued[] three = [Task(_monday), Task(_monday), Task(_monday)];

        Assert.IsType<Bundle.Digest>(Decide(Week(_monday), [.. three, Task(_monday) with { Moment = next - Duration.Epsilon }]));
        Assert.IsType<Bundle.NotNeeded>(Decide(Week(_monday), [.. three, Task(_monday) with { Moment = next }]));

        // That moment is still Sunday in Paris.
        Assert.IsType<Bundle.Digest>(Bundles.Decide(
            Week(_monday), [.. three, Task(_monday) with { Moment = next }], [], Eight(_monday), DateTimeZoneProviders.Tzdb["Europe/Paris"]));
    }

    [Fact]
    public void Is_a_week_from_its_nominal_day_though_a_holiday_moved_the_message()
    {
        var moved = Week(_monday) with { Moment = Eight(_monday.PlusDays(2)) };
        Queued[] rest = [.. Enumerable.Range(2, 3).Select(i => Task(_monday.PlusDays(i)))];

        Assert.IsType<Bundle.NotNeeded>(Decide(moved, [.. rest, Task(_monday.PlusDays(7))], on: _monday.PlusDays(2)));
        Assert.IsType<Bundle.Digest>(Decide(moved, [.. rest, Task(_monday.PlusDays(6))], on: _monday.PlusDays(2)));
    }

    [Fact]
    public void Takes_along_what_still_waits_from_before()
    {
        Queued[] others = [Task(_monday.PlusDays(-2)), Task(_monday), Task(_monday), Task(_monday)];
        Assert.Equal(others, Assert.IsType<Bundle.Digest>(Decide(Week(_monday), others)).Carried);
    }

    [Fact]
    public void Is_told_of_in_the_week_that_something_was_missed()
    {
        Assert.Empty(Assert.IsType<Bundle.Digest>(Decide(Week(_monday), [], missed: [Task(_monday.PlusDays(-20))])).Carried);
        var one = Task(_monday);
        Assert.Equal(one, Assert.Single(Assert.IsType<Bundle.Digest>(Decide(Week(_monday), [one], missed: [Task(_monday.PlusDays(-20))])).Carried));
    }

    [Fact]
    public void Says_nothing_of_a_missed_weekly_message_or_canary() =>
        Assert.IsType<Bundle.NothingDue>(Decide(Week(_monday), [], missed: [Week(_monday.PlusDays(-7)), Canary()]));

    [Fact]
    public void Counts_neither_the_next_weeks_messages_nor_a_canary() =>
        Assert.IsType<Bundle.NothingDue>(Decide(Week(_monday), [Week(_monday.PlusDays(7)), Week(_monday.PlusDays(14)), Canary()]));

    [Fact]
    public void Is_not_said_to_be_nothing_once_the_week_s_reminders_have_left_by_themselves()
    {
        Assert.IsType<Bundle.NotNeeded>(Bundles.Decide(Week(_monday), [], [], Eight(_monday), Zone(), toldThisWeek: true));
        Assert.IsType<Bundle.Digest>(Bundles.Decide(Week(_monday), [], [Task(_monday)], Eight(_monday), Zone(), toldThisWeek: true));
    }

    [Fact]
    public void Is_sent_in_every_week_in_which_it_has_more_to_say()
    {
        var one = Task(_monday.PlusDays(3));
        Assert.Equal(one, Assert.Single(Assert.IsType<Bundle.Digest>(Bundles.Decide(Week(_monday), [one], [], Eight(_monday), Zone(), hasNews: true)).Carried));
        Assert.IsType<Bundle.NothingDue>(Bundles.Decide(Week(_monday), [], [], Eight(_monday), Zone(), toldThisWeek: true, hasNews: true));

        // Whichever of a day's reminders comes first.
        var today = Task(_monday);
        Assert.Equal(Week(_monday).Subject, Assert.Single(Assert.IsType<Bundle.Digest>(Bundles.Decide(today, [Week(_monday)], [], Eight(_monday), Zone(), hasNews: true)).Carried).Subject);
    }

    [Fact]
    public void Is_not_last_week_s_when_this_week_s_leaves_too() =>
        Assert.IsType<Bundle.NotNeeded>(Decide(Week(_monday), [Week(_monday.PlusDays(7))], missed: [Task(_monday)], on: _monday.PlusDays(7)));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Is_a_day_s_work_where_there_is_more_than_a_few(int more, bool together)
    {
        Queued[] others = [.. Enumerable.Range(0, more).Select(_ => Task(_monday))];

        var bundle = Decide(Task(_monday), [.. others, Task(_monday.PlusDays(1)), Week(_monday.PlusDays(7)), Canary()]);

        Assert.Equal<Bundle>(together ? new Bundle.Digest([.. others.OrderBy(one => one.Subject.Text, StringComparer.Ordinal)]) : new Bundle.Alone(), bundle);
    }

    [Fact]
    public void Is_a_day_up_to_its_last_second_where_the_recipient_is()
    {
        var midnight = Zone().AtStartOfDay(_monday.PlusDays(1)).ToInstant();
        Queued[] two = [Task(_monday.PlusDays(-2)), Task(_monday)];

        Assert.IsType<Bundle.Digest>(Decide(Task(_monday), [.. two, Task(_monday) with { Moment = midnight - Duration.Epsilon }]));
        Assert.IsType<Bundle.Alone>(Decide(Task(_monday), [.. two, Task(_monday) with { Moment = midnight }]));
    }

    [Fact]
    public void Is_the_same_whichever_of_a_day_s_reminders_comes_first()
    {
        // Two today and two on Tuesday: too many for a week, few for a day.
        var (week, all) = (Week(_monday), new[] { Task(_monday), Task(_monday), Task(_monday.PlusDays(1)), Task(_monday.PlusDays(1)) });

        Assert.Equal(all.ToHashSet(), [.. Assert.IsType<Bundle.Digest>(Decide(week, all)).Carried]);
        foreach (var leaving in all[..2])
        {
            var carried = Assert.IsType<Bundle.Digest>(Decide(leaving, [week, .. all.Where(one => one != leaving)])).Carried;
            Assert.Equal(all.Append(week).Where(one => one != leaving).ToHashSet(), [.. carried]);
        }
    }

    [Fact]
    public void Is_nothing_more_than_itself_where_the_week_s_work_is_little() =>
        Assert.IsType<Bundle.Alone>(Decide(Task(_monday), [Week(_monday), Task(_monday), Task(_monday.PlusDays(1))]));

    [Fact]
    public void Tells_what_was_missed_where_no_weekly_message_will()
    {
        Queued[] missed = [Task(_monday.PlusDays(-20))];
        Assert.IsType<Bundle.Alone>(Decide(Task(_monday), [Week(_monday.PlusDays(7))], missed));
        Assert.Empty(Assert.IsType<Bundle.Digest>(Decide(Task(_monday), [], missed)).Carried);
    }

    [Fact]
    public void Is_always_the_canary_alone() =>
        Assert.IsType<Bundle.Alone>(Decide(Canary(), [Week(_monday), Task(_monday), Task(_monday), Task(_monday), Task(_monday)], missed: [Task(_monday)]));

    [Fact]
    public void Counts_escalations_and_anniversaries_like_tasks()
    {
        var about = (ReminderSubject.OfTask)Task(_monday).Subject;
        Queued[] others =
        [
            Of(new ReminderSubject.OfSilence(1, about), _monday), Of(new ReminderSubject.OfSilence(2, about), _monday),
            Of(new ReminderSubject.OfAnniversary(Planning.Planned.Of("ties/LA~VN", 65), SlugOf("vn-la")), _monday),
        ];
        Assert.Equal(3, Assert.IsType<Bundle.Digest>(Decide(Task(_monday), others)).Carried.Length);
    }

    private static Bundle Decide(Queued leaving, IReadOnlyList<Queued> others, IReadOnlyList<Queued>? missed = null, LocalDate? on = null) =>
        Bundles.Decide(leaving, others, missed ?? [], Eight(on ?? _monday), Zone());

    private Queued Task(LocalDate leaves) => Of(new ReminderSubject.OfTask(PlanOf("ties/LA~VN", 65), TaskOf($"task-{++_made}"), SlugOf("vn-la")), leaves);

    private static Queued Week(LocalDate day) => Of(new ReminderSubject.OfWeek(SlugOf("vn-la")), day);

    private static Queued Canary() => Of(new ReminderSubject.OfCanary(), _monday);

    private static Queued Of(ReminderSubject subject, LocalDate leaves) =>
        new(Keys.ToGuid($"specs/{subject}/{leaves}"), subject, subject is ReminderSubject.OfWeek ? leaves : leaves.PlusDays(14), 14, Eight(leaves));

    private static Instant Eight(LocalDate day) => Zone().AtStrictly(day + new LocalTime(8, 0)).ToInstant();

    private static DateTimeZone Zone() => Chronicle.Zone;
}
