using System.Text.Json;
using Calendar.Associations;
using Calendar.Commands;
using Calendar.Planning;
using Calendar.Specs.Packs;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Planning;

/// <summary>A record with a union, two associations and the templates shipped with the product.</summary>
internal static class Planned
{
    public static readonly Caller Planner = new(Role.Planner);

    /// <summary>The templates as a pack adopts them.</summary>
    public static IReadOnlyList<Command> Templates { get; } =
        [.. Vietnam.Lines.Where(line => line.At.StartsWith("06-", StringComparison.Ordinal)).Select(line => CommandReader.ReadLine(line.Json).Command!)];

    /// <summary>Viet Nam, Japan, Laos and Czechia; the union, Japan's and Laos's central associations, and a local one of Japan's.</summary>
    public static Chronicle Record()
    {
        var record = Chronicle.Of("JP", "LA", "CZ").With(
            Association("vufo", AssociationScope.Umbrella),
            Association("vn-jp", AssociationScope.Central, "vufo", "JP"),
            Association("vn-la", AssociationScope.Central, "vufo", "LA"),
            Association("hufo", AssociationScope.Local, "vufo"),
            Association("vn-jp-hcmc", AssociationScope.Local, "hufo", "JP"));
        foreach (var template in Templates)
        {
            record.When(template, Role.Pack).Leads<TemplateAdopted>();
        }

        return record;
    }

    public static PlanId PlanOf(string fact, int n) => PlanId.Of(new AnniversaryId(Id(fact), n));

    public static AnniversaryId Of(string fact, int n) => new(Id(fact), n);

    public static TaskId TaskOf(string id) => TaskId.TryParse(id, out var task) ? task : throw new ArgumentException(id, nameof(id));

    public static CelebrationId CelebrationOf(string key) => new(Keys.ToGuid("specs/" + key));

    public static Plan Plan(this Chronicle record, string fact, int n) => record.Now.Plans.Find(PlanOf(fact, n))!;

    public static PlanTask Task(this Plan plan, string id) => plan.Tasks[TaskOf(id)];

    public static LocalDate Date(string day) => Day(day).First;

    public static Decision Asks(this Chronicle record, Command command) => record.When(command, Planner);

    /// <summary>Records what a planner asks for.</summary>
    public static Chronicle Planning(this Chronicle record, params Command[] commands)
    {
        foreach (var command in commands)
        {
            Assert.Null(record.Asks(command).Rejection);
        }

        return record;
    }

    public static AdoptTemplate Template(string name, string tasks) => Assert.IsType<AdoptTemplate>(CommandReader.Read(
        JsonDocument.Parse($$"""{"title":"Mẫu","kinds":{{(name == "cadence" ? "[]" : "[\"ties_established\"]")}},"tasks":{{tasks}}}""").RootElement, "adopt_template", ("template", name)).Command);

    /// <summary>Each task as "due id owner", by due day.</summary>
    public static IEnumerable<string> Schedule(this Plan plan) => plan.Tasks.Values.Order(ByDueDay.Order).Select(task => $"{new PartialDate(task.Due)} {task.Id} {task.Owner}");
}
