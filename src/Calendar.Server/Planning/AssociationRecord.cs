using Calendar.Almanacs;
using NodaTime;

namespace Calendar.Server.Planning;

/// <summary>What an association has done and left undone.</summary>
/// <param name="Open">To be done, acknowledged or not; of them <paramref name="Overdue"/>, and <paramref name="TooLate"/> those whose day was over when it was set.</param>
/// <param name="Done">Of them those done until their day, and after it; one that nobody could have done in time is neither.</param>
/// <param name="Next">The first that are to be done, by due day.</param>
internal sealed record AssociationRecord(int Open, int Overdue, int TooLate, int Done, int DoneInTime, int DoneLate, int Dropped, IReadOnlyList<TaskView> Next)
{
    private const int _next = 10;

    public static AssociationRecord Of(Almanac almanac, Slug association, LocalDate today)
    {
        var tasks = almanac.Plans.TasksOf(association);
        var counts = TaskCounts.Of(tasks, today);
        var views = new TaskViews(almanac, today);
        return new AssociationRecord(
            counts.Open + counts.Acknowledged, counts.Overdue, counts.TooLate, counts.Done, tasks.Count(task => task.CompletedOn <= task.Due),
            tasks.Count(task => !task.IsLate && task.CompletedOn > task.Due), counts.Dropped,
            [.. tasks.Where(task => task.IsLive).Take(_next).Select(task => views.Of(task, withEvidence: false))]);
    }
}
