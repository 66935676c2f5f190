using Calendar.Almanacs;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Server.Anniversaries;

/// <summary>The events about a fact, one sentence each: when, under which role, what and why.</summary>
internal static class EventSentences
{
    public static IEnumerable<EventView> Tell(Almanac almanac, Fact fact, DateTimeZone zone)
    {
        var claims = 0;
        var views = new List<EventView>();
        foreach (var trace in almanac.TracesOf(fact.Id))
        {
            var claim = trace.Event is "date_claimed" ? fact.Claims.ElementAtOrDefault(++claims) : null;
            var what = views.Count == 0 ? Stated(fact) : Said(trace.Event, claim, ChangeBy(almanac, fact, trace.Number));
            views.Add(EventView.Of(trace, Sentence(trace, what, zone)));
        }

        return views;
    }

    private static Text Sentence(Trace trace, Text what, DateTimeZone zone)
    {
        var day = DateWords.Of(new PartialDate(trace.At.InZone(zone).Date));
        var role = RoleOf(trace.Role);
        var why = trace.Reason is { } reason ? new Text($", vì: {reason.Vi}", $", because: {reason.En}") : new Text("", "");
        return Explanation.Sentence(new Text(
            $"Ngày {day.Vi}, {role.Vi} {what.Vi}{why.Vi}",
            $"Recorded on {day.En} by {role.En}: {what.En}{why.En}"));
    }

    private static Text Stated(Fact fact)
    {
        var (vi, en) = fact.Day is { } day ? DateWords.In(day) : DateWords.In(fact.StatedOn);
        var source = Explanation.Words(fact.StatedBy);
        return new Text($"ghi sự kiện này: {vi}, theo {source.Vi}", $"the fact itself, {en}, from {source.En}");
    }

    /// <param name="claim">The claim that the event made.</param>
    /// <param name="change">What the event changed; null when nobody could see a difference.</param>
    private static Text Said(string name, Claim? claim, Change? change) => (name, change) switch
    {
        ("date_claimed", _) when claim is not null => Claimed(claim),
        ("claim_preferred", { } by) => Preferred(by.Old, by.New.Preferred),
        ("claim_preferred", _) => new Text("chọn một nguồn khác cho cùng ngày", "another source is preferred for the same date"),
        ("fact_retitled", { New.Title: { } title } by) => Retitled(by.Old.Title, title),
        ("fact_withdrawn", _) => new Text("rút sự kiện này", "the fact is withdrawn"),
        ("fact_reinstated", _) => new Text("khôi phục sự kiện này", "the fact is reinstated"),
        ("commemoration_ended", { New.Ended: { } ended }) => new Text(
            $"ghi rằng không kỷ niệm nữa từ {DateWords.In(ended.On).Vi}", $"it is no longer marked from {DateWords.Of(ended.On).En} on"),
        ("commemoration_resumed", _) => new Text("ghi rằng lại kỷ niệm như trước", "it is marked again as before"),
        ("anniversary_waived", { } by) => Waived(by.New, by.Old, isMarked: false),
        ("waiver_lifted", { } by) => Waived(by.Old, by.New, isMarked: true),
        _ => new Text($"ghi “{name}”", $"\"{name}\""),
    };

    private static Text Claimed(Claim claim)
    {
        var ((vi, en), source) = (DateWords.In(claim.On), Explanation.Words(claim.Source));
        return new Text($"ghi thêm một nguồn: {vi}, theo {source.Vi}", $"another claim, {en}, from {source.En}");
    }

    private static Text Preferred(Fact before, Claim now)
    {
        var (old, on) = (DateWords.Of(before.On), DateWords.Of(now.On));
        var source = Explanation.Words(now.Source);
        return before.On == now.On
            ? new Text($"chọn nguồn {source.Vi} cho {DateWords.In(now.On).Vi}", $"the source {source.En} is preferred for {on.En}")
            : new Text(
                $"chọn {DateWords.In(now.On).Vi}, theo {source.Vi}, thay cho {old.Vi}",
                $"{on.En}, from {source.En}, is preferred to {old.En}");
    }

    private static Text Retitled(Text? before, Text now) => before is null
        ? new Text($"đặt tên sự kiện là “{now.Vi}”", $"the title \"{now.En}\" is given")
        : new Text($"đổi tên sự kiện từ “{before.Vi}” thành “{now.Vi}”", $"the title is changed from \"{before.En}\" to \"{now.En}\"");

    private static Text Waived(Fact with, Fact without, bool isMarked)
    {
        var n = with.Waivers.Except(without.Waivers).Select(waiver => waiver.N).FirstOrDefault();
        var vi = $"ghi rằng {(isMarked ? "lại kỷ niệm" : "không kỷ niệm")} {(with.Day is null ? $"dịp {n} năm" : $"năm {n}")}";
        return (with.Day is null, isMarked) switch
        {
            (true, false) => new Text(vi, $"its anniversary of {n} years is not marked"),
            (true, true) => new Text(vi, $"its anniversary of {n} years is marked after all"),
            (false, false) => new Text(vi, $"it is not marked in {n}"),
            (false, true) => new Text(vi, $"it is marked in {n} after all"),
        };
    }

    private static Text RoleOf(Role role) => role switch
    {
        Role.Historian => new Text("người ghi sử (historian)", "a historian"),
        Role.Planner => new Text("người lập kế hoạch (planner)", "a planner"),
        Role.Association => new Text("hội hữu nghị (association)", "an association"),
        Role.Admin => new Text("người quản trị (admin)", "an administrator"),
        Role.Pack => new Text("bộ dữ liệu đi kèm (pack)", "the pack shipped with the calendar"),
        _ => new Text("hệ thống (round)", "the calendar itself"),
    };

    // The journal is in the order of numbers; one event may have changed many facts.
    private static Change? ChangeBy(Almanac almanac, Fact fact, long number)
    {
        var journal = almanac.Journal.Span;
        var (low, high) = (0, journal.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = journal[middle].Cause.Number < number ? (middle + 1, high) : (low, middle);
        }

        for (; low < journal.Length && journal[low].Cause.Number == number; low++)
        {
            if (journal[low].New.Id == fact.Id)
            {
                return journal[low];
            }
        }

        return null;
    }
}
