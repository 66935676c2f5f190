using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;

namespace Calendar.Planning;

/// <summary>Whether what a plan works towards is still to be marked.</summary>
/// <param name="Fact">The one that carries the series on; null for the union's yearly work.</param>
/// <param name="Anniversary">Null where there is none (any more), and for the yearly work.</param>
/// <param name="Cause">Why nothing is to be done; null while something is.</param>
/// <param name="Reason">The same in words.</param>
public sealed record Standing(Fact? Fact, Anniversary? Anniversary, DropCause? Cause, Text? Reason)
{
    private static readonly Standing _yearly = new(null, null, null, null);

    /// <summary>What the tasks count from; null where there is no anniversary.</summary>
    /// <param name="plan">As opened, or about to be.</param>
    public PartialDate? On(PlanId plan) => plan.CadenceYear is { } year ? PartialDate.OfYear(year) : Anniversary?.Date;

    /// <returns>Null if no fact goes by the plan's name.</returns>
    public static Standing? Of(Almanac almanac, PlanId plan)
    {
        if (plan.Anniversary is not { } id)
        {
            return _yearly;
        }

        if (almanac.Find(id.Fact) is not { } first || first.Series != first.Id)
        {
            return null;
        }

        var fact = almanac.Current(first);
        var anniversary = Anniversary.Of(almanac, fact, id.Number);
        var (cause, reason) = Why(almanac, fact, anniversary, plan);
        return new Standing(fact, anniversary, cause, reason);
    }

    private static (DropCause? Cause, Text? Reason) Why(Almanac almanac, Fact fact, Anniversary? anniversary, PlanId plan)
    {
        if (Why(almanac, fact, anniversary) is { Cause: not null } own)
        {
            return own;
        }

        return almanac.Plans.CoveringOf(plan.Anniversary!.Value).Select(other => Marked(almanac, other)).OfType<Anniversary>().FirstOrDefault() is { Title: var title }
            ? (DropCause.Covered, new Text($"Kỷ niệm này nằm trong kế hoạch của “{title.Vi}”.", $"The plan of \"{title.En}\" covers this anniversary."))
            : (null, null);
    }

    // What covers another is itself to be marked: one whose own reason is gone covers nothing.
    private static Anniversary? Marked(Almanac almanac, PlanId covering)
    {
        var (id, known) = (covering.Anniversary, covering.Anniversary is { } of ? almanac.Find(of.Fact) : null);
        if (id is null || known is null)
        {
            return null;
        }

        var fact = almanac.Current(known);
        var anniversary = Anniversary.Of(almanac, fact, id.Value.Number);
        return Why(almanac, fact, anniversary).Cause is null ? anniversary : null;
    }

    private static (DropCause? Cause, Text? Reason) Why(Almanac almanac, Fact fact, Anniversary? anniversary)
    {
        if (fact.Withdrawn is { } withdrawn)
        {
            return (DropCause.Withdrawn, new Text($"Sự kiện đã bị rút: {withdrawn.Vi}", $"The fact was withdrawn: {withdrawn.En}"));
        }

        if (!fact.IsCommemorated)
        {
            return (DropCause.Withdrawn, new Text("Sự kiện này không được kỷ niệm.", "This fact is not commemorated."));
        }

        if (anniversary is null)
        {
            var why = fact.Ended?.Reason ?? new Text("chuỗi kỷ niệm không đến năm này", "the series does not reach this year");
            return (DropCause.Ended, new Text($"Chuỗi kỷ niệm đã kết thúc: {why.Vi}", $"The series has ended: {why.En}"));
        }

        if (anniversary.IsSuspended)
        {
            return (DropCause.Suspended, new Text("Quan hệ đang gián đoạn vào ngày kỷ niệm.", "Ties are suspended on the anniversary's day."));
        }

        if (fact.WaiverOf(anniversary.Number) is { Reason: var waived })
        {
            return (DropCause.Waived, new Text($"Năm này không kỷ niệm: {waived.Vi}", $"This year is not marked: {waived.En}"));
        }

        return (null, null);
    }
}
