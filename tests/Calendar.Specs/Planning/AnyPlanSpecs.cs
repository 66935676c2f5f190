using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Planning;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Planning;

public class WhenPlansGoThroughAnyHistory
{
    [Fact]
    public void A_round_comes_to_an_end_and_the_next_adds_nothing() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(80), Prop.ForAll(AnyHistory.Any, steps =>
        {
            var record = Started();
            for (var i = 0; i < steps.Length; i++)
            {
                record.When(steps[i].Command, steps[i].Role);
                if (i % 7 == 0)
                {
                    record.Round();
                    Assert.Equal(0, record.Round());
                }
            }

            record.Round();
            IsSound(record.Now);
        }));

    [Fact]
    public void What_one_round_at_the_end_plans_is_planned_the_same_by_rounds_all_along() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50), Prop.ForAll(AnyHistory.Any, steps =>
        {
            // Who does the work, and what work there is, is settled when a plan opens: here both stay.
            var (often, once) = (Started(), Started());
            foreach (var (command, role) in steps.Where(step => step.Command is not (PlanningCommand or AssociationCommand or AdoptRules)))
            {
                often.When(command, role);
                once.When(command, role);
                often.Round();
            }

            often.Round();
            once.Round();
            Assert.Empty(Live(once.Now).Except(Live(often.Now)));
        }));

    private static Chronicle Started() => Chronicle.Of("JP", "LA", "KH", "SK").With(Association("vufo", AssociationScope.Umbrella)).With([.. Planned.Templates]);

    // What is to be done, by whom and when.
    private static IEnumerable<string> Live(Almanac almanac) => almanac.Plans.Tasks.Where(task => task.IsLive).Select(task => $"{task.Due} {task.Key} {task.Owner}");

    private static void IsSound(Almanac almanac)
    {
        var book = almanac.Plans;
        var tasks = book.Plans.Values.SelectMany(plan => plan.Tasks.Values).Order(ByDueDay.Order).ToList();
        Assert.Equal(tasks, book.Tasks.ToList());
        Assert.Equal(tasks, book.Owners.SelectMany(owner => book.TasksOf(owner)).Order(ByDueDay.Order).ToList());
        Assert.All(book.Owners, owner => Assert.All(book.TasksOf(owner).ToList(), task => Assert.Equal(owner, task.Owner)));
        Assert.Equal(book.Plans.Values.SelectMany(plan => plan.Joined).Count(), book.CoveredCount);
        Assert.Equal(book.Plans.Values.SelectMany(plan => plan.Announced).Select(told => told.Id), book.Announced.Select(told => told.Id));
        foreach (var plan in book.Plans.Values.Where(plan => !plan.IsClosed))
        {
            var standing = Standing.Of(almanac, plan.Id)!;
            Assert.True(standing.Cause is null || !plan.LiveTasks.Any(), $"{plan.Id} has open tasks, and {standing.Cause}");
            Assert.All(plan.LiveTasks, task => Assert.True(Owners.IsOpen(almanac, task.Owner) || almanac.Umbrella is null));
        }
    }
}
