using Calendar.Anniversaries;
using Calendar.Changes;
using Calendar.Rules;
using Calendar.Server.Anniversaries;
using NodaTime.Text;

namespace Calendar.Server.Changes;

/// <summary>A change of one anniversary as answers show it.</summary>
/// <param name="Number">The public number of the event that caused it.</param>
/// <param name="At">When that was recorded, in UTC.</param>
/// <param name="Event">Its stored name.</param>
/// <param name="Role">Of whoever recorded it, as held at that moment.</param>
/// <param name="Text">The change in one sentence.</param>
/// <param name="Old">Absent for one that was added.</param>
/// <param name="New">Absent for one that was removed.</param>
internal sealed record ChangeView(
    long Number, string At, string Event, Role Role, Text? Reason, IReadOnlyList<ChangeKind> Changes, Text Text, string Id, FactId Fact, int? Years,
    ChangedState? Old, ChangedState? New, AnniversaryLinks Links)
{
    public static ChangeView Of(AnniversaryChange change)
    {
        var (cause, x) = (change.Cause, change.Anniversary);
        return new ChangeView(
            cause.Number, InstantPattern.ExtendedIso.Format(cause.At), cause.Event, cause.Role, cause.Reason, change.Kinds, ChangeSentences.Tell(change),
            x.Id, x.Fact.Id, x.Years, ChangedState.Of(change.Old), ChangedState.Of(change.New), AnniversaryLinks.Of(x));
    }
}

/// <summary>What can change of an anniversary.</summary>
internal sealed record ChangedState(PartialDate Date, Text Title, Confidence Confidence, Tier Tier, bool Suspended, bool Waived)
{
    public static ChangedState? Of(Anniversary? x) =>
        x is null ? null : new ChangedState(x.Date, x.Title, x.Fact.Confidence, x.Tier, x.IsSuspended, x.IsWaived);
}

/// <summary>A change in words.</summary>
internal static class ChangeSentences
{
    public static Text Tell(AnniversaryChange change)
    {
        var x = change.Anniversary;
        var (title, date) = (x.Title, DateWords.Of(x.Date));
        var told = change.Kinds.Select(kind => Tell(kind, change)).ToList();
        var why = change.Cause.Reason is { } reason ? new Text($" Lý do: {reason.Vi}", $" Reason: {reason.En}") : new Text("", "");
        return new Text(
            $"{title.Vi} ({date.Vi}): {string.Join("; ", told.Select(text => text.Vi))}.{why.Vi}",
            $"{title.En} ({date.En}): {string.Join("; ", told.Select(text => text.En))}.{why.En}");
    }

    private static Text Tell(ChangeKind kind, AnniversaryChange change) => (kind, change.Old, change.New) switch
    {
        (ChangeKind.Added, _, _) => new Text("thêm vào lịch", "added"),
        (ChangeKind.Removed, _, _) => new Text("ra khỏi lịch", "removed"),
        (ChangeKind.Moved, { } old, { } now) => new Text(
            $"dời từ {DateWords.Of(old.Date).Vi} sang {DateWords.Of(now.Date).Vi}", $"moved from {DateWords.Of(old.Date).En} to {DateWords.Of(now.Date).En}"),
        (ChangeKind.Retitled, { } old, _) => new Text($"trước đây là “{old.Title.Vi}”", $"formerly \"{old.Title.En}\""),
        (ChangeKind.Confidence, { } old, { } now) => new Text(
            $"độ tin cậy từ “{Confidences.Of(old.Fact.Confidence).Vi}” thành “{Confidences.Of(now.Fact.Confidence).Vi}”",
            $"from {Confidences.Of(old.Fact.Confidence).En} to {Confidences.Of(now.Fact.Confidence).En}"),
        (ChangeKind.Tier, { } old, { } now) => new Text($"từ {Tiers.Of(old.Tier).Vi} thành {Tiers.Of(now.Tier).Vi}", $"from {Tiers.Of(old.Tier).En} to {Tiers.Of(now.Tier).En}"),
        (ChangeKind.Suspension, _, { IsSuspended: true }) => new Text("quan hệ gián đoạn vào ngày này", "ties are suspended on that day"),
        (ChangeKind.Suspension, _, _) => new Text("quan hệ không còn gián đoạn vào ngày này", "ties are no longer suspended on that day"),
        (_, _, { IsWaived: true }) => new Text("không tổ chức kỷ niệm lần này", "deliberately not marked this time"),
        _ => new Text("lại được kỷ niệm", "marked after all"),
    };
}
