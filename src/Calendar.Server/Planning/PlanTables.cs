using Calendar.Server.Http;

namespace Calendar.Server.Planning;

/// <summary>Plans and tasks for spreadsheets and paper.</summary>
internal static class PlanTables
{
    // A spreadsheet refuses a cell of more than 32,767 characters.
    private const int _longestCell = 32_000;

    public static Table<PlanView> Plans { get; } = new("plans",
    [
        new("id", 42, x => x.Id.ToString()), new("on", 12, x => x.On.ToString()), new("title_vi", 60, x => x.Title.Vi), new("title_en", 60, x => x.Title.En),
        new("state", 8, x => x.State.Name()), new("next_due", 12, x => Day(x.NextDue)),
        new("open", 8, x => x.Counts.Open), new("acknowledged", 13, x => x.Counts.Acknowledged), new("done", 8, x => x.Counts.Done), new("dropped", 8, x => x.Counts.Dropped),
        new("overdue", 8, x => x.Counts.Overdue), new("too_late", 8, x => x.Counts.TooLate),
        new("lead", 16, x => x.Lead?.Value), new("lead_vi", 40, x => x.LeadName?.Vi), new("lead_en", 40, x => x.LeadName?.En),
        new("template", 14, x => x.Template.Name.Value), new("version", 8, x => x.Template.Version), new("newest_version", 8, x => x.Template.Newest),
        new("joined", 42, x => string.Join(' ', x.Joined.Select(joined => joined.Anniversary))),
        new("standing_vi", 40, x => x.Standing?.Reason.Vi), new("standing_en", 40, x => x.Standing?.Reason.En), new("anniversary", 42, x => x.Anniversary?.ToString()),
    ]);

    public static Table<TaskView> Tasks { get; } = new("tasks",
    [
        new("due", 12, x => Day(x.Due)), new("state", 13, x => x.State.Name()), new("overdue", 8, x => x.Overdue), new("too_late", 8, x => x.TooLate),
        new("title_vi", 60, x => x.Title.Vi), new("title_en", 60, x => x.Title.En), new("owner", 16, x => x.Owner.Value), new("owner_vi", 40, x => x.OwnerName.Vi),
        new("owner_en", 40, x => x.OwnerName.En), new("role", 8, x => x.Role.Name()), new("completed_on", 12, x => Day(x.CompletedOn)), new("evidence", 60, Evidence),
        new("reason_vi", 40, x => x.Reason?.Vi), new("reason_en", 40, x => x.Reason?.En), new("on", 12, x => x.On.ToString()),
        new("plan_title_vi", 60, x => x.PlanTitle.Vi), new("plan_title_en", 60, x => x.PlanTitle.En), new("id", 60, x => x.Id), new("plan", 42, x => x.Plan.ToString()),
        new("task", 24, x => x.Task.Value), new("anniversary", 42, x => x.Anniversary?.ToString()),
    ]);

    /// <summary>One plan on paper.</summary>
    public static Table<TaskView> Plan { get; } = Tasks with { Name = "plan" };

    private static string? Day(NodaTime.LocalDate? day) => day is { } known ? new PartialDate(known).ToString() : null;

    private static Cell Evidence(TaskView x)
    {
        var text = string.Join('\n', (x.Evidence ?? []).SelectMany(one => new[] { one.Note, one.Url }).Where(part => part is not null));
        return text.Length <= _longestCell ? text : text[..(char.IsHighSurrogate(text[_longestCell - 1]) ? _longestCell - 1 : _longestCell)] + "…";
    }
}
